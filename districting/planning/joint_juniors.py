"""Junior zones inside districts, district by district: blocks of a district go to its own juniors, so that each district is a small problem of its own."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from districting.errors import Conflict, InfeasibleError
from districting.model.settings import SolveSettings
from districting.model.solution import GroupingSolution, ZoningSolution
from districting.model.zoning_problem import ZoningProblem
from districting.planning.budget import PROOF_NODES, SAFETY_S
from districting.planning.joint_grouping import JointGrouping
from districting.planning.joint_zones import within_districts
from districting.planning.zoning_build import StageProblem
from districting.planning.zoning_solve import StageZones, refuse_broken
from districting.wording import text
from districting.zoning import assign_blocks

LEAST_S = 0.5


@dataclass(eq=False)
class Inside:
    """Zones so far, -1 where a district failed; ``failed``: districts whose own juniors cannot take their blocks, and whether that is proven."""

    zone_of_block: NDArray[np.int64]
    seat_price_m: NDArray[np.float64]
    steps: int = 0
    failed: dict[int, bool] = field(default_factory=dict)


def by_district(stage: StageProblem) -> bool:
    """Whether districts do not touch each other in the zoning: no goal beyond distance and no rule beyond seats, connectedness and home blocks."""
    return all(not p.rules and [g.name for g in p.goals] == ["distance"] and p.school_count == len(zones) for _, _, zones, p in stage.parts)


def zones_inside(
    stage: StageProblem, free: StageZones, of_block: NDArray[np.int64], of_offer: NDArray[np.int64], solve: SolveSettings, seed: int
) -> tuple[StageZones, dict[int, bool]]:
    """Zones of ``stage`` with every block at a junior of its district (>= 0), and the districts that have none; ``free`` zones stay where they lie inside already."""
    here = np.where(of_offer >= 0, of_offer, of_block[stage.home])
    of_zone = here[np.unique(stage.zone_of_offer, return_index=True)[1]]
    made = Inside(free.zone_of_block.copy(), free.seat_price_m.copy())
    away = np.unique(of_block[of_zone[free.zone_of_block] != of_block])
    size = max(1, int(np.isin(of_block, away).sum()))
    held = within_districts(stage, of_block, of_offer)
    for (_, blocks, zones, problem), (*_, kept) in zip(stage.parts, held.parts, strict=True):
        for d in np.unique(of_block[blocks]).tolist():
            mine, theirs = np.flatnonzero(of_block[blocks] == d), np.flatnonzero(of_zone[zones] == d)
            if d in away or not np.isin(made.zone_of_block[blocks[mine]], zones[theirs]).all():
                _solve(made, problem, (blocks, zones, mine, theirs), solve, (seed, len(mine) / size), d)
        if not (made.zone_of_block[blocks] < 0).any():
            refuse_broken(kept, np.searchsorted(zones, made.zone_of_block[blocks]))
    record = {**free.record, "steps": made.steps, "ended": "proved"}
    return dataclasses.replace(free, problem=held, zone_of_block=made.zone_of_block, seat_price_m=made.seat_price_m, record=record), made.failed


def _solve(made: Inside, problem: ZoningProblem, where: Any, solve: SolveSettings, effort: tuple[int, float], d: int) -> None:
    blocks, zones, mine, theirs = where
    seed, share = effort
    made.zone_of_block[blocks[mine]] = -1
    if not len(theirs):
        made.failed[d] = True
        return
    try:
        found: ZoningSolution = assign_blocks(
            _part(problem, mine, theirs),
            time_limit_s=max(LEAST_S, (solve.time_limit_s or SAFETY_S) * share),
            gap=solve.gap,
            seed=seed,
            steps=solve.steps,
            proof_nodes=PROOF_NODES if solve.time_limit_s is None else None,
            relaxing=False,
        )
    except InfeasibleError as error:
        made.failed[d] = error.proven
        return
    made.zone_of_block[blocks[mine]] = zones[theirs][found.school_of_block]
    made.seat_price_m[zones[theirs]] = found.seat_price_m
    made.steps += found.steps


def _part(problem: ZoningProblem, mine: NDArray[np.int64], theirs: NDArray[np.int64]) -> ZoningProblem:
    """The problem on some of its blocks and schools."""
    place = np.full(problem.block_count, -1, dtype=np.int64)
    place[mine] = np.arange(len(mine))
    edges = place[problem.edges.reshape(-1, 2)]
    table = problem.distance_m
    return problem.replace(
        demand=problem.demand[mine],
        capacity=problem.capacity[theirs],
        edges=edges[(edges >= 0).all(axis=1)],
        home_block=place[problem.home_block[theirs]],
        xy=None if problem.xy is None else problem.xy[mine],
        school_xy=None if problem.school_xy is None else problem.school_xy[theirs],
        distance_m=None if table is None else table[mine][:, theirs],
        today=None,
        area_m2=None,
        perimeter_m=None,
        shared_border_m=None,
        group_counts=None,
    )


class ClashError(InfeasibleError):
    """Districts ``failed`` of a grouping have no junior zones of their own."""

    def __init__(
        self, conflicts: Sequence[Conflict], stage: StageProblem, of_block: NDArray[np.int64], of_offer: NDArray[np.int64], failed: tuple[int, ...]
    ) -> None:
        super().__init__(conflicts)
        self.stage, self.of_block, self.of_offer, self.failed = stage, of_block, of_offer, failed


def clashes(
    one: JointGrouping, found: GroupingSolution, stage: StageProblem, of_block: NDArray[np.int64], of_offer: NDArray[np.int64], failed: dict[int, bool]
) -> list[Conflict]:
    """What keeps the juniors of a district from its own blocks, district by district."""
    said = []
    for d in failed:
        pupils, seats = float(stage.demand[of_block == d].sum()), float(stage.seats[of_offer == d].sum())
        lead = one.built.members["name"].iloc[int(found.lead_of_district[d])]
        said.append(Conflict("joint", 1.0, "district", text("joint.no_junior_zones", lead=lead, pupils=pupils, seats=seats), proven=False))
    return said
