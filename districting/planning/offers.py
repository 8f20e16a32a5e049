"""Which schools take part in a decision, and why the others do not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from districting.reading.city import City

_WHERE_GIVEN = ("block_id", "urban_rural_code", "themes", "level", "town_part", "district_today", "school_type")
"""Columns of a campus that only some decisions ask for."""


@dataclass(frozen=True, eq=False)
class Offers:
    """``taken``: one row per school-stage that takes part (school_id, stage, name, county_code, geometry and the stage's columns, positions 0..); ``left_out``: coverage rows."""

    taken: Any
    left_out: pd.DataFrame


def offers(city: City, stages: tuple[str, ...], *, private: bool, boarding: bool = True, homed: bool = False) -> Offers:
    """School-stages of ``stages`` that take part. Left out, with the reason: unplaced schools, private or boarding schools unless switched on.

    ``homed``: a school whose block is named takes part though it has no coordinates.
    """
    columns = ["school_id", "name", "county_code", "ownership", "boarding", "geometry"]
    campus = city.schools[[*columns, *(c for c in _WHERE_GIVEN if c in city.schools.columns)]]
    rows = city.school_stages[city.school_stages["stage"].isin(stages)].merge(campus, on="school_id", how="left", validate="many_to_one")
    reason = pd.Series("", index=rows.index, dtype="str")
    if not boarding:
        reason[rows["boarding"].fillna(False).to_numpy(dtype=bool)] = "boarding"
    if not private:
        reason[(rows["ownership"] == "private").to_numpy(dtype=bool)] = "private"
    unplaced = rows["school_id"].isin(city.unplaced["school_id"]) | rows["geometry"].isna()
    if homed and "block_id" in rows.columns:
        unplaced &= rows["block_id"].isna()
    reason[unplaced.to_numpy(dtype=bool)] = "no_coordinates"
    order = rows[reason == ""].sort_values(["stage", "school_id"], kind="stable").reset_index(drop=True)
    left = rows[reason != ""].assign(reason=reason[reason != ""])[["school_id", "name", "stage", "reason"]]
    return Offers(order, left.sort_values(["stage", "school_id"], kind="stable").reset_index(drop=True))


def points_xy(frame: Any) -> np.ndarray[Any, np.dtype[np.float64]]:
    """(s, 2) metres of a frame of points, NaN where there is none."""
    import shapely

    points = np.asarray(frame["geometry"], dtype=object)
    return np.column_stack([shapely.get_x(points), shapely.get_y(points)]).astype(np.float64).reshape(-1, 2)
