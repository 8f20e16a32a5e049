"""Findings in words: their measures, scopes and numbers, and whole tables of them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from districting.model.solution import ROUNDING
from districting.outputs.numbers import share_words
from districting.outputs.scheme_names import scheme_name
from districting.outputs.text_table import aligned
from districting.wording import say

_SCOPE: Final = 2
_NUMBERS: Final = (3, 4, 5)
"""Columns of a table of findings."""


def finding_lines(findings: pd.DataFrame, lang: str, names: Mapping[str, str] | None = None, *, lean: bool = False) -> list[str]:
    """Findings as an aligned table; ``names``: id -> name of schools, for findings of one school; ``lean``: without columns that say nothing or the same scope everywhere."""
    if not len(findings):
        return []
    head = [say(f"summary.head_{c}", lang) for c in ("measure", "stage", "scope", "value", "today", "threshold", "verdict")]
    body = [
        [
            measure_name(str(row["measure"]), lang),
            word_of(str(row["stage"]), lang),
            scope_name(str(row["scope"]), lang, names),
            shown_value(row["value"], row["unit"]),
            shown_value(row["today"], row["unit"]),
            shown_value(row["threshold"], row["unit"]),
            say(f"summary.verdict_{row['verdict']}", lang) if row["verdict"] else "",
        ]
        for row in findings.to_dict(orient="records")
    ]
    kept = [c for c in range(len(head)) if not lean or _says(c, [row[c] for row in body])]
    return aligned([[row[c] for c in kept] for row in (head, *body)], right=[i for i, c in enumerate(kept) if c in _NUMBERS])


def _says(column: int, cells: list[str]) -> bool:
    return len(set(cells)) > 1 if column == _SCOPE else any(cells)


def comparison_lines(rows: pd.DataFrame, lang: str) -> list[str]:
    """A comparison of two plans as an aligned table."""
    head = [say(f"summary.head_{c}", lang) for c in ("measure", "stage", "scope", "a", "b", "difference", "verdict")]
    body = [
        [
            measure_name(str(r["measure"]), lang),
            word_of(str(r["stage"]), lang),
            scope_name(str(r["scope"]), lang),
            *(shown_value(r[c], r["unit"]) for c in ("a", "b")),
            shown_difference(r["difference"], r["unit"], lang),
            say(f"summary.verdict_{r['verdict']}", lang) if r["verdict"] else "",
        ]
        for r in rows.to_dict(orient="records")
    ]
    return aligned([head, *body], right=(3, 4, 5))


def measure_name(measure: str, lang: str) -> str:
    """The measure in words; ``cv.books`` and ``districts_breaking.primary`` are a measure of something."""
    family, _, of = measure.partition(".")
    if not of:
        return say(f"measure.{family}", lang)
    if family == "districts_breaking":
        return say("measure.districts_breaking", lang, of=say(f"grouping.kind_{of}", lang))
    if family == "classes_in_band":
        return say("measure.classes_from", lang, of=of[:-1]) if of.endswith("+") else say("measure.classes_in_band", lang, of=of)
    if family == "schools_excluded":
        return say("measure.schools_excluded", lang, of=say(f"measure.why_{of}", lang))
    group, _, column = of.partition(".")
    if column:
        return say(f"measure.{family}_in", lang, group=say(f"measure.of_{group}", lang), of=say(f"measure.of_{column}", lang))
    return say(f"measure.{family}", lang, of=say(f"measure.of_{of}", lang))


def scope_name(scope: str, lang: str, names: Mapping[str, str] | None = None) -> str:
    """``all``, ``schools``, ``school:ID``, ``districts:FORM``, ``district:FORM:ID`` or ``band:LOW..HIGH`` in words."""
    kind, _, form = scope.partition(":")
    if kind == "school":
        return (names or {}).get(form, form)
    if kind == "band":
        low, _, high = form.partition("..")
        return _band_words(low, high, lang)
    form, _, district = form.partition(":")
    return say(f"summary.scope_{kind}", lang, form=scheme_name(form, lang) if form else form, district=district)


def _band_words(low: str, high: str, lang: str) -> str:
    """A band of metres farther: below 0 is nearer, an empty end is open."""
    if not low or not high:
        return say("summary.scope_band_nearer_open" if not low else "summary.scope_band_farther_open", lang, metres=(high or low).lstrip("-"))
    if low.startswith("-") != high.startswith("-") and low != "0":
        return say("summary.scope_band_about", lang, nearer=low.lstrip("-"), farther=high)
    least, most = sorted((low.lstrip("-"), high.lstrip("-")), key=float)
    return say("summary.scope_band_nearer" if low.startswith("-") else "summary.scope_band_farther", lang, low=least, high=most)


def shown_value(value: Any, unit: str) -> str:
    """A number of a finding as people read it, by its unit; empty where there is none.

    >>> shown_value(-0.3, "metre"), shown_value(-1200.0, "metre"), shown_value(-0.0001, "cv")
    ('0', '-1,200', '0.000')
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if unit == "share":
        return share_words(value)
    said = f"{value:.3f}" if unit in ("cv", "point", "1") else f"{value:,.0f}"
    return said if any(digit in said for digit in "123456789") else said.removeprefix("-")


def shown_difference(value: Any, unit: str, lang: str) -> str:
    """A difference as people read it: that of two shares in percentage points, to one decimal as the shares themselves.

    >>> shown_difference(0.0006, "share", "en"), shown_difference(-0.0123, "share", "zh"), shown_difference(0.00001, "share", "en"), shown_difference(5.0, "pupil", "en")
    ('0.1 pp', '-1.2个百分点', '< 0.1 pp', '5')
    """
    if unit != "share" or value is None or math.isnan(value):
        return shown_value(value, unit)
    tenths = math.floor(abs(value) * 1000 + 0.5 + 1e-9)
    if not tenths:
        return say("summary.points", lang, n="0.0") if abs(value) < ROUNDING else say("summary.points", lang, n="< 0.1" if value > 0 else "> -0.1")
    return say("summary.points", lang, n=f"{'-' if value < 0 else ''}{tenths // 10}.{tenths % 10}")


def word_of(name: str, lang: str) -> str:
    """A stage or another noun of the glossary; "" stays empty."""
    return say(f"word.{name}", lang) if name else ""
