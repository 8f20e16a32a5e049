"""What a zone loses when blocks leave it, compiled: whether the rest hangs together, and what is cut off; the scratch space of both compiled searches."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

LARGEST_TAIL = 30
"""Blocks that may follow the one that leaves."""


class Scratch(NamedTuple):
    """Scratch space: ``mark`` with its ``clock``, a ``queue``, the ``tail`` that is cut off, and the blocks of the two moves of a chain."""

    mark: NDArray[np.int64]
    clock: NDArray[np.int64]
    queue: NDArray[np.int64]
    tail: NDArray[np.int64]
    first: NDArray[np.int64]
    second: NDArray[np.int64]


def new_scratch(n: int) -> Scratch:
    """Scratch space for n blocks."""
    moves = (np.zeros(LARGEST_TAIL + 1, dtype=np.int64) for _ in range(2))
    return Scratch(np.zeros(n, dtype=np.int64), np.zeros(1, dtype=np.int64), np.zeros(n + 1, dtype=np.int64), np.zeros(LARGEST_TAIL, dtype=np.int64), *moves)


@njit(cache=True)
def whole_ring(g, d, label, v):  # type: ignore[no-untyped-def]
    """Whether the neighbours of v in its zone hang together among themselves, as they usually do: then nothing is cut off."""
    a = label[v]
    d.clock[0] += 2
    reached, waiting = d.clock[0], d.clock[0] - 1
    d.mark[v] = reached
    first, held = -1, 0
    for e in range(g.start[v], g.start[v + 1]):
        x = g.neighbour[e]
        if label[x] == a:
            first = x
            held += 1
            d.mark[x] = waiting
    if held < 2:
        return held == 1
    d.queue[0] = first
    d.mark[first] = reached
    low, high = 0, 1
    while low < high:
        x = d.queue[low]
        low += 1
        for e in range(g.start[x], g.start[x + 1]):
            y = g.neighbour[e]
            if d.mark[y] == waiting:
                d.mark[y] = reached
                d.queue[high] = y
                high += 1
    return high == held


@njit(cache=True)
def spread(g, d, label, first, home):  # type: ignore[no-untyped-def]
    """Fill ``d.queue`` with the unmarked blocks of the zone of block ``first`` that hang together with it, and mark them; how many, and whether ``home`` is one."""
    a, seen = label[first], d.clock[0]
    d.queue[0] = first
    d.mark[first] = seen
    low, high, homed = 0, 1, False
    while low < high:
        x = d.queue[low]
        low += 1
        homed |= x == home
        for e in range(g.start[x], g.start[x + 1]):
            y = g.neighbour[e]
            if label[y] == a and d.mark[y] != seen:
                d.mark[y] = seen
                d.queue[high] = y
                high += 1
    return high, homed
