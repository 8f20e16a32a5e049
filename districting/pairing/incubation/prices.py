"""A bound from prices: every school is paid its price, and each incubator picks the area that is best for it alone. Evaluated over all arcs, never taken from a solver."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from districting.pairing.incubation.case import Case

STALE = 15
"""Steps without a better bound after which steps are halved."""
SMALLEST_STEP = 2e-3


@dataclass(frozen=True, eq=False)
class Priced:
    """At ``price`` (n,): ``worth`` (m,) the cost of the best area of each incubator less the prices of its schools; ``paid`` the prices of all; ``chosen`` (areas,)
    the incubators that make ``bound``, which holds for every plan in which those ``within`` the choice may be centres and those forced are.
    """

    price: NDArray[np.float64]
    worth: NDArray[np.float64]
    paid: float
    chosen: NDArray[np.int64]
    bound: float

    def of_set(self, centres: NDArray[np.int64]) -> float:
        """A bound for plans with just these centres."""
        return self.paid + float(self.worth[centres].sum())


def priced(case: Case, price: NDArray[np.float64], state: NDArray[np.int8] | None = None) -> Priced:
    """The bound at a price for every school; ``state`` (m,): 1 = a centre, -1 = none, 0 = free.

    Source: Held and Karp 1971 (the bound). Within one area the best choice is a sorted prefix (Dantzig 1957; a fraction of the last school where sizes differ).
    """
    worth = _worth(case, case.cost - price[None, :])
    free = worth.copy()
    if state is not None:
        free[state < 0] = np.inf
        free[state > 0] = -np.inf
    chosen = np.sort(np.argsort(free, kind="stable")[: case.areas])
    paid = float(price.sum())
    short = bool(np.isposinf(free[chosen]).any())
    return Priced(price, worth, paid, chosen, np.inf if short else paid + float(worth[chosen].sum()))


def _worth(case: Case, arcs: NDArray[np.float64]) -> NDArray[np.float64]:
    """(m,) cost of the best area of every incubator."""
    at = np.arange(case.m)
    own = arcs[at, case.centre]
    arcs[at, case.centre] = np.inf
    if not case.alike:
        return own + _others(case, arcs)
    least, most = max(int(case.low) - 1, 0), min(int(case.high) - 1, case.n - 1)
    if most < 0 or least > case.n - 1:
        return np.full(case.m, np.inf)
    cuts = sorted({max(least - 1, 0), max(most - 1, 0)})
    parted = np.partition(arcs, cuts, axis=1)
    return np.asarray(own + parted[:, :least].sum(axis=1) + np.minimum(0.0, parted[:, least:most]).sum(axis=1))


def _others(case: Case, arcs: NDArray[np.float64]) -> NDArray[np.float64]:
    """(m,) the least cost of the schools beside the centre; sorted only where a limit of size is in the way."""
    below = np.minimum(0.0, arcs)
    value: NDArray[np.float64] = below.sum(axis=1)
    held = (below < 0) @ case.size + case.size[case.centre]
    bound = np.flatnonzero((held < case.low) | (held > case.high))
    if len(bound):
        value[bound] = taken(case, arcs[bound], bound)[0]
    return value


def taken(case: Case, arcs: NDArray[np.float64], rows: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Of some incubators, ``arcs`` (r, n) without their own schools (inf): the least cost of the others, the shares taken (r, n), and the price of a unit of size."""
    size = case.size
    own = size[case.centre[rows]]
    low, high = np.maximum(0.0, case.low - own), case.high - own
    ratio = arcs / size[None, :]
    order = np.argsort(ratio, axis=1, kind="stable")
    rate = np.take_along_axis(ratio, order, axis=1)
    there = np.isfinite(rate)
    amount = np.where(there, size[order], 0.0)
    until = np.cumsum(amount, axis=1)
    wanted = np.where(rate < 0, amount, 0.0).sum(axis=1)
    total = np.minimum(np.maximum(wanted, low), high)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.clip((total[:, None] - (until - amount)) / amount, 0.0, 1.0)
    share[~there | np.isnan(share)] = 0.0
    value = np.where(share > 0, np.where(there, rate, 0.0) * amount * share, 0.0).sum(axis=1)
    value[(low > until[:, -1] * (1 + 1e-9)) | (high < -1e-9)] = np.inf
    last = np.where(share > 0, rate, -np.inf).max(axis=1)
    unit = np.where(total > wanted, np.maximum(0.0, last), np.where(total >= high, np.minimum(0.0, last), 0.0))
    out = np.zeros_like(share)
    np.put_along_axis(out, order, share, axis=1)
    return value, out, np.where(np.isfinite(unit), unit, 0.0)


def shares(case: Case, at: Priced) -> NDArray[np.float64]:
    """(n,) how often every school is taken by the chosen incubators."""
    rows = at.chosen
    arcs = case.cost[rows] - at.price[None, :]
    arcs[np.arange(len(rows)), case.centre[rows]] = np.inf
    held: NDArray[np.float64] = _counted(case, arcs) if case.alike else taken(case, arcs, rows)[1].sum(axis=0)
    held[case.centre[rows]] += 1.0
    return held


def _counted(case: Case, arcs: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n,) how often every school is among the best of a row, where schools count alike."""
    least, most = max(int(case.low) - 1, 0), min(int(case.high) - 1, case.n - 1)
    held = np.zeros(case.n)
    for row, wanted in zip(arcs, (arcs < 0).sum(axis=1).tolist(), strict=True):
        count = min(max(wanted, least), most)
        if count > 0:
            held[np.argpartition(row, count - 1)[:count]] += 1.0
    return held


@dataclass(eq=False)
class Ascent:
    """Prices raised towards the best bound; ``often`` (m,) the share of steps in which an incubator was chosen."""

    best: Priced
    often: NDArray[np.float64]


def ascend(
    case: Case, price: NDArray[np.float64], upper: float, *, deadline: float, steps: int = 600, state: NDArray[np.int8] | None = None, gap: float = 0.0
) -> Ascent:
    """Subgradient steps with momentum (Camerini, Fratta and Maffioli 1975) until the gap, the steps or the clock."""
    best = now = priced(case, price, state)
    often, turns = np.zeros(case.m), 0
    scale, stale, direction = 1.0, 0, np.zeros(case.n)
    for _ in range(steps):
        often[now.chosen] += 1.0
        turns += 1
        if not np.isfinite(now.bound) or best.bound >= upper * (1 - max(gap, 1e-9)) or perf_counter() > deadline or scale < SMALLEST_STEP:
            break
        ascent = 1.0 - shares(case, now)
        norm = float(ascent @ ascent)
        if norm < 1e-12:
            break
        bend = max(0.0, -1.5 * float(ascent @ direction) / max(float(direction @ direction), 1e-300))
        direction = ascent + min(bend, 5.0) * direction
        step = scale * max(upper - now.bound, 1e-6 * abs(upper)) / float(direction @ direction)
        now = priced(case, now.price + step * direction, state)
        if now.bound > best.bound * (1 + 1e-6):
            best, stale = now, 0
        else:
            best = now if now.bound > best.bound else best
            stale += 1
            if stale >= STALE:
                scale, stale, now, direction = scale / 2, 0, best, np.zeros(case.n)
    return Ascent(best, often / max(turns, 1))
