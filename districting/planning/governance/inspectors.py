"""Responsible inspectors (责任督学): stations at schools, every school with exactly one inspector, none with more than the cap, least travel.

A capacitated p-median problem, solved as a mixed-integer programme.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from districting.model.solution import relative_gap
from districting.solvers.milp import Milp, Row

TIME_LIMIT_S = 20.0
"""Clock of one area; a district is done long before."""
LARGEST_EXACT = 150
"""Schools up to which the programme is built; beyond, stations are moved until nothing improves, and the bound counts nearest neighbours."""


@dataclass(frozen=True, eq=False)
class Inspectors:
    """``station_of_school`` (n,) position of the school at which each school's inspector is stationed; ``objective`` metres from stations to schools, one way;
    ``bound`` a proven lower bound. Pairs without a known distance count nothing.
    """

    station_of_school: NDArray[np.int64]
    objective: float
    bound: float

    @property
    def gap(self) -> float:
        """(objective - bound) / objective."""
        return relative_gap(self.objective, self.bound)

    @property
    def status(self) -> str:
        """``optimal`` only with a proof."""
        return "optimal" if self.objective - self.bound <= 1e-6 * max(1.0, self.objective) else "feasible"


def assign_inspectors(distance_m: NDArray[np.float64], load: int, *, time_limit_s: float = TIME_LIMIT_S) -> Inspectors:
    """ceil(n / load) stations among n schools, and to each school one of them.

    Parameters
    ----------
    distance_m : (n, n) metres, symmetric, with the triangle inequality; NaN in the rows and columns of schools without a place, which hold no station unless they must
    load : most schools of one inspector, >= 1, the school of the station among them

    >>> line = np.array([0.0, 1.0, 2.0, 10.0, 11.0])
    >>> found = assign_inspectors(np.abs(line[:, None] - line[None, :]), 3)
    >>> found.station_of_school.tolist()[:3], found.objective, found.status
    ([1, 1, 1], 3.0, 'optimal')
    """
    n = len(distance_m)
    if n == 0:
        return Inspectors(np.empty(0, dtype=np.int64), 0.0, 0.0)
    count = -(-n // load)
    placed = np.isfinite(np.diagonal(distance_m))
    may_hold = placed if placed.sum() >= count else np.ones(n, dtype=np.bool_)
    cost = np.nan_to_num(distance_m, nan=0.0)
    station = _moved_stations(cost, may_hold, count, load)
    bound = _nearest_bound(distance_m, count) if placed[may_hold].all() else 0.0
    if n <= LARGEST_EXACT:
        exact, proven = _programme(cost, may_hold, count, load, time_limit_s)
        bound = max(bound, proven)
        if exact is not None and _metres(cost, exact) <= _metres(cost, station):
            station = exact
    objective = _metres(cost, station)
    return Inspectors(station, objective, min(bound, objective))


def _metres(cost: NDArray[np.float64], station: NDArray[np.int64]) -> float:
    return float(cost[station, np.arange(len(cost))].sum())


def _programme(cost: NDArray[np.float64], may_hold: NDArray[np.bool_], count: int, load: int, time_limit_s: float) -> tuple[NDArray[np.int64] | None, float]:
    """The school of a station belongs to it: by the triangle inequality that costs nothing, so columns are n stations and the pairs of two schools."""
    n = len(cost)
    at, of = np.nonzero(may_hold[:, None] & ~np.eye(n, dtype=np.bool_))
    pair = n + np.arange(len(at))
    one = np.ones(n)
    model = Milp(
        np.concatenate([np.zeros(n), cost[at, of]]),
        np.zeros(n + len(at)),
        np.concatenate([may_hold.astype(float), np.ones(len(at))]),
        np.ones(n + len(at), dtype=np.bool_),
    )
    rows: list[Row] = [(np.arange(n), one, count, count)]
    for i in range(n):
        mine, theirs = pair[of == i], pair[at == i]
        rows.append((np.append(mine, i), np.ones(len(mine) + 1), 1.0, 1.0))  # every school has one inspector
        if len(theirs):
            rows.append((np.append(theirs, i), np.append(np.ones(len(theirs)), 1.0 - load), -np.inf, 0.0))  # nobody has more than the cap
    rows += [(np.array([p, j]), np.array([1.0, -1.0]), -np.inf, 0.0) for p, j in zip(pair.tolist(), at.tolist(), strict=True)]
    model.add_rows(rows)
    found = model.solve(time_limit_s=time_limit_s)
    if found.x is None:
        return None, max(found.bound, 0.0)
    station = np.arange(n)
    chosen = found.x[n:] > 0.5
    station[of[chosen]] = at[chosen]
    return station, max(found.bound, 0.0)


def _moved_stations(cost: NDArray[np.float64], may_hold: NDArray[np.bool_], count: int, load: int) -> NDArray[np.int64]:
    """Stations set one by one where they save most, schools assigned at least cost, every station moved to the middle of its schools, until nothing improves."""
    candidates = np.flatnonzero(may_hold)
    held: list[int] = []
    near = np.full(len(cost), np.inf)
    for _ in range(count):
        free = candidates[~np.isin(candidates, held)]
        best = int(free[np.argmin(np.minimum(cost[free], near[None, :]).sum(axis=1))])
        held.append(best)
        near = np.minimum(near, cost[best])
    station = _least_cost(cost, np.array(sorted(held)), load)
    while True:
        middle = []
        for s in np.unique(station):
            mine = np.flatnonzero(station == s)
            hosts = mine[may_hold[mine]]
            middle.append(int(hosts[np.argmin(cost[np.ix_(hosts, mine)].sum(axis=1))]))
        moved = _least_cost(cost, np.array(sorted(middle)), load)
        if _metres(cost, moved) >= _metres(cost, station) * (1 - 1e-12):
            return station
        station = moved


def _least_cost(cost: NDArray[np.float64], held: NDArray[np.int64], load: int) -> NDArray[np.int64]:
    """(n,) stations of the schools at least cost, stations given: an assignment to the places that each of them has left."""
    rest = np.setdiff1d(np.arange(len(cost)), held)
    station = np.arange(len(cost))
    if len(rest):
        places = np.repeat(held, load - 1)
        school, place = linear_sum_assignment(cost[np.ix_(places, rest)].T)
        station[rest[school]] = places[place]
    return station


def _nearest_bound(distance_m: NDArray[np.float64], count: int) -> float:
    """Every school without a station travels at least to its nearest neighbour."""
    if len(distance_m) < 2:
        return 0.0
    apart = distance_m + np.where(np.eye(len(distance_m), dtype=np.bool_), np.inf, 0.0)
    nearest = np.nan_to_num(np.min(np.where(np.isnan(apart), np.inf, apart), axis=1), posinf=0.0)
    return float(np.sort(nearest)[: len(distance_m) - count].sum())
