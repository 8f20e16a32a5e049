"""Days away handed to single teachers: nobody over the load, the days, the schools; as many lessons as can be, then few teachers on the road."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from districting.model.roving_problem import RovingProblem, Trip
from districting.solvers.milp import Milp, Row

_FOREVER_S = 1e9
_NODES = 2_000


def crew_of(problem: RovingProblem, trips: list[Trip]) -> tuple[NDArray[np.int64], tuple[Trip, ...]]:
    """(t,) lessons at home and the trips with their teachers; ``trips`` name the own school where the teacher will stand."""
    at_home = np.zeros(len(problem.load), dtype=np.int64)
    done: list[Trip] = []
    for home in np.unique(problem.home_of_teacher):
        crew = np.flatnonzero(problem.home_of_teacher == home)
        mine = [t for t in trips if t.teacher == home]
        wanted = int(min(problem.load[crew].sum(), problem.demand[home]))
        lessons, who = _handed_out(problem, crew, mine, wanted)
        at_home[crew] = lessons
        done += [replace(trip, teacher=int(crew[w])) for trip, w in zip(mine, who, strict=True) if w >= 0]
    return at_home, tuple(sorted(done, key=lambda t: (t.teacher, t.first, t.second, -t.lessons_first)))


def _handed_out(problem: RovingProblem, crew: NDArray[np.int64], trips: list[Trip], wanted: int) -> tuple[NDArray[np.int64], list[int]]:
    """Lessons at home of each of the crew, and who makes each trip (-1: nobody)."""
    n, d = len(crew), len(trips)
    schools = sorted({s for t in trips for s in (t.first, t.second) if s >= 0})
    if not d:
        return _filled(problem.load[crew], wanted), []
    # columns: trip by teacher; goes to school; lessons at home; teaches at home; on the road
    take = np.arange(d * n).reshape(d, n)
    goes = d * n + np.arange(n * len(schools)).reshape(n, len(schools))
    home, stays, road = (int(goes.max()) + 1 + np.arange(n) + i * n for i in range(3))
    load = problem.load[crew].astype(np.float64)
    lessons = np.array([t.lessons_first + t.lessons_second for t in trips], dtype=np.float64)
    worth = np.array([problem.weight[t.first] * t.lessons_first + (problem.weight[t.second] * t.lessons_second if t.second >= 0 else 0.0) for t in trips])
    halves = np.array([1.0 + (t.second >= 0) for t in trips])
    cost = np.zeros(road[-1] + 1)
    cost[take] = -(n + 1.0) / worth.min() * worth[:, None]
    cost[road] = 1.0
    high = np.ones(len(cost))
    high[home] = load
    rows: list[Row] = [(take[i], np.ones(n), -np.inf, 1.0) for i in range(d)]
    rows.append((home, np.ones(n), float(wanted), float(wanted)))
    size = float(problem.half_day_lessons)
    for k in range(n):
        rows.append((np.append(take[:, k], home[k]), np.append(lessons, 1.0), -np.inf, load[k]))
        rows.append((take[:, k], np.ones(d), -np.inf, float(problem.days)))
        rows.append((np.append(take[:, k], home[k]), np.append(size * halves, 1.0), -np.inf, size * 2.0 * problem.days))
        rows.append((np.append(goes[k], stays[k]), np.ones(len(schools) + 1), -np.inf, float(problem.max_schools)))
        rows.append((np.array([home[k], stays[k]]), np.array([1.0, -load[k]]), -np.inf, 0.0))
        rows.append((np.append(take[:, k], road[k]), np.append(np.ones(d), -float(d)), -np.inf, 0.0))
        rows += [(np.array([take[i, k], goes[k, schools.index(s)]]), np.array([1.0, -1.0]), -np.inf, 0.0) for i, t in enumerate(trips) for s in {t.first, t.second} - {-1}]
    model = Milp(cost, np.zeros(len(cost)), high, np.ones(len(cost), dtype=np.bool_))
    model.add_rows(rows)
    found = model.solve(time_limit_s=_FOREVER_S, nodes=_NODES, gap=1e-6)
    if found.x is None:
        return _filled(problem.load[crew], wanted), [-1] * d
    taken = found.x[take] > 0.5
    return np.rint(found.x[home]).astype(np.int64), [int(np.argmax(row)) if row.any() else -1 for row in taken]


def _filled(load: NDArray[np.int64], wanted: int) -> NDArray[np.int64]:
    """``wanted`` lessons, the first teachers full."""
    before = np.concatenate(([0], np.cumsum(load)[:-1]))
    return np.clip(wanted - before, 0, load)
