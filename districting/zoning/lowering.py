"""Rules and goals brought into plain form: groups of blocks become units, shared schools become zones, forbidden pairs become infinite distances."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from districting.errors import Conflict, DataError, Fault, InfeasibleError
from districting.model.draft import LARGEST_TABLE, Draft
from districting.model.goals import Distance, Stability
from districting.model.rules import Connected, HomeBlock, Seats
from districting.model.rules.rule import all_pairs_m
from districting.model.zoning_problem import ZoningProblem
from districting.wording import text


@dataclass(frozen=True, eq=False)
class Lowered:
    """``problem``: units x zones, hard seats, connected, distances in units of the objective per pupil; ``draft``: the rules; ``plain``: nothing is left out of ``problem``.

    ``unit_of_block`` (n,), ``zone_of_school`` (k,), ``metres`` (n, zones) straight mean distances or None where the problem is the given one.
    """

    given: ZoningProblem
    problem: ZoningProblem
    draft: Draft
    unit_of_block: NDArray[np.int64]
    zone_of_school: NDArray[np.int64]
    plain: bool

    @property
    def same(self) -> bool:
        """Whether the plain problem is the given one."""
        return self.problem is self.given


def lower(problem: ZoningProblem) -> Lowered:
    """The plain form of a problem.

    Raises
    ------
    InfeasibleError : blocks that must stay together hold two schools, or lie apart (which proves nothing: blocks of others may join them)
    """
    draft = Draft(problem.block_count, problem.school_count, problem.edges, problem.contiguous, problem.keep_home)
    for rule in problem.rules:
        rule.lower(problem, draft)
    known = np.arange(problem.block_count), np.arange(problem.school_count)
    simple = all(isinstance(goal, Distance) and goal.weight == 1 for goal in problem.goals)
    if simple and all(isinstance(rule, (Connected, HomeBlock)) or (isinstance(rule, Seats) and rule.hard) for rule in problem.rules):
        return Lowered(problem, problem, draft, *known, plain=True)
    if problem.block_count * problem.school_count > LARGEST_TABLE:
        entries = problem.block_count * problem.school_count
        raise DataError(Fault(text("rules.table_too_big", entries=entries, most=LARGEST_TABLE), text("rules.use_default_rules")))
    zone = known[1] if draft.zone_of_school is None else draft.zone_of_school
    unit = np.unique(draft.group, return_inverse=True)[1].astype(np.int64)
    _refuse_parted(problem, draft, unit)
    linear = all(isinstance(goal, (Distance, Stability)) for goal in problem.goals)
    plain = linear and not draft.sums and draft.seat_price_m is None and np.isinf(draft.moved_cap) and draft.mates_share == 0
    return Lowered(problem, _plain_problem(problem, draft, unit, zone), draft, unit, zone, plain)


def written_out(low: Lowered) -> Lowered:
    """The same with the plain problem as a table of its own, where it is the given one: home blocks are marked in it as every other rule is."""
    if not low.same:
        return low
    return dataclasses.replace(low, problem=_plain_problem(low.given, low.draft, low.unit_of_block, low.zone_of_school))


def _plain_problem(problem: ZoningProblem, draft: Draft, unit: NDArray[np.int64], zone: NDArray[np.int64]) -> ZoningProblem:
    """Units and zones with the linear part of the objective as their distance."""
    u, z = int(unit.max()) + 1, int(zone.max()) + 1
    cost = cost_per_pupil(problem, zone)
    if draft.allowed is not None:
        allowed = np.zeros((problem.block_count, z), dtype=np.bool_)
        for j in range(problem.school_count):
            allowed[:, zone[j]] |= draft.allowed[:, j]
        cost[~allowed] = np.inf
    first_of_zone = np.unique(zone, return_index=True)[1]
    if draft.keep_home:
        _refuse_two_schools(problem, unit, zone)
        for j in range(problem.school_count):
            elsewhere = np.arange(z) != zone[j]
            cost[np.ix_([problem.home_block[j]], elsewhere)] = np.inf
    table, demand = _of_units(cost, problem.demand, unit, u)
    edges = np.unique(np.sort(unit[draft.edges], axis=1), axis=0) if len(draft.edges) else draft.edges
    capacity = np.bincount(zone, problem.capacity, z).astype(np.float64)
    if draft.seat_price_m is not None:
        capacity = np.full(z, max(float(problem.demand.sum()), 1.0))
    today = None
    if problem.today is not None and u == problem.block_count:
        today = np.where(problem.today >= 0, zone[problem.today], -1)
    return ZoningProblem(
        demand=demand,
        capacity=capacity,
        edges=edges[edges[:, 0] != edges[:, 1]],
        home_block=unit[problem.home_block[first_of_zone]],
        distance_m=table,
        today=today,
        contiguous=draft.contiguous,
        keep_home=draft.keep_home,
    )


def cost_per_pupil(problem: ZoningProblem, zone: NDArray[np.int64]) -> NDArray[np.float64]:
    """(n, zones) linear part of the objective that a pupil of the block adds in the zone; ``inf`` where the table given forbids the pair."""
    weight = {type(goal): goal.weight for goal in problem.goals}
    cost = weight[Distance] * zone_distances(problem, zone) if Distance in weight else _nothing_where_allowed(problem, zone)
    if Stability in weight:
        assert problem.today is not None
        known = np.flatnonzero(problem.today >= 0)
        stays = zone[problem.today[known]]
        cost[known] += weight[Stability]
        cost[known, stays] -= weight[Stability]
    return cost


def _nothing_where_allowed(problem: ZoningProblem, zone: NDArray[np.int64]) -> NDArray[np.float64]:
    """(n, zones) 0 where the table given allows a school of the zone, ``inf`` elsewhere: what is not allowed stays so when distance is no goal."""
    cost = np.zeros((problem.block_count, int(zone.max()) + 1))
    if problem.distance_m is not None:
        cost[:] = np.inf
        for j, known in enumerate(np.isfinite(all_pairs_m(problem)).T):
            cost[known, zone[j]] = 0.0
    return cost


def zone_distances(problem: ZoningProblem, zone: NDArray[np.int64]) -> NDArray[np.float64]:
    """(n, zones) metres to a zone: the mean to its schools, weighted by seats."""
    pairs = all_pairs_m(problem)
    if np.array_equal(zone, np.arange(problem.school_count)):
        return pairs
    seats = np.bincount(zone, problem.capacity)
    share = np.where(seats[zone] > 0, problem.capacity, 1.0)
    mean = np.zeros((problem.block_count, len(seats)))
    for j in np.flatnonzero(share > 0):
        mean[:, zone[j]] += share[j] * pairs[:, j]
    return mean / np.bincount(zone, share)


def _of_units(cost: NDArray[np.float64], demand: NDArray[np.float64], unit: NDArray[np.int64], count: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Cost and pupils of units: means weighted by pupils, of all blocks where nobody lives; a pair is allowed where it is for every block of the unit."""
    pupils = np.bincount(unit, demand, count).astype(np.float64)
    if count == len(unit):
        return cost, demand
    weight = np.where(pupils[unit] > 0, demand, 1.0)
    blocked = np.zeros((count, cost.shape[1]), dtype=np.bool_)
    np.logical_or.at(blocked, unit, np.isinf(cost))
    gather = sp.csr_array((weight, (unit, np.arange(len(unit)))), shape=(count, len(unit)))
    table = gather @ np.where(np.isinf(cost), 0.0, cost) / np.bincount(unit, weight, count)[:, None]
    return np.where(blocked, np.inf, table), pupils


def _refuse_two_schools(problem: ZoningProblem, unit: NDArray[np.int64], zone: NDArray[np.int64]) -> None:
    """Blocks that stay together hold the schools of two zones."""
    pairs = np.unique(np.column_stack([unit[problem.home_block], zone]), axis=0)
    units, count = np.unique(pairs[:, 0], return_counts=True)
    crowded = units[count > 1]
    if len(crowded):
        schools = [np.flatnonzero(unit[problem.home_block] == u).tolist() for u in crowded]
        said = text("zoning.group_two_schools", count=len(crowded), schools=[str(s) for s in schools])
        raise InfeasibleError([Conflict("keep_together", float(len(crowded)), "group", said)], [text("problem.share_zone"), text("zoning.split_group")])


def _refuse_parted(problem: ZoningProblem, draft: Draft, unit: NDArray[np.int64]) -> None:
    """Blocks that stay together but lie apart."""
    if not draft.contiguous or int(unit.max()) + 1 == len(unit):
        return
    inside = draft.edges[unit[draft.edges[:, 0]] == unit[draft.edges[:, 1]]]
    graph = sp.coo_array((np.ones(len(inside)), tuple(inside.T)), shape=(len(unit), len(unit)))
    piece = connected_components(graph, directed=False)[1]
    pieces = np.unique(np.column_stack([unit, piece]), axis=0)[:, 0]
    parted = np.flatnonzero(np.bincount(pieces) > 1)
    if len(parted):
        blocks = [int(np.flatnonzero(unit == u)[0]) for u in parted[:5]]
        said = text("zoning.group_in_pieces", count=len(parted), blocks=blocks)
        # blocks of others may join the parts, which the search does not try: no proof
        raise InfeasibleError([Conflict("keep_together", float(len(parted)), "group", said, proven=False)], [text("zoning.split_group"), text("zoning.bridge")])
