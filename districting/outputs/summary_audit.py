"""What a planner sees first of an audit: the three numbers that matter most, then short tables by subject. The rest stands behind -v and in the files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd

from districting.model.plan import Plan
from districting.outputs.finding_words import finding_lines, shown_value
from districting.outputs.summary_balance import RISK, audit_lines, headed, indicator_lines, stages_in
from districting.outputs.summary_sharing import SHARED
from districting.wording import say

_FIRST: Final = (("pupils_over_seats", "all"), ("share_moved", "all"), ("schools_passing", "schools"))
"""Measure and scope of the three numbers."""
_ZONES: Final = (
    *("mean_distance_m", "share_beyond_radius", "share_at_nearest", "pupils_over_seats", "fullest_school", "seat_use_cv", "detached_pieces"),
    *("share_moved", "share_at_good_school", "share_near_good_school", "zoned_schools_share", "schools_in_line", "schools_over_specialty"),
)
_DISTRICTS: Final = ("districts", "score_range", "share_covered", "complementarity")
_OFFICIAL: Final = ("schools_measured", "basic_composite", "coefficients_over_line", "schools_passing")
_SHARING: Final = ("cv_mean_shared", "gap_closed")
_COLUMNS: Final = ("cv", "line_met", "warning")
_RAISED: Final = ("medium", "high")
_CONDITIONS: Final = (
    "large_classes",
    "huge_classes",
    "schools_over_class_cap",
    "schools_short_of_staff",
    "out_of_zone",
    "migrants_in_public",
    "schools_over_size",
)


def audit_summary(plan: Plan, findings: pd.DataFrame, school_lines: pd.DataFrame, lang: str) -> list[str]:
    """The short audit; the whole one (:func:`districting.outputs.summary_balance.audit_lines`) where nothing of it is known."""
    first = _first(findings, lang)
    scope = _before(findings["scope"], ":")
    lines = list(first)
    lines += _part("zones", findings[scope == "all"], _ZONES, lang)
    lines += headed("risk", _risk(findings[scope == "all"], lang), lang)
    between = findings[scope == "districts"]
    lines += headed(
        "of_districts", _lean(between[between["measure"].isin(_DISTRICTS) | ((between["verdict"] == "fail") & ~family(between).isin(SHARED))], lang), lang
    )
    lines += _part("official", findings[scope == "schools"], _OFFICIAL, lang)
    lines += indicator_lines(findings, lang, _COLUMNS, lined=True)
    lines += _part("conditions", findings[scope == "schools"], _CONDITIONS, lang)
    shared = between["measure"].isin(_SHARING) | ((between["verdict"] == "fail") & family(between).isin(SHARED))
    lines += _part("sharing", between[shared], list(between["measure"][shared]), lang)
    if not lines:
        return audit_lines(plan, findings, school_lines, lang)
    return [*lines[0 if first else 1 :], "", say("balance.more", lang)]


def _first(findings: pd.DataFrame, lang: str) -> list[str]:
    """One numbered sentence for each of the numbers that is known, its stages beside each other."""
    said: list[str] = []
    for measure, scope in _FIRST:
        mine = findings[(findings["measure"] == measure) & (findings["scope"] == scope)]
        parts = []
        for row in (r for stage in stages_in(mine) for r in mine[mine["stage"] == stage].to_dict(orient="records")):
            value, today, line = (shown_value(row[c], row["unit"]) for c in ("value", "today", "threshold"))
            kind = "today" if today and measure != "share_moved" else "line" if line else "plain"
            parts.append(say(f"balance.first_{kind}", lang, stage=say(f"word.{row['stage']}", lang), value=value, today=today, line=line))
        if parts:
            said.append(say("balance.first", lang, number=len(said) + 1, measure=say(f"balance.first_{measure}", lang), parts=parts))
    return said


def _part(subject: str, rows: pd.DataFrame, measures: Sequence[str], lang: str) -> list[str]:
    mine = rows[rows["measure"].isin(measures)]
    order = {s: i for i, s in enumerate(("preschool", "primary", "junior", "senior"))}
    return headed(subject, _lean(mine.sort_values("stage", key=lambda s: s.map(order).fillna(len(order)), kind="stable"), lang), lang)


def _risk(rows: pd.DataFrame, lang: str) -> list[str]:
    """The level, what raises it, and how likely a rule is to break."""
    mine = rows[family(rows).isin(RISK) & (rows["verdict"].isin(_RAISED) | rows["measure"].isin(("risk_level", "chance_any_rule_breaks")))]
    return _lean(mine, lang)


def _lean(rows: pd.DataFrame, lang: str) -> list[str]:
    return finding_lines(rows, lang, lean=True)


def family(findings: pd.DataFrame) -> pd.Series[str]:
    """What each measure is a measure of: the part before the point."""
    return _before(findings["measure"], ".")


def _before(words: pd.Series, mark: str) -> pd.Series[str]:
    return pd.Series([str(w).partition(mark)[0] for w in words], index=words.index, dtype="str")
