"""Hosts of joint research in turn: every host as often as the others or once more, with the least travel (policy R04)."""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray

from districting.model.research_problem import RotaProblem, Shown, Status
from districting.sharing.in_order import parts_of
from districting.solvers.milp import Milp, Row


def rota(problem: RotaProblem, *, time_limit_s: float = 60.0) -> Shown | None:
    """(g, turns) host of every group and turn; None where seats do not suffice (or no rota was found in the time).

    Hard: a group's hosts differ by one turn at most in how often they host, none twice running where there are others; what a school seats on a half-day.
    Alone, a group goes round its hosts, nearest first, which no fair rota undercuts; groups that would overfill a school together are solved as one
    integer programme (HiGHS). The sum of what groups need alone bounds it from below.

    >>> alone = RotaProblem(np.zeros(3, dtype=int), np.arange(3), np.array([30.0, 10.0, 20.0]), np.full(3, 5), np.array([0]), np.full(3, 9), 4)
    >>> found = rota(alone)
    >>> found.choice.tolist(), found.objective, found.status
    ([[1, 2, 0, 1]], 70.0, 'optimal')
    """
    if not problem.groups or not problem.turns:
        return Shown(np.empty((problem.groups, problem.turns), dtype=np.int64), 0.0, 0.0, "optimal")
    fits = problem.visitors <= problem.seats[problem.host]
    pairs = [np.flatnonzero((problem.group == g) & fits) for g in range(problem.groups)]
    if any(len(p) == 0 for p in pairs):
        return None
    pick = np.array([_round(problem, p) for p in pairs])
    bounds = problem.cost[pick].sum(axis=1)
    status: Status = "optimal"
    ends = time.perf_counter() + time_limit_s
    for part in _crowded(problem, pairs, pick):
        found = _together(problem, part, pairs, max(0.1, ends - time.perf_counter()))
        if found is None:
            return None
        pick[part], bound, proven = found
        bounds[part] = 0.0
        bounds[part[0]] = bound
        status = status if proven else "feasible"
    objective = float(problem.cost[pick].sum())
    return Shown(problem.host[pick], objective, min(objective, float(bounds.sum())), status)


def _round(problem: RotaProblem, pairs: NDArray[np.int64]) -> NDArray[np.int64]:
    order = pairs[np.lexsort((problem.host[pairs], problem.cost[pairs]))]
    return np.resize(order, problem.turns)


def _crowded(problem: RotaProblem, pairs: list[NDArray[np.int64]], pick: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Groups that share a half-day and hosts, in parts, where the parts' own rotas seat too many somewhere."""
    flat = np.concatenate(pairs)
    width = len(problem.seats)
    parts = parts_of([problem.group[flat], problem.slot[problem.group[flat]] * width + problem.host[flat]], len(flat))
    out = []
    for part in parts:
        groups = np.unique(problem.group[flat[part]])
        for turn in range(problem.turns):
            place = problem.slot[groups] * width + problem.host[pick[groups, turn]]
            load = np.bincount(place, problem.visitors[pick[groups, turn]])
            if any(load[p] > problem.seats[p % width] for p in np.unique(place).tolist()):
                out.append(groups)
                break
    return out


def _together(
    problem: RotaProblem, groups: NDArray[np.int64], pairs: list[NDArray[np.int64]], time_limit_s: float
) -> tuple[NDArray[np.int64], float, bool] | None:
    pair = np.concatenate([pairs[g] for g in groups.tolist()])
    turns, n = problem.turns, len(pair)
    column = np.arange(n * turns).reshape(n, turns)
    model = Milp(np.repeat(problem.cost[pair], turns), np.zeros(n * turns), np.ones(n * turns), np.ones(n * turns, dtype=np.bool_))
    rows: list[Row] = []
    for g in groups.tolist():
        mine = np.flatnonzero(problem.group[pair] == g)
        least, more = divmod(turns, len(mine))
        rows += [(column[mine, t], np.ones(len(mine)), 1.0, 1.0) for t in range(turns)]
        rows += [(column[i], np.ones(turns), float(least), float(least + (more > 0))) for i in mine.tolist()]
        if len(mine) > 1:
            rows += [(column[i, t : t + 2], np.ones(2), 0.0, 1.0) for i in mine.tolist() for t in range(turns - 1)]
    place = problem.slot[problem.group[pair]] * len(problem.seats) + problem.host[pair]
    people = problem.visitors[pair]
    for p in np.unique(place).tolist():
        on, room = np.flatnonzero(place == p), float(problem.seats[p % len(problem.seats)])
        if people[on].sum() > room:
            rows += [(column[on, t], people[on].astype(np.float64), 0.0, room) for t in range(turns)]
    model.add_rows(rows)
    found = model.solve(time_limit_s=time_limit_s)
    if found.x is None:
        return None
    x = found.x.reshape(n, turns) > 0.5
    own = [np.flatnonzero(problem.group[pair] == g) for g in groups.tolist()]
    return np.array([pair[m[x[m].argmax(axis=0)]] for m in own]), found.bound, found.status == "optimal"
