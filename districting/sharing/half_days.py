"""A half-day without lessons for every subject, so that schools lose few teachers at a time (policy R04)."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from districting.model.research_problem import HalfDayProblem, Shown
from districting.solvers.milp import Milp, Row

_LARGEST = 60_000
"""Sets of subjects up to which all are looked at."""


def spread_half_days(problem: HalfDayProblem, *, time_limit_s: float = 20.0) -> Shown:
    """(u,) half-day of every subject: the fewest pairs of teachers of one school who are away together, the largest sets of teachers on the first half-days.

    Every set of subjects that may share a half-day is a column of a set partitioning programme (HiGHS): its relaxation is tight. With more than 60,000 sets
    subjects go one by one, the largest first, where they meet the fewest, with 0 as the bound.

    >>> found = spread_half_days(HalfDayProblem(np.array([[5, 2, 1], [0, 3, 4]]), 2))
    >>> found.choice.tolist(), found.objective, found.status
    ([0, 1, 0], 5.0, 'optimal')
    """
    subjects = problem.teachers.shape[1]
    if not subjects:
        return Shown(np.empty(0, dtype=np.int64), 0.0, 0.0, "optimal")
    if sum(math.comb(subjects, k) for k in range(1, problem.most + 1)) > _LARGEST:
        sets, bound = _one_by_one(problem), 0.0
    else:
        sets, bound = _partition(problem, time_limit_s)
    total = problem.teachers.sum(axis=0)
    day = np.empty(subjects, dtype=np.int64)
    for place, members in enumerate(sorted(sets, key=lambda s: (-int(total[s].sum()), s.tolist()))):
        day[members] = place
    objective = sum(problem.away(s) for s in sets)
    return Shown(day, objective, min(bound, objective), "optimal" if objective - bound <= 1e-6 * max(1.0, objective) else "feasible")


def _partition(problem: HalfDayProblem, time_limit_s: float) -> tuple[list[NDArray[np.int64]], float]:
    subjects = problem.teachers.shape[1]
    sets = [np.array(c, dtype=np.int64) for k in range(1, problem.most + 1) for c in combinations(range(subjects), k)]
    n = len(sets)
    model = Milp(np.array([problem.away(s) for s in sets]), np.zeros(n), np.ones(n), np.ones(n, dtype=np.bool_))
    rows: list[Row] = [(np.arange(n), np.ones(n), 1.0, float(problem.half_days))]
    for u in range(subjects):
        holds = np.array([i for i, s in enumerate(sets) if u in s], dtype=np.int64)
        rows.append((holds, np.ones(len(holds)), 1.0, 1.0))
    model.add_rows(rows)
    found = model.solve(time_limit_s=time_limit_s)
    if found.x is None:
        return _one_by_one(problem), 0.0
    return [s for s, x in zip(sets, found.x, strict=True) if x > 0.5], max(0.0, found.bound)


def _one_by_one(problem: HalfDayProblem) -> list[NDArray[np.int64]]:
    sets: list[list[int]] = [[] for _ in range(problem.half_days)]
    for u in np.argsort(-problem.teachers.sum(axis=0), kind="stable").tolist():
        open_ = [d for d, s in enumerate(sets) if len(s) < problem.most]
        best = min(open_, key=lambda d: (problem.away(np.array([*sets[d], u])) - problem.away(np.array(sets[d], dtype=np.int64)), d))
        sets[best].append(u)
    return [np.array(sorted(s), dtype=np.int64) for s in sets if s]
