"""What is drawn as area: blocks, or the districts' own shapes; cleaned and thinned for the eye only, the plan's shapes stay as they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from districting.errors import DataError, Fault
from districting.model.plan import Plan
from districting.wording import text


def is_drawable(plan: Plan) -> bool:
    """Whether every block has an outline; a plan without blocks is drawn from its districts."""
    shapes = shapes_of(plan.blocks)
    return bool(np.isin(shapely.get_type_id(shapes), (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)).all())


def refuse_undrawable(plan: Plan) -> None:
    """DataError for a plan whose blocks came as a table or as points."""
    if not is_drawable(plan):
        raise DataError(Fault(text("outputs.no_outlines"), text("outputs.no_outlines_remedy"), column="blocks"))


TOLERANCE_M: Final = 1.5
"""Corners that lie closer than this to the border drawn are left out; a pixel of the closest zoom is about as wide."""


def shapes_of(layer: Any) -> NDArray[Any]:
    """The shapes of a layer as an array; empty where the layer is empty."""
    return np.asarray(layer.geometry.array, dtype=object) if len(layer) else np.empty(0, dtype=object)


def drawn_shapes(shapes: NDArray[Any]) -> NDArray[Any]:
    """Areas whose shared borders fit exactly and hold few points (n,), in metres like ``shapes`` (n,); counter-clockwise outside.

    Gaps and overlaps of the delivered shapes are closed on the page only, so that a border that two neighbours share is drawn once and inner borders
    are not mistaken for outer ones. An area that cleaning would swallow is drawn as delivered.

    Examples
    --------
    >>> overlapping = np.array([shapely.box(0, 0, 10, 10), shapely.box(9, 0, 20, 10)])
    >>> bool(shapely.coverage_is_valid(drawn_shapes(overlapping)))
    True
    """
    if not len(shapes):
        return shapes
    polygonal = np.isin(shapely.get_type_id(shapes), (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON))
    fit = shapes.copy()
    try:
        if not shapely.coverage_is_valid(shapes[polygonal]):
            fit[polygonal] = shapely.coverage_clean(shapes[polygonal])
        fit[polygonal] = shapely.coverage_simplify(fit[polygonal], TOLERANCE_M)
    except shapely.errors.GEOSException:  # shapes too broken to be mended together are drawn as they are
        fit = shapes
    lost = shapely.is_missing(fit) | shapely.is_empty(fit)
    return np.asarray(shapely.orient_polygons(np.where(lost, shapes, fit)), dtype=object)


def pieces(layers: Sequence[NDArray[Any]]) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Areas cut by all the layers: shapes (n,) and the position of each in every layer (n, number of layers), -1 where the layer has none.

    Examples
    --------
    >>> a, b = np.array([shapely.box(0, 0, 20, 10)]), np.array([shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10)])
    >>> pieces([a, b])[1].tolist()
    [[0, 0], [0, 1]]
    """
    if not layers:
        return np.empty(0, dtype=object), np.empty((0, 0), dtype=np.int64)
    shapes, at = layers[0], np.arange(len(layers[0]), dtype=np.int64)[:, None]
    for layer in layers[1:]:
        shapes, at = _cut(shapes, at, layer)
    return shapes, at


def _cut(shapes: NDArray[Any], at: NDArray[np.int64], layer: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.int64]]:
    left = gpd.GeoDataFrame({"left": np.arange(len(shapes))}, geometry=shapes)
    right = gpd.GeoDataFrame({"right": np.arange(len(layer))}, geometry=layer)
    both = gpd.overlay(left, right, how="union", keep_geom_type=True)
    both = both[both.area > 1.0]
    rows = np.vstack([at, np.full((1, at.shape[1]), -1)])[both["left"].fillna(len(at)).astype(int)]
    order = np.lexsort((both["right"].fillna(-1), both["left"].fillna(-1)))
    here = both["right"].fillna(-1).astype(int).to_numpy()
    return np.asarray(both.geometry.array, dtype=object)[order], np.column_stack([rows, here])[order].astype(np.int64)


def position_inside(shapes: NDArray[Any], areas: NDArray[Any]) -> NDArray[np.int64]:
    """For each shape (n,) the area that holds a point of its inside, -1 for none; the first area where several do."""
    found = np.full(len(shapes), -1, dtype=np.int64)
    if len(shapes) and len(areas):
        shape, area = shapely.STRtree(areas).query(shapely.point_on_surface(shapes), predicate="within")
        order = np.lexsort((-area, shape))  # the lowest position is written last
        found[shape[order]] = area[order]
    return found


def touching(shapes: NDArray[Any]) -> NDArray[np.int64]:
    """Pairs of areas at most a metre apart (m, 2)."""
    if not len(shapes):
        return np.empty((0, 2), dtype=np.int64)
    a, b = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=1.0)
    return np.column_stack([a, b])[a < b].astype(np.int64)


def in_degrees(shapes: NDArray[Any], crs: str) -> NDArray[Any]:
    """Shapes from the plan's metres to longitude and latitude (WGS 84, which CGCS2000 equals within a decimetre)."""
    return np.asarray(gpd.GeoSeries(shapes, crs=crs).to_crs(4326).array, dtype=object) if len(shapes) else shapes


def spots(shapes: NDArray[Any], crs: str) -> list[list[float] | None]:
    """[latitude, longitude] of a point inside each shape, for its label; None for a missing or empty shape."""
    points = in_degrees(np.asarray(shapely.point_on_surface(shapes), dtype=object), crs) if len(shapes) else shapes
    return [None if p is None or p.is_empty else [round(p.y, 6), round(p.x, 6)] for p in points]
