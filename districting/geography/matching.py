"""Borders that two blocks draw alike: directed edges hashed by their end points on a 1 cm grid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from districting.geography.rings import STRIDE, RingEdges

GRID_M = 0.01
_MIX_A = np.uint64(0x9E3779B97F4A7C15)
_MIX_B = np.uint64(0xC2B2AE3D27D4EB4F)
_WORD = 63


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
    lo, hi, forward = _keys(edges, grid_m)
    proper = lo != hi
    bits = np.uint64((1 << len(lo).bit_length()) - 1)
    packed = np.arange(len(lo), dtype=np.uint64)
    for k in range(0, len(lo), STRIDE):
        part = slice(k, k + STRIDE)
        packed[part] |= _mixed(lo[part], hi[part]) & ~bits
    packed = packed if proper.all() else packed[proper]
    # One number holds the head of the hash and the row: to sort it is several times quicker than to sort rows by their hash.
    packed.sort()
    equal = (packed[1:] ^ packed[:-1]) <= bits
    packed &= bits
    order = packed.view(np.int64)
    first, second = _pairs_in_runs(order, equal)
    # A clash of hashes is a matter of luck, so it is looked for, not hoped away.
    clash = (lo[first] != lo[second]) | (hi[first] != hi[second])
    if clash.any():
        _untangle(order, equal, np.flatnonzero(equal)[clash[: np.count_nonzero(equal)]], lo, hi)
        first, second = _pairs_in_runs(order, equal)
    different = edges.block[first] != edges.block[second]
    if not different.all():
        first, second = first[different], second[different]
    alone = proper
    alone[first] = False
    alone[second] = False
    way = forward == (edges.left > 0)
    return Matches(first, second, way[first] == way[second], alone)


def _mixed(lo: NDArray[np.int64], hi: NDArray[np.int64]) -> NDArray[np.uint64]:
    """A hash of both ends of each edge."""
    a, mixed = lo.view(np.uint64), hi.view(np.uint64) * _MIX_B
    mixed += a >> np.uint64(7)
    mixed ^= a * _MIX_A
    return mixed


def _untangle(order: NDArray[np.int64], equal: NDArray[np.bool_], wrong: NDArray[np.int64], lo: NDArray[np.int64], hi: NDArray[np.int64]) -> None:
    """In place: the runs of equal hash heads around the places ``wrong`` are sorted by the edges themselves, and ``equal`` tells equal edges there."""
    ends = np.append(np.flatnonzero(~equal), len(equal))
    run = np.unique(np.searchsorted(ends, wrong))
    first, last = np.where(run > 0, ends[run - 1] + 1, 0), ends[run]
    for a, b in zip(first, last, strict=True):
        rows = order[a : b + 1]
        rows = rows[np.lexsort((rows, hi[rows], lo[rows], _mixed(lo[rows], hi[rows])))]
        order[a : b + 1] = rows
        equal[a:b] = (lo[rows[1:]] == lo[rows[:-1]]) & (hi[rows[1:]] == hi[rows[:-1]])


def _keys(edges: RingEdges, grid_m: float) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """Both end points of each edge as one number each, the smaller first, and whether the edge runs from the smaller to the larger."""
    count = len(edges.block)
    lo, hi, forward = np.empty(count, dtype=np.int64), np.empty(count, dtype=np.int64), np.empty(count, dtype=np.bool_)
    if count == 0:
        return lo, hi, forward
    # Every corner starts an edge, so starts hold the least and the greatest.
    least = [column.min() for column in edges.start.T]
    width = int(_on_grid(edges.start[:, 1].max(keepdims=True), least[1], grid_m)[0]) + 1
    for row in range(0, count, STRIDE):
        part = slice(row, row + STRIDE)
        start, end = (_on_grid(xy[part, 0], least[0], grid_m) * width + _on_grid(xy[part, 1], least[1], grid_m) for xy in (edges.start, edges.end))
        np.minimum(start, end, out=lo[part])
        np.maximum(start, end, out=hi[part])
        np.less(start, end, out=forward[part])
    return lo, hi, forward


def _on_grid(metres: NDArray[np.float64], least: float, grid_m: float) -> NDArray[np.int64]:
    """A coordinate as grid steps from the least."""
    steps = metres - least
    steps /= grid_m
    return np.rint(steps, out=steps).astype(np.int64)


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


def distinct_pairs(a: NDArray[np.int64], b: NDArray[np.int64], n: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Each pair of two numbers below ``n`` once, smaller first, sorted; and which of them each given pair is.

    >>> pairs, place = distinct_pairs(np.array([2, 0, 1]), np.array([1, 1, 2]), 3)
    >>> pairs.tolist(), place.tolist()
    ([[0, 1], [1, 2]], [1, 0, 1])
    """
    low, high = np.minimum(a, b), np.maximum(a, b)
    bits = len(a).bit_length()
    if 2 * max(n, 1).bit_length() + bits < _WORD:  # pair and row in one number, as above
        packed = ((low * n + high) << bits) | np.arange(len(a))
        packed.sort()
        order = packed & ((1 << bits) - 1)
        fresh = np.append(True, (packed[1:] ^ packed[:-1]) >> bits != 0)[: len(a)]
    else:
        order = np.lexsort((high, low))
        fresh = np.append(True, (np.diff(low[order]) != 0) | (np.diff(high[order]) != 0))[: len(a)]
    place = np.empty(len(a), dtype=np.int64)
    place[order] = np.cumsum(fresh) - 1
    first = order[fresh]
    return np.column_stack([low[first], high[first]]), place
