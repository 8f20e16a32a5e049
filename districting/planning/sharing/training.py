"""Training to order (订单式培训): a table of demand on the seats of bases and studios (policy R39)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.checking.sharing.research import check_seats
from districting.model.research_problem import SeatProblem
from districting.model.research_settings import ResearchSettings
from districting.model.solution import relative_gap
from districting.planning.sharing.research_groups import Part, stop_if
from districting.planning.sharing.research_rows import Staff
from districting.planning.sharing.studios import same_subject
from districting.reading.city import City
from districting.sharing.seating import seat_people
from districting.solvers.rounding import controlled_rounding
from districting.wording import text


def training_of(city: City, staff: Staff, bases: Part, studios: Part, settings: ResearchSettings) -> Part:
    """Demand of ``inputs.training_demand``, or the backbone teachers that schools lack, on seats of their stage and subject; what is not met, with the reason."""
    given = city.training_demand is not None
    asked = _given(staff, city.training_demand) if given else lacking_backbone(staff, settings)
    at_base = bases.kept["bases"].assign(seats=settings.base_seats, teacher_id="", place="base")
    offers = pd.concat([at_base, studios.kept["offers"].assign(place="studio")], ignore_index=True)
    at, to = asked["at"].to_numpy(dtype=np.int64), offers["at"].to_numpy(dtype=np.int64)
    alike, away = same_subject(asked, offers), staff.metres(at, to)
    near = alike & (np.nan_to_num(away, nan=np.inf) <= settings.training_km * 1000.0)
    problem = SeatProblem(asked["people"].to_numpy(dtype=np.int64), offers["seats"].to_numpy(dtype=np.int64), np.where(near, away, np.inf))
    found = seat_people(problem, time_limit_s=settings.time_limit_s)
    stop_if(check_seats(problem, found, alike.tolist()))
    end = to[found.offer]
    head = asked.iloc[found.demand][["stage", "subject", "topic"]].reset_index(drop=True)
    table = head.assign(school_id=staff.school(at[found.demand]), name=staff.school(at[found.demand], "name"), people=found.people)
    table = table.assign(place=offers["place"].to_numpy(dtype=object)[found.offer], place_id=staff.school(end), place_name=staff.school(end, "name"))
    table = table.assign(lead_id=offers["teacher_id"].to_numpy(dtype=object)[found.offer], distance_m=np.round(problem.metres[found.demand, found.offer]))
    left = problem.people - np.bincount(found.demand, found.people, len(asked)).astype(np.int64)
    unmet = asked[["stage", "subject", "topic"]].assign(school_id=staff.school(at), name=staff.school(at, "name"), people=problem.people, not_seated=left)
    known = np.isfinite(staff.xy[at]).all(axis=1)
    reason = np.select([~alike.any(axis=1), ~near.any(axis=1) & ~known, ~near.any(axis=1)], ["no_base", "no_place", "far"], "full")
    unmet = unmet.assign(unmet_reason=reason)[left > 0].reset_index(drop=True)
    people = int(problem.people.sum())
    facts = {
        "training_given": given, "training_asked": people, "training_seated": found.placed, "training_unmet": people - found.placed,
        "training_person_m": found.travel, "training_bound": found.bound, "training_gap": relative_gap(found.travel, found.bound),
        "training_status": found.status,
    }  # fmt: skip
    source = text("sharing.training_given" if given else "sharing.training_derived")
    lines = [text("sharing.training_line", source=source, asked=people, seated=found.placed, unmet=people - found.placed)]
    for why, rows in unmet.groupby("unmet_reason", sort=True):
        lines.append(text("sharing.training_unmet_line", people=int(rows["not_seated"].sum()), reason=text(f"sharing.unmet_reason_{why}")))
    return Part({"training": table, "training_unmet": unmet}, facts, lines)


def _given(staff: Staff, table: Any) -> pd.DataFrame:
    place = {key: i for i, key in enumerate(zip(staff.members["school_id"], staff.members["stage"], strict=True))}
    rows = table.assign(at=[place.get(k, -1) for k in zip(table["school_id"], table["stage"], strict=True)])
    return rows[rows["at"] >= 0][["at", "stage", "subject", "topic", "people"]].reset_index(drop=True)


def lacking_backbone(staff: Staff, settings: ResearchSettings) -> pd.DataFrame:
    """at, stage, subject, topic, people: backbone teachers that each school lacks of its line, by subject as its other teachers are."""
    teachers, members = staff.teachers, staff.members
    parts = []
    for stage in members["stage"].unique():
        line = settings.backbone_per_100.get(str(stage), 0.0)
        mine = teachers[teachers["stage"] == stage]
        have = np.bincount(mine.loc[mine["backbone"], "at"], minlength=len(members))
        need = np.ceil(line * np.nan_to_num(members["pupils"].to_numpy(dtype=np.float64)) / 100.0 - 1e-9) - have
        others = mine[~mine["backbone"] & ~mine["expert"]].pivot_table(index="at", columns="subject", values="teacher_id", aggfunc="count", fill_value=0)
        at = others.index.to_numpy(dtype=np.int64)
        parts.append(_by_subject(stage, at, others, np.minimum(np.maximum(need[at], 0.0), others.sum(axis=1).to_numpy(dtype=np.float64))))
    empty = pd.DataFrame({"at": np.empty(0, np.int64), "stage": [], "subject": [], "topic": [], "people": np.empty(0, np.int64)})
    return pd.concat([p for p in parts if len(p)] or [empty], ignore_index=True)


def _by_subject(stage: str, at: NDArray[np.int64], others: pd.DataFrame, people: NDArray[np.float64]) -> pd.DataFrame:
    count = others.to_numpy(dtype=np.float64)
    if not count.size:
        return pd.DataFrame()
    target = people[:, None] * count / np.maximum(count.sum(axis=1), 1.0)[:, None]
    whole = controlled_rounding(target).table.astype(np.int64)
    row, subject = np.nonzero(whole)
    names = others.columns.to_numpy(dtype=object)[subject]
    return pd.DataFrame({"at": at[row], "stage": stage, "subject": names, "topic": "backbone", "people": whole[row, subject]})
