"""Two plans over the same blocks on one page: the second stands where the page of one plan has today."""

from __future__ import annotations

from typing import Any, Final

import geopandas as gpd
import pandas as pd

from districting.auditing import compare_plans
from districting.auditing.views import stage_views
from districting.model.plan import Plan
from districting.outputs.map.content import page_content
from districting.outputs.map.ground import refuse_undrawable
from districting.outputs.map.page import finished, framed
from districting.wording import say

_WORDS: Final = {
    "plan": "plan_a",
    "today": "plan_b",
    "zone_school": "plan_a_school",
    "today_school": "plan_b_school",
    "changed_n": "differs_n",
    "moves_n": "differences_n",
    "change": "differences",
    "change_shown": "change_differs",
    "verdict": "verdict_b",
}
"""Word of the page of one plan -> the word that stands there in a comparison."""


def compare_html(plan_a: Plan, plan_b: Plan, *, lang: str | None = None) -> str:
    """One internal page: plan A, a switch to plan B, hatching where a block's school differs, who moves, and the measures of both side by side.

    Districts of both plans are views of their own. Without zones, ground is what the districts of the two plans cut out together.

    Raises
    ------
    DataError : the plans do not cover the same blocks or share no stage, or the blocks have no outlines
    """
    rows = compare_plans(plan_a, plan_b)
    refuse_undrawable(plan_a)
    lang = lang or plan_a.language
    both = _side_by_side(plan_a, plan_b, rows)
    names = f"{plan_a.name} {plan_a.year}", f"{plan_b.name} {plan_b.year}"
    content = page_content(both, "internal", lang, sides={"plan_a": plan_a, "plan_b": plan_b})
    title = f"{names[0]} · {say('map.comparison', lang)}" if names[0] == names[1] else f"{names[0]} / {names[1]}"
    return finished(framed({**content, "title": title, "compared": True}, _WORDS), title, lang)


def _side_by_side(plan_a: Plan, plan_b: Plan, rows: pd.DataFrame) -> Plan:
    """Plan A with B's schools as its today, with the schools only B has, and with the comparison as its findings."""
    common = [s for s in plan_a.zoned_stages if s in plan_b.zoned_stages]
    today = []
    for stage in common:
        views = stage_views(plan_b, stage)
        ids = pd.Series([*views.school_ids, None], dtype="object")  # position -1: in no zone
        school = ids.iloc[views.plan.school_of_block].to_numpy()
        today.append(pd.DataFrame({"block_id": plan_b.blocks["block_id"].to_numpy(), "stage": stage, "school_id": school}).dropna())
    findings = rows.rename(columns={"a": "value", "b": "today"}).assign(threshold=float("nan"), source="")
    return plan_a.replace(
        today=pd.concat(today, ignore_index=True) if today else plan_a.today.iloc[:0],
        findings=findings,
        schools=_with_others(plan_a.schools, plan_b.schools, ["school_id"]),
        school_stages=_with_others(plan_a.school_stages, plan_b.school_stages, ["school_id", "stage"]),
    )


def _with_others(mine: Any, others: Any, key: list[str]) -> Any:
    """The rows of ``mine``, then those of ``others`` whose key ``mine`` has not."""
    new = others[~pd.MultiIndex.from_frame(others[key]).isin(pd.MultiIndex.from_frame(mine[key]))]
    if not len(new):
        return mine
    if isinstance(mine, gpd.GeoDataFrame):
        new = new.to_crs(mine.crs)
    return pd.concat([mine, new], ignore_index=True)
