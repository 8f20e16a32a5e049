"""Blocks that hold a zone together: without one of them the zone falls apart."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components


def cut_blocks(edges: NDArray[np.int64], zone_of_block: NDArray[np.int64], zones: NDArray[np.int64]) -> NDArray[np.bool_]:
    """(n,) whether taking the block out parts the piece of its zone that it lies in. Blocks outside ``zones`` are not looked at.

    Tarjan's articulation points: a block parts its piece when what was reached through it reaches nothing before it in another way.

    Parameters
    ----------
    edges : (m, 2) neighbours
    zone_of_block : (n,)
    zones : zones to look at

    Examples
    --------
    >>> cut_blocks(np.array([(0, 1), (1, 2), (2, 3)]), np.array([0, 0, 0, 1]), np.array([0])).tolist()
    [False, True, False, False]
    """
    n = len(zone_of_block)
    a, b = edges.T
    inside = (zone_of_block[a] == zone_of_block[b]) & np.isin(zone_of_block[a], zones)
    ends, others = np.concatenate([a[inside], b[inside]]), np.concatenate([b[inside], a[inside]])
    order = np.argsort(ends, kind="stable")
    start = np.searchsorted(ends[order], np.arange(n + 1)).tolist()
    beside = others[order].tolist()
    step, parent = start[:-1], [-1] * n
    place, low, found = [0] * n, [0] * n, [False] * n
    clock = 0
    for root in np.flatnonzero(np.isin(zone_of_block, zones)).tolist():
        if place[root]:
            continue
        clock += 1
        place[root] = low[root] = clock
        branches, path = 0, [root]
        while path:
            here = path[-1]
            if step[here] < start[here + 1]:
                there = beside[step[here]]
                step[here] += 1
                if not place[there]:
                    clock += 1
                    place[there] = low[there] = clock
                    parent[there] = here
                    path.append(there)
                elif there != parent[here] and place[there] < low[here]:
                    low[here] = place[there]
                continue
            path.pop()
            above = parent[here]
            if above < 0:
                continue
            low[above] = min(low[above], low[here])
            if above == root:
                branches += 1
            elif low[here] >= place[above]:
                found[above] = True
        found[root] = branches > 1
    return np.array(found, dtype=np.bool_)


def pieces_without(edges: NDArray[np.int64], members: NDArray[np.int64], block: int, home: int) -> NDArray[np.int64]:
    """Members that no longer hang together with ``home`` (with the largest piece where it is none of them) once ``block`` is gone.

    >>> pieces_without(np.array([(0, 1), (1, 2), (2, 3)]), np.array([0, 1, 2]), 1, 0).tolist()
    [2]
    """
    left = members[members != block]
    if not len(left):
        return left
    rank = np.full(int(max(edges.max(initial=0), members.max())) + 1, -1, dtype=np.int64)
    rank[left] = np.arange(len(left))
    pairs = rank[edges]
    pairs = pairs[(pairs >= 0).all(axis=1)]
    graph = sp.coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(left), len(left)))
    piece = connected_components(graph, directed=False)[1]
    at = np.flatnonzero(left == home)
    main = piece[at[0]] if len(at) else np.argmax(np.bincount(piece))
    return left[piece != main]
