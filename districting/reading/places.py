"""Codes by place, and schools that cannot be placed: no coordinates, or outside the area that the plan is for."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from districting.reading.table import Found
from districting.wording import text

GAP_M: Final = 100.0
"""A school this near to the blocks stands in a gap of the coverage, not outside the area."""


def filled_codes(frame: Any, shapes: NDArray[Any], counties: Any, admin: Any) -> None:
    """county_code and town_code in place: as given, else from region_code or town_code, else from the polygon that holds the point."""
    for name in ("county_code", "town_code"):
        if name not in frame.columns:
            frame[name] = pd.Series(np.nan, index=frame.index, dtype="str")
    if "region_code" in frame.columns:
        region = frame["region_code"]
        frame["town_code"] = frame["town_code"].fillna(region.where(region.str.len() >= 9).str[:9])
        frame["county_code"] = frame["county_code"].fillna(region.str[:6])
    town = frame["town_code"]
    frame["county_code"] = frame["county_code"].fillna(town.where(town.str.fullmatch(r"\d{9}|\d{12}").fillna(False).astype(bool)).str[:6])
    for name, areas in (("county_code", counties), ("town_code", admin), ("county_code", admin)):
        if areas is not None and name in areas.columns and areas[name].notna().any() and frame[name].isna().any():
            frame[name] = frame[name].fillna(pd.Series(_code_at(shapes, areas, name), index=frame.index, dtype="str"))


def _code_at(shapes: NDArray[Any], areas: Any, name: str) -> NDArray[Any]:
    points = shapely.point_on_surface(shapes)
    point, area = shapely.STRtree(np.asarray(areas.geometry.array)).query(points, predicate="intersects")
    out = np.full(len(points), np.nan, dtype=object)
    # the first area in the order of the file holds a point on a shared border
    order = np.lexsort((area, point))[::-1]
    out[point[order]] = areas[name].to_numpy(dtype=object)[area[order]]
    return out


def distance_outside_m(points: NDArray[Any], areas: NDArray[Any]) -> NDArray[np.float64]:
    """(n,) metres from each point to the nearest area, 0 inside, NaN where there is no point."""
    out = np.full(len(points), np.nan)
    known = np.flatnonzero(~shapely.is_missing(points))
    if len(known):
        tree = shapely.STRtree(areas)
        (at, _), metres = tree.query_nearest(points[known], return_distance=True, all_matches=False)
        out[known[at]] = metres
    return out


def unplaced_schools(
    rows: pd.DataFrame, areas: NDArray[Any] | None, *, zoned: bool, homed: NDArray[np.bool_] | None = None, tolerance_m: float = 0.0
) -> pd.Series:
    """Reason (``no_coordinates``, ``outside``) of every row that cannot be placed, else NaN; each is a fault: an error when zones are asked for.

    ``tolerance_m``: metres that a school may lie outside. ``homed`` (rows,): the school's block is named, so that it needs no coordinates.
    """
    points = rows["geometry"].to_numpy(dtype=object)
    reason: Any = pd.Series(np.nan, index=rows.index, dtype="object")
    lost = shapely.is_missing(points) | shapely.is_empty(points)
    far = distance_outside_m(points, areas) if areas is not None and len(areas) else np.zeros(len(rows))
    turned = (
        distance_outside_m(rows["_turned"].to_numpy(dtype=object), areas)
        if areas is not None and len(areas) and (far > 0).any()
        else np.full(len(rows), np.nan)
    )
    for i in range(len(rows)):
        if lost[i] and homed is not None and homed[i]:
            continue
        place: Found = rows["_place"].iloc[i]
        name, row = str(rows["name"].iloc[i]), int(rows["_row"].iloc[i])
        if lost[i]:
            reason.iloc[i] = "no_coordinates"
            place.add(text("reading.unplaced", name=name), text("reading.give_coordinates"), row=row, column="lng", warning=not zoned)
        elif far[i] > max(GAP_M if zoned else 0.0, tolerance_m):
            reason.iloc[i] = "outside"
            if turned[i] <= GAP_M:
                problem, remedy = text("reading.outside_swapped", name=name), text("reading.swap_back")
            else:
                problem, remedy = (
                    text("reading.outside", name=name, metres=f"{far[i]:,.0f}"),
                    text("reading.check_coordinates_or_tolerate", metres=f"{math.ceil(far[i])}"),
                )
            place.add(problem, remedy, row=row, column="lng", warning=not zoned)
    return reason
