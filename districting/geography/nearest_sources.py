"""The few nearest sources of every point of a network in one search: each point is settled by its nearest sources alone and never asks for the others."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def _push(key: NDArray[np.float64], what: NDArray[np.int32], size: int, far: float, source: int, node: int) -> None:
    """Onto a binary heap ordered by metres, then source, then point: equal ways are told apart the same way always."""
    at = size
    while at > 0:
        up = (at - 1) >> 1
        if key[up] < far or (key[up] == far and (what[up, 0] < source or (what[up, 0] == source and what[up, 1] <= node))):
            break
        key[at], what[at, 0], what[at, 1] = key[up], what[up, 0], what[up, 1]
        at = up
    key[at], what[at, 0], what[at, 1] = far, source, node


@njit(cache=True, nogil=True)
def _before(key: NDArray[np.float64], what: NDArray[np.int32], a: int, b: int) -> bool:
    if key[a] != key[b]:
        return bool(key[a] < key[b])
    return bool(what[a, 0] < what[b, 0] or (what[a, 0] == what[b, 0] and what[a, 1] < what[b, 1]))


@njit(cache=True, nogil=True)
def _drop(key: NDArray[np.float64], what: NDArray[np.int32], size: int) -> None:
    """Take the first off a heap of ``size``: the last one sinks from its place."""
    last = size - 1
    far, source, node = key[last], what[last, 0], what[last, 1]
    at = 0
    while True:
        down = 2 * at + 1
        if down >= last:
            break
        if down + 1 < last and _before(key, what, down + 1, down):
            down += 1
        if far < key[down] or (far == key[down] and (source < what[down, 0] or (source == what[down, 0] and node <= what[down, 1]))):
            break
        key[at], what[at, 0], what[at, 1] = key[down], what[down, 0], what[down, 1]
        at = down
    key[at], what[at, 0], what[at, 1] = far, source, node


@njit(cache=True, nogil=True)
def nearest_sources(
    start: NDArray[np.int32], to: NDArray[np.int32], metres: NDArray[np.float64], foot: NDArray[np.int64], leg: NDArray[np.float64], count: int
) -> Any:
    """The ``count`` nearest sources of every point.

    Parameters
    ----------
    start, to, metres : the network as CSR
    foot : (k,) point each source stands on, -1 = none
    leg : (k,) metres from each source to its point

    Returns
    -------
    source : (N, count) int32, nearest first, -1 where fewer can be reached
    far : (N, count) metres, ``inf`` there
    """
    size = len(start) - 1
    found = np.full((size, count), -1, np.int32)
    far = np.full((size, count), np.inf)
    held = np.zeros(size, np.int32)
    key, what = np.empty(1024), np.empty((1024, 2), np.int32)
    waiting = 0
    for s in range(len(foot)):
        if foot[s] >= 0:
            if waiting == len(key):
                key, what = np.append(key, key), np.concatenate((what, what))
            _push(key, what, waiting, leg[s], s, foot[s])
            waiting += 1
    while waiting:
        now, source, node = key[0], what[0, 0], what[0, 1]
        _drop(key, what, waiting)
        waiting -= 1
        if _settled(found, held, node, source, count):
            continue
        found[node, held[node]], far[node, held[node]] = source, now
        held[node] += 1
        for arc in range(start[node], start[node + 1]):
            if not _settled(found, held, to[arc], source, count):
                if waiting == len(key):
                    key, what = np.append(key, key), np.concatenate((what, what))
                _push(key, what, waiting, now + metres[arc], source, to[arc])
                waiting += 1
    return found, far


@njit(cache=True, nogil=True)
def _settled(found: NDArray[np.int32], held: NDArray[np.int32], node: int, source: int, count: int) -> bool:
    """Whether a point has all it may have, or this source already."""
    if held[node] == count:
        return True
    for h in range(held[node]):  # noqa: SIM110 (a loop is what numba compiles to the least)
        if found[node, h] == source:
            return True
    return False
