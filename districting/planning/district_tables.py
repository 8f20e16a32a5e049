"""The rows of the plan that say what districts there are, who is in them, who feeds whom, and under which rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.geography.shapes import dissolve
from districting.model.district_spec import DistrictSpec
from districting.model.grouping_problem import GroupingProblem
from districting.model.plan import Plan
from districting.model.solution import GroupingSolution
from districting.planning.grouping_build import BuiltGrouping
from districting.planning.rows import stack
from districting.planning.themes import anchor_rows
from districting.wording import say


@dataclass(frozen=True, eq=False)
class NamedDistricts:
    """A solution with ids: ``label`` (n,) unit -> position in ``ids``, -1 = none; ``lead`` (d,) members; ``theme`` (d,), -1 = none."""

    scheme: str
    ids: tuple[str, ...]
    label: NDArray[np.int64]
    lead: NDArray[np.int64]
    theme: NDArray[np.int64]
    level: int = 1
    parent: tuple[str, ...] = ()


def named(built: BuiltGrouping, found: GroupingSolution, scheme: str, *, prefix: str = "D", level: int = 1) -> NamedDistricts:
    """Districts in the order of county and lead, so that numbers do not depend on the solver."""
    lead_id = built.members["school_id"].to_numpy(dtype=object)[found.lead_of_district]
    unit = built.problem.unit_of_member[found.lead_of_district]
    county = built.units.county[unit]
    order = np.array(sorted(range(len(lead_id)), key=lambda d: (county[d], lead_id[d])), dtype=np.int64)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    label = np.where(found.district_of_unit >= 0, rank[np.maximum(found.district_of_unit, 0)] if len(order) else -1, -1)
    ids = tuple(f"{prefix}{i + 1:02d}" for i in range(len(order)))
    return NamedDistricts(scheme, ids, label, _heads(built, found)[order], found.theme_of_district[order], level)


def _heads(built: BuiltGrouping, found: GroupingSolution) -> NDArray[np.int64]:
    """(d,) the school that heads each district: its centre where the form says of what tier that is or takes a stage for it; where any school may be the centre, the strongest
    tier there is (carrying the theme, where districts have one), of it the school with most pupils.
    """
    problem = built.problem
    if problem.spec.centre != "school":
        return found.lead_of_district
    rank = np.array([{"lead": 0, "regular": 1, "weak": 2}.get(t, 1) for t in problem.tier_of_member.tolist()])
    heads = found.lead_of_district.copy()
    label = found.district_of_unit[problem.unit_of_member]
    ids = built.members["school_id"].to_numpy(dtype=object)
    for district, theme in enumerate(found.theme_of_district.tolist()):
        mine = np.flatnonzero(label == district)
        facts = problem.facts
        if theme >= 0 and facts.themes is not None:
            fits = facts.themes[mine, theme] | (facts.reaches[mine, theme] if facts.reaches is not None else False)
            mine = mine[fits]
        if len(mine):
            heads[district] = min(mine.tolist(), key=lambda i: (rank[i], -problem.pupils[i], ids[i]))
    return heads


def with_districts(plan: Plan, built: BuiltGrouping, districts: NamedDistricts) -> Plan:
    """A copy of ``plan`` with the layer, the memberships and the rules of these districts."""
    places = anchor_rows(built.problem, built.members, built.social, districts.scheme, districts.label, districts.theme, districts.ids)
    return plan.replace(
        anchors=stack(plan.anchors, places),
        districts=stack(plan.districts, _layer(plan, built, districts)),
        memberships=stack(plan.memberships, _memberships(built.problem, built.members, districts)),
        rules=stack(plan.rules, rule_rows(built.problem.spec, districts.scheme)) if districts.level == 1 else plan.rules,
        feeders=stack(plan.feeders, _feeders(built, districts)) if built.problem.spec.units == "feeders" else plan.feeders,
    )


def _layer(plan: Plan, built: BuiltGrouping, districts: NamedDistricts) -> Any:
    import geopandas as gpd

    members, lead, ids = built.members, districts.lead, districts.ids
    unit = built.problem.unit_of_member[lead]
    names = [_name(plan.language, members["name"].iloc[i], built, int(theme)) for i, theme in zip(lead.tolist(), districts.theme.tolist(), strict=True)]
    inside = (districts.label >= 0) & built.units.ground & _has_ground(built.units.shape)
    shapes = dissolve(built.units.shape[inside], districts.label[inside], len(ids))
    columns = {
        "district_id": list(ids),
        "scheme": districts.scheme,
        "level": districts.level,
        "parent_id": list(districts.parent) or "",
        "name": names,
        "theme": [built.problem.theme_names[t] if t >= 0 else "" for t in districts.theme.tolist()],
        "county_code": built.units.county[unit],
    }
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=plan.crs)


def _has_ground(shape: NDArray[Any]) -> NDArray[np.bool_]:
    import shapely

    return ~np.asarray(shapely.is_empty(shape))


def _name(language: str, lead: str, built: BuiltGrouping, theme: int) -> str:
    if theme >= 0:
        return say("planning.theme_district_name", language, lead=lead, theme=built.problem.theme_names[theme])
    return say("planning.district_name", language, lead=lead)


def _memberships(problem: GroupingProblem, members: Any, districts: NamedDistricts) -> pd.DataFrame:
    role = np.where(problem.tier_of_member == "weak", "weak", "member").astype(object)
    if "junior_weak" in problem.spec.counts:
        role[(problem.stage_of_member != "junior") & (role == "weak")] = "member"
    same = problem.school_of_member
    for lead in districts.lead.tolist():
        role[same == same[lead]] = "lead"
    label = districts.label[problem.unit_of_member]
    rows = pd.DataFrame(
        {
            "scheme": districts.scheme,
            "district_id": np.array(districts.ids, dtype=object)[label],
            "school_id": members["school_id"].to_numpy(dtype=object),
            "stage": problem.stage_of_member.astype(object),
            "role": role,
        }
    )
    return rows[label >= 0].sort_values(["district_id", "stage", "school_id"], kind="stable").reset_index(drop=True)


def _feeders(built: BuiltGrouping, districts: NamedDistricts) -> pd.DataFrame:
    """Primary -> junior of its district, with the graduates of a year; a primary of a district of several juniors feeds each of them by its places."""
    problem, ids = built.problem, built.members["school_id"].to_numpy(dtype=object)
    label = districts.label[problem.unit_of_member]
    graduates, seats = problem.facts.graduates, problem.facts.seats
    rows = []
    for district in range(len(districts.ids)):
        juniors = np.flatnonzero((label == district) & (problem.stage_of_member == "junior"))
        for primary in np.flatnonzero((label == district) & (problem.stage_of_member == "primary")).tolist():
            own = juniors[ids[juniors] == ids[primary]]
            to = own if len(own) else juniors
            share = np.ones(len(to)) / max(1, len(to)) if seats is None or seats[to].sum() <= 0 else seats[to] / seats[to].sum()
            whole = float("nan") if graduates is None else float(graduates[primary])
            rows += [{"from_id": ids[primary], "to_id": ids[j], "pupils": whole * s} for j, s in zip(to.tolist(), share.tolist(), strict=True)]
    return pd.DataFrame(rows, columns=["from_id", "to_id", "pupils"])


def rule_rows(spec: DistrictSpec, scheme: str) -> pd.DataFrame:
    """The hard rules of the form with their values."""
    rows = [(key, _range(low, high)) for key, (low, high) in spec.counts.items()]
    if spec.counted_districts:
        rows.append(("districts", _range(*spec.districts)))
    rows += [(f"spread.{key}", "on") for key in spec.spread]
    rows += [("min_tiers", str(spec.min_tiers))] if spec.min_tiers > 1 else []
    for name in ("radius_m", "diameter_m", "junior_seats", "backbone_floor", "theme_share"):
        value = getattr(spec, name)
        if value:
            rows.append((name, f"{value:g}"))
    rows += [(name, "on" if getattr(spec, name) else "off") for name in ("connected", "within_county")]
    rows += [(name, "on") for name in ("apart", "borders") if getattr(spec, name)]
    return pd.DataFrame([{"decision": f"grouping.{scheme}", "stage": "", "rule": rule, "value": value, "holds": True} for rule, value in rows])


def _range(low: int, high: int | None) -> str:
    return f"{low}..{'' if high is None else high}"
