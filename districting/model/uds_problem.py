"""Communities of a university, the bureau and schools (U-D-S), as arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from districting.model.solution import Status


@dataclass(frozen=True, eq=False)
class UdsProblem:
    """s school-stages, u universities.

    xy : (s, 2) metres
    stage, bureau : (s,) labels: the schools of a community are of one stage and under one bureau
    is_lead, is_weak, is_rural : (s,) bool
    university_xy : (u, 2) metres, NaN for a university elsewhere: the way to it counts nothing
    university_cap : most communities of a university
    member_cap : most schools of a community beside its lead
    code : school codes; ties do not depend on the order of the input
    """

    xy: NDArray[np.float64]
    stage: NDArray[np.int64]
    bureau: NDArray[np.int64]
    is_lead: NDArray[np.bool_]
    is_weak: NDArray[np.bool_]
    is_rural: NDArray[np.bool_]
    university_xy: NDArray[np.float64]
    university_cap: int = 10
    member_cap: int = 4
    code: tuple[str, ...] = ()

    @property
    def is_target(self) -> NDArray[np.bool_]:
        """(s,) weak or rural schools that are no lead: those that communities are for."""
        return np.asarray((self.is_weak | self.is_rural) & ~self.is_lead)


@dataclass(frozen=True, eq=False)
class UdsSolution:
    """``lead_of_community``, ``university_of_community`` (c,); ``community_of_school`` (s,), -1 = in none.

    ``objective``: metres of all ways at the greatest coverage, no more than ``gap`` above ``bound``. ``covered_rural``, ``covered``: weak or rural schools in
    communities; no plan covers more rural ones, and none that covers as many covers more in all. ``reason`` (s,) why a weak or rural school is in none, else "": ``no_quality_school`` or ``no_weak_school``
    of the stage under its bureau, ``communities_full``.
    """

    lead_of_community: NDArray[np.int64]
    university_of_community: NDArray[np.int64]
    community_of_school: NDArray[np.int64]
    reason: NDArray[np.str_]
    covered_rural: int
    covered: int
    objective: float
    bound: float
    gap: float
    status: Status
