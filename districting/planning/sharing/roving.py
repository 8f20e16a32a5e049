"""``share roving``: the week of teachers of short subjects who go about between schools (policy R38)."""

from __future__ import annotations

import dataclasses
from typing import Final

import numpy as np
from numpy.typing import NDArray

from districting.checking.sharing.roving import broken_roving
from districting.errors import DataError, DistrictingError, Fault
from districting.model.plan import Plan
from districting.model.roving_problem import RovingProblem
from districting.model.share_result import ShareResult
from districting.model.sharing_settings import RovingSettings
from districting.planning.offers import points_xy
from districting.planning.sharing.areas import areas, private_line, private_schools, staffed_schools
from districting.planning.sharing.roving_tables import Ground, Part, lessons_of, result_of
from districting.reading.city import City
from districting.sharing.roving import rove
from districting.sharing.roving_week import on_weekdays
from districting.wording import text

_KMH: Final = 1000.0 / 60.0


def share_roving(city: City, plan: Plan | None = None) -> ShareResult:
    """A weekly timetable: who gives lessons where on which half-day, what is covered and what is not, and why.

    Raises
    ------
    DataError : no table of teachers, no classes, or no plan where districts are asked for
    """
    settings = city.settings.sharing.roving
    ground = _ground(city, plan, settings)
    parts: list[Part] = []
    for stage in settings.stages:
        for area in sorted(set(ground.area) - {""}):
            schools = np.flatnonzero((ground.members["stage"] == stage) & (ground.area == area))
            given = np.zeros((len(schools), settings.days, 2), dtype=np.int64)
            for subject in settings.lessons_per_class:
                parts += [_part(ground, (area, subject), schools, given, settings)] if len(schools) else []
    private = private_schools(city, settings.stages)
    made = result_of(ground, parts, _left_out(city, ground))
    return dataclasses.replace(made, facts={**made.facts, **private}, lines=(*made.lines, *private_line(private)))


def _ground(city: City, plan: Plan | None, settings: RovingSettings) -> Ground:
    if city.teachers is None:
        raise DataError(Fault(text("sharing.needs_teachers"), text("sharing.give_teachers"), column="inputs.teachers"))
    members = staffed_schools(city, settings.stages)
    if "classes" not in members.columns or not members["classes"].notna().any():
        raise DataError(Fault(text("sharing.needs_classes"), text("sharing.give_classes"), file="schools", column="classes"))
    area, names = areas(members, city, plan, settings, "roving")
    at = {(str(i), str(s)): n for n, (i, s) in enumerate(zip(members["school_id"], members["stage"], strict=True))}
    teachers = city.teachers[city.teachers["subject"].isin(list(settings.lessons_per_class))]
    if not len(teachers):
        raise DataError(
            Fault(text("sharing.no_such_subject", names=list(settings.lessons_per_class)), text("sharing.give_subject"), file="teachers", column="subject")
        )
    home = [at.get((str(i), str(s)), -1) for i, s in zip(teachers["school_id"], teachers["stage"], strict=True)]
    teachers = teachers.assign(_at=home)
    teachers = teachers[teachers["_at"] >= 0].sort_values("teacher_id", kind="stable").reset_index(drop=True)
    xy = points_xy(members)
    apart = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1)) * settings.detour / (settings.ride_kmh * _KMH)
    minutes = np.where(np.isfinite(apart), apart, np.inf)
    np.fill_diagonal(minutes, 0.0)
    return Ground(members, area, names, teachers, minutes)


def _left_out(city: City, ground: Ground) -> dict[str, int]:
    """Schools and teachers that take no part, by what they lack: none is left out in silence."""
    teachers = city.teachers if city.teachers is not None else ground.teachers
    placed = set(zip(ground.members["school_id"].astype("str"), ground.members["stage"].astype("str"), strict=True))
    here = [key in placed for key in zip(teachers["school_id"].astype("str"), teachers["stage"].astype("str"), strict=True)]
    return {
        "schools_outside": int((ground.area == "").sum()),
        "schools_without_classes": int(ground.members["classes"].isna().sum()),
        "schools_without_place": int((np.isfinite(ground.minutes).sum(axis=1) <= 1).sum()) if len(ground.members) > 1 else 0,
        "teachers_without_subject": int((teachers["subject"].fillna("") == "")[here].sum()),
    }


def _part(ground: Ground, of: tuple[str, str], schools: NDArray[np.int64], given: NDArray[np.int64], settings: RovingSettings) -> Part:
    """One subject in one area, with the lessons that other subjects have put on the same half-days."""
    area, subject = of
    mine = np.flatnonzero((ground.teachers["subject"] == subject) & ground.teachers["_at"].isin(schools))
    position = {int(s): i for i, s in enumerate(schools)}
    home = np.array([position[int(s)] for s in ground.teachers["_at"].to_numpy()[mine]], dtype=np.int64)
    classes = np.nan_to_num(ground.members["classes"].to_numpy(dtype=np.float64)[schools])
    load = np.full(len(mine), settings.max_lessons, dtype=np.int64)
    hours = ground.teachers["hours_free"].to_numpy(dtype=np.float64)[mine]
    free = np.where(np.isfinite(hours) & settings.by_hours_free, hours, settings.max_lessons).astype(np.int64)
    weak = ground.members["tier"].to_numpy()[schools] == "weak" if "tier" in ground.members.columns else np.zeros(len(schools), dtype=np.bool_)
    problem = RovingProblem(
        home,
        load,
        free,
        np.ceil(classes * settings.lessons_per_class[subject] - 1e-9).astype(np.int64),
        ground.minutes[np.ix_(schools, schools)],
        np.where(weak, settings.weak_weight, 1.0),
        settings.max_schools,
        settings.max_hop_minutes,
        settings.half_day_lessons,
        settings.days,
    )
    found = rove(problem)
    room = np.ceil(classes).astype(np.int64) * settings.half_day_lessons
    part = Part(area, subject, schools, mine, problem, found, on_weekdays(found.trips, room, given))
    broken = broken_roving(problem, found.at_home.tolist(), lessons_of(part))
    if broken:
        raise DistrictingError(text("planning.broken_rule", rules=broken))
    return part
