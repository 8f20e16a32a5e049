"""Balance monitoring as one workbook, for internal use: findings, lines that are missed (nearest first), what is not given, and every school against every line."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, Final, Literal

import pandas as pd

from districting.model.kinds import refuse_kind
from districting.model.plan import Plan
from districting.outputs.finding_words import measure_name, scope_name
from districting.outputs.numbers import tidy
from districting.outputs.public import public_plan
from districting.outputs.scheme_names import scheme_name
from districting.outputs.summary_balance import BALANCE
from districting.outputs.summary_sharing import line_of, rate_words
from districting.outputs.workbook import Cell, Row, Share, Sheet, marks_of, write_book
from districting.wording import say

_FINDINGS: Final = ("measure", "stage", "scope", "value", "today", "threshold", "verdict", "source")
_EFFECT: Final = ("form", "district_id", "stage", "indicator", "kind", "schools", "sharing", "before", "after", "line", "closed")
_STEPS: Final = ("form", "stage", "step", "cv_mean", "change")
_LINES: Final = ("school_id", "school", "stage", "indicator", "value", "line", "share_of_line", "status")


def write_balance(plan: Plan, path: str | Path, *, audience: Literal["internal", "public"] = "internal", lang: Literal["zh", "en"] | None = None) -> None:
    """Write the findings about balance and the table of schools against lines as an Excel workbook in ``lang`` (None = the plan's language).

    It speaks of single schools: the ``public`` workbook has one sheet that says it holds nothing. The same plan gives the same bytes.

    Raises
    ------
    DataError : ``plan`` is no Plan
    OutputError : the file cannot be written; what stood there is unchanged
    """
    refuse_kind(plan, Plan, "plan")
    speak = lang or plan.language
    shown = public_plan(plan) if audience == "public" else plan
    sheets = balance_sheets(shown, speak) if audience == "internal" else []
    sheets = sheets or [Sheet(say("balance.sheet_nothing", speak), (), [], say("balance.about_nothing", speak))]
    write_book(path, sheets, lambda sheet: say("balance.book_title", speak, name=plan.name, year=plan.year, sheet=sheet.name), marks_of(shown, audience, speak))


def has_balance(plan: Plan) -> bool:
    """Whether the plan has been measured against the lines of balance."""
    return bool(len(plan.school_lines))


def balance_sheets(plan: Plan, lang: str) -> list[Sheet]:
    """The sheets that have rows, with their cells in ``lang``."""
    lines, name = plan.school_lines, dict(zip(plan.schools["school_id"], plan.schools["name"], strict=True))
    missed = lines[lines["status"].isin(("near", "short"))].sort_values(["share_of_line", "school_id"], ascending=[False, True], kind="stable")
    by_school = lines.sort_values(["stage", "school_id"], key=lambda c: c.map({"primary": 0, "junior": 1}).fillna(2) if c.name == "stage" else c, kind="stable")
    made = [("findings", _FINDINGS, _finding_rows(plan.findings, lang))]
    for key, rows in (("near", missed), ("missing", lines[lines["status"] == "missing"]), ("lines", by_school)):
        made.append((key, _LINES, [_line_row(r, name, lang) for r in rows.to_dict(orient="records")]))
    return [
        Sheet(
            say(f"balance.sheet_{key}", lang), tuple(say(f"balance.head_{c}", lang) for c in columns), rows, say(f"balance.about_{key}", lang), "school_lines"
        )
        for key, columns, rows in made
        if rows
    ] + _sharing_sheets(plan, lang)


def _sharing_sheets(plan: Plan, lang: str) -> list[Sheet]:
    """Before and after sharing by district, and the steps; the note says the rates."""
    forms = {s: scheme_name(str(s), lang) for s in (plan.sharing_effect["scheme"].unique() if len(plan.sharing_effect) else ())}
    names = dict(zip(plan.districts["district_id"], plan.districts["name"], strict=True)) if len(plan.districts) else {}
    lines = {(s, t): line_of(plan.findings, str(s), str(t)) for s in forms for t in plan.sharing_effect["stage"].unique()} if len(plan.findings) else {}
    effect: list[Row] = [
        (
            forms[r["scheme"]],
            str(names.get(r["district_id"], r["district_id"])) if r["district_id"] else say("sharedeffect.all_schools", lang),
            say(f"word.{r['stage']}", lang),
            say(f"measure.of_{r['indicator']}", lang),
            say(f"sharedeffect.step_{r['kind']}", lang),
            int(r["schools"]),
            int(r["sharing"]),
            *(_number(v, "cv") for v in (r["before"], r["after"], lines.get((r["scheme"], r["stage"]), {}).get(r["indicator"], math.nan))),
            _number(r["closed_share"], "share"),
        )
        for r in plan.sharing_effect.to_dict(orient="records")
    ]
    steps: list[Row] = [
        (
            forms[r["scheme"]],
            say(f"word.{r['stage']}", lang),
            say(f"sharedeffect.step_{r['step']}", lang),
            _number(r["cv_mean"], "cv"),
            _number(r["change"], "cv"),
        )
        for r in plan.sharing_steps.to_dict(orient="records")
    ]
    rates = rate_words(plan, lang)
    return [
        Sheet(
            say(f"sharedeffect.sheet_{key}", lang),
            tuple(say(f"sharedeffect.head_{c}", lang) for c in columns),
            rows,
            f"{say(f'sharedeffect.about_{key}', lang)}{'。' if lang == 'zh' else '. '}{rates}" if rates else say(f"sharedeffect.about_{key}", lang),
            f"sharing_{key}",
        )
        for key, columns, rows in (("effect", _EFFECT, effect), ("steps", _STEPS, steps))
        if rows
    ]


def _finding_rows(findings: pd.DataFrame, lang: str) -> list[Row]:
    if not len(findings):
        return []
    mine = findings[[str(m).partition(".")[0] in BALANCE for m in findings["measure"]]]
    return [
        (
            measure_name(str(r["measure"]), lang),
            say(f"word.{r['stage']}", lang) if r["stage"] else "",
            scope_name(str(r["scope"]), lang),
            *(_number(r[c], r["unit"]) for c in ("value", "today", "threshold")),
            say(f"summary.verdict_{r['verdict']}", lang) if r["verdict"] else "",
            str(r["source"] or ""),
        )
        for r in mine.to_dict(orient="records")
    ]


def _line_row(row: dict[Any, Any], name: dict[Any, Any], lang: str) -> Row:
    school = str(row["school_id"])
    return (
        school,
        str(name.get(school, school)),
        say(f"word.{row['stage']}", lang),
        say(f"measure.of_{row['indicator']}", lang),
        _number(row["value"], ""),
        _number(row["line"], ""),
        _number(row["share_of_line"], "share"),
        say(f"balance.status_{row['status']}", lang),
    )


def _number(value: Any, unit: str) -> Cell:
    """The number as every file has it; empty where there is none."""
    if value is None or math.isnan(value):
        return ""
    number = tidy(float(value))
    return Share(number) if unit == "share" else int(number) if unit and number.is_integer() and unit not in ("cv", "1", "point") else number
