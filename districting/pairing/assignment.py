"""The least-cost choice of a donor for every recipient under a cap."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment


def assign(cost: NDArray[np.float64], allowed: NDArray[np.bool_], cap: int) -> NDArray[np.int64] | None:
    """(r,) the donor of each recipient at the least total cost; None when not all can be served. ``cost``, ``allowed`` (r, d).

    >>> assign(np.array([[1.0, 5.0], [1.0, 9.0]]), np.ones((2, 2), dtype=bool), 1).tolist()
    [1, 0]
    """
    copies = min(cap, len(cost))
    priced = np.where(allowed, cost, np.inf)
    try:
        rows, columns = linear_sum_assignment(priced if copies == 1 else np.repeat(priced, copies, axis=1))
    except ValueError:
        return None
    if len(rows) < len(cost):
        return None
    return (columns // max(copies, 1)).astype(np.int64)
