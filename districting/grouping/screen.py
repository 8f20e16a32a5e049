"""Which changes of districts are worth a look: a lower bound on what each costs more, for many changes at once, so that descent tries few of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from districting.grouping.area import Area

_CHEAPER = -1e-9


class Screen:
    """Sums of every district: amounts that are limited, pulls, and what its broken rules cost (``mendable``), all of which a change may mend at best."""

    def __init__(self, area: Area, price: float) -> None:
        self.area, self.price = area, price
        c = len(area.centre)
        self.amount = np.zeros((c, area.limits.amount.shape[1]))
        self.pull = np.zeros((c, area.pull.shape[1]))
        self.mendable = np.zeros(c)
        self.size = np.zeros(c, dtype=np.int64)
        self.numbered = price if area.districts != (0, np.inf) else 0.0

    def take(self, centre: int, units: set[int], worth: float) -> None:
        """A centre now holds these units at this worth."""
        held = sorted(units)
        self.size[centre] = len(held)
        self.amount[centre] = self.area.limits.amount[held].sum(axis=0)
        self.pull[centre] = self.area.pull[held].sum(axis=0)
        self.mendable[centre] = max(0.0, worth - self._kept(centre, held))

    def _kept(self, centre: int, held: list[int]) -> float:
        """The worth of a district but for the rules it breaks."""
        return float(self.area.cost[held, centre].sum()) + float(self.area.even @ np.abs(self.pull[centre]))

    def hopeful_moves(self, unit: int, own: int, to: list[int]) -> list[int]:
        """Districts to which a move of the unit may pay."""
        area, into = self.area, np.array(to, dtype=np.int64)
        if not to:
            return []
        amount, pull = area.limits.amount[unit], area.pull[unit]
        more = area.cost[unit, into] - area.cost[unit, own]
        more = more - (self.numbered if self.size[own] == 1 else 0.0)
        left = np.broadcast_to(self.amount[own] - amount, (len(to), len(amount)))
        more = more + self._limits(own, into, left, self.amount[into] + amount)
        more = more + self._even(own, into, np.broadcast_to(self.pull[own] - pull, (len(to), len(pull))), self.pull[into] + pull)
        return into[more < _CHEAPER].tolist()

    def hopeful_swaps(self, unit: int, own: int, others: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """(district, unit in it) with which an exchange may pay."""
        if not others:
            return []
        area = self.area
        into, other = np.array(others, dtype=np.int64).T
        amount, pull = area.limits.amount[unit] - area.limits.amount[other], area.pull[unit] - area.pull[other]
        more = area.cost[unit, into] - area.cost[unit, own] + area.cost[other, own] - area.cost[other, into]
        more = more + self._limits(own, into, self.amount[own] - amount, self.amount[into] + amount)
        more = more + self._even(own, into, self.pull[own] - pull, self.pull[into] + pull)
        return [others[i] for i in np.flatnonzero(more < _CHEAPER).tolist()]

    def hopeful_merges(self, own: int, units: set[int], to: list[int]) -> list[int]:
        """Districts that may take all units of this one for less."""
        if not to:
            return []
        area, into, held = self.area, np.array(to, dtype=np.int64), sorted(units)
        more = area.cost[held][:, into].sum(axis=0) - area.cost[held, own].sum() - self.numbered
        after = self.amount[into] + self.amount[own]
        more = more + self.price * area.limits.breaches(after) - self.mendable[own] - self.mendable[into]
        none = np.zeros((len(to), self.pull.shape[1]))
        more = more + self._even(own, into, none, self.pull[into] + self.pull[own])
        return into[more < _CHEAPER].tolist()

    def _limits(self, own: int, into: NDArray[np.int64], left: NDArray[np.float64], taken: NDArray[np.float64]) -> NDArray[np.float64]:
        """What the limits cost after the change, less all that may be mended by it; a district left empty breaks none."""
        limits = self.area.limits
        after = limits.breaches(taken) + (limits.breaches(left) if self.size[own] > 1 else 0.0)
        return np.asarray(self.price * after - self.mendable[own] - self.mendable[into])

    def _even(self, own: int, into: NDArray[np.int64], left: NDArray[np.float64], taken: NDArray[np.float64]) -> NDArray[np.float64]:
        before = np.abs(self.pull[own]) + np.abs(self.pull[into])
        return np.asarray((np.abs(left) + np.abs(taken) - before) @ self.area.even)
