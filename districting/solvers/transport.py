"""The transportation bound with its proof: pupils may split and zones may fall apart, so no plan can cost less."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from districting.errors import Conflict, InfeasibleError
from districting.model.zoning_problem import ZoningProblem
from districting.solvers.pricing import best_candidates, price_bound
from districting.solvers.shortest_paths import transport_on_candidates
from districting.wording import text

PROVED = 1e-9
MORE_CANDIDATES = 6

__all__ = ["TransportSolution", "price_bound", "solve_transport"]


@dataclass(frozen=True, eq=False)
class TransportSolution:
    """Optimal prices and flow.

    seat_price_m : (k,) >= 0; evaluating :func:`price_bound` at it gives ``bound``
    flow_block, flow_school, flow_pupils : (a,) who goes where; a block may be split; blocks without pupils are not in it
    candidates, candidate_m : (n, m) schools of a block by distance + price, best first (-1 and ``inf`` where fewer are allowed)
    """

    seat_price_m: NDArray[np.float64]
    bound: float
    flow_block: NDArray[np.int64]
    flow_school: NDArray[np.int64]
    flow_pupils: NDArray[np.float64]
    candidates: NDArray[np.int32]
    candidate_m: NDArray[np.float64]


def solve_transport(problem: ZoningProblem, *, candidates: int = 12, rounds: int = 10) -> TransportSolution:
    """Solve on a few candidate schools per block, price every arc, widen where an arc was missing, until flow and bound meet.

    The bound is evaluated over all arcs in every round, so it holds even when ``rounds`` run out.

    Raises
    ------
    InfeasibleError : fewer seats than pupils, or allowed arcs that leave pupils without a seat (how many, and at which schools)

    Examples
    --------
    >>> problem = ZoningProblem(demand=[2, 2], capacity=[2, 2], edges=[(0, 1)], home_block=[0, 1], xy=[(0, 0), (10, 0)], school_xy=[(0, 0), (4, 0)])
    >>> found = solve_transport(problem)
    >>> found.bound, found.seat_price_m.tolist()
    (12.0, [0.0, 0.0])
    """
    _refuse_short(problem)
    k = problem.school_count
    price = np.zeros(k)
    count = min(candidates, k)
    best: tuple[float, NDArray[np.float64]] = (-np.inf, price)
    for turn in range(max(rounds, 1)):
        school, metres = best_candidates(problem, price, count)
        flow, price, reached = np.zeros(school.shape), np.zeros(k), np.zeros(k, dtype=np.bool_)
        unseated = transport_on_candidates(school, metres, problem.demand, problem.capacity, price, flow, reached)
        if unseated > 0:
            if count == k:
                raise _bottleneck(problem, unseated, reached)
            count = min(k, 3 * count)
            price = np.zeros(k)
            continue
        bound = price_bound(problem, price)
        best = max(best, (bound, price), key=lambda b: b[0])
        cost = float((flow * np.where(school >= 0, metres, 0.0)).sum())
        if cost - bound <= PROVED * max(cost, 1.0) or count == k or turn == rounds - 1:
            break
        count = min(k, count + MORE_CANDIDATES)
    bound, price = best
    block, place = np.nonzero(flow > 0)
    nearest, nearest_m = best_candidates(problem, price, count)
    return TransportSolution(price, bound, block, school[block, place].astype(np.int64), flow[block, place], nearest, nearest_m)


def _refuse_short(problem: ZoningProblem) -> None:
    demand, seats = float(problem.demand.sum()), float(problem.capacity.sum())
    if demand > seats * (1 + 1e-12) + 1e-9:
        short = demand - seats
        conflict = Conflict("seats", short, "seat", text("infeasible.seats_short", short=short, demand=demand, seats=seats))
        raise InfeasibleError([conflict], [text("infeasible.add_seats", short=short)])


def _bottleneck(problem: ZoningProblem, unseated: float, reached: NDArray[np.bool_]) -> InfeasibleError:
    """Pupils who can reach only these schools outnumber their seats."""
    schools = np.flatnonzero(reached)
    seats = float(problem.capacity[schools].sum())
    problem_text = text("infeasible.seats_short_at", short=unseated, demand=seats + unseated, seats=seats, schools=schools.tolist())
    return InfeasibleError(
        [Conflict("seats", unseated, "seat", problem_text)], [text("infeasible.add_seats", short=unseated), text("infeasible.allow_more_arcs")]
    )
