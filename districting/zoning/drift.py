"""Compiled search for tight cases: a block that leaves a zone takes along whatever it cuts off, so that no good move is lost to connectedness.

Excess pupils cost a price per school that rises while the school is overfull and falls while it is not; seats also cost a share of their dual price.
A move that overfills a zone may push another border block on in the same step.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from districting.zoning.kernels import CLOSE, distance, draw
from districting.zoning.tails import LARGEST_TAIL

CHAIN_SHARE = 0.7
"""Share of the moves into an overfull zone that push another block on."""
RISE, FALL = 1.08, 0.985


@njit(cache=True)
def cut_off(g, d, label, home, v):  # type: ignore[no-untyped-def]
    """Fill ``d.tail`` with the blocks of v's zone that lose their school when v leaves; how many, or -1 when too many."""
    # Written out though proposals.py has the same steps as calls (tails.py): here they took a tenth of the whole search more.
    a = label[v]
    first, held = -1, 0
    d.clock[0] += 2
    reached, waiting = d.clock[0], d.clock[0] - 1
    d.mark[v] = reached
    for e in range(g.start[v], g.start[v + 1]):
        x = g.neighbour[e]
        if label[x] == a:
            first = x
            held += 1
            d.mark[x] = waiting
    if held <= 1 or not g.connected:
        return 0
    # The neighbours of v in its zone usually hang together among themselves: nothing is cut off then.
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
    if high == held:
        return 0
    d.clock[0] += 1
    seen = d.clock[0]
    d.mark[v] = seen
    total = 0
    for e in range(g.start[v], g.start[v + 1]):
        s = g.neighbour[e]
        if label[s] != a or d.mark[s] == seen:
            continue
        d.queue[0] = s
        d.mark[s] = seen
        low, high, homed = 0, 1, False
        while low < high:
            x = d.queue[low]
            low += 1
            homed |= x == home[a]
            for f in range(g.start[x], g.start[x + 1]):
                y = g.neighbour[f]
                if label[y] == a and d.mark[y] != seen:
                    d.mark[y] = seen
                    d.queue[high] = y
                    high += 1
        if not homed:
            if total + high > LARGEST_TAIL:
                return -1
            d.tail[total : total + high] = d.queue[:high]
            total += high
    return total


@njit(cache=True)
def gain(g, d, blocks, v, tail, a, b):  # type: ignore[no-untyped-def]
    """Write v and its tail to ``blocks``; pupils and extra weighted metres of moving them from zone a to zone b."""
    blocks[0] = v
    blocks[1 : tail + 1] = d.tail[:tail]
    pupils, cost = 0.0, 0.0
    for t in range(tail + 1):
        x = blocks[t]
        pupils += g.pupils[x]
        cost += g.weight[x] * (distance(g, x, b) - distance(g, x, a))
    return pupils, cost


@njit(cache=True)
def excess_of(g, load, j):  # type: ignore[no-untyped-def]
    """Pupils over the seats of school j at this load."""
    return max(0.0, load - g.seats[j])


@njit(cache=True)
def push_on(g, d, rng, label, first_count, b):  # type: ignore[no-untyped-def]
    """A border block of zone b near the blocks just moved, and the zone it may go to: (block, zone), or (-1, -1)."""
    for _ in range(8):
        x = d.first[np.int64(draw(rng) * first_count)]
        for _ in range(1 + np.int64(draw(rng) * 6)):
            y = g.neighbour[g.start[x] + np.int64(draw(rng) * (g.start[x + 1] - g.start[x]))]
            if label[y] == b:
                x = y
        if g.pinned[x] or x == d.first[0]:
            continue
        c = label[g.neighbour[g.start[x] + np.int64(draw(rng) * (g.start[x + 1] - g.start[x]))]]
        if c != b:
            return x, c
    return -1, -1


@njit(cache=True)
def drift(g, s, d, home, price, seat_price_m, heat, steps, pool, every):  # type: ignore[no-untyped-def]
    """Metropolis search over ``s.label`` and ``s.load`` from ``heat[0]`` to ``heat[1]`` weighted metres; ``price`` (k,) of excess is moved along.

    Every ``every`` proposals the zones that fit their seats go to the pool. ``s.size``, ``s.member`` and ``s.place`` are stale afterwards.
    """
    n, k = len(s.label), len(g.seats)
    label, load, rng = s.label, s.load, s.rng
    least_price = price.min() / 1e6
    cost, over = 0.0, 0.0
    for i in range(n):
        cost += g.weight[i] * distance(g, i, label[i])
    for j in range(k):
        over += excess_of(g, load[j], j)
    warmth, period = heat[0], max(200, n // 2)
    cooling = (heat[1] / heat[0]) ** (1000.0 / max(steps, 1000))
    for step in range(1, steps + 1):
        if step % 1000 == 0:
            warmth *= cooling
        if step % period == 0:
            for j in range(k):
                price[j] = price[j] * RISE if load[j] > g.seats[j] + CLOSE else max(price[j] * FALL, least_price)
        if every > 0 and step % every == 0 and pool.filled[0] < len(pool.school):
            gather(g, label, load, pool)
        v = np.int64(draw(rng) * n)
        width = g.start[v + 1] - g.start[v]
        if g.pinned[v] or width == 0:
            continue
        a, b = label[v], label[g.neighbour[g.start[v] + np.int64(draw(rng) * width)]]
        if a == b:
            continue
        tail = cut_off(g, d, label, home, v)
        if tail < 0:
            continue
        pupils, extra = gain(g, d, d.first, v, tail, a, b)
        before_a, before_b = load[a], load[b]
        after_a, after_b = before_a - pupils, before_b + pupils
        chain = after_b > g.seats[b] and draw(rng) < CHAIN_SHARE
        for t in range(tail + 1):
            label[d.first[t]] = b
        load[a], load[b] = after_a, after_b
        c, second, moved, x = a, -1, 0.0, -1
        before_c = 0.0
        if chain:
            x, c = push_on(g, d, rng, label, tail + 1, b)
            second = cut_off(g, d, label, home, x) if x >= 0 else -1
            if second < 0:
                for t in range(tail + 1):
                    label[d.first[t]] = a
                load[a], load[b] = before_a, before_b
                continue
            moved, more = gain(g, d, d.second, x, second, b, c)
            extra += more
            before_c = load[c]
            load[b] -= moved
            load[c] += moved
        delta = extra + seat_price_m[b] * (pupils - moved) - seat_price_m[a] * pupils + seat_price_m[c] * moved
        shift_a = excess_of(g, load[a], a) - excess_of(g, before_a, a)
        shift_b = excess_of(g, load[b], b) - excess_of(g, before_b, b)
        shift_c = excess_of(g, load[c], c) - excess_of(g, before_c, c) if chain and c != a else 0.0
        delta += price[a] * shift_a + price[b] * shift_b + price[c] * shift_c
        if delta <= 0 or draw(rng) < np.exp(-delta / warmth):
            for t in range(second + 1):
                label[d.second[t]] = c
            cost += extra
            over += shift_a + shift_b + shift_c
            if over <= CLOSE and cost < s.best_cost[0] - CLOSE:
                s.best[:] = label
                s.best_cost[0] = cost
        else:
            for t in range(tail + 1):
                label[d.first[t]] = a
            if chain:
                load[c] = before_c
            load[a], load[b] = before_a, before_b


@njit(cache=True)
def gather(g, label, load, pool):  # type: ignore[no-untyped-def]
    """Zones that fit their seats and were not seen before go to the pool."""
    n, k, slots = len(label), len(g.seats), len(pool.seen)
    mixed = np.empty(k, np.uint64)
    row = np.full(k, -1, np.int64)
    for j in range(k):
        mixed[j] = np.uint64(j + 1) * np.uint64(0x9E3779B97F4A7C15)
    for i in range(n):
        mixed[label[i]] ^= pool.key[i]
    for j in range(k):
        if load[j] > g.seats[j] + CLOSE or pool.filled[0] >= len(pool.school) or mixed[j] == 0:
            continue
        slot = np.int64(mixed[j] % np.uint64(slots))
        while pool.seen[slot] != 0 and pool.seen[slot] != mixed[j]:
            slot = (slot + 1) % slots
        if pool.seen[slot] == 0:
            pool.seen[slot] = mixed[j]
            row[j] = pool.filled[0]
            pool.bits[row[j], :] = 0
            pool.school[row[j]] = j
            pool.filled[0] += 1
    for i in range(n):
        if row[label[i]] >= 0:
            pool.bits[row[label[i]], i >> 6] |= np.uint64(1) << np.uint64(i & 63)
