"""Roving lessons (走教): as many lessons covered as can be, and of such weeks the one with least travel (policy R38)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

from districting.model.roving_problem import Roving, RovingProblem, Trip
from districting.sharing.roving_crew import crew_of
from districting.solvers.milp import Milp, Row

NODES: Final = 20
"""Nodes of the tree of each programme, unless another number is asked for: the answer does not hang on a clock."""
_TIGHT: Final = 1e-6
_FOREVER_S: Final = 1e9


@dataclass(frozen=True, eq=False)
class _Days:
    """Columns: lessons of each pair (p, 2) of home and school; whether the pair is used; days of each pattern (d, 3) of home, first school, second or -1.

    ``minutes`` (d,) of a day.
    """

    pair: NDArray[np.int64]
    pattern: NDArray[np.int64]
    minutes: NDArray[np.float64]


def rove(problem: RovingProblem, *, nodes: int = NODES) -> Roving:
    """A week of every teacher: lessons at the own school first, then days away for what is left.

    Teachers of one school are alike on the road, so days are counted per school of origin: a day leads to one or two schools and back, no way longer than
    ``max_hop_minutes``, at most ``half_day_lessons`` at each. First the weighted lessons covered are as many as can be, then the minutes on the way as few: two integer
    programmes (HiGHS, ``nodes`` of the tree each). They count the schools that the teachers of one school may go to in all, not those of each, so their bounds hold for
    every timetable; the days are then handed to single teachers, and what no teacher may take is given up.

    >>> import numpy as np
    >>> p = RovingProblem(np.array([0]), np.array([16]), np.array([4, 6]), np.array([[0.0, 20.0], [20.0, 0.0]]), np.ones(2))
    >>> found = rove(p)
    >>> found.at_home.tolist(), found.covered, found.minutes, found.status
    ([4], 6.0, 40.0, 'optimal')
    """
    count = np.bincount(problem.home_of_teacher, minlength=len(problem.demand))
    own = np.bincount(problem.home_of_teacher, weights=problem.load, minlength=len(problem.demand)).astype(np.int64)
    spare, want = np.maximum(own - problem.demand, 0), np.maximum(problem.demand - own, 0)
    days = _patterns(problem, spare, want)
    if not len(days.pair):
        return _told(problem, crew_of(problem, []), 0.0, 0.0, proved=True)
    rows = _rows(problem, days, (count, spare, want, np.minimum(own, problem.demand)))
    pairs = len(days.pair)
    gain = np.concatenate((problem.weight[days.pair[:, 1]], np.zeros(pairs + len(days.pattern))))
    way = np.concatenate((np.zeros(2 * pairs), days.minutes))
    most = np.minimum(spare[days.pair[:, 0]], want[days.pair[:, 1]])
    high = np.concatenate((most, np.ones(pairs), np.full(len(days.pattern), float(problem.days * count.max()))))
    first = _programme(-gain, high, rows, pairs).solve(time_limit_s=_FOREVER_S, nodes=nodes)
    if first.x is None:
        return _told(problem, crew_of(problem, []), float(gain @ high), 0.0, proved=False)
    covered, bound = float(gain @ first.x), -first.bound
    as_much: Row = (np.arange(pairs), gain[:pairs], covered - _TIGHT * max(1.0, covered), np.inf)
    second = _programme(way, high, [*rows, as_much], pairs).solve(time_limit_s=_FOREVER_S, nodes=nodes)
    crew = crew_of(problem, _trips(problem, days, first.x if second.x is None else second.x))
    return _told(problem, crew, bound, max(second.bound, 0.0), proved=first.status == second.status == "optimal")


def _told(problem: RovingProblem, crew: tuple[NDArray[np.int64], tuple[Trip, ...]], bound: float, minutes_bound: float, *, proved: bool) -> Roving:
    at_home, trips = crew
    covered = float(sum(problem.weight[t.first] * t.lessons_first + (problem.weight[t.second] * t.lessons_second if t.second >= 0 else 0.0) for t in trips))
    minutes = float(sum(t.minutes for t in trips))
    best = proved and bound - covered <= 1e-5 * max(1.0, bound) and minutes - minutes_bound <= 1e-5 * max(1.0, minutes)
    lower = minutes_bound if bound - covered <= 1e-5 * max(1.0, bound) else 0.0  # a week that covers less may travel less than the bound of those that cover as much
    return Roving(at_home, trips, covered, max(bound, covered), minutes, min(lower, minutes), "optimal" if best else "feasible")


def _programme(cost: NDArray[np.float64], high: NDArray[np.float64], rows: list[Row], pairs: int) -> Milp:
    model = Milp(cost, np.zeros(len(cost)), high, np.arange(len(cost)) >= pairs)
    model.add_rows(rows)
    return model


def _patterns(problem: RovingProblem, spare: NDArray[np.int64], want: NDArray[np.int64]) -> _Days:
    near = problem.minutes <= problem.max_hop_minutes
    size = problem.half_day_lessons
    pair: list[tuple[int, int]] = []
    pattern: list[tuple[int, int, int]] = []
    minutes: list[float] = []
    for home in np.flatnonzero(spare > 0):
        reach = [int(s) for s in np.flatnonzero(near[home] & near[:, home] & (want > 0)) if s != home]
        pair += [(int(home), s) for s in reach]
        for i, a in enumerate(reach):
            there_and_back = float(problem.minutes[home, a] + problem.minutes[a, home])
            pattern.append((int(home), a, -1))
            minutes.append(there_and_back)
            if want[a] > size and spare[home] > size:
                pattern.append((int(home), a, a))
                minutes.append(there_and_back)
            for b in reach[i + 1 :]:
                ways = [(x, y) for x, y in ((a, b), (b, a)) if near[x, y]]
                if ways and spare[home] > 1:
                    length, first, second = min((_way(problem, int(home), x, y), x, y) for x, y in ways)
                    pattern.append((int(home), first, second))
                    minutes.append(length)
    return _Days(np.array(pair, dtype=np.int64).reshape(-1, 2), np.array(pattern, dtype=np.int64).reshape(-1, 3), np.array(minutes))


def _way(problem: RovingProblem, home: int, a: int, b: int) -> float:
    """Minutes from home to ``a``, on to ``b``, and back."""
    return float(problem.minutes[home, a] + problem.minutes[a, b] + problem.minutes[b, home])


def _rows(problem: RovingProblem, days: _Days, counts: tuple[NDArray[np.int64], ...]) -> list[Row]:
    """``counts`` by school: teachers, lessons to spare, lessons wanted, lessons given at home."""
    teachers, spare, want, at_home = counts
    pair, pattern, pairs = days.pair, days.pattern, len(days.pair)
    both = pattern[:, 2] >= 0
    size = float(problem.half_day_lessons)
    halves = 2.0 * problem.days * teachers - np.ceil(at_home / size)  # half-days that are not needed at home
    rows: list[Row] = []
    for s in np.unique(pair[:, 1]):
        mine = np.flatnonzero(pair[:, 1] == s)
        rows.append((mine, np.ones(len(mine)), -np.inf, float(want[s])))
    for home in np.unique(pair[:, 0]):
        mine, road = np.flatnonzero(pair[:, 0] == home), np.flatnonzero(pattern[:, 0] == home)
        rows.append((mine, np.ones(len(mine)), -np.inf, float(spare[home])))
        rows.append((2 * pairs + road, np.ones(len(road)), -np.inf, float(problem.days * teachers[home])))
        rows.append((2 * pairs + road, 1.0 + both[road], -np.inf, float(halves[home])))
        at_most = problem.max_schools * teachers[home] - np.ceil(at_home[home] / max(1, problem.load.max()))  # who teaches at home may go to one school less
        rows.append((pairs + mine, np.ones(len(mine)), -np.inf, float(at_most)))
    number = {(int(h), int(s)): i for i, (h, s) in enumerate(pair)}
    at = np.array([number[int(h), int(a)] for h, a, _ in pattern])
    then = np.array([number[int(h), int(b)] for h, _, b in pattern[both]], dtype=np.int64)
    day = 2 * pairs + np.arange(len(pattern))
    room = csr_array(
        coo_array(
            (np.concatenate((np.ones(pairs), np.full(len(at) + len(then), -size))), (np.concatenate((np.arange(pairs), at, then)), np.concatenate((np.arange(pairs), day, day[both])))),
            shape=(pairs, 2 * pairs + len(pattern)),
        )
    )
    for i in range(pairs):
        inside = slice(room.indptr[i], room.indptr[i + 1])
        rows.append((room.indices[inside], room.data[inside], -np.inf, 0.0))
        home, school = pair[i]
        rows.append((np.array([i, pairs + i]), np.array([1.0, -float(min(spare[home], want[school]))]), -np.inf, 0.0))  # no lessons at a school that nobody goes to
    return rows


def _trips(problem: RovingProblem, days: _Days, x: NDArray[np.float64]) -> list[Trip]:
    """Days with whole lessons, not yet with a teacher (-1): with days given, lessons are a transport whose corners are whole; the rounding only mends the last digits."""
    pairs, size = len(days.pair), problem.half_day_lessons
    left = {(int(h), int(s)): int(n) for (h, s), n in zip(days.pair, np.floor(x[:pairs] + 1e-4), strict=True)}
    trips = []
    for (home, a, b), minutes, count in zip(days.pattern.tolist(), days.minutes, np.rint(x[2 * pairs :]).astype(np.int64), strict=True):
        for _ in range(count):
            given = []
            for s in (a, b):
                lessons = min(size, left.get((home, s), 0)) if s >= 0 else 0
                given.append(lessons)
                if lessons:
                    left[home, s] -= lessons
            trips.append((home, a, b, given[0], given[1], float(minutes)))
    return [_without_idle(problem, *trip) for trip in trips if trip[3] + trip[4] > 0]


def _without_idle(problem: RovingProblem, home: int, a: int, b: int, first: int, second: int, minutes: float) -> Trip:
    """The day without a school at which no lesson is left to give."""
    if first and second:
        return Trip(home, a, b, first, second, minutes)
    only, lessons = (a, first) if first else (b, second)
    return Trip(home, only, -1, lessons, 0, float(problem.minutes[home, only] + problem.minutes[only, home]))
