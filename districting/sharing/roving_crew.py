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
        wanted = int(min(problem.load[crew].sum(), problem.demand[home]))
        mine = [t for t in trips if t.teacher == home]
        at_home[crew], made = _handed_out(problem, crew, mine, wanted) if mine else (_filled(problem.load[crew], wanted), [])
        done += made
    return at_home, tuple(sorted(done, key=lambda t: (t.teacher, t.first, t.second, -t.lessons_first, -t.lessons_second)))


def _handed_out(problem: RovingProblem, crew: NDArray[np.int64], trips: list[Trip], wanted: int) -> tuple[NDArray[np.int64], list[Trip]]:
    """Lessons at home of each of the crew, and the trips that are made, some with fewer lessons where one teacher has no more to give."""
    n, d = len(crew), len(trips)
    legs = [(i, s, k) for i, t in enumerate(trips) for s, k in ((t.first, t.lessons_first), (t.second, t.lessons_second)) if s >= 0]
    schools = sorted({s for _, s, _ in legs})
    # columns: trip by teacher; lessons of leg by teacher; goes to school; lessons at home; teaches at home; on the road
    take = np.arange(d * n).reshape(d, n)
    gives = d * n + np.arange(len(legs) * n).reshape(len(legs), n)
    goes = (d + len(legs)) * n + np.arange(n * len(schools)).reshape(n, len(schools))
    home, stays, road = (int(goes.max()) + 1 + np.arange(n) + i * n for i in range(3))
    load = problem.load[crew].astype(np.float64)
    worth = np.array([problem.weight[s] for _, s, _ in legs])
    lessons = np.array([k for _, _, k in legs], dtype=np.float64)
    cost, high = np.zeros(road[-1] + 1), np.ones(road[-1] + 1)
    cost[gives] = -(n + d * n + 1.0) / worth.min() * worth[:, None]
    cost[take], cost[road] = 1e-3, 1.0
    high[home], high[gives] = load, lessons[:, None]
    rows: list[Row] = [(take[i], np.ones(n), -np.inf, 1.0) for i in range(d)]
    rows.append((home, np.ones(n), float(wanted), float(wanted)))
    halves = np.array([1.0 + (t.second >= 0) for t in trips])
    for k in range(n):
        rows += _of_teacher(problem, int(crew[k]), (take[:, k], gives[:, k], goes[k]), (home[k], stays[k], road[k]), halves)
        rows += [(np.array([gives[j, k], take[i, k]]), np.array([1.0, -lessons[j]]), -np.inf, 0.0) for j, (i, _, _) in enumerate(legs)]
        rows += [(np.array([take[i, k], goes[k, schools.index(s)]]), np.array([1.0, -1.0]), -np.inf, 0.0) for i, s, _ in legs]
    model = Milp(cost, np.zeros(len(cost)), high, np.ones(len(cost), dtype=np.bool_))
    model.add_rows(rows)
    found = model.solve(time_limit_s=_FOREVER_S, nodes=_NODES, gap=1e-6)
    if found.x is None:
        return _filled(problem.load[crew], wanted), []
    x = np.rint(found.x).astype(np.int64)
    made = [
        _made(problem, trip, int(crew[int(np.argmax(x[take[i]]))]), [int(x[gives[j]].sum()) for j, leg in enumerate(legs) if leg[0] == i])
        for i, trip in enumerate(trips)
    ]
    return x[home], [trip for trip in made if trip is not None]


def _of_teacher(
    problem: RovingProblem, teacher: int, away: tuple[NDArray[np.int64], ...], at_home: tuple[int, int, int], halves: NDArray[np.float64]
) -> list[Row]:
    """Load, free lessons, days, half-days and schools of one teacher. ``away``: columns of trips, lessons, schools; ``at_home``: lessons, whether any, whether on the road."""
    take, gives, goes = away
    home, stays, road = at_home
    size, load = float(problem.half_day_lessons), float(problem.load[teacher])
    return [
        (np.append(gives, home), np.ones(len(gives) + 1), -np.inf, load),
        (gives, np.ones(len(gives)), -np.inf, float(problem.free[teacher])),
        (take, np.ones(len(take)), -np.inf, float(problem.days)),
        (np.append(take, home), np.append(size * halves, 1.0), -np.inf, size * 2.0 * problem.days),
        (np.append(goes, stays), np.ones(len(goes) + 1), -np.inf, float(problem.max_schools)),
        (np.array([home, stays]), np.array([1.0, -load]), -np.inf, 0.0),
        (np.append(take, road), np.append(np.ones(len(take)), -float(len(take))), -np.inf, 0.0),
    ]


def _made(problem: RovingProblem, trip: Trip, teacher: int, lessons: list[int]) -> Trip | None:
    """The trip as it is made, without a school at which no lesson is given; None where none is."""
    if not any(lessons):
        return None
    home = int(problem.home_of_teacher[teacher])
    if len(lessons) == 2 and all(lessons):
        return replace(trip, teacher=teacher, lessons_first=lessons[0], lessons_second=lessons[1])
    only, count = (trip.first, lessons[0]) if lessons[0] else (trip.second, lessons[1])
    return Trip(teacher, only, -1, count, 0, float(problem.minutes[home, only] + problem.minutes[only, home]))


def _filled(load: NDArray[np.int64], wanted: int) -> NDArray[np.int64]:
    """``wanted`` lessons, the first teachers full."""
    before = np.concatenate(([0], np.cumsum(load)[:-1]))
    return np.clip(wanted - before, 0, load)
