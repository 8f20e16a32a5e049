"""OVERFLOW.toml to :class:`OverflowRules`: unknown keys, wrong kinds and numbers that make no sense are faults, all listed at once."""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from districting.errors import DataError, Fault
from districting.model.overflow_problem import SCOPES
from districting.model.overflow_rules import NINE_YEAR_CAP, SCHOOL_CAP, OverflowRules
from districting.model.settings import InputSpec
from districting.reading.lottery_schema import DRAFT, file_schema, object_schema
from districting.reading.rules_file import load_rules_file
from districting.wording import Text, text

_TABLES: Final = {"pupils": "overflow_pupils", "schools": "overflow_schools", "dwellings": "overflow_dwellings"}
_NUMERALS: Final = "一二三四五六七八九"
_JUNIOR: Final = {"初一": 7, "初二": 8, "初三": 9}


def load_overflow(path: str | Path) -> OverflowRules:
    """Read the rules of an overflow.

    Raises
    ------
    DataError : the file is missing, is not TOML, or holds unknown keys, wrong kinds or numbers that make no sense (each one listed)
    """
    rules = load_rules_file(path, OverflowRules, dict.fromkeys(_TABLES, InputSpec), frozenset({"pupils"}))
    faults = [Fault(problem, remedy, file=rules.file, column=place) for place, problem, remedy in _misfits(rules)]
    if faults:
        raise DataError(faults)
    return rules


def _misfits(rules: OverflowRules) -> Iterator[tuple[str, Text, Text]]:
    if not rules.order or len(set(rules.order)) < len(rules.order):
        yield "order", text("overflow.bad_order"), text("overflow.bad_order_remedy", names=list(SCOPES))
    for key in ("class_size", "school_cap", "nine_year_cap", "lock_years"):
        value = getattr(rules, key)
        if value is not None and value < 1:
            yield key, text("overflow.not_positive", given=value), text("overflow.give_positive")
    if rules.max_distance_m is not None and not (math.isfinite(rules.max_distance_m) and rules.max_distance_m > 0):
        yield "max_distance_m", text("overflow.not_positive", given=str(rules.max_distance_m)), text("overflow.give_positive")


def grade_number(cell: str) -> int | None:
    """Grade 1 to 9 of compulsory schooling, None where the words are no grade.

    >>> grade_number("一年级"), grade_number("初一"), grade_number("7"), grade_number("8年级"), grade_number("高一")
    (1, 7, 7, 8, None)
    """
    plain = unicodedata.normalize("NFKC", cell).strip()
    if plain in _JUNIOR:
        return _JUNIOR[plain]
    core = plain.removesuffix("年级").removesuffix("级").casefold().removeprefix("grade").strip()
    if len(core) == 1 and core in _NUMERALS:
        return _NUMERALS.index(core) + 1
    return int(core) if core in set("123456789") else None


def overflow_schema() -> dict[str, str]:
    """File name -> text of the schema of OVERFLOW.toml, published beside those of the tables."""
    least = {"type": "integer", "minimum": 1}
    body = object_schema(
        ["plan", "pupils", "schools"],
        plan={"type": "string", "minLength": 1},
        **{key: file_schema(of) for key, of in _TABLES.items()},
        stage={"enum": ["primary", "junior"], "default": "primary"},
        name={"type": "string"},
        language={"enum": ["zh", "en"]},
        year={"type": "integer"},
        term={"enum": ["first", "second"], "default": "first"},
        scheme={"type": "string"},
        group_scheme={"type": "string"},
        order={"type": "array", "minItems": 1, "uniqueItems": True, "items": {"enum": list(SCOPES)}, "default": list(SCOPES)},
        class_size=least,
        school_cap={**least, "default": SCHOOL_CAP},
        nine_year_cap={**least, "default": NINE_YEAR_CAP},
        lock={"enum": ["last", "refuse", "off"], "default": "last"},
        lock_years=least,
        lock_where={"enum": ["all", "oversubscribed"], "default": "all"},
        max_distance_m={"type": "number", "exclusiveMinimum": 0},
    )
    return {"overflow_rules.json": json.dumps({"$schema": DRAFT, "title": "overflow_rules", **body}, ensure_ascii=False, indent=2) + "\n"}
