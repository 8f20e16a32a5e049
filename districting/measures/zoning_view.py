"""What the zoning measures look at: one stage of a plan as arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class ZoningView:
    """One stage under one assignment. ``school_of_block`` is -1 where unknown; ``distance_m`` is to that school (NaN where unknown)."""

    demand: NDArray[np.float64]
    school_of_block: NDArray[np.int64]
    distance_m: NDArray[np.float64]
    nearest_m: NDArray[np.float64]
    seats: NDArray[np.float64]
    edges: NDArray[np.int64]
    radius_m: float = np.nan

    @property
    def load(self) -> NDArray[np.float64]:
        """(k,) pupils of a school."""
        known = self.school_of_block >= 0
        return np.bincount(self.school_of_block[known], self.demand[known], len(self.seats)).astype(np.float64)
