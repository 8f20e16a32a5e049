"""One round of a competition for posts (竞聘): who asks for which posts, who comes first there (policy R36)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class StaffingRound:
    """n applicants, p posts of a school, stage and subject each.

    options : (n, w) int32 posts, the most wanted first; -1 fills the row up
    tier : (n, w) uint8 0 = teaches at the school already and comes first there, 1 = not
    rank : (n,) permutation of 0 .. n-1, the most points first
    places : (p,) int64 places that are free
    """

    options: NDArray[np.int32]
    tier: NDArray[np.uint8]
    rank: NDArray[np.int64]
    places: NDArray[np.int64]
