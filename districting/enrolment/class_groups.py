"""Pupils who go to one class, or to different ones, while sizes and sexes of the classes still differ by one at most (policy R43)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from districting.enrolment.class_search import first_assignment, seats_around
from districting.enrolment.class_units import UnitProblem, programme_assignment

Groups = Sequence[Sequence[int]]


def keep_groups(
    label: NDArray[np.int64], score: NDArray[np.float64], kind: NDArray[np.int64], groups: tuple[Groups, Groups], classes: int, turn: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Change ``label`` so that the groups are kept; (n,) who is in one. ``turn`` (n,): place of each pupil in the draw.

    Units (a group that stays together; a pupil alone who is to be apart from others), the largest first, then by the drawn place of their first member, take the class
    that most of their members are in, the first of equal ones, and step back where what is left cannot be: the first choice of all that keeps every rule
    (:mod:`districting.enrolment.class_search`). Where the search is too long an exact programme decides. Others come in return: those nearest to the mean of their sex.

    Raises
    ------
    ValueError : no such classes exist
    """
    together, apart = groups
    bound = np.zeros(len(label), dtype=bool)
    if not together and not apart:
        return bound
    if any(len(group) > classes for group in apart):
        raise ValueError("more pupils apart than classes")
    unit_of_pupil = _units(together, apart, len(label))
    members: dict[int, list[int]] = {}
    for pupil, unit in sorted(unit_of_pupil.items()):
        members.setdefault(unit, []).append(pupil)
        bound[pupil] = True
    order = sorted(members, key=lambda u: (-len(members[u]), int(turn[u])))
    at = {u: i for i, u in enumerate(order)}
    conflicts = [[at[unit_of_pupil[m]] for m in group] for group in apart]
    if any(len(set(group)) < len(group) for group in conflicts):
        raise ValueError("two pupils are to be together and apart")
    seats = np.stack([np.bincount(label[kind == s], minlength=classes) for s in (0, 1)])
    problem = UnitProblem(
        need=np.array([[sum(int(kind[m]) == s for m in members[u]) for s in (0, 1)] for u in order]),
        moved=np.array([[sum(int(label[m]) != c for m in members[u]) for c in range(classes)] for u in order]),
        conflicts=conflicts,
        base=np.array([int((kind == s).sum()) // classes for s in (0, 1)]),
        rest=np.array([int((kind == s).sum()) % classes for s in (0, 1)]),
    )
    chosen = first_assignment(problem)
    if chosen is None:
        chosen = programme_assignment(problem)
    wanted = seats_around(problem, chosen, seats)
    for unit, target in zip(order, chosen, strict=True):
        label[members[unit]] = target
    for s in (0, 1):
        _refill(label, score, np.flatnonzero(kind == s), bound, wanted[s])
    return bound


def _units(together: Groups, apart: Groups, n: int) -> dict[int, int]:
    """Pupil -> the first of those it goes with; itself where it is only to be apart from others."""
    unit: dict[int, int] = {}
    for number, kept in enumerate((together, apart)):
        for group in kept:
            if len(set(group)) < len(group) or any(not 0 <= m < n for m in group) or (number == 0 and any(m in unit for m in group)):
                raise ValueError("every pupil is in at most one group that stays together, once")
            for m in group:
                unit.setdefault(m, group[0] if number == 0 else m)
    return unit


def _refill(label: NDArray[np.int64], score: NDArray[np.float64], sex: NDArray[np.int64], bound: NDArray[np.bool_], seats: NDArray[np.int64]) -> None:
    """Free pupils of one sex out of classes that have too many into those that lack some."""
    classes = len(seats)
    over = np.bincount(label[sex], minlength=classes) - seats
    middle = float(np.cumsum(score[sex])[-1]) / len(sex) if len(sex) else 0.0  # added one by one, so that another program gets the same
    leaving: list[int] = []
    for c in np.flatnonzero(over > 0):
        free = sex[(label[sex] == c) & ~bound[sex]]
        leaving += free[np.argsort(np.abs(score[free] - middle), kind="stable")][: over[c]].tolist()
    targets = np.repeat(np.arange(classes), np.maximum(-over, 0))
    label[leaving] = targets
