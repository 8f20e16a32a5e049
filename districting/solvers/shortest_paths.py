"""The transportation problem on candidate arcs, exactly: successive shortest paths on the graph of schools (k nodes, whatever n is)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

SMALL = 1e-9
"""Pupils below this are rounding."""


@njit(cache=True)
def _blocks_of_school(candidate: NDArray[np.int32], k: int) -> Any:
    """CSR from school to its arcs (block * m + place)."""
    n, m = candidate.shape
    count = np.zeros(k + 1, np.int64)
    for i in range(n):
        for c in range(m):
            if candidate[i, c] >= 0:
                count[candidate[i, c] + 1] += 1
    start = np.cumsum(count)
    arc = np.empty(start[k], np.int64)
    place = start[:k].copy()
    for i in range(n):
        for c in range(m):
            j = candidate[i, c]
            if j >= 0:
                arc[place[j]] = i * m + c
                place[j] += 1
    return start, arc


@njit(cache=True)
def _to_nearest(
    candidate: NDArray[np.int32], metres: NDArray[np.float64], demand: NDArray[np.float64], flow: NDArray[np.float64], load: NDArray[np.float64]
) -> None:
    """Every block to its nearest candidate: optimal while no seat is short."""
    n, m = candidate.shape
    for i in range(n):
        if demand[i] <= 0:
            continue
        best = -1
        for c in range(m):
            if candidate[i, c] >= 0 and (best < 0 or metres[i, c] < metres[i, best]):
                best = c
        if best >= 0:
            flow[i, best] = demand[i]
            load[candidate[i, best]] += demand[i]


@njit(cache=True)
def _cheapest_moves(
    a: int,
    start: NDArray[np.int64],
    arc: NDArray[np.int64],
    candidate: NDArray[np.int32],
    metres: NDArray[np.float64],
    flow: NDArray[np.float64],
    move: NDArray[np.float64],
    out_arc: NDArray[np.int64],
    in_arc: NDArray[np.int64],
) -> None:
    """Row ``a`` of the exchange graph: the least extra metres of moving a pupil of school a to each other school, and by which arcs."""
    m = candidate.shape[1]
    move[a, :] = np.inf
    for t in range(start[a], start[a + 1]):
        i = arc[t] // m
        here = arc[t] - i * m
        if flow[i, here] > 0:
            for c in range(m):
                b = candidate[i, c]
                if b >= 0 and b != a and metres[i, c] - metres[i, here] < move[a, b]:
                    move[a, b] = metres[i, c] - metres[i, here]
                    out_arc[a, b] = arc[t]
                    in_arc[a, b] = i * m + c


@njit(cache=True)
def _nearest_free(
    load: NDArray[np.float64],
    capacity: NDArray[np.float64],
    price: NDArray[np.float64],
    move: NDArray[np.float64],
    far: NDArray[np.float64],
    parent: NDArray[np.int64],
) -> int:
    """Dijkstra from the overfull schools to the first with a free seat, on reduced costs; -1 when none can be reached."""
    k = len(capacity)
    done = np.zeros(k, np.bool_)
    for j in range(k):
        parent[j] = -1
        far[j] = 0.0 if load[j] > capacity[j] + SMALL else np.inf
    while True:
        a, least = -1, np.inf
        for j in range(k):
            if not done[j] and far[j] < least:
                a, least = j, far[j]
        if a < 0:
            return -1
        done[a] = True
        if load[a] < capacity[a] - SMALL:
            return a
        for b in range(k):
            if not done[b] and move[a, b] < np.inf:
                step = max(move[a, b] + price[b] - price[a], 0.0)
                if far[a] + step < far[b]:
                    far[b] = far[a] + step
                    parent[b] = a


@njit(cache=True)
def transport_on_candidates(
    candidate: NDArray[np.int32],
    metres: NDArray[np.float64],
    demand: NDArray[np.float64],
    capacity: NDArray[np.float64],
    price: NDArray[np.float64],
    flow: NDArray[np.float64],
    reached: NDArray[np.bool_],
) -> float:
    """Least-cost flow over the candidate arcs. Fills ``price`` (k,) and ``flow`` (n, m); returns the pupils that found no seat (0 = all seated).

    ``reached`` marks the schools that the unseated pupils could be moved among: together they are the bottleneck.
    """
    k = len(capacity)
    start, arc = _blocks_of_school(candidate, k)
    load = np.zeros(k)
    _to_nearest(candidate, metres, demand, flow, load)
    move, out_arc, in_arc = np.full((k, k), np.inf), np.full((k, k), -1, np.int64), np.full((k, k), -1, np.int64)
    dirty = np.ones(k, np.bool_)
    far, parent = np.empty(k), np.empty(k, np.int64)
    flat = flow.ravel()
    while True:
        excess = 0.0
        for j in range(k):
            if load[j] > capacity[j] + SMALL:
                excess += load[j] - capacity[j]
            if dirty[j]:
                _cheapest_moves(j, start, arc, candidate, metres, flow, move, out_arc, in_arc)
                dirty[j] = False
        if excess <= 0:
            return 0.0
        target = _nearest_free(load, capacity, price, move, far, parent)
        if target < 0:
            for j in range(k):
                reached[j] = far[j] < np.inf
            return excess
        # Dual step: schools nearer than the target become dearer by what they fall short of it, so reduced costs stay >= 0 and free seats keep price 0.
        for j in range(k):
            if far[j] < far[target]:
                price[j] += far[target] - far[j]
        amount = capacity[target] - load[target]
        b = target
        while parent[b] >= 0:
            amount = min(amount, flat[out_arc[parent[b], b]])
            b = parent[b]
        amount = min(amount, load[b] - capacity[b])
        load[b] -= amount
        load[target] += amount
        b = target
        while parent[b] >= 0:
            a = parent[b]
            flat[out_arc[a, b]] -= amount
            if flat[out_arc[a, b]] < SMALL:
                flat[out_arc[a, b]] = 0.0
            flat[in_arc[a, b]] += amount
            dirty[a] = True
            dirty[b] = True
            b = a
