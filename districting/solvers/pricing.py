"""Prices of seats: the bound they prove over every allowed arc, and the schools that look best at them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from districting.model.zoning_problem import ZoningProblem

ARCS_AT_ONCE = 4_000_000
"""Distances held in memory together; n x k is never stored when it is larger."""


def distance_rows(problem: ZoningProblem, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """(r, k) metres from the blocks ``rows`` to every school; ``inf`` where the pair is not allowed."""
    if problem.distance_m is None:
        assert problem.xy is not None
        assert problem.school_xy is not None
        across = problem.xy[rows, None, :] - problem.school_xy[None, :, :]
        return np.asarray(np.sqrt(across[:, :, 0] ** 2 + across[:, :, 1] ** 2))
    if sp.issparse(problem.distance_m):
        part = problem.distance_m[rows].tocoo()
        table = np.full((len(rows), problem.school_count), np.inf)
        table[part.row, part.col] = part.data
        return table
    return np.asarray(problem.distance_m[rows])


def row_chunks(problem: ZoningProblem) -> Iterator[NDArray[np.int64]]:
    """Block positions in pieces whose distances fit in memory."""
    step = max(1, ARCS_AT_ONCE // problem.school_count)
    for start in range(0, problem.block_count, step):
        yield np.arange(start, min(start + step, problem.block_count))


def price_bound(problem: ZoningProblem, seat_price_m: NDArray[np.float64]) -> float:
    """Lower bound that any prices >= 0 prove: ``sum_i w_i min_j (d_ij + price_j) - sum_j cap_j price_j``, over all allowed arcs.

    Nobody has to trust a solver: whatever the prices are, no plan within the seats costs less.

    Examples
    --------
    >>> problem = ZoningProblem(demand=[2, 2], capacity=[2, 2], edges=[(0, 1)], home_block=[0, 1], xy=[(0, 0), (10, 0)], school_xy=[(0, 0), (4, 0)])
    >>> price_bound(problem, np.array([0.0, 0.0]))
    12.0
    """
    price = np.asarray(seat_price_m, dtype=np.float64)
    total = -float((problem.capacity * price).sum())
    for rows in row_chunks(problem):
        busy = rows[problem.demand[rows] > 0]
        if len(busy):
            total += float((problem.demand[busy] * (distance_rows(problem, busy) + price).min(axis=1)).sum())
    return total


def best_candidates(problem: ZoningProblem, seat_price_m: NDArray[np.float64], count: int) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """(n, count) schools by distance + price, best first, and their metres; -1 and ``inf`` where fewer are allowed."""
    n, k = problem.block_count, problem.school_count
    m = min(count, k)
    school = np.empty((n, m), dtype=np.int32)
    metres = np.empty((n, m))
    for rows in row_chunks(problem):
        far = distance_rows(problem, rows)
        priced = far + seat_price_m
        pick = np.argpartition(priced, m - 1, axis=1)[:, :m] if m < k else np.tile(np.arange(k), (len(rows), 1))
        order = np.lexsort((pick, np.take_along_axis(priced, pick, axis=1)), axis=1)
        pick = np.take_along_axis(pick, order, axis=1)
        school[rows], metres[rows] = pick, np.take_along_axis(far, pick, axis=1)
    school[~np.isfinite(metres)] = -1
    return school, metres
