"""Pupils as rows that are seated alike: those of one home, grade and own school together, a group as one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from districting.model.overflow_problem import OverflowProblem


@dataclass(frozen=True, eq=False)
class Rows:
    """r rows, a arcs to schools that have a seat for them.

    pupils : positions of each row's pupils, in the order of the list; whole : (r,) all at one school (a group)
    size : (r,) pupils; need : (r, g) by grade
    arc_row, arc_school, arc_scope : (a,); arc_m : (a,) metres of one pupil, of a group of all of it
    arc_weight : (a,) pupils that one unit of the arc seats; arc_most : (a,) units
    slots : (s, g), room : (s,), scopes : as in the problem
    """

    pupils: tuple[NDArray[np.int64], ...]
    whole: NDArray[np.bool_]
    size: NDArray[np.int64]
    need: NDArray[np.int64]
    arc_row: NDArray[np.int64]
    arc_school: NDArray[np.int64]
    arc_scope: NDArray[np.int64]
    arc_m: NDArray[np.float64]
    arc_weight: NDArray[np.float64]
    arc_most: NDArray[np.float64]
    slots: NDArray[np.int64]
    room: NDArray[np.int64]
    scopes: int

    @property
    def arc_whole(self) -> NDArray[np.bool_]:
        """(a,) of a group."""
        return self.whole[self.arc_row]

    @property
    def held(self) -> NDArray[np.int64]:
        """(r, g) seats that one unit takes."""
        return np.where(self.whole[:, None], self.need, np.minimum(self.need, 1))

    @property
    def units(self) -> NDArray[np.float64]:
        """(r,) units of each row: its pupils, one of a group."""
        return np.where(self.whole, 1, self.size).astype(np.float64)

    @property
    def alike(self) -> NDArray[np.int64]:
        """(r,) number of the class of each row: same grade, same schools in the same scopes; a group is a class of its own."""
        keys: dict[tuple[bytes, ...], int] = {}
        start = np.searchsorted(self.arc_row, np.arange(len(self.size) + 1))
        found = np.empty(len(self.size), dtype=np.int64)
        for r in range(len(self.size)):
            arcs = slice(start[r], start[r + 1])
            key: tuple[bytes, ...] = (self.arc_school[arcs].tobytes(), self.arc_scope[arcs].tobytes(), np.flatnonzero(self.need[r]).tobytes())
            found[r] = keys.setdefault((*key, str(r).encode()) if self.whole[r] else key, len(keys))
        return found


def rows_of(problem: OverflowProblem, mine: NDArray[np.int64], slots: NDArray[np.int64], room: NDArray[np.int64]) -> Rows:
    """Rows of the pupils at positions ``mine``, with arcs to the schools where ``slots`` and ``room`` hold them."""
    allowed = problem.allowed
    units: dict[tuple[object, ...], list[int]] = {}
    for i in mine.tolist():
        number = int(problem.group[i])
        if number >= 0:
            key: tuple[object, ...] = ("group", number)
        else:
            key = (int(problem.grade[i]), np.where(allowed[i], problem.distance_m[i], -1.0).tobytes(), problem.scope[i].tobytes())
        units.setdefault(key, []).append(i)
    pupils = tuple(np.array(of, dtype=np.int64) for of in units.values())
    whole = np.array([k[0] == "group" and len(of) > 1 for k, of in units.items()], dtype=bool)
    size = np.array([len(of) for of in pupils], dtype=np.int64)
    grades = slots.shape[1]
    need = np.array([np.bincount(problem.grade[of], minlength=grades) for of in pupils], dtype=np.int64).reshape(len(pupils), grades)
    first = np.array([of[0] for of in pupils], dtype=np.int64)
    reach, scope, metres = allowed[first], problem.scope[first], problem.distance_m[first].copy()
    for r in np.flatnonzero(whole).tolist():
        of = pupils[r]
        reach[r], scope[r] = allowed[of].all(axis=0), problem.scope[of].max(axis=0)
        metres[r] = np.where(reach[r], np.where(allowed[of], problem.distance_m[of], 0.0).sum(axis=0), np.inf)
    held = np.where(whole[:, None], need, np.minimum(need, 1))
    fits = (held[:, None, :] <= slots[None, :, :]).all(axis=2) & (held.sum(axis=1)[:, None] <= room[None, :]) if len(pupils) else reach
    row, school = np.nonzero(reach & fits)
    heavy = whole[row]
    return Rows(
        pupils, whole, size, need, row.astype(np.int64), school.astype(np.int64), scope[row, school], metres[row, school],
        np.where(heavy, size[row], 1).astype(np.float64), np.where(heavy, 1, size[row]).astype(np.float64), slots.copy(), room.copy(), problem.scopes,
    )  # fmt: skip
