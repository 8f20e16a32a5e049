"""Social resources (halls, museums, universities ...) to one table of points: what may anchor the theme of a district."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from districting.reading.load import Loaded
from districting.reading.pools import times, whole_numbers
from districting.reading.table import Found
from districting.wording import text


def social_resources(of: list[tuple[Loaded, Any, Found]], crs: CRS) -> Any:
    """All files of the input as one layer; None where there is none. A resource without a name is a fault, one without a place a note: it anchors nothing."""
    parts = [_points(item, shapes, found, crs) for item, shapes, found in of]
    return pd.concat(parts, ignore_index=True) if parts else None


def _points(item: Loaded, shapes: NDArray[Any] | None, found: Found, crs: CRS) -> Any:
    frame = item.frame.copy()
    for name in ("name", "kind", "themes"):
        if name not in frame.columns:
            frame[name] = pd.Series(np.nan, index=frame.index, dtype="str")
    if "name" in item.frame.columns:
        for i in np.flatnonzero(frame["name"].isna()):
            found.add(text("reading.blank_resource"), text("reading.give_name"), row=int(item.row[i]), column="name")
    frame["free_times"] = times(frame.assign(_row=item.row), "free_times", found)
    whole_numbers(frame.assign(_row=item.row), ("free_hours",), found)
    if shapes is None:
        found.add(text("reading.no_geometry"), text("reading.give_points"), column="lng")
        shapes = np.full(len(frame), None, dtype=object)
    else:
        lost = shapely.is_missing(shapes) | shapely.is_empty(shapes)
        for i in np.flatnonzero(lost):
            found.add(
                text("reading.unplaced_resource", name=str(frame["name"].iloc[i])),
                text("reading.give_coordinates"),
                row=int(item.row[i]),
                column="lng",
                warning=True,
            )
        shapes = np.array(shapely.centroid(shapes), dtype=object)
        shapes[lost] = None
    return gpd.GeoDataFrame(frame, geometry=shapes, crs=crs)
