"""A reversible chain over lawful zonings: two neighbouring zones are merged and cut again along a random tree between their schools.

A step takes a border between two zones at random, draws a uniform spanning tree of the two together (Wilson 1996), lists the tree edges whose removal leaves
each school with a half that fits its seats, takes the cut with probability (number of such edges) / (the most there could be), and accepts it with
probability min(1, borders before / borders after). With that the chain is in detailed balance with the distribution that weighs a plan by the product over
its zones of the number of spanning trees of each (Cannon, Duchin, Randall and Rule 2022): no preference for distance, seats or any goal, only for rounder zones.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

SLIP = 1e-9


class Country(NamedTuple):
    """u units, z zones, r sums. ``allowed`` (u, z) or (0, 0) = all; ``moved`` (u, z) pupils that change school or (0, 0) = no cap."""

    start: NDArray[np.int64]
    neighbour: NDArray[np.int64]
    edges: NDArray[np.int64]
    pupils: NDArray[np.float64]
    seats: NDArray[np.float64]
    home: NDArray[np.int64]
    allowed: NDArray[np.bool_]
    amount: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    moved: NDArray[np.float64]
    moved_cap: float


@njit(cache=True)
def most_cuts(c, region, size, slack):  # type: ignore[no-untyped-def]
    """No tree of the region has more cuts that fit: nested halves differ by a block each and by no more than the free seats in all."""
    light = np.sort(c.pupils[region[:size]])
    total, count = 0.0, 1
    for i in range(size):
        total += light[i]
        if total > slack + SLIP or count >= size - 1:
            break
        count += 1
    return count


@njit(cache=True)
def grow_tree(c, label, a, b, region, size, parent, rng):  # type: ignore[no-untyped-def]
    """Uniform spanning tree of the region, rooted at the school of ``b``: parent of each unit, by loop-erased walks (Wilson 1996)."""
    for t in range(size):
        parent[region[t]] = -2
    root = c.home[b]
    parent[root] = -1
    done = np.zeros(len(label), dtype=np.bool_)
    done[root] = True
    for t in range(size):
        v = region[t]
        while not done[v]:
            while True:
                w = c.neighbour[c.start[v] + int(rng.random() * (c.start[v + 1] - c.start[v]))]
                if label[w] == a or label[w] == b:
                    break
            parent[v] = w
            v = w
        v = region[t]
        while not done[v]:
            done[v] = True
            v = parent[v]


@njit(cache=True)
def below(c, region, size, parent, weight, degree):  # type: ignore[no-untyped-def]
    """Pupils of the subtree of each unit, leaves first."""
    for t in range(size):
        weight[region[t]] = c.pupils[region[t]]
        degree[region[t]] = 0
    for t in range(size):
        if parent[region[t]] >= 0:
            degree[parent[region[t]]] += 1
    for t in range(size):
        v = region[t]
        while degree[v] == 0 and parent[v] >= 0:
            degree[v] = -1
            weight[parent[v]] += weight[v]
            degree[parent[v]] -= 1
            v = parent[v]


@njit(cache=True)
def fits(c, region, size, trial, a, b):  # type: ignore[no-untyped-def]
    """Whether both new zones hold what is not about seats: allowed pairs and further sums."""
    for t in range(size):
        v = region[t]
        if len(c.allowed) > 0 and not c.allowed[v, trial[v]]:
            return False
    for r in range(c.amount.shape[1]):
        of_a, of_b = 0.0, 0.0
        for t in range(size):
            v = region[t]
            if trial[v] == a:
                of_a += c.amount[v, r]
            else:
                of_b += c.amount[v, r]
        if of_a < c.low[a, r] - SLIP or of_a > c.high[a, r] + SLIP or of_b < c.low[b, r] - SLIP or of_b > c.high[b, r] + SLIP:
            return False
    return True


@njit(cache=True)
def borders(c, label):  # type: ignore[no-untyped-def]
    """Neighbouring pairs that a border parts."""
    count = 0
    for e in range(len(c.edges)):
        if label[c.edges[e, 0]] != label[c.edges[e, 1]]:
            count += 1
    return count


@njit(cache=True)
def seam(c, label, region, size, a, b):  # type: ignore[no-untyped-def]
    """Neighbouring pairs that the border between ``a`` and ``b`` parts."""
    count = 0
    for t in range(size):
        v = region[t]
        if label[v] == a:
            for p in range(c.start[v], c.start[v + 1]):
                if label[c.neighbour[p]] == b:
                    count += 1
    return count


@njit(cache=True)
def leavers(c, label, region, size):  # type: ignore[no-untyped-def]
    """Pupils of the region who change school."""
    gone = 0.0
    if len(c.moved) > 0:
        for t in range(size):
            gone += c.moved[region[t], label[region[t]]]
    return gone


@njit(cache=True)
def recut(c, label, trial, a, b, region, parent, rng):  # type: ignore[no-untyped-def]
    """Propose new halves of zones ``a`` and ``b`` in ``trial``: the size of ``region``, their blocks, or minus it when this draw gives none."""
    u = len(label)
    size, total = 0, 0.0
    for v in range(u):
        if label[v] == a or label[v] == b:
            region[size] = v
            size += 1
            total += c.pupils[v]
    slack = c.seats[a] + c.seats[b] - total
    most = most_cuts(c, region, size, slack)
    grow_tree(c, label, a, b, region, size, parent, rng)
    weight, degree = np.empty(u), np.empty(u, dtype=np.int64)
    below(c, region, size, parent, weight, degree)
    cuts, count = np.empty(size, dtype=np.int64), 0
    v = c.home[a]
    while parent[v] >= 0:
        if weight[v] <= c.seats[a] + SLIP and total - weight[v] <= c.seats[b] + SLIP:
            cuts[count] = v
            count += 1
        v = parent[v]
    if rng.random() * most >= count:
        return -size
    cut = cuts[int(rng.random() * count)]
    for t in range(size):
        trial[region[t]] = -1
    trial[cut] = a
    trial[c.home[b]] = b
    for t in range(size):
        v = region[t]
        while trial[v] < 0:
            v = parent[v]
        side = trial[v]
        v = region[t]
        while trial[v] < 0:
            trial[v] = side
            v = parent[v]
    return size if fits(c, region, size, trial, a, b) else -size


@njit(cache=True)
def walk(c, label, proposals, rng):  # type: ignore[no-untyped-def]
    """``proposals`` steps from ``label``, which is changed in place; the number accepted."""
    u = len(label)
    region, parent = np.empty(u, dtype=np.int64), np.full(u, -2, dtype=np.int64)
    trial = label.copy()
    now = borders(c, label)
    everywhere = np.arange(u)
    gone = leavers(c, label, everywhere, u)
    accepted = 0
    for _ in range(proposals):
        if now == 0:
            break
        e = int(rng.random() * len(c.edges))
        while label[c.edges[e, 0]] == label[c.edges[e, 1]]:
            e = int(rng.random() * len(c.edges))
        a = min(label[c.edges[e, 0]], label[c.edges[e, 1]])
        b = max(label[c.edges[e, 0]], label[c.edges[e, 1]])
        size = recut(c, label, trial, a, b, region, parent, rng)
        taken = size > 0
        size = abs(size)
        if taken:
            then = now + seam(c, trial, region, size, a, b) - seam(c, label, region, size, a, b)
            leaving = gone + leavers(c, trial, region, size) - leavers(c, label, region, size)
            taken = leaving <= c.moved_cap + SLIP and rng.random() * then < now
            if taken:
                now, gone = then, leaving
                accepted += 1
        for t in range(size):
            if taken:
                label[region[t]] = trial[region[t]]
            else:
                trial[region[t]] = label[region[t]]
    return accepted
