"""``share courses``: who offers which course to whom, live, by platform or in place (policy R19: 共享课程)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.checking.sharing.courses import check_courses
from districting.errors import DataError, DistrictingError, Fault
from districting.model.course_problem import CourseLinks, CourseProblem
from districting.model.plan import Plan
from districting.model.share_result import ShareResult
from districting.planning.sharing.ground import Ground, allowed, ground_of, metres, together
from districting.reading.city import City
from districting.sharing.courses import link_courses
from districting.wording import Text, text


def share_courses(city: City, plan: Plan | None = None) -> ShareResult:
    """The links from schools that offer a course to schools whose pupils ask for it; a school that offers the course itself serves its own pupils.

    Raises
    ------
    DataError : no courses, nobody who asks, or districts are asked for without a plan
    """
    given, asked = city.courses, city.course_demand
    faults = []
    if given is None:
        faults.append(Fault(text("sharing.needs_courses"), text("sharing.give_courses"), column="inputs.courses"))
    if asked is None:
        faults.append(Fault(text("sharing.needs_course_demand"), text("sharing.give_course_demand"), column="inputs.course_demand"))
    if given is None or asked is None:
        raise DataError(faults)
    ground = ground_of(city, plan)
    given = given.sort_values(["course", "school_id", "mode"], kind="stable").reset_index(drop=True)
    asked = asked.sort_values(["course", "school_id"], kind="stable").reset_index(drop=True)
    own = pd.MultiIndex.from_frame(asked[["course", "school_id"]]).isin(pd.MultiIndex.from_frame(given[["course", "school_id"]]))
    rest = asked[~own].reset_index(drop=True)
    problem = _problem(city, plan, ground, given, rest)
    found = link_courses(problem, time_limit_s=city.settings.sharing.courses.time_limit_s)
    wrong = check_courses(problem, found)
    if wrong:
        raise DistrictingError(text("planning.broken_rule", rules=wrong))
    served = np.bincount(found.demand, found.pupils, len(rest)).astype(np.int64)
    tables = {
        "course_links": _links(ground, problem, given, found),
        "course_reach": _reach(ground, problem, given, found),
        "course_unmet": _unmet(ground, problem, rest, served),
        "course_entries": _entries(city, ground, problem, given, found),
    }
    return ShareResult(tables, _facts(city, ground, problem, found, served, int(own.sum()), plan), _lines(city, ground, problem, found, served, tables))


def _problem(city: City, plan: Plan | None, ground: Ground, given: pd.DataFrame, asked: pd.DataFrame) -> CourseProblem:
    settings, reach = city.settings.sharing.courses, city.settings.sharing.reach
    school, giver = (ground.ids.get_indexer(pd.Index(t["school_id"])) for t in (asked, given))
    people, venues = ground.at.take(school), ground.at.take(giver)
    names = pd.Index(sorted({*given["course"], *asked["course"]}))
    mode = given["mode"].to_numpy(dtype=object)
    rooms = ground.rooms[school]
    seated = np.where(np.isfinite(rooms), np.nan_to_num(rooms) * settings.class_size, asked["course_pupils"].to_numpy(np.float64))
    seats = given["course_seats"].to_numpy(np.float64)
    return CourseProblem(
        school=school.astype(np.int64),
        course=names.get_indexer(pd.Index(asked["course"])).astype(np.int64),
        pupils=asked["course_pupils"].to_numpy(np.float64).astype(np.int64),
        weight=np.where(ground.weak[school], settings.weak_weight, 1.0),
        room_pupils=seated.astype(np.int64),
        giver=giver.astype(np.int64),
        offer_course=names.get_indexer(pd.Index(given["course"])).astype(np.int64),
        seats=np.where(np.isfinite(seats), seats, -1.0).astype(np.int64),
        most_schools=np.where(mode == "live", settings.live_schools, -1).astype(np.int64),
        in_room=np.isin(mode, list(settings.room_modes)),
        in_place=np.asarray(mode == "place", dtype=np.bool_),
        metres=metres(city, people, venues, reach),
        allowed=allowed(people, venues, settings.area, plan) | (mode == "platform")[None, :],
        inside=together(people, venues),
        limit_m=reach.limit_m,
        whole=settings.whole,
    )


def _links(ground: Ground, problem: CourseProblem, given: pd.DataFrame, found: CourseLinks) -> pd.DataFrame:
    taker, offer = problem.school[found.demand], given.iloc[found.offer].reset_index(drop=True)
    giver = problem.giver[found.offer]
    away = np.where(problem.in_place[found.offer], np.round(problem.metres[found.demand, found.offer]), np.nan)
    frame = {
        "course": offer["course"], "mode": offer["mode"], "giver_id": ground.ids[giver], "giver": ground.name[giver], "taker_id": ground.ids[taker],
        "taker": ground.name[taker], "lesson_hours": offer["lesson_hours"].astype(np.int64), "pupils_served": found.pupils, "distance_m": away,
    }  # fmt: skip
    return pd.DataFrame(frame)


def _reach(ground: Ground, problem: CourseProblem, given: pd.DataFrame, found: CourseLinks) -> pd.DataFrame:
    """Of every offer: places, schools and pupils it reaches."""
    schools, pupils = np.bincount(found.offer, minlength=len(given)), np.bincount(found.offer, found.pupils, len(given)).astype(np.int64)
    seats = problem.seats.astype(np.float64)
    share = np.divide(pupils, seats, out=np.full(len(given), np.nan), where=seats > 0)
    frame = given[["course", "mode"]].assign(giver_id=given["school_id"], giver=ground.name[problem.giver], lesson_hours=given["lesson_hours"].astype(np.int64))
    return frame.assign(places=np.where(seats >= 0, seats, np.nan), schools_reached=schools, pupils_served=pupils, use_share=share)


def _unmet(ground: Ground, problem: CourseProblem, asked: pd.DataFrame, served: NDArray[np.int64]) -> pd.DataFrame:
    frame = pd.DataFrame({"course": asked["course"], "school_id": asked["school_id"], "name": ground.name[problem.school], "asked": problem.pupils})
    frame = frame.assign(served=served, unserved=problem.pupils - served, reason=_reasons(problem))
    return frame[frame["unserved"] > 0].sort_values(["course", "unserved", "school_id"], ascending=[True, False, True], kind="stable").reset_index(drop=True)


def _reasons(problem: CourseProblem) -> NDArray[np.str_]:
    """(q,) why pupils are not served: the first that is true of the demand."""
    same = problem.course[:, None] == problem.offer_course[None, :]
    near = same & problem.allowed & (~problem.in_place[None, :] | (problem.metres <= problem.limit_m))
    seated = near & (~problem.in_room[None, :] | (problem.room_pupils > 0)[:, None])
    open_ = seated & (problem.seats != 0)[None, :]
    tests = [~same.any(axis=1), ~(same & problem.allowed).any(axis=1), ~near.any(axis=1), ~seated.any(axis=1)]
    short = open_.any(axis=1) & (problem.most().max(axis=1, initial=0) == problem.room_pupils) & (problem.room_pupils < problem.pupils)
    return np.select([*tests, short], ["no_such_course", "none_in_area", "too_far", "no_room", "rooms_full"], "full")


def _entries(city: City, ground: Ground, problem: CourseProblem, given: pd.DataFrame, found: CourseLinks) -> pd.DataFrame:
    """Entries of ``inputs.ledger`` for the weeks of a term: the lessons of each course given to each school."""
    hours = given["lesson_hours"].to_numpy(np.float64)[found.offer] * city.settings.sharing.courses.weeks
    frame = pd.DataFrame(
        {"giver": ground.ids[problem.giver[found.offer]], "taker": ground.ids[problem.school[found.demand]], "item": "lessons", "amount": hours}
    )
    return frame.groupby(["giver", "taker", "item"], as_index=False, sort=True)["amount"].sum().assign(date=city.settings.project.year)


def _facts(city: City, ground: Ground, problem: CourseProblem, found: CourseLinks, served: NDArray[np.int64], own: int, plan: Plan | None) -> dict[str, Any]:
    asked = int(problem.pupils.sum())
    facts = {
        "status": found.status, "objective": found.objective, "bound": found.bound, "gap": found.gap, "unit": "weighted pupils", "links": len(found.demand),
        "asked_pupils": asked, "served_pupils": int(served.sum()), "served_share": served.sum() / asked if asked else None, "own_courses": own,
        "pupils_in_district": found.inside_pupils if plan is not None else None, "travel_pupil_m": found.travel,
    }  # fmt: skip
    if city.settings.output.audience != "public":
        weak = ground.weak[problem.school]
        facts |= {"weak_asked_pupils": int(problem.pupils[weak].sum()), "weak_served_pupils": int(served[weak].sum())}
    return facts


def _lines(
    city: City, ground: Ground, problem: CourseProblem, found: CourseLinks, served: NDArray[np.int64], tables: dict[str, pd.DataFrame]
) -> tuple[Text, ...]:
    asked, done = int(problem.pupils.sum()), int(served.sum())
    schools = len(set(problem.school[served > 0].tolist()))
    lines = [text("sharing.courses_line", asked=asked, served=done, share=done / asked if asked else 1.0, schools=schools, links=len(found.demand))]
    if found.status != "optimal":
        lines.append(text("sharing.not_proven", gap=found.gap))
    weak = ground.weak[problem.school]
    if weak.any() and city.settings.output.audience != "public":
        lines.append(text("sharing.courses_weak", asked=int(problem.pupils[weak].sum()), served=int(served[weak].sum())))
    for reason, rows in tables["course_unmet"].groupby("reason", sort=True):
        lines.append(
            text("sharing.courses_unmet", pupils=int(rows["unserved"].sum()), schools=rows["school_id"].nunique(), reason=text(f"sharing.reason_{reason}"))
        )
    dark = int(np.isnan(ground.rooms[np.unique(problem.school)]).sum()) if problem.in_room.any() else 0
    if dark:
        lines.append(text("sharing.rooms_unknown", schools=dark))
    return tuple(lines)
