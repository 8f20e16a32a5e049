"""What a round that failed, or came out dear, says to the next one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from districting.errors import InfeasibleError
from districting.model.rules.rule import all_pairs_m
from districting.model.solution import GroupingSolution
from districting.planning.joint_grouping import JointGrouping, units_over
from districting.planning.joint_zones import changed_parts, within_districts
from districting.planning.zoning_build import StageProblem
from districting.planning.zoning_solve import StageZones

TIGHTEST = 1.25
"""How many seats per pupil a district may have and still count as short of seats; with more, something else is in the way."""
FEW_TESTS = 8
"""Districts that are tried one by one for the one in the way."""


def crowded_homes(
    one: JointGrouping, primary: StageProblem, junior: StageProblem, zone_of_block: NDArray[np.int64], refused: set[tuple[int, int]]
) -> list[tuple[int, int]]:
    """(block, offer) pairs to forbid: of juniors that stand in one primary zone, more than a district may hold, those nearest to another primary leave the zone."""
    problem = one.built.problem
    ids = one.built.members["school_id"].to_numpy(dtype=object)
    home = dict(zip(junior.offers.taken["school_id"], junior.home.tolist(), strict=True))
    zone_of_unit = np.full(problem.unit_count, -1, dtype=np.int64)
    zone_of_unit[one.unit_of_block] = zone_of_block
    found = []
    for unit, over in units_over(problem):
        mine = np.flatnonzero(primary.zone_of_offer == zone_of_unit[unit])
        held = set(primary.home[mine].tolist())
        juniors = [i for i in np.flatnonzero((problem.unit_of_member == unit) & (problem.stage_of_member == "junior")).tolist() if ids[i] in home]
        movable = [i for i in juniors if home[ids[i]] not in held and not any((home[ids[i]], int(offer)) in refused for offer in mine)]
        xy = problem.member_xy
        others = np.flatnonzero((problem.unit_of_member != unit) & (problem.stage_of_member == "primary"))
        movable.sort(key=lambda i: float(np.hypot(*(xy[others] - xy[i]).T).min(initial=np.inf)))
        found += [(home[ids[i]], int(offer)) for i in movable[:over] for offer in mine]
    return found


def tightened(stage: StageProblem, of_block: NDArray[np.int64], of_offer: NDArray[np.int64], failed: Iterable[int]) -> NDArray[np.float64] | None:
    """(n,) factor on what a junior pupil of a block counts, so that the failed districts are no longer offered and zones are exchanged with a neighbour; None where seats are
    not to blame in any of them.
    """
    factor = np.ones(len(of_block))
    for d in failed:
        load, seats = float(stage.demand[of_block == d].sum()), float(stage.seats[of_offer == d].sum())
        if load > 0 and seats / load <= TIGHTEST:
            factor[of_block == d] = max(1.0, seats / load) * (1 + 1e-6) + 1e-6
    return factor if (factor > 1).any() else None


def failed_by_trial(
    stage: StageProblem, of_block: NDArray[np.int64], of_offer: NDArray[np.int64], solve: Callable[[StageProblem], StageZones], seconds: float
) -> list[int]:
    """Districts of several juniors that have no junior zones when only they are held; the fullest are tried, for ``seconds``."""
    ratio = []
    for d in np.unique(of_block[of_block >= 0]).tolist():
        load, seats = float(stage.demand[of_block == d].sum()), float(stage.seats[of_offer == d].sum())
        if load > 0 and np.count_nonzero(of_offer == d) > 1 and seats / load <= TIGHTEST:
            ratio.append((seats / load, d))
    failed = []
    deadline = perf_counter() + seconds
    for _, d in sorted(ratio)[:FEW_TESTS]:
        if perf_counter() > deadline:
            break
        try:
            solve(changed_parts(within_districts(stage, of_block, of_offer, frozenset([d])), stage))
        except InfeasibleError:
            failed.append(d)
    return failed


def longer_ways(
    primary: StageProblem, junior: StageProblem, district_of_zone: NDArray[np.int64], one: JointGrouping, found: GroupingSolution
) -> NDArray[np.float64]:
    """(n, primary zones) metres per primary pupil by which the junior pupils of the block go farther when it lies in the zone's district than they would to the nearest junior."""
    label, rows = found.district_of_unit, one.built.members
    member = {s: int(label[u]) for s, g, u in zip(rows["school_id"], rows["stage"], one.built.problem.unit_of_member, strict=True) if g == "junior"}
    of_offer = np.array([member.get(s, -1) for s in junior.offers.taken["school_id"]], dtype=np.int64)
    districts = int(label.max()) + 1
    metres = np.full((len(junior.demand), districts), np.inf)
    for (_, blocks, _, problem), piece in zip(junior.parts, junior.pieces, strict=True):
        table = all_pairs_m(problem)
        for offer in np.flatnonzero((piece.school_of_offer >= 0) & (of_offer >= 0)).tolist():
            d = int(of_offer[offer])
            metres[blocks, d] = np.minimum(metres[blocks, d], table[:, piece.school_of_offer[offer]])
    least = metres.min(axis=1, keepdims=True)
    with np.errstate(invalid="ignore"):
        extra = np.where(np.isfinite(metres) & np.isfinite(least), metres - least, 0.0)
    extra *= (junior.demand / np.maximum(primary.demand, 1.0))[:, None]
    return np.where(district_of_zone[None, :] >= 0, extra[:, np.maximum(district_of_zone, 0)], 0.0)
