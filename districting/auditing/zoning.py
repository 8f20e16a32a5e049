"""Findings about the attendance zones of one stage."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from districting.auditing.finding import against_today, finding, under_line
from districting.auditing.views import stage_views
from districting.measures.registry import MEASURES
from districting.model.plan import Plan
from districting.model.settings import AuditSettings

_LINES = {"pupils_over_seats": 0.0, "detached_pieces": 0.0, "fullest_school": 1.0}
"""Hard rules as lines: no pupil over the seats, no detached piece."""


OF_DISTANCE = ("mean_distance_m", "p95_distance_m", "max_distance_m", "share_beyond_radius", "share_at_nearest", "pupils_farther")
"""Measures that say nothing where no distance is known."""


OF_BLOCKS = (
    "mean_distance_m",
    "p95_distance_m",
    "max_distance_m",
    "share_beyond_radius",
    "share_at_nearest",
    "pupils_moved",
    "share_moved",
    "pupils_farther",
    "detached_pieces",
)
"""Measures that need the pupils of single blocks, or which blocks touch: a plan for the public has neither."""


def zoning_findings(plan: Plan, stage: str, settings: AuditSettings) -> list[dict[str, Any]]:
    """Every zoning measure for the plan and for today, the pupils and blocks that move, and the proof. Measures of distance only where distances are known."""
    views = stage_views(plan, stage, settings.service_radius_m.get(stage, math.nan))
    rows = []
    for name, measure in MEASURES.items():
        if (name in OF_DISTANCE and not views.measured) or (name in OF_BLOCKS and not views.told):
            continue
        value = measure.function(views.plan)
        today = measure.function(views.today) if views.today is not None else math.nan
        line = today if name == "detached_pieces" and _rule(plan, stage, "excuse_islands") == "on" else _LINES.get(name, math.nan)
        verdict = under_line(value, line) or against_today(value, today, measure.better, measure.unit)
        rows.append(finding(name, value, measure.unit, stage=stage, today=today, threshold=line, verdict=verdict, source=measure.source))
    if views.today is not None:
        hidden = (() if views.measured else OF_DISTANCE) + (() if views.told else OF_BLOCKS)
        rows += [row for row in _moves(views.plan, views.today, stage) if row["measure"] not in hidden]
    return rows + _proof(plan, stage)


def _rule(plan: Plan, stage: str, rule: str) -> str:
    """A rule of the stage as the plan states it; empty where it says nothing."""
    rows = plan.rules
    found = rows.loc[(rows["stage"] == stage) & (rows["rule"] == rule), "value"]
    return str(found.iloc[0]) if len(found) else ""


def _moves(planned: Any, today: Any, stage: str) -> list[dict[str, Any]]:
    known = today.school_of_block >= 0
    moved = known & (planned.school_of_block != today.school_of_block)
    pupils = float(planned.demand[moved].sum())
    longer = moved & (planned.distance_m > today.distance_m)
    total = float(planned.demand.sum())
    return [
        finding("pupils_moved", pupils, "pupil", stage=stage, today=0.0),
        finding("share_moved", pupils / total if total else math.nan, "share", stage=stage, today=0.0),
        finding("blocks_moved", float(np.count_nonzero(moved)), "block", stage=stage, today=0.0),
        finding("pupils_farther", float(planned.demand[longer].sum()), "pupil", stage=stage, today=0.0),
        finding("blocks_without_today", float(np.count_nonzero(~known)), "block", stage=stage),
    ]


def _proof(plan: Plan, stage: str) -> list[dict[str, Any]]:
    part = f"zoning.{stage}"
    rows = []
    said = plan.recorded(part, "unit") or "pupil-metre"
    for key, unit in (("objective", said), ("bound", said), ("gap", "share")):
        value = plan.recorded(part, key)
        if value is not None:
            rows.append(finding(key, float(value), unit, stage=stage))
    return rows
