"""Attendance zones by growth: every block joins the school it reaches first, so that each zone hangs together and holds its school."""

from __future__ import annotations

import heapq
from collections.abc import Sequence

import numpy as np

from scripts.sample_city.ground import Floats, Ints

Arcs = Sequence[Sequence[tuple[int, float]]]


def grow(arcs: Arcs, homes: Ints, start_m: Floats) -> Ints:
    """(n,) position in ``homes`` of the school each block reaches first (-1 where none is reached); ``start_m`` is the handicap of each school."""
    zone = np.full(len(arcs), -1, dtype=np.int64)
    queue = [(float(start_m[k]), k, int(home)) for k, home in enumerate(homes)]
    heapq.heapify(queue)
    while queue:
        metres, k, block = heapq.heappop(queue)
        if zone[block] >= 0:
            continue
        zone[block] = k
        for other, step in arcs[block]:
            if zone[other] < 0:
                heapq.heappush(queue, (metres + step, k, other))
    return zone


def balanced(arcs: Arcs, homes: Ints, demand: Ints, share: Floats, step_m: float, rounds: int = 90) -> Ints:
    """Zones whose demand comes near ``share`` (relative sizes) of the total; schools over their share start later, those under it sooner."""
    want = share / share.sum() * demand.sum()
    start = np.zeros(len(homes))
    best, best_error = None, np.inf
    for turn in range(rounds):
        zone = grow(arcs, homes, start)
        held = zone[homes] == np.arange(len(homes))
        load = np.bincount(zone[zone >= 0], demand[zone >= 0], len(homes))
        error = float(np.abs(load / want - 1).max()) + 10.0 * float((~held).sum())
        if error < best_error:
            best, best_error = zone, error
        start += step_m * (1 - turn / rounds) * np.where(held, np.clip(load / want - 1, -1, 1), -1.0)
        start -= start.min()
    if best is None or best_error >= 10.0:
        raise RuntimeError("a school lost its own block while zones were balanced")
    return best
