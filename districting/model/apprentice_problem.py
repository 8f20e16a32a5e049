"""Masters and apprentices of one stage as arrays: who learns from whom (policy R14)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class ApprenticeProblem:
    """m masters and a apprentices at s schools, each in the order of their codes.

    ``xy`` (s, 2) metres; ``master_school`` (m,), ``apprentice_school`` (a,) positions of schools; ``master_subject`` (m,), ``apprentice_subject`` (a,) labels: both of a
    pair have the same; ``cap`` most apprentices of a master; ``own_school``: both may be of one school; ``county`` (s,) labels or None: a pair keeps to one county;
    ``max_distance_m``: farther pairs are remote (kept, flagged, avoided first).
    """

    xy: NDArray[np.float64]
    master_school: NDArray[np.int64]
    master_subject: NDArray[np.int64]
    apprentice_school: NDArray[np.int64]
    apprentice_subject: NDArray[np.int64]
    cap: int = 3
    own_school: bool = False
    county: NDArray[np.int64] | None = None
    max_distance_m: float = np.inf


NO_MASTER, NONE_ALLOWED, MASTERS_FULL = 1, 2, 3
"""Why an apprentice has no master: nobody masters the subject; masters only where none may be taken from; all of them have as many apprentices as they may."""


@dataclass(frozen=True, eq=False)
class ApprenticeSolution:
    """``master_of_apprentice`` (a,) positions, -1 = none; ``reason`` (a,) 0 where matched, else why not; ``remote`` (a,); ``objective`` metres between the schools of the pairs.

    ``bound`` is that of the matchings that pair as many and have as few remote pairs; the assignment is exact, so it equals the objective.
    """

    master_of_apprentice: NDArray[np.int64]
    reason: NDArray[np.int64]
    remote: NDArray[np.bool_]
    objective: float
    bound: float
    gap: float = 0.0
    status: str = "optimal"
