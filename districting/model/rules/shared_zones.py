"""Multi-school zones (多校划片): one zone is served by a set of schools, its pupils drawn among them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from districting.errors import Fault
from districting.model.draft import Draft
from districting.model.rules.rule import Rule, wrong

if TYPE_CHECKING:
    from districting.model.zoning_problem import ZoningProblem


@dataclass(frozen=True, eq=False)
class SharedZones(Rule):
    """``zone_of_school`` (k,): schools of one number share a zone. Their seats add up; the distance to a zone is the mean to its schools weighted by seats,
    which is what a draw among the seats comes to; every school's own block lies in the zone. Labels are then positions of zones (ascending numbers).
    """

    zone_of_school: ArrayLike
    name = "shared_zones"

    def faults(self, problem: ZoningProblem) -> list[Fault]:
        given = np.asarray(self.zone_of_school)
        return [] if given.shape == (problem.school_count,) else [wrong(self.name, "wrong_length", given=given.size, wanted=problem.school_count)]

    def zones(self) -> NDArray[np.int64]:
        """(k,) zone positions 0..z-1."""
        return np.unique(np.asarray(self.zone_of_school, dtype=np.int64), return_inverse=True)[1].astype(np.int64)

    def lower(self, problem: ZoningProblem, draft: Draft) -> None:
        draft.zone_of_school = self.zones()
