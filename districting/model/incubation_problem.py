"""Schools of one stage and the incubators among them as arrays: which schools form which incubation area."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from districting.model.solution import Status


@dataclass(frozen=True, eq=False)
class IncubationProblem:
    """s schools of one stage, to be divided into exactly ``areas`` areas.

    ``xy`` (s, 2) metres; ``is_incubator`` (s,) bool; ``weight`` (s,) what a school's travel counts: pupils, or 1; ``size`` (s,) > 0 what an area's size is
    counted in: 1 for schools, or pupils. ``tolerance``: the size of every area lies within (1 -+ tolerance) x the mean size of all.
    ``edges`` (m, 2) neighbouring schools: where given, every area is connected on them. ``allowed`` (s, s) bool or None (all):
    ``allowed[centre, school]``. ``code`` (s,) decides ties; positions where absent.
    """

    xy: NDArray[np.float64]
    is_incubator: NDArray[np.bool_]
    areas: int
    weight: NDArray[np.float64]
    size: NDArray[np.float64]
    tolerance: float = 0.3
    edges: NDArray[np.int64] | None = None
    allowed: NDArray[np.bool_] | None = None
    code: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class IncubationSolution:
    """``centre_of_school`` (s,) position of the incubator at the centre of each school's area; a centre is its own. ``objective`` is travel to the centres in
    weight-metres, ``bound`` a proven lower bound of it. ``ended``: ``proved`` | ``gap`` | ``time``.
    """

    centre_of_school: NDArray[np.int64]
    objective: float
    bound: float
    gap: float
    status: Status
    ended: str
