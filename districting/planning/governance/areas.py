"""Inspectors of a plan: its schools in areas (districts or counties), each area solved by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from districting.model.plan import PLAN_TABLES
from districting.model.settings import GovernanceSettings
from districting.planning.governance.inspectors import Inspectors, assign_inspectors


def inspector_rows(scheme: str, members: Any, districts: Any, schools: Any, settings: GovernanceSettings) -> tuple[pd.DataFrame, dict[str, Any]]:
    """One row per school of the scheme with its inspector, and the record for the provenance.

    Every school has one inspector, one that sits in several districts too: that of the lowest level, there the one it leads, else the first.
    Metres are straight, between schools; NaN where a school has no place.
    """
    area_of = _district_of(members, districts)
    place = schools.set_index(schools["school_id"].astype("str"))
    if settings.inspector_area == "county":
        county = place["county_code"].reindex(list(area_of)).fillna("").astype("str")
        area_of = dict(zip(area_of, county, strict=True))
    rows, found = [], []
    for area in sorted(set(area_of.values())):
        ids = sorted(s for s, a in area_of.items() if a == area)
        metres = _straight_m(place["geometry"].reindex(ids).to_numpy(dtype=object))
        made = assign_inspectors(metres, settings.inspector_load)
        found.append(made)
        rows.append(_area_rows(scheme, area, ids, metres, made))
    table = pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=list(PLAN_TABLES["inspectors"]))
    return table, _record(table, found)


def _district_of(members: Any, districts: Any) -> dict[str, str]:
    """School -> the one district whose inspectors look after it."""
    level: Mapping[str, int] = dict(zip(districts["district_id"].astype("str"), districts["level"].astype(int), strict=True))
    rows = sorted(
        (-level.get(str(d), 0), role != "lead", str(d), str(s))
        for d, s, role in zip(members["district_id"], members["school_id"], members["role"], strict=True)
    )
    chosen: dict[str, str] = {}
    for _, _, district, school in rows:
        chosen.setdefault(school, district)
    return chosen


def _straight_m(points: NDArray[Any]) -> NDArray[np.float64]:
    x, y = (np.array([np.nan if p is None or shapely.is_missing(p) or p.is_empty else f(p) for p in points]) for f in (shapely.get_x, shapely.get_y))
    return np.asarray(np.hypot(x[:, None] - x[None, :], y[:, None] - y[None, :]), dtype=np.float64)


def _area_rows(scheme: str, area: str, ids: list[str], metres: NDArray[np.float64], made: Inspectors) -> pd.DataFrame:
    station = made.station_of_school
    held, number = np.unique(station, return_inverse=True)
    load = np.bincount(number)
    rows = [
        (scheme, area, f"{area or 'all'}-{number[i] + 1}", ids[station[i]], ids[i], float(metres[station[i], i]), int(load[number[i]]))
        for i in sorted(range(len(ids)), key=lambda i: (number[i], station[i] != i, ids[i]))
    ]
    assert len(held) == len(load)
    return pd.DataFrame(rows, columns=list(PLAN_TABLES["inspectors"]))


def _record(table: pd.DataFrame, found: list[Inspectors]) -> dict[str, Any]:
    objective, bound = sum(f.objective for f in found), sum(f.bound for f in found)
    return {
        "status": "optimal" if all(f.status == "optimal" for f in found) else "feasible",
        "objective": objective,
        "bound": bound,
        "gap": max(0.0, objective - bound) / objective if objective > 0 else 0.0,
        "unit": "school-metre",
        "inspectors": int(table["inspector"].nunique()),
        "schools": len(table),
        "largest_load": int(table["load"].max()) if len(table) else 0,
        "distance": "straight",
    }
