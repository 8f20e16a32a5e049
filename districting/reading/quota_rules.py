"""QUOTA.toml to :class:`QuotaRules`: unknown keys, wrong kinds and numbers that make no sense are faults, all listed at once."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from districting.errors import DataError, Fault
from districting.model.quota_rules import QuotaRules
from districting.model.settings import InputSpec
from districting.reading.setting_faults import setting_fault, unknown_key
from districting.reading.toml_file import toml_tree
from districting.wording import Text, text

_NOT_IN_FILE: Final = ("folder", "file")
_TABLES: Final = ("seniors", "juniors", "pupils", "takers")
_MOST_UPLIFT: Final = 10.0


def load_quota(path: str | Path) -> QuotaRules:
    """Read the rules of a quota.

    Raises
    ------
    DataError : the file is missing, is not TOML, or holds unknown keys, wrong kinds or numbers that make no sense (each one listed)
    """
    path = Path(path)
    return parse_quota(toml_tree(path, missing=text("enrolment.give_rules")), folder=path.parent, file=path.name)


def parse_quota(tree: Mapping[str, Any], *, folder: Path, file: str = "") -> QuotaRules:
    """Rules from a parsed TOML tree.

    >>> parse_quota({"name": "指标到校", "seniors": "a.csv", "juniors": "b.csv"}, folder=Path(".")).rounding
    'largest_remainder'
    """
    from pydantic import TypeAdapter, ValidationError

    known = [f.name for f in dataclasses.fields(QuotaRules) if f.name not in _NOT_IN_FILE]
    faults = [unknown_key(key, file, known) for key in _NOT_IN_FILE if key in tree]
    merged = {key: {"path": value} if key in _TABLES and isinstance(value, str) else value for key, value in tree.items() if key not in _NOT_IN_FILE}
    try:
        rules = TypeAdapter(QuotaRules).validate_python(merged)
    except ValidationError as error:
        of = {t: [f.name for f in dataclasses.fields(InputSpec)] for t in _TABLES}
        raise DataError(
            [
                *faults,
                *(
                    setting_fault(e, ".".join(map(str, e["loc"])), of.get(str(e["loc"][0]), known) if len(e["loc"]) > 1 else known, file)
                    for e in error.errors()
                ),
            ]
        ) from None
    faults += [Fault(problem, remedy, file=file, column=place) for place, problem, remedy in _misfits(rules)]
    if faults:
        raise DataError(faults)
    return dataclasses.replace(rules, folder=folder, file=file)


def _misfits(rules: QuotaRules) -> Iterator[tuple[str, Text, Text]]:
    if not rules.name.strip():
        yield "name", text("enrolment.blank"), text("enrolment.give_name")
    if rules.share is not None and not 0 <= rules.share <= 1:
        yield "share", text("enrolment.not_share", given=str(rules.share)), text("enrolment.give_share")
    if rules.floor < 0:
        yield "floor", text("enrolment.negative", given=rules.floor), text("enrolment.give_count")
    if not 0 <= rules.years <= 6:
        yield "years", text("enrolment.quota_years", given=str(rules.years)), text("enrolment.quota_years_remedy")
    if rules.direct_per is not None and rules.direct_per < 1:
        yield "direct_per", text("enrolment.negative", given=rules.direct_per), text("enrolment.give_count")
    for name, factor in rules.uplift.items():
        if not (math.isfinite(factor) and 0 < factor <= _MOST_UPLIFT):
            yield f"uplift.{name}", text("enrolment.quota_uplift", given=str(factor)), text("enrolment.quota_uplift_remedy", most=f"{_MOST_UPLIFT:g}")


def quota_schema() -> dict[str, str]:
    """File name -> text of the schema of QUOTA.toml, published beside those of the tables."""
    from districting.reading.lottery_schema import DRAFT, file_schema, object_schema

    body = object_schema(
        ["name", "seniors", "juniors"],
        name={"type": "string", "minLength": 1},
        year={"type": "integer"},
        language={"enum": ["zh", "en"]},
        **{t: file_schema(f"quota_{t}") for t in _TABLES},
        rounding={"enum": ["largest_remainder", "draw"], "default": "largest_remainder"},
        share={"type": "number", "minimum": 0, "maximum": 1},
        floor={"type": "integer", "minimum": 0, "default": 0},
        years={"type": "number", "minimum": 0, "maximum": 6, "default": 3},
        uplift={"type": "object", "additionalProperties": {"type": "number", "exclusiveMinimum": 0, "maximum": _MOST_UPLIFT}},
        direct_per={"type": "integer", "minimum": 1},
        direct_classes={"type": "array", "items": {"type": "string", "minLength": 1}},
    )
    return {"quota_rules.json": json.dumps({"$schema": DRAFT, "title": "quota_rules", **body}, ensure_ascii=False, indent=2) + "\n"}
