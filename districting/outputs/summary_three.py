"""The last lines of a run: for every stage with zones the three numbers that are asked for first (how far, seats, who must change), each beside today."""

from __future__ import annotations

import math
from typing import Final

import pandas as pd

from districting.model.plan import Plan
from districting.outputs.finding_words import shown_value, word_of
from districting.outputs.numbers import share_words
from districting.outputs.text_table import aligned
from districting.wording import say

_UNITS: Final = {"mean_distance_m": "m", "pupils_over_seats": "pupil"}


def three_lines(plan: Plan, lang: str) -> list[str]:
    """A small table; empty where no stage has zones or nothing was audited.

    ``how far``: mean distance in metres; ``seats``: pupils above the seats; ``who must change``: pupils whose zone changes and their share; and the gap to the best.
    """
    rows = plan.findings[plan.findings["scope"].astype(str).isin(("", "all"))] if len(plan.findings) else plan.findings
    body = [line for stage in plan.zoned_stages if (line := _line(rows[rows["stage"] == stage].drop_duplicates("measure").set_index("measure"), stage, lang))]
    if not body:
        return []
    head = [say(f"summary.three_{c}", lang) for c in ("stage", "distance", "seats", "moved", "gap")]
    return [say("summary.three", lang), *aligned([head, *body], right=(1, 2, 3, 4))]


def _line(of: pd.DataFrame, stage: str, lang: str) -> list[str]:
    if "mean_distance_m" not in of.index:
        return []
    beside = [_beside(of, name, lang) for name in _UNITS]
    return [word_of(stage, lang), *beside, _moved(of, lang), share_words(float(of["value"]["gap"])) if "gap" in of.index else ""]


def _beside(of: pd.DataFrame, name: str, lang: str) -> str:
    """The value of the plan, with today's where it is known."""
    if name not in of.index:
        return ""
    value, today = (float(of[column][name]) for column in ("value", "today"))
    shown = shown_value(value, _UNITS[name])
    return shown if math.isnan(today) else say("summary.three_today", lang, value=shown, today=shown_value(today, _UNITS[name]))


def _moved(of: pd.DataFrame, lang: str) -> str:
    if "pupils_moved" not in of.index or math.isnan(float(of["value"]["pupils_moved"])):
        return say("summary.three_no_today", lang)
    return say(
        "summary.three_share", lang, value=shown_value(float(of["value"]["pupils_moved"]), "pupil"), share=share_words(float(of["value"]["share_moved"]))
    )
