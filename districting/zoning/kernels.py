"""Compiled search over whole blocks: annealing with shifts and two-step chains, every zone kept connected.

Excess pupils cost a price per school that follows the search (an augmented Lagrangian); in hard mode no move may add excess.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from districting.zoning.ground import LARGEST_TABLE, Ground

CLOSE = 1e-9


class State(NamedTuple):
    """Labels of a search and what follows from them. ``member`` (k, width) lists the blocks of a zone, ``place`` (n,) where a block stands in it."""

    label: NDArray[np.int32]
    load: NDArray[np.float64]
    size: NDArray[np.int64]
    member: NDArray[np.int32]
    place: NDArray[np.int32]
    mark: NDArray[np.int64]
    clock: NDArray[np.int64]
    queue: NDArray[np.int32]
    best: NDArray[np.int32]
    best_cost: NDArray[np.float64]
    rng: NDArray[np.uint64]


class Pool(NamedTuple):
    """Zones seen: ``bits`` (p, words) their blocks, ``school`` (p,), ``filled`` (1,) how many, ``seen`` an open hash table, ``key`` (n,) a random number of each block."""

    bits: NDArray[np.uint64]
    school: NDArray[np.int32]
    filled: NDArray[np.int64]
    seen: NDArray[np.uint64]
    key: NDArray[np.uint64]


@njit(cache=True)
def draw(rng):  # type: ignore[no-untyped-def]
    """A uniform number in [0, 1): splitmix64 (Steele, Lea, Flood 2014)."""
    rng[0] += np.uint64(0x9E3779B97F4A7C15)
    z = rng[0]
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    return float(z >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@njit(cache=True)
def distance(g, i, j):  # type: ignore[no-untyped-def]
    """Metres from block i to school j; ``far_m`` where the pair is not allowed."""
    if g.metric == 1:
        return g.table[i, j]
    if g.metric == 0:
        return math.hypot(g.xy[i, 0] - g.school_xy[j, 0], g.xy[i, 1] - g.school_xy[j, 1])
    low, high = g.row[i], g.row[i + 1]
    while low < high:
        middle = (low + high) // 2
        if g.column[middle] < j:
            low = middle + 1
        else:
            high = middle
    if low < g.row[i + 1] and g.column[low] == j:
        return g.entry[low]
    return g.far_m


@njit(cache=True)
def stays_whole(g, s, i):  # type: ignore[no-untyped-def]
    """Whether the zone of block i stays connected, and not empty where it must hold its school, without i."""
    if not g.connected:
        return True
    zone = s.label[i]
    s.clock[0] += 2
    ring, seen = s.clock[0] - 1, s.clock[0]
    count, first = 0, -1
    for e in range(g.start[i], g.start[i + 1]):
        v = g.neighbour[e]
        if s.label[v] == zone:
            s.mark[v] = ring
            count += 1
            first = v
    if count == 0:
        return not g.home_kept
    if count == 1:
        return True
    s.mark[i] = seen
    s.mark[first] = seen
    s.queue[0] = first
    head, tail, found = 0, 1, 1
    while head < tail:  # among the neighbours of i alone: nearly always enough
        u = s.queue[head]
        head += 1
        for e in range(g.start[u], g.start[u + 1]):
            v = g.neighbour[e]
            if s.mark[v] == ring:
                s.mark[v] = seen
                found += 1
                s.queue[tail] = v
                tail += 1
    head = 0
    while head < tail and found < count:  # through the whole zone
        u = s.queue[head]
        head += 1
        for e in range(g.start[u], g.start[u + 1]):
            v = g.neighbour[e]
            if s.label[v] == zone and s.mark[v] != seen:
                if s.mark[v] == ring:
                    found += 1
                s.mark[v] = seen
                s.queue[tail] = v
                tail += 1
    return found == count


@njit(cache=True)
def touches(g, s, i, zone):  # type: ignore[no-untyped-def]
    """Whether block i has a neighbour in the zone."""
    if not g.connected or s.size[zone] == 0:
        return True
    for e in range(g.start[i], g.start[i + 1]):  # noqa: SIM110 (a compiled loop)
        if s.label[g.neighbour[e]] == zone:
            return True
    return False


@njit(cache=True)
def shift(g, s, i, zone):  # type: ignore[no-untyped-def]
    """Move block i to the zone."""
    old = s.label[i]
    last = s.member[old, s.size[old] - 1]
    s.member[old, s.place[i]] = last
    s.place[last] = s.place[i]
    s.size[old] -= 1
    s.member[zone, s.size[zone]] = i
    s.place[i] = s.size[zone]
    s.size[zone] += 1
    s.load[old] -= g.pupils[i]
    s.load[zone] += g.pupils[i]
    s.label[i] = zone


@njit(cache=True)
def target(g, s, i):  # type: ignore[no-untyped-def]
    """A school that block i may try: that of a random neighbour; any candidate where zones need not be connected. -1 = none."""
    zone = -1
    if g.connected:
        degree = g.start[i + 1] - g.start[i]
        if degree > 0:
            zone = s.label[g.neighbour[g.start[i] + int(draw(s.rng) * degree)]]
        if not g.home_kept and draw(s.rng) < 0.02:
            other = g.candidates[i, int(draw(s.rng) * g.candidates.shape[1])]
            if other >= 0 and s.size[other] == 0:
                zone = other
    else:
        zone = g.candidates[i, int(draw(s.rng) * g.candidates.shape[1])]
    if zone < 0 or zone == s.label[i] or s.size[zone] >= s.member.shape[1]:
        return -1
    return zone


@njit(cache=True)
def excess(g, s, j, change):  # type: ignore[no-untyped-def]
    """Pupils above the seats of school j after the change."""
    over = s.load[j] + change - g.seats[j]
    return over if over > CLOSE else 0.0


@njit(cache=True)
def total_cost(g, s):  # type: ignore[no-untyped-def]
    """Weighted metres of all blocks."""
    cost = 0.0
    for i in range(len(s.label)):
        cost += g.weight[i] * distance(g, i, s.label[i])
    return cost


@njit(cache=True)
def overfull(g, s):  # type: ignore[no-untyped-def]
    """How many schools have more pupils than seats."""
    count = 0
    for j in range(len(g.seats)):
        if s.load[j] > g.seats[j] + CLOSE:
            count += 1
    return count


@njit(cache=True)
def keep(s, cost):  # type: ignore[no-untyped-def]
    """Remember the present labels as the best."""
    s.best[:] = s.label
    s.best_cost[0] = cost


@njit(cache=True)
def collect(g, s, pool):  # type: ignore[no-untyped-def]
    """Add every zone that fits its seats and was not seen before to the pool."""
    k, size = len(g.seats), len(pool.seen)
    for j in range(k):
        if s.load[j] > g.seats[j] + CLOSE or pool.filled[0] >= len(pool.school):
            continue
        h = np.uint64(j + 1) * np.uint64(0x9E3779B97F4A7C15)
        for p in range(s.size[j]):
            h ^= pool.key[s.member[j, p]]
        if h == 0:
            continue
        slot = np.int64(h % np.uint64(size))
        while pool.seen[slot] != 0 and pool.seen[slot] != h:
            slot = (slot + 1) % size
        if pool.seen[slot] == h:
            continue
        pool.seen[slot] = h
        row = pool.filled[0]
        pool.bits[row, :] = 0
        for p in range(s.size[j]):
            i = s.member[j, p]
            pool.bits[row, i >> 6] |= np.uint64(1) << np.uint64(i & 63)
        pool.school[row] = j
        pool.filled[0] += 1


@njit(cache=True)
def anneal(g, s, price, toll, heat, steps, hard, pool):  # type: ignore[no-untyped-def]
    """Metropolis search from ``heat[0]`` down to ``heat[1]`` (weighted metres) in ``steps`` proposals.

    ``price`` (k,) metres per excess pupil is updated every ``heat[2]`` proposals; ``heat[3]`` is its floor, ``heat[4]`` the share of two-step chains,
    ``toll`` (k,) metres per pupil is asked for every seat, taken or over, and follows load - seats by ``heat[7]`` metres.
    ``heat[5]`` and ``heat[6]`` the factors of the price of a school that is overfull and that is not.
    """
    n, k = len(s.label), len(g.seats)
    cost, over = total_cost(g, s), overfull(g, s)
    cooling = (heat[1] / heat[0]) ** (64.0 / max(steps, 64))
    temperature, period = heat[0], int(heat[2])
    gathering = len(pool.school) > 0
    for t in range(steps):
        if t & 63 == 63:
            temperature *= cooling
        if t % period == period - 1:
            if not hard:
                for j in range(k):
                    if heat[7] > 0:
                        toll[j] = max(0.0, toll[j] + heat[7] * (s.load[j] - g.seats[j]) / max(g.seats[j], 1.0))
                    price[j] = price[j] * heat[5] + 0.02 * heat[3] if excess(g, s, j, 0.0) > 0 else max(heat[3], price[j] * heat[6])
            if gathering and 2 * t > steps:
                collect(g, s, pool)
        i = int(draw(s.rng) * n)
        if g.pinned[i]:
            continue
        b = target(g, s, i)
        if b < 0:
            continue
        a, w = s.label[i], g.pupils[i]
        j, c = -1, -1
        if s.size[b] > 1 and (draw(s.rng) < heat[4] or (hard and excess(g, s, b, w) > 0)):
            for _ in range(6):
                j = s.member[b, int(draw(s.rng) * s.size[b])]
                if not g.pinned[j]:
                    c = a if draw(s.rng) < 0.3 and touches(g, s, j, a) else target(g, s, j)
                    if c >= 0 and c != b:
                        break
                c = -1
            if c < 0:
                j = -1
        metres_a, metres_b = distance(g, i, a), distance(g, i, b)
        if metres_b >= g.far_m > metres_a:
            continue  # never into a school that is not allowed
        delta = g.weight[i] * (metres_b - metres_a)
        v = 0.0
        if j >= 0:
            v = g.pupils[j]
            metres_b, metres_c = distance(g, j, b), distance(g, j, c)
            if metres_c >= g.far_m > metres_b:
                continue
            delta += g.weight[j] * (metres_c - metres_b)
        more_a = v - w if c == a else -w
        before_a, after_a = excess(g, s, a, 0.0), excess(g, s, a, more_a)
        before_b, after_b = excess(g, s, b, 0.0), excess(g, s, b, w - v)
        before_c = after_c = 0.0
        if j >= 0 and c != a:
            before_c, after_c = excess(g, s, c, 0.0), excess(g, s, c, v)
        if hard and after_a + after_b + after_c > before_a + before_b + before_c + CLOSE:
            continue
        energy = delta + price[a] * (after_a - before_a) + price[b] * (after_b - before_b)
        if j >= 0 and c != a:
            energy += price[c] * (after_c - before_c)
        energy += w * (toll[b] - toll[a])
        if j >= 0:
            energy += v * (toll[c] - toll[b])
        if energy > 0 and draw(s.rng) >= math.exp(-energy / temperature):
            continue
        if not stays_whole(g, s, i):
            continue
        if over == 0 and cost < s.best_cost[0] - CLOSE and (delta > 0 or after_a + after_b + after_c > 0):
            keep(s, cost)
        shift(g, s, i, b)
        if j >= 0:
            if not (touches(g, s, j, c) and stays_whole(g, s, j)):
                shift(g, s, i, a)
                continue
            shift(g, s, j, c)
        cost += delta
        over += (after_a > 0) + (after_b > 0) + (after_c > 0) - (before_a > 0) - (before_b > 0) - (before_c > 0)
    cost = total_cost(g, s)
    if overfull(g, s) == 0 and cost < s.best_cost[0] - CLOSE:
        keep(s, cost)
    return cost


@njit(cache=True)
def settle(g, s):  # type: ignore[no-untyped-def]
    """Blocks without pupils to the nearest zone beside them: costs nothing and keeps zones tidy."""
    for _ in range(50):
        moved = 0
        for i in range(len(s.label)):
            if g.pupils[i] > 0 or g.pinned[i]:
                continue
            zone, least = -1, distance(g, i, s.label[i])
            for e in range(g.start[i], g.start[i + 1]):
                other = s.label[g.neighbour[e]]
                metres = distance(g, i, other)
                if other != s.label[i] and metres < least and s.size[other] < s.member.shape[1]:
                    zone, least = other, metres
            if zone >= 0 and stays_whole(g, s, i):
                shift(g, s, i, zone)
                moved += 1
        if moved == 0:
            break


def new_state(g: Ground, label: NDArray[np.int32], rng: np.random.Generator) -> State:
    """A state for labels that give every block a school."""
    n, k = len(label), len(g.seats)
    state = State(
        label=np.zeros(n, dtype=np.int32),
        load=np.zeros(k),
        size=np.zeros(k, dtype=np.int64),
        member=np.zeros((k, width(label, k)), dtype=np.int32),
        place=np.zeros(n, dtype=np.int32),
        mark=np.zeros(n, dtype=np.int64),
        clock=np.zeros(1, dtype=np.int64),
        queue=np.zeros(n + 1, dtype=np.int32),
        best=np.zeros(n, dtype=np.int32),
        best_cost=np.full(1, np.inf),
        rng=rng.integers(0, 2**63, 1).astype(np.uint64),
    )
    set_labels(g, state, label)
    return state


def width(label: NDArray[np.int32], k: int) -> int:
    """Blocks that a zone may grow to in the search: bounded so that memory grows with n, not n k."""
    n = len(label)
    if n * k <= LARGEST_TABLE:
        return n
    return min(n, max(4 * int(np.bincount(label, minlength=k).max()), 4 * n // k) + 64)


def set_labels(g: Ground, s: State, label: NDArray[np.int32]) -> None:
    """Put the state at the labels; the best seen stays."""
    k = len(g.seats)
    s.label[:] = label
    s.load[:] = np.bincount(label, g.pupils, k)
    s.size[:] = np.bincount(label, minlength=k)
    order = np.argsort(label, kind="stable")
    first = np.concatenate([[0], np.cumsum(s.size)[:-1]])
    s.place[order] = np.arange(len(label)) - first[label[order]]
    s.member[label, s.place] = np.arange(len(label))


def new_pool(n: int, largest: int, rng: np.random.Generator) -> Pool:
    """An empty pool of at most ``largest`` zones (0 = gather none)."""
    return Pool(
        bits=np.zeros((largest, (n + 63) // 64), dtype=np.uint64),
        school=np.zeros(largest, dtype=np.int32),
        filled=np.zeros(1, dtype=np.int64),
        seen=np.zeros(4 * largest + 1, dtype=np.uint64),
        key=rng.integers(1, 2**63, n if largest else 1).astype(np.uint64),
    )
