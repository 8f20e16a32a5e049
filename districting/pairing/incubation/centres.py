"""Good sets of centres before anything is proven: from several starts, one centre exchanged while that saves, every school at its nearest centre."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from districting.pairing.incubation.case import Case

STARTS = 40
"""Starts at most: a single one was found to end up to 2 % above the best of forty."""
WORK = 16_000_000
"""Starts times the table of costs at most."""


def good_centres(case: Case) -> list[tuple[float, NDArray[np.int64]]]:
    """(cost with every school at its nearest centre, centres), the cheapest first, without a thought for sizes: no plan with these centres costs less.

    The first start sets centres one by one where they save most, the others draw them (with a fixed seed). Exchanges: Teitz and Bart 1968; all exchanges are
    counted at once from the nearest and the second nearest centre of every school, Whitaker 1983.
    """
    cost = _finite(case)
    rng = np.random.default_rng(0)
    starts = [_one_by_one(cost, case.areas)]
    if case.areas < case.m:
        starts += [np.sort(rng.choice(case.m, case.areas, replace=False)) for _ in range(min(STARTS, max(WORK // cost.size, 1)) - 1)]
    found: dict[tuple[int, ...], float] = {}
    for start in starts:
        chosen, total = _exchanged(cost, start)
        found.setdefault(tuple(chosen.tolist()), total)
    return [(total, np.array(key, dtype=np.int64)) for key, total in sorted(found.items(), key=lambda item: (item[1], item[0]))]


def _one_by_one(cost: NDArray[np.float64], areas: int) -> NDArray[np.int64]:
    held: list[int] = []
    near = np.full(cost.shape[1], np.inf)
    for _ in range(areas):
        value = np.minimum(cost, near[None, :]).sum(axis=1)
        value[held] = np.inf
        held.append(int(np.argmin(value)))
        near = np.minimum(near, cost[held[-1]])
    return np.array(sorted(held), dtype=np.int64)


def _exchanged(cost: NDArray[np.float64], chosen: NDArray[np.int64]) -> tuple[NDArray[np.int64], float]:
    """The set after the best exchanges of one centre, and what it costs."""
    total = float(cost[chosen].min(axis=0).sum())
    while True:
        value = exchange_values(cost, chosen)
        out, into = np.unravel_index(int(np.argmin(value)), value.shape)
        if value[out, into] >= total * (1 - 1e-9):
            return chosen, total
        chosen, total = np.sort(np.append(np.delete(chosen, out), into)), float(value[out, into])


def exchange_values(cost: NDArray[np.float64], chosen: NDArray[np.int64]) -> NDArray[np.float64]:
    """(areas, m) what the set costs when its centre of the row leaves and the incubator of the column enters; inf where that is a centre already."""
    schools = np.arange(cost.shape[1])
    of_centre = cost[chosen]
    nearest = np.argmin(of_centre, axis=0)
    first = of_centre[nearest, schools]
    rest = of_centre.copy()
    rest[nearest, schools] = np.inf
    entering = np.minimum(cost, first[None, :])
    second = cost if len(chosen) == 1 else np.minimum(cost, rest.min(axis=0)[None, :])
    order = np.argsort(nearest, kind="stable")
    held, start = np.unique(nearest[order], return_index=True)
    value = np.repeat(entering.sum(axis=1)[None, :], len(chosen), axis=0)
    value[held] += np.add.reduceat((second - entering)[:, order], start, axis=1).T
    value[:, chosen] = np.inf
    return value


def _finite(case: Case) -> NDArray[np.float64]:
    """Costs with a fine, above everything else together, where a school is not allowed."""
    known = case.cost[np.isfinite(case.cost)]
    return np.where(np.isfinite(case.cost), case.cost, 1.0 + 10.0 * float(known.max(initial=0.0)) * case.n)
