"""Hires by stable matching, and the adjustment of those whom no round has placed (policy R36)."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from districting.model.staffing_problem import StaffingRound
from districting.solvers.deferred_acceptance import lists_of_schools, pupils_propose, schools_propose


def hire(problem: StaffingRound, proposing: Literal["teachers", "schools"] = "teachers") -> NDArray[np.int64]:
    """(n,) post of every applicant, -1 none: the stable matching that teachers, or schools, like best.

    >>> asks = np.array([[0, 1], [0, 1], [0, -1]], dtype=np.int32)
    >>> round_ = StaffingRound(asks, np.array([[1, 1], [0, 1], [1, 1]], np.uint8), np.arange(3), np.ones(2, np.int64))
    >>> hire(round_).tolist()
    [1, 0, -1]
    """
    n, w = problem.options.shape
    if not n or not w:
        return np.full(n, -1, dtype=np.int64)
    wishes = np.full(n, w, dtype=np.int64)
    if proposing == "teachers":
        got = pupils_propose(problem.options, wishes, problem.tier, problem.rank, problem.places)
    else:
        lists = lists_of_schools(problem.options, wishes, problem.tier, np.argsort(problem.rank), len(problem.places))
        got = schools_propose(problem.options, *lists, problem.places, np.ones(len(problem.options), dtype=np.int64))
    return np.where(got >= 0, problem.options[np.arange(n), np.maximum(got, 0)], -1).astype(np.int64)


def adjust(distance_m: NDArray[np.float64], places: NDArray[np.int64]) -> NDArray[np.int64]:
    """(n,) post of every teacher at least travel, as many as can be placed, -1 none.

    Parameters
    ----------
    distance_m : (n, p) metres to each post; ``inf`` where the teacher may not hold it, NaN not known (counts nothing)
    places : (p,) places left

    >>> adjust(np.array([[1.0, 5.0], [2.0, np.inf], [3.0, 9.0]]), np.array([1, 1])).tolist()
    [1, 0, -1]
    """
    n = len(distance_m)
    column = np.repeat(np.arange(len(places)), np.minimum(places, n))
    if not n or not len(column):
        return np.full(n, -1, dtype=np.int64)
    metres = np.nan_to_num(distance_m[:, column], nan=0.0, posinf=np.inf)
    allowed = np.isfinite(metres)
    far = 1.0 + 2.0 * n * float(metres[allowed].max(initial=0.0))  # one more teacher placed is worth any travel
    cost = np.where(allowed, metres, far * (n + 1))
    rows, chosen = linear_sum_assignment(np.concatenate([cost, np.full((n, n), far)], axis=1))
    post = np.full(n, -1, dtype=np.int64)
    placed = chosen < len(column)
    post[rows[placed]] = column[chosen[placed]]
    post[(post >= 0) & ~np.isfinite(np.nan_to_num(distance_m[np.arange(n), np.maximum(post, 0)], nan=0.0, posinf=np.inf))] = -1
    return post
