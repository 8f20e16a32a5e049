"""What the zoning measures look at: one stage of a plan as arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class ZoningView:
    """One stage under one assignment. ``school_of_block`` is -1 where unknown; ``distance_m`` is to that school (NaN where unknown).

    ``zone_of_school`` (k,): schools of one number share a zone, whose seats and pupils count together; None = every school has its own.
    ``known_load`` (k,): pupils of a school where those of single blocks are not told (``demand`` is NaN then), NaN where too few to tell.
    """

    demand: NDArray[np.float64]
    school_of_block: NDArray[np.int64]
    distance_m: NDArray[np.float64]
    nearest_m: NDArray[np.float64]
    seats: NDArray[np.float64]
    edges: NDArray[np.int64]
    radius_m: float = np.nan
    zone_of_school: NDArray[np.int64] | None = None
    known_load: NDArray[np.float64] | None = None

    @property
    def load(self) -> NDArray[np.float64]:
        """(k,) pupils of a school."""
        if self.known_load is not None:
            return self.known_load
        known = self.school_of_block >= 0
        return np.bincount(self.school_of_block[known], self.demand[known], len(self.seats)).astype(np.float64)

    @property
    def zone_of_block(self) -> NDArray[np.int64]:
        """(n,) zone of each block, -1 where unknown: its school where every school has its own."""
        if self.zone_of_school is None:
            return self.school_of_block
        return np.where(self.school_of_block >= 0, self.zone_of_school[self.school_of_block], -1)

    @property
    def zone_load(self) -> NDArray[np.float64]:
        """(z,) pupils of a zone."""
        return self._by_zone(self.load)

    @property
    def zone_seats(self) -> NDArray[np.float64]:
        """(z,) seats of a zone."""
        return self._by_zone(self.seats)

    def _by_zone(self, amount: NDArray[np.float64]) -> NDArray[np.float64]:
        return amount if self.zone_of_school is None else np.bincount(self.zone_of_school, amount).astype(np.float64)
