"""People on seats that are offered: as many as can be, then with the least travel (policy R39: studios, training to order)."""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray

from districting.model.research_problem import Seated, SeatProblem
from districting.sharing.in_order import InOrder, limits, parts_of, solve_in_order


def seat_people(problem: SeatProblem, *, time_limit_s: float = 60.0) -> Seated:
    """Who is seated where. The rows are those of a flow, so that the linear relaxations (HiGHS) are whole.

    >>> found = seat_people(SeatProblem(np.array([3, 2]), np.array([4]), np.array([[100.0], [50.0]])))
    >>> found.people.tolist(), found.placed, found.travel, found.status
    ([2, 2], 4, 300.0, 'optimal')
    """
    demand, offer, high = _arcs(problem)
    away = problem.metres[demand, offer]
    people = np.zeros(len(demand), dtype=np.int64)
    ends, parts, found = time.perf_counter() + time_limit_s, parts_of([demand, offer], len(demand)), []
    for number, part in enumerate(parts):
        rows = limits(demand[part], high[part], problem.people) + limits(offer[part], high[part], problem.seats)
        share = max(0.1, (ends - time.perf_counter()) / (len(parts) - number))
        found.append(solve_in_order(high[part], rows, [np.ones(len(part)), -away[part]], time_limit_s=share))
        people[part] = found[-1].x
    return _seated((demand, offer, people), away, found)


def seat_where_many(problem: SeatProblem, least: int, *, time_limit_s: float = 60.0) -> tuple[Seated, NDArray[np.bool_]]:
    """As :func:`seat_people` with offers that open with at least ``least`` people or not at all, and which open.

    Parts of the town that share no offer are solved apart, as integer programmes (HiGHS).

    >>> found, opened = seat_where_many(SeatProblem(np.array([3, 1]), np.array([9, 9]), np.array([[0.0, 9.0], [9.0, 0.0]])), 2)
    >>> opened.tolist(), found.people.tolist(), found.travel, found.bound, found.status
    ([True, False], [3, 1], 9.0, 9.0, 'optimal')
    """
    demand, offer, high = _arcs(problem)
    away = problem.metres[demand, offer]
    people = np.zeros(len(demand), dtype=np.int64)
    ends, parts, found = time.perf_counter() + time_limit_s, parts_of([demand, offer], len(demand)), []
    for number, part in enumerate(parts):
        offers, of = np.unique(offer[part], return_inverse=True)
        n, zero = len(part), np.zeros(len(offers))
        rows = limits(demand[part], high[part], problem.people)
        for o, position in enumerate(offers.tolist()):
            mine = np.append(np.flatnonzero(of == o), n + o)
            rows.append((mine, np.append(np.ones(len(mine) - 1), -float(problem.seats[position])), -np.inf, 0.0))
            rows.append((mine, np.append(np.ones(len(mine) - 1), -float(max(1, least))), 0.0, np.inf))
        most = np.append(high[part], np.ones(len(offers), dtype=np.int64))
        aims = [np.append(np.ones(n), zero), np.append(-away[part], zero)]
        share = max(0.1, (ends - time.perf_counter()) / (len(parts) - number))
        found.append(solve_in_order(most, rows, aims, time_limit_s=share))
        people[part] = found[-1].x[:n]
    seated = _seated((demand, offer, people), away, found)
    return seated, np.bincount(seated.offer, minlength=len(problem.seats)) > 0


def _arcs(problem: SeatProblem) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Demand and offer of every pair that may be, and the most people of it."""
    demand, offer = np.nonzero(np.isfinite(problem.metres) & (problem.people > 0)[:, None] & (problem.seats > 0)[None, :])
    return demand, offer, np.minimum(problem.people[demand], problem.seats[offer]).astype(np.int64)


def _seated(arcs: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]], away: NDArray[np.float64], found: list[InOrder]) -> Seated:
    demand, offer, people = arcs
    on = people > 0
    travel, placed = float((away * people).sum()), int(people.sum())
    most = placed if all(f.proven[0] for f in found) else max(placed, int(sum(f.bound[0] for f in found) + 1e-6))
    proven = all(all(f.proven) for f in found)
    bound = travel if proven else max(0.0, min(travel, -sum(f.bound[1] for f in found))) if placed == most else 0.0
    return Seated(demand[on], offer[on], people[on], placed, most, travel, bound, "optimal" if proven else "feasible")
