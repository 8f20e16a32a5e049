"""Arcs forbidden by the prices of whole zones: column generation makes the prices, a forced zone for every arc left does the rest.

A plan is one connected zone per school. At any prices of the blocks, the prices together with the cheapest zone of every school are a bound, and a zone that
costs more than the cheapest of its school by the gap is in no better plan. So an arc goes when every zone with it costs that much.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from districting.zoning.exact.instance import Instance, drop_unreached
from districting.zoning.exact.master import Master
from districting.zoning.exact.pricing import Zones, cheapest_zones, least_with_each
from districting.zoning.exact.record import Progress

KEEP = 15
"""Zones kept per school and sweep."""
SWEEP_NODES, SCHOOL_NODES, FORCED_NODES = 1_500_000, 600_000, 20_000
"""Nodes of the search for zones: per sweep, per school in a sweep, per forced arc. Counted instead of seconds, so that a run repeats."""
WORK_NODES, ROUNDS = 6_000_000, 150
SPREAD = 0.05
"""Half width of the box of the prices at the start, as a share of the mean cost of a block."""
WIDEST = 1000
"""The box is doubled where it binds, up to so many times its first width."""
ROUNDING = 1e-12
"""Share of the prices by which sums of them may be wrong."""
TRUST = 4
"""Every so many rounds the master's own prices are tried instead of the middle."""
LEAST_STEP = 0.1
"""A search that was cut short halves the step towards the master's prices; below this the prices are as good as they get."""
FORBID_EVERY = 5
FORCED = 1e6
SLIP = 1e-7
"""What a zone must cost beyond the gap before its arc goes, with an objective of about 10,000."""


class Sweep(NamedTuple):
    """``best`` (k,) the cheapest zone of every school at ``price`` (n,); ``bound`` what follows, -inf when a search was cut short."""

    price: NDArray[np.float64]
    best: NDArray[np.float64]
    bound: float
    zones: list[Zones]
    nodes: int


def forbid_by_columns(instance: Instance, alive: NDArray[np.bool_], price: NDArray[np.float64], progress: Progress, scale: float) -> NDArray[np.bool_]:
    """Arcs left of ``alive`` when whole zones are priced; ``price`` (n,) pupil-metres of every block to begin with."""
    columns = Columns(instance, alive.copy(), price / scale, progress, scale)
    columns.run()
    progress.note("zones", columns.alive)
    columns.force()
    return columns.alive


class Columns:
    """A run of column generation around the best prices so far."""

    def __init__(self, instance: Instance, alive: NDArray[np.bool_], price: NDArray[np.float64], progress: Progress, scale: float) -> None:
        self.instance, self.alive, self.progress, self.scale = instance, alive, progress, scale
        self.cost = np.where(alive, instance.cost / scale, np.inf)
        self.work = 0
        self.master = Master(price, SPREAD * 1e4 / instance.block_count, instance.school_count)
        self.best = self._sweep(price, keep=KEEP)
        self._take(self.best)

    @property
    def target(self) -> float:
        """The cost of the best plan in the solver's unit."""
        return self.progress.objective / self.scale

    def run(self) -> None:
        """Rounds of master and pricing until the work or the clock is used up, or the bound meets the plan."""
        self._forbid()
        step = 0.5
        for turn in range(1, ROUNDS):
            value, prices = self.master.solve()
            if value - self.best.bound < 1e-6 * abs(value):
                if self.master.spread > WIDEST * self.master.first_spread:
                    return
                self.master.move(self.best.price, 2 * self.master.spread)
                continue
            share = 1.0 if turn % TRUST == 0 else step
            at = share * prices + (1 - share) * self.best.price
            sweep = self._sweep(at, keep=KEEP)
            self._take(sweep)
            if sweep.bound > self.best.bound:
                self.best = sweep
                self.master.move(at, self.master.spread)
            if sweep.bound == -np.inf:
                step /= 2
                if step < LEAST_STEP:
                    return
            if turn % FORBID_EVERY == 0:
                self._forbid()
            if self._over():
                return

    def _over(self) -> bool:
        return self.work > WORK_NODES or self.progress.seconds_left <= 0 or self.best.bound >= self.target - SLIP or not self.alive.any(axis=1).all()

    def _sweep(self, price: NDArray[np.float64], keep: int) -> Sweep:
        """The cheapest zones of every school at some prices."""
        zones, used = [], 0
        for j in range(self.instance.school_count):
            found = cheapest_zones(self.instance, self.alive, self._weight(price, j), j, keep=keep, most_nodes=max(1, min(SCHOOL_NODES, SWEEP_NODES - used)))
            used += found.nodes
            zones.append(found)
        self.work += used
        best = np.array([z.cost[0] if len(z.cost) else np.inf for z in zones])
        bound = _bound(price, best) if all(z.complete for z in zones) else -np.inf
        self.progress.raise_bound(bound * self.scale)
        return Sweep(price, best, bound, zones, used)

    def _weight(self, price: NDArray[np.float64], school: int) -> NDArray[np.float64]:
        return np.where(self.alive[:, school], self.cost[:, school] - price, np.inf)

    def _take(self, sweep: Sweep) -> None:
        for j, zones in enumerate(sweep.zones):
            for member in zones.member:
                members = np.flatnonzero(member)
                self.master.add(j, members, float(self.cost[members, j].sum()))

    def _forbid(self) -> None:
        """Drop the arcs whose zones are all too dear at the best prices, by the level bound."""
        if not np.isfinite(self.best.bound):
            return
        room = self.target - self.best.bound + SLIP
        for j in range(self.instance.school_count):
            least = least_with_each(self.instance, self.alive, self._weight(self.best.price, j), j)
            self.alive[:, j] &= least <= self.best.best[j] + room
        drop_unreached(self.instance, self.alive)
        self.master.drop(self.alive)

    def force(self) -> None:
        """For every arc left, look for one zone with it that is cheap enough; none and a complete search: the arc goes."""
        self._forbid()
        if not np.isfinite(self.best.bound):
            return
        room = self.target - self.best.bound + SLIP
        for j in range(self.instance.school_count):
            limit = self.best.best[j] + room
            weight = self._weight(self.best.price, j)
            seen = np.zeros(self.instance.block_count, dtype=np.bool_)
            for member in self.best.zones[j].member[self.best.zones[j].cost < limit]:
                seen |= member
            for i in np.flatnonzero(self.alive[:, j] & ~seen).tolist():
                if self.progress.seconds_left <= 0:
                    return
                if not seen[i]:
                    self._force(i, j, weight, limit, seen)
        drop_unreached(self.instance, self.alive)

    def _force(self, block: int, school: int, weight: NDArray[np.float64], limit: float, seen: NDArray[np.bool_]) -> None:
        forced = weight.copy()
        forced[block] -= FORCED
        found = cheapest_zones(
            self.instance, self.alive, forced, school, keep=1, most_nodes=FORCED_NODES, below=limit - FORCED + SLIP, stop_at_first=True
        )  # fmt: skip
        self.work += found.nodes
        if len(found.cost):
            seen |= found.member[0]
        elif found.complete:
            self.alive[block, school] = False
            weight[block] = np.inf


def _bound(price: NDArray[np.float64], best: NDArray[np.float64]) -> float:
    """Prices plus cheapest zones, less what rounding may have added; ``inf`` when a school has no zone."""
    if not np.isfinite(best).all():
        return float(best.max())
    return float(price.sum() + best.sum()) - ROUNDING * float(np.abs(price).sum() + np.abs(best).sum())
