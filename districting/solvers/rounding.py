"""Tables of fractions to whole numbers so that the sums still fit: controlled rounding as a flow (policy Q1)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from districting.solvers.milp import Milp, Row

_WHOLE = 1e-9
"""A target this near to a whole number is that number."""
_PROVEN = 3e-7
"""A table this near to the bound, for each cell, is as near as can be: ties and tolerances make up the rest."""
_TIE = 1e-7
"""What the earlier cell of two with equal remainders is ahead by, over all cells: far below any remainder that counts."""


@dataclass(frozen=True, eq=False)
class Rounded:
    """``table``: whole numbers of the targets' shape; ``off``: sum of |table - target|; ``bound``: the least that any table with these sums can be off, as proven."""

    table: NDArray[np.int64]
    off: float
    bound: float


def controlled_rounding(target: ArrayLike, *, exact_rows: bool = True, exact_columns: bool = False, order: ArrayLike | None = None) -> Rounded:
    """Every cell to the whole number below or above it, as near to the targets as the sums allow.

    ``target`` (p, j), or (p, s, j) with strata in the middle. The sums of rows (p, s) keep to their whole number when ``exact_rows`` (then their targets must be whole);
    the sums of columns j likewise when ``exact_columns``; sums that are not exact stay at the whole number below or above theirs, and so do those over the strata
    and the sum of all. Such a table always exists (Cox 1987; the constraints are a flow). Of cells with equal remainders the one that comes first in ``order`` (p*s*j,
    default: as they stand) is rounded up.

    Raises
    ------
    ValueError : a row or column that must be exact has no whole sum, or a target is negative

    >>> controlled_rounding([[0.5, 0.5], [0.5, 0.5]], exact_columns=True).table.tolist()
    [[1, 0], [0, 1]]
    """
    given = np.asarray(target, dtype=np.float64)
    cells = given if given.ndim == 3 else given[:, None, :]
    if given.ndim not in (2, 3) or (cells < 0).any() or not np.isfinite(cells).all():
        raise ValueError("targets are (p, j) or (p, s, j), finite and >= 0")
    floor = np.floor(cells + _WHOLE)
    rest = np.maximum(cells - floor, 0.0)
    rank = np.arange(cells.size) if order is None else np.argsort(np.asarray(order, dtype=np.int64))
    open_ = np.flatnonzero(rest.ravel() > _WHOLE)
    up = np.zeros(cells.size)
    least = 0.0
    if len(open_):
        up[open_], least = _ups(cells, floor, open_, rank, (exact_rows, exact_columns))
    table = floor + up.reshape(cells.shape)
    off = float(np.abs(table - cells).sum())
    return Rounded(table.astype(np.int64).reshape(given.shape), off, off if off - least < _PROVEN * max(1, len(open_)) else least)


def _ups(
    cells: NDArray[np.float64], floor: NDArray[np.float64], open_: NDArray[np.int64], rank: NDArray[np.int64], exact: tuple[bool, bool]
) -> tuple[NDArray[np.float64], float]:
    """(open cells,) 1.0 where a cell is rounded up; and what any such table is off by at least."""
    p, s, j = np.unravel_index(open_, cells.shape)
    rest = (cells - floor).ravel()[open_]
    cost = 1.0 - 2.0 * rest + _TIE * np.sqrt(rank[open_] / cells.size)  # a root, so that one early cell is worth more than two middling ones
    _, strata, columns = cells.shape
    rows: list[Row] = []
    rows += _sums(cells.sum(axis=2).ravel(), floor.sum(axis=2).ravel(), p * strata + s, exact[0])
    if strata > 1:
        rows += _sums(cells.sum(axis=1).ravel(), floor.sum(axis=1).ravel(), p * columns + j, False)
    rows += _sums(cells.sum(axis=(0, 1)), floor.sum(axis=(0, 1)), j, exact[1])
    rows += _sums(np.array([cells.sum()]), np.array([floor.sum()]), np.zeros(len(open_), dtype=np.int64), False)
    model = Milp(cost, np.zeros(len(open_)), np.ones(len(open_)), np.ones(len(open_), dtype=bool))
    model.add_rows(rows)
    found = model.solve(time_limit_s=60.0)
    if found.x is None:  # the flow always has a whole point
        raise RuntimeError("controlled rounding found no table")
    nearest = float(np.minimum(rest, 1.0 - rest).sum())
    return np.round(found.x), max(nearest, float(rest.sum()) + found.bound - _TIE * len(open_))


def _sums(total: NDArray[np.float64], floor: NDArray[np.float64], group: NDArray[np.int64], exact: bool) -> list[Row]:
    """One row for each group of open cells: how many of them may go up."""
    rows: list[Row] = []
    for key in np.unique(group):
        members = np.flatnonzero(group == key)
        low, high = math.floor(total[key] + _WHOLE * 10), math.ceil(total[key] - _WHOLE * 10)
        if exact and low != high:
            raise ValueError(f"the sum {total[key]} is not whole")
        rows.append((members, np.ones(len(members)), low - floor[key], high - floor[key]))
    return rows
