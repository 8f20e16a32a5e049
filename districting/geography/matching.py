"""Borders that two blocks draw alike: directed edges hashed by their end points on a 1 cm grid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from districting.geography.rings import RingEdges

GRID_M = 0.01
_MIX_A = np.uint64(0x9E3779B97F4A7C15)
_MIX_B = np.uint64(0xC2B2AE3D27D4EB4F)


@dataclass(frozen=True, eq=False)
class Matches:
    """Pairs of edges that coincide.

    first, second : (p,) rows of edges of two different blocks
    same_way : (p,) both blocks lie on the same side, so they overlap
    alone : (E,) edges that no other block draws
    """

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    same_way: NDArray[np.bool_]
    alone: NDArray[np.bool_]


def match_edges(edges: RingEdges, grid_m: float = GRID_M) -> Matches:
    """Find every pair of coinciding edges in O(E log E); edges shorter than the grid are neither matched nor alone."""
    lo, hi, forward, proper = _keys(edges, grid_m)
    rows = np.flatnonzero(proper)
    lo, hi = lo[rows], hi[rows]
    with np.errstate(over="ignore"):
        mixed = (lo.astype(np.uint64) * _MIX_A) ^ (hi.astype(np.uint64) * _MIX_B + (lo.astype(np.uint64) >> np.uint64(7)))
    order = np.argsort(mixed)
    if not _runs_are_pure(mixed[order], lo[order], hi[order]):
        order = np.lexsort((hi, lo))
    rows, lo, hi = rows[order], lo[order], hi[order]
    equal = (lo[1:] == lo[:-1]) & (hi[1:] == hi[:-1])
    first, second = _pairs_in_runs(rows, equal)
    different = edges.block[first] != edges.block[second]
    first, second = first[different], second[different]
    alone = proper.copy()
    alone[first] = False
    alone[second] = False
    way = forward == (edges.left > 0)
    return Matches(first, second, way[first] == way[second], alone)


def _keys(edges: RingEdges, grid_m: float) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_], NDArray[np.bool_]]:
    """Both end points of each edge as one number each, the smaller first."""
    if len(edges.block) == 0:
        none = np.empty(0, dtype=np.int64)
        return none, none, none.astype(bool), none.astype(bool)
    (ax, bx), (ay, by) = (_on_grid(edges.start[:, d], edges.end[:, d], grid_m) for d in (0, 1))
    width = int(ay.max()) + 1
    start, end = ax * width + ay, bx * width + by
    return np.minimum(start, end), np.maximum(start, end), start < end, start != end


def _on_grid(start: NDArray[np.float64], end: NDArray[np.float64], grid_m: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """One coordinate of both ends as grid steps from the least; every corner starts an edge, so starts hold the least and the greatest."""
    least = start.min()
    return np.rint((start - least) / grid_m).astype(np.int64), np.rint((end - least) / grid_m).astype(np.int64)


def _runs_are_pure(mixed: NDArray[np.uint64], lo: NDArray[np.int64], hi: NDArray[np.int64]) -> bool:
    """Whether equal hashes always mean equal edges (a clash of hashes is a matter of luck, so it is looked for, not hoped away)."""
    clash = (mixed[1:] == mixed[:-1]) & ((lo[1:] != lo[:-1]) | (hi[1:] != hi[:-1]))
    return not bool(clash.any())


def _pairs_in_runs(rows: NDArray[np.int64], equal: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """All pairs within each run of equal keys; runs of three and more come from overlaps."""
    here = np.flatnonzero(equal)
    first, second = [rows[here]], [rows[here + 1]]
    reach = 1
    while len(here):
        here = here[(here + reach < len(equal))]
        here = here[equal[here + reach]]
        reach += 1
        first.append(rows[here])
        second.append(rows[here + reach])
    return np.concatenate(first), np.concatenate(second)
