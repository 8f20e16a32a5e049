"""Two plans over the same blocks on one page: the second stands where the first has today."""

from __future__ import annotations

import pandas as pd

from districting.auditing import compare_plans
from districting.auditing.views import stage_views
from districting.model.plan import Plan
from districting.outputs.map.page import finished
from districting.outputs.map.page import explore as explore_plan
from districting.wording import say


def compare_html(plan_a: Plan, plan_b: Plan, *, lang: str = "zh") -> str:
    """One page: plan A, a switch to plan B, hatching where a block's school differs, and the measures of both side by side.

    Raises
    ------
    DataError : the plans do not cover the same blocks
    """
    rows = compare_plans(plan_a, plan_b)
    both = _side_by_side(plan_a, plan_b, rows)
    page = explore_plan(both, lang=lang)
    html = page.get_root().render()
    for words in ("zh", "en"):
        html = html.replace(f'"plan":"{say("map.plan", words)}"', f'"plan":"{say("map.plan_a", words)}"').replace(f'"today":"{say("map.today", words)}"', f'"today":"{say("map.plan_b", words)}"')
        html = html.replace(f'"today_school":"{say("map.today_school", words)}"', f'"today_school":"{say("map.plan_b_school", words)}"')
    return finished(html, f"{plan_a.name} · {say('map.comparison', lang)}", lang)


def _side_by_side(plan_a: Plan, plan_b: Plan, rows: pd.DataFrame) -> Plan:
    today = []
    for stage in (s for s in plan_a.zoned_stages if s in plan_b.zoned_stages):
        views = stage_views(plan_b, stage)
        school = [views.school_ids[s] for s in views.plan.school_of_block]
        today.append(pd.DataFrame({"block_id": plan_b.blocks["block_id"].to_numpy(), "stage": stage, "school_id": school}))
    findings = rows.rename(columns={"a": "value", "b": "today"}).assign(threshold=float("nan"), source="")
    return plan_a.replace(today=pd.concat(today) if today else plan_a.today.iloc[:0], findings=findings)
