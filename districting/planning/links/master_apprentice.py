"""Masters and apprentices among the teachers of a stage, and the calendar of support for all links of the plan (policy R14)."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.checking.pairing.apprentices import broken_apprentice_rules
from districting.errors import DataError, DistrictingError, Fault
from districting.model.apprentice_problem import MASTERS_FULL, NO_MASTER, NONE_ALLOWED, ApprenticeProblem, ApprenticeSolution
from districting.model.pairing_settings import ApprenticeSettings, PairingSettings
from districting.model.plan import PLAN_TABLES, Plan
from districting.pairing import match_apprentices
from districting.planning.links.calendar import support_events
from districting.planning.links.tables import with_links
from districting.planning.links.teaching import holds_any, teachers_of_stage
from districting.planning.offers import offers, points_xy
from districting.planning.rows import note_rows, provenance_rows, stack
from districting.reading.city import City
from districting.wording import text

FORM = "master_apprentice"
_REASONS: Final = {NO_MASTER: "no_master", NONE_ALLOWED: "none_allowed", MASTERS_FULL: "masters_full"}


def add_master_apprentice(plan: Plan, city: City, settings: PairingSettings) -> Plan:
    """A copy of ``plan`` with the pairs of every stage and the support events of one school year for all its links: name this form behind the others.

    Raises
    ------
    DataError : there is no table of teachers
    """
    if city.teachers is None:
        raise DataError(Fault(text("pairing.no_teachers"), text("pairing.give_teacher_table"), column="inputs.teachers"))
    for stage in settings.stages:
        plan = _with_stage(plan, city, settings, stage)
    events = support_events(plan, settings.master_apprentice, city.settings.governance.term_months)
    return plan.replace(
        support_events=stack(plan.support_events, events),
        provenance=stack(plan.provenance, provenance_rows(f"pairing.{FORM}", {"events": len(events)})),
    )


def _with_stage(plan: Plan, city: City, settings: PairingSettings, stage: str) -> Plan:
    asked = settings.master_apprentice
    members = offers(city, (stage,), private=settings.private).taken
    teachers = teachers_of_stage(city, stage, members["school_id"])
    teachers = teachers[teachers["subject"] != ""].reset_index(drop=True)
    if not len(teachers):
        return plan
    is_master = _masters(teachers, asked)
    masters, apprentices = teachers[is_master].reset_index(drop=True), teachers[_apprentices(teachers, asked) & ~is_master].reset_index(drop=True)
    problem = _problem(settings, members, masters, apprentices)
    found = match_apprentices(problem)
    broken = broken_apprentice_rules(problem, found.master_of_apprentice)
    if broken:
        raise DistrictingError(text("planning.broken_rule", rules=broken))
    rows = _rows(plan, settings, stage, (masters, apprentices), found, problem)
    plan = with_links(plan.replace(apprentices=stack(plan.apprentices, rows)), _links(rows), settings)
    return plan.replace(
        notes=stack(plan.notes, note_rows(_notes(found, apprentices, stage), plan.language)),
        provenance=stack(plan.provenance, provenance_rows(f"pairing.{FORM}.{stage}", _record(found, len(masters)))),
    )


def _masters(teachers: pd.DataFrame, asked: ApprenticeSettings) -> NDArray[np.bool_]:
    titled = np.array([holds_any(t, asked.master_titles) for t in teachers["title"]], dtype=np.bool_)
    return np.asarray(teachers["expert"].to_numpy(dtype=bool) | teachers["backbone"].to_numpy(dtype=bool) | titled, dtype=np.bool_)


def _apprentices(teachers: pd.DataFrame, asked: ApprenticeSettings) -> NDArray[np.bool_]:
    years = teachers["years_teaching"].fillna(teachers["years_here"]).to_numpy(dtype=np.float64)
    titled = np.array([holds_any(t, asked.apprentice_titles) for t in teachers["title"]], dtype=np.bool_)
    return np.asarray((np.nan_to_num(years, nan=np.inf) <= asked.apprentice_years) | titled, dtype=np.bool_)


def _problem(settings: PairingSettings, members: Any, masters: pd.DataFrame, apprentices: pd.DataFrame) -> ApprenticeProblem:
    at, subjects = pd.Index(members["school_id"].astype("str")), pd.Index(sorted({*masters["subject"], *apprentices["subject"]}))
    county = np.unique(members["county_code"].fillna("").to_numpy(dtype=str), return_inverse=True)[1].astype(np.int64)
    return ApprenticeProblem(
        xy=points_xy(members),
        master_school=at.get_indexer(masters["school_id"]).astype(np.int64),
        master_subject=subjects.get_indexer(masters["subject"]).astype(np.int64),
        apprentice_school=at.get_indexer(apprentices["school_id"]).astype(np.int64),
        apprentice_subject=subjects.get_indexer(apprentices["subject"]).astype(np.int64),
        cap=settings.master_apprentice.cap,
        own_school=settings.master_apprentice.own_school,
        county=county if settings.within_county else None,
        max_distance_m=settings.max_distance_m,
    )


def _rows(
    plan: Plan, settings: PairingSettings, stage: str, of: tuple[pd.DataFrame, pd.DataFrame], found: ApprenticeSolution, problem: ApprenticeProblem
) -> pd.DataFrame:
    paired = np.flatnonzero(found.master_of_apprentice >= 0)
    masters, apprentices = of[0].iloc[found.master_of_apprentice[paired]], of[1].iloc[paired]
    a, b = problem.apprentice_school[paired], problem.master_school[found.master_of_apprentice[paired]]
    start = settings.term_from if settings.term_from is not None else plan.year
    rows = pd.DataFrame(
        {
            "subject": apprentices["subject"].to_numpy(dtype=object),
            "stage": stage,
            "master_id": masters["teacher_id"].to_numpy(dtype=object),
            "apprentice_id": apprentices["teacher_id"].to_numpy(dtype=object),
            "master_school_id": masters["school_id"].to_numpy(dtype=object),
            "apprentice_school_id": apprentices["school_id"].to_numpy(dtype=object),
            "distance_m": np.hypot(*(problem.xy[a] - problem.xy[b]).T),
            "term": settings.term_years,
            "term_from": start,
            "term_to": start + settings.term_years - 1,
            "remote": found.remote[paired],
        }
    )
    return rows[list(PLAN_TABLES["apprentices"])].sort_values(["subject", "master_id", "apprentice_id"], kind="stable").reset_index(drop=True)


def _links(rows: pd.DataFrame) -> pd.DataFrame:
    """One link for each pair of schools and subject; pairs inside a school are none."""
    apart = rows[rows["master_school_id"] != rows["apprentice_school_id"]]
    keys = ["stage", "subject", "master_school_id", "apprentice_school_id"]
    once = apart.drop_duplicates(keys)[[*keys, "distance_m", "remote"]]
    return once.rename(columns={"master_school_id": "from_id", "apprentice_school_id": "to_id"}).assign(kind=FORM, channel=FORM)


def _notes(found: ApprenticeSolution, apprentices: pd.DataFrame, stage: str) -> list[Fault]:
    """Apprentices without a master, counted by reason."""
    notes = []
    for reason, name in _REASONS.items():
        alone = apprentices["subject"][found.reason == reason]
        if len(alone):
            subjects = [f"{s} {n}" for s, n in alone.value_counts(sort=False).sort_index().items()]
            problem = text(f"pairing.alone_{name}", stage=text(f"word.{stage}"), count=len(alone), subjects=subjects)
            notes.append(Fault(problem, text(f"pairing.mend_{name}"), column="teachers", severity="warning"))
    return notes


def _record(found: ApprenticeSolution, masters: int) -> dict[str, Any]:
    pairs = int((found.master_of_apprentice >= 0).sum())
    alone = {f"unmatched.{name}": int((found.reason == reason).sum()) for reason, name in _REASONS.items()}
    record = {"status": found.status, "objective": found.objective, "bound": found.bound, "gap": found.gap, "unit": "metre"}
    return {**record, **({"pairs": pairs} if pairs else {}), "masters": masters, "apprentices": len(found.reason), "remote": int(found.remote.sum()), **alone}
