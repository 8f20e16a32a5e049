"""What some forms ask of a school beyond its stage and tier: its type, area, places, graduates, backbone teachers, themes and district of today."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from districting.errors import DataError, Fault
from districting.grouping.keys import KINDS, counted
from districting.model.district_spec import DistrictSpec
from districting.model.grouping_problem import GroupingProblem, MemberFacts
from districting.model.stages import AREAS, area_of_code, kind_of_stages
from districting.planning.themes import themes_of
from districting.planning.weights import SchoolWeights
from districting.wording import text

PRIMARY_YEARS: Final = 6
JUNIOR_YEARS: Final = 3


def member_facts(members: Any, spec: DistrictSpec, weights: SchoolWeights, social: Any = None) -> tuple[MemberFacts, tuple[str, ...], list[Fault]]:
    """Facts of ``members`` (a frame of school-stages), the names of the themes, and notes on what stands in for what.

    ``social``: the city's social resources, anchors of themes.

    Raises
    ------
    DataError : a rule of the form needs a column that some schools leave empty; each rule names it
    """
    school = np.unique(members["school_id"].to_numpy(dtype=str), return_inverse=True)[1].astype(np.int64)
    keys = {*spec.counts, *spec.spread, *spec.takes, spec.centre}
    notes: list[Fault] = []
    faults: list[Fault] = []
    area = _areas(members, needed=bool(keys & set(AREAS)) or spec.mix_evenness > 0, faults=faults)
    seats = graduates = None
    if spec.junior_seats > 0 or spec.fill_evenness > 0:
        seats, graduates = _places(members, notes, faults)
    themes = reaches = None
    names: tuple[str, ...] = ()
    if spec.theme_share > 0 or spec.theme > 0:
        themes, reaches, names = themes_of(members, social, spec.theme_reach_m, faults)
    facts = MemberFacts(
        school=school,
        kind=_kinds(members, school) if keys & set(KINDS) else None,
        area=area,
        seats=seats,
        graduates=graduates,
        quality_seats=_quality_seats(members, weights) if spec.seat_evenness > 0 else None,
        spare_backbone=_spare_backbone(members, spec, faults) if spec.backbone_floor > 0 else None,
        themes=themes,
        reaches=reaches,
    )
    if faults:
        raise DataError(faults)
    return facts, names, notes


def with_leads_today(problem: GroupingProblem, members: Any) -> NDArray[np.int64] | None:
    """(s,) the member that may lead the district a school is in today (the one with most pupils); -1 where it is in none."""
    if "district_today" not in members.columns or not members["district_today"].notna().any():
        return None
    today = members["district_today"].fillna("").to_numpy(dtype=str)
    may_lead = counted(problem, problem.spec.centre)
    lead = np.full(len(today), -1, dtype=np.int64)
    for name in np.unique(today[today != ""]):
        mine = today == name
        able = np.flatnonzero(mine & may_lead)
        if len(able):
            lead[mine] = able[np.argmax(problem.pupils[able])]
    return lead


def _kinds(members: Any, school: NDArray[np.int64]) -> NDArray[np.str_]:
    """School types that span several stages, by the stages a school teaches; teaching points as the input names them."""
    kind = members.groupby(school)["stage"].agg(kind_of_stages)
    points = np.array([given == "teaching_point" for given in _column(members, "school_type")], dtype=bool)
    return np.where(points, "teaching_point", kind.loc[school].to_numpy(dtype=str))


def _areas(members: Any, *, needed: bool, faults: list[Fault]) -> NDArray[np.str_] | None:
    if not needed:
        return None
    area = np.array([area_of_code(code) for code in _column(members, "urban_rural_code")], dtype="U8")
    _refuse(area == "", members, "urban_rural_code", faults)
    return area


def _places(members: Any, notes: list[Fault], faults: list[Fault]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Junior places of a year (the plan, else a third of the seats) and graduates of a year (a sixth of a primary's pupils)."""
    stage = members["stage"].to_numpy(dtype=str)
    junior, primary = stage == "junior", stage == "primary"
    plan, whole = members["plan"].to_numpy(dtype=np.float64), members["seats"].to_numpy(dtype=np.float64) / JUNIOR_YEARS
    seats = np.where(np.isfinite(plan), plan, whole)
    _refuse(junior & ~np.isfinite(seats), members, "plan", faults)
    given = members["graduates"].to_numpy(dtype=np.float64) if "graduates" in members.columns else np.full(len(members), np.nan)
    graduates = np.where(np.isfinite(given), given, members["pupils"].to_numpy(dtype=np.float64) / PRIMARY_YEARS)
    _refuse(primary & ~np.isfinite(graduates), members, "pupils", faults)
    for column, used in (("seats", junior & ~np.isfinite(plan)), ("pupils", primary & ~np.isfinite(given))):
        if used.any() and np.isfinite(seats if column == "seats" else graduates)[used].all():
            notes.append(Fault(text(f"planning.places_from_{column}", count=int(used.sum())), text("planning.fill_places"), column=column, severity="warning"))
    return np.where(junior, np.nan_to_num(seats), 0.0), np.where(primary, np.nan_to_num(graduates), 0.0)


def _quality_seats(members: Any, weights: SchoolWeights) -> NDArray[np.float64]:
    """Places in lead schools; where schools are weighed by residents or once, what the lead schools weigh."""
    lead = (members["tier"] == "lead").to_numpy()
    seats = members["seats"].to_numpy(dtype=np.float64)
    held = np.where(np.isfinite(seats), seats, weights.weight) if weights.kind == "pupil" else weights.weight
    return np.where(lead, held, 0.0)


def _spare_backbone(members: Any, spec: DistrictSpec, faults: list[Fault]) -> NDArray[np.float64]:
    """Backbone teachers above the floor at a school that may lead; what is missing to the floor (<= 0) at the others."""
    pupils = members["pupils"].to_numpy(dtype=np.float64)
    backbone = members["backbone_teachers"].to_numpy(dtype=np.float64) if "backbone_teachers" in members.columns else np.full(len(members), np.nan)
    _refuse(~np.isfinite(pupils), members, "pupils", faults)
    _refuse(~np.isfinite(backbone), members, "backbone_teachers", faults)
    over = backbone - spec.backbone_floor * pupils / 100.0
    lead = (members["tier"] == "lead").to_numpy()
    return np.nan_to_num(np.where(lead, over, np.minimum(0.0, over)))


def _column(members: Any, name: str) -> Any:
    return members[name] if name in members.columns else [None] * len(members)


def _refuse(missing: NDArray[np.bool_], members: Any, column: str, faults: list[Fault]) -> None:
    if missing.any():
        names = members["name"].to_numpy(dtype=object)[missing].tolist()[:5]
        faults.append(
            Fault(
                text("planning.form_needs", column=column, count=int(missing.sum()), names=names),
                text("planning.fill_form_column", column=column),
                column=column,
            )
        )
