"""Incubation areas, added to a plan: of every stage so many areas around incubators, as districts of a scheme of their own and as links from the centres."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
from numpy.typing import NDArray

from districting.checking.pairing.incubation import check_incubation
from districting.errors import Conflict, DataError, DistrictingError, Fault, Gathered, InfeasibleError
from districting.model.incubation_problem import IncubationProblem, IncubationSolution
from districting.model.pairing_settings import IncubationSettings, PairingSettings
from districting.model.plan import Plan
from districting.pairing import incubation_areas
from districting.planning.links.incubation_ground import AreaGround, area_ground
from districting.planning.links.incubation_rows import district_rows, link_rows, member_rows, sorted_centres
from districting.planning.links.tables import with_links
from districting.planning.offers import Offers, offers, points_xy
from districting.planning.rows import left_out_of, note_rows, provenance_rows, stack
from districting.reading.city import City
from districting.wording import Text, text

FORM = "incubation"
DEFAULT_TIME_LIMIT_S = 30.0


def add_incubation(plan: Plan, city: City, settings: PairingSettings) -> Plan:
    """A copy of ``plan`` with the areas of every stage in ``settings.incubation.areas``; what stands in the way of all stages is raised together.

    Raises
    ------
    DataError : an incubator that is no school of these stages, missing pupils where they are counted, no outline of the city, no school at all
    InfeasibleError : the areas of a stage cannot be: too few incubators, or sizes that cannot hold
    """
    given = settings.incubation
    chosen = {stage: offers(city, (stage,), private=settings.private) for stage in given.areas}
    faults = Gathered()
    with faults:
        _refuse_unknown(given, chosen)
    conflicts: list[Conflict] = []
    relaxations: list[Text] = []
    for stage in given.areas:
        try:
            with faults:
                plan = _with_stage(plan, city, settings, stage, chosen[stage])
        except InfeasibleError as error:
            of_stage = text(f"word.{stage}")
            conflicts += [dataclasses.replace(c, problem=text("pairing.of_stage", stage=of_stage, said=c.problem)) for c in error.conflicts]
            relaxations += [text("pairing.of_stage", stage=of_stage, said=r) for r in error.relaxations]
    faults.refuse()
    if conflicts:
        raise InfeasibleError(conflicts, relaxations)
    return plan


def _refuse_unknown(given: IncubationSettings, chosen: dict[Any, Offers]) -> None:
    """DataError for incubators that teach none of the stages, and for stages of which there is not one school."""
    known = {str(v) for of in chosen.values() for c in ("school_id", "name") for v in of.taken[c]}
    faults = [
        Fault(text("pairing.incubator_unknown", name=name), text("pairing.name_incubators"), column="pairing.incubation.incubators")
        for name in given.incubators
        if name not in known
    ]
    if not any(len(of.taken) for of in chosen.values()):
        faults += [Fault(text("pairing.no_schools_of_stage", stage=text(f"word.{s}")), text("pairing.drop_stage"), column="stage") for s in chosen]
    if faults:
        raise DataError(faults)


def _with_stage(plan: Plan, city: City, settings: PairingSettings, stage: str, of: Offers) -> Plan:
    scheme, decision, members = f"{FORM}_{stage}", f"pairing.{FORM}.{stage}", of.taken
    plan = plan.replace(coverage=left_out_of(plan.coverage, of.left_out, decision))
    if not len(members):
        note = Fault(text("pairing.no_schools_of_stage", stage=text(f"word.{stage}")), text("pairing.drop_stage"), column="stage", severity="warning")
        return plan.replace(
            notes=stack(plan.notes, note_rows([note], plan.language)),
            provenance=stack(plan.provenance, provenance_rows(decision, {"areas": 0, "ended": "no_schools"})),
        )
    within = settings.within_county if settings.incubation.within_county is None else settings.incubation.within_county
    ground = area_ground(city, members, within_county=within)
    problem = _problem(settings.incubation, members, stage, within=within, ground=ground)
    found = _solved(problem, city)
    centres = sorted_centres(members, found.centre_of_school)
    links = link_rows(problem, members, found.centre_of_school, stage, settings.max_distance_m)
    plan = plan.replace(
        districts=stack(plan.districts, district_rows(plan, members, ground, found.centre_of_school, scheme)),
        memberships=stack(plan.memberships, member_rows(members, found.centre_of_school, scheme)),
    )
    record = _record(problem, found, settings.incubation, _crossings(members, found.centre_of_school))
    record |= {"pairs": len(links), "remote": int(links["remote"].sum()), "max_distance_m": settings.max_distance_m, "areas": len(centres)}
    return with_links(plan, links, settings).replace(provenance=stack(plan.provenance, provenance_rows(decision, record)))


def _problem(given: IncubationSettings, members: Any, stage: str, *, within: bool, ground: AreaGround) -> IncubationProblem:
    pupils = members["pupils"].to_numpy(dtype=np.float64)
    if "pupils" in (given.size, given.travel):
        lost = ~np.isfinite(pupils) | (pupils <= 0 if given.size == "pupils" else False)
        if lost.any():
            said = text("pairing.incubation_no_pupils", stage=text(f"word.{stage}"), count=int(lost.sum()), names=members["name"][lost].tolist()[:5])
            raise DataError(Fault(said, text("pairing.incubation_give_pupils"), column="pupils"))
    once = np.ones(len(members))
    county = members["county_code"].fillna("").to_numpy(dtype=str)
    tier = members["tier"].fillna("").to_numpy(dtype=str)
    named = (members["school_id"].isin(given.incubators) | members["name"].isin(given.incubators)).to_numpy(dtype=bool)
    if not named.any() and not (tier != "").any():
        raise DataError(Fault(text("pairing.no_tier", stage=text(f"word.{stage}")), text("pairing.give_tier_or_incubators"), column="tier"))
    return IncubationProblem(
        xy=points_xy(members),
        is_incubator=named if named.any() else tier == "lead",
        areas=given.areas[stage],  # type: ignore[index]
        weight=pupils if given.travel == "pupils" else once,
        size=pupils if given.size == "pupils" else once,
        tolerance=given.tolerance,
        edges=ground.edges if given.contiguous else None,
        allowed=county[:, None] == county[None, :] if within else None,
        code=tuple(members["school_id"].astype(str)),
    )


def _solved(problem: IncubationProblem, city: City) -> IncubationSolution:
    """The solution of a problem, its rules counted again by code that shares nothing with the solver."""
    solve = city.settings.solve
    found = incubation_areas(problem, time_limit_s=solve.time_limit_s or DEFAULT_TIME_LIMIT_S, gap=solve.gap)
    broken = check_incubation(problem, found.centre_of_school)
    if broken:
        raise DistrictingError(text("planning.broken_rule", rules=sorted({v.rule for v in broken})))
    return found


def _crossings(members: Any, centre: NDArray[np.int64]) -> int:
    """Schools in another county than the incubator of their area; schools without a county cross nothing."""
    county = members["county_code"].fillna("").to_numpy(dtype=str)
    return int(((county != county[centre]) & (county != "") & (county[centre] != "")).sum())


def _record(problem: IncubationProblem, found: IncubationSolution, given: IncubationSettings, crossings: int) -> dict[str, Any]:
    size = np.bincount(found.centre_of_school, problem.size, len(problem.size))
    held = size[np.unique(found.centre_of_school)]
    return {
        "status": found.status,
        "objective": found.objective,
        "bound": found.bound,
        "gap": found.gap,
        "unit": "pupil-metre" if given.travel == "pupils" else "school-metre",
        "ended": found.ended,
        "territory": "cells",
        "schools": len(problem.size),
        "incubators": int(problem.is_incubator.sum()),
        "size": given.size,
        "smallest": float(held.min()),
        "largest": float(held.max()),
        "tolerance": problem.tolerance,
        "contiguous": "on" if problem.edges is not None else "off",
        "within_county": "on" if problem.allowed is not None else "off",
        "crossings": crossings,
        "source": "宝鸡城乡教育联盟",
    }
