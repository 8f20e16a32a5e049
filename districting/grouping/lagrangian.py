"""A bound from prices: every unit is paid its price, and each centre picks the district that is best for it alone. Evaluated over all arcs, never taken from a solver."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from districting.grouping.area import Area
from districting.grouping.rows import Layout, number_of_districts
from districting.solvers.milp import Row

_NEGLIGIBLE = 1e-9


@dataclass(frozen=True, eq=False)
class Priced:
    """``bound`` holds for every plan. ``worth`` (c,) cost of the best district of each centre at these prices; ``taken`` (n, c) which shares of the units it holds.

    ``with_arc`` (n, c) is the bound of plans in which the unit goes to the centre; inf = no plan. ``reduced`` (n, c) what an arc costs at these prices.
    """

    bound: float
    worth: NDArray[np.float64]
    taken: NDArray[np.float64]
    with_arc: NDArray[np.float64]
    reduced: NDArray[np.float64]

    def slack(self, label: NDArray[np.int64]) -> NDArray[np.float64]:
        """(c,) by how much each centre's district of a plan is dearer than the best one for that centre alone; without evenness, the gap of the plan is their sum."""
        held = np.bincount(label, weights=self.reduced[np.arange(len(label)), label], minlength=len(self.worth))
        return np.asarray(held - np.minimum(0.0, self.worth))


@dataclass(frozen=True, eq=False)
class _Class:
    """Units that one key counts and no other of the chosen keys does; ``least`` and ``most`` (c,) beside what the root holds."""

    units: NDArray[np.int64]
    amount: NDArray[np.float64]
    least: NDArray[np.float64]
    most: NDArray[np.float64]


class Lagrangian:
    """The separable problem of one area. Keys that count the same unit as another one before them are left to the prices of their rows.

    Source: Held and Karp 1971 (the bound); within a class of units the best choice is a sorted prefix (Dantzig 1957, fractional where a unit counts several times).
    """

    def __init__(self, area: Area) -> None:
        self.layout = Layout(area)
        self.root = area.root
        self.n, self.c = area.cost.shape
        self._at = np.arange(self.c)
        self._shut = self.layout.high[: self.n * self.c].reshape(self.n, self.c) == 0
        self._number = number_of_districts(area)
        self._classes, self._free = _classes(area)

    def priced(self, price: NDArray[np.float64], rows: Sequence[Row] = (), dual: NDArray[np.float64] | None = None) -> Priced:
        """The bound at a ``price`` (n,) for every unit and a ``dual`` for each of ``rows`` (signs that prove nothing count as 0); scaled as :class:`Layout` is."""
        cost, paid = self._reduced(rows, dual)
        arcs, other = cost[: self.n * self.c].reshape(self.n, self.c) - price[:, None], cost[self.n * self.c :]
        paid += float(price.sum()) + float((np.minimum(0.0, other) * self.layout.high[self.n * self.c :]).sum())
        arcs[self._shut] = np.inf
        worth, taken, more = self._best(arcs)
        chosen, opened = self._chosen(worth)
        bound = paid + float(worth[chosen].sum())
        with_arc = np.where(self._shut, np.inf, bound + opened[None, :] + more)
        return Priced(bound, worth, taken, with_arc, arcs)

    def _reduced(self, rows: Sequence[Row], dual: NDArray[np.float64] | None) -> tuple[NDArray[np.float64], float]:
        """Costs less what the rows are paid, and what the rows' limits pay."""
        if dual is None or not len(rows):
            return self.layout.cost.copy(), 0.0
        low, high = np.array([r[2] for r in rows]), np.array([r[3] for r in rows])
        good = np.where(dual > 0, np.isfinite(low), np.isfinite(high)) & (np.abs(dual) > 1e-13)
        used = np.flatnonzero(good)
        if not len(used):
            return self.layout.cost.copy(), 0.0
        columns = np.concatenate([rows[i][0] for i in used.tolist()])
        value = np.concatenate([dual[i] * rows[i][1] for i in used.tolist()])
        paid = float((dual[used] * np.where(dual[used] > 0, low[used], high[used])).sum())
        return self.layout.cost - np.bincount(columns, weights=value, minlength=len(self.layout.cost)), paid

    def _best(self, arcs: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Of every centre: the cost of its best district, the shares it takes, and what another unit in it costs more."""
        worth = arcs[self.root, self._at]
        arcs = arcs.copy()
        arcs[self.root, self._at] = np.inf
        taken = (arcs < 0).astype(np.float64)
        more = np.maximum(0.0, arcs)
        worth = worth + np.minimum(0.0, arcs[self._free]).sum(axis=0)
        for held in self._classes:
            value, share, price = _prefix(arcs[held.units], held)
            worth = worth + value
            taken[held.units] = share
            with np.errstate(invalid="ignore"):
                more[held.units] = np.maximum(0.0, arcs[held.units] - price[None, :] * held.amount[:, None])
        taken[self.root, self._at] = 1.0
        more[self.root, self._at] = 0.0
        return worth, taken, more

    def _chosen(self, worth: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """The cheapest centres to open within the number of districts, and what the whole costs more when a centre must be open."""
        least, most = self._number
        order = np.argsort(worth, kind="stable")
        count = int(min(max(int((worth < 0).sum()), least), most, self.c))
        chosen = order[:count]
        last = float(worth[chosen[-1]]) if count else np.inf
        spare = last if count >= most else max(0.0, last) if count else 0.0
        opened = np.where(np.isfinite(worth), worth - spare, np.inf) if np.isfinite(spare) else np.full(self.c, np.inf)
        opened[chosen] = 0.0
        if count < least:
            return chosen, np.full(self.c, np.inf)
        return chosen, opened


def _classes(area: Area) -> tuple[list[_Class], NDArray[np.int64]]:
    """Classes of units by keys that only add up, each unit in one at most (the keys with an upper limit first), and the units in none."""
    limits = area.limits
    free = np.ones(len(area.unit), dtype=bool)
    found: list[_Class] = []
    keys = [k for k in range(len(limits.keys)) if (limits.amount[:, k] >= 0).all()]
    for k in sorted(keys, key=lambda k: (not np.isfinite(limits.most[k]), k)):
        units = np.flatnonzero(limits.amount[:, k])
        if (not np.isfinite(limits.most[k]) and limits.least[k] <= 0) or not free[units].all():
            continue
        free[units] = False
        own = limits.amount[area.root, k]
        found.append(_Class(units, limits.amount[units, k], np.maximum(0.0, limits.least[k] - own), limits.most[k] - own))
    return found, np.flatnonzero(free)


def _prefix(arcs: NDArray[np.float64], held: _Class) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Of every centre: the least cost of units of one class within its limits, the shares taken, and the price of one more that counts (from linear duality)."""
    if not len(arcs):
        return np.where((held.least > _NEGLIGIBLE) | (held.most < -_NEGLIGIBLE), np.inf, 0.0), arcs, np.zeros(arcs.shape[1])
    ratio = arcs / held.amount[:, None]
    order = np.argsort(ratio, axis=0, kind="stable")
    sorted_ratio = np.take_along_axis(ratio, order, axis=0)
    there = np.isfinite(sorted_ratio)
    amount = np.where(there, held.amount[order], 0.0)
    until = np.cumsum(amount, axis=0)
    wanted = np.where(sorted_ratio < 0, amount, 0.0).sum(axis=0)
    total = np.minimum(np.maximum(wanted, held.least), held.most)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.clip((total - (until - amount)) / amount, 0.0, 1.0)
    share[~there | np.isnan(share)] = 0.0
    value = np.where(share > 0, np.where(there, sorted_ratio, 0.0) * amount * share, 0.0).sum(axis=0)
    value[(held.least > until[-1] + _NEGLIGIBLE) | (held.most < -_NEGLIGIBLE)] = np.inf
    last = np.where(share > 0, sorted_ratio, -np.inf).max(axis=0)
    price = np.where(total > wanted, np.maximum(0.0, last), np.where(total >= held.most, np.minimum(0.0, last), 0.0))
    taken = np.zeros_like(share)
    np.put_along_axis(taken, order, share, axis=0)
    return value, taken, price
