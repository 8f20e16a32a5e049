"""The sums behind the labels of a search for any goals and rules, compiled: what they cost, what is broken by how much, and how they follow when a unit changes hands."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from districting.zoning.kernels import CLOSE
from districting.zoning.land import Land

PI4 = 4 * np.pi


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
def move_mates(land, s, i, old, new):  # type: ignore[no-untyped-def]
    """Mates met and missing after unit i went from zone ``old`` to zone ``new``."""
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
        move_mates(land, s, i, old, new)


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
def value_of(land, s):  # type: ignore[no-untyped-def]
    """The objective of the labels."""
    value = s.total[0] + land.weight[3] * s.total[1]
    for j in range(len(land.seats)):
        value += zone_value(land, s, j)
    return value


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
