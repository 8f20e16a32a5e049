"""What it costs to change an optimal assignment in one place: prices of donors, and shortest chains of moves between them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import floyd_warshall


@dataclass(frozen=True, eq=False)
class Exchange:
    """An optimal assignment of r recipients to d donors with ``cap`` places each: ``choice`` (r,), ``cost`` and ``allowed`` (r, d)."""

    cost: NDArray[np.float64]
    allowed: NDArray[np.bool_]
    choice: NDArray[np.int64]
    cap: int

    @cached_property
    def load(self) -> NDArray[np.int64]:
        """(d,) recipients of a donor."""
        return np.bincount(self.choice, minlength=self.cost.shape[1])

    @cached_property
    def moves(self) -> NDArray[np.float64]:
        """(d, d) the least that one recipient of the first donor costs more at the second; inf where none may go."""
        rows = np.arange(len(self.choice))
        more = np.where(self.allowed, self.cost - self.cost[rows, self.choice][:, None], np.inf)
        found = np.full((self.cost.shape[1],) * 2, np.inf)
        if len(more):
            order = np.argsort(self.choice, kind="stable")
            used, first = np.unique(self.choice[order], return_index=True)
            found[used] = np.minimum.reduceat(more[order], first, axis=0)
        return found

    @cached_property
    def prices(self) -> NDArray[np.float64]:
        """(d,) >= 0 metres that a place at a donor is worth, 0 where places are left: duals of the assignment.

        The least cost of moving one recipient away, by any chain, to a donor with a place left. Where there is no such chain a price above every other does.
        """
        used = np.flatnonzero(self.load)
        finite = self.moves[np.isfinite(self.moves)]
        large = 1.0 + 2.0 * len(used) * float(np.abs(finite).max(initial=0.0))
        price = np.where(self.load >= self.cap, large, 0.0)
        steps = self.moves[used]
        for _ in range(len(used) + 1):
            better = np.minimum(price[used], (steps + price[None, :]).min(axis=1))
            better = np.where(self.load[used] < self.cap, 0.0, np.maximum(better, 0.0))
            if (better >= price[used]).all():
                break
            price[used] = better
        return price

    @cached_property
    def chains(self) -> NDArray[np.float64]:
        """(d + 1, d + 1) the least cost of one recipient fewer at the first and one more at the second, all others served; the last row and column stand for
        places left (at any donor). inf where no chain of moves leads there.
        """
        donors = self.cost.shape[1]
        used = np.flatnonzero(self.load)
        price = self.prices[used]
        size = len(used)
        reduced = np.full((size + 1, size + 1), np.inf)
        reduced[:size, :size] = np.maximum(self.moves[np.ix_(used, used)] + price[None, :] - price[:, None], 0.0)
        left = (self.moves[np.ix_(used, np.flatnonzero(self.load == 0))]).min(axis=1, initial=np.inf)
        reduced[:size, size] = np.maximum(np.where(self.load[used] < self.cap, np.minimum(left, 0.0), left) - price, 0.0)
        reduced[size, :size] = price
        at = np.nonzero(np.isfinite(reduced))
        shortest = np.atleast_2d(floyd_warshall(csr_array((reduced[at], at), shape=reduced.shape)))
        base = np.append(price, 0.0)
        whole = shortest - base[None, :] + base[:, None]
        found = np.full((donors + 1, donors + 1), np.inf)
        place = np.append(used, donors)
        found[np.ix_(place, place)] = whole
        idle = np.flatnonzero(self.load == 0)
        found[np.ix_(idle, place)] = whole[-1]
        return found

    def regrets(self) -> NDArray[np.float64]:
        """(r,) a lower bound of what the whole costs more when a recipient must leave its donor, from the prices; >= 0, inf where it has no other donor."""
        rows = np.arange(len(self.choice))
        worth = np.where(self.allowed, self.cost + self.prices[None, :], np.inf)
        least = worth.min(axis=1)
        slack = float((worth[rows, self.choice] - least).sum())
        worth[rows, self.choice] = np.inf
        return np.asarray(np.maximum(worth.min(axis=1) - least - slack, 0.0), dtype=np.float64)
