"""Schools and territory units as arrays: which units form which district."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from districting.model.district_spec import DistrictSpec


@dataclass(frozen=True, eq=False)
class MemberFacts:
    """What some forms ask of a school-stage beyond its stage and tier; every array (s,), None where the form does not ask.

    ``school`` position of the school (several stages of one school share it); ``kind`` school type (``nine_year`` ...); ``area`` ``urban`` | ``fringe`` | ``rural``;
    ``seats`` junior places of a junior, ``graduates`` of a primary, 0 elsewhere; ``room`` junior seats of the zoning at a junior, - junior pupils of the zone at a primary: a
    district that serves its own homes holds >= 0; ``quality_seats`` places in a quality school; ``spare_backbone`` backbone teachers above the floor of
    a lead, lacking (<= 0) at another; ``lead_today`` the member that leads its district of today, -1 where it is in none;
    ``themes`` (s, t) whether it carries theme t, ``reaches`` (s, t) whether it reaches an anchor of it.
    """

    school: NDArray[np.int64] | None = None
    kind: NDArray[np.str_] | None = None
    area: NDArray[np.str_] | None = None
    seats: NDArray[np.float64] | None = None
    graduates: NDArray[np.float64] | None = None
    room: NDArray[np.float64] | None = None
    quality_seats: NDArray[np.float64] | None = None
    spare_backbone: NDArray[np.float64] | None = None
    lead_today: NDArray[np.int64] | None = None
    themes: NDArray[np.bool_] | None = None
    reaches: NDArray[np.bool_] | None = None


@dataclass(frozen=True, eq=False)
class GroupingProblem:
    """n territory units (cells, zones, streets or single schools), s school-stages standing in them, m pairs of neighbouring units.

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
    weight_of_unit : (n,) residents or pupils of the unit: what its homes weigh
    names : (s,) names for messages
    resource_weight : (r,) what a resource counts among all; equal over those that vary where absent
    facts : what only some forms ask
    part_of_unit : (n,) old town, new town ...: units of different parts are kept apart where the form says so
    ground_of_unit : (n,) False for a unit that stands for a school without ground of its own; all True where absent
    homes_m : (n, s) pupil-metres from the homes of a unit to a member, for forms that count travel from homes
    theme_names : (t,)
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
    resource_weight: NDArray[np.float64] | None = None
    facts: MemberFacts = MemberFacts()
    part_of_unit: NDArray[np.int64] | None = None
    ground_of_unit: NDArray[np.bool_] | None = None
    homes_m: NDArray[np.float64] | None = None
    theme_names: tuple[str, ...] = ()

    @property
    def unit_count(self) -> int:
        return len(self.county_of_unit)

    @property
    def member_count(self) -> int:
        return len(self.unit_of_member)

    def spread_limit(self, total: int) -> int:
        """The most a district may hold of ``total`` schools that are to be spread: the even share, rounded up, over the districts there are at least."""
        least = self.spec.districts[0] if self.spec.counted_districts else 1
        most = self.spec.counts.get("school", (0, None))[1]
        if most:
            least = max(least, -(-len(np.unique(self.school_of_member)) // most))
        return -(-total // max(1, least))

    @property
    def ground(self) -> NDArray[np.bool_]:
        """(n,) whether a unit has ground."""
        return np.ones(self.unit_count, dtype=bool) if self.ground_of_unit is None else self.ground_of_unit

    @property
    def school_of_member(self) -> NDArray[np.int64]:
        """(s,) school of every school-stage; each its own where none is given."""
        return np.arange(self.member_count) if self.facts.school is None else self.facts.school
