"""Schools among shared zones so that zones may expect the same, exactly: hot schools are spread over zones (policy 2.5, `multi_zone`)."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from districting.model.sharing_problem import SharingProblem, SharingSolution
from districting.model.solution import Status, relative_gap
from districting.solvers.milp import Milp, Row

NODES: Final = 20_000
"""Nodes of a search for one part of the town: the same answer on every machine."""
_TOLERANCE: Final = 1e-6


def equalise(problem: SharingProblem, *, time_limit_s: float = 60.0, nodes: int = NODES) -> SharingSolution:
    """Least sum over zones of ``|sum of seats x (score - mean)|``, divided by all pupils; ``mean``: score of a seat in the part of the town where schools may be exchanged.

    Among the best sets those that move the fewest seats to another zone. Parts of the town without a common zone or school are solved one by one.

    Parameters
    ----------
    problem : z zones, s schools; today's sets obey it
    time_limit_s : for all parts together; a part that runs out of it or of ``nodes`` keeps its best answer and its bound

    Source: hot schools spread over zones so that these are roughly equal (教基厅〔2022〕1号); expected quality, the equal-access studies of Shijingshan.

    Raises
    ------
    ValueError : today's sets break the problem, or a score is not known

    Examples
    --------
    Two zones of two seats: 90 and 80 in the first, 70 and 60 in the second. 90 with 60 and 80 with 70 are both 75; one school of each zone moves.

    >>> seats, quality, today = np.ones(4), np.array([90.0, 80.0, 70.0, 60.0]), np.array([0, 0, 1, 1])
    >>> found = equalise(SharingProblem(np.full(2, 2.0), seats, quality, today, np.ones((2, 4), bool), np.full(2, 2.0)))
    >>> found.before, found.objective, found.status
    (10.0, 0.0, 'optimal')
    """
    zones, schools = problem.allowed.shape
    held = np.bincount(problem.today, problem.seats, minlength=zones)
    if not problem.allowed[problem.today, np.arange(schools)].all() or (held < problem.need - _TOLERANCE).any() or np.isnan(problem.quality).any():
        raise ValueError("today's sets must be allowed and hold the seats, and every score be known")
    part = parts(problem.allowed)
    total = max(float(problem.pupils.sum()), 1.0)
    chosen, bound, proved = problem.today.copy(), 0.0, True
    count = int(part.max(initial=-1)) + 1
    for p in range(count):
        of_zone, of_school = np.flatnonzero(part[:zones] == p), np.flatnonzero(part[zones:] == p)
        if not len(of_school):
            continue
        now = np.searchsorted(of_zone, problem.today[of_school])
        one = SharingProblem(
            problem.pupils[of_zone],
            problem.seats[of_school],
            problem.quality[of_school],
            now,
            problem.allowed[np.ix_(of_zone, of_school)],
            problem.need[of_zone],
        )
        labels, low, optimal = _solved(one, time_limit_s / count, nodes)
        chosen[of_school] = of_zone[labels]
        bound, proved = bound + low, proved and optimal
    objective, before = (_total_off(problem, z, part) / total for z in (chosen, problem.today))
    bound = min(bound / total, objective)
    gap = relative_gap(objective, bound)
    status: Status = "optimal" if proved or gap == 0 else "feasible"
    return SharingSolution(chosen, objective, objective if status == "optimal" else bound, 0.0 if status == "optimal" else gap, status, before)


def parts(allowed: NDArray[np.bool_]) -> NDArray[np.int64]:
    """(z + s,) number of the part of every zone, then of every school.

    >>> parts(np.array([[True, True, False], [False, False, True]])).tolist()
    [0, 1, 0, 0, 1]
    """
    zones, schools = allowed.shape
    z, s = np.nonzero(allowed)
    graph = coo_array((np.ones(len(z)), (z, zones + s)), shape=(zones + schools, zones + schools))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def _total_off(problem: SharingProblem, zone: NDArray[np.int64], part: NDArray[np.int64]) -> float:
    zones = len(problem.pupils)
    of_school = part[zones:]
    size = np.bincount(of_school, problem.seats, minlength=len(part))
    mean = np.bincount(of_school, problem.seats * problem.quality, minlength=len(part)) / np.where(size > 0, size, 1.0)
    off = np.bincount(zone, problem.seats * (problem.quality - mean[of_school]), minlength=zones)
    return float(np.abs(np.where(np.abs(off) < _TOLERANCE, 0.0, off)).sum())


def _solved(problem: SharingProblem, time_limit_s: float, nodes: int) -> tuple[NDArray[np.int64], float, bool]:
    """Labels, lower bound of the sum, whether it is proved: a first search for the least sum, a second for the fewest seats that move at that sum."""
    zones, schools = problem.allowed.shape
    everywhere = np.zeros(zones + schools, dtype=np.int64)
    today = _total_off(problem, problem.today, everywhere)
    if zones < 2 or today == 0:
        return problem.today, today, True
    pair_zone, pair_school = np.nonzero(problem.allowed)
    x, n = len(pair_zone), len(pair_zone) + zones
    rows = _rows(problem, pair_zone, pair_school)
    limits = (np.zeros(n), np.concatenate([np.ones(x), np.full(zones, np.inf)]), np.concatenate([np.ones(x, dtype=bool), np.zeros(zones, dtype=bool)]))
    model = Milp(np.concatenate([np.zeros(x), np.ones(zones)]), *limits)
    model.add_rows(rows)
    first = model.solve(time_limit_s=time_limit_s / 2, nodes=nodes)
    best = problem.today if first.x is None else _labels(first.x, pair_zone, pair_school, schools)
    least = _total_off(problem, best, everywhere)
    if least >= today:
        best, least = problem.today, today
    optimal = first.status == "optimal"
    moved = np.where(pair_zone != problem.today[pair_school], problem.seats[pair_school], 0.0)
    again = Milp(np.concatenate([moved, np.zeros(zones)]), *limits)
    again.add_rows([*rows, (np.arange(x, n), np.ones(zones), -np.inf, least + _TOLERANCE)])
    second = again.solve(time_limit_s=time_limit_s / 2, nodes=nodes)
    if second.x is not None:
        calm = _labels(second.x, pair_zone, pair_school, schools)
        if _total_off(problem, calm, everywhere) <= least + 10 * _TOLERANCE and _moves(problem, calm) < _moves(problem, best):
            best = calm
    return best, max(min(first.bound, least), 0.0), optimal


def _rows(problem: SharingProblem, pair_zone: NDArray[np.int64], pair_school: NDArray[np.int64]) -> list[Row]:
    """Every school in one zone; seats of zones; what a zone is off, upwards and downwards."""
    zones, schools = problem.allowed.shape
    x = len(pair_zone)
    mean = float(np.average(problem.quality, weights=problem.seats)) if problem.seats.sum() > 0 else 0.0
    points = problem.seats * (problem.quality - mean)
    rows: list[Row] = []
    for s in range(schools):
        at = np.flatnonzero(pair_school == s)
        rows.append((at, np.ones(len(at)), 1.0, 1.0))
    for z in range(zones):
        at = np.flatnonzero(pair_zone == z)
        rows.append((at, problem.seats[pair_school[at]], float(problem.need[z]), np.inf))
        rows.append((at, np.ones(len(at)), 1.0, np.inf))
        for sign in (1.0, -1.0):
            rows.append((np.append(at, x + z), np.append(sign * points[pair_school[at]], -1.0), -np.inf, 0.0))
    return rows


def _labels(x: NDArray[np.float64], pair_zone: NDArray[np.int64], pair_school: NDArray[np.int64], schools: int) -> NDArray[np.int64]:
    zone = np.empty(schools, dtype=np.int64)
    on = x[: len(pair_zone)] > 0.5
    zone[pair_school[on]] = pair_zone[on]
    return zone


def _moves(problem: SharingProblem, zone: NDArray[np.int64]) -> float:
    return float(problem.seats[zone != problem.today].sum())
