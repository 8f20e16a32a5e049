"""The moves that a search for any goals and rules proposes, compiled: a unit with some around it and what they cut off, and the zone they go to."""

from __future__ import annotations

import numpy as np
from numba import njit

from districting.zoning.kernels import draw
from districting.zoning.tails import spread, whole_ring

CLUSTER_SHARE, CLUSTER = 0.2, 6
"""Share of the moves that take neighbours along, and how many units those hold at most."""


@njit(cache=True)
def tail_of(land, d, label, blocks, count, tail_limit):  # type: ignore[no-untyped-def]
    """Fill ``d.tail`` with the units that lose their school (or the larger rest of the zone) when the ``count`` units leave; how many, -1 = too many, or nothing would be left."""
    if not land.connected:
        return 0
    a = label[blocks[0]]
    d.clock[0] += 1
    seen = d.clock[0]
    for t in range(count):
        d.mark[blocks[t]] = seen
    total, kept, parts = 0, False, 0
    for t in range(count):
        v = blocks[t]
        for e in range(land.start[v], land.start[v + 1]):
            first = land.neighbour[e]
            if label[first] != a or d.mark[first] == seen:
                continue
            parts += 1
            size, homed = spread(land, d, label, first, land.home[a] if land.home_kept else -1)
            if homed or (not land.home_kept and not kept and size > tail_limit):
                kept = True
            elif total + size > tail_limit:
                return -1
            else:
                d.tail[total : total + size] = d.queue[:size]
                total += size
    if parts == 0 and land.home_kept:
        return -1
    for t in range(total):
        if land.pinned[d.tail[t]]:
            return -1
    return total


@njit(cache=True)
def gather_move(land, s, d, blocks, v, limit):  # type: ignore[no-untyped-def]
    """Write v, some units of its zone around it now and then, and what they cut off to ``blocks``; how many, 0 = no move."""
    if land.pinned[v]:
        return 0
    blocks[0] = v
    count = 1
    if draw(s.rng) < CLUSTER_SHARE:
        wanted = 2 + np.int64(draw(s.rng) * (CLUSTER - 1))
        for _ in range(3 * wanted):
            if count >= wanted:
                break
            x = blocks[np.int64(draw(s.rng) * count)]
            width = land.start[x + 1] - land.start[x]
            if width == 0:
                break
            y = land.neighbour[land.start[x] + np.int64(draw(s.rng) * width)]
            known = land.pinned[y] or s.label[y] != s.label[v]
            for t in range(count):
                known |= blocks[t] == y
            if not known:
                blocks[count] = y
                count += 1
    elif whole_ring(land, d, s.label, v) or not land.connected:
        return 1
    tail = tail_of(land, d, s.label, blocks, count, limit - count)
    if tail < 0:
        return 0
    for t in range(tail):
        blocks[count + t] = d.tail[t]
    return count + tail


@njit(cache=True)
def any_zone(land, s, v):  # type: ignore[no-untyped-def]
    """A zone unit v may go to: that of a random neighbour, or any where zones need not be connected."""
    if not land.connected:
        return np.int64(draw(s.rng) * len(land.seats))
    width = land.start[v + 1] - land.start[v]
    if width == 0:
        return s.label[v]
    return s.label[land.neighbour[land.start[v] + np.int64(draw(s.rng) * width)]]


@njit(cache=True)
def allowed(land, blocks, count, zone):  # type: ignore[no-untyped-def]
    """Whether all these units may go to the zone."""
    for t in range(count):  # noqa: SIM110 (a compiled loop)
        if land.cost[blocks[t], zone] >= land.far:
            return False
    return True


@njit(cache=True)
def border_unit(land, s, d, first, b):  # type: ignore[no-untyped-def]
    """A unit of zone b near the units just moved, and another zone beside it; (-1, -1) when none is met."""
    for _ in range(8):
        x = d.first[np.int64(draw(s.rng) * first)]
        for _ in range(1 + np.int64(draw(s.rng) * 6)):
            width = land.start[x + 1] - land.start[x]
            if width == 0:
                break
            y = land.neighbour[land.start[x] + np.int64(draw(s.rng) * width)]
            if s.label[y] == b:
                x = y
        if land.pinned[x] or x == d.first[0]:
            continue
        c = any_zone(land, s, x)
        if c != b:
            return x, c
    return -1, -1
