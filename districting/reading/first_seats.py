"""Seats with which a plan exists: every block to the school that is nearest going from block to block, and some spare."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp
import shapely
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components, dijkstra

Pairs = NDArray[np.int64]


def joining_pairs(edges: Pairs, cut: NDArray[np.bool_], shared_m: NDArray[np.float64], xy: NDArray[np.float64], homes: list[Pairs]) -> Pairs:
    """(b, 2) pairs of blocks to be joined so that every part of the city has a school of every stage.

    A part without one is joined over its longest closed border, else to the block nearest to it.

    Parameters
    ----------
    edges, cut, shared_m : (m, 2), (m,), (m,) borders, which of them a barrier closes, their lengths
    xy : (n, 2) middles of the blocks
    homes : of each stage the blocks its schools stand in

    Examples
    --------
    >>> line = np.array([(0, 1), (1, 2)])
    >>> joining_pairs(line, np.array([False, True]), np.ones(2), np.array([(0.0, 0), (1, 0), (2, 0)]), [np.array([0])]).tolist()
    [[1, 2]]
    """
    n, made = len(xy), np.empty((0, 2), dtype=np.int64)
    while True:
        part = parts_of(n, np.concatenate([edges[~cut], made]))
        count = int(part.max(initial=-1)) + 1
        short = np.flatnonzero([any(not (part[home] == p).any() for home in homes) for p in range(count)])
        if count < 2 or not len(short):
            return made
        poor = part == short[np.argmin(np.bincount(part, minlength=count)[short])]
        across = np.flatnonzero(poor[edges[:, 0]] != poor[edges[:, 1]]) if len(edges) else np.empty(0, dtype=np.int64)
        if len(across):
            pair = edges[across[np.argmax(shared_m[across])]]
        else:
            mine, other = np.flatnonzero(poor), np.flatnonzero(~poor)
            away = shapely.distance(shapely.points(xy[mine])[:, None], shapely.points(xy[other])[None])
            i, j = np.unravel_index(np.argmin(away), away.shape)
            pair = np.sort([mine[i], other[j]])
        made = np.concatenate([made, pair.reshape(1, 2)])


def parts_of(n: int, edges: Pairs) -> Any:
    """(n,) number of the part each block hangs together with."""
    return connected_components(sp.coo_array((np.ones(len(edges)), edges.T), shape=(n, n)), directed=False)[1]


def seats_for(edges: Pairs, xy: NDArray[np.float64], home: Pairs, pupils: NDArray[np.float64], spare: float, class_size: float) -> NDArray[np.float64]:
    """(k,) seats: the pupils of the blocks nearest to each school going from block to block, ``spare`` more, in whole classes; one class at least.

    These zones hang together, hold their school's own block and fit: with such seats a plan exists.

    Parameters
    ----------
    edges : (m, 2) open borders and joined pairs
    home : (k,) block of each school, each another

    Examples
    --------
    >>> row = np.array([(0.0, 0), (1, 0), (2, 0), (3, 0)])
    >>> seats_for(np.array([(0, 1), (1, 2), (2, 3)]), row, np.array([0, 3]), np.array([10.0, 20, 80, 10]), 0.0, 45.0).tolist()
    [45.0, 90.0]
    """
    metres = np.hypot(*(xy[edges[:, 0]] - xy[edges[:, 1]]).T) + 1e-6
    graph = sp.csr_array((np.concatenate([metres, metres]), np.concatenate([edges, edges[:, ::-1]]).T), shape=(len(xy),) * 2)
    far, _, nearest = dijkstra(graph, indices=home, min_only=True, return_predecessors=True)
    load = np.bincount(nearest[np.isfinite(far)], pupils[np.isfinite(far)], len(xy))[home]
    return np.maximum(np.ceil(load * (1 + spare) / class_size - 1e-9), 1) * class_size
