"""Roving lessons (走教): as many lessons covered as can be, and of such weeks the one with least travel (policy R38)."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

from districting.model.roving_problem import Roving, RovingProblem, Trip
from districting.sharing.roving_crew import crew_of
from districting.solvers.milp import Milp, MilpResult, Row, columns_by_rows

NODES: Final = 1
"""Nodes of the tree of each programme, unless another number is asked for: the answer does not hang on a clock."""
WAY_GAP: Final = 0.05
"""Minutes on the way are within so much of the least."""
NEAR_DAYS: Final = 600
"""Patterns of days up to which all are open to the least minutes; beyond, those of the least reduced cost and those that the linear relaxation uses."""
_TIGHT: Final = 1e-6
_FOREVER_S: Final = 1e9


@dataclass(frozen=True, eq=False)
class _Crews:
    """Teachers who are alike on the road (c,): of one school, with the same lessons free. By school (s,): teachers, spare and wanted lessons, lessons given at home."""

    home: NDArray[np.int64]
    free: NDArray[np.int64]
    size: NDArray[np.int64]
    teachers: NDArray[np.int64]
    spare: NDArray[np.int64]
    want: NDArray[np.int64]
    at_home: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class _Days:
    """Columns: lessons of each pair (p, 2) of crew and school; whether the pair is used; days of each pattern (d, 3) of crew, first school, second or -1.

    ``minutes`` (d,) of a day.
    """

    pair: NDArray[np.int64]
    pattern: NDArray[np.int64]
    minutes: NDArray[np.float64]


def rove(problem: RovingProblem, *, nodes: int = NODES) -> Roving:
    """A week of every teacher: lessons at the own school first, then days away for what is left.

    Teachers of one school with as many free lessons are alike on the road, so days are counted per such crew: a day leads to one or two schools and back, no way longer than
    ``max_hop_minutes``, at most ``half_day_lessons`` at each. First the weighted lessons covered are as many as can be, then the minutes on the way as few: two integer
    programmes (HiGHS, ``nodes`` of the tree each). They count the schools that the teachers of one school may go to in all, not those of each, so their bounds hold for
    every timetable; the days are then handed to single teachers, and what no teacher may take is given up.

    >>> import numpy as np
    >>> p = RovingProblem(np.array([0]), np.array([16]), np.array([16]), np.array([4, 6]), np.array([[0.0, 20.0], [20.0, 0.0]]), np.ones(2))
    >>> found = rove(p)
    >>> found.at_home.tolist(), found.covered, found.minutes, found.status
    ([4], 6.0, 40.0, 'optimal')
    """
    crews = _crews(problem)
    days = _patterns(problem, crews)
    if not len(days.pair):
        return _told(problem, crew_of(problem, []), 0.0, 0.0, proved=True)
    rows = _rows(problem, days, crews)
    pairs = len(days.pair)
    gain = np.concatenate((problem.weight[days.pair[:, 1]], np.zeros(pairs + len(days.pattern))))
    way = np.concatenate((np.zeros(2 * pairs), days.minutes))
    most = _most(days, crews)
    high = np.concatenate((most, np.ones(pairs), np.full(len(days.pattern), float(problem.days * crews.size.max()))))
    first = _programme(-gain, high, rows, pairs).solve(time_limit_s=_FOREVER_S, nodes=nodes)
    if first.x is None:
        return _told(problem, crew_of(problem, []), float(gain @ high), 0.0, proved=False)
    covered, bound = float(gain @ first.x), -first.bound
    slack = _TIGHT * max(1.0, covered)

    def at_least(worth: float) -> list[Row]:
        return [*rows, (np.arange(pairs), gain[:pairs], worth - slack, np.inf)]

    second = _least_way(way, high, at_least(covered), pairs, nodes)
    crew = crew_of(problem, _trips(problem, days, crews, first.x if second.x is None else second.x))
    reached = _covered(problem, crew[1])
    least = (
        second.bound if reached >= covered - slack else _programme(way, high, at_least(reached), pairs).relaxed(time_limit_s=_FOREVER_S).bound
    )  # weeks that cover less may travel less
    return _told(problem, crew, bound, max(least, 0.0), proved=first.status == second.status == "optimal")


def _least_way(way: NDArray[np.float64], high: NDArray[np.float64], rows: list[Row], pairs: int, nodes: int) -> MilpResult:
    """Fewest minutes. With many patterns of days only the near ones are open: a week with another costs at least the relaxation and its reduced cost, which the bound allows for."""
    programme = _programme(way, high, rows, pairs)
    if len(way) - 2 * pairs <= NEAR_DAYS:
        return programme.solve(time_limit_s=_FOREVER_S, nodes=nodes, gap=WAY_GAP)
    relaxed = programme.relaxed(time_limit_s=_FOREVER_S)
    if relaxed.x is None or relaxed.dual is None:
        return programme.solve(time_limit_s=_FOREVER_S, nodes=nodes, gap=WAY_GAP)
    price = (way - columns_by_rows(rows, len(way)).T @ relaxed.dual)[2 * pairs :]
    near = relaxed.x[2 * pairs :] > _TIGHT
    near[np.argsort(price, kind="stable")[:NEAR_DAYS]] = True
    open_ = high.copy()
    open_[2 * pairs :][~near] = 0.0
    found = _programme(way, open_, rows, pairs).solve(time_limit_s=_FOREVER_S, nodes=nodes, gap=WAY_GAP)
    if found.x is None:
        return programme.solve(time_limit_s=_FOREVER_S, nodes=nodes, gap=WAY_GAP)
    bound = min(found.bound, relaxed.bound + max(0.0, float(price[~near].min(initial=np.inf))))
    return dataclasses.replace(found, bound=bound, status="optimal" if found.objective - bound <= _TIGHT * max(1.0, bound) else "feasible")


def _covered(problem: RovingProblem, trips: Sequence[Trip]) -> float:
    return float(sum(problem.weight[t.first] * t.lessons_first + (problem.weight[t.second] * t.lessons_second if t.second >= 0 else 0.0) for t in trips))


def _told(problem: RovingProblem, crew: tuple[NDArray[np.int64], tuple[Trip, ...]], bound: float, minutes_bound: float, *, proved: bool) -> Roving:
    at_home, trips = crew
    covered = _covered(problem, trips)
    minutes = float(sum(t.minutes for t in trips))
    best = proved and bound - covered <= 1e-5 * max(1.0, bound) and minutes - minutes_bound <= 1e-5 * max(1.0, minutes)
    return Roving(at_home, trips, covered, max(bound, covered), minutes, min(minutes_bound, minutes), "optimal" if best else "feasible")


def _programme(cost: NDArray[np.float64], high: NDArray[np.float64], rows: list[Row], pairs: int) -> Milp:
    model = Milp(cost, np.zeros(len(cost)), high, np.arange(len(cost)) >= pairs, cut_rounds=3)
    model.add_rows(rows)
    return model


def _crews(problem: RovingProblem) -> _Crews:
    schools = len(problem.demand)
    own = np.bincount(problem.home_of_teacher, weights=problem.load, minlength=schools).astype(np.int64)
    free = np.minimum(problem.free, problem.load)
    kinds, size = np.unique(np.column_stack((problem.home_of_teacher, free)), axis=0, return_counts=True)
    alike = kinds[:, 1] > 0
    return _Crews(
        kinds[alike, 0],
        kinds[alike, 1],
        size[alike],
        np.bincount(problem.home_of_teacher, minlength=schools),
        np.maximum(own - problem.demand, 0),
        np.maximum(problem.demand - own, 0),
        np.minimum(own, problem.demand),
    )


def _most(days: _Days, crews: _Crews) -> NDArray[np.int64]:
    """(p,) lessons of each pair at most."""
    crew, school = days.pair.T
    return np.minimum(np.minimum(crews.spare[crews.home[crew]], crews.size[crew] * crews.free[crew]), crews.want[school])


def _patterns(problem: RovingProblem, crews: _Crews) -> _Days:
    near = problem.minutes <= problem.max_hop_minutes
    pair: list[tuple[int, int]] = []
    pattern: list[tuple[int, int, int]] = []
    minutes: list[float] = []
    for crew, (home, free) in enumerate(zip(crews.home.tolist(), crews.free.tolist(), strict=True)):
        if not crews.spare[home]:
            continue
        reach = [int(s) for s in np.flatnonzero(near[home] & near[:, home] & (crews.want > 0)) if s != home]
        pair += [(crew, s) for s in reach]
        for i, a in enumerate(reach):
            there_and_back = float(problem.minutes[home, a] + problem.minutes[a, home])
            pattern.append((crew, a, -1))
            minutes.append(there_and_back)
            if min(crews.want[a], crews.spare[home], free) > problem.half_day_lessons:
                pattern.append((crew, a, a))
                minutes.append(there_and_back)
            for b in reach[i + 1 :]:
                ways = [(x, y) for x, y in ((a, b), (b, a)) if near[x, y]]
                if ways and min(crews.spare[home], free) > 1:
                    length, first, second = min((_way(problem, home, x, y), x, y) for x, y in ways)
                    pattern.append((crew, first, second))
                    minutes.append(length)
    return _Days(np.array(pair, dtype=np.int64).reshape(-1, 2), np.array(pattern, dtype=np.int64).reshape(-1, 3), np.array(minutes))


def _way(problem: RovingProblem, home: int, a: int, b: int) -> float:
    """Minutes from home to ``a``, on to ``b``, and back."""
    return float(problem.minutes[home, a] + problem.minutes[a, b] + problem.minutes[b, home])


def _rows(problem: RovingProblem, days: _Days, crews: _Crews) -> list[Row]:
    pair, pattern, pairs = days.pair, days.pattern, len(days.pair)
    halves_of = np.where(pattern[:, 2] >= 0, 2.0, 1.0)
    rows: list[Row] = [_sum(np.flatnonzero(pair[:, 1] == s), crews.want[s]) for s in np.unique(pair[:, 1])]
    for home in np.unique(crews.home[pair[:, 0]]):
        mine, road = np.flatnonzero(crews.home[pair[:, 0]] == home), np.flatnonzero(crews.home[pattern[:, 0]] == home)
        halves = 2.0 * problem.days * crews.teachers[home] - np.ceil(crews.at_home[home] / problem.half_day_lessons)  # half-days that are not needed at home
        staying = np.ceil(crews.at_home[home] / max(1, int(problem.load.max())))  # who teaches at home may go to one school less
        rows.append(_sum(mine, crews.spare[home]))
        rows.append(((2 * pairs + road).astype(np.int64), halves_of[road], -np.inf, float(halves)))
        rows.append(_sum(pairs + mine, problem.max_schools * crews.teachers[home] - staying))
    for crew in np.unique(pair[:, 0]):
        mine, road = np.flatnonzero(pair[:, 0] == crew), np.flatnonzero(pattern[:, 0] == crew)
        free = float(crews.free[crew])
        rows.append(_sum(mine, crews.size[crew] * free))
        rows.append(_sum(2 * pairs + road, problem.days * crews.size[crew]))
        rows.append(_sum(pairs + mine, problem.max_schools * crews.size[crew]))
        day = np.append(np.ones(len(mine)), np.full(len(road), -free))
        rows.append((np.append(mine, 2 * pairs + road), day, -np.inf, 0.0))  # one teacher's day
    return rows + _half_days(problem, days, crews)


def _sum(columns: NDArray[np.int64], most: float) -> Row:
    return columns.astype(np.int64), np.ones(len(columns)), -np.inf, float(most)


def _half_days(problem: RovingProblem, days: _Days, crews: _Crews) -> list[Row]:
    """Lessons of a pair fit into its half-days, and there are none at a school that nobody goes to."""
    pair, pattern, pairs = days.pair, days.pattern, len(days.pair)
    both = pattern[:, 2] >= 0
    number = {(int(c), int(s)): i for i, (c, s) in enumerate(pair)}
    at = np.array([number[int(c), int(a)] for c, a, _ in pattern])
    then = np.array([number[int(c), int(b)] for c, _, b in pattern[both]], dtype=np.int64)
    day = 2 * pairs + np.arange(len(pattern))
    size = np.minimum(problem.half_day_lessons, crews.free[pattern[:, 0]]).astype(np.float64)
    entry = np.concatenate((np.ones(pairs), -size, -size[both]))
    place = (np.concatenate((np.arange(pairs), at, then)), np.concatenate((np.arange(pairs), day, day[both])))
    room = csr_array(coo_array((entry, place), shape=(pairs, 2 * pairs + len(pattern))))
    most = _most(days, crews)
    rows: list[Row] = []
    for i in range(pairs):
        inside = slice(room.indptr[i], room.indptr[i + 1])
        rows.append((room.indices[inside].astype(np.int64), room.data[inside], -np.inf, 0.0))
        rows.append((np.array([i, pairs + i]), np.array([1.0, -float(most[i])]), -np.inf, 0.0))
    return rows


def _trips(problem: RovingProblem, days: _Days, crews: _Crews, x: NDArray[np.float64]) -> list[Trip]:
    """Days with whole lessons, not yet with a teacher (-1): with days given, lessons are a transport whose corners are whole; the rounding only mends the last digits."""
    pairs, size = len(days.pair), problem.half_day_lessons
    left = {(int(c), int(s)): int(n) for (c, s), n in zip(days.pair, np.floor(x[:pairs] + 1e-4), strict=True)}
    trips = []
    for (crew, a, b), minutes, count in zip(days.pattern.tolist(), days.minutes, np.rint(x[2 * pairs :]).astype(np.int64), strict=True):
        for _ in range(count):
            given: list[int] = []
            for s in (a, b):
                lessons = min(size, int(crews.free[crew]) - sum(given), left.get((crew, s), 0)) if s >= 0 else 0
                given.append(lessons)
                if lessons:
                    left[crew, s] -= lessons
            trips.append((int(crews.home[crew]), a, b, given[0], given[1], float(minutes)))
    return [_without_idle(problem, *trip) for trip in trips if trip[3] + trip[4] > 0]


def _without_idle(problem: RovingProblem, home: int, a: int, b: int, first: int, second: int, minutes: float) -> Trip:
    """The day without a school at which no lesson is left to give."""
    if first and second:
        return Trip(home, a, b, first, second, minutes)
    only, lessons = (a, first) if first else (b, second)
    return Trip(home, only, -1, lessons, 0, float(problem.minutes[home, only] + problem.minutes[only, home]))
