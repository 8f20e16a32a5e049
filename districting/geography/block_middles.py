"""Where the ways of a block's pupils begin: its own point where it was given as one, else the middle of its outline."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

POINT_COLUMNS: Final = ("point_x_m", "point_y_m")
"""Columns of blocks whose ground was drawn around points: the points, in the metre CRS."""


def block_middles(blocks: Any) -> NDArray[Any]:
    """(n,) points of a frame of blocks, None where a block has no place.

    >>> import geopandas as gpd
    >>> two = gpd.GeoDataFrame({"point_x_m": [1.0, np.nan], "point_y_m": [1.0, np.nan]}, geometry=[shapely.box(0, 0, 8, 8), shapely.box(8, 0, 16, 8)])
    >>> [p.wkt for p in block_middles(two)]
    ['POINT (1 1)', 'POINT (12 4)']
    """
    middle = np.array(shapely.centroid(np.asarray(blocks["geometry"].to_numpy(), dtype=object)), dtype=object).reshape(-1)
    if not set(POINT_COLUMNS) <= set(blocks.columns):
        return middle
    x, y = (pd.to_numeric(blocks[c]).to_numpy(dtype=np.float64) for c in POINT_COLUMNS)
    known = np.isfinite(x) & np.isfinite(y)
    middle[known] = shapely.points(x[known], y[known])
    return middle


def block_middles_xy(blocks: Any) -> NDArray[np.float64]:
    """(n, 2) the same as coordinates, NaN where a block has no place."""
    middle = block_middles(blocks)
    return np.column_stack([shapely.get_x(middle), shapely.get_y(middle)]).astype(np.float64).reshape(-1, 2)
