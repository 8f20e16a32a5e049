"""Borders that two blocks draw differently: edges that run against each other within a tolerance (gaps, overlaps, T-junctions)."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from districting.geography.rings import RingEdges

# Two borders face each other when they run within 60 degrees of opposite ways: a border has its blocks on opposite sides.
_FACING = -0.5


def facing_contacts(
    edges: RingEdges, alone: NDArray[np.bool_], tree: Any, tolerance_m: float, drawn_alike: NDArray[np.int64], lines: NDArray[Any]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Contact of each unmatched edge with the borders of other blocks.

    Parameters
    ----------
    edges : every ring edge.
    alone : (E,) the edges to examine.
    tree : STRtree of the blocks.
    tolerance_m : how far apart two drawings of one border may lie.
    lines : shapely lines of the edges to examine, in their order.
    drawn_alike : (E,) for a matched edge the block on its other side, else -1: a border already counted is not counted again.

    Returns
    -------
    pairs : (c, 2) block of the edge, block it faces; both directions occur, each pair of a direction once
    length_m : (c,) length of the first block's border within the tolerance of the second's
    """
    mine = np.flatnonzero(alone)
    none = np.empty((0, 2), dtype=np.int64), np.empty(0)
    if len(mine) == 0:
        return none
    theirs = _edges_nearby(edges, mine, tree, tolerance_m)
    if len(theirs) == 0:
        return none
    their_lines = edges.take(theirs).lines()
    i, j = shapely.STRtree(their_lines).query(_reach(edges, mine, tolerance_m))
    u, t = mine[i], theirs[j]
    other = (edges.block[u] != edges.block[t]) & (drawn_alike[t] != edges.block[u])
    i, j, u, t = i[other], j[other], u[other], t[other]
    low, high = _faced_part(edges, u, t, tolerance_m)
    seen = np.flatnonzero(high > low)
    seen = seen[shapely.dwithin(lines[i[seen]], their_lines[j[seen]], tolerance_m)]
    return _sum_by_pair(edges, u[seen], edges.block[t[seen]], low[seen], high[seen])


def _reach(edges: RingEdges, rows: NDArray[np.int64], tolerance_m: float) -> NDArray[Any]:
    """Boxes around edges."""
    ends = edges.start[rows], edges.end[rows]
    low, high = np.minimum(*ends) - tolerance_m, np.maximum(*ends) + tolerance_m
    boxes: NDArray[Any] = shapely.box(low[:, 0], low[:, 1], high[:, 0], high[:, 1])
    return boxes


def _edges_nearby(edges: RingEdges, mine: NDArray[np.int64], tree: Any, tolerance_m: float) -> NDArray[np.int64]:
    """Edges of the blocks that stand close to an edge of another block."""
    u, block = tree.query(_reach(edges, mine, tolerance_m))
    near = np.zeros(len(tree.geometries), dtype=bool)
    near[block[block != edges.block[mine[u]]]] = True
    return np.flatnonzero(near[edges.block])


def _faced_part(edges: RingEdges, u: NDArray[np.int64], t: NDArray[np.int64], tolerance_m: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The stretch of edge u, in metres from its start, that edge t faces: t projected on u where it lies within the tolerance."""
    along = edges.end[u] - edges.start[u]
    length = np.hypot(along[:, 0], along[:, 1])
    along /= length[:, None]
    x, y = [], []
    for point in (edges.start[t], edges.end[t]):
        away = point - edges.start[u]
        x.append((away * along).sum(axis=1))
        y.append(along[:, 0] * away[:, 1] - along[:, 1] * away[:, 0])
    run, rise = x[1] - x[0], y[1] - y[0]
    way = edges.left[u] * edges.left[t]
    facing = run * way < _FACING * np.hypot(run, rise)
    with np.errstate(divide="ignore", invalid="ignore"):
        one, two = (-tolerance_m - y[0]) / rise, (tolerance_m - y[0]) / rise
    flat = np.abs(rise) < 1e-12
    inside = np.abs(y[0]) <= tolerance_m
    enter = np.where(flat, np.where(inside, 0.0, 2.0), np.clip(np.fmin(one, two), 0, 1))
    leave = np.where(flat, np.where(inside, 1.0, -1.0), np.clip(np.fmax(one, two), 0, 1))
    ends = np.sort(np.stack([x[0] + enter * run, x[0] + leave * run]), axis=0)
    good = facing & (leave > enter)
    return np.where(good, np.clip(ends[0], 0, length), 0.0), np.where(good, np.clip(ends[1], 0, length), 0.0)


def _sum_by_pair(
    edges: RingEdges, u: NDArray[np.int64], block: NDArray[np.int64], low: NDArray[np.float64], high: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Union of the stretches of each (edge, block), then the sum for each (block of the edge, block)."""
    if len(u) == 0:
        return np.empty((0, 2), dtype=np.int64), np.empty(0)
    order = np.lexsort((low, block, u))
    u, block, low, high = u[order], block[order], low[order], high[order]
    fresh = np.append(True, (u[1:] != u[:-1]) | (block[1:] != block[:-1]))
    # Stretches of different groups are moved far apart, so that one running maximum serves them all.
    shift = (np.cumsum(fresh) - 1) * (2 * float(high.max()) + 1)
    reached = np.maximum.accumulate(high + shift)
    before = np.append(-np.inf, reached[:-1])
    new = np.maximum(0.0, high + shift - np.maximum(low + shift, before))
    pair, place = np.unique(np.column_stack([edges.block[u], block]), axis=0, return_inverse=True)
    return pair.astype(np.int64), np.bincount(place.ravel(), new, len(pair)).astype(np.float64)
