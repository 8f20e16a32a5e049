"""Groups of pupils as units that take classes, and the exact programme for what a search does not settle."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from districting.solvers.milp import Milp, Row


@dataclass(frozen=True, eq=False)
class UnitProblem:
    """``need`` (u, 2) pupils of each sex, ``moved`` (u, k) members that would change their class, ``conflicts``: units that go to different classes; a class holds
    ``base`` (2,) of each sex, ``rest`` (2,) classes one more.
    """

    need: NDArray[np.int64]
    moved: NDArray[np.int64]
    conflicts: list[list[int]]
    base: NDArray[np.int64]
    rest: NDArray[np.int64]


def programme_assignment(problem: UnitProblem) -> list[int]:
    """(u,) the class of each unit, as few pupils moved as can be.

    Raises
    ------
    ValueError : no such classes exist, or none were found in 20 s
    """
    units, classes = problem.moved.shape
    cells = np.arange(units * classes).reshape(units, classes)
    more = units * classes + np.arange(2 * classes).reshape(2, classes)
    rows: list[Row] = [(cells[u], np.ones(classes), 1.0, 1.0) for u in range(units)]
    for s in (0, 1):
        rows.append((more[s], np.ones(classes), float(problem.rest[s]), float(problem.rest[s])))
        coefficients = np.append(problem.need[:, s].astype(np.float64), -1.0)
        rows += [(np.append(cells[:, c], more[s, c]), coefficients, -np.inf, float(problem.base[s])) for c in range(classes)]
    low, high = (0.0, 1.0) if problem.rest.sum() <= classes else (1.0, 2.0)  # sizes differ by one at most
    rows += [(more[:, c], np.ones(2), low, high) for c in range(classes)]
    rows += [(cells[group, c], np.ones(len(group)), 0.0, 1.0) for group in problem.conflicts for c in range(classes)]
    cost = np.concatenate([problem.moved.astype(np.float64).ravel(), np.zeros(2 * classes)])
    model = Milp(cost, np.zeros(len(cost)), np.ones(len(cost)), np.ones(len(cost), dtype=bool))
    model.add_rows(rows)
    found = model.solve(time_limit_s=20.0)
    if found.x is None:
        raise ValueError("groups cannot be kept in classes of like size and sexes")
    return [int(c) for c in np.argmax(np.round(found.x)[: cells.size].reshape(units, classes), axis=1)]
