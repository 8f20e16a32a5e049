"""Whole numbers on blocks from an overlay, and the two frames-in, frames-out functions for notebooks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import ArrayLike, NDArray

from districting.geography.areal import Overlay, overlay
from districting.geography.block_cells import block_cells, hull_outline
from districting.geography.block_middles import POINT_COLUMNS
from districting.model.rounding import largest_remainder


@dataclass(frozen=True, eq=False)
class Estimate:
    """``on_blocks`` (n, c), whole numbers where asked for; ``outside`` (s, c) what of each source lies on no block, as it is; ``outside_whole`` (c,) the same in all."""

    on_blocks: NDArray[np.float64]
    outside: NDArray[np.float64]
    outside_whole: NDArray[np.float64]


def estimate(found: Overlay, amount: ArrayLike, *, whole: bool = True) -> Estimate:
    """Amounts (s, c) of the sources on the blocks. ``whole``: rounded by largest remainders, what lies outside as one more share, so that blocks and outside
    together are the total of the sources, rounded; a block is off by less than 1.

    >>> third = shapely.box(0, 0, 3, 1)
    >>> found = overlay([third], [shapely.box(x, 0, x + 1, 1) for x in range(3)])
    >>> estimate(found, [[100.0]]).on_blocks.ravel().tolist()
    [34.0, 33.0, 33.0]
    """
    given = np.asarray(amount, dtype=np.float64)
    on_blocks, outside = found.moved(given)
    rest = np.array([math.fsum(column) for column in outside.T])
    if not whole:
        return Estimate(on_blocks, outside, rest)
    columns = np.vstack([on_blocks, rest])
    rounded = [largest_remainder(column, round(math.fsum(column))) for column in columns.T]
    table = np.column_stack(rounded).astype(np.float64) if rounded else columns
    return Estimate(table[:-1], outside, table[-1])


def voronoi_blocks(points: Any, area: Any = None, barriers: Any = ()) -> Any:
    """Blocks of a frame of points: the same rows and index, a cell in place of each point, the points in ``point_x_m`` and ``point_y_m``.

    Parameters
    ----------
    points : GeoDataFrame of points in a metre CRS
    area : polygon that is divided, or a frame of polygons whose union is; the widened convex hull of the points when not given
    barriers : GeoSeries, GeoDataFrame or array of lines that no cell crosses

    Raises
    ------
    DataError : points outside the area or without room, every one named
    ValueError : coordinates in degrees

    Examples
    --------
    >>> towns = gpd.GeoDataFrame({"pupils_primary": [3, 4]}, geometry=gpd.points_from_xy([20, 80], [50, 50]))
    >>> voronoi_blocks(towns, shapely.box(0, 0, 100, 100)).area.tolist()
    [5000.0, 5000.0]
    """
    _refuse_degrees(points.crs)
    xy = np.column_stack([points.geometry.x, points.geometry.y])
    if area is None:
        whole = hull_outline(xy)[0]
    else:
        whole = shapely.union_all(np.asarray(area.geometry.array)) if hasattr(area, "geometry") and hasattr(area, "index") else area
    lines = barriers.geometry.array if hasattr(barriers, "geometry") else barriers
    found = block_cells(xy, whole, np.asarray(lines, dtype=object), ids=points.index.to_numpy())
    return points.assign(**dict(zip(POINT_COLUMNS, xy.T, strict=True))).set_geometry(gpd.GeoSeries(found.shape, index=points.index, crs=points.crs))


def interpolate_population(
    blocks: Any, population: Any, columns: Sequence[str], *, buildings: Any = None, floors: str | None = None, whole: bool = True
) -> tuple[Any, pd.DataFrame]:
    """Blocks with the numbers of another layer, and what of each of its rows lies on no block.

    Parameters
    ----------
    blocks : GeoDataFrame of polygons in a metre CRS
    population : GeoDataFrame of polygons or points (a grid, census areas, addresses) in the same CRS; a blank number counts as 0
    columns : names of its columns that are amounts (pupils, residents), no rates
    buildings : GeoDataFrame of polygons: amounts go where their floor area is; ``floors`` names its column of storeys
    whole : whole numbers by largest remainders; the total is kept

    Returns
    -------
    blocks : a copy with the columns and their names in ``attrs["estimated"]``
    outside : a frame with the index of ``population`` and the same columns

    Raises
    ------
    ValueError : layers in different CRS, or in degrees

    Examples
    --------
    >>> blocks = gpd.GeoDataFrame({"block_id": ["a", "b"]}, geometry=[shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 100)])
    >>> census = gpd.GeoDataFrame({"entrants_primary": [40]}, geometry=[shapely.box(40, 0, 120, 100)])
    >>> interpolate_population(blocks, census, ["entrants_primary"])[0]["entrants_primary"].tolist()
    [30.0, 10.0]
    """
    _refuse_degrees(blocks.crs)
    for other in (population, buildings):
        if other is not None and other.crs != blocks.crs:
            raise ValueError(f"blocks are in {blocks.crs}, another layer in {other.crs}: bring them to one metre CRS with to_crs")
    storeys = None if buildings is None or floors is None else pd.to_numeric(buildings[floors]).fillna(1.0).to_numpy(dtype=np.float64)
    houses = None if buildings is None else np.asarray(buildings.geometry.array)
    found = overlay(np.asarray(population.geometry.array), np.asarray(blocks.geometry.array), buildings=houses, floors=storeys)
    names = list(columns)
    amount = population[names].apply(pd.to_numeric).fillna(0.0).to_numpy(dtype=np.float64)
    made = estimate(found, amount, whole=whole)
    out = blocks.assign(**dict(zip(names, made.on_blocks.T, strict=True)))
    out.attrs["estimated"] = names
    return out, pd.DataFrame(made.outside, index=population.index, columns=names)


def _refuse_degrees(crs: Any) -> None:
    if crs is not None and crs.is_geographic:
        raise ValueError(f"{crs.to_string()} counts in degrees: bring the layers to a metre CRS with to_crs")
