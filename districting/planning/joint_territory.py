"""Ground for districts that the zones of a round do not allow: schools are grouped by their places first, then every block goes to a district that has seats for both its stages."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from districting.errors import InfeasibleError
from districting.grouping.area import Area, areas
from districting.grouping.solve_area import possible, solve_area
from districting.model.goals import Distance
from districting.model.grouping_problem import GroupingProblem
from districting.model.rules import Forecast, Locked, Rule
from districting.model.rules.rule import all_pairs_m
from districting.model.zoning_problem import ZoningProblem
from districting.planning.joint_grouping import JointGrouping
from districting.planning.zoning_build import StageProblem
from districting.zoning import assign_blocks

LADDER = (("zones", 1.0), ("loose", 1.0), ("zones", 0.96), ("schools", 1.0), ("schools", 0.96), ("schools", 0.92), ("zones", 0.8), ("zones", 0.6))
"""Groupings to try: present zones that hang together (``zones``) or need not (``loose``), or schools wherever they stand (``schools``); and what share of its even need of junior
seats a district must have."""
GROUP_S, GROUND_S = 4.0, 10.0
"""Seconds for each grouping of an area, and for its ground."""
SPARE = (0.96, 0.98, 1.0)
"""Shares of its primary seats that a district may fill: whole blocks do not fill every school of it to the last seat."""
_STEPS_PER_BLOCK = 4_000


FED_LADDER = (("loose", 1.0), ("schools", 1.0))
"""The same where primaries feed juniors: their graduates count, wherever zones lie."""


def new_ground(
    one: JointGrouping, primary: StageProblem, junior: StageProblem | None, seed: int, seconds: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]] | None:
    """District of every block and of every primary offer (-1 = free) in the areas that the present zones do not let be grouped; None where no ground was found for any of them."""
    problem = one.built.problem
    of_block = np.full(len(one.unit_of_block), -1, dtype=np.int64)
    of_offer = np.full(len(primary.zone_of_offer), -1, dtype=np.int64)
    found = False
    made: dict[tuple[str, float], tuple[GroupingProblem, list[Area]]] = {}
    ladder, deadline = LADDER if junior is not None else FED_LADDER, perf_counter() + seconds
    for kind, share in ladder:
        variant = problem if junior is None else _by_places(problem, primary, junior, one, share)
        variant = _by_school(variant) if kind == "schools" else variant
        made[kind, share] = variant, areas(variant)
    for at, area in enumerate(areas(problem)):
        verdict = possible(area, deadline=perf_counter() + GROUP_S)
        if verdict or (verdict is None and solve_area(area, deadline=perf_counter() + GROUP_S, gap=1.0).label is not None):
            continue
        for kind, share in ladder:
            variant, trials = made[kind, share]
            if perf_counter() > deadline:
                break
            if len(trials) != len(made[ladder[0]][1]):
                continue
            trial = next(a for a in trials if a.county == area.county) if kind == "schools" else trials[at]
            trial = dataclasses.replace(trial, connected=kind == "zones" and area.connected)
            if possible(trial, deadline=perf_counter() + GROUP_S) is False:
                continue
            label = solve_area(trial, deadline=perf_counter() + GROUP_S, gap=0.05).label
            ground = None if label is None else _ground(one, area, Grouped(variant, trial, label), primary, junior, seed)
            if ground is None:
                continue
            blocks, district, offers, offer_district = ground
            base = int(of_block.max()) + 1
            of_block[blocks] = district + base
            of_offer[offers] = offer_district + base
            found = True
            break
    return (of_block, of_offer) if found else None


@dataclass(frozen=True, eq=False)
class Grouped:
    """``label`` (units of ``area``) of a grouping of ``problem``."""

    problem: GroupingProblem
    area: Area
    label: NDArray[np.int64]


def _by_school(problem: GroupingProblem) -> GroupingProblem:
    """Every school a unit by itself, wherever it stands."""
    school = problem.school_of_member
    first = np.unique(school, return_index=True)[1]
    unit = problem.unit_of_member[first]
    return dataclasses.replace(
        problem,
        spec=problem.spec.replace(connected=False, borders=False, seat_evenness=0.0),
        unit_of_member=np.unique(school, return_inverse=True)[1].astype(np.int64),
        edges=np.zeros((0, 2), dtype=np.int64),
        county_of_unit=problem.county_of_unit[unit],
        weight_of_unit=np.zeros(len(unit)),
        part_of_unit=None if problem.part_of_unit is None else problem.part_of_unit[unit],
        ground_of_unit=None,
        homes_m=None,
    )


def _by_places(problem: GroupingProblem, primary: StageProblem, junior: StageProblem, one: JointGrouping, share: float) -> GroupingProblem:
    """The problem in which a primary needs junior seats by its places, not by who lives in its present zone: zones may be redrawn."""
    facts = problem.facts
    if facts.room is None:
        return problem
    ids = one.built.members["school_id"].to_numpy(dtype=object)
    places = dict(zip(primary.offers.taken["school_id"], primary.seats.tolist(), strict=True))
    seats = dict(zip(junior.offers.taken["school_id"], junior.seats.tolist(), strict=True))
    is_junior = problem.stage_of_member == "junior"
    held = np.array([0.0 if j else places.get(s, 0.0) for s, j in zip(ids, is_junior.tolist(), strict=True)])
    county = problem.county_of_unit[problem.unit_of_member]
    living = np.bincount(problem.county_of_unit[one.unit_of_block], junior.demand, int(problem.county_of_unit.max()) + 1)
    ratio = living / np.maximum(1e-9, np.bincount(county, held, len(living)))
    room = np.array([seats.get(s, 0.0) if j else 0.0 for s, j in zip(ids, is_junior.tolist(), strict=True)]) - share * held * ratio[county]
    return dataclasses.replace(problem, facts=dataclasses.replace(facts, room=room))


@dataclass(frozen=True, eq=False)
class _Served:
    """What the schools of d districts offer to n blocks; the first axis of 2 is the stage, primary first.

    blocks : (n,) of the city; cost : (2, n, d) metres to the nearest school of the district; seats : (2, d)
    locked : block (0..n) -> the district whose school stands in it; home : (d,) one such block, -1 = none
    offers, district_of_offer : the primary offers and where they belong
    """

    blocks: NDArray[np.int64]
    cost: NDArray[np.float64]
    seats: NDArray[np.float64]
    home: NDArray[np.int64]
    locked: dict[int, int] = field(default_factory=dict)
    offers: list[int] = field(default_factory=list)
    district_of_offer: list[int] = field(default_factory=list)

    def add(self, k: int, stage: StageProblem, offer: int, q: int, home: int) -> bool:
        """Count an offer of stage k to district q; False where another district's school stands in the same block."""
        self.seats[k, q] += stage.seats[offer]
        if home >= 0 and stage.settings.rules.home_block:
            if self.locked.setdefault(home, q) != q:
                return False
            self.home[q] = self.home[q] if self.home[q] >= 0 else home
        if k == 0:
            self.offers.append(offer)
            self.district_of_offer.append(q)
        return True


def _ground(
    one: JointGrouping, area: Area, grouped: Grouped, primary: StageProblem, junior: StageProblem | None, seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]] | None:
    """Blocks of the area with their district (0..), primary offers with theirs; None where the districts do not fit on the ground."""
    mine = np.isin(one.unit_of_block, area.unit)
    blocks = np.flatnonzero(mine)
    place = np.full(len(mine), -1, dtype=np.int64)
    place[blocks] = np.arange(len(blocks))
    served = _served(one, grouped, (primary,) if junior is None else (primary, junior), blocks, place)
    if served is None:
        return None
    problem = _ground_problem(served, primary, junior, place)
    for spare in SPARE:
        try:
            tried = problem.replace(capacity=problem.capacity * spare)
            solved = assign_blocks(tried, time_limit_s=GROUND_S, seed=seed, steps=_STEPS_PER_BLOCK * len(blocks), proof_nodes=0, relaxing=False)
        except InfeasibleError:
            continue
        return blocks, solved.school_of_block, np.array(served.offers, dtype=np.int64), np.array(served.district_of_offer, dtype=np.int64)
    return None


def _served(one: JointGrouping, grouped: Grouped, stages: tuple[StageProblem, ...], blocks: NDArray[np.int64], place: NDArray[np.int64]) -> _Served | None:
    """What each district of the grouping offers to the blocks; None where two districts stand in one block, or one stands in none. ``place`` : of every block of the city among ``blocks``."""
    problem = grouped.problem
    opened, local = np.unique(grouped.label, return_inverse=True)
    of_unit = np.full(problem.unit_count, -1, dtype=np.int64)
    of_unit[grouped.area.unit] = local
    n, d = len(blocks), len(opened)
    served = _Served(blocks, np.full((2, n, d), np.inf), np.zeros((2, d)), np.full(d, -1, dtype=np.int64))
    ids = one.built.members["school_id"].tolist()
    district_of = {(s, g): int(of_unit[u]) for s, g, u in zip(ids, problem.stage_of_member.tolist(), problem.unit_of_member.tolist(), strict=True)}
    for k, stage in enumerate(stages):
        of = np.array([district_of.get((s, stage.stage), -1) for s in stage.offers.taken["school_id"]], dtype=np.int64)
        for (_, positions, _, part), piece in zip(stage.parts, stage.pieces, strict=True):
            rows = place[positions]
            here = np.flatnonzero((piece.school_of_offer >= 0) & (of >= 0))
            if not len(here) or not (rows >= 0).any():
                continue
            table = all_pairs_m(part)
            for offer in here.tolist():
                q = int(of[offer])
                near = served.cost[k, :, q]
                near[rows[rows >= 0]] = np.minimum(near[rows[rows >= 0]], table[rows >= 0, piece.school_of_offer[offer]])
                if not served.add(k, stage, offer, q, int(place[stage.home[offer]])):
                    return None
    return None if (served.home < 0).any() else served


def _ground_problem(served: _Served, primary: StageProblem, junior: StageProblem | None, place: NDArray[np.int64]) -> ZoningProblem:
    """The zoning of districts instead of schools: seats for both stages, every pupil's way to the nearest school of the district."""
    blocks, cost, seats, d = served.blocks, served.cost, served.seats, len(served.home)
    pupils, juniors = primary.demand[blocks], np.zeros(len(blocks)) if junior is None else junior.demand[blocks]
    weighed = pupils[:, None] * np.where(pupils[:, None] > 0, cost[0], 0.0) + juniors[:, None] * np.where(juniors[:, None] > 0, cost[1], 0.0)
    demand = np.maximum(pupils, 1e-6)
    endless = np.full(d, float(demand.sum() + juniors.sum()))
    part = next(piece for piece in primary.pieces if place[piece.blocks].max() >= 0)
    edges = place[part.blocks][part.edges_inside(part.graph.open_edges)[0]]
    rules: list[Rule] = [Locked(np.array(list(served.locked)), np.array(list(served.locked.values())))]
    if junior is not None:
        rules.append(Forecast(juniors[:, None], (seats[1] if junior.settings.rules.seats == "hard" else endless)[:, None]))
    return ZoningProblem(
        demand=demand,
        capacity=seats[0] + 1.0e-3 if primary.settings.rules.seats == "hard" else endless,
        edges=edges[(edges >= 0).all(axis=1)],
        home_block=served.home,
        distance_m=weighed / demand[:, None],
        objectives=(Distance(1.0),),
        rules=tuple(rules),
    )
