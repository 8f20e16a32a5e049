"""``share staffing``: county-managed, school-hired posts in rounds: own school, district, county, adjustment (policy R36)."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.checking.staffing import unstable
from districting.errors import DataError, DistrictingError, Fault
from districting.model.plan import Plan
from districting.model.share_result import ShareResult
from districting.model.staffing_problem import StaffingRound
from districting.model.teacher_settings import StaffingSettings
from districting.planning.offers import points_xy
from districting.planning.sharing.areas import area_of, needs_subjects, staffed_schools
from districting.planning.sharing.posts import approved_posts
from districting.planning.sharing.staffing_tables import result_of
from districting.planning.sharing.staffing_town import Town
from districting.planning.sharing.wishes import BETWEEN, wished_schools
from districting.reading.city import City
from districting.sharing.staffing import adjust, hire
from districting.wording import text

MOST_YEARS: Final = 30.0


def share_staffing(city: City, plan: Plan | None = None) -> ShareResult:
    """Hires by round, unfilled posts, forced placements, and teachers for whom there is no post.

    Raises
    ------
    DataError : there is no table of teachers
    """
    settings = city.settings.sharing.staffing
    if city.teachers is None:
        raise DataError(Fault(text("pairing.no_teachers"), text("pairing.give_teacher_table"), column="inputs.teachers"))
    town = _town(city, plan, settings)
    lookup = _posts_of(town)
    stage = town.members["stage"].to_numpy(dtype=object)
    own = [t for t in range(len(town.teachers)) if not town.wishes_of[t] or town.wishes_of[t][0] == town.at_school(t)]
    _round(town, lookup, "own_school", {t: [town.at_school(t)] for t in own}, settings)
    for name, area in (("district", town.district), ("county", town.county)):
        asks = {}
        for t in np.flatnonzero(town.post < 0).tolist():
            here = town.at_school(t)
            if name == "county" or area[here]:  # outside of all districts a teacher waits for the round of the county
                asks[t] = _asked(town, t, (area == area[here]) & (stage == stage[here]), settings)
        _round(town, lookup, name, asks, settings)
    _adjustment(town)
    return result_of(town, by_district=bool((town.district != "").any()))


def _town(city: City, plan: Plan | None, settings: StaffingSettings) -> Town:
    members = staffed_schools(city, settings.stages)
    assert city.teachers is not None
    place = {key: i for i, key in enumerate(zip(members["school_id"], members["stage"], strict=True))}
    rows = city.teachers.assign(_at=[place.get(k, -1) for k in zip(city.teachers["school_id"], city.teachers["stage"], strict=True)])
    rows = rows[rows["_at"] >= 0].reset_index(drop=True)
    subjects = [_subjects(s, q) for s, q in zip(rows["subject"], rows["licence"], strict=True)]
    rows = rows.assign(
        main_taught=[(named_subjects(s) or [""])[0] for s in rows["subject"]], main=[s[0] if s else "" for s in subjects], points=points(rows, settings)
    )
    needs_subjects(rows["subject"] + rows["licence"])
    posts = approved_posts(members, rows, city.posts, settings)
    order = rows.assign(_points=-rows["points"]).sort_values(["_points", "teacher_id"], kind="stable").index.to_numpy()
    rank = np.empty(len(rows), dtype=np.int64)
    rank[order] = np.arange(len(rows))
    xy = points_xy(members)
    t = len(rows)
    return Town(
        members,
        rows,
        posts,
        np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1)),
        members["county_code"].fillna("").to_numpy(dtype=str),
        np.full(len(members), "") if plan is None else area_of(members, city, plan, settings.scheme).to_numpy(dtype=str),
        subjects,
        wished_schools(rows, members),
        rank,
        posts["posts"].to_numpy(dtype=np.int64, copy=True),
        np.full(t, -1, dtype=np.int64),
        np.full(t, "", dtype=object),
        np.zeros(t, dtype=np.int64),
    )


def points(teachers: pd.DataFrame, settings: StaffingSettings) -> NDArray[np.float64]:
    """(t,) points in the competition: as given, else from title, honours and years of teaching."""
    title = np.array([next((v for word, v in settings.title_points.items() if word in t), 0.0) for t in teachers["title"]])
    years = np.minimum(np.nan_to_num(teachers["years_teaching"].fillna(teachers["years_here"]).to_numpy(dtype=np.float64)), MOST_YEARS)
    made = title + settings.backbone_points * teachers["backbone"] + settings.expert_points * teachers["expert"] + settings.year_points * years
    given = teachers["points"].to_numpy(dtype=np.float64)
    return np.where(np.isfinite(given), given, made.to_numpy(dtype=np.float64))


def named_subjects(taught: str) -> list[str]:
    """Subjects that a cell names, in order.

    >>> named_subjects("语文、音乐"), named_subjects("")
    (['语文', '音乐'], [])
    """
    return list(dict.fromkeys(s.strip() for s in BETWEEN.split(taught) if s.strip()))


def _subjects(taught: str, licence: str) -> list[str]:
    """Subjects that a teacher may hold a post of: those taught for which there is a licence (where it is given), then the others of the licence."""
    named = named_subjects(taught)
    allowed = [s.strip() for s in BETWEEN.split(licence) if s.strip()]
    return named if not allowed else [*(s for s in named if s in allowed), *(s for s in allowed if s not in named)]


def _posts_of(town: Town) -> dict[tuple[int, str], int]:
    return {(int(s), str(u)): p for p, (s, u) in enumerate(zip(town.posts["at"], town.posts["subject"], strict=True))}


def _asked(town: Town, t: int, inside: NDArray[np.bool_], settings: StaffingSettings) -> list[int]:
    """Schools that a teacher asks in a round; the own school comes behind the wishes."""
    here, wishes = town.at_school(t), town.wishes_of[t]
    if wishes:
        return [s for s in [*wishes, *([] if here in wishes else [here])] if inside[s]]
    if settings.without_wishes == "adjustment":
        return []
    near = np.flatnonzero(inside)
    metres = np.nan_to_num(town.distance_m[here, near], nan=np.inf)
    return [here, *(int(s) for s in near[np.lexsort((near, metres))] if s != here)] if inside[here] else []


def _round(town: Town, lookup: dict[tuple[int, str], int], name: str, asks: dict[int, list[int]], settings: StaffingSettings) -> None:
    """One stable matching over the places that are left."""
    lists = {t: [p for s in schools for u in town.subjects_of[t] if (p := lookup.get((s, u), -1)) >= 0 and town.left[p] > 0] for t, schools in asks.items()}
    who = np.array([t for t in sorted(lists) if lists[t]], dtype=np.int64)
    if not len(who):
        return
    options = np.full((len(who), max(len(lists[t]) for t in who.tolist())), -1, dtype=np.int32)
    for i, t in enumerate(who.tolist()):
        options[i, : len(lists[t])] = lists[t]
    school = town.posts["at"].to_numpy(dtype=np.int64)
    tier = (school[np.maximum(options, 0)] != town.teachers["_at"].to_numpy(dtype=np.int64)[who][:, None]).astype(np.uint8)
    rank = np.argsort(np.argsort(town.rank[who], kind="stable"), kind="stable").astype(np.int64)
    problem = StaffingRound(options, tier, rank, town.left.copy())
    got = hire(problem, settings.proposing)
    wrong = unstable(problem, got)
    if any(wrong):
        raise DistrictingError(text("planning.broken_rule", rules=[f"{k} {n if isinstance(n, int) else len(n)}" for k, n in wrong._asdict().items() if n]))
    for i in np.flatnonzero(got >= 0).tolist():
        t, p = int(who[i]), int(got[i])
        town.post[t], town.round_[t] = p, name
        town.wish[t] = town.wishes_of[t].index(int(school[p])) + 1 if int(school[p]) in town.wishes_of[t] else 0
        town.left[p] -= 1


def _adjustment(town: Town) -> None:
    """Those left to posts left in their county, at least travel: the forced placements."""
    stage = town.members["stage"].to_numpy(dtype=object)
    school = town.posts["at"].to_numpy(dtype=np.int64)
    at = town.teachers["_at"].to_numpy(dtype=np.int64)
    for key in sorted(set(zip(stage.tolist(), town.county.tolist(), strict=True))):
        who = np.flatnonzero((town.post < 0) & (stage[at] == key[0]) & (town.county[at] == key[1]))
        free = np.flatnonzero((town.left > 0) & (stage[school] == key[0]) & (town.county[school] == key[1]))
        if not len(who) or not len(free):
            continue
        subject = town.posts["subject"].to_numpy(dtype=object)[free]
        may = np.array([[u in town.subjects_of[t] for u in subject] for t in who.tolist()], dtype=np.bool_)
        got = adjust(np.where(may, town.distance_m[at[who][:, None], school[free][None, :]], np.inf), town.left[free])
        for t, p in zip(who[got >= 0].tolist(), free[got[got >= 0]].tolist(), strict=True):
            town.post[t], town.round_[t] = p, "adjustment"
            town.left[p] -= 1
