"""Two plans over the same blocks, measure by measure."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from districting.auditing.audit import audit_plan
from districting.auditing.finding import against_today
from districting.auditing.views import stage_views
from districting.auditing.zoning import OF_DISTANCE
from districting.errors import DataError, Fault
from districting.measures.registry import DISTRICT_MEASURES, MEASURES
from districting.model.kinds import refuse_kind, refuse_public
from districting.model.plan import Plan
from districting.wording import text

_OF_DISTANCE = (*OF_DISTANCE, "objective", "bound", "gap")


def compare_plans(plan_a: Plan, plan_b: Plan) -> pd.DataFrame:
    """One row per measure: measure, stage, scope, a, b, difference (b - a), unit, verdict (is b better or worse), and the pupils whose school differs.
    Rows of one district are left out: a district of one plan is none of the other.
    Measures of distance get no verdict where the distances of the plans are not of one kind (see :func:`different_distances`).

    Raises
    ------
    DataError : the plans do not cover the same blocks or share no stage
    """
    refuse_kind(plan_a, Plan, "plan_a")
    refuse_kind(plan_b, Plan, "plan_b")
    refuse_public(plan_a, plan_b)
    stages = [s for s in plan_a.zoned_stages if s in plan_b.zoned_stages]
    _refuse_different_ground(plan_a, plan_b, stages)
    a, b = (rows[~rows["scope"].str.startswith("district:")] for rows in (audit_plan(plan_a).findings, audit_plan(plan_b).findings))
    keys = ["measure", "stage", "scope"]
    both = a[[*keys, "value", "unit"]].merge(b[[*keys, "value"]], on=keys, suffixes=("_a", "_b"), validate="one_to_one")
    both = both.rename(columns={"value_a": "a", "value_b": "b"})
    both["difference"] = both["b"] - both["a"]
    apart = different_distances(plan_a, plan_b)
    both["verdict"] = [
        "" if s in apart and m in _OF_DISTANCE else _verdict(m, x, y, u)
        for m, s, x, y, u in zip(both["measure"], both["stage"], both["a"], both["b"], both["unit"], strict=True)
    ]
    differing = [_differing(plan_a, plan_b, stage) for stage in stages]
    columns = ["measure", "stage", "scope", "a", "b", "difference", "unit", "verdict"]
    return pd.concat([pd.DataFrame(differing, columns=columns), both[columns]], ignore_index=True)


def different_distances(plan_a: Plan, plan_b: Plan) -> dict[str, tuple[str, str]]:
    """Stage -> what the distances of either plan are (``straight``, ``walk``, a file), where they differ and so cannot be held against each other."""
    words = {s: (plan_a.distance_word(s), plan_b.distance_word(s)) for s in plan_a.zoned_stages if s in plan_b.zoned_stages}
    return {stage: (a, b) for stage, (a, b) in words.items() if a != b}


def _verdict(measure: str, a: float, b: float, unit: str) -> str:
    known = MEASURES.get(measure) or DISTRICT_MEASURES.get(measure)
    better = (
        known.better
        if known is not None
        else "lower"
        if measure.startswith(("cv.", "cv_", "districts_breaking", "pupils_", "share_moved", "score_range"))
        else "neutral"
    )
    return against_today(b, a, better, unit)


def _differing(plan_a: Plan, plan_b: Plan, stage: str) -> dict[str, Any]:
    a, b = stage_views(plan_a, stage), stage_views(plan_b, stage)
    ids_a, ids_b = np.array([*a.school_ids, ""], dtype=object), np.array([*b.school_ids, ""], dtype=object)
    position = pd.Index(plan_b.blocks["block_id"]).get_indexer(plan_a.blocks["block_id"])
    differs = ids_a[a.plan.school_of_block] != ids_b[b.plan.school_of_block][position]
    pupils = float(a.plan.demand[differs].sum())
    return {"measure": "pupils_differing", "stage": stage, "scope": "all", "a": 0.0, "b": pupils, "difference": pupils, "unit": "pupil", "verdict": ""}


def _refuse_different_ground(plan_a: Plan, plan_b: Plan, stages: list[str]) -> None:
    only_a = set(plan_a.blocks["block_id"]) - set(plan_b.blocks["block_id"])
    only_b = set(plan_b.blocks["block_id"]) - set(plan_a.blocks["block_id"])
    if only_a or only_b:
        raise DataError(Fault(text("auditing.other_blocks", a=len(only_a), b=len(only_b), examples=sorted(only_a | only_b)[:3]), text("auditing.same_blocks")))
    if not stages and not (len(plan_a.districts) and len(plan_b.districts)):
        raise DataError(Fault(text("auditing.no_common_stage"), text("auditing.same_stage")))
