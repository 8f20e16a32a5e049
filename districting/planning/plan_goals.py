"""What a plan without distances was drawn for: its own goals, read back from its provenance with the tables they need."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from districting.measures.zoning_terms import zoning_terms
from districting.model.goals import OBJECTIVES, Balance, Border, Compactness, Distance, Goal, Stability
from districting.model.plan import Plan
from districting.model.solution import ZoningSolution
from districting.model.zoning_problem import ZoningProblem

CARRIED_GOALS: Final[tuple[type[Goal], ...]] = (Balance, Compactness, Border)
"""Goals whose numbers stand in the plan's own tables."""


def measured(plan: Plan, stage: str) -> bool:
    """Whether the plan knows how far it is: every block and school of the stage has a place, or the distances are those of a table."""
    if plan.distance_word(stage) != "straight":
        return bool((plan.distances["stage"] == stage).any())
    here = set(plan.zone_schools.loc[plan.zone_schools["stage"] == stage, "school_id"])
    layers = (plan.blocks, plan.schools[plan.schools["school_id"].isin(here)])
    return not any(shapely.is_missing(np.asarray(layer.geometry.array, dtype=object)).any() for layer in layers)


def weights_of(plan: Plan, stage: str) -> dict[str, float]:
    """Goal -> weight as the run, or the scenario after it, wrote them down; goals that weigh nothing are left out."""
    rows = plan.provenance
    known = {
        str(key).partition(".")[2]: float(value)
        for part, start in ((f"scenario.{stage}", "goal."), (f"zoning.{stage}", "weight."))
        for key, value in rows.loc[(rows["part"] == part) & rows["key"].astype("str").str.startswith(start), ["key", "value"]].itertuples(index=False)
    }
    return {name: weight for name, weight in known.items() if weight > 0 and name in OBJECTIVES}


def unit_of(plan: Plan, stage: str) -> str:
    """The unit in which the plan's goals are summed."""
    return plan.recorded(f"zoning.{stage}", "unit") or plan.recorded(f"scenario.{stage}", "unit") or "1"


def goal_fields(plan: Plan, stage: str, blocks: NDArray[np.int64], shared_m: NDArray[np.float64]) -> Mapping[str, Any]:
    """``objectives`` of a problem of these blocks (positions) and what they read; even loads alone where the plan names no goal that its tables carry.

    ``shared_m``: border of each pair of neighbours of the problem.
    """
    weights = weights_of(plan, stage)
    fields = {"area_m2": _of_blocks(plan, "area_m2", blocks), "perimeter_m": _of_blocks(plan, "perimeter_m", blocks), "shared_border_m": shared_m}
    known = {name: values for name, values in fields.items() if np.isfinite(values).all()}
    goals = tuple(g(weights[g.name]) for g in CARRIED_GOALS if g.name in weights and set(g.needs) <= set(known)) or (Balance(1.0),)
    return {"objectives": goals, **known}


def cost_goals(problem: ZoningProblem) -> tuple[Goal, ...]:
    """What plans are held against each other by: distance, or where there is none the problem's own goals without that of few moves."""
    if problem.distance_m is not None or problem.xy is not None:
        return (Distance(1.0),)
    return tuple(g for g in problem.goals if not isinstance(g, Stability))


def cost_of(problem: ZoningProblem, label: NDArray[np.int64]) -> float:
    """The worth of :func:`cost_goals` for a plan, without any price of pupils over soft seats."""
    goals = cost_goals(problem)
    terms = zoning_terms(problem.replace(objectives=goals), label)
    return float(sum(g.weight * terms[g.name] for g in goals))


def heaviest_goal(problem: ZoningProblem, label: NDArray[np.int64]) -> str:
    """The goal of :func:`cost_goals` that adds most to the plan's cost."""
    goals = cost_goals(problem)
    terms = zoning_terms(problem.replace(objectives=goals), label)
    return max(goals, key=lambda g: g.weight * terms[g.name]).name


def goal_rows(problem: ZoningProblem, solution: ZoningSolution) -> dict[str, float | str]:
    """``term.NAME``, ``unit.NAME`` and ``weight.NAME`` of every goal of a solution, as a run writes them down."""
    found: dict[str, float | str] = {}
    for goal in problem.goals:
        found |= {f"term.{goal.name}": solution.terms[goal.name], f"unit.{goal.name}": goal.unit, f"weight.{goal.name}": goal.weight}
    return found


def _of_blocks(plan: Plan, column: str, blocks: NDArray[np.int64]) -> NDArray[np.float64]:
    if column not in plan.blocks.columns:
        return np.full(len(blocks), np.nan)
    return pd.to_numeric(plan.blocks[column]).to_numpy(dtype=np.float64)[blocks]
