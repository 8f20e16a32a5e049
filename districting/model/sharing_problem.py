"""Which school stands in which shared zone, so that zones may expect schools alike: arrays of the problem and its answer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from districting.model.solution import Status


@dataclass(frozen=True, eq=False)
class SharingProblem:
    """z zones that stay as they are, s schools of which each stands in one zone.

    Attributes
    ----------
    pupils : (z,) pupils of each zone
    seats : (s,); quality : (s,) score
    today : (s,) zone of each school now
    allowed : (z, s) which school may stand in which zone; today's always
    need : (z,) least seats of each zone
    """

    pupils: NDArray[np.float64]
    seats: NDArray[np.float64]
    quality: NDArray[np.float64]
    today: NDArray[np.int64]
    allowed: NDArray[np.bool_]
    need: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class SharingSolution:
    """``zone_of_school`` (s,). ``objective`` and ``bound``: points of score per pupil that seats of zones lie off the mean of their part of the town; ``before``: the same of today."""

    zone_of_school: NDArray[np.int64]
    objective: float
    bound: float
    gap: float
    status: Status
    before: float
