"""Mentor chains: strong schools carry weaker ones, which carry others in turn (policy R12)."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from districting.errors import Conflict, InfeasibleError
from districting.model.chain_problem import ChainProblem, ChainSolution
from districting.model.solution import relative_gap
from districting.pairing.chain_flow import DEAR, fewest_remote, flow_with_roots
from districting.pairing.chain_layers import layered_forest
from districting.pairing.chain_room import layers_of, refusal, room, with_new_roots
from districting.pairing.chain_table import ChainTable, chain_table, depth_of
from districting.wording import text

PROVED = 1e-9


def mentor_chain(problem: ChainProblem, *, time_limit_s: float = 60.0, gap: float = 0.0) -> ChainSolution:
    """A forest in which every school but the roots has one mentor of a strictly higher level, at the least total cost.

    Cost of a link in metres: straight distance plus ``level_gap_weight_m`` for every level skipped. No school has more than ``max_mentees`` mentees, none is more
    than ``max_depth`` links below its root. Links beyond ``max_distance_m`` are remote: first as few as possible, then the least cost.

    With ``allow_new_roots``, where not all can be carried: first as few new roots as possible, then as few remote links, then the least cost.

    Where the cheapest forest without a depth keeps within it (always when ``max_depth`` is at least the number of levels less one), it is a transportation
    problem and solved to the optimum: prices prove that no link that was left out would help. Where the depth binds, the forest comes from an integer
    programme, its bound from a relaxation over all links, ``gap`` says how far they lie apart. The table of all
    links is held in memory: 9 bytes for each pair of a school and one that may carry it.

    Source: policy R12 (以强带弱、链式带动, seed document 001): fan-out of at most 5, depth of at most 3.

    Parameters
    ----------
    problem : schools of one stage; see :class:`~districting.model.chain_problem.ChainProblem`
    time_limit_s : seconds for the case that the depth binds; looked at between steps, so that the last step may outlast it
    gap : relative gap at which the search may end there

    Raises
    ------
    InfeasibleError : not every school can be carried: how many of which level, and the least fan-out or depth that would do, or how many new roots

    Examples
    --------
    A city school, a county school 1 km away and a village school 1 km farther on: one chain of two links.

    >>> three = ChainProblem(np.array([0, 1, 2]), np.array([True, False, False]), np.array([[0.0, 0.0], [1000.0, 0.0], [2000.0, 0.0]]))
    >>> found = mentor_chain(three)
    >>> found.mentor_of_school.tolist(), found.depth_of_school.tolist(), found.objective, found.status
    ([-1, 0, 1], [0, 1, 2], 2000.0, 'optimal')
    """
    order = np.array(sorted(range(problem.school_count), key=lambda i: (problem.code[i], i)), dtype=np.int64) if problem.code else None
    if order is None:
        return _solve(problem, time_limit_s, gap)
    return _as_given(_solve(_reordered(problem, order), time_limit_s, gap), order)


def _solve(problem: ChainProblem, time_limit_s: float, gap: float) -> ChainSolution:
    _refuse_pins(problem)
    none = np.zeros(0, dtype=np.int64)
    plain = (
        problem.school_count > 0 and problem.pinned is None and problem.forbidden is None
    )  # few groups: counted in no time, where a flow would look long for what is not there
    found = None if plain and room(problem).left.any() else _forest(problem, none, time_limit_s, gap)
    if found is None and problem.allow_new_roots:
        found = _with_roots(problem, time_limit_s, gap)
    if found is None:
        raise refusal(problem)
    return found


def _with_roots(problem: ChainProblem, time_limit_s: float, gap: float) -> ChainSolution | None:
    """The forest with the fewest new roots. Where the cheapest flow with as many keeps within the depth, it is the best there is; else its cost is a bound, and
    its roots are taken where the depth lets them carry all, or else those that the counts name.
    """
    counted, extra = with_new_roots(problem)
    flow = flow_with_roots(problem, len(extra))
    if flow is None:
        return None
    table = chain_table(flow.problem)
    if not len(table.mentee) or depth_of(table, flow.column_of_row).max() <= problem.max_depth:
        return _solution(flow.problem, table, flow.column_of_row, flow.bound, flow.roots, fewest=flow.fewest)
    found = _forest(flow.problem, flow.roots, time_limit_s, gap) or _forest(counted, extra, time_limit_s, gap)
    if found is None:
        return None
    bound = min(found.objective, flow.bound_of(int(found.remote.sum())))
    left = relative_gap(found.objective, bound)
    return dataclasses.replace(found, bound=bound, gap=left, status="optimal" if left <= PROVED else "feasible")


def _forest(problem: ChainProblem, extra: NDArray[np.int64], time_limit_s: float, gap: float) -> ChainSolution | None:
    """None where not every school can be carried."""
    table = chain_table(problem)
    if not len(table.mentee):
        return _solution(problem, table, np.zeros(0, dtype=np.int64), 0.0, extra, fewest=True)
    flow = fewest_remote(table, problem.max_mentees)
    if flow is None:
        return None
    choice, bound, remote_m, fewest = flow
    if depth_of(table, choice).max() <= problem.max_depth:
        return _solution(problem, table, choice, bound, extra, fewest=fewest)
    counted = room(problem) if problem.max_depth > 0 else None
    if counted is None or counted.left.any():
        return None
    remote_m = DEAR * (table.longest_m + 1.0) if table.remote.any() else 0.0
    cost = table.priced(remote_m)
    layer = layers_of(problem, counted)[table.mentee]
    layered = layered_forest(table, cost, problem.max_mentees, problem.max_depth, layer=layer, time_limit_s=time_limit_s, gap=gap)
    if layered.column_of_row is None:
        raise InfeasibleError([Conflict("max_depth", 1.0, "forest", text("pairing.chain_no_time", depth=problem.max_depth), proven=False)])
    remote = int(np.count_nonzero(table.remote[np.arange(len(cost)), layered.column_of_row]))
    least = max(layered.bound - remote_m * remote, bound if not table.remote.any() else -np.inf)
    return _solution(problem, table, layered.column_of_row, least, extra, fewest=remote == 0)


def _solution(problem: ChainProblem, table: ChainTable, choice: NDArray[np.int64], bound: float, extra: NDArray[np.int64], *, fewest: bool) -> ChainSolution:
    mentor, depth = np.full(problem.school_count, -1, dtype=np.int64), np.zeros(problem.school_count, dtype=np.int64)
    remote = np.zeros(problem.school_count, dtype=np.bool_)
    rows = np.arange(len(choice))
    if len(choice):
        mentor[table.mentee], depth[table.mentee], remote[table.mentee] = table.mentor[choice], depth_of(table, choice), table.remote[rows, choice]
    objective = float(table.cost_m[rows, choice].sum()) if len(choice) else 0.0
    bound = min(bound, objective)
    gap = relative_gap(objective, bound)
    return ChainSolution(mentor, depth, remote, extra, objective, bound, gap, "optimal" if gap <= PROVED else "feasible", fewest)


def _refuse_pins(problem: ChainProblem) -> None:
    """A pinned mentor must stand higher than its mentee, and have room for all who are pinned to it."""
    if problem.pinned is None:
        return
    pinned = np.flatnonzero(problem.pinned >= 0)
    wrong = int(np.count_nonzero(problem.level[problem.pinned[pinned]] >= problem.level[pinned]))
    if wrong:
        raise InfeasibleError([Conflict("pinned", float(wrong), "school", text("pairing.chain_pins", count=wrong))], [text("pairing.chain_unpin", count=wrong)])


def _reordered(problem: ChainProblem, order: NDArray[np.int64]) -> ChainProblem:
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    pinned = None if problem.pinned is None else np.where(problem.pinned[order] >= 0, place[problem.pinned[order]], -1)
    forbidden = None if problem.forbidden is None else place[np.reshape(problem.forbidden, (-1, 2)).astype(np.int64)]
    return problem.replace(
        level=problem.level[order],
        is_root=problem.is_root[order],
        xy=problem.xy[order],
        county=None if problem.county is None else problem.county[order],
        pinned=pinned,
        forbidden=forbidden,
        code=(),
    )


def _as_given(found: ChainSolution, order: NDArray[np.int64]) -> ChainSolution:
    """The solution in the order of the input."""
    mentor, depth, remote = np.empty_like(found.mentor_of_school), np.empty_like(found.depth_of_school), np.empty_like(found.remote)
    mentor[order] = np.where(found.mentor_of_school >= 0, order[found.mentor_of_school], -1)
    depth[order], remote[order] = found.depth_of_school, found.remote
    return ChainSolution(mentor, depth, remote, np.sort(order[found.new_roots]), found.objective, found.bound, found.gap, found.status, found.fewest_remote)
