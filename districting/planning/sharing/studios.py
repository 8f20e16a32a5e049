"""Studios of leading teachers (名师工作室): who leads, who joins (policy R39)."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.checking.sharing.research import check_seats
from districting.model.research_problem import Seated, SeatProblem
from districting.model.research_settings import ResearchSettings
from districting.model.solution import relative_gap
from districting.planning.sharing.research_groups import Part, stop_if
from districting.planning.sharing.research_rows import Staff
from districting.sharing.seating import seat_where_many
from districting.wording import text


def studios_of(staff: Staff, settings: ResearchSettings) -> Part:
    """Young teachers to studios of their stage and subject: as many as can be, then the shortest ways. In a school those of fewest years go first."""
    teachers = staff.teachers
    is_lead = (teachers["expert"] | teachers["backbone"]) if settings.leads == "backbone" else teachers["expert"]
    leads = teachers[is_lead].sort_values(["stage", "subject", "teacher_id"], kind="stable").reset_index(drop=True)
    years = teachers["years"].to_numpy(dtype=np.float64)
    young = ~teachers["backbone"] & ~teachers["expert"] & (np.isnan(years) | (years <= settings.member_years))
    wanted = teachers[young].groupby(["stage", "subject", "at"], sort=True).size().rename("people").reset_index()
    alike = same_subject(wanted, leads)
    away = staff.metres(wanted["at"].to_numpy(dtype=np.int64), leads["at"].to_numpy(dtype=np.int64))
    metres = np.where(alike & (np.nan_to_num(away, nan=np.inf) <= settings.studio_km * 1000.0), away, np.inf)
    problem = SeatProblem(wanted["people"].to_numpy(dtype=np.int64), np.full(len(leads), settings.studio_seats, dtype=np.int64), metres)
    found, open_ = seat_where_many(problem, settings.studio_least, time_limit_s=settings.time_limit_s)
    stop_if(check_seats(problem, found, alike.tolist(), least=settings.studio_least))
    load = np.bincount(found.offer, found.people, len(leads)).astype(np.int64)
    way = np.bincount(found.offer, found.people * metres[found.demand, found.offer], len(leads))
    at = leads["at"].to_numpy(dtype=np.int64)
    studios = pd.DataFrame({"lead_id": leads["teacher_id"], "stage": leads["stage"], "subject": leads["subject"], "school_id": staff.school(at)})
    studios = studios.assign(name=staff.school(at, "name"), seats=problem.seats, members=load)
    studios["mean_m"] = np.round(np.divide(way, load, out=np.full(len(leads), np.nan), where=load > 0))
    outside = int(problem.people.sum()) - found.placed
    facts = {
        "studios": int(open_.sum()), "leads": len(leads), "studio_members": found.placed, "studio_members_most": found.most, "studio_without": outside, "studios_teacher_m": found.travel,
        "studios_bound": found.bound, "studios_gap": relative_gap(found.travel, found.bound), "studios_status": found.status,
    }  # fmt: skip
    km = found.travel / found.placed / 1000.0 if found.placed else 0.0
    lines = [text("sharing.studios_line", studios=int(open_.sum()), leads=len(leads), members=found.placed, without=outside, km=km)]
    if found.status != "optimal":
        lines.append(text("sharing.studios_gap_line", most=found.most, gap=facts["studios_gap"]))
    kept = {"offers": leads.assign(seats=np.where(open_, problem.seats - load, 0))}
    tables = {"studios": studios[open_].reset_index(drop=True), "studio_members": _members(staff, leads, teachers[young], wanted, found)}
    return Part(tables, facts, lines, kept)


def same_subject(people: pd.DataFrame, offers: pd.DataFrame) -> NDArray[np.bool_]:
    """(p, o) of one stage and subject; a demand without a subject suits all of its stage."""
    stage = people["stage"].to_numpy(dtype=object)[:, None] == offers["stage"].to_numpy(dtype=object)[None, :]
    subject = people["subject"].to_numpy(dtype=object)[:, None]
    return np.asarray(stage & ((subject == offers["subject"].to_numpy(dtype=object)[None, :]) | (subject == "")), dtype=np.bool_)


def _members(staff: Staff, leads: pd.DataFrame, young: pd.DataFrame, wanted: pd.DataFrame, found: Seated) -> pd.DataFrame:
    """Each teacher by code: of a school those of fewest years first, to the studios in the order of their leads."""
    queue = {k: rows.sort_values(["years", "teacher_id"], kind="stable")["teacher_id"].tolist() for k, rows in young.groupby(["stage", "subject", "at"])}
    rows = []
    for q, o, n in zip(found.demand.tolist(), found.offer.tolist(), found.people.tolist(), strict=True):
        want, lead = wanted.iloc[q], leads.iloc[o]
        waiting = queue[want["stage"], want["subject"], want["at"]]
        here, there = np.array([int(want["at"])]), np.array([int(lead["at"])])
        metres = float(np.round(staff.metres(here, there)[0, 0]))
        for _ in range(n):
            ends = (staff.school(here)[0], staff.school(here, "name")[0], lead["teacher_id"], staff.school(there)[0], staff.school(there, "name")[0])
            rows.append((waiting.pop(0), want["stage"], want["subject"], *ends, metres))
    columns = ["teacher_id", "stage", "subject", "school_id", "name", "lead_id", "studio_school_id", "studio_school", "distance_m"]
    out = pd.DataFrame(rows, columns=columns)
    return out.sort_values(["stage", "subject", "lead_id", "school_id", "teacher_id"], kind="stable", ignore_index=True)
