"""What hangs on every root of a forest of mentors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, eq=False)
class Reach:
    """One entry for each root, in the order of the schools: position, schools and pupils of its tree (itself among them), its depth, its farthest school."""

    root: NDArray[np.int64]
    schools: NDArray[np.int64]
    pupils: NDArray[np.float64]
    depth: NDArray[np.int64]
    farthest_m: NDArray[np.float64]


def reach_of_roots(mentor_of_school: ArrayLike, xy: ArrayLike, pupils: ArrayLike | None = None) -> Reach:
    """How far every root reaches: schools, pupils, links to the deepest school, straight metres to the farthest.

    Parameters
    ----------
    mentor_of_school : (s,) position of the mentor, -1 of roots; a forest
    xy : (s, 2) metres
    pupils : (s,) of each school; None or NaN counts as 0

    Raises
    ------
    ValueError : the mentors go round in a circle

    Examples
    --------
    >>> reach = reach_of_roots([-1, 0, 1, -1], [(0, 0), (3, 4), (6, 8), (0, 0)], [100, 50, 20, 30])
    >>> reach.root.tolist(), reach.schools.tolist(), reach.pupils.tolist(), reach.depth.tolist(), reach.farthest_m.tolist()
    ([0, 3], [3, 1], [170.0, 30.0], [2, 0], [10.0, 0.0])
    """
    mentor = np.asarray(mentor_of_school, dtype=np.int64)
    place = np.asarray(xy, dtype=np.float64).reshape(-1, 2)
    weight = np.zeros(len(mentor)) if pupils is None else np.nan_to_num(np.asarray(pupils, dtype=np.float64))
    top, depth = np.arange(len(mentor)), np.zeros(len(mentor), dtype=np.int64)
    while (mentor[top] >= 0).any():
        below = mentor[top] >= 0
        depth[below] += 1
        top = np.where(below, mentor[top], top)
        if depth.max() > len(mentor):
            raise ValueError("the mentors go round in a circle")
    root = np.flatnonzero(mentor < 0)
    deepest, farthest = np.zeros(len(mentor), dtype=np.int64), np.zeros(len(mentor))
    np.maximum.at(deepest, top, depth)
    np.maximum.at(farthest, top, np.hypot(*(place - place[top]).T))
    schools = np.bincount(top, minlength=len(mentor))
    rolls = np.bincount(top, weights=weight, minlength=len(mentor)).astype(np.float64)
    return Reach(root, schools[root], rolls[root], deepest[root], farthest[root])
