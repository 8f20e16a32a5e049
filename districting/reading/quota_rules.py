"""QUOTA.toml to :class:`QuotaRules`: unknown keys, wrong kinds and numbers that make no sense are faults, all listed at once."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from districting.model.quota_rules import QuotaRules
from districting.model.settings import InputSpec
from districting.reading.rules_file import Misfit, RulesKind, parse_rules_tree, rules_tree
from districting.wording import text

_TABLES: Final = ("seniors", "juniors", "pupils", "takers")
_KIND: Final = RulesKind(QuotaRules, dict.fromkeys(_TABLES, InputSpec))
_MOST_UPLIFT: Final = 10.0


def load_quota(path: str | Path) -> QuotaRules:
    """Read the rules of a quota.

    Raises
    ------
    DataError : the file is missing, is not TOML, or holds unknown keys, wrong kinds or numbers that make no sense (each one listed)
    """
    path = Path(path)
    return parse_quota(rules_tree(path), folder=path.parent, file=path.name)


def parse_quota(tree: Mapping[str, Any], *, folder: Path, file: str = "") -> QuotaRules:
    """Rules from a parsed TOML tree.

    >>> parse_quota({"name": "指标到校", "seniors": "a.csv", "juniors": "b.csv"}, folder=Path(".")).rounding
    'largest_remainder'
    """
    rules: QuotaRules = parse_rules_tree(tree, _KIND, folder, file, lambda read: [*_misfits(read), *_idle(read, tree)])
    return rules


def _idle(rules: QuotaRules, tree: Mapping[str, Any]) -> Iterator[Misfit]:
    """Keys that nothing reads, because the key they speak of is not there."""
    for key, needed, there in (("years", "pupils", rules.pupils is not None), ("direct_classes", "direct_per", rules.direct_per is not None)):
        if key in tree and not there:
            yield key, text("enrolment.idle_key", needed=needed), text("enrolment.idle_key_remedy", needed=needed, key=key)


def _misfits(rules: QuotaRules) -> Iterator[Misfit]:
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
