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

_LEAST_GAIN_M2 = 0.01


@dataclass(frozen=True, eq=False)
class Cells:
    """Cells of points. ``shape`` (c,) polygons that tile the outline; ``cell_of_point`` (p,); ``notes``: which points share a cell because they coincide."""

    shape: NDArray[Any]
    cell_of_point: NDArray[np.int64]
    notes: tuple[Fault, ...] = ()


def dissolve(geometry: Any, label: ArrayLike, count: int | None = None, *, tolerance_m: float = 1.0) -> NDArray[Any]:
    """The union of the blocks of each label.

    Blocks are merged along their shared borders, which is fast and exact where they fit together; where the result is not whole or not as large as its blocks, they
    are merged by a general union. Gaps between blocks of one label no wider than ``tolerance_m`` are closed, except where a block of another label stands.
    Nothing else changes: a shape can only grow, by less than the tolerance times its blocks' length of border.

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
    shapes, labels = _sound(as_polygons(geometry)), np.asarray(label, dtype=np.int64)
    size = int(labels.max(initial=-1)) + 1 if count is None else count
    order = np.argsort(labels, kind="stable")
    first = np.searchsorted(labels[order], np.arange(size + 1))
    members = [order[first[zone] : first[zone + 1]] for zone in range(size)]
    found = np.array([_merged(shapes[rows]) for rows in members], dtype=object)
    if tolerance_m > 0:
        tree = shapely.STRtree(shapes)
        for zone in _with_gaps(found, members, shapes, tolerance_m):
            found[zone] = _closed(found[zone], int(zone), (tree, labels), tolerance_m)
    return found


def outline(geometry: Any, *, tolerance_m: float = 1.0) -> Any:
    """The ground that polygons cover together, gaps up to ``tolerance_m`` wide closed.

    Examples
    --------
    >>> outline([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)]).area
    2.0
    """
    return dissolve(geometry, np.zeros(len(geometry), dtype=np.int64), 1, tolerance_m=tolerance_m)[0]


def _sound(shapes: NDArray[Any]) -> NDArray[Any]:
    """Rings that cross themselves cover what they enclose; left as they are, parts would count against each other."""
    bad = np.flatnonzero(~shapely.is_valid(shapes))
    shapes[bad] = [_polygonal(shape) for shape in shapely.make_valid(shapes[bad])]
    return shapes


def _merged(blocks: NDArray[Any]) -> Any:
    if len(blocks) == 0:
        return shapely.Polygon()
    if len(blocks) == 1:
        return _polygonal(blocks[0])
    try:
        whole = _polygonal(shapely.coverage_union_all(blocks))
    except shapely.GEOSException:  # it refuses some overlaps outright; the general union takes them all
        whole = shapely.Polygon()
    sound = shapely.is_valid(whole) and np.isclose(shapely.area(whole), shapely.area(blocks).sum(), rtol=1e-10, atol=0)
    return whole if sound else _polygonal(shapely.union_all(blocks))


def _grown(wholes: NDArray[Any], tolerance_m: float) -> NDArray[Any]:
    """Closing: grow, then shrink back. It fills what no disc as wide as the tolerance fits into; mitred corners leave straight borders where they were."""
    out = shapely.buffer(wholes, tolerance_m / 2, join_style="mitre", mitre_limit=2.0)
    return shapely.buffer(out, -tolerance_m / 2, join_style="mitre", mitre_limit=2.0)


def _with_gaps(wholes: NDArray[Any], members: list[NDArray[np.int64]], shapes: NDArray[Any], tolerance_m: float) -> NDArray[np.int64]:
    """Labels whose closing gains ground because their own blocks leave narrow gaps."""
    gain = shapely.area(_grown(wholes, tolerance_m)) - shapely.area(wholes)
    gaining = np.flatnonzero(gain > _LEAST_GAIN_M2)
    return np.array([z for z in gaining if len(members[z]) > 1 and not shapely.coverage_is_valid(shapes[members[z]], gap_width=tolerance_m)], dtype=np.int64)


def _closed(whole: Any, zone: int, blocks: tuple[Any, NDArray[np.int64]], tolerance_m: float) -> Any:
    """The union with the narrow gaps between its own blocks filled."""
    tree, labels = blocks
    gaps = shapely.get_parts(shapely.difference(_grown(whole, tolerance_m), whole))
    gaps = gaps[shapely.get_dimensions(gaps) == 2]
    piece, block = tree.query(gaps, predicate="dwithin", distance=1e-3 * tolerance_m)
    own = labels[block] == zone
    # A notch in the border of one block is its own affair and stays; only what lies between two blocks is a gap.
    between = np.bincount(piece[own], minlength=len(gaps)) >= 2
    if not between.any():
        return whole
    filling = gaps[between]
    foreign = np.unique(block[~own & between[piece]])
    if len(foreign):
        filling = shapely.difference(filling, shapely.union_all(tree.geometries[foreign]))
    return _polygonal(shapely.union_all(np.append(filling, whole)))


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
        Points outside the outline or without coordinates, and points of different groups in one place, all of them named.

    Examples
    --------
    >>> found = cells([[1, 1], [3, 1], [3, 1]], shapely.box(0, 0, 4, 2))
    >>> shapely.area(found.shape), found.cell_of_point
    (array([4., 4.]), array([0, 1, 1]))
    """
    xy = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    refuse_outside(xy, area, ids)
    if len(xy) == 0:
        return Cells(np.empty(0, dtype=object), np.empty(0, dtype=np.int64))
    site = place_of_point(xy)
    first = np.unique(site, return_index=True)[1]
    label = site if groups is None else _in_order(np.asarray(groups))
    _refuse_split_places(site, label, ids)
    merged = np.array([_polygonal(piece) for piece in shapely.intersection(_voronoi(xy[first], area), area)], dtype=object)
    if groups is not None:
        merged = dissolve(merged, label[first], tolerance_m=0.0)
    return Cells(merged, label, _shared_notes(site, ids))


def refuse_outside(xy: NDArray[np.float64], area: Any, ids: Sequence[Any] | NDArray[Any] | None) -> None:
    """A fault for every point that lies outside the outline or has no coordinates."""
    known: NDArray[np.bool_] = np.isfinite(xy[:, 0]) & np.isfinite(xy[:, 1])
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


def _refuse_split_places(site: NDArray[np.int64], label: NDArray[np.int64], ids: Sequence[Any] | NDArray[Any] | None) -> None:
    first = np.unique(site, return_index=True)[1]
    torn = np.unique(site[label != label[first][site]])
    if len(torn):
        raise DataError(
            Fault(
                text("geography.torn_place", points=[name_of(ids, int(i)) for i in np.flatnonzero(site == s)]),
                text("geography.torn_place_remedy"),
                column="geometry",
            )
            for s in torn
        )


def _in_order(label: NDArray[Any]) -> NDArray[np.int64]:
    """Labels renumbered 0, 1, ... in the order of first appearance."""
    _, first, place = np.unique(label, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[place.ravel()].astype(np.int64)


def place_of_point(xy: NDArray[np.float64]) -> NDArray[np.int64]:
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
