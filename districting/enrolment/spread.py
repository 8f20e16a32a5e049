"""A table scaled until both its sums are as given (iterative proportional fitting), as far as its empty cells allow."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_array, vstack

_ROUNDS = 2000
_NEAR = 1e-11


def spread(table: ArrayLike, rows: ArrayLike, columns: ArrayLike) -> NDArray[np.float64] | None:
    """``table`` (i, j) with the sums ``rows`` and ``columns``: every row and column times a factor of its own; None where its empty cells leave no such table.

    Where the factors would have to grow without end, some table with these sums on the same cells.

    >>> spread([[1, 1], [1, 3]], [2, 4], [2, 4]).sum(axis=0).round(6).tolist()
    [2.0, 4.0]
    >>> spread([[1, 0], [0, 1]], [2, 1], [1, 2]) is None
    True
    """
    out = np.asarray(table, dtype=np.float64).copy()
    wanted_rows, wanted_columns = np.asarray(rows, dtype=np.float64), np.asarray(columns, dtype=np.float64)
    for _ in range(_ROUNDS):
        sums = added(out, 0)
        out *= np.divide(wanted_columns, sums, out=np.zeros_like(sums), where=sums > 0)
        sums = added(out, 1)
        out *= np.divide(wanted_rows, sums, out=np.zeros_like(sums), where=sums > 0)[:, None]
        if np.abs(added(out, 0) - wanted_columns).max(initial=0.0) < _NEAR * max(1.0, wanted_columns.max(initial=0.0)):
            if np.abs(added(out, 1) - wanted_rows).max(initial=0.0) < 1e-8:
                return out
            break
    return _any_table(np.asarray(table, dtype=np.float64) > 0, out, wanted_rows, wanted_columns)


def added(values: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
    """Sums along an axis, one number after the other, so that a program in another language gets the same bits.

    >>> added(np.array([[1.0, 2.0], [3.0, 4.0]]), 0).tolist()
    [4.0, 6.0]
    """
    if not values.shape[axis]:
        return np.zeros(values.shape[:axis] + values.shape[axis + 1 :])
    return np.asarray(np.cumsum(values, axis=axis).take(-1, axis=axis))


def row_programme(cells: NDArray[np.int64], shape: tuple[int, ...]) -> tuple[csr_array, csr_array]:
    """Sums over the rows and over the columns of the listed cells, as matrices."""
    one, at = np.ones(len(cells)), np.arange(len(cells))
    return csr_array((one, (cells[:, 0], at)), shape=(shape[0], len(cells))), csr_array((one, (cells[:, 1], at)), shape=(shape[1], len(cells)))


def _any_table(allowed: NDArray[np.bool_], near: NDArray[np.float64], rows: NDArray[np.float64], columns: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """A table with these sums that puts as much as it can where ``near`` is large."""
    cells = np.argwhere(allowed)
    by_row, by_column = row_programme(cells, allowed.shape)
    found = linprog(-near[allowed], A_eq=vstack([by_row, by_column]), b_eq=np.concatenate([rows, columns]), method="highs")
    if not found.success:
        return None
    out = np.zeros(allowed.shape)
    out[allowed] = np.maximum(found.x, 0.0)
    return out
