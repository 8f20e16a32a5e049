"""U-D-S communities (R21) of a city, added to a plan as links: from the university to every school, from the quality school to the weak and rural ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from districting.checking.pairing.uds import check_uds
from districting.errors import DataError, DistrictingError, Fault
from districting.model.county_words import county_words
from districting.model.pairing_settings import PairingSettings, UdsSettings
from districting.model.plan import Plan
from districting.model.stages import area_of_code
from districting.model.uds_problem import UdsProblem, UdsSolution
from districting.pairing import uds_communities
from districting.planning.links.tables import with_links
from districting.planning.offers import offers, points_xy
from districting.planning.rows import county_names, left_out_of, note_rows, provenance_rows, stack
from districting.reading.city import City
from districting.wording import say, text

FORM = "uds"


@dataclass(frozen=True, eq=False)
class _Universities:
    """(u,) names, one of a kind, and (u, 2) places; NaN for one that is elsewhere or not located."""

    names: NDArray[Any]
    xy: NDArray[np.float64]


def add_uds_communities(plan: Plan, city: City, settings: PairingSettings) -> Plan:
    """A copy of ``plan`` with the communities of all stages in ``settings.stages``, which share the universities.

    ``channel`` names the community by its three parties: bureau, university, quality school. Schools that communities are for and that are in none stand in the
    coverage with the reason.

    Raises
    ------
    DataError : no university and none elsewhere named, or no lead or weak school
    InfeasibleError : no bureau has both a lead and a weak school of a stage
    """
    own = settings.uds
    members = offers(city, settings.stages, private=settings.private).taken
    universities = _universities(city, own)
    problem, notes = _problem(members, universities, own)
    found = uds_communities(problem, time_limit_s=own.time_limit_s)
    broken = check_uds(problem, found)
    if broken:
        raise DistrictingError(text("planning.broken_rule", rules=broken))
    links = _links(found, members, universities, _bureaus(members, city, own, plan.language))
    place = np.isfinite(universities.xy).all(axis=1)
    spots = {("university", str(n)): shapely.Point(p) for n, p in zip(universities.names[place], universities.xy[place], strict=True)}
    plan = with_links(plan, _with_remote(links, members, universities, settings.max_distance_m), settings, spots)
    return plan.replace(
        coverage=_coverage(plan, found, members),
        notes=stack(plan.notes, note_rows(notes, plan.language)),
        provenance=stack(plan.provenance, provenance_rows(f"pairing.{FORM}", _record(problem, found, len(links)))),
    )


def _universities(city: City, own: UdsSettings) -> _Universities:
    social = city.social_resources
    rows = social[[_is_university(k, own.kinds) for k in social["kind"]]] if social is not None else None
    if rows is None or not len(rows):
        if not own.remote_university:
            raise DataError(Fault(text("pairing.no_university", kinds=list(own.kinds)), text("pairing.give_university"), column="kind"))
        return _Universities(np.array([own.remote_university], dtype=object), np.full((1, 2), np.nan))
    order = np.argsort(rows["name"].astype("str").to_numpy(dtype=object), kind="stable")
    names = rows["name"].astype("str").to_numpy(dtype=object)[order]
    times = pd.Series(names).groupby(names).cumcount().to_numpy()
    return _Universities(np.array([n if not k else f"{n} ({k + 1})" for n, k in zip(names, times, strict=True)], dtype=object), points_xy(rows)[order])


def _is_university(kind: object, kinds: tuple[str, ...]) -> bool:
    return isinstance(kind, str) and any(word.lower() in kind.lower() for word in kinds)


def _problem(members: Any, universities: _Universities, own: UdsSettings) -> tuple[UdsProblem, list[Fault]]:
    tier = members["tier"].fillna("").to_numpy(dtype=str)
    if not (tier == "lead").any() or not (tier == "weak").any():
        raise DataError(Fault(text("pairing.uds_no_tier"), text("planning.name_weak"), column="tier"))
    codes = members["urban_rural_code"] if "urban_rural_code" in members.columns else [None] * len(members)
    area = np.array([area_of_code(code) for code in codes], dtype="U8")
    silent = int((area == "").sum())
    notes = [Fault(text("pairing.uds_area", count=silent), text("pairing.give_area"), column="urban_rural_code", severity="warning")] if silent else []
    county = members["county_code"].fillna("").to_numpy(dtype=str)
    problem = UdsProblem(
        xy=points_xy(members),
        stage=np.unique(members["stage"].to_numpy(dtype=str), return_inverse=True)[1].astype(np.int64),
        bureau=np.unique(county, return_inverse=True)[1].astype(np.int64) if own.bureau == "county" else np.zeros(len(members), dtype=np.int64),
        is_lead=tier == "lead",
        is_weak=tier == "weak",
        is_rural=area == "rural",
        university_xy=universities.xy,
        university_cap=own.university_cap,
        member_cap=own.member_cap,
        code=tuple(members["school_id"]),
    )
    return problem, notes


def _bureaus(members: Any, city: City, own: UdsSettings, language: str) -> list[str]:
    """The bureau over every school, in words."""
    if own.bureau == "city":
        return [say("pairing.city_bureau", language)] * len(members)
    names: Mapping[str, str] = county_names(city)
    codes = members["county_code"].fillna("").astype("str")
    return [say("pairing.county_bureau", language, county=county_words(names.get(c) or c)) if c else say("pairing.city_bureau", language) for c in codes]


def _links(found: UdsSolution, members: Any, universities: _Universities, bureaus: list[str]) -> pd.DataFrame:
    ids, names, stages = (members[c].to_numpy(dtype=object) for c in ("school_id", "name", "stage"))
    rows = []
    for c, (lead, u) in enumerate(zip(found.lead_of_community.tolist(), found.university_of_community.tolist(), strict=True)):
        channel = f"{bureaus[lead]}—{universities.names[u]}—{names[lead]}"
        for school in np.flatnonzero(found.community_of_school == c).tolist():
            ends = (ids[school], names[school], stages[school], channel)
            rows.append(("university", universities.names[u], universities.names[u], *ends, u))
            if school != lead:
                rows.append(("school", ids[lead], names[lead], *ends, -1))
    return pd.DataFrame(rows, columns=["from_kind", "from_id", "from_name", "to_id", "to_name", "stage", "channel", "_university"]).assign(kind=FORM)


def _with_remote(links: pd.DataFrame, members: Any, universities: _Universities, max_distance_m: float) -> pd.DataFrame:
    """Links farther than the limit, or to a university elsewhere, flagged."""
    place = dict(zip(members["school_id"], points_xy(members).tolist(), strict=True))
    start = [universities.xy[u].tolist() if u >= 0 else place[i] for u, i in zip(links["_university"], links["from_id"], strict=True)]
    step = np.array(start).reshape(-1, 2) - np.array([place[i] for i in links["to_id"]]).reshape(-1, 2)
    metres = np.hypot(step[:, 0], step[:, 1])
    return links.drop(columns="_university").assign(distance_m=metres, remote=~(metres <= max_distance_m))


def _coverage(plan: Plan, found: UdsSolution, members: Any) -> Any:
    left = members.assign(reason=found.reason)[found.reason != ""][["school_id", "name", "stage", "reason"]]
    return left_out_of(plan.coverage, left, f"pairing.{FORM}")


def _record(problem: UdsProblem, found: UdsSolution, links: int) -> dict[str, Any]:
    proof = {"status": found.status, "objective": found.objective, "bound": found.bound, "gap": found.gap, "unit": "metre"}
    covered = {"covered": found.covered, "of": int(problem.is_target.sum()), "covered_rural": found.covered_rural}
    rural = int((problem.is_target & problem.is_rural).sum())
    return {**proof, "pairs": links, "communities": len(found.lead_of_community), **covered, "of_rural": rural}
