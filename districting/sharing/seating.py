"""People on seats that are offered: as many as can be, then with the least travel (policy R39: studios, training to order)."""

from __future__ import annotations

import dataclasses
import time

import numpy as np
from numpy.typing import NDArray

from districting.model.research_problem import Seated, SeatProblem, Status
from districting.sharing.in_order import limits, parts_of, solve_in_order


def seat_people(problem: SeatProblem, *, time_limit_s: float = 60.0) -> Seated:
    """Who is seated where. The rows are those of a flow, so that the linear relaxations (HiGHS) are whole.

    >>> found = seat_people(SeatProblem(np.array([3, 2]), np.array([4]), np.array([[100.0], [50.0]])))
    >>> found.people.tolist(), found.placed, found.travel, found.status
    ([2, 2], 4, 300.0, 'optimal')
    """
    demand, offer = np.nonzero(np.isfinite(problem.metres) & (problem.people > 0)[:, None] & (problem.seats > 0)[None, :])
    high = np.minimum(problem.people[demand], problem.seats[offer]).astype(np.int64)
    away = problem.metres[demand, offer]
    people = np.zeros(len(demand), dtype=np.int64)
    ends, parts, found = time.perf_counter() + time_limit_s, parts_of([demand, offer], len(demand)), []
    for number, part in enumerate(parts):
        rows = limits(demand[part], high[part], problem.people) + limits(offer[part], high[part], problem.seats)
        share = max(0.1, (ends - time.perf_counter()) / (len(parts) - number))
        found.append(solve_in_order(high[part], rows, [np.ones(len(part)), -away[part]], time_limit_s=share))
        people[part] = found[-1].x
    on = people > 0
    travel, placed = float((away * people).sum()), int(people.sum())
    most = placed if all(f.proven[0] for f in found) else max(placed, int(sum(f.bound[0] for f in found) + 1e-6))
    proven = all(all(f.proven) for f in found)
    bound = travel if proven else max(0.0, min(travel, -sum(f.bound[1] for f in found)))
    return Seated(demand[on], offer[on], people[on], placed, most, travel, bound, "optimal" if proven else "feasible")


def seat_where_many(problem: SeatProblem, least: int, *, time_limit_s: float = 60.0) -> tuple[Seated, NDArray[np.bool_]]:
    """As :func:`seat_people`, and which offers stay: those with fewer than ``least`` people close, in every part of the town the one with the fewest first.

    The answer is best for the offers that stay open; which ones do is a rule of thumb, so that ``most`` and ``bound`` are those with all of them open
    (no bound, 0, where closing costs people).

    >>> found, stays = seat_where_many(SeatProblem(np.array([3, 1]), np.array([9, 9]), np.array([[0.0, 9.0], [9.0, 0.0]])), 2)
    >>> stays.tolist(), found.people.tolist(), found.travel, found.bound, found.status
    ([True, False], [3, 1], 9.0, 0.0, 'feasible')
    """
    stays = problem.seats >= least
    ends = time.perf_counter() + time_limit_s
    free: Seated | None = None
    while True:
        found = seat_people(SeatProblem(problem.people, np.where(stays, problem.seats, 0), problem.metres), time_limit_s=max(0.1, ends - time.perf_counter()))
        free = found if free is None else free
        load = np.bincount(found.offer, found.people, len(problem.seats)).astype(np.int64)
        short = stays & (load < least)
        if not short.any():
            return _against(found, free), stays
        stays &= load > 0
        on_demand, on_offer = np.nonzero(np.isfinite(problem.metres) & stays[None, :])
        for part in parts_of([on_demand, on_offer], len(on_offer)):
            small = np.unique(on_offer[part])
            small = small[short[small]]
            if len(small):
                stays[small[np.lexsort((-small, load[small]))[0]]] = False


def _against(found: Seated, free: Seated) -> Seated:
    """An answer with some offers closed, bounded by the one with all of them open."""
    bound = min(free.bound, found.travel) if found.placed == free.most else 0.0
    same = found.placed == free.most and found.travel - bound <= 1e-6 * max(1.0, found.travel)
    status: Status = "optimal" if same else "feasible"
    return dataclasses.replace(found, most=free.most, bound=bound, status=status)
