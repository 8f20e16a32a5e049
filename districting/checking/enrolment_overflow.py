"""A placing of pupils counted again from the labels alone (policy R40, 2.6)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from districting.checking.enrolment_quotas import EnrolmentViolation
from districting.model.overflow_problem import OverflowProblem


def check_overflow(problem: OverflowProblem, school_of_pupil: NDArray[np.int64], scope_of_pupil: NDArray[np.int64]) -> list[EnrolmentViolation]:
    """[] when every seat was there, every school within reach and in its scope, groups are together, and no pupil alone was passed over.

    Rules: ``labels``, ``reach``, ``scope``, ``slots`` (a grade of a school), ``room`` (a school), ``group``; for pupils without a group ``left_out`` (without a seat beside
    a free one), ``order`` (an earlier scope has a free seat) and ``lock`` (one who comes last sits where one without a seat could).

    >>> alone, first = np.full(2, -1), np.zeros(2, dtype=bool)
    >>> two = OverflowProblem(np.ones((2, 1)), np.zeros((2, 1), dtype=np.int64), np.zeros(2, dtype=np.int64), np.array([[1]]), np.array([9]), alone, first)
    >>> [v.rule for v in check_overflow(two, np.array([0, 0]), np.array([0, 0]))], check_overflow(two, np.array([-1, 0]), np.array([-1, 0]))
    (['slots'], [])
    """
    n, schools = problem.distance_m.shape
    label = np.asarray(school_of_pupil, dtype=np.int64)
    if label.shape != (n,) or (n and not -1 <= label.min() <= label.max() < schools):
        return [EnrolmentViolation("labels", -1, float(len(label)), float(n))]
    found: list[EnrolmentViolation] = []
    taken = np.zeros_like(problem.slots)
    for i in range(n):
        school = int(label[i])
        if school < 0:
            if scope_of_pupil[i] != -1:
                found.append(EnrolmentViolation("scope", i, float(scope_of_pupil[i]), -1.0))
            continue
        taken[school, problem.grade[i]] += 1
        if not (np.isfinite(problem.distance_m[i, school]) and 0 <= problem.scope[i, school] < problem.scopes):
            found.append(EnrolmentViolation("reach", i, float(school), -1.0))
        elif scope_of_pupil[i] != problem.scope[i, school]:
            found.append(EnrolmentViolation("scope", i, float(scope_of_pupil[i]), float(problem.scope[i, school])))
    found += [EnrolmentViolation("slots", int(s), float(taken[s, g]), float(problem.slots[s, g])) for s, g in np.argwhere(taken > problem.slots)]
    whole = taken.sum(axis=1)
    found += [EnrolmentViolation("room", int(s), float(whole[s]), float(problem.room[s])) for s in np.flatnonzero(whole > problem.room)]
    for number in np.unique(problem.group[problem.group >= 0]):
        seats = np.unique(label[problem.group == number])
        if len(seats) > 1:
            found.append(EnrolmentViolation("group", int(np.flatnonzero(problem.group == number)[0]), float(len(seats)), 1.0))
    return found if found else _passed_over(problem, label, taken)


def _passed_over(problem: OverflowProblem, label: NDArray[np.int64], taken: NDArray[np.int64]) -> list[EnrolmentViolation]:
    """Pupils alone for whom a better seat is free, or is held by one who comes last."""
    numbers, times = np.unique(problem.group[problem.group >= 0], return_counts=True)
    bound = np.isin(problem.group, numbers[times > 1])
    late = problem.last | (bound & np.isin(problem.group, problem.group[problem.last & bound]))
    free = (taken < problem.slots) & (taken.sum(axis=1) < problem.room)[:, None]
    held = np.zeros_like(problem.slots, dtype=bool)
    sits = late & ~bound & (label >= 0)
    held[label[sits], problem.grade[sits]] = True
    found = []
    for i in np.flatnonzero(~bound):
        may = np.isfinite(problem.distance_m[i]) & (problem.scope[i] >= 0) & (problem.scope[i] < problem.scopes)
        open_to, at = may & free[:, problem.grade[i]], int(label[i])
        if at < 0:
            if open_to.any():
                found.append(EnrolmentViolation("left_out", int(i), 0.0, float(open_to.sum())))
            elif not late[i] and (may & held[:, problem.grade[i]]).any():
                found.append(EnrolmentViolation("lock", int(i), 0.0, 1.0))
        elif open_to.any() and problem.scope[i][open_to].min() < problem.scope[i, at]:
            found.append(EnrolmentViolation("order", int(i), float(problem.scope[i, at]), float(problem.scope[i][open_to].min())))
    return found
