"""Good sets of centres before anything is proven: set one by one where they save most, then exchanged while that saves, every school at its nearest centre."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from districting.pairing.incubation.case import Case


def first_centres(case: Case) -> NDArray[np.int64]:
    """(areas,) incubators, without a thought for sizes (Teitz and Bart 1968)."""
    cost = _finite(case)
    held: list[int] = []
    near = np.full(case.n, np.inf)
    for _ in range(case.areas):
        value = np.minimum(cost, near[None, :]).sum(axis=1)
        value[held] = np.inf
        held.append(int(np.argmin(value)))
        near = np.minimum(near, cost[held[-1]])
    chosen = np.array(sorted(held))
    total = float(near.sum())
    while True:
        found, value = _exchange(cost, chosen)
        if value >= total * (1 - 1e-9):
            return chosen
        chosen, total = found, value


def _exchange(cost: NDArray[np.float64], chosen: NDArray[np.int64]) -> tuple[NDArray[np.int64], float]:
    """The best set that differs in one centre, and what it costs."""
    best, value = chosen, np.inf
    outside = np.setdiff1d(np.arange(len(cost)), chosen)
    if not len(outside):
        return best, value
    for out in chosen.tolist():
        rest = chosen[chosen != out]
        near = cost[rest].min(axis=0) if len(rest) else np.full(cost.shape[1], np.inf)
        totals = np.minimum(cost[outside], near[None, :]).sum(axis=1)
        at = int(np.argmin(totals))
        if totals[at] < value:
            best, value = np.sort(np.append(rest, outside[at])), float(totals[at])
    return best, value


def _finite(case: Case) -> NDArray[np.float64]:
    """Costs with a fine, above everything else together, where a school is not allowed."""
    known = case.cost[np.isfinite(case.cost)]
    return np.where(np.isfinite(case.cost), case.cost, 1.0 + 10.0 * float(known.max(initial=0.0)) * case.n)
