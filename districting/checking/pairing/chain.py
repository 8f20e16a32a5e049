"""A forest of mentors counted again from its labels alone (policy R12)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from districting.model.chain_problem import ChainProblem


@dataclass(frozen=True)
class ChainViolation:
    """A broken rule, at which school (-1: none in particular), what was counted and the most that is allowed."""

    rule: str
    school: int
    found: float
    most: float


def check_chain(problem: ChainProblem, mentor_of_school: ArrayLike, new_roots: ArrayLike = ()) -> list[ChainViolation]:
    """Every broken rule; [] when each school but the roots has one mentor of a higher level, none too many mentees, and no chain is too long or a circle.

    ``new_roots``: schools that may stand without a mentor though ``problem.is_root`` does not say so; only with ``allow_new_roots``.

    >>> two = ChainProblem(np.array([0, 1]), np.array([True, False]), np.zeros((2, 2)))
    >>> check_chain(two, [-1, 0]), check_chain(two, [-1, -1])[0].rule
    ([], 'mentor')
    """
    mentor = np.asarray(mentor_of_school, dtype=np.int64)
    count = problem.school_count
    if len(mentor) != count or (mentor >= count).any() or (mentor < -1).any():
        return [ChainViolation("labels", -1, float(len(mentor)), float(count))]
    extra = {int(i) for i in np.asarray(new_roots, dtype=np.int64)}
    found = [] if problem.allow_new_roots or not extra else [ChainViolation("new_roots", -1, float(len(extra)), 0.0)]
    for school in range(count):
        found += _own_link(problem, school, int(mentor[school]), school in extra)
    mentees = np.bincount(mentor[mentor >= 0], minlength=count)
    found += [ChainViolation("max_mentees", int(j), float(mentees[j]), float(problem.max_mentees)) for j in np.flatnonzero(mentees > problem.max_mentees)]
    found += [ChainViolation("forbidden", int(b), 1.0, 0.0) for a, b in _pairs(problem) if mentor[b] == a and not _is_pinned(problem, b)]
    return found + _lengths(problem, mentor)


def _own_link(problem: ChainProblem, school: int, mentor: int, made_root: bool) -> list[ChainViolation]:
    pin = -1 if problem.pinned is None else int(problem.pinned[school])
    if pin >= 0 and mentor != pin:
        return [ChainViolation("pinned", school, float(mentor), float(pin))]
    rooted = (bool(problem.is_root[school]) or made_root) and pin < 0
    if rooted != (mentor < 0):
        return [ChainViolation("mentor", school, float(mentor >= 0), float(not rooted))]
    if mentor < 0:
        return []
    broken = []
    if problem.level[mentor] >= problem.level[school]:
        broken.append(ChainViolation("level", school, float(problem.level[mentor]), float(problem.level[school] - 1)))
    if problem.county is not None and pin < 0 and problem.county[mentor] != problem.county[school]:
        broken.append(ChainViolation("within_county", school, 1.0, 0.0))
    return broken


def _is_pinned(problem: ChainProblem, school: int) -> bool:
    return problem.pinned is not None and bool(problem.pinned[school] >= 0)


def _pairs(problem: ChainProblem) -> list[tuple[int, int]]:
    return [] if problem.forbidden is None else [(int(a), int(b)) for a, b in np.reshape(problem.forbidden, (-1, 2))]


def _lengths(problem: ChainProblem, mentor: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> list[ChainViolation]:
    """Walks up from every school: a walk that does not end is a circle."""
    found = []
    for school in range(len(mentor)):
        at, steps = school, 0
        while mentor[at] >= 0 and steps <= len(mentor):
            at, steps = int(mentor[at]), steps + 1
        if steps > len(mentor):
            found.append(ChainViolation("acyclic", school, 1.0, 0.0))
        elif steps > problem.max_depth:
            found.append(ChainViolation("max_depth", school, float(steps), float(problem.max_depth)))
    return found
