"""Shapes made of blocks and of points: zones, outlines and the cells of schools."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from districting.errors import DataError, Fault
from districting.geography.rings import as_polygons, name_of
from districting.wording import text


@dataclass(frozen=True, eq=False)
class Cells:
    """Cells of points. ``shape`` (c,) polygons that tile the outline; ``cell_of_point`` (p,); ``notes``: which points share a cell because they coincide."""

    shape: NDArray[Any]
    cell_of_point: NDArray[np.int64]
    notes: tuple[Fault, ...] = ()


def dissolve(geometry: Any, label: ArrayLike, count: int | None = None, *, tolerance_m: float = 1.0) -> NDArray[Any]:
    """The union of the blocks of each label.

    A clean coverage is merged along its shared borders, which is fast and exact. Otherwise blocks are merged by a general union, and gaps between blocks of one
    label no wider than ``tolerance_m`` are closed; only gaps are filled, never the outside, so a shape can only grow, by less than its blocks' length of border
    times the tolerance.

    Parameters
    ----------
    geometry : (n,) polygons in metres
    label : (n,) 0..count-1; a negative label belongs nowhere
    count : number of shapes; the largest label + 1 when not given
    tolerance_m : widest gap between two blocks of one label that is closed

    Returns
    -------
    shape : (count,) polygon or multipolygon; an empty polygon for a label without blocks

    Examples
    --------
    >>> squares = [shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1), shapely.box(2, 0, 3, 1)]
    >>> shapely.area(dissolve(squares, [0, 0, 1]))
    array([2., 1.])
    """
    shapes, labels = as_polygons(geometry), np.asarray(label, dtype=np.int64)
    size = int(labels.max(initial=-1)) + 1 if count is None else count
    order = np.argsort(labels, kind="stable")
    first = np.searchsorted(labels[order], np.arange(size + 1))
    clean = bool(shapely.coverage_is_valid(shapes[labels >= 0]))
    found = np.empty(size, dtype=object)
    for zone in range(size):
        blocks = shapes[order[first[zone] : first[zone + 1]]]
        found[zone] = _merge_clean(blocks) if clean else _merge_dirty(blocks, tolerance_m)
    return found


def outline(geometry: Any, *, tolerance_m: float = 1.0) -> Any:
    """The ground that polygons cover together, gaps up to ``tolerance_m`` wide closed.

    Examples
    --------
    >>> outline([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)]).area
    2.0
    """
    return dissolve(geometry, np.zeros(len(geometry), dtype=np.int64), 1, tolerance_m=tolerance_m)[0]


def _merge_clean(blocks: NDArray[Any]) -> Any:
    if len(blocks) == 0:
        return shapely.Polygon()
    # A coverage union gives a collection of the merged polygons; the cheap union of disjoint parts only gives it its polygon type.
    return shapely.union_all(shapely.get_parts(shapely.coverage_union_all(blocks)))


def _merge_dirty(blocks: NDArray[Any], tolerance_m: float) -> Any:
    if len(blocks) == 0:
        return shapely.Polygon()
    whole = _polygonal(shapely.union_all(shapely.make_valid(blocks)))
    if len(blocks) == 1 or tolerance_m <= 0:
        return whole
    # Closing = grow, then shrink back: it fills what no disc of the tolerance's width fits into. Mitred corners leave straight borders where they were.
    half = tolerance_m / 2
    closed = shapely.buffer(shapely.buffer(whole, half, join_style="mitre", mitre_limit=2.0), -half, join_style="mitre", mitre_limit=2.0)
    grown = shapely.get_parts(shapely.difference(closed, whole))
    grown = grown[shapely.get_dimensions(grown) == 2]
    between = grown[_between(grown, blocks, half)]
    if len(between) == 0:
        return whole
    return _polygonal(shapely.union_all(np.append(between, whole)))


def _between(grown: NDArray[Any], blocks: NDArray[Any], reach_m: float) -> NDArray[np.bool_]:
    """Pieces that lie between two blocks; a notch in the border of one block is its own affair and stays."""
    if len(grown) == 0:
        return np.zeros(0, dtype=bool)
    piece, _ = shapely.STRtree(blocks).query(grown, predicate="dwithin", distance=reach_m * 1e-3)
    return np.bincount(piece, minlength=len(grown)) >= 2


def _polygonal(shape: Any) -> Any:
    """Only the polygons of a union: stray lines and points carry no ground."""
    parts = shapely.get_parts(shapely.get_parts(shape))
    parts = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    return parts[0] if len(parts) == 1 else shapely.multipolygons(parts)


def cells(points: ArrayLike, area: Any, groups: ArrayLike | None = None, *, ids: Sequence[Any] | NDArray[Any] | None = None) -> Cells:
    """Divide an outline among points: each place goes to the nearest point (Voronoi cells clipped to the outline).

    Parameters
    ----------
    points : (p, 2) metres, on or inside the outline; coinciding points (closer than 1 cm) share a cell
    area : polygon or multipolygon
    groups : (p,) labels: cells of one label are merged
    ids : (p,) names of the points for messages

    Returns
    -------
    Cells
        Cells in the order of their first point. They tile the outline; a piece of a cell that an arm of the outline cuts off stays with its cell.

    Raises
    ------
    DataError
        Points outside the outline or without coordinates, all of them named.

    Examples
    --------
    >>> found = cells([[1, 1], [3, 1], [3, 1]], shapely.box(0, 0, 4, 2))
    >>> shapely.area(found.shape), found.cell_of_point
    (array([4., 4.]), array([0, 1, 1]))
    """
    xy = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    _refuse_outside(xy, area, ids)
    if len(xy) == 0:
        return Cells(np.empty(0, dtype=object), np.empty(0, dtype=np.int64))
    site = _sites(xy)
    label = site if groups is None else _in_order(np.asarray(groups)[np.unique(site, return_index=True)[1]])[site]
    sites = xy[np.unique(site, return_index=True)[1]]
    pieces = _voronoi(sites, area)
    merged = np.array([_polygonal(shapely.intersection(piece, area)) for piece in pieces], dtype=object)
    label_of_site = label[np.unique(site, return_index=True)[1]]
    if groups is not None:
        merged = np.array([_polygonal(shapely.union_all(merged[label_of_site == c])) for c in range(int(label.max()) + 1)], dtype=object)
    return Cells(merged, label.astype(np.int64), _shared_notes(site, ids))


def _refuse_outside(xy: NDArray[np.float64], area: Any, ids: Sequence[Any] | NDArray[Any] | None) -> None:
    known = np.isfinite(xy).all(axis=1)
    inside = known.copy()
    inside[known] = shapely.intersects(shapely.points(xy[known]), area)
    faults = [
        Fault(
            text("geography.point_outside" if known[i] else "geography.point_unknown", point=name_of(ids, int(i))),
            text("geography.point_outside_remedy" if known[i] else "geography.point_unknown_remedy"),
            row=int(i) + 1,
            column="geometry",
        )
        for i in np.flatnonzero(~inside)
    ]
    if faults:
        raise DataError(faults)


def _in_order(label: NDArray[Any]) -> NDArray[np.int64]:
    """Labels renumbered 0, 1, ... in the order of first appearance."""
    _, first, place = np.unique(label, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[place.ravel()].astype(np.int64)


def _sites(xy: NDArray[np.float64]) -> NDArray[np.int64]:
    """Number of the distinct place of each point, in order of first appearance."""
    grid = np.rint(xy * 100).astype(np.int64)
    _, place = np.unique(grid, axis=0, return_inverse=True)
    return _in_order(place.ravel())


def _voronoi(sites: NDArray[np.float64], area: Any) -> NDArray[Any]:
    """One polygon a site, in the order of the sites, together covering the area."""
    bounds = shapely.bounds(area)
    frame = shapely.box(*bounds).buffer(0.1 * float(np.hypot(bounds[2] - bounds[0], bounds[3] - bounds[1])) + 1.0)
    if len(sites) == 1:
        return np.array([shapely.box(*shapely.bounds(frame))], dtype=object)
    found = shapely.voronoi_polygons(shapely.multipoints(sites), extend_to=frame, ordered=True)
    return shapely.get_parts(found)


def _shared_notes(site: NDArray[np.int64], ids: Sequence[Any] | NDArray[Any] | None) -> tuple[Fault, ...]:
    shared = np.flatnonzero(np.bincount(site) > 1)
    return tuple(
        Fault(
            text("geography.shared_cell", points=[name_of(ids, int(i)) for i in np.flatnonzero(site == s)]),
            text("geography.shared_cell_remedy"),
            column="geometry",
            severity="warning",
        )
        for s in shared
    )


def representative_xy(geometry: Any) -> NDArray[np.float64]:
    """A point surely inside each polygon, (n, 2): where a centroid may fall outside.

    Examples
    --------
    >>> representative_xy([shapely.box(0, 0, 2, 2)]).tolist()
    [[1.0, 1.0]]
    """
    return shapely.get_coordinates(shapely.point_on_surface(as_polygons(geometry)))
