"""Second-level alliances (policy R10): below the alliances of the city, alliances of compulsory schools inside every county, as a tree of two levels.

Level 1 is a county pair (R08, where the plan holds links of kind ``county``) or a county by itself; level 2 are the alliances inside a county, hung under the level-1 alliance of
the county. Schools that a link ties already may stay at level 1 alone (setting ``linked``); such a tree is kept from the public. There is no single root above level 1: the city is that.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.checking.grouping import check_grouping
from districting.checking.pairing.second_level import check_second_level
from districting.errors import DataError, DistrictingError, Fault
from districting.grouping import group_units
from districting.model.district_spec import DistrictSpec
from districting.model.grouping_problem import MemberFacts
from districting.model.pairing_settings import PairingSettings, SecondLevelSettings
from districting.model.plan import SECOND_LEVEL, Plan
from districting.model.solution import GroupingSolution, relative_gap
from districting.model.stages import Stage
from districting.planning.grouping_build import BuiltGrouping, build_grouping
from districting.planning.links.counties import county_of_schools, known_counties
from districting.planning.links.county_leads import lead_candidates, size_for
from districting.planning.links.county_tree import CountyAlliances, with_tree
from districting.planning.offers import Offers, offers
from districting.planning.rows import left_out_of, note_rows, provenance_rows, stack
from districting.reading.city import City
from districting.wording import text

FORM = SECOND_LEVEL
STAGES: Final[tuple[Stage, ...]] = ("primary", "junior")
"""The stages of compulsory schooling."""

DEFAULT_TIME_LIMIT_S = 60.0


def add_second_level(plan: Plan, city: City, settings: PairingSettings) -> Plan:
    """A copy of ``plan`` with the scheme ``second_level``: districts of level 1 and 2, their memberships (lead or member), objective, bound and gap.

    Every compulsory school that takes part (private ones by switch; a nine-year school counts once) and is in no link of the kinds ``linked`` is in exactly one alliance, all members of
    which are of its county; the lead is chosen as :func:`districting.planning.links.county_leads.lead_candidates` says. Objective in pupil-metres as in R01. Alliances need not take
    towns whole, so the school of a town that has no other joins the nearest. Each county is solved by itself (grouping engine), and the bounds add up.

    Raises
    ------
    DataError : no school has a county, or nothing outlines the ground
    """
    chosen = offers(city, STAGES, private=settings.private)
    counties = known_counties(city)
    county = county_of_schools(city, chosen.taken, counties)
    _refuse_no_county(chosen, county)
    lost = chosen.taken[county == ""].assign(reason="no_county")[["school_id", "name", "stage", "reason"]]
    linked = _linked(plan, settings.second_level)
    tied = chosen.taken["school_id"].isin(linked).to_numpy()
    mine = (county != "") & ~tied
    names = {} if counties is None else counties.names()
    plan = plan.replace(coverage=left_out_of(plan.coverage, stack(chosen.left_out, lost), f"pairing.{FORM}"))
    if not mine.any():
        note = Fault(text("pairing.none_for_level_2"), text("pairing.see_links"), column="pairing.second_level", severity="warning")
        return plan.replace(
            notes=stack(plan.notes, note_rows([note], plan.language)), provenance=stack(plan.provenance, provenance_rows(f"pairing.{FORM}", {"districts": 0}))
        )
    built, parts = _solved(plan, city, settings.second_level, chosen.taken[mine].reset_index(drop=True), county[mine])
    also = [(str(s), str(t), str(c)) for s, t, c in zip(chosen.taken["school_id"][tied], chosen.taken["stage"][tied], county[tied], strict=True) if c]
    empty = [] if counties is None else [i for i in counties.id if i not in set(county.tolist())]
    shapes = {} if counties is None else dict(zip(counties.id, counties.shape, strict=True))
    plan = with_tree(plan, built, CountyAlliances(FORM, tuple(parts), tuple(also), names, shapes))
    return plan.replace(
        notes=stack(
            plan.notes,
            note_rows([*built.notes, *_notes(parts, names, settings.second_level.size, [names.get(i, i) for i in empty])], plan.language).drop_duplicates(),
        ),
        provenance=stack(plan.provenance, provenance_rows(f"pairing.{FORM}", _record(built, parts, len(also)))),
        rules=stack(plan.rules, _rules(settings.second_level)),
    )


@dataclass(frozen=True, eq=False)
class CountyPart:
    """One county solved: ``county`` id; ``school`` (s,) positions of its school-stages in the whole problem; ``found`` over its own units; ``unit`` (n,) their positions in the whole
    problem; ``size`` the limits used; ``leads_by`` how its leads were chosen: ``tier`` or ``level``.
    """

    county: str
    member: NDArray[np.int64]
    unit: NDArray[np.int64]
    found: GroupingSolution
    size: tuple[int, int]
    leads_by: str


def _refuse_no_county(chosen: Offers, county: NDArray[Any]) -> None:
    if len(county) and not (county != "").any():
        raise DataError(Fault(text("pairing.no_school_has_county"), text("pairing.give_county_codes"), column="county_code"))
    if not len(county):
        raise DataError(Fault(text("planning.no_members"), text("planning.give_schools"), column="stage"))


def _linked(plan: Plan, settings: SecondLevelSettings) -> set[str]:
    """Schools that a link of the kinds named ties to another school, and that stay at level 1 therefore."""
    rows = plan.links
    if not len(rows) or not settings.linked:
        return set()
    between = rows[(rows["from_kind"] == "school") & (rows["to_kind"] == "school")]
    between = between[between["kind"].isin(settings.linked)]
    return set(between["from_id"].astype(str)) | set(between["to_id"].astype(str))


def _spec(settings: SecondLevelSettings) -> DistrictSpec:
    return DistrictSpec(
        form=FORM,
        stages=STAGES,
        units="schools",
        centre="school",
        connected=False,
        within_county=True,
        counts={"school": settings.size},
        nearness=settings.nearness,
        complementarity=settings.complementarity,
        evenness=settings.evenness,
        source="宝鸡城乡教育联盟",
    )


def _solved(plan: Plan, city: City, settings: SecondLevelSettings, members: Any, county: NDArray[Any]) -> tuple[BuiltGrouping, list[CountyPart]]:
    """The whole problem, and every county of it solved."""
    built = build_grouping(plan, city, _spec(settings), members)
    of_unit = np.full(built.problem.unit_count, "", dtype=object)
    of_unit[built.problem.unit_of_member] = county
    built = dataclasses.replace(built, units=dataclasses.replace(built.units, county=of_unit))
    names = sorted(set(county.tolist()))
    limit = city.settings.solve.time_limit_s or DEFAULT_TIME_LIMIT_S
    share = {c: np.count_nonzero(county == c) ** 2 for c in names}
    parts = [_county(built, c, settings, limit * share[c] / sum(share.values()), city.settings.solve.gap) for c in names]
    label = np.full(built.problem.unit_count, -1, dtype=np.int64)
    before = 0
    for part in parts:
        label[part.unit] = part.found.district_of_unit + before
        before += len(part.found.lead_of_district)
    broken = check_second_level(
        label[built.problem.unit_of_member], county, members["school_id"].tolist(), [m for p in parts for m in p.member[p.found.lead_of_district].tolist()]
    )
    if broken:
        raise DistrictingError(text("planning.broken_rule", rules=broken))
    return built, parts


def _county(built: BuiltGrouping, county: str, settings: SecondLevelSettings, time_limit_s: float, gap: float) -> CountyPart:
    unit = np.flatnonzero(built.units.county == county)
    member = np.flatnonzero(np.isin(built.problem.unit_of_member, unit))
    size = size_for(len(unit), settings.size)
    leads, by = lead_candidates(built.members.iloc[member], -(-len(unit) // size[1]))
    whole, spec = built.problem, built.problem.spec
    facts = MemberFacts(school=np.unique(whole.school_of_member[member], return_inverse=True)[1].astype(np.int64))
    problem = dataclasses.replace(
        whole,
        spec=spec.replace(centre="lead", counts={"school": size}),
        unit_of_member=np.searchsorted(unit, whole.unit_of_member[member]),
        stage_of_member=whole.stage_of_member[member],
        tier_of_member=np.where(leads, "lead", "regular"),
        pupils=whole.pupils[member],
        quality=whole.quality[member],
        resources=whole.resources[member],
        member_xy=whole.member_xy[member],
        edges=np.zeros((0, 2), dtype=np.int64),
        county_of_unit=np.zeros(len(unit), dtype=np.int64),
        weight_of_unit=whole.weight_of_unit[unit],
        names=tuple(whole.names[i] for i in member.tolist()),
        county_names=(county,),
        facts=facts,
        ground_of_unit=None,
    )
    found = group_units(problem, time_limit_s=max(1.0, time_limit_s), gap=gap)
    broken = check_grouping(problem, found.district_of_unit, found.lead_of_district)
    if broken:
        raise DistrictingError(text("planning.broken_rule", rules=sorted({v.rule for v in broken})))
    return CountyPart(county, member, unit, found, size, by)


def _record(built: BuiltGrouping, parts: list[CountyPart], linked: int) -> dict[str, Any]:
    objective, bound = sum(p.found.objective for p in parts), sum(p.found.bound for p in parts)
    proved = all(p.found.status == "optimal" for p in parts)
    terms = {name for p in parts for name in p.found.terms}
    return {
        "status": "optimal" if proved else "feasible",
        "objective": objective,
        "bound": bound,
        "gap": relative_gap(objective, bound),
        "unit": built.weights.unit,
        "territory": built.units.kind,
        "districts": sum(len(p.found.lead_of_district) for p in parts),
        "counties": len(parts),
        "in_links": linked,
        "ended": "proved" if proved else "time",
        **{f"term.{name}": sum(p.found.terms.get(name, 0.0) for p in parts) for name in sorted(terms)},
        **{f"leads.{p.county}": p.leads_by for p in parts},
        **{f"size.{p.county}": f"{p.size[0]}..{p.size[1]}" for p in parts},
    }


def _rules(settings: SecondLevelSettings) -> pd.DataFrame:
    rows = [("within_county", "on"), ("school", f"{settings.size[0]}..{settings.size[1]}")]
    return pd.DataFrame([{"decision": f"pairing.{FORM}", "stage": "", "rule": rule, "value": value, "holds": True} for rule, value in rows])


def _notes(parts: list[CountyPart], names: Mapping[str, str], size: tuple[int, int], empty: list[str]) -> list[Fault]:
    """Alliances of one, counties whose size limits were widened, and counties without compulsory schools."""
    notes = []
    for part in parts:
        county = names.get(part.county, part.county)
        if len(part.unit) == 1:
            notes.append(Fault(text("pairing.alliance_of_one", county=county), text("pairing.see_tree"), column="county_code", severity="warning"))
        elif part.size != size:
            said = text("pairing.size_widened", county=county, schools=len(part.unit), least=part.size[0], given=size[0])
            notes.append(Fault(said, text("pairing.set_size"), column="pairing.second_level.size", severity="warning"))
    if empty:
        notes.append(
            Fault(text("pairing.county_without_compulsory", names=empty), text("pairing.check_county_of_schools"), column="county_code", severity="warning")
        )
    return notes


__all__ = ["FORM", "CountyPart", "add_second_level"]
