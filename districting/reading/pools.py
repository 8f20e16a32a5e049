"""What schools put into shared pools and ask of them: venues, courses, and what was given and taken (policy R19, R28, R35)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from districting.model.dates import date_of
from districting.model.share_items import COURSE_MODES, LEDGER_ITEMS, item_of, mode_of
from districting.model.weekly_times import hours_of
from districting.reading.finding import FEW, blank_cells, found_schools
from districting.reading.load import Loaded
from districting.reading.table import Found
from districting.reading.today import SchoolFinder
from districting.wording import Text, text

Place = tuple[Loaded, Any, Found, SchoolFinder]
_UNKNOWN: Final = "reading.unknown_pool_school"


def facilities(of: Sequence[Place], crs: CRS, *, lenient: bool) -> Any:
    """name, school_id (NaN = no school's), kind, classes_at_once (1 where not given), free_hours (NaN = as many as its times), free_times, open_times, geometry.

    Times are tuples of hours of the week, None where not given. A facility of no school needs coordinates; free times lie within the opening times.
    """
    parts = [_facilities(place, crs, lenient=lenient) for place in of if {"name", "kind"} <= set(place[0].frame.columns)]
    return pd.concat(parts, ignore_index=True) if parts else None


def _facilities(place: Place, crs: CRS, *, lenient: bool) -> Any:
    item, shapes, found, finder = place
    frame = item.frame.assign(_row=item.row)
    blank_cells(frame, ("name", "kind"), found)
    whole_numbers(frame, ("classes_at_once", "free_hours"), found)
    points = np.full(len(frame), None, dtype=object) if shapes is None else np.array(shapely.centroid(shapes), dtype=object)
    out = pd.DataFrame({"name": frame["name"], "kind": frame["kind"], "_row": frame["_row"]})
    out["school_id"] = found_schools(frame, "school", finder, found, key=_UNKNOWN, lenient=lenient) if "school" in frame.columns else None
    out["classes_at_once"] = frame["classes_at_once"].fillna(1.0) if "classes_at_once" in frame.columns else 1.0
    out["free_hours"] = frame["free_hours"] if "free_hours" in frame.columns else np.nan
    for column in ("free_times", "open_times"):
        out[column] = times(frame, column, found)
    named = frame["school"].notna() if "school" in frame.columns else pd.Series(False, index=frame.index)
    lost = ~named & shapely.is_missing(points)
    _each(found, frame[lost], text("reading.facility_nowhere"), text("reading.place_facility"), "school")
    silent = out["free_hours"].isna() & out["free_times"].isna() & out["open_times"].isna()
    _each(found, frame[silent], text("reading.facility_without_hours"), text("reading.give_free_hours"), "free_hours")
    wrong = [bool(f and o and not set(f) <= set(o)) for f, o in zip(out["free_times"], out["open_times"], strict=True)]
    _each(found, frame[wrong], text("reading.free_while_closed"), text("reading.free_within_open"), "free_times")
    room = [len(f or o or ()) or np.inf for f, o in zip(out["free_times"], out["open_times"], strict=True)]
    _each(found, frame[(out["free_hours"] > room).to_numpy()], text("reading.more_than_open"), text("reading.free_within_open"), "free_hours")
    made = gpd.GeoDataFrame(out.drop(columns="_row"), geometry=points, crs=crs)
    return made[~(named & out["school_id"].isna() & shapely.is_missing(points)).to_numpy()]


def facility_demand(of: Sequence[Place], *, lenient: bool) -> pd.DataFrame | None:
    """school_id, kind, needed_hours, possible_times (None = any): one row per school and kind."""

    def one(frame: pd.DataFrame, found: Found, finder: SchoolFinder) -> pd.DataFrame:
        blank_cells(frame, ("school", "kind", "needed_hours"), found)
        whole_numbers(frame, ("needed_hours",), found)
        out = frame[["kind", "needed_hours", "_row"]].assign(possible_times=times(frame, "possible_times", found))
        out["school_id"] = found_schools(frame, "school", finder, found, key=_UNKNOWN, lenient=lenient)
        return _once(out, ("school_id", "kind"), found, "school")

    return _tables(of, ("school", "kind", "needed_hours"), one, ("school_id", "kind", "needed_hours", "possible_times"))


def courses(of: Sequence[Place], *, lenient: bool) -> pd.DataFrame | None:
    """course, school_id, mode (live, platform, place), lesson_hours (1 where not given), course_seats (NaN = without limit): one row per course, school and mode."""

    def one(frame: pd.DataFrame, found: Found, finder: SchoolFinder) -> pd.DataFrame:
        blank_cells(frame, ("course", "school", "mode"), found)
        whole_numbers(frame, ("lesson_hours", "course_seats"), found)
        out = frame[["course", "_row"]].assign(mode=coded(frame, "mode", mode_of, found, [f"{c}（{w[0]}）" for c, w in COURSE_MODES.items()]))
        out["school_id"] = found_schools(frame, "school", finder, found, key=_UNKNOWN, lenient=lenient)
        out["lesson_hours"] = frame["lesson_hours"].fillna(1.0) if "lesson_hours" in frame.columns else 1.0
        out["course_seats"] = frame["course_seats"] if "course_seats" in frame.columns else np.nan
        return _once(out, ("course", "school_id", "mode"), found, "course")

    return _tables(of, ("course", "school", "mode"), one, ("course", "school_id", "mode", "lesson_hours", "course_seats"))


def course_demand(of: Sequence[Place], *, lenient: bool) -> pd.DataFrame | None:
    """course, school_id, course_pupils: one row per course and school."""

    def one(frame: pd.DataFrame, found: Found, finder: SchoolFinder) -> pd.DataFrame:
        blank_cells(frame, ("course", "school", "course_pupils"), found)
        whole_numbers(frame, ("course_pupils",), found)
        out = frame[["course", "course_pupils", "_row"]].assign(school_id=found_schools(frame, "school", finder, found, key=_UNKNOWN, lenient=lenient))
        return _once(out, ("course", "school_id"), found, "school")

    return _tables(of, ("course", "school", "course_pupils"), one, ("course", "school_id", "course_pupils"))


def ledger(of: Sequence[Place], *, lenient: bool) -> pd.DataFrame | None:
    """giver_id, taker_id, item (teacher_days, facility_hours, lessons), amount, date ("" = not given). What a school gives itself is a fault."""

    def one(frame: pd.DataFrame, found: Found, finder: SchoolFinder) -> pd.DataFrame:
        blank_cells(frame, ("giver", "taker", "item", "amount"), found)
        out = frame[["amount", "_row"]].assign(item=coded(frame, "item", item_of, found, [f"{c}（{w[0]}）" for c, w in LEDGER_ITEMS.items()]))
        for end in ("giver", "taker"):
            out[f"{end}_id"] = found_schools(frame, end, finder, found, key=_UNKNOWN, lenient=lenient)
        out["date"] = _dates(frame, found) if "date" in frame.columns else ""
        own = (out["giver_id"] == out["taker_id"]) & out["giver_id"].notna()
        _each(found, out[own], text("reading.gives_itself"), text("reading.two_schools"), "taker")
        return out.dropna()

    return _tables(of, ("giver", "taker", "item", "amount"), one, ("giver_id", "taker_id", "item", "amount", "date"))


def _dates(frame: pd.DataFrame, found: Found) -> pd.Series:
    """Dates as sortable text, "" where none is given; what is no date is a fault."""
    read = frame["date"].map(date_of, na_action="ignore")
    wrong = frame["date"].notna() & read.isna()
    for i in np.flatnonzero(wrong.to_numpy())[:FEW]:
        found.add(text("reading.no_date", value=str(frame["date"].iloc[i])), text("reading.write_date"), row=int(frame["_row"].iloc[i]), column="date")
    if int(wrong.sum()) > FEW:
        found.add(text("reading.and_more", count=int(wrong.sum()) - FEW), text("reading.write_date"), column="date")
    return read.astype("object").fillna("").astype("str")


def times(frame: pd.DataFrame, column: str, found: Found) -> pd.Series:
    """Hours of the week in ``column``, None where it is blank or missing; what cannot be read is a fault."""
    if column not in frame.columns:
        return pd.Series([None] * len(frame), index=frame.index, dtype="object")
    read = pd.Series([hours_of(w) if isinstance(w, str) else None for w in frame[column]], index=frame.index, dtype="object")
    for i in np.flatnonzero((read.isna() & frame[column].notna()).to_numpy())[:FEW]:
        found.add(text("reading.no_times", value=str(frame[column].iloc[i])), text("reading.write_times"), row=int(frame["_row"].iloc[i]), column=column)
    return read


def coded(frame: pd.DataFrame, column: str, code_of: Callable[[str], str | None], found: Found, known: list[str]) -> pd.Series:
    """Codes of the words in ``column``; one fault for each word that is not known."""
    code = frame[column].map(code_of, na_action="ignore")
    for label in sorted(set(frame[column][code.isna()].dropna()))[:FEW]:
        row = int(frame.loc[frame[column] == label, "_row"].iloc[0])
        found.add(text("reading.unknown_word", value=str(label)), text("reading.known_words", words=known), row=row, column=column)
    return code


def whole_numbers(frame: pd.DataFrame, columns: tuple[str, ...], found: Found) -> None:
    """A fault for every cell that holds part of one."""
    for column in columns:
        if column in frame.columns:
            part = frame[column].notna() & (frame[column] != np.floor(frame[column]))
            _each(found, frame[part], text("reading.not_whole"), text("reading.write_whole"), column)


def _once(out: pd.DataFrame, key: tuple[str, ...], found: Found, column: str) -> pd.DataFrame:
    """The rows that are complete; one that stands twice is a fault."""
    known = out.dropna(subset=list(key))
    _each(found, known[known.duplicated(list(key))], text("reading.pool_row_twice"), text("reading.drop_row"), column)
    return known.drop_duplicates(list(key))


def _each(found: Found, rows: pd.DataFrame, problem: Text, remedy: Text, column: str) -> None:
    for row in rows["_row"].tolist()[:FEW]:
        found.add(problem, remedy, row=int(row), column=column)
    if len(rows) > FEW:
        found.add(text("reading.and_more", count=len(rows) - FEW), remedy, column=column)


def _tables(
    of: Sequence[Place], needed: tuple[str, ...], one: Callable[[pd.DataFrame, Found, SchoolFinder], pd.DataFrame], columns: tuple[str, ...]
) -> pd.DataFrame | None:
    parts = [one(i.frame.assign(_row=i.row), found, finder) for i, _, found, finder in of if set(needed) <= set(i.frame.columns)]
    return pd.concat(parts, ignore_index=True)[list(columns)] if parts else None
