"""Base schools of every subject, who joins which, and the experts of each base (policy R23, R39)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.checking.pairing.base_school import broken_base_rules
from districting.errors import DataError, DistrictingError, Fault, InfeasibleError
from districting.model.base_problem import BaseSchoolProblem, BaseSchoolSolution
from districting.model.pairing_settings import BaseSchoolSettings, PairingSettings
from districting.model.plan import Plan
from districting.model.solution import relative_gap
from districting.pairing import choose_bases
from districting.planning.links.experts import expert_rows
from districting.planning.links.senior_community import add_senior_community
from districting.planning.links.tables import with_links
from districting.planning.links.teaching import subject_counts, teachers_of_stage
from districting.planning.offers import offers, points_xy
from districting.planning.rows import left_out_of, provenance_rows, stack
from districting.reading.city import City
from districting.reading.schema import header_words
from districting.wording import Text, text

FORM = "base_school"
TOWNS_PER_BASE = 4
"""R23 [D]: a base for every four towns."""


@dataclass(frozen=True, eq=False)
class _Bases:
    """The bases of one subject ("" for all) among rows ``at`` of the members."""

    subject: str
    at: NDArray[np.int64]
    found: BaseSchoolSolution


def add_base_schools(plan: Plan, city: City, settings: PairingSettings) -> Plan:
    """A copy of ``plan`` with the bases of every stage and subject, their experts, and the senior community; conflicts of all are raised together.

    Raises
    ------
    DataError : no table tells who teaches what, or how many towns there are
    InfeasibleError : bases of a stage and subject cannot hold the rules
    """
    conflicts, relaxations = [], []
    for stage in settings.stages:
        members = offers(city, (stage,), private=settings.private).taken
        try:
            plan = _with_stage(plan, city, settings, stage, members)
        except InfeasibleError as error:
            conflicts += list(error.conflicts)
            relaxations += [r for r in error.relaxations if r not in relaxations]
    if conflicts:
        raise InfeasibleError(conflicts, relaxations)
    return add_senior_community(plan, city, settings) if settings.base_school.senior_community else plan


def _with_stage(plan: Plan, city: City, settings: PairingSettings, stage: str, members: Any) -> Plan:
    if not len(members):
        return plan
    asked = settings.base_school
    teachers = teachers_of_stage(city, stage, members["school_id"])
    made, conflicts, relaxations = [], [], list[Text]()
    for subject, weight in _demands(city, asked, members, teachers).items():
        at = np.flatnonzero(weight > 0)
        try:
            made.append(_Bases(subject, at, _solved(_problem(city, settings, members, teachers, at, (subject, weight[at])))))
        except InfeasibleError as error:
            conflicts += list(error.conflicts)
            relaxations += [r for r in error.relaxations if r not in relaxations]
    if conflicts:
        raise InfeasibleError(conflicts, relaxations)
    rows = [_links(bases, members, stage) for bases in made]
    plan = with_links(plan, pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(), settings)
    for bases in made:
        base = members["school_id"].to_numpy(dtype=object)[bases.at[bases.found.base_of_member]]
        of = pd.DataFrame({"school_id": members["school_id"].to_numpy(dtype=object)[bases.at], "base_id": base, "distance_m": _ways(bases, members)})
        plan = plan.replace(experts=stack(plan.experts, expert_rows(teachers, of, bases.subject, stage, asked)))
    return plan.replace(
        coverage=left_out_of(plan.coverage, _without_teachers(made, members, stage), f"pairing.{FORM}.{stage}"),
        provenance=stack(plan.provenance, provenance_rows(f"pairing.{FORM}.{stage}", _record(made, members, asked))),
    )


def _demands(city: City, asked: BaseSchoolSettings, members: Any, teachers: pd.DataFrame) -> dict[str, NDArray[np.float64]]:
    """Subject -> demand of every member, 0 where the subject is not taught; "" for all subjects together."""
    if asked.by == "all":
        weight = members["teachers"].to_numpy(dtype=np.float64) if "teachers" in members.columns else np.full(len(members), np.nan)
        return {"": np.where(np.isfinite(weight) & (weight > 0) & (asked.demand == "teachers"), weight, 1.0)}
    counts = subject_counts(city, members, teachers)
    if counts is None:
        raise DataError(
            Fault(
                text("pairing.no_subjects"),
                text("pairing.give_teachers", **header_words("schools", "chinese_teachers", "maths_teachers")),
                column="inputs.teachers",
            )
        )
    absent = [s for s in asked.subjects if s not in counts.columns]
    if len(absent) == len(asked.subjects) > 0:
        raise DataError(
            Fault(
                text("pairing.subject_of_nobody", names=absent), text("pairing.subjects_are", names=list(counts.columns)), column="pairing.base_school.subjects"
            )
        )
    chosen = [s for s in counts.columns if not asked.subjects or s in asked.subjects]
    return {str(s): counts[s].to_numpy(dtype=np.float64) if asked.demand == "teachers" else (counts[s].to_numpy() > 0).astype(np.float64) for s in chosen}


def _problem(
    city: City, settings: PairingSettings, members: Any, teachers: pd.DataFrame, at: NDArray[np.int64], of: tuple[str, NDArray[np.float64]]
) -> BaseSchoolProblem:
    asked, (subject, demand) = settings.base_school, of
    mine = members.iloc[at]
    area = np.unique(mine["county_code"].fillna("").to_numpy(dtype=str), return_inverse=True)[1].astype(np.int64)
    candidate = np.ones(len(at), dtype=np.bool_) if asked.candidates == "any" else _strong(mine, teachers, subject)
    bases = asked.bases if asked.bases is not None else _default_bases(city, len(set(area.tolist())), int(candidate.sum()), asked.load_cap, len(at))
    return BaseSchoolProblem(
        xy=points_xy(mine),
        demand=demand,
        is_candidate=candidate,
        area=area,
        bases=bases,
        load_cap=asked.load_cap,
        within_area=settings.within_county,
        max_distance_m=settings.max_distance_m,
        code=tuple(mine["school_id"].astype("str")),
    )


def _strong(mine: Any, teachers: pd.DataFrame, subject: str) -> NDArray[np.bool_]:
    """Schools of tier lead, or with an expert or a backbone teacher of the subject."""
    strong = (mine["tier"].fillna("") == "lead").to_numpy(dtype=bool, copy=True) if "tier" in mine.columns else np.zeros(len(mine), dtype=bool)
    if len(teachers):
        leading = teachers[(teachers["backbone"] | teachers["expert"]) & ((teachers["subject"] == subject) | (subject == ""))]
        strong |= mine["school_id"].isin(leading["school_id"]).to_numpy(dtype=bool)
    return np.asarray(strong, dtype=np.bool_)


def _default_bases(city: City, areas: int, candidates: int, load_cap: int | None, members: int) -> int:
    """A quarter of the towns, no more than the candidates, at least one for every area and enough for the cap."""
    towns = _towns(city)
    if not towns:
        raise DataError(Fault(text("pairing.no_towns"), text("pairing.give_bases"), column="pairing.base_school.bases"))
    least = max(areas, 1, 0 if load_cap is None else -(-members // load_cap))
    return max(least, min(-(-towns // TOWNS_PER_BASE), candidates))


def _towns(city: City) -> int:
    for frame in (city.admin, city.schools):
        if frame is not None and "town_code" in frame.columns:
            codes = frame["town_code"].dropna().astype("str")
            count = int(codes[codes != ""].nunique())
            if count:
                return count
    return 0 if city.admin is None else len(city.admin)


def _solved(problem: BaseSchoolProblem) -> BaseSchoolSolution:
    found = choose_bases(problem)
    broken = broken_base_rules(problem, found.base_of_member, found.is_base)
    if broken:
        raise DistrictingError(text("planning.broken_rule", rules=broken))
    return found


def _ways(bases: _Bases, members: Any) -> NDArray[np.float64]:
    xy = points_xy(members)[bases.at]
    away: NDArray[np.float64] = np.hypot(*(xy - xy[bases.found.base_of_member]).T)
    return away


def _links(bases: _Bases, members: Any, stage: str) -> pd.DataFrame:
    """From every base to its other members."""
    ids = members["school_id"].to_numpy(dtype=object)[bases.at]
    base = bases.found.base_of_member
    other = base != np.arange(len(base))
    rows = {"kind": FORM, "stage": stage, "from_id": ids[base], "to_id": ids, "channel": "joint_research", "subject": bases.subject}
    return pd.DataFrame({**rows, "distance_m": _ways(bases, members), "remote": bases.found.remote})[other]


def _without_teachers(made: list[_Bases], members: Any, stage: str) -> pd.DataFrame:
    taken = {int(i) for bases in made for i in bases.at}
    rows = members.iloc[[i for i in range(len(members)) if i not in taken]]
    return pd.DataFrame({"school_id": rows["school_id"].to_numpy(), "name": rows["name"].to_numpy(), "stage": stage, "reason": "no_teachers"})


def _record(made: list[_Bases], members: Any, asked: BaseSchoolSettings) -> dict[str, Any]:
    objective, bound = sum(b.found.objective for b in made), sum(b.found.bound for b in made)
    status = "optimal" if all(b.found.status == "optimal" for b in made) else "feasible"
    unit = "teacher-metre" if asked.demand == "teachers" else "metre"
    record = {"status": status, "objective": objective, "bound": bound, "gap": relative_gap(objective, bound), "unit": unit}
    names = members["name"].astype("str").to_numpy(dtype=object)
    pairs = sum(int((b.found.base_of_member != np.arange(len(b.at))).sum()) for b in made)
    told = {f"bases.{b.subject}".rstrip("."): "、".join(sorted(names[b.at[b.found.is_base]])) for b in made}
    return {**record, **({"pairs": pairs} if pairs else {}), "subjects": len(made), **told}
