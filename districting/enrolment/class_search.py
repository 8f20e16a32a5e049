"""The first classes of the units, in a fixed order of choices, that keep every rule: a search that any program can repeat (``other-draws.md``)."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from districting.enrolment.class_units import UnitProblem

MOST_STEPS: Final = 100_000
"""Classes tried before the search is given up; twins of a grade take one or two each."""


def first_assignment(problem: UnitProblem) -> list[int] | None:
    """(u,) the class of each unit; None where ``MOST_STEPS`` classes were tried in vain.

    Unit by unit, each tries the classes by the number of its members that would move, then by position; a class is open to it when no unit in conflict is there and
    the places of each sex still come out.

    Raises
    ------
    ValueError : all choices were tried, none keeps the rules
    """
    units, classes = problem.moved.shape
    choices = np.argsort(problem.moved, axis=1, kind="stable").tolist()
    rivals: list[set[int]] = [set() for _ in range(units)]
    for group in problem.conflicts:
        for u in group:
            rivals[u] |= set(group) - {u}
    chosen: list[int] = []
    tried = [0] * (units + 1)
    need = np.zeros((classes, 2), dtype=np.int64)
    steps = 0
    while len(chosen) < units:
        u = len(chosen)
        if tried[u] == classes:
            if not chosen:
                raise ValueError("groups cannot be kept in classes of like size and sexes")
            tried[u] = 0
            need[chosen.pop()] -= problem.need[u - 1]
            continue
        c = choices[u][tried[u]]
        tried[u] += 1
        steps += 1
        if steps > MOST_STEPS:
            return None
        if any(v < u and chosen[v] == c for v in rivals[u]):
            continue
        need[c] += problem.need[u]
        if comes_out(problem, need):
            chosen.append(c)
        else:
            need[c] -= problem.need[u]
    return chosen


def comes_out(problem: UnitProblem, need: NDArray[np.int64]) -> bool:
    """Whether (k, 2) pupils of each sex that are bound to a class leave numbers of each sex, and sizes, that differ by one at most."""
    classes = len(need)
    if (need > problem.base + 1).any():
        return False
    more = need > problem.base  # these classes must have one more of a sex
    if int(problem.rest.sum()) <= classes:  # and no class one more of both
        return bool((more.sum(axis=0) <= problem.rest).all()) and not (more[:, 0] & more[:, 1]).any()
    lack = classes - problem.rest  # so many must not have one more, and no class lacks both
    free = ~more
    return bool((free.sum(axis=0) >= lack).all()) and int((free[:, 0] | free[:, 1]).sum()) >= int(lack.sum())


def seats_around(problem: UnitProblem, chosen: list[int], seats: NDArray[np.int64]) -> NDArray[np.int64]:
    """(2, k) pupils of each sex in each class around the units: of the classes that may have one more those that had it, then by position."""
    classes = seats.shape[1]
    need = np.zeros((classes, 2), dtype=np.int64)
    for u, c in enumerate(chosen):
        need[c] += problem.need[u]
    must = need > problem.base
    had = problem.base < seats.T
    more = must.copy()
    every = range(classes)
    if int(problem.rest.sum()) <= classes:
        for s in (0, 1):
            open_ = sorted((c for c in every if not more[c].any() and not must[c].any()), key=lambda c: (not had[c, s], c))
            more[open_[: int(problem.rest[s] - must[:, s].sum())], s] = True
        return np.asarray(problem.base[:, None] + more.T)
    lack = np.zeros_like(must)
    for s in (0, 1):
        open_ = [c for c in every if not must[c, s] and not lack[c, 1 - s]]
        open_.sort(key=lambda c: (not must[c, 1 - s] if s == 0 else False, bool(had[c, s]), c))
        lack[open_[: int(classes - problem.rest[s])], s] = True
    return np.asarray(problem.base[:, None] + ~lack.T)
