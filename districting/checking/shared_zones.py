"""Sets of schools of shared zones recounted from labels alone: allowed, enough seats, no zone without a school, and the objective pupil by pupil."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from districting.model.sharing_problem import SharingProblem


def sharing_breaches(problem: SharingProblem, zone_of_school: NDArray[np.int64]) -> list[str]:
    """What breaks the rules: ``allowed``, ``seats`` or ``empty`` with the position of the school or zone.

    >>> problem = SharingProblem(np.ones(2), np.ones(2), np.ones(2), np.array([0, 1]), np.eye(2, dtype=bool), np.ones(2))
    >>> sharing_breaches(problem, np.array([1, 1]))
    ['allowed 0', 'seats 0', 'empty 0']
    """
    found = [f"allowed {s}" for s, z in enumerate(zone_of_school) if not problem.allowed[z, s]]
    for zone in range(len(problem.pupils)):
        inside = [s for s, z in enumerate(zone_of_school) if z == zone]
        if sum(problem.seats[s] for s in inside) < problem.need[zone] - 1e-6:
            found.append(f"seats {zone}")
        if not inside:
            found.append(f"empty {zone}")
    return found


def expected_of_zones(problem: SharingProblem, zone_of_school: NDArray[np.int64]) -> NDArray[np.float64]:
    """(z,) score of a seat in each zone, what a draw among its seats gives; NaN without seats.

    >>> problem = SharingProblem(np.ones(1), np.array([1.0, 3.0]), np.array([90.0, 70.0]), np.zeros(2, int), np.ones((1, 2), bool), np.ones(1))
    >>> expected_of_zones(problem, np.zeros(2, int)).tolist()
    [75.0]
    """
    found = []
    for zone in range(len(problem.pupils)):
        inside = [s for s, z in enumerate(zone_of_school) if z == zone]
        seats = sum(problem.seats[s] for s in inside)
        found.append(sum(problem.seats[s] * problem.quality[s] for s in inside) / seats if seats > 0 else np.nan)
    return np.array(found, dtype=np.float64)
