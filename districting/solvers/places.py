"""Where pupils live and how far each school is from there, as the kernels read it: coordinates, a table or a sparse table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from districting.model.zoning_problem import ZoningProblem


@dataclass(frozen=True, eq=False)
class Places:
    """r places, neighbours near each other in the order where coordinates are known.

    ``rows`` (r,) block positions; ``demand`` (r,) pupils; then one of: ``xy`` (r, 2) with ``school_xy`` (k, 2); ``table`` (n, k), ``inf`` = not allowed;
    ``start``, ``column``, ``entry`` of a sparse table, absent = not allowed. Tables are read at ``rows``.
    """

    rows: NDArray[np.int64]
    demand: NDArray[np.float64]
    xy: NDArray[np.float64] | None = None
    school_xy: NDArray[np.float64] | None = None
    table: NDArray[np.float64] | None = None
    start: NDArray[np.int64] | None = None
    column: NDArray[np.int64] | None = None
    entry: NDArray[np.float64] | None = None

    def most_schools(self, schools: int) -> int:
        """The most schools that any of the places is allowed (at least 1)."""
        if self.start is not None:
            allowed = np.diff(self.start)[self.rows]
        elif self.table is not None:
            allowed = np.isfinite(self.table).sum(axis=1)[self.rows]
        else:
            return schools
        return max(int(allowed.max(initial=1)), 1)

    def coarse(self, count: int) -> Places:
        """At most ``count`` places for a first look at the prices: runs of neighbours in one, at their middle (tables: at the first of them)."""
        size = -(-len(self.rows) // count)
        if size <= 1:
            return self
        first = np.arange(0, len(self.rows), size)
        demand = np.add.reduceat(self.demand, first)
        xy = None if self.xy is None else np.add.reduceat(self.xy * self.demand[:, None], first) / demand[:, None]
        return Places(self.rows[first], demand, xy, self.school_xy, self.table, self.start, self.column, self.entry)


def places_of(problem: ZoningProblem, wanted: NDArray[np.bool_]) -> Places:
    """The blocks marked in ``wanted``."""
    rows = np.flatnonzero(wanted)
    if problem.distance_m is None:
        assert problem.xy is not None
        assert problem.school_xy is not None
        rows = rows[along_curve(problem.xy[rows])]
        return Places(rows, problem.demand[rows], np.ascontiguousarray(problem.xy[rows]), np.array(problem.school_xy, order="C"))
    if sp.issparse(problem.distance_m):
        stored = problem.distance_m
        if not stored.has_canonical_format:
            stored = stored.copy()
            stored.sum_duplicates()
        start, column = stored.indptr.astype(np.int64), stored.indices.astype(np.int64)
        return Places(rows, problem.demand[rows], start=start, column=column, entry=stored.data.astype(np.float64))
    return Places(rows, problem.demand[rows], table=np.ascontiguousarray(problem.distance_m))


def along_curve(xy: NDArray[np.float64]) -> NDArray[np.int64]:
    """Positions in Morton order: points that follow each other lie near each other.

    >>> along_curve(np.array([(0.0, 0.0), (9.0, 9.0), (0.0, 1.0), (9.0, 8.0)])).tolist()
    [0, 2, 3, 1]
    """
    if len(xy) == 0:
        return np.empty(0, dtype=np.int64)
    low = xy.min(axis=0)
    side = max(float((xy.max(axis=0) - low).max()), 1e-300)
    cell = np.minimum((xy - low) / side * 65536, 65535).astype(np.uint64)
    code = _spread(cell[:, 0]) | (_spread(cell[:, 1]) << np.uint64(1))
    return np.argsort(code, kind="stable")


def _spread(cell: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Put a zero bit between the 16 bits of each number."""
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        cell = (cell | (cell << np.uint64(shift))) & np.uint64(mask)
    return cell
