"""Who books which shared venue: weak schools first, as many hours as can be, then in the own district, then by the shortest ways (policy R19, R35)."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from districting.model.booking_problem import BookingProblem, Bookings
from districting.sharing.in_order import InOrder, limits, parts_of, solve_in_order
from districting.solvers.milp import Row


@dataclass(frozen=True, eq=False)
class _Arcs:
    """Columns: demand, facility, hour of the week (-1 = to be agreed), most class-hours."""

    demand: NDArray[np.int64]
    facility: NDArray[np.int64]
    hour: NDArray[np.int64]
    high: NDArray[np.int64]


def book(problem: BookingProblem, *, time_limit_s: float = 60.0) -> Bookings:
    """The bookings that meet the most weighted hours; of those the most in the own district; of those the shortest ways.

    Hard: a facility takes ``at_once`` classes in an hour in which it is free and the school can come, ``room_hours`` a week in all; no way is longer than the
    limit; a school sends no more classes in one hour than it has. Schools that share no facility are solved apart. Source: policy R19, R35; a transport problem,
    whole by itself but for the classes of a school that wants several kinds, so that it is solved as an integer programme (HiGHS).

    As in every transport problem, serving weak schools first costs no hours in all while kinds do not compete for a school's classes.

    >>> week = np.ones((2, 168), dtype=bool)
    >>> one = dict(facility_kind=np.zeros(1, dtype=int), at_once=np.ones(1, dtype=int), room_hours=np.array([3]), timed=np.zeros(1, dtype=bool), open=week[:1])
    >>> pair = dict(metres=np.array([[100.0], [200.0]]), allowed=np.ones((2, 1), dtype=bool), inside=np.zeros((2, 1), dtype=bool))
    >>> two = dict(school=np.arange(2), kind=np.zeros(2, dtype=int), needed=np.array([2, 2]), weight=np.array([1.0, 2.0]), able=week, classes=np.array([-1, -1]))
    >>> found = book(BookingProblem(**two, **one, **pair, limit_m=1000.0))
    >>> found.demand.tolist(), found.hours.tolist(), found.objective, found.status
    ([0, 1], [1, 2], 5.0, 'optimal')
    """
    arcs = _arcs(problem)
    ends = time.perf_counter() + time_limit_s
    x = np.zeros(len(arcs.demand), dtype=np.int64)
    parts = parts_of([arcs.demand, arcs.facility, _out(problem, arcs)], len(arcs.demand))
    found = []
    for number, part in enumerate(parts):
        share = (ends - time.perf_counter()) / (len(parts) - number)
        mine = _Arcs(arcs.demand[part], arcs.facility[part], arcs.hour[part], arcs.high[part])
        found.append(solve_in_order(mine.high, _rows(problem, mine), _aims(problem, mine), time_limit_s=max(0.1, share)))
        x[part] = found[-1].x
    return _bookings(problem, arcs, x, found)


def _arcs(problem: BookingProblem) -> _Arcs:
    demand, facility = np.nonzero(problem.reach() & (problem.needed > 0)[:, None])
    common = problem.able[demand] & problem.open[facility]
    common[~problem.timed[facility]] = False
    timed, hour = np.nonzero(common)
    free = np.flatnonzero(~problem.timed[facility])
    arc, slot = np.concatenate([timed, free]), np.concatenate([hour, np.full(len(free), -1)])
    order = np.lexsort((slot, facility[arc], demand[arc]))
    arc, slot = arc[order], slot[order]
    d, f = demand[arc], facility[arc]
    most = np.minimum(problem.needed[d], problem.room_hours[f])
    out = problem.classes[problem.school[d]]
    here = np.minimum(problem.at_once[f], np.where(out >= 0, out, problem.at_once[f]))
    return _Arcs(d, f, slot, np.where(slot >= 0, np.minimum(most, here), most))


def _out(problem: BookingProblem, arcs: _Arcs) -> NDArray[np.int64]:
    """School and hour of each timed column of a school whose classes are known; -1 for the others."""
    school = problem.school[arcs.demand]
    return np.where((arcs.hour >= 0) & (problem.classes[school] >= 0), school * 168 + arcs.hour, -1)


def _rows(problem: BookingProblem, arcs: _Arcs) -> list[Row]:
    slot = np.where(arcs.hour >= 0, arcs.facility * 168 + arcs.hour, -1)
    rows = limits(arcs.demand, arcs.high, problem.needed)
    rows += limits(slot, arcs.high, np.repeat(problem.at_once, 168))
    rows += limits(arcs.facility, arcs.high, problem.room_hours)
    return rows + limits(_out(problem, arcs), arcs.high, np.repeat(problem.classes, 168))


def _aims(problem: BookingProblem, arcs: _Arcs) -> list[NDArray[np.float64]]:
    inside = problem.inside[arcs.demand, arcs.facility].astype(np.float64)
    return [problem.weight[arcs.demand], inside, -problem.metres[arcs.demand, arcs.facility]]


def _bookings(problem: BookingProblem, arcs: _Arcs, x: NDArray[np.int64], found: list[InOrder]) -> Bookings:
    taken = np.flatnonzero(x)
    objective = float((problem.weight[arcs.demand] * x).sum())
    bound = max(objective, sum(f.bound[0] for f in found))
    bound = objective if all(f.proven[0] for f in found) else bound
    proven = all(all(f.proven) for f in found)
    travel = float((problem.metres[arcs.demand, arcs.facility][taken] * x[taken]).sum())
    return Bookings(
        demand=arcs.demand[taken],
        facility=arcs.facility[taken],
        hour=arcs.hour[taken],
        hours=x[taken],
        objective=objective,
        bound=bound,
        gap=(bound - objective) / bound if bound > objective else 0.0,
        status="optimal" if proven else "feasible",
        inside_hours=float((problem.inside[arcs.demand, arcs.facility] * x).sum()),
        travel=travel,
        travel_bound=travel if proven else min(travel, max(0.0, -sum(f.bound[2] for f in found))),
    )
