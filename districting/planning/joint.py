"""Zones and districts that hold together (policy R33, R40): primaries are zoned, their zones grouped, juniors zoned inside the districts; what clashes goes back to the first step."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from districting.model.plan import Plan
from districting.model.solution import relative_gap
from districting.planning.districts import lay_districts
from districting.planning.joint_fed_bound import fed_bound
from districting.planning.joint_ground import Ground, begin, districts_of, grouped, zoned_only
from districting.planning.joint_grouping import JointGrouping, bound_for_any_zones, joint_spec
from districting.planning.joint_rounds import Whole, best_of_rounds
from districting.planning.joint_zones import within_districts
from districting.planning.rows import provenance_rows, stack
from districting.planning.zones import add_zones
from districting.planning.zoning_solve import StageZones
from districting.progress import tell_part
from districting.reading.city import City

BOUND_SHARE, BOUND_S = 0.15, 10.0
"""Share of the time, and seconds at most, for each part of the bound."""


def add_joint(plan: Plan, city: City) -> Plan:
    """A copy of ``plan`` with all zones and the districts of ``[grouping]``: every territory in one piece, junior places for its graduates, junior zones inside the districts.

    The best of at most ``ROUNDS`` rounds (joint_rounds.py). ``joint`` in the provenance has the whole objective, a bound that holds for any zones, and the gap.

    Raises
    ------
    DataError : see joint_spec
    InfeasibleError : no such plan exists (proven), or none was found in the rounds
    """
    spec = joint_spec(city.settings)
    tell_part("joint")
    given, ground = begin(plan, city, spec)
    ground = zoned_only(ground)
    first = grouped(ground, ground.free_primary, np.ones(len(ground.primary.demand)))
    loose = _loose_bound(ground, first)
    best, rounds = best_of_rounds(ground)
    bound = ground.free_primary.record["bound"] + ground.of_junior("bound") + loose
    given |= {"primary": _told(ground, best), "junior": best.junior}
    plan = add_zones(plan, city, tuple(city.settings.zoning), given)
    plan = lay_districts(plan, best.one.built, best.found, spec.form, ground.chosen.left_out)
    return plan.replace(provenance=stack(plan.provenance, provenance_rows("joint", _record(best, min(bound, best.objective), loose, rounds, ground))))


def _told(ground: Ground, best: Whole) -> StageZones:
    """The primary zones; in counties that were redrawn for the districts, with every other district closed to a block, so that the reasons say what keeps it."""
    held = within_districts(ground.primary, *districts_of(best.one, best.found, ground.primary))
    pairs = zip(best.primary.problem.parts, ground.primary.parts, held.parts, strict=True)
    parts = tuple(plain if new[3] is plain[3] else told for new, plain, told in pairs)
    return dataclasses.replace(best.primary, problem=dataclasses.replace(ground.primary, parts=parts))


def _loose_bound(ground: Ground, first: JointGrouping) -> float:
    """What districts cost at least beside free zones; where primaries feed juniors, zones and the ways to juniors are bounded together where that says more."""
    seconds = ground.watch.share_s(BOUND_SHARE, most=BOUND_S)
    rest, homes = bound_for_any_zones(first, ground.city, ground.graph, ground.primary, ground.junior, seconds)
    together = fed_bound(first, ground.city, ground.primary, seconds) if ground.junior is None else None
    if together is not None:
        homes = max(homes, together - float(ground.free_primary.record["bound"]))
    return rest + homes


def _record(best: Whole, bound: float, loose: float, rounds: int, ground: Ground) -> dict[str, Any]:
    gap = relative_gap(best.objective, bound)
    zones = float(best.primary.record["objective"] - ground.free_primary.record["bound"]) + best.junior_objective - ground.of_junior("bound")
    of_zones = min(gap, zones / best.objective) if best.objective else 0.0
    kept = best.junior_objective - ground.of_junior("objective")
    return {
        "form": ground.spec.form,
        "status": "optimal" if gap <= 1e-6 else "feasible",
        "rounds": rounds,
        "round": best.number,
        "objective": best.objective,
        "bound": bound,
        "gap": gap,
        "gap.zones": of_zones,
        "gap.districts": gap - of_zones,
        "junior_seats": ground.spec.junior_seats,
        "bound.primary": ground.free_primary.record["bound"],
        "bound.junior": ground.of_junior("bound"),
        "bound.districts": loose,
        "objective.primary": best.primary.record["objective"],
        "objective.junior": best.junior_objective,
        "objective.districts": best.found.objective,
        "price.primary": best.primary.record["objective"] - ground.free_primary.record["objective"],
        "price.junior": kept,
    }
