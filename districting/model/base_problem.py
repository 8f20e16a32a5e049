"""Base schools of joint research as arrays: which schools are bases, and to which base every school belongs (policy R23, R39)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class BaseSchoolProblem:
    """n member schools of one stage (and subject).

    ``xy`` (n, 2) metres; ``demand`` (n,) > 0, e.g. teachers of the subject; ``is_candidate`` (n,) may be a base; ``area`` (n,) labels: each area with members has at
    least one base; ``bases`` how many; ``load_cap`` most members of a base, itself among them, None for no limit; ``within_area``: members only join a base of their own
    area; ``max_distance_m``: farther members are remote (flagged); ``code`` (n,) ids that break ties.
    """

    xy: NDArray[np.float64]
    demand: NDArray[np.float64]
    is_candidate: NDArray[np.bool_]
    area: NDArray[np.int64]
    bases: int
    load_cap: int | None = None
    within_area: bool = False
    max_distance_m: float = np.inf
    code: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class BaseSchoolSolution:
    """``base_of_member`` (n,) position of the base of each school, its own for a base; ``is_base`` (n,); ``remote`` (n,); ``objective`` demand-metres one way."""

    base_of_member: NDArray[np.int64]
    is_base: NDArray[np.bool_]
    remote: NDArray[np.bool_]
    objective: float
    bound: float
    gap: float
    status: Literal["optimal", "feasible"]
