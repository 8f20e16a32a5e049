"""The transportation bound with its proof: pupils may split and zones may fall apart, so no plan can cost less."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from districting.errors import Conflict, InfeasibleError
from districting.model.zoning_problem import ZoningProblem
from districting.solvers.places import Places, places_of
from districting.solvers.pricing import best_candidates, best_schools, price_bound
from districting.solvers.shortest_paths import Board, board_of, renew, settle
from districting.solvers.transport_newton import warm_prices
from districting.wording import text

PROVED = 1e-9
FEWEST = 6
"""Candidates per place that the flow starts with at least."""
NAMED = 20
"""Blocks named in a message at most."""
SLIP = 1e-12
"""Share of all pupils that counts as rounding."""

__all__ = ["TransportSolution", "price_bound", "solve_transport"]


@dataclass(frozen=True, eq=False)
class TransportSolution:
    """Optimal prices and flow.

    seat_price_m : (k,) >= 0, above 0 only where every seat is taken; evaluating :func:`price_bound` at it gives ``bound``
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


def solve_transport(problem: ZoningProblem, *, candidates: int = 8, rounds: int = 10) -> TransportSolution:
    """Solve on a few candidate schools per block, price every arc, add what was missing, until flow and bound meet.

    The bound is evaluated over all arcs in every round, so it holds even when ``rounds`` run out.

    Raises
    ------
    InfeasibleError : fewer seats than pupils, or allowed arcs that leave pupils without a seat (how many, from which blocks, at which schools)

    Examples
    --------
    >>> problem = ZoningProblem(demand=[2, 2], capacity=[2, 2], edges=[(0, 1)], home_block=[0, 1], xy=[(0, 0), (10, 0)], school_xy=[(0, 0), (4, 0)])
    >>> found = solve_transport(problem)
    >>> found.bound, found.seat_price_m.tolist()
    (12.0, [0.0, 0.0])
    """
    _refuse_short(problem)
    places = places_of(problem, problem.demand > 0)
    board, price = _solve(places, problem.capacity, max(candidates, FEWEST), rounds)
    place, column = np.nonzero(board.flow > 0)
    block, school = places.rows[place], board.school[place, column].astype(np.int64)
    order = np.lexsort((school, block))
    nearest, nearest_m = best_candidates(problem, price, candidates)
    return TransportSolution(price, price_bound(problem, price), block[order], school[order], board.flow[place, column][order], nearest, nearest_m)


def _solve(places: Places, seats: NDArray[np.float64], count: int, rounds: int) -> tuple[Board, NDArray[np.float64]]:
    """Rounds of exact flow on candidates and pricing of all arcs."""
    slip = SLIP * max(float(places.demand.sum()), 1e-300)
    most = places.most_schools(len(seats))
    count = min(count, most)
    price = warm_prices(places, seats, count)
    board = _fresh_board(places, seats, price, count)
    best: tuple[float, NDArray[np.float64]] = (-np.inf, price)
    turn = 0
    while True:
        unseated = settle(board, slip)
        if unseated > 1000 * slip:
            if count >= most:
                raise _bottleneck(places, board, unseated)
            count = min(2 * count, most)
            board = _fresh_board(places, seats, price, count)
            continue
        turn += 1
        now = _tight(board)
        school, metres = best_schools(places, now, board.school.shape[1])
        bound = float((places.demand * (metres[:, 0] + now[school[:, 0]])).sum()) - float((seats * now).sum())
        best = max(best, (bound, now), key=lambda b: b[0])
        cost = float((board.flow * np.where(board.school >= 0, board.metres, 0.0)).sum())
        if cost - bound <= PROVED * cost or turn >= rounds:
            return board, best[1]
        renew(board.school, board.metres, board.flow, now, school, metres)
        old = board
        board = board_of(old.school, old.metres, places.demand, seats)
        board.flow[:] = old.flow
        board.price[:-1] = now


def _fresh_board(places: Places, seats: NDArray[np.float64], price: NDArray[np.float64], count: int) -> Board:
    school, metres = best_schools(places, price, count)
    board = board_of(school, metres, places.demand, seats)
    board.price[:-1] = price
    return board


def _tight(board: Board) -> NDArray[np.float64]:
    """Prices with 0 where seats are left; all of them lowered by the least where none is."""
    price = board.price[:-1]
    base = board.price[-1] if board.spare.any() else price.min()
    lowered: NDArray[np.float64] = np.maximum(price - base, 0.0)
    lowered[board.spare > 0] = 0.0
    return lowered


def _refuse_short(problem: ZoningProblem) -> None:
    demand, seats = float(problem.demand.sum()), float(problem.capacity.sum())
    if demand > seats * (1 + 1e-12) + 1e-9:
        short = demand - seats
        conflict = Conflict("seats", short, "seat", text("infeasible.seats_short", short=short, demand=demand, seats=seats))
        raise InfeasibleError([conflict], [text("infeasible.add_seats", short=short)])


def _bottleneck(places: Places, board: Board, unseated: float) -> InfeasibleError:
    """Pupils who can reach only these schools outnumber their seats (a minimum cut); some may be allowed no school at all."""
    schools = np.flatnonzero(board.reached)
    lost = (board.school < 0).all(axis=1)
    conflicts = []
    if lost.any():
        pupils, count, first = float(places.demand[lost].sum()), int(lost.sum()), np.sort(places.rows[lost])[:NAMED].tolist()
        conflicts.append(Conflict("allowed", pupils, "pupil", text("infeasible.no_school_allowed", pupils=pupils, count=count, first=first)))
        unseated -= pupils
    if len(schools):
        stuck = (np.where(np.isin(board.school, schools), board.flow, 0.0) > 0).any(axis=1)
        demand, seats, count = float(places.demand[stuck].sum()), float(board.seats[schools].sum()), int(stuck.sum())
        said = text("infeasible.seats_short_at", short=unseated, demand=demand, seats=seats, schools=schools.tolist(), count=count)
        conflicts.append(Conflict("seats", unseated, "seat", said))
    offers = [text("infeasible.add_seats", short=unseated)] if len(schools) else []
    return InfeasibleError(conflicts, [*offers, text("infeasible.allow_more_arcs")])
