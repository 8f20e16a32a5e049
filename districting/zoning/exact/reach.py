"""Compiled walks over the blocks that a school may still have."""

from __future__ import annotations

import heapq

import numpy as np
from numba import njit


@njit(cache=True)
def reached_weight(start, neighbour, weight, allowed, home, limit):  # type: ignore[no-untyped-def]
    """(n,) least total weight of a chain of allowed blocks from ``home``, both ends counted; ``inf`` beyond ``limit``."""
    n = len(weight)
    found = np.full(n, np.inf)
    if not allowed[home]:
        return found
    found[home] = weight[home]
    heap = [(weight[home], home)]
    while len(heap) > 0:
        at, u = heapq.heappop(heap)
        if at > found[u]:
            continue
        for e in range(start[u], start[u + 1]):
            v = np.int64(neighbour[e])
            then = at + weight[v]
            if allowed[v] and then < found[v] and then <= limit:
                found[v] = then
                heapq.heappush(heap, (then, v))
    return found


@njit(cache=True)
def widest_chain(start, neighbour, value, allowed, home):  # type: ignore[no-untyped-def]
    """(n,) the largest, over chains of allowed blocks from ``home`` to a neighbour of the block, of the least value between them; 1 beside ``home``."""
    n = len(value)
    width = np.zeros(n)
    done = np.zeros(n, dtype=np.bool_)
    heap = [(-1.0, home)]
    width[home] = 1.0
    while len(heap) > 0:
        minus, u = heapq.heappop(heap)
        if done[u]:
            continue
        done[u] = True
        through = -minus if u == home else min(-minus, value[u])
        for e in range(start[u], start[u + 1]):
            v = np.int64(neighbour[e])
            if allowed[v] and not done[v] and through > width[v]:
                width[v] = through
                heapq.heappush(heap, (-through, v))
    return width
