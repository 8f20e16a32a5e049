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


@dataclass(frozen=True, eq=False)
class RingEdges:
    """E directed edges. ``start``, ``end`` (E, 2) metres; ``block`` (E,) position; ``left`` (E,) +1 where the block lies to the left of the edge, -1 where to the right."""

    start: NDArray[np.float64]
    end: NDArray[np.float64]
    block: NDArray[np.int64]
    left: NDArray[np.float64]

    def take(self, rows: NDArray[Any]) -> RingEdges:
        """Only these edges."""
        return RingEdges(self.start[rows], self.end[rows], self.block[rows], self.left[rows])

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
    for i in np.flatnonzero(shapely.get_type_id(shapes) == _COLLECTION):
        parts = shapely.get_parts(shapely.get_parts(shapes[i]))
        kept = parts[shapely.get_type_id(parts) == _POLYGONAL[0]]
        shapes[i] = shapely.multipolygons(kept) if len(kept) else None
    low_x, low_y, high_x, high_y = shapely.bounds(shapes).T
    bad = ~np.isin(shapely.get_type_id(shapes), _POLYGONAL) | ~np.isfinite(low_x + low_y + high_x + high_y)
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
    last = ring_start[1:] - 1
    within = np.ones(len(xy), dtype=bool)
    within[last] = False
    rows = np.flatnonzero(within)
    start, end = xy[rows], xy[rows + 1]
    size = np.diff(ring_start) - 1
    # Areas are taken about the middle of the map: at grid coordinates of millions of metres the products would lose the smallest rings.
    middle_x, middle_y = xy[:, 0].mean(), xy[:, 1].mean()
    cross = (start[:, 0] - middle_x) * (end[:, 1] - middle_y) - (start[:, 1] - middle_y) * (end[:, 0] - middle_x)
    twice_area = np.add.reduceat(cross, np.cumsum(size) - size)
    hole = np.ones(len(size), dtype=bool)
    hole[polygon_start[:-1]] = False
    left = np.where((twice_area >= 0) ^ hole, 1.0, -1.0)
    return RingEdges(start, end, np.repeat(block_of_ring, size), np.repeat(left, size))


def _ragged(shapes: NDArray[Any]) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Corners, first corner of each ring, first ring of each polygon, first polygon of each block; each list ends with its total."""
    count = np.arange(len(shapes) + 1)
    if (shapely.get_type_id(shapes) == _POLYGONAL[0]).all() and not shapely.get_num_interior_rings(shapes).any():
        xy = shapely.get_coordinates(shapes)
        return xy, np.append(0, np.cumsum(shapely.get_num_coordinates(shapes), dtype=np.int64)), count, count
    kind, xy, offsets = shapely.to_ragged_array(shapes, include_z=False)
    ring_start, polygon_start = offsets[0].astype(np.int64), offsets[1].astype(np.int64)
    return xy, ring_start, polygon_start, offsets[2].astype(np.int64) if kind == shapely.GeometryType.MULTIPOLYGON else count
