"""The grouping decision: schools to districts of one form, added to a plan."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.checking.grouping import check_grouping
from districting.errors import DataError, DistrictingError, Fault
from districting.geography.shapes import dissolve
from districting.grouping import district_form, group_units
from districting.model.county_words import county_words
from districting.model.district_spec import DistrictSpec
from districting.model.grouping_problem import GroupingProblem
from districting.model.plan import Plan
from districting.model.settings import GroupingSettings
from districting.model.solution import GroupingSolution
from districting.planning.offers import offers, points_xy
from districting.planning.profile import resource_vectors, standard_scores
from districting.planning.rows import county_names, left_out_of, note_rows, provenance_rows, stack
from districting.planning.territory import Territory, residents_around, territory
from districting.planning.weights import SchoolWeights, school_weights
from districting.reading.city import City
from districting.wording import say, text

DEFAULT_TIME_LIMIT_S = 60.0


def add_districts(plan: Plan, city: City, settings: GroupingSettings) -> Plan:
    """A copy of ``plan`` with the districts of ``settings.form``."""
    spec = spec_of(settings)
    chosen = offers(city, spec.stages, private=settings.private)
    if not len(chosen.taken):
        raise DataError(Fault(text("planning.no_members"), text("planning.give_schools"), column="stage"))
    members = chosen.taken
    _refuse_missing_tiers(members, spec)
    land = territory(plan, city, members, within_county=spec.within_county)
    weights = school_weights(members, lambda: residents_around(city, members, within_county=spec.within_county))
    problem, notes = _problem(spec, members, land, weights, county_names(city))
    solve = city.settings.solve
    found = group_units(problem, time_limit_s=solve.time_limit_s or DEFAULT_TIME_LIMIT_S, gap=solve.gap)
    broken = check_grouping(problem, found.district_of_unit, found.lead_of_district)
    if broken:
        raise DistrictingError(text("planning.broken_rule", rules=sorted({v.rule for v in broken})))
    plan = plan.replace(coverage=left_out_of(plan.coverage, chosen.left_out, f"grouping.{spec.form}"))
    plan = plan.replace(notes=stack(plan.notes, note_rows([*notes, *weights.notes, *_no_members(found, land)], plan.language)))
    return _with_districts(plan, problem, found, members, land, weights.unit)


def spec_of(settings: GroupingSettings) -> DistrictSpec:
    """The form's preset with the planner's numbers laid over it."""
    spec = district_form(settings.form)
    counts = dict(spec.counts)
    for key, low, high in (
        ("junior_lead", settings.leads_min, settings.leads_max),
        ("junior_weak", settings.weak_min, settings.weak_max),
        ("primary", settings.primaries_min, None),
    ):
        if key in counts:
            old_low, old_high = counts[key]
            counts[key] = (old_low if low is None else low, old_high if high is None else high)
    plain = {f: getattr(settings, f) for f in ("connected", "within_county", "nearness", "complementarity", "evenness") if getattr(settings, f) is not None}
    return dataclasses.replace(spec, counts=counts, **plain)


def _refuse_missing_tiers(members: Any, spec: DistrictSpec) -> None:
    """A rule that counts a tier needs the tier of every school of that stage: none is guessed."""
    staged = {key.split("_")[0] for key in spec.counts if "_" in key}
    missing = members[members["stage"].isin(staged) & ~members["tier"].isin(["lead", "regular", "weak"])]
    if len(missing):
        raise DataError(Fault(text("planning.no_tier", count=len(missing), names=missing["name"].tolist()[:5]), text("planning.give_tier"), column="tier"))


def _problem(spec: DistrictSpec, members: Any, land: Territory, weights: SchoolWeights, county_name: dict[str, str]) -> tuple[GroupingProblem, list[Fault]]:
    codes, county_of_unit = np.unique(land.county.astype(str), return_inverse=True)
    resources, notes = resource_vectors(members)
    problem = GroupingProblem(
        spec=spec,
        unit_of_member=land.unit_of_point(members["geometry"].to_numpy(dtype=object)),
        stage_of_member=members["stage"].to_numpy(dtype=str),
        tier_of_member=members["tier"].fillna("").to_numpy(dtype=str),
        pupils=weights.weight,
        quality=standard_scores(members),
        resources=resources,
        member_xy=points_xy(members),
        edges=land.edges,
        county_of_unit=county_of_unit.astype(np.int64),
        weight_of_unit=land.weight,
        names=tuple(members["name"]),
        county_names=tuple(county_name.get(c, c) for c in codes),
    )
    return problem, notes


def _with_districts(plan: Plan, problem: GroupingProblem, found: GroupingSolution, members: Any, land: Territory, unit: str) -> Plan:
    order, ids = _district_ids(found, members, land)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    label = np.where(found.district_of_unit >= 0, rank[found.district_of_unit], -1)
    lead = found.lead_of_district[order]
    scheme = problem.spec.form
    county = np.array([land.county[np.flatnonzero(label == d)[0]] for d in range(len(ids))], dtype=object)
    names = [say("planning.district_name", plan.language, lead=members["name"].iloc[i]) for i in lead]
    record: dict[str, Any] = {
        "status": found.status,
        "objective": found.objective,
        "bound": found.bound,
        "gap": found.gap,
        "unit": unit,
        "ended": found.ended,
        "territory": land.kind,
        "districts": len(ids),
        **{f"term.{k}": v for k, v in found.terms.items()},
    }
    return plan.replace(
        districts=stack(plan.districts, _layer(plan, ids, scheme, names, county, _ground(land, label, len(ids)))),
        memberships=stack(plan.memberships, _memberships(problem, members, label, lead, ids)),
        provenance=stack(plan.provenance, provenance_rows(f"grouping.{scheme}", record)),
        rules=stack(plan.rules, _rules(problem.spec)),
    )


def _ground(land: Territory, label: NDArray[np.int64], count: int) -> Any:
    """The shape of each district; units of a county without member schools belong to none."""
    inside = label >= 0
    return dissolve(land.shape[inside], label[inside], count)


def _no_members(found: GroupingSolution, land: Territory) -> list[Fault]:
    """Counties whose ground is in no district, because no school of the form stands there."""
    empty = sorted(set(land.county[found.district_of_unit < 0].tolist()))
    return [Fault(text("planning.county_without_members", county=county_words(c)), text("planning.give_schools"), severity="warning") for c in empty]


def _district_ids(found: GroupingSolution, members: Any, land: Territory) -> tuple[NDArray[np.int64], list[str]]:
    """Districts in the order of county and lead, so that numbers do not depend on the solver."""
    lead_id = members["school_id"].to_numpy(dtype=object)[found.lead_of_district]
    unit = np.array([np.flatnonzero(found.district_of_unit == d)[0] for d in range(len(lead_id))], dtype=np.int64)
    county = land.county[unit]
    order = np.array(sorted(range(len(lead_id)), key=lambda d: (county[d], lead_id[d])), dtype=np.int64)
    return order, [f"D{i + 1:02d}" for i in range(len(order))]


def _layer(plan: Plan, ids: list[str], scheme: str, names: list[str], county: Any, shapes: Any) -> Any:
    import geopandas as gpd

    columns = {"district_id": ids, "scheme": scheme, "level": 1, "parent_id": "", "name": names, "county_code": county}
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=plan.crs)


def _memberships(problem: GroupingProblem, members: Any, label: Any, lead: Any, ids: list[str]) -> pd.DataFrame:
    role = np.where((problem.tier_of_member == "weak") & (problem.stage_of_member == "junior"), "weak", "member").astype(object)
    role[lead] = "lead"
    district = np.array(ids, dtype=object)[label[problem.unit_of_member]]
    rows = pd.DataFrame(
        {
            "scheme": problem.spec.form,
            "district_id": district,
            "school_id": members["school_id"].to_numpy(dtype=object),
            "stage": problem.stage_of_member.astype(object),
            "role": role,
        }
    )
    return rows.sort_values(["district_id", "stage", "school_id"], kind="stable").reset_index(drop=True)


def _rules(spec: DistrictSpec) -> pd.DataFrame:
    rows = [(key, f"{low}..{'' if high is None else high}") for key, (low, high) in spec.counts.items()]
    rows += [("connected", "on" if spec.connected else "off"), ("within_county", "on" if spec.within_county else "off")]
    return pd.DataFrame([{"decision": f"grouping.{spec.form}", "stage": "", "rule": rule, "value": value, "holds": True} for rule, value in rows])
