"""Before and after sharing: a table of indicators for each form and stage, the steps from today to all of it, and the rates that were assumed. Internal."""

from __future__ import annotations

import math
from typing import Any, Final

import pandas as pd

from districting.model.plan import Plan
from districting.outputs.finding_words import shown_value
from districting.outputs.numbers import share_words
from districting.outputs.scheme_names import scheme_name
from districting.outputs.text_table import aligned
from districting.wording import known, say

SHARED: Final = frozenset({"cv_shared", "cv_mean_shared", "gap_closed"})
"""Families of findings that stand in these tables."""
RATES: Final = "sharing"
"""Part of the provenance that records the rates."""
_BAR: Final = 24


def sharing_lines(plan: Plan, findings: pd.DataFrame, lang: str) -> list[str]:
    """The heading, a table and the steps for each form and stage, and the rates; nothing where nobody shares."""
    whole = plan.sharing_effect[plan.sharing_effect["district_id"] == ""] if len(plan.sharing_effect) else plan.sharing_effect
    lines: list[str] = []
    for (scheme, stage), part in whole.groupby(["scheme", "stage"], sort=False):
        lines += ["", say("sharedeffect.of", lang, form=scheme_name(str(scheme), lang), stage=say(f"word.{stage}", lang))]
        lines += _table(part, line_of(findings, str(scheme), str(stage)), lang) + _steps(plan.sharing_steps, str(scheme), str(stage), lang)
    rates = rate_words(plan, lang)
    return ["", say("sharedeffect.title", lang), *([rates] if rates else []), *lines[1:]] if lines else []


def line_of(findings: pd.DataFrame, scheme: str, stage: str) -> dict[str, float]:
    """The line of each indicator, as the findings have it."""
    mine = findings[(findings["scope"] == f"districts:{scheme}") & (findings["stage"] == stage)]
    each = zip(mine["measure"], mine["threshold"], strict=True)
    return {str(m).removeprefix("cv_shared."): math.nan if pd.isna(t) else float(t) for m, t in each if str(m).startswith("cv_shared.")}


def rate_words(plan: Plan, lang: str) -> str:
    """What was assumed, as the plan records it."""
    part = plan.provenance[plan.provenance["part"] == RATES] if len(plan.provenance) else plan.provenance
    given = dict(zip(part["key"], part["value"], strict=True)) if len(part) else {}
    reach = given.pop("reach_m", None)
    if reach is None:
        return ""
    said = [f"{_indicator(name, lang)} {share_words(float(share))}" for name, share in given.items()]
    return say("sharedeffect.rates", lang, rates=said, reach=float(reach))


def _table(part: pd.DataFrame, line: dict[str, float], lang: str) -> list[str]:
    head = [say(f"sharedeffect.head_{c}", lang) for c in ("indicator", "kind", "before", "after", "line", "closed")]
    body = [
        [
            _indicator(r["indicator"], lang),
            say(f"sharedeffect.step_{r['kind']}", lang),
            *(shown_value(v, "cv") or "–" for v in (r["before"], r["after"])),
            shown_value(line.get(r["indicator"], math.nan), "cv"),
            "–" if math.isnan(r["closed_share"]) else share_words(r["closed_share"]),
        ]
        for r in part.to_dict(orient="records")
    ]
    return aligned([head, *body], right=(2, 3, 4, 5))


def _steps(steps: pd.DataFrame, scheme: str, stage: str, lang: str) -> list[str]:
    """A bar for every level, the longest for today."""
    mine: list[dict[Any, Any]] = steps[(steps["scheme"] == scheme) & (steps["stage"] == stage)].to_dict(orient="records") if len(steps) else []
    if not mine:
        return []
    top = max(r["cv_mean"] for r in mine) or 1.0
    head = [say(f"sharedeffect.head_{c}", lang) for c in ("step", "cv_mean", "change")]
    body = [
        [
            say(f"sharedeffect.step_{r['step']}", lang),
            shown_value(r["cv_mean"], "cv"),
            "" if r["step"] == "today" else f"{r['change']:+.3f}",
            "█" * round(_BAR * r["cv_mean"] / top),
        ]
        for r in mine
    ]
    return ["", *aligned([[*head, ""], *body], right=(1, 2))]


def _indicator(name: Any, lang: str) -> str:
    key = f"measure.of_{name}"
    return say(key, lang) if known(key) else str(name)
