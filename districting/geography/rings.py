"""Polygons taken apart into directed ring edges, in numpy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from districting.errors import DataError, Fault
from districting.wording import text

_POLYGONAL = (3, 6)
_COLLECTION = 7
STRIDE = 1 << 15
"""Corners taken at a time, where what is worked out on the way should stay in the processor's cache."""


@dataclass(frozen=True, eq=False)
class RingEdges:
    """E directed edges. ``start``, ``end`` (E, 2) metres; ``block`` (E,) position; ``left`` (E,) +1 where the block lies to the left of the edge, -1 where to the right.

    ``start`` and ``end`` are kept column by column, as most work goes through one coordinate of every edge.
    """

    start: NDArray[np.float64]
    end: NDArray[np.float64]
    block: NDArray[np.int64]
    left: NDArray[np.float64]

    def take(self, rows: NDArray[Any]) -> RingEdges:
        """Only these edges."""
        return RingEdges(self.start.T.take(rows, axis=1).T, self.end.T.take(rows, axis=1).T, self.block[rows], self.left[rows])

    def lines(self) -> NDArray[Any]:
        """The edges as shapely lines."""
        return shapely.linestrings(np.stack([self.start, self.end], axis=1))


def name_of(ids: Sequence[Any] | NDArray[Any] | None, position: int) -> str:
    """The id of a block as a reader knows it, or else its row, counted from 1."""
    return str(ids[position]) if ids is not None else f"#{position + 1}"


def as_polygons(geometry: Any, ids: Sequence[Any] | NDArray[Any] | None = None) -> NDArray[Any]:
    """An array of Polygon and MultiPolygon from an array, GeoSeries or GeoDataFrame; collections keep their polygons.

    Raises
    ------
    DataError
        A geometry that is missing, empty, without area type, or holds a coordinate that is no number; every one is named.

    Examples
    --------
    >>> as_polygons([shapely.box(0, 0, 1, 1)])[0].area
    1.0
    """
    column = getattr(geometry, "geometry", geometry)
    shapes = np.array(getattr(column, "array", column), dtype=object).reshape(-1)
    kind = shapely.get_type_id(shapes)
    for i in np.flatnonzero(kind == _COLLECTION):
        parts = shapely.get_parts(shapely.get_parts(shapes[i]))
        kept = parts[shapely.get_type_id(parts) == _POLYGONAL[0]]
        shapes[i] = shapely.multipolygons(kept) if len(kept) else None
        kind[i] = shapely.get_type_id(shapes[i])
    low_x, low_y, high_x, high_y = shapely.bounds(shapes).T
    bad = ~np.isfinite(low_x + low_y + high_x + high_y) | ((kind != _POLYGONAL[0]) & (kind != _POLYGONAL[1]))
    if bad.any():
        raise DataError(
            Fault(text("geography.no_polygon", block=name_of(ids, int(i))), text("geography.give_polygon"), row=int(i) + 1, column="geometry")
            for i in np.flatnonzero(bad)
        )
    return shapes


def ring_edges(shapes: NDArray[Any]) -> RingEdges:
    """All edges of all rings, holes included, in the order of the blocks.

    Examples
    --------
    >>> edges = ring_edges(as_polygons([shapely.box(0, 0, 1, 1)]))
    >>> edges.block, edges.left
    (array([0, 0, 0, 0]), array([1., 1., 1., 1.]))
    """
    if len(shapes) == 0:
        return RingEdges(np.empty((0, 2)), np.empty((0, 2)), np.empty(0, dtype=np.int64), np.empty(0))
    xy, ring_start, polygon_start, part_of_block = _ragged(shapes)
    rings_of_block = np.diff(polygon_start[part_of_block])
    block_of_ring = np.repeat(np.arange(len(shapes)), rings_of_block)
    within = np.ones(xy.shape[1], dtype=bool)
    within[ring_start[1:] - 1] = False
    rows = np.flatnonzero(within)
    size = np.diff(ring_start) - 1
    hole = np.ones(len(size), dtype=bool)
    hole[polygon_start[:-1]] = False
    left = np.repeat(np.where((_twice_area(xy, ring_start) >= 0) ^ hole, 1.0, -1.0), size)
    start = xy.take(rows, axis=1).T
    rows += 1
    return RingEdges(start, xy.take(rows, axis=1).T, np.repeat(block_of_ring, size), left)


def _twice_area(xy: NDArray[np.float64], ring_start: NDArray[np.int64]) -> NDArray[np.float64]:
    """Twice the area of every ring, less than 0 where it runs clockwise.

    Taken about the middle of the map: at grid coordinates of millions of metres the products would lose the smallest rings.
    """
    middle = xy.mean(axis=1)[:, None]
    cross = np.empty(xy.shape[1])
    for k in range(0, len(cross) - 1, STRIDE):
        x, y = xy[:, k : k + STRIDE + 1] - middle
        np.subtract(x[:-1] * y[1:], y[:-1] * x[1:], out=cross[k : k + len(x) - 1])
    ends = np.column_stack([ring_start[:-1], ring_start[1:] - 1]).ravel()
    return np.add.reduceat(cross, ends)[::2].astype(np.float64)


def _ragged(shapes: NDArray[Any]) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Corners (2, N), first corner of each ring, first ring of each polygon, first polygon of each block; each list ends with its total."""
    count = np.arange(len(shapes) + 1)
    if (shapely.get_type_id(shapes) == _POLYGONAL[0]).all():
        xy = np.ascontiguousarray(shapely.get_coordinates(shapes).T)
        start = np.append(0, np.cumsum(shapely.get_num_coordinates(shapes), dtype=np.int64))
        if not shapely.get_num_interior_rings(shapes[_return_to_their_start(xy, start)]).any():
            return xy, start, count, count
    kind, xy, offsets = shapely.to_ragged_array(shapes, include_z=False)
    ring_start, polygon_start = offsets[0].astype(np.int64), offsets[1].astype(np.int64)
    return np.ascontiguousarray(xy.T), ring_start, polygon_start, offsets[2].astype(np.int64) if kind == shapely.GeometryType.MULTIPOLYGON else count


def _return_to_their_start(xy: NDArray[np.float64], start: NDArray[np.int64]) -> NDArray[np.int64]:
    """Polygons whose first corner comes again before their last, as it does where an outline closes and holes follow: the only ones to ask for holes."""
    size = np.diff(start)
    again = np.repeat(xy[0, start[:-1]], size) == xy[0]
    again[start[:-1]] = False
    again[start[1:] - 1] = False
    rows = np.flatnonzero(again)
    polygon = np.searchsorted(start, rows, side="right") - 1
    return np.unique(polygon[xy[1, rows] == xy[1, start[polygon]]])
