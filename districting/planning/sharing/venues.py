"""Venues that schools may share, those of schools and those of the town, and what schools ask for (policy R19, R35)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from districting.errors import DataError, Fault
from districting.model.plan import Plan
from districting.model.sharing_settings import FacilityShareSettings
from districting.planning.sharing.ground import Ground, Places, places_of_points
from districting.reading.city import City
from districting.wording import text


@dataclass(frozen=True, eq=False)
class Venues:
    """``table``: name, kind, owner (position of the school, -1 = a resource of the town), at_once, room_hours (class-hours a week), times (hours of the week, None = not known)."""

    table: pd.DataFrame
    at: Places


def asked_kinds(city: City, settings: FacilityShareSettings) -> set[str]:
    """Kinds that anybody asks for."""
    rows = city.facility_demand
    return set(settings.hours_per_class) | (set() if rows is None else set(rows["kind"]))


def venues_of(city: City, plan: Plan | None, ground: Ground) -> Venues:
    """Facilities of ``inputs.facilities`` and, of the kinds that are asked for, social resources.

    Raises
    ------
    DataError : there are neither
    """
    settings = city.settings.sharing.facilities
    parts = [p for p in (_facilities(city, ground), _social(city, settings, ground)) if p is not None]
    if not parts:
        raise DataError(Fault(text("sharing.needs_facilities"), text("sharing.give_facilities"), column="inputs.facilities"))
    table = pd.concat(parts, ignore_index=True).sort_values(["kind", "owner_id", "name"], kind="stable").reset_index(drop=True)
    points = table["geometry"].to_numpy(dtype=object)
    alone = places_of_points(city, plan, points, table["county"].to_numpy(dtype=object))
    owner = table["owner"].to_numpy(dtype=np.int64)
    own = owner >= 0
    here = np.isfinite(alone.xy).all(axis=1)
    at = Places(
        np.where((own & ~here)[:, None], ground.at.xy[owner], alone.xy),
        np.where(own, ground.at.county[owner], alone.county),
        np.where(own[:, None], ground.at.district[owner], alone.district),
    )
    return Venues(table.drop(columns=["geometry", "county"]), at)


def _facilities(city: City, ground: Ground) -> pd.DataFrame | None:
    given = city.facilities
    if given is None:
        return None
    times = [f or o for f, o in zip(given["free_times"], given["open_times"], strict=True)]
    at_once = given["classes_at_once"].to_numpy(np.float64)
    hours = given["free_hours"].to_numpy(np.float64)
    hours = np.where(np.isfinite(hours), hours, [len(t or ()) for t in times])
    owner = ground.ids.get_indexer(pd.Index(given["school_id"].fillna("").astype("str")))
    return _table(
        given["name"],
        given["kind"],
        owner,
        (at_once, hours, times),
        np.asarray(given.geometry.array, dtype=object),
        np.full(len(given), "", dtype=object),
        ground,
    )


def _social(city: City, settings: FacilityShareSettings, ground: Ground) -> pd.DataFrame | None:
    given = city.social_resources
    if given is None or not settings.social:
        return None
    kind = given["kind"].map(lambda k: settings.social_kinds.get(k, k), na_action="ignore")
    rows = (kind.isin(asked_kinds(city, settings)) & ~shapely.is_missing(given.geometry.array)).to_numpy()
    some = given[rows]
    capacity = some["capacity"].to_numpy(np.float64) if "capacity" in some.columns else np.full(len(some), np.nan)
    at_once = np.where(np.isfinite(capacity), capacity // settings.class_size, 1.0)
    times = some["free_times"].tolist()
    hours = some["free_hours"].to_numpy(np.float64) if "free_hours" in some.columns else np.full(len(some), np.nan)
    hours = np.where(np.isfinite(hours), hours, [len(t) if t else settings.social_hours for t in times])
    county = some["county_code"].fillna("").to_numpy(dtype=object) if "county_code" in some.columns else np.full(len(some), "", dtype=object)
    nobody = np.full(len(some), -1, dtype=np.int64)
    return _table(some["name"], kind[rows], nobody, (at_once, hours, times), np.asarray(some.geometry.array, dtype=object), county, ground)


def _table(
    name: pd.Series, kind: pd.Series, owner: NDArray[np.int64], free: tuple[Any, Any, list[Any]], points: NDArray[Any], county: NDArray[Any], ground: Ground
) -> pd.DataFrame:
    at_once, hours, times = free
    ids = np.where(owner >= 0, ground.ids.to_numpy(dtype=object)[owner], "")
    frame = pd.DataFrame({"name": name.to_numpy(dtype=object), "kind": kind.to_numpy(dtype=object), "owner": owner, "owner_id": ids})
    frame["at_once"] = at_once.astype(np.int64)
    frame["room_hours"] = (at_once * hours).astype(np.int64)
    frame["times"] = pd.Series(times, dtype="object")
    return frame.assign(geometry=points, county=county)


def demand_of(city: City, ground: Ground) -> pd.DataFrame:
    """Rows school (position), kind, needed (class-hours a week), possible_times: the rows given, and by classes for the kinds of ``hours_per_class`` a school says nothing of.

    Raises
    ------
    DataError : nobody asks for anything
    """
    settings = city.settings.sharing.facilities
    given = city.facility_demand
    if given is None and not settings.hours_per_class:
        raise DataError(Fault(text("sharing.needs_demand"), text("sharing.give_demand"), column="inputs.facility_demand"))
    columns = ["school", "kind", "needed", "possible_times"]
    parts = [pd.DataFrame({c: pd.Series(dtype="object") for c in columns})]
    if given is not None:
        parts.append(given.assign(school=ground.ids.get_indexer(pd.Index(given["school_id"])), needed=given["needed_hours"].astype(np.int64))[columns])
    said = set(zip(parts[-1]["school"], parts[-1]["kind"], strict=True))
    for kind, hours in settings.hours_per_class.items():
        needed = np.rint(np.maximum(ground.classes, 0) * hours).astype(np.int64)
        rows = [s for s in np.flatnonzero(needed > 0).tolist() if (s, kind) not in said]
        parts.append(pd.DataFrame({"school": rows, "kind": kind, "needed": needed[rows], "possible_times": None}, columns=columns))
    table = pd.concat([p for p in parts if len(p)] or parts[:1], ignore_index=True)
    return table.sort_values(["kind", "school"], kind="stable").reset_index(drop=True)
