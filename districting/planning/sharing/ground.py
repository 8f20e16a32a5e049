"""What every pool needs of the city: where schools stand, who is weak, who shares a county or a district, how far it is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from districting.geography.distances import straight_distance_m
from districting.geography.walking import walking
from districting.model.plan import Plan
from districting.model.sharing_settings import Area, ReachSettings
from districting.model.stages import STAGES
from districting.planning.block_graph import closed_barriers
from districting.planning.offers import points_xy
from districting.planning.sharing import needed_plan
from districting.planning.streets import streets_of
from districting.reading.city import City


@dataclass(frozen=True, eq=False)
class Places:
    """p places: ``xy`` (p, 2), NaN = not known; ``county`` (p,), "" = not known; ``district`` (p, districts) of the plan, a place may lie in several."""

    xy: NDArray[np.float64]
    county: NDArray[Any]
    district: NDArray[np.bool_]

    def take(self, rows: NDArray[np.int64]) -> Places:
        """Some of them."""
        return Places(self.xy[rows], self.county[rows], self.district[rows])


@dataclass(frozen=True, eq=False)
class Ground:
    """All schools of the city by id: ``name``, ``weak``, ``classes`` (-1 = not known), ``pupils`` (NaN = not known), ``rooms`` with network (NaN) and where they are."""

    ids: pd.Index
    name: NDArray[Any]
    weak: NDArray[np.bool_]
    classes: NDArray[np.int64]
    pupils: NDArray[np.float64]
    rooms: NDArray[np.float64]
    at: Places


def ground_of(city: City, plan: Plan | None, of_stages: Collection[str] = STAGES) -> Ground:
    """The schools of some stages, each once; its pupils and classes are those of all these stages."""
    stages = city.school_stages[city.school_stages["stage"].isin(list(of_stages))]
    schools = city.schools[city.schools["school_id"].isin(stages["school_id"])].sort_values("school_id", kind="stable")
    ids = pd.Index(schools["school_id"])
    summed = {c: _summed(stages, c, ids) for c in ("pupils", "classes")}
    rooms = stages.groupby("school_id")["multimedia_rooms"].max().reindex(ids).to_numpy(np.float64) if "multimedia_rooms" in stages.columns else None
    weak = ids.isin(stages.loc[stages["tier"] == "weak", "school_id"])
    county = schools["county_code"].fillna("").to_numpy(dtype=object)
    classes = np.where(np.isfinite(summed["classes"]), summed["classes"], -1.0).astype(np.int64)
    at = Places(points_xy(schools), county, _members(plan, ids))
    return Ground(ids, schools["name"].to_numpy(dtype=object), weak, classes, summed["pupils"], np.full(len(ids), np.nan) if rooms is None else rooms, at)


def _summed(stages: pd.DataFrame, column: str, ids: pd.Index) -> NDArray[np.float64]:
    if column not in stages.columns:
        return np.full(len(ids), np.nan)
    out: NDArray[np.float64] = stages.groupby("school_id")[column].sum(min_count=1).reindex(ids).to_numpy(np.float64)
    return out


def _districts(plan: Plan | None) -> pd.DataFrame:
    return pd.DataFrame({"scheme": [], "district_id": []}) if plan is None or not len(plan.districts) else plan.districts


def _members(plan: Plan | None, ids: pd.Index) -> NDArray[np.bool_]:
    """(schools, districts) of all schemes of the plan."""
    key = {k: i for i, k in enumerate(_districts(plan)[["scheme", "district_id"]].itertuples(index=False, name=None))}
    out = np.zeros((len(ids), len(key)), dtype=np.bool_)
    at = {school: i for i, school in enumerate(ids)}
    for row in () if plan is None else plan.memberships[["scheme", "district_id", "school_id"]].itertuples(index=False, name=None):
        school = at.get(row[2], -1)
        if school >= 0 and row[:2] in key:
            out[school, key[row[:2]]] = True
    return out


def places_of_points(city: City, plan: Plan | None, points: NDArray[Any], county: NDArray[Any]) -> Places:
    """Places that belong to no school: their county as said ("" = by where they lie), their districts by where they lie."""
    xy = np.column_stack([shapely.get_x(points), shapely.get_y(points)]).astype(np.float64).reshape(-1, 2)
    code = county.copy()
    if city.counties is not None and "county_code" in city.counties.columns:
        for at, area in _within(points, np.asarray(city.counties.geometry.array)):
            code[at] = code[at] or str(city.counties["county_code"].iloc[area])
    shapes = _districts(plan)
    district = np.zeros((len(points), len(shapes)), dtype=np.bool_)
    if plan is not None and plan.crs == city.crs and "geometry" in shapes.columns:
        for at, area in _within(points, np.asarray(shapes["geometry"], dtype=object)):
            district[at, area] = True
    return Places(xy, code, district)


def _within(points: NDArray[Any], areas: NDArray[Any]) -> list[tuple[int, int]]:
    at, area = shapely.STRtree(areas).query(points, predicate="intersects")
    order = np.lexsort((area, at))
    return list(zip(at[order].tolist(), area[order].tolist(), strict=True))


def together(people: Places, venues: Places) -> NDArray[np.bool_]:
    """(p, v) pairs in one district of the plan."""
    return np.asarray(people.district.astype(np.int64) @ venues.district.T.astype(np.int64) > 0)


def allowed(people: Places, venues: Places, area: Area, plan: Plan | None) -> NDArray[np.bool_]:
    """(p, v) pairs that the area lets share; a place whose county is not known shares with all.

    Raises
    ------
    DataError : districts are asked for without a plan
    """
    if area == "district":
        needed_plan(plan)
        return together(people, venues)
    if area == "city":
        return np.ones((len(people.xy), len(venues.xy)), dtype=np.bool_)
    mine, theirs = people.county[:, None], venues.county[None, :]
    return np.asarray((mine == theirs) | (mine == "") | (theirs == ""), dtype=np.bool_)


def metres(city: City, people: Places, venues: Places, reach: ReachSettings) -> NDArray[np.float64]:
    """(p, v) metres, straight or along the roads; ``inf`` where no way leads there or a place is not known.

    Raises
    ------
    DataError : ways along roads are asked for and there are none
    """
    if reach.distance == "straight":
        away = straight_distance_m(people.xy, venues.xy)
    else:
        network, _ = streets_of(city)
        away = np.full((len(people.xy), len(venues.xy)), np.inf)
        here, there = (np.flatnonzero(np.isfinite(p.xy).all(axis=1)) for p in (people, venues))
        if len(here) and len(there):
            away[np.ix_(here, there)] = walking(network, people.xy[here], venues.xy[there], closed_barriers(city)).table_m()
    return np.where(np.isnan(away), np.inf, away)


def way_of(distance_m: NDArray[np.float64], reach: ReachSettings) -> tuple[NDArray[Any], NDArray[np.float64]]:
    """(n,) ``walk`` or ``ride``, and minutes."""
    on_foot = (distance_m <= reach.walk_m) | (reach.ride_kmh * reach.ride_min <= 0)
    speed = np.where(on_foot, reach.walk_kmh, reach.ride_kmh or 1.0)
    minutes = np.divide(distance_m * 0.06, speed, out=np.zeros(len(distance_m)), where=speed > 0)
    return np.where(on_foot, "walk", "ride"), np.asarray(np.round(minutes, 1), dtype=np.float64)
