"""Who teaches what where, which school's subject belongs to which group, and what each school seats (policy R04)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.geography.distances import straight_distance_m
from districting.model.plan import Plan
from districting.model.research_settings import ResearchSettings
from districting.planning.offers import points_xy
from districting.planning.sharing.areas import areas, needs_subjects, staffed_schools
from districting.planning.sharing.staffing import named_subjects
from districting.reading.city import City

WHOLE_CITY: Final = "city"
"""Area of a subject that no area has enough teachers of and that no school of an area teaches."""


@dataclass(frozen=True, eq=False)
class Staff:
    """Public school-stages ``members`` (s rows) with ``xy`` (s, 2), ``area`` (s,) and ``campus`` (s,) position in ``campuses``; ``seats`` (campuses,) of a host.

    teachers : teacher_id, at (position in members), stage, subject (the first named), backbone, expert, years
    subjects : at, stage, subject, teachers: a teacher of two subjects counts in both
    """

    members: Any
    xy: NDArray[np.float64]
    area: NDArray[Any]
    area_names: dict[str, str]
    campuses: NDArray[Any]
    campus: NDArray[np.int64]
    seats: NDArray[np.int64]
    teachers: pd.DataFrame
    subjects: pd.DataFrame
    without_subject: int

    def school(self, at: NDArray[np.int64] | pd.Series, column: str = "school_id") -> NDArray[Any]:
        """A column of the schools at some positions."""
        return np.asarray(self.members[column].to_numpy(dtype=object)[np.asarray(at, dtype=np.int64)])

    def metres(self, people: NDArray[np.int64], places: NDArray[np.int64]) -> NDArray[np.float64]:
        """(p, q) straight metres between school-stages; 0 within a school, NaN where a place is not known."""
        away = straight_distance_m(self.xy[people], self.xy[places])
        return np.where(self.campus[people][:, None] == self.campus[places][None, :], 0.0, np.where(np.isfinite(away), away, np.nan))


def staff_of(city: City, plan: Plan | None, settings: ResearchSettings) -> Staff:
    """Schools and teachers of the stages that take part.

    Raises
    ------
    DataError : districts are asked for and there are none
    """
    assert city.teachers is not None
    members = staffed_schools(city, settings.stages)
    area, names = areas(members, city, plan, settings, "research")
    place = {key: i for i, key in enumerate(zip(members["school_id"], members["stage"], strict=True))}
    rows = city.teachers.assign(at=[place.get(k, -1) for k in zip(city.teachers["school_id"], city.teachers["stage"], strict=True)])
    rows = rows[rows["at"] >= 0].copy()
    needs_subjects(rows["subject"])
    rows["named"] = rows["subject"].map(named_subjects)
    rows = rows.assign(years=rows["years_teaching"].fillna(rows["years_here"])).sort_values("teacher_id", kind="stable")
    each = rows.explode("named").dropna(subset=["named"])
    subjects = each.groupby(["stage", "named", "at"], sort=True).size().rename("teachers").reset_index().rename(columns={"named": "subject"})
    first = rows.assign(subject=[n[0] if n else "" for n in rows["named"]])
    teachers = first.loc[first["subject"] != "", ["teacher_id", "at", "stage", "subject", "backbone", "expert", "years"]].reset_index(drop=True)
    campuses, campus = np.unique(members["school_id"].to_numpy(dtype=str), return_inverse=True)
    classes = members["classes"].to_numpy(dtype=np.float64) if "classes" in members.columns else np.zeros(len(members))
    all_classes = np.bincount(campus, np.nan_to_num(classes), len(campuses))
    seats = np.maximum(settings.host_seats, settings.seats_per_class * all_classes).astype(np.int64)
    return Staff(members, points_xy(members), area, names, campuses, campus.astype(np.int64), seats, teachers, subjects, int((first["subject"] == "").sum()))


def grouped(staff: Staff, settings: ResearchSettings) -> pd.DataFrame:
    """``subjects`` with area (of the group) and joined: own, few (the own area has too few teachers), outside (the school is in no area)."""
    parts = []
    for _, rows in staff.subjects.groupby(["stage", "subject"], sort=True):
        area, joined = _joined(staff, rows["at"].to_numpy(dtype=np.int64), rows["teachers"].to_numpy(dtype=np.int64), settings.least_teachers)
        parts.append(rows.assign(area=area, joined=joined))
    out = pd.concat(parts, ignore_index=True) if parts else staff.subjects.assign(area="", joined="")
    out["group_id"] = out["area"].astype("str") + "-" + out["stage"].astype("str") + "-" + out["subject"].astype("str")
    out = out.sort_values(["stage", "subject", "area", "at"], kind="stable").reset_index(drop=True)
    if settings.if_full == "sections":
        for group, rows in out.groupby("group_id", sort=True):
            sections = _sections(staff, rows["at"].to_numpy(dtype=np.int64), rows["teachers"].to_numpy(dtype=np.int64))
            if len(sections) > 1:
                for number, part in enumerate(sections, 1):
                    out.loc[rows.index[part], "group_id"] = f"{group}-{number}"
    return out.sort_values(["stage", "subject", "group_id", "at"], kind="stable").reset_index(drop=True)


def _sections(staff: Staff, at: NDArray[np.int64], teachers: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Rows in parts that one of their own schools seats: halved across the longer side, as often as is needed; one school is never split."""

    def halves(part: NDArray[np.int64]) -> list[NDArray[np.int64]]:
        if len(part) < 2 or (teachers[part].sum() - teachers[part] <= staff.seats[staff.campus[at[part]]]).any():
            return [part]
        xy = np.nan_to_num(staff.xy[at[part]], nan=0.0)
        axis = int(np.ptp(xy[:, 1]) > np.ptp(xy[:, 0]))
        order = part[np.lexsort((at[part], xy[:, axis]))]
        before = np.cumsum(teachers[order])
        cut = 1 + int(np.argmin(np.abs(before[:-1] - before[-1] / 2)))
        return halves(np.sort(order[:cut])) + halves(np.sort(order[cut:]))

    return halves(np.arange(len(at)))


def _joined(staff: Staff, at: NDArray[np.int64], teachers: NDArray[np.int64], least: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Area of the group of every school of a subject, and why: the nearest group with enough teachers, by the mean way of the teachers to its nearest school."""
    own = staff.area[at].astype(object)
    total = {a: int(teachers[own == a].sum()) for a in sorted(set(own.tolist())) if a}
    enough = [a for a, n in total.items() if n >= least] or [a for a, n in total.items() if n == max(total.values())][:1]
    if not enough:
        return np.full(len(at), WHOLE_CITY, dtype=object), np.full(len(at), "outside", dtype=object)
    group, joined = own.copy(), np.full(len(at), "own", dtype=object)
    away = staff.metres(at, at)
    movers = [np.flatnonzero(own == a) for a in total if a not in enough] + [np.array([i]) for i in np.flatnonzero(own == "").tolist()]
    for rows in movers:
        means = []
        for target in enough:
            near = np.where(np.isnan(away[np.ix_(rows, own == target)]), np.inf, away[np.ix_(rows, own == target)]).min(axis=1)
            known = np.isfinite(near)
            means.append(float(np.average(near[known], weights=teachers[rows][known])) if known.any() else np.inf)
        best = min(range(len(enough)), key=lambda i: (means[i], -total[enough[i]], enough[i]))
        group[rows] = enough[best]
        joined[rows] = "few" if own[rows[0]] else "outside"
    return group, joined
