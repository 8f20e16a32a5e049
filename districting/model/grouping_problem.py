"""Schools and territory units as arrays: which units form which district."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from districting.model.district_spec import DistrictSpec


@dataclass(frozen=True, eq=False)
class GroupingProblem:
    """n territory units (cells or zones), s school-stages standing in them, m pairs of neighbouring units.

    Parameters
    ----------
    spec : the form
    unit_of_member : (s,) the unit a school-stage stands in; a district takes whole units
    stage_of_member : (s,) stage names
    tier_of_member : (s,) ``lead`` | ``regular`` | ``weak``
    pupils : (s,) what a school weighs: its pupils, or the residents around it, or 1 (one kind for all)
    quality : (s,) score standardised to mean 0, deviation 1 within the stage; 0 where unknown
    resources : (s, r) standardised resource vector within the stage, 0 where unknown
    member_xy : (s, 2) metres
    edges : (m, 2) neighbouring units
    county_of_unit : (n,) county position
    weight_of_unit : (n,) residents or pupils of the unit, for reporting evenness
    names : (s,) names for messages
    """

    spec: DistrictSpec
    unit_of_member: NDArray[np.int64]
    stage_of_member: NDArray[np.str_]
    tier_of_member: NDArray[np.str_]
    pupils: NDArray[np.float64]
    quality: NDArray[np.float64]
    resources: NDArray[np.float64]
    member_xy: NDArray[np.float64]
    edges: NDArray[np.int64]
    county_of_unit: NDArray[np.int64]
    weight_of_unit: NDArray[np.float64]
    names: tuple[str, ...] = ()
    county_names: tuple[str, ...] = ()

    @property
    def unit_count(self) -> int:
        return len(self.county_of_unit)

    @property
    def member_count(self) -> int:
        return len(self.unit_of_member)
