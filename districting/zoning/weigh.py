"""Compiled search for any goals and rules: shifts with what they cut off, and pushes.

A broken rule costs its amount times a price that rises while it is broken and falls while it is not.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from districting.zoning.kernels import CLOSE, draw
from districting.zoning.proposals import allowed, any_zone, border_unit, gather_move
from districting.zoning.scale import all_broken, broken, clean, count_up, put, side_energy, value_of, zone_energy

PUSH_SHARE = 0.4
RISE, FALL = 1.06, 0.985


@njit(cache=True)
def reprice(land, s, least, most):  # type: ignore[no-untyped-def]
    """Prices of broken rules go up, those of the others down; everything broken, summed."""
    worst = 0.0
    for j in range(len(land.seats)):
        for r in range(land.amount.shape[1]):
            out = broken(land, s, j, r)
            worst += out
            s.price[j, r] = min(s.price[j, r] * RISE, most) if out > 0 else max(s.price[j, r] * FALL, least)
    s.side_price[0] = min(s.side_price[0] * RISE, most) if s.total[2] > land.moved_cap + CLOSE else max(s.side_price[0] * FALL, least)
    s.side_price[1] = min(s.side_price[1] * RISE, most) if s.total[3] > CLOSE else max(s.side_price[1] * FALL, least)
    return worst + max(0.0, s.total[2] - land.moved_cap) + s.total[3]


@njit(cache=True)
def wander(land, s, d, heat, steps, limit):  # type: ignore[no-untyped-def]
    """Metropolis search from ``heat[0]`` down to ``heat[1]`` (units of the objective) in ``steps`` proposals; the best labels that break nothing are kept.

    Prices stay between ``heat[2]`` and ``heat[3]``.
    """
    u = len(s.label)
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
            worst = reprice(land, s, least, most)
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
