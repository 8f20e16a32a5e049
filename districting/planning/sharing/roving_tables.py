"""Tables of roving lessons: the timetable, what every school gets of what it needs, and the week of every teacher on the road."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.model.roving_problem import Roving, RovingProblem
from districting.model.share_result import ShareResult
from districting.sharing.roving_week import Visit
from districting.wording import Text, text

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HALVES: Final = ("morning", "afternoon")
LEFT_OUT: Final = ("schools_outside", "schools_without_classes", "schools_without_place", "teachers_without_subject")
TIMETABLE: Final = ("area_name", "stage", "subject", "teacher_id", "from_name", "day", "half_day", "to_id", "to_name", "lessons")
COVERAGE: Final = ("area_name", "stage", "subject", "school_id", "name", "classes", "lessons_needed", "by_own", "by_visitors", "uncovered", "reason", "online")
TEACHERS: Final = ("area_name", "stage", "subject", "teacher_id", "from_name", "lessons_home", "lessons_away", "schools", "travel_minutes")
AREAS: Final = (
    "area_name",
    "stage",
    "subject",
    "lessons_needed",
    "by_own",
    "by_visitors",
    "most_by_visitors",
    "uncovered",
    "travel_minutes",
    "minutes_bound",
    "status",
)


@dataclass(frozen=True, eq=False)
class Part:
    """One subject in one area: ``schools``, ``teachers`` rows of the ground; ``visits`` one per trip."""

    area: str
    subject: str
    schools: NDArray[np.int64]
    teachers: NDArray[np.int64]
    problem: RovingProblem
    found: Roving
    visits: list[Visit]


@dataclass(frozen=True, eq=False)
class Ground:
    """School-stages, their area, teachers of the subjects, minutes between schools."""

    members: Any
    area: NDArray[Any]
    names: dict[str, str]
    teachers: pd.DataFrame
    minutes: NDArray[np.float64]


def result_of(ground: Ground, parts: list[Part], left_out: dict[str, int]) -> ShareResult:
    """Tables, facts and sentences of all parts; ``left_out``: how many schools and teachers take no part, by what they lack."""
    coverage = [row for part in parts for row in _coverage(ground, part)]
    tables = {
        "roving_areas": pd.DataFrame([_area(ground, part) for part in parts], columns=list(AREAS)),
        "roving_coverage": pd.DataFrame(coverage, columns=list(COVERAGE)),
        "roving_timetable": pd.DataFrame([row for part in parts for row in _timetable(ground, part)], columns=list(TIMETABLE)),
        "roving_teachers": pd.DataFrame([row for part in parts for row in _teachers(ground, part)], columns=list(TEACHERS)),
    }
    whole = tables["roving_areas"]
    needed, own, visitors = (int(whole[c].sum()) for c in ("lessons_needed", "by_own", "by_visitors"))
    bound = int(whole["most_by_visitors"].sum())
    counts = {"lessons_needed": needed, "by_own": own, "by_visitors": visitors, "uncovered": needed - own - visitors}
    minutes, least = float(whole["travel_minutes"].sum()), float(whole["minutes_bound"].sum())
    status = "optimal" if (whole["status"] == "optimal").all() else "feasible"
    least_uncovered = needed - own - bound
    facts: dict[str, Any] = {
        "status": status,
        "objective": counts["uncovered"],
        "bound": least_uncovered,
        "gap": (counts["uncovered"] - least_uncovered) / counts["uncovered"] if counts["uncovered"] else 0.0,
        "unit": "lesson",
        **counts,
        "travel_minutes": minutes,
        "travel_minutes_bound": least,
        "teachers": len(tables["roving_teachers"]),
        **left_out,
    }
    return ShareResult(tables, facts, _lines(whole, tables, facts))


def _lines(whole: pd.DataFrame, tables: dict[str, pd.DataFrame], facts: dict[str, Any]) -> tuple[Text, ...]:
    counts = {k: facts[k] for k in ("lessons_needed", "by_own", "by_visitors", "uncovered")}
    lines = [text("sharing.roving_line", teachers=facts["teachers"], **counts)]
    lines.append(
        text("sharing.roving_bound", uncovered=facts["uncovered"], bound=facts["bound"], minutes=facts["travel_minutes"], least=facts["travel_minutes_bound"])
    )
    for subject, part in whole.groupby("subject", sort=False):
        each = {k: int(part[k].sum()) for k in counts}
        lines.append(text("sharing.roving_subject", subject=str(subject), **each))
    missed = tables["roving_coverage"]
    for reason, part in missed[missed["uncovered"] > 0].groupby("reason", sort=True):
        lines.append(
            text("sharing.roving_unmet", lessons=int(part["uncovered"].sum()), schools=part["school_id"].nunique(), reason=text(f"sharing.reason_{reason}"))
        )
    lines += [text(f"sharing.roving_{lack}", count=facts[lack]) for lack in LEFT_OUT if facts[lack]]
    return tuple(lines)


def lessons_of(part: Part) -> list[tuple[int, int, int, int, int]]:
    """Teacher, weekday, half-day, school, lessons of every half-day away that has found its place in the week."""
    rows = []
    for trip, (day, first, second) in zip(part.found.trips, part.visits, strict=True):
        if day >= 0:
            rows.append((trip.teacher, day, first, trip.first, trip.lessons_first))
            if second >= 0:
                rows.append((trip.teacher, day, second, trip.second, trip.lessons_second))
    return sorted(rows)


def _place(ground: Ground, part: Part) -> tuple[str, str, str]:
    return ground.names.get(part.area, part.area), str(ground.members["stage"].iloc[part.schools[0]]), part.subject


def _area(ground: Ground, part: Part) -> tuple[Any, ...]:
    own, visitors = _given(part)
    problem, found = part.problem, part.found
    need = int(problem.demand.sum())
    kept = sum(t.minutes for t, visit in zip(found.trips, part.visits, strict=True) if visit[0] >= 0)
    weights = problem.weight.max() if len(problem.weight) else 1.0
    bound = int(min(found.bound, need - own.sum()) + 1e-6) if weights == 1 else int(need - own.sum())
    placed = all(visit[0] >= 0 for visit in part.visits)
    status = found.status if placed else "feasible"
    return (*_place(ground, part), need, int(own.sum()), int(visitors.sum()), bound, need - int(own.sum() + visitors.sum()), kept, found.minutes_bound, status)


def _given(part: Part) -> tuple[Any, Any]:
    """(s,) lessons by own teachers and by visitors who have found a place in the week."""
    s = len(part.schools)
    own = np.bincount(part.problem.home_of_teacher, weights=part.found.at_home, minlength=s).astype(np.int64)
    visitors = np.zeros(s, dtype=np.int64)
    for trip, visit in zip(part.found.trips, part.visits, strict=True):
        if visit[0] >= 0:
            visitors[trip.first] += trip.lessons_first
            if trip.second >= 0:
                visitors[trip.second] += trip.lessons_second
    return own, visitors


def _coverage(ground: Ground, part: Part) -> list[tuple[Any, ...]]:
    own, visitors = _given(part)
    problem = part.problem
    load = np.bincount(problem.home_of_teacher, weights=np.minimum(problem.load, problem.free + part.found.at_home), minlength=len(own))
    spare = load - own > 0
    reach = problem.minutes <= problem.max_hop_minutes
    lost = {s for trip, visit in zip(part.found.trips, part.visits, strict=True) if visit[0] < 0 for s in (trip.first, trip.second)}
    rows = []
    for i, s in enumerate(part.schools):
        row = ground.members.iloc[s]
        short = int(problem.demand[i] - own[i] - visitors[i])
        others = spare & (np.arange(len(own)) != i)
        cause = _cause(short, i in lost, bool(others.any()), bool((others & reach[:, i]).any()))
        rooms = row.get("multimedia_rooms", np.nan)
        online = bool(rooms > 0) if short and rooms == rooms else None
        rows.append(
            (*_place(ground, part), row["school_id"], row["name"], row["classes"], int(problem.demand[i]), int(own[i]), int(visitors[i]), short, cause, online)
        )
    return rows


def _cause(short: int, lost: bool, spare: bool, near: bool) -> str:
    """Why lessons are not covered: the week is full, nobody has lessons to spare, those who have are too far, or have given what they have."""
    if not short:
        return ""
    if lost:
        return "timetable"
    if not spare:
        return "none_spare"
    return "used_up" if near else "too_far_to_rove"


def _timetable(ground: Ground, part: Part) -> list[tuple[Any, ...]]:
    ids, names = ground.members["school_id"].to_numpy(), ground.members["name"].to_numpy()
    rows = []
    for teacher, day, half, school, lessons in lessons_of(part):
        home, to = part.schools[part.problem.home_of_teacher[teacher]], part.schools[school]
        who = ground.teachers["teacher_id"].iloc[part.teachers[teacher]]
        rows.append((*_place(ground, part), who, names[home], _DAYS[day], _HALVES[half], ids[to], names[to], lessons))
    return rows


def _teachers(ground: Ground, part: Part) -> list[tuple[Any, ...]]:
    """The week of everybody who leaves the own school."""
    names = ground.members["name"].to_numpy()
    rows = []
    on_road = [(t, v) for t, v in zip(part.found.trips, part.visits, strict=True) if v[0] >= 0]
    for teacher in sorted({t.teacher for t, _ in on_road}):
        mine = [t for t, _ in on_road if t.teacher == teacher]
        away = sum(t.lessons_first + t.lessons_second for t in mine)
        at_home = int(part.found.at_home[teacher])
        schools = len({s for t in mine for s in (t.first, t.second) if s >= 0}) + (at_home > 0)
        home = part.schools[part.problem.home_of_teacher[teacher]]
        who = ground.teachers["teacher_id"].iloc[part.teachers[teacher]]
        rows.append((*_place(ground, part), who, names[home], at_home, away, schools, sum(t.minutes for t in mine)))
    return rows
