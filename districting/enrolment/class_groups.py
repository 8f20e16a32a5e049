"""Pupils who go to one class, or to different ones, without a change of the sizes and sexes of the classes (policy R43)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from districting.solvers.milp import Milp, Row

_OTHER_CLASS = 1e-3
"""What it costs that another class has one more of a sex, in pupils moved."""
Groups = Sequence[Sequence[int]]


def keep_groups(
    label: NDArray[np.int64], score: NDArray[np.float64], kind: NDArray[np.int64], groups: tuple[Groups, Groups], classes: int
) -> NDArray[np.bool_]:
    """Change ``label`` so that the groups are kept; (n,) who is in one.

    The pupils of the groups go to classes by an exact programme that moves as few as it can; others come in return, so that sizes and sexes still differ by one at most: those nearest to the mean of their sex.

    Raises
    ------
    ValueError : no such classes exist
    """
    together, apart = groups
    bound = np.zeros(len(label), dtype=bool)
    if not together and not apart:
        return bound
    unit_of_pupil = _units(together, apart, len(label))
    units = sorted(set(unit_of_pupil.values()))
    at = {u: i for i, u in enumerate(units)}
    members: list[list[int]] = [[] for _ in units]
    for pupil, unit in sorted(unit_of_pupil.items()):
        members[at[unit]].append(pupil)
        bound[pupil] = True
    conflicts = [[at[unit_of_pupil[m]] for m in group] for group in apart]
    if any(len(group) > classes for group in apart):
        raise ValueError("more pupils apart than classes")
    if any(len(set(group)) < len(group) for group in conflicts):
        raise ValueError("two pupils are to be together and apart")
    seats = np.stack([np.bincount(label[kind == s], minlength=classes) for s in (0, 1)])
    chosen, seats = _classes_of_units(members, conflicts, label, kind, seats)
    for own, target in zip(members, chosen, strict=True):
        label[own] = target
    for s in (0, 1):
        _refill(label, score, np.flatnonzero(kind == s), bound, seats[s])
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


def _classes_of_units(
    members: list[list[int]], conflicts: list[list[int]], label: NDArray[np.int64], kind: NDArray[np.int64], seats: NDArray[np.int64]
) -> tuple[list[int], NDArray[np.int64]]:
    """The class of each unit, and (2, k) pupils of each sex in each class: those in conflict in different classes, as few pupils moved as can be.

    A class has the whole part of its share of a sex or one more; which classes have one more is part of the programme.
    """
    classes, units = seats.shape[1], len(members)
    need = np.array([[sum(int(kind[m]) == s for m in unit) for unit in members] for s in (0, 1)])
    moved = np.array([[sum(int(label[m]) != c for m in unit) for c in range(classes)] for unit in members], dtype=np.float64)
    cells = np.arange(units * classes).reshape(units, classes)
    more = units * classes + np.arange(2 * classes).reshape(2, classes)
    base, rest = np.divmod(seats.sum(axis=1), classes)
    rows: list[Row] = [(cells[u], np.ones(classes), 1.0, 1.0) for u in range(units)]
    for s in (0, 1):
        rows.append((more[s], np.ones(classes), float(rest[s]), float(rest[s])))
        coefficients = np.append(need[s].astype(np.float64), -1.0)
        rows += [(np.append(cells[:, c], more[s, c]), coefficients, -np.inf, float(base[s])) for c in range(classes)]
    low, high = (0.0, 1.0) if rest.sum() <= classes else (1.0, 2.0)  # sizes differ by one at most
    rows += [(more[:, c], np.ones(2), low, high) for c in range(classes)]
    rows += [(cells[group, c], np.ones(len(group)), 0.0, 1.0) for group in conflicts for c in range(classes)]
    kept = np.where(seats > base[:, None], 0.0, _OTHER_CLASS)
    cost = np.concatenate([moved.ravel(), kept.ravel()])
    model = Milp(cost, np.zeros(len(cost)), np.ones(len(cost)), np.ones(len(cost), dtype=bool))
    model.add_rows(rows)
    found = model.solve(time_limit_s=20.0)
    if found.x is None:
        raise ValueError("groups cannot be kept in classes of like size and sexes")
    x = np.round(found.x).astype(np.int64)
    return [int(c) for c in np.argmax(x[: cells.size].reshape(units, classes), axis=1)], base[:, None] + x[cells.size :].reshape(2, classes)


def _refill(label: NDArray[np.int64], score: NDArray[np.float64], sex: NDArray[np.int64], bound: NDArray[np.bool_], seats: NDArray[np.int64]) -> None:
    """Free pupils of one sex out of classes that have too many into those that lack some."""
    classes = len(seats)
    over = np.bincount(label[sex], minlength=classes) - seats
    middle = float(score[sex].mean()) if len(sex) else 0.0
    leaving: list[int] = []
    for c in np.flatnonzero(over > 0):
        free = sex[(label[sex] == c) & ~bound[sex]]
        leaving += free[np.argsort(np.abs(score[free] - middle), kind="stable")][: over[c]].tolist()
    targets = np.repeat(np.arange(classes), np.maximum(-over, 0))
    label[leaving] = targets
