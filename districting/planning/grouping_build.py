"""The arrays of a grouping, from the city's tables and the ground of the plan."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from districting.errors import DataError, Fault
from districting.grouping.keys import counted
from districting.model.district_spec import DistrictSpec
from districting.model.grouping_problem import GroupingProblem
from districting.model.plan import Plan
from districting.model.stages import TIERS
from districting.planning.grouping_facts import member_facts, with_leads_today
from districting.planning.offers import points_xy
from districting.planning.profile import resource_notes, resources_of, standard_scores
from districting.planning.rows import county_names
from districting.planning.territory import residents_around
from districting.planning.units import GroupingUnits, grouping_units
from districting.planning.weights import SchoolWeights, school_weights
from districting.reading.city import City
from districting.wording import text


@dataclass(frozen=True, eq=False)
class BuiltGrouping:
    """A problem with what it was built from. ``members``: the frame of school-stages in its order; ``left_out``: rows that the form itself does not take; ``social``: places that may anchor a theme."""

    problem: GroupingProblem
    members: Any
    left_out: Any
    units: GroupingUnits
    weights: SchoolWeights
    notes: tuple[Fault, ...]
    social: Any = None


def build_grouping(plan: Plan, city: City, spec: DistrictSpec, taken: Any) -> BuiltGrouping:
    """The problem of ``spec`` for the school-stages ``taken``."""
    refuse_missing_tiers(taken, spec)
    members, left_out = _takes(taken, spec)
    if not len(members):
        raise DataError(Fault(text("planning.no_members"), text("planning.give_schools"), column="stage"))
    weights = school_weights(members, lambda: residents_around(city, members, within_county=spec.within_county))
    units = grouping_units(plan, city, members, spec, weights.weight)
    facts, themes, notes = member_facts(members, spec, weights, city.social_resources)
    codes, county_of_unit = np.unique(units.county.astype(str), return_inverse=True)
    resources = resources_of(members)
    county_name = county_names(city)
    problem = GroupingProblem(
        spec=spec,
        unit_of_member=units.unit_of_member,
        stage_of_member=members["stage"].to_numpy(dtype=str),
        tier_of_member=members["tier"].fillna("").to_numpy(dtype=str),
        pupils=weights.weight,
        quality=standard_scores(members),
        resources=resources.z,
        resource_weight=resources.weight,
        member_xy=points_xy(members),
        edges=units.edges,
        county_of_unit=county_of_unit.astype(np.int64),
        weight_of_unit=units.weight,
        names=tuple(members["name"]),
        county_names=tuple(county_name.get(c, c) for c in codes),
        facts=facts,
        part_of_unit=_parts(members, units, spec),
        ground_of_unit=None if units.ground.all() else units.ground,
        homes_m=units.homes_m,
        theme_names=themes,
    )
    if spec.stability > 0:
        lead_today = with_leads_today(problem, members)
        if lead_today is None:
            raise DataError(Fault(text("planning.no_district_today"), text("planning.give_district_today"), column="district_today"))
        problem = dataclasses.replace(problem, facts=dataclasses.replace(facts, lead_today=lead_today))
    return BuiltGrouping(problem, members, left_out, units, weights, (*weights.notes, *units.notes, *resource_notes(resources), *notes), city.social_resources)


def refuse_missing_tiers(members: Any, spec: DistrictSpec) -> None:
    """A rule that counts a tier needs the tier of every school of that stage: none is guessed."""
    keys = (*spec.counts, *spec.spread, *spec.takes, spec.centre)
    every = spec.min_tiers > 1 or spec.seat_evenness > 0 or spec.backbone_floor > 0 or any(key in TIERS for key in keys)
    staged = set(spec.stages) if every else {key.split("_")[0] for key in keys if key.rpartition("_")[2] in TIERS}
    missing = members[members["stage"].isin(staged) & ~members["tier"].isin(TIERS)]
    if len(missing):
        raise DataError(Fault(text("planning.no_tier", count=len(missing), names=missing["name"].tolist()[:5]), text("planning.give_tier"), column="tier"))


def taken_by(taken: Any, spec: DistrictSpec) -> NDArray[np.bool_]:
    """(s,) whether the form takes a school-stage: one that a key of ``spec.takes`` counts, or every one where it names none."""
    inside = np.ones(len(taken), dtype=bool)
    if spec.takes:
        probe = _probe(taken, spec)
        inside = np.any([counted(probe, key) for key in spec.takes], axis=0)
        whole = taken.loc[inside, "school_id"]
        inside = taken["school_id"].isin(whole).to_numpy() & inside
    return inside


def _takes(taken: Any, spec: DistrictSpec) -> tuple[Any, Any]:
    """Members that the form takes, and the others with the reason."""
    inside = taken_by(taken, spec)
    left = taken[~inside].assign(reason="not_in_form")[["school_id", "name", "stage", "reason"]]
    return taken[inside].reset_index(drop=True), left.reset_index(drop=True)


def _probe(taken: Any, spec: DistrictSpec) -> GroupingProblem:
    """Just enough of a problem to count keys."""
    s = len(taken)
    return GroupingProblem(
        spec=spec,
        unit_of_member=np.arange(s),
        stage_of_member=taken["stage"].to_numpy(dtype=str),
        tier_of_member=taken["tier"].fillna("").to_numpy(dtype=str),
        pupils=np.ones(s),
        quality=np.zeros(s),
        resources=np.zeros((s, 0)),
        member_xy=np.zeros((s, 2)),
        edges=np.zeros((0, 2), dtype=np.int64),
        county_of_unit=np.zeros(s, dtype=np.int64),
        weight_of_unit=np.ones(s),
    )


def _parts(members: Any, units: GroupingUnits, spec: DistrictSpec) -> NDArray[np.int64] | None:
    """(n,) old town, new town ... of every unit: that of its schools; a unit without schools is of the part of the nearest school.

    Raises
    ------
    DataError : schools without a part, or of several parts in one unit
    """
    if not spec.apart:
        return None
    word = members["town_part"].fillna("").to_numpy(dtype=str) if "town_part" in members.columns else np.full(len(members), "")
    if (word == "").any():
        names = members["name"].to_numpy(dtype=object)[word == ""].tolist()[:5]
        said = text("planning.form_needs", column="town_part", count=int((word == "").sum()), names=names)
        raise DataError(Fault(said, text("planning.fill_form_column", column="town_part"), column="town_part"))
    _, code = np.unique(word, return_inverse=True)
    part = np.full(len(units.shape), -1, dtype=np.int64)
    faults = []
    for unit in np.unique(units.unit_of_member).tolist():
        mine = np.unique(code[units.unit_of_member == unit])
        part[unit] = mine[0]
        if len(mine) > 1:
            names = members["name"].to_numpy(dtype=object)[units.unit_of_member == unit].tolist()[:5]
            faults.append(Fault(text("planning.parts_mixed", names=names), text("planning.split_parts"), column="town_part"))
    if faults:
        raise DataError(faults)
    return _spread_parts(part, units, members)


def _spread_parts(part: NDArray[np.int64], units: GroupingUnits, members: Any) -> NDArray[np.int64]:
    import shapely

    for unit in np.flatnonzero(part < 0).tolist():
        metres = shapely.distance(units.shape[unit], members["geometry"].to_numpy(dtype=object))
        part[unit] = part[units.unit_of_member[int(np.argmin(metres))]]
    return part
