"""The zoning problem as the kernels see it: plain arrays in one tuple."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from districting.model.zoning_problem import ZoningProblem

STRAIGHT, TABLE, SPARSE = 0, 1, 2
LARGEST_TABLE = 8_000_000
"""Distances kept as a table up to this many entries (64 MB); beyond it they are computed when asked for."""
EMPTY_BLOCK_WEIGHT = 1e-11
"""Share of a mean block that an empty block weighs in the search: enough to prefer the nearer school, too little to be seen in the gap."""


class Ground(NamedTuple):
    """n blocks, k schools. ``far_m`` stands for the distance of a pair that is not allowed: longer than any plan could gain."""

    pupils: NDArray[np.float64]
    weight: NDArray[np.float64]
    seats: NDArray[np.float64]
    start: NDArray[np.int64]
    neighbour: NDArray[np.int32]
    pinned: NDArray[np.bool_]
    candidates: NDArray[np.int32]
    connected: bool
    home_kept: bool
    metric: int
    xy: NDArray[np.float64]
    school_xy: NDArray[np.float64]
    table: NDArray[np.float64]
    row: NDArray[np.int64]
    column: NDArray[np.int32]
    entry: NDArray[np.float64]
    far_m: float


def build_ground(problem: ZoningProblem, candidates: NDArray[np.int32]) -> Ground:
    """Arrays for the kernels; ``candidates`` (n, m) schools worth trying, -1 = none."""
    n = problem.block_count
    pupils = np.ascontiguousarray(problem.demand, dtype=np.float64)
    mean = pupils.mean() if pupils.any() else 1.0
    graph = block_graph(problem)
    pinned = np.zeros(n, dtype=np.bool_)
    if problem.keep_home:
        pinned[problem.home_block] = True
    return Ground(
        pupils=pupils,
        weight=np.where(pupils > 0, pupils, EMPTY_BLOCK_WEIGHT * mean),
        seats=np.ascontiguousarray(problem.capacity, dtype=np.float64),
        start=graph.indptr.astype(np.int64),
        neighbour=graph.indices.astype(np.int32),
        pinned=pinned,
        candidates=np.ascontiguousarray(candidates, dtype=np.int32),
        connected=problem.contiguous,
        home_kept=problem.keep_home,
        **_metric(problem),
    )


def block_graph(problem: ZoningProblem) -> Any:
    """(n, n) symmetric CSR matrix of the neighbours, no block beside itself, indices sorted."""
    n = problem.block_count
    a, b = problem.edges.T
    ones = np.ones(2 * len(a), dtype=np.int8)
    graph = sp.csr_array((ones, (np.concatenate([a, b]), np.concatenate([b, a]))), shape=(n, n))
    graph.setdiag(0)
    graph.eliminate_zeros()
    graph.sum_duplicates()
    graph.sort_indices()
    return graph


def distance_table(problem: ZoningProblem) -> NDArray[np.float64]:
    """(n, k) metres, ``inf`` where not allowed."""
    n, k = problem.block_count, problem.school_count
    if problem.distance_m is not None and not sp.issparse(problem.distance_m):
        return np.asarray(problem.distance_m, dtype=np.float64)
    if problem.distance_m is None:
        assert problem.xy is not None and problem.school_xy is not None
        x, y = (np.subtract.outer(problem.xy[:, c], problem.school_xy[:, c]) for c in (0, 1))
        return np.hypot(x, y)
    table = np.full((n, k), np.inf)
    stored = problem.distance_m.tocoo()
    table[stored.coords] = stored.data
    return table


def _metric(problem: ZoningProblem) -> dict[str, Any]:
    n, k = problem.block_count, problem.school_count
    parts: dict[str, Any] = {
        "metric": STRAIGHT,
        "xy": np.zeros((0, 2)),
        "school_xy": np.zeros((0, 2)),
        "table": np.zeros((0, 0)),
        "row": np.zeros(1, dtype=np.int64),
        "column": np.zeros(0, dtype=np.int32),
        "entry": np.zeros(0),
        "far_m": np.inf,
    }
    if n * k <= LARGEST_TABLE or (problem.distance_m is not None and not sp.issparse(problem.distance_m)):
        table = distance_table(problem)
        known = np.isfinite(table)
        far = _far(table.max(where=known, initial=0.0))
        return {**parts, "metric": TABLE, "table": np.ascontiguousarray(np.where(known, table, far)), "far_m": far}
    if problem.distance_m is None:
        return {**parts, "xy": np.ascontiguousarray(problem.xy), "school_xy": np.ascontiguousarray(problem.school_xy)}
    stored = problem.distance_m.copy()
    stored.sum_duplicates()
    entry = stored.data.astype(np.float64)
    far = _far(entry.max(initial=0.0))
    return {**parts, "metric": SPARSE, "row": stored.indptr.astype(np.int64), "column": stored.indices.astype(np.int32), "entry": entry, "far_m": far}


def _far(longest_m: float) -> float:
    return 50.0 * (longest_m + 1.0)
