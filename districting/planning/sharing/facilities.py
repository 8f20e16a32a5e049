"""``share facilities``: who books which venue, how well venues are used, what is not met and why, and who gives what (policy R19, R35)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.checking.sharing.booking import check_bookings
from districting.errors import DistrictingError, Gathered
from districting.model.booking_problem import BookingProblem, Bookings
from districting.model.plan import Plan
from districting.model.share_result import ShareResult
from districting.model.weekly_times import DAYS, HOURS_OF_DAY, HOURS_OF_WEEK, hours_of
from districting.planning.sharing.ground import Ground, allowed, ground_of, metres, together, way_of
from districting.planning.sharing.venues import Venues, demand_of, venues_of
from districting.reading.city import City
from districting.sharing.booking import book
from districting.wording import Text, text


def share_facilities(city: City, plan: Plan | None = None) -> ShareResult:
    """The booking plan of a week of term, from schools that have free hours and resources of the town to schools that need them.

    Raises
    ------
    DataError : no venues, no demand, or districts are asked for without a plan
    """
    settings, ground, gathered = city.settings.sharing.facilities, ground_of(city, plan), Gathered()
    venues, demand = None, None
    with gathered:
        venues = venues_of(city, plan, ground)
    with gathered:
        demand = demand_of(city, ground)
    gathered.refuse()
    assert venues is not None and demand is not None
    problem = _problem(city, plan, ground, venues, demand)
    found = book(problem, time_limit_s=settings.time_limit_s)
    wrong = check_bookings(problem, found)
    if wrong:
        raise DistrictingError(text("planning.broken_rule", rules=wrong))
    met = np.bincount(found.demand, found.hours, len(demand)).astype(np.int64)
    tables = {
        "bookings": _bookings(city, problem, ground, venues, found),
        "facility_use": _use(ground, venues, problem, found),
        "facility_unmet": _unmet(problem, ground, demand, met),
        "facility_net": _net(ground, venues, problem, found),
        "facility_entries": _entries(city, ground, venues, problem, found),
    }
    return ShareResult(tables, _facts(city, ground, venues, problem, found, tables, plan), _lines(city, ground, problem, found, tables, met))


def _problem(city: City, plan: Plan | None, ground: Ground, venues: Venues, demand: pd.DataFrame) -> BookingProblem:
    settings, reach, table = city.settings.sharing.facilities, city.settings.sharing.reach, venues.table
    school = demand["school"].to_numpy(dtype=np.int64)
    people = ground.at.take(school)
    kinds = pd.Index(sorted({*demand["kind"], *table["kind"]}))
    way = metres(city, people, venues.at, reach)
    own = school[:, None] == table["owner"].to_numpy(dtype=np.int64)[None, :]
    way = np.where(own & ~np.isfinite(way), 0.0, way)
    usual = hours_of(settings.school_times) or ()
    inside = together(people, venues.at) if settings.district_first else np.zeros(way.shape, dtype=np.bool_)
    return BookingProblem(
        school=school,
        kind=kinds.get_indexer(pd.Index(demand["kind"])).astype(np.int64),
        needed=demand["needed"].to_numpy(dtype=np.int64),
        weight=np.where(ground.weak[school], settings.weak_weight, 1.0),
        able=_week([t or usual for t in demand["possible_times"]]),
        facility_kind=kinds.get_indexer(pd.Index(table["kind"])).astype(np.int64),
        at_once=table["at_once"].to_numpy(dtype=np.int64),
        room_hours=table["room_hours"].to_numpy(dtype=np.int64),
        timed=table["times"].map(bool).to_numpy(dtype=np.bool_),
        open=_week([t or () for t in table["times"]]),
        metres=way,
        allowed=allowed(people, venues.at, settings.area, plan) | own,
        inside=inside,
        classes=ground.classes,
        limit_m=reach.limit_m,
    )


def _week(times: list[Any]) -> NDArray[np.bool_]:
    out = np.zeros((len(times), HOURS_OF_WEEK), dtype=np.bool_)
    for row, hours in enumerate(times):
        out[row, list(hours)] = True
    return out


def _bookings(city: City, problem: BookingProblem, ground: Ground, venues: Venues, found: Bookings) -> pd.DataFrame:
    """One row for every school, venue and hour; days and hours are empty where they are still to be agreed."""
    taker, venue = problem.school[found.demand], venues.table.iloc[found.facility].reset_index(drop=True)
    away = problem.metres[found.demand, found.facility]
    way, minutes = way_of(away, city.settings.sharing.reach)
    timed = found.hour >= 0
    day = np.where(timed, np.array(DAYS)[found.hour // HOURS_OF_DAY], "")
    hour = [f"{h % HOURS_OF_DAY:02d}:00-{h % HOURS_OF_DAY + 1:02d}:00" if h >= 0 else "" for h in found.hour.tolist()]
    own = venue["owner"].to_numpy(dtype=np.int64)
    return pd.DataFrame(
        {
            "taker_id": ground.ids[taker],
            "taker": ground.name[taker],
            "venue_kind": venue["kind"],
            "venue": venue["name"],
            "giver_id": venue["owner_id"],
            "giver": _givers(ground, own),
            "day": day,
            "hour": hour,
            "class_hours": found.hours,
            "distance_m": np.round(away, 0),
            "minutes": minutes,
            "way": np.where(own == taker, "own", way),
        }
    )


def _givers(ground: Ground, owner: NDArray[np.int64]) -> NDArray[Any]:
    """Names of the owners; ``town`` where it is no school."""
    return np.where(owner >= 0, ground.name[owner], "town")


def _own_use(venues: Venues, problem: BookingProblem, found: Bookings) -> NDArray[np.bool_]:
    """(b,) bookings of a school in a venue of its own: use, but nothing is shared."""
    owner = venues.table["owner"].to_numpy(dtype=np.int64)[found.facility]
    return np.asarray(owner == problem.school[found.demand], dtype=np.bool_)


def _use(ground: Ground, venues: Venues, problem: BookingProblem, found: Bookings) -> pd.DataFrame:
    table = venues.table
    booked = np.bincount(found.facility, found.hours, len(table)).astype(np.int64)
    room = table["room_hours"].to_numpy(dtype=np.float64)
    own = np.bincount(found.facility, np.where(_own_use(venues, problem, found), found.hours, 0), len(table)).astype(np.int64)
    share = np.divide(booked, room, out=np.full(len(table), np.nan), where=room > 0)
    givers = _givers(ground, table["owner"].to_numpy(dtype=np.int64))
    return pd.DataFrame(
        {
            "giver_id": table["owner_id"],
            "giver": givers,
            "venue_kind": table["kind"],
            "venue": table["name"],
            "offered": table["room_hours"],
            "booked": booked,
            "own_use": own,
            "shared": booked - own,
            "use_share": share,
        }
    )


def _unmet(problem: BookingProblem, ground: Ground, demand: pd.DataFrame, met: NDArray[np.int64]) -> pd.DataFrame:
    """Only schools that lack hours, the largest lack of each kind first."""
    frame = pd.DataFrame({"school_id": ground.ids[problem.school], "name": ground.name[problem.school], "venue_kind": demand["kind"], "needed": problem.needed})
    frame = frame.assign(met=met, unmet=problem.needed - met, reason=_reasons(problem, ground))
    return frame[frame["unmet"] > 0].sort_values(["venue_kind", "unmet", "school_id"], ascending=[True, False, True], kind="stable").reset_index(drop=True)


def _reasons(problem: BookingProblem, ground: Ground) -> NDArray[np.str_]:
    """(d,) why a demand is not met: the first that is true of it."""
    same = (problem.kind[:, None] == problem.facility_kind[None, :]) & (problem.room_hours > 0)[None, :]
    reach = problem.reach()
    common = problem.able.astype(np.int64) @ problem.open.T.astype(np.int64) > 0
    meets = reach & (common | ~problem.timed[None, :])
    placed = np.isfinite(ground.at.xy[problem.school]).all(axis=1)
    tests = [~same.any(axis=1), ~placed & ~meets.any(axis=1), ~(same & problem.allowed).any(axis=1), ~reach.any(axis=1), ~meets.any(axis=1)]
    return np.select(tests, ["no_such_venue", "no_place", "none_in_area", "too_far", "no_common_time"], "full")


def _between(venues: Venues, problem: BookingProblem, found: Bookings) -> pd.DataFrame:
    """giver, taker (positions), hours a week between different schools."""
    owner = venues.table["owner"].to_numpy(dtype=np.int64)[found.facility]
    frame = pd.DataFrame({"giver": owner, "taker": problem.school[found.demand], "hours": found.hours})
    frame = frame[(frame["giver"] >= 0) & (frame["giver"] != frame["taker"])]
    return frame.groupby(["giver", "taker"], sort=True)[["hours"]].sum().reset_index()


def _net(ground: Ground, venues: Venues, problem: BookingProblem, found: Bookings) -> pd.DataFrame:
    """What each school gives to others and takes from others, class-hours a week, the largest giver first; what it takes from the town apart."""
    n = len(ground.ids)
    pairs = _between(venues, problem, found)
    given = np.bincount(pairs["giver"], pairs["hours"], n).astype(np.int64)
    taken = np.bincount(pairs["taker"], pairs["hours"], n).astype(np.int64)
    town = venues.table["owner"].to_numpy(dtype=np.int64)[found.facility] < 0
    of_town = np.bincount(problem.school[found.demand][town], found.hours[town], n).astype(np.int64)
    frame = pd.DataFrame({"school_id": ground.ids, "name": ground.name, "given": given, "taken": taken, "net": given - taken, "from_town": of_town})
    frame = frame[(given + taken + of_town) > 0]
    return frame.sort_values(["net", "school_id"], ascending=[False, True], kind="stable").reset_index(drop=True)


def _entries(city: City, ground: Ground, venues: Venues, problem: BookingProblem, found: Bookings) -> pd.DataFrame:
    """Entries of ``inputs.ledger`` for the weeks of a term."""
    pairs = _between(venues, problem, found)
    weeks = city.settings.sharing.facilities.weeks
    frame = pd.DataFrame({"giver": ground.ids[pairs["giver"]], "taker": ground.ids[pairs["taker"]], "item": "facility_hours", "amount": pairs["hours"] * weeks})
    return frame.assign(date=city.settings.project.year)


def _facts(
    city: City, ground: Ground, venues: Venues, problem: BookingProblem, found: Bookings, tables: dict[str, pd.DataFrame], plan: Plan | None
) -> dict[str, Any]:
    met = np.bincount(found.demand, found.hours, len(problem.needed)).astype(np.int64)
    needed, use = int(problem.needed.sum()), tables["facility_use"]
    own, inside = _own_use(venues, problem, found), problem.inside[found.demand, found.facility]
    facts = {
        "status": found.status, "objective": found.objective, "bound": found.bound, "gap": found.gap, "unit": "weighted class-hours a week",
        "needed_hours": needed, "met_hours": int(met.sum()), "met_share": met.sum() / needed if needed else None,
        "own_hours": int(use["own_use"].sum()), "shared_hours": int(use["shared"].sum()), "shared_share": use["shared"].sum() / needed if needed else None,
        "offered_hours": int(problem.room_hours.sum()), "travel_class_m": found.travel, "travel_bound_class_m": found.travel_bound,
        "hours_in_district": int(found.hours[inside & ~own].sum()) if plan is not None else None, "limit_m": problem.limit_m,
    }  # fmt: skip
    if city.settings.output.audience != "public":
        weak = ground.weak[problem.school]
        facts |= {"weak_needed_hours": int(problem.needed[weak].sum()), "weak_met_hours": int(met[weak].sum())}
    return facts


def _lines(city: City, ground: Ground, problem: BookingProblem, found: Bookings, tables: dict[str, pd.DataFrame], met: NDArray[np.int64]) -> tuple[Text, ...]:
    needed, done = int(problem.needed.sum()), int(met.sum())
    schools = len(set(problem.school[met > 0].tolist()))
    lines = [text("sharing.facilities_line", needed=needed, met=done, share=done / needed if needed else 1.0, schools=schools)]
    if found.status != "optimal":
        lines.append(text("sharing.not_proven", gap=found.gap))
    weak = ground.weak[problem.school]
    if weak.any() and city.settings.output.audience != "public":
        lines.append(text("sharing.facilities_weak", needed=int(problem.needed[weak].sum()), met=int(met[weak].sum())))
    use = tables["facility_use"]
    town = tables["bookings"]["giver_id"] == ""
    hours = tables["bookings"]["class_hours"].astype(int)
    own, shared, of_town = int(use["own_use"].sum()), int(use["shared"].sum()), int(hours[town].sum())
    lines.append(text("sharing.facilities_shared", own=own, shared=shared, schools=shared - of_town, town=of_town))
    lines.append(text("sharing.facilities_use", venues=len(use), offered=int(use["offered"].sum()), booked=own + shared))
    for reason, rows in tables["facility_unmet"].groupby("reason", sort=True):
        lines.append(
            text("sharing.facilities_unmet", hours=int(rows["unmet"].sum()), schools=rows["school_id"].nunique(), reason=text(f"sharing.reason_{reason}"))
        )
    return tuple(lines)
