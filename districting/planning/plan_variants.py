"""Alternatives, trade-offs and a neutral ensemble of one stage of a finished plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from districting.executing import Executor
from districting.model.plan import Plan
from districting.model.rules import ExcusedIslands
from districting.model.solution import ZoningSolution
from districting.planning.alternatives import Alternatives, alternatives
from districting.planning.ensemble import Ensemble, ensemble
from districting.planning.pareto import ParetoFront, pareto
from districting.planning.plan_goals import goal_rows, heaviest_goal, measured, unit_of
from districting.planning.plan_part import PlanPart, part_of_plan
from districting.planning.reasons import with_reasons
from districting.planning.recorded import recorded_bound_m
from districting.planning.rows import provenance_rows
from districting.planning.scenario_tables import with_zones
from districting.planning.zoning_names import names_in_refusals

STEPS_PER_BLOCK = 400
TRADEOFF_STEPS_PER_BLOCK = 1_500
"""Proposals of each of the many searches, per block, where no number is set."""
BETWEEN_PER_ZONE = 20
"""Steps of the chain between two plans, per zone, where no number is set."""


@dataclass(frozen=True, eq=False)
class PlanAlternatives:
    """``plans``: copies of the plan with other zones of the stage, the best first; ``table``: one row each."""

    plans: tuple[Plan, ...]
    table: pd.DataFrame
    found: Alternatives


def plan_alternatives(
    plan: Plan, stage: str, count: int = 3, *, within: float = 0.02, apart: float = 0.05, seed: int = 0, steps: int | None = None
) -> PlanAlternatives:
    """Up to ``count`` plans for the stage; see :func:`districting.planning.alternatives.alternatives`. Distance is the goal, or where the plan knows none its own goals.

    Gaps are to the plan's recorded bound where it holds for this problem and is the stronger one. The plan's own zones may be among them; how far each is from them stands in the table (``moved_from_plan``, a share of pupils).
    """
    part = part_of_plan(plan, stage)
    with names_in_refusals(plan, part):
        found = alternatives(
            part.problem, count, within=within, apart=apart, known=[part.label], bound=_recorded_bound(plan, part), seed=seed, steps=_steps(part, steps)
        )
    pupils = max(float(part.problem.demand.sum()), 1e-300)
    known = measured(plan, stage)
    rows = [
        {
            "alternative": number,
            **({"distance_pupil_km": one.solution.objective / 1000} if known else {"goal_value": one.solution.objective}),
            "cost_over_best": one.cost_over_best,
            "moved_from_best": one.moved_from_best,
            "moved_from_plan": float(part.problem.demand[one.solution.school_of_block != part.label].sum()) / pupils,
            "gap": one.solution.gap,
        }
        for number, one in enumerate(found, start=1)
    ]
    plans = tuple(_with_solution(plan, part, one.solution) for one in found)
    return PlanAlternatives(plans, pd.DataFrame(rows), found)


def _recorded_bound(plan: Plan, part: PlanPart) -> float:
    """The plan's proof, where it is one of the problem made from the plan: islands are excused by today's zones there and by the plan's here."""
    excused = any(isinstance(rule, ExcusedIslands) for rule in part.problem.rules)
    return -np.inf if excused or part.not_held else recorded_bound_m(plan, part.stage)


def plan_tradeoff(plan: Plan, stage: str, points: int = 9, *, seed: int = 0, steps: int | None = None) -> tuple[ParetoFront, PlanPart]:
    """The curve of pupils moved against today's zones (against the plan's own where today is not known) and distance; see :func:`districting.planning.pareto.pareto`.

    Where the plan knows no distances, the goal that weighs most in it takes their place.
    """
    part = part_of_plan(plan, stage)
    before = zones_today(plan, part)
    problem = part.problem.replace(today=before) if (before >= 0).any() else part.problem
    goal = "distance" if measured(plan, stage) else heaviest_goal(problem, part.label)
    with names_in_refusals(plan, part):
        return pareto(problem, (goal, "stability"), points, seed=seed, steps=_steps(part, steps, TRADEOFF_STEPS_PER_BLOCK)), part


def plan_ensemble(
    plan: Plan, stage: str, size: int = 200, *, seed: int = 0, between: int | None = None, steps: int | None = None, executor: Executor | None = None
) -> Ensemble:
    """Where the plan and today's assignment stand among lawful plans; see :func:`districting.planning.ensemble.ensemble`. Moves are counted against today."""
    part = part_of_plan(plan, stage)
    before = zones_today(plan, part)
    problem = part.problem.replace(today=before)
    between = BETWEEN_PER_ZONE * len(part.zone_ids) if between is None else between
    with names_in_refusals(plan, part):
        return ensemble(problem, {"plan": part.label}, size, seed=seed, between=between, steps=_steps(part, steps), executor=executor)


def _steps(part: PlanPart, steps: int | None, per_block: int = STEPS_PER_BLOCK) -> int:
    return steps if steps is not None else max(20_000, per_block * part.problem.block_count)


def zones_today(plan: Plan, part: PlanPart) -> Any:
    """(n,) position of the zone of today's school, -1 where it is not known."""
    members = plan.zone_schools[plan.zone_schools["stage"] == part.stage].set_index("school_id")["zone_id"]
    rows = plan.today[plan.today["stage"] == part.stage].drop_duplicates("block_id").set_index("block_id")["school_id"]
    zone = rows.reindex(part.block_ids).map(members)
    return pd.Index(part.zone_ids).get_indexer(pd.Index(zone.to_numpy(dtype=object))).astype(np.int64)


def _with_solution(plan: Plan, part: PlanPart, solution: ZoningSolution) -> Plan:
    """The plan with these zones and their proof."""
    made = with_zones(plan, part.stage, part.zone_ids[solution.school_of_block])
    old = made.provenance
    kept = old[(old["part"] != f"zoning.{part.stage}") | old["key"].isin(["distance", "demand"])]
    record = {name: getattr(solution, name) for name in ("status", "objective", "bound", "gap", "steps", "seed", "ended")} | {"unit": "pupil-metre"}
    if not measured(plan, part.stage):
        record |= {"unit": unit_of(plan, part.stage)} | goal_rows(part.problem, solution)
    members = made.zone_schools[made.zone_schools["stage"] == part.stage]
    price = dict(zip(part.zone_ids.tolist(), np.asarray(solution.seat_price_m).tolist(), strict=True))
    prices = members.assign(price_m=members["zone_id"].map(price).astype("float64"))[["school_id", "stage", "price_m"]]
    others = made.seat_prices[made.seat_prices["stage"] != part.stage]
    made = made.replace(
        provenance=pd.concat([kept, provenance_rows(f"zoning.{part.stage}", record)], ignore_index=True),
        seat_prices=pd.concat([others, prices], ignore_index=True) if len(others) else prices.reset_index(drop=True),
    )
    return with_reasons(made, (part.stage,))
