"""Compiled search for any goals and rules: shifts with what they cut off, and pushes; every change keeps sums, borders and mates up to date.

A broken rule costs its amount times a price that rises while it is broken and falls while it is not.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from districting.zoning.drift import LARGEST_TAIL, Drift, new_drift
from districting.zoning.kernels import CLOSE, draw
from districting.zoning.land import Land

PUSH_SHARE = 0.4
CLUSTER_SHARE, CLUSTER = 0.2, 6
"""Share of the moves that take neighbours along, and how many units those hold at most."""
RISE, FALL = 1.06, 0.985
PI4 = 4 * np.pi
RULE_KINDS = 3
"""Prices: one for every sum and zone, one for the change cap, one for mates."""


class Scale(NamedTuple):
    """Labels and everything that follows from them. ``total`` holds [linear cost, metres parted, moved pupils, mates missing, zone terms]."""

    label: NDArray[np.int64]
    sums: NDArray[np.float64]
    pupils: NDArray[np.float64]
    area: NDArray[np.float64]
    perimeter: NDArray[np.float64]
    group: NDArray[np.float64]
    mates: NDArray[np.float64]
    total: NDArray[np.float64]
    price: NDArray[np.float64]
    side_price: NDArray[np.float64]
    best: NDArray[np.int64]
    best_value: NDArray[np.float64]
    least_broken: NDArray[np.float64]
    rng: NDArray[np.uint64]


@njit(cache=True)
def zone_value(land, s, j):  # type: ignore[no-untyped-def]
    """Balance, compactness and mix of zone j, and the price of soft sums."""
    value = 0.0
    if land.weight[0] > 0:
        if land.seats[j] > 0:
            value += land.weight[0] * abs(1.0 - s.pupils[j] / land.seats[j])
        elif s.pupils[j] > 0:
            value += land.weight[0] * 1e9
    if land.weight[1] > 0 and s.perimeter[j] > 0:
        value += land.weight[1] * (1.0 - PI4 * s.area[j] / (s.perimeter[j] * s.perimeter[j]))
    if land.weight[2] > 0:
        for q in range(land.group.shape[1]):
            ours, others = land.group_total[q, 0], land.group_total[q, 1]
            if ours > 0 and others > 0:
                value += land.weight[2] * 0.5 * abs(s.group[j, q] / ours - (s.pupils[j] - s.group[j, q]) / others)
    for r in range(land.amount.shape[1]):
        if land.price[r] > 0:
            value += land.price[r] * max(0.0, s.sums[j, r] - land.high[j, r])
    return value


@njit(cache=True)
def broken(land, s, j, r):  # type: ignore[no-untyped-def]
    """How far the hard sum r of zone j is outside its ends."""
    if land.price[r] >= 0:
        return 0.0
    over = max(s.sums[j, r] - land.high[j, r], land.low[j, r] - s.sums[j, r])
    return over if over > CLOSE else 0.0


@njit(cache=True)
def zone_energy(land, s, j):  # type: ignore[no-untyped-def]
    """Value of a zone with its broken sums at their prices."""
    value = zone_value(land, s, j)
    for r in range(land.amount.shape[1]):
        value += s.price[j, r] * broken(land, s, j, r)
    return value


@njit(cache=True)
def side_energy(land, s):  # type: ignore[no-untyped-def]
    """Everything that is no zone's own: linear cost, borders, changes over the cap, mates missing."""
    moved = max(0.0, s.total[2] - land.moved_cap)
    return s.total[0] + land.weight[3] * s.total[1] + s.side_price[0] * moved + s.side_price[1] * s.total[3]


@njit(cache=True)
def put(land, s, i, new):  # type: ignore[no-untyped-def]
    """Give unit i to zone ``new``; every sum follows."""
    old = s.label[i]
    s.total[0] += land.cost[i, new] - land.cost[i, old]
    s.total[2] += land.moved[i, new] - land.moved[i, old]
    for r in range(land.amount.shape[1]):
        s.sums[old, r] -= land.amount[i, r]
        s.sums[new, r] += land.amount[i, r]
    s.pupils[old] -= land.pupils[i]
    s.pupils[new] += land.pupils[i]
    s.area[old] -= land.area[i]
    s.area[new] += land.area[i]
    s.perimeter[old] -= land.perimeter[i]
    s.perimeter[new] += land.perimeter[i]
    for q in range(land.group.shape[1]):
        s.group[old, q] -= land.group[i, q]
        s.group[new, q] += land.group[i, q]
    for e in range(land.border_start[i], land.border_start[i + 1]):
        zone = s.label[land.border_with[e]]
        if zone == old:
            s.perimeter[old] += 2 * land.border_m[e]
            s.total[1] += land.border_m[e]
        elif zone == new:
            s.perimeter[new] -= 2 * land.border_m[e]
            s.total[1] -= land.border_m[e]
    s.label[i] = new
    if len(land.mate_owner) > 0:
        for t in range(land.own_start[i], land.own_start[i + 1]):
            row = land.own_row[t]
            s.total[3] -= max(0.0, land.mate_need[row] - s.mates[row])
            s.mates[row] = 0.0
            for e in range(land.row_start[row], land.row_start[row + 1]):
                if s.label[land.row_mate[e]] == new:
                    s.mates[row] += 1.0
            s.total[3] += max(0.0, land.mate_need[row] - s.mates[row])
        for t in range(land.unit_start[i], land.unit_start[i + 1]):
            row = land.unit_row[t]
            owner = land.mate_owner[row]
            if owner == i:
                continue
            zone = s.label[owner]
            if zone == old or zone == new:
                s.total[3] -= max(0.0, land.mate_need[row] - s.mates[row])
                s.mates[row] += 1.0 if zone == new else -1.0
                s.total[3] += max(0.0, land.mate_need[row] - s.mates[row])


@njit(cache=True)
def count_up(land, s):  # type: ignore[no-untyped-def]
    """Recompute everything from the labels."""
    u = len(s.label)
    s.sums[:], s.pupils[:], s.area[:], s.perimeter[:], s.group[:], s.total[:] = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for i in range(u):
        j = s.label[i]
        s.total[0] += land.cost[i, j]
        s.total[2] += land.moved[i, j]
        for r in range(land.amount.shape[1]):
            s.sums[j, r] += land.amount[i, r]
        s.pupils[j] += land.pupils[i]
        s.area[j] += land.area[i]
        s.perimeter[j] += land.perimeter[i]
        for q in range(land.group.shape[1]):
            s.group[j, q] += land.group[i, q]
        for e in range(land.border_start[i], land.border_start[i + 1]):
            if s.label[land.border_with[e]] == j:
                s.perimeter[j] -= land.border_m[e]
            else:
                s.total[1] += 0.5 * land.border_m[e]
    for row in range(len(land.mate_owner)):
        s.mates[row] = 0.0
        for e in range(land.row_start[row], land.row_start[row + 1]):
            if s.label[land.row_mate[e]] == s.label[land.mate_owner[row]]:
                s.mates[row] += 1.0
        s.total[3] += max(0.0, land.mate_need[row] - s.mates[row])


@njit(cache=True)
def all_broken(land, s):  # type: ignore[no-untyped-def]
    """Sum of everything broken; arcs that are not allowed count one each."""
    found = max(0.0, s.total[2] - land.moved_cap) + s.total[3]
    for j in range(len(land.seats)):
        for r in range(land.amount.shape[1]):
            found += broken(land, s, j, r)
    for i in range(len(s.label)):
        if land.cost[i, s.label[i]] >= land.far:
            found += 1.0
    return found


@njit(cache=True)
def value_of(land, s):  # type: ignore[no-untyped-def]
    """The objective of the labels."""
    value = s.total[0] + land.weight[3] * s.total[1]
    for j in range(len(land.seats)):
        value += zone_value(land, s, j)
    return value


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
            d.queue[0] = first
            d.mark[first] = seen
            low, high, homed = 0, 1, False
            while low < high:
                x = d.queue[low]
                low += 1
                homed |= land.home_kept and x == land.home[a]
                for f in range(land.start[x], land.start[x + 1]):
                    y = land.neighbour[f]
                    if label[y] == a and d.mark[y] != seen:
                        d.mark[y] = seen
                        d.queue[high] = y
                        high += 1
            if homed or (not land.home_kept and not kept and high > tail_limit):
                kept = True
            elif total + high > tail_limit:
                return -1
            else:
                d.tail[total : total + high] = d.queue[:high]
                total += high
    if parts == 0 and land.home_kept:
        return -1
    for t in range(total):
        if land.pinned[d.tail[t]]:
            return -1
    return total


@njit(cache=True)
def whole_ring(land, d, label, v):  # type: ignore[no-untyped-def]
    """Whether the neighbours of v in its zone hang together among themselves: then nothing is cut off."""
    a = label[v]
    d.clock[0] += 2
    reached, waiting = d.clock[0], d.clock[0] - 1
    d.mark[v] = reached
    first, held = -1, 0
    for e in range(land.start[v], land.start[v + 1]):
        x = land.neighbour[e]
        if label[x] == a:
            first = x
            held += 1
            d.mark[x] = waiting
    if held == 0:
        return False
    d.queue[0] = first
    d.mark[first] = reached
    low, high = 0, 1
    while low < high:
        x = d.queue[low]
        low += 1
        for e in range(land.start[x], land.start[x + 1]):
            y = land.neighbour[e]
            if d.mark[y] == waiting:
                d.mark[y] = reached
                d.queue[high] = y
                high += 1
    return high == held


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
def wander(land, s, d, heat, steps, limit):  # type: ignore[no-untyped-def]
    """Metropolis search from ``heat[0]`` down to ``heat[1]`` (units of the objective) in ``steps`` proposals; the best labels that break nothing are kept.

    Prices stay between ``heat[2]`` and ``heat[3]``.
    """
    u, z = len(s.label), len(land.seats)
    count_up(land, s)
    far_from = 0
    for i in range(u):
        if land.cost[i, s.label[i]] >= land.far:
            far_from += 1
    value = value_of(land, s)
    warmth, period = heat[0], max(200, u // 2)
    cooling = (heat[1] / heat[0]) ** (100.0 / max(steps, 100))
    least, most = heat[2], heat[3]
    for step in range(1, steps + 1):
        if step % 100 == 0:
            warmth *= cooling
        if step % period == 0:
            worst = 0.0
            for j in range(z):
                for r in range(land.amount.shape[1]):
                    out = broken(land, s, j, r)
                    worst += out
                    s.price[j, r] = min(s.price[j, r] * RISE, most) if out > 0 else max(s.price[j, r] * FALL, least)
            s.side_price[0] = min(s.side_price[0] * RISE, most) if s.total[2] > land.moved_cap + CLOSE else max(s.side_price[0] * FALL, least)
            s.side_price[1] = min(s.side_price[1] * RISE, most) if s.total[3] > CLOSE else max(s.side_price[1] * FALL, least)
            worst += max(0.0, s.total[2] - land.moved_cap) + s.total[3]
            s.least_broken[0] = min(s.least_broken[0], worst + far_from)
        v = np.int64(draw(s.rng) * u)
        a, b = s.label[v], any_zone(land, s, v)
        if a == b:
            continue
        first = gather_move(land, s, d, d.first, v, limit)
        if first == 0 or not allowed(land, d.first, first, b):
            continue
        before = zone_energy(land, s, a) + zone_energy(land, s, b) + side_energy(land, s)
        for t in range(first):
            put(land, s, d.first[t], b)
        second, c, x = 0, -1, -1
        if draw(s.rng) < PUSH_SHARE:
            x, c = border_unit(land, s, d, first, b)
            if x >= 0:
                second = gather_move(land, s, d, d.second, x, limit)
                if second == 0 or not allowed(land, d.second, second, c):
                    second, c = 0, -1
            if second > 0:
                if c != a:
                    before += zone_energy(land, s, c)
                for t in range(second):
                    put(land, s, d.second[t], c)
        after = zone_energy(land, s, a) + zone_energy(land, s, b) + side_energy(land, s)
        if second > 0 and c != a:
            after += zone_energy(land, s, c)
        delta = after - before
        if delta <= 0 or draw(s.rng) < np.exp(-delta / warmth):
            if delta < 0 and clean(land, s):
                value = value_of(land, s)
                if value < s.best_value[0] - 1e-12 * abs(value) and all_broken(land, s) <= CLOSE:
                    s.best[:] = s.label
                    s.best_value[0] = value
        else:
            for t in range(second):
                put(land, s, d.second[t], b)
            for t in range(first):
                put(land, s, d.first[t], a)


@njit(cache=True)
def clean(land, s):  # type: ignore[no-untyped-def]
    """A quick look whether any sum is broken."""
    if s.total[2] > land.moved_cap + CLOSE or s.total[3] > CLOSE:
        return False
    for j in range(len(land.seats)):
        for r in range(land.amount.shape[1]):
            if broken(land, s, j, r) > 0:
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


def new_scale(land: Land, label: NDArray[np.int64], rng: np.random.Generator, unit_price: float) -> Scale:
    """A state at the labels; every price of a broken rule starts at ``unit_price``."""
    z = len(land.seats)
    scale = Scale(
        label=label.astype(np.int64).copy(),
        sums=np.zeros((z, land.amount.shape[1])),
        pupils=np.zeros(z),
        area=np.zeros(z),
        perimeter=np.zeros(z),
        group=np.zeros((z, land.group.shape[1])),
        mates=np.zeros(len(land.mate_owner)),
        total=np.zeros(5),
        price=np.full((z, land.amount.shape[1]), unit_price),
        side_price=np.full(2, unit_price),
        best=label.astype(np.int64).copy(),
        best_value=np.full(1, np.inf),
        least_broken=np.full(1, np.inf),
        rng=rng.integers(0, 2**63, 1).astype(np.uint64),
    )
    count_up(land, scale)
    if all_broken(land, scale) <= CLOSE:
        scale.best_value[0] = value_of(land, scale)
    return scale


def scratch(u: int) -> Drift:
    """Scratch space for u units."""
    return new_drift(u)


LONGEST_TAIL = LARGEST_TAIL
