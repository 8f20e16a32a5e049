"""The proof that a plan file brings along: how far its zones can be from the best."""

from __future__ import annotations

import numpy as np

from districting.model.plan import Plan
from districting.planning.plan_ground import SAME, StageGround, stage_ground
from districting.planning.reasons import other_goals, rules_not_carried


def recorded_slack_m(plan: Plan, stage: str) -> float:
    """Pupil-metres by which no plan under the same rules can be shorter than this one, as its provenance proves; ``inf`` where it proves nothing of distance.

    Trusted only where distance is all that was weighed, and the zones are still those that were solved.
    """
    part = f"zoning.{stage}"
    bound, metres = plan.recorded(part, "bound"), plan.recorded(part, "term.distance")
    if bound is None or metres is None or plan.recorded(part, "unit") != "pupil-metre" or other_goals(plan, stage):
        return np.inf
    ground = stage_ground(plan, stage)
    soft = ground.rules.get("seats", "on").startswith("soft") or ground.holds("shared_zones", "off")
    if soft or rules_not_carried(ground) or ground.ways is None or not _same(ground, float(metres)):
        return np.inf
    return max(0.0, float(metres) - float(bound))


def recorded_bound_m(plan: Plan, stage: str) -> float:
    """Pupil-metres below which no plan under the same rules can be, as the provenance proves; ``-inf`` where :func:`recorded_slack_m` does not trust it."""
    metres = plan.recorded(f"zoning.{stage}", "term.distance")
    return -np.inf if metres is None else float(metres) - recorded_slack_m(plan, stage)


def _same(ground: StageGround, recorded: float) -> bool:
    living = ground.pupils > 0
    metres = float((ground.pupils[living] * ground.assigned_m[living]).sum())
    return abs(metres - recorded) <= 1e3 * SAME * max(recorded, 1.0)
