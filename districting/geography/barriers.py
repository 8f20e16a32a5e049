"""Borders that run along a river, a railway or a motorway: cut, unless a road or a bridge crosses there."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from districting.geography.rings import as_polygons


def cut_by_barriers(
    edges: ArrayLike, geometry: Any, barriers: Any, crossings: Any = (), *, tolerance_m: float = 15.0, border_gap_m: float = 1.0
) -> NDArray[np.bool_]:
    """Which borders a barrier closes.

    A border is cut when most of it lies within ``tolerance_m`` of a barrier line and no crossing meets the barrier on that border; a border that the barrier
    only crosses, running from one block into the next, stays open, for both blocks then lie on both banks.

    Parameters
    ----------
    edges : (m, 2) neighbouring blocks
    geometry : (n,) polygons in metres
    barriers : lines that cannot be crossed
    crossings : points (bridges, gates) or lines (roads); a line counts where it crosses a barrier
    tolerance_m : how far a border drawn along a barrier, or a crossing, may lie from it
    border_gap_m : how far apart the two drawings of one border may lie

    Returns
    -------
    cut : (m,) bool

    Examples
    --------
    >>> banks = [shapely.box(0, 0, 100, 100), shapely.box(0, 100, 100, 200)]
    >>> river = [shapely.LineString([(-50, 100), (150, 100)])]
    >>> cut_by_barriers([[0, 1]], banks, river), cut_by_barriers([[0, 1]], banks, river, [shapely.Point(50, 101)])
    (array([ True]), array([False]))
    """
    pairs = np.asarray(edges, dtype=np.int64).reshape(-1, 2)
    cut = np.zeros(len(pairs), dtype=bool)
    lines = barrier_lines(barriers)
    if len(pairs) == 0 or len(lines) == 0:
        return cut
    shapes = as_polygons(geometry)
    near_block = np.zeros(len(shapes), dtype=bool)
    near_block[shapely.STRtree(shapes).query(lines, predicate="dwithin", distance=tolerance_m)[1]] = True
    asked = np.flatnonzero(near_block[pairs].all(axis=1))
    a, b = shapes[pairs[asked, 0]], shapes[pairs[asked, 1]]
    border = shapely.intersection(shapely.boundary(a), shapely.buffer(b, border_gap_m))
    belt = shapely.union_all(shapely.buffer(lines, tolerance_m))
    shapely.prepare(belt)
    length = shapely.length(border)
    along = (length > 0) & (shapely.length(shapely.intersection(border, belt)) > 0.5 * length)
    cut[asked[along]] = True
    gates = _gates(crossings, lines, tolerance_m)
    if len(gates) and along.any():
        open_border, _ = shapely.STRtree(gates).query(border[along], predicate="dwithin", distance=tolerance_m)[:2]
        cut[asked[along][np.unique(open_border)]] = False
    return cut


def closed(barriers: Any) -> NDArray[Any]:
    """Shapes of the barriers of a frame that nobody crosses: all but those whose column ``crossable`` says yes."""
    if barriers is None or not len(barriers):
        return np.array([], dtype=object)
    shapes = np.asarray(barriers.geometry.array, dtype=object)
    if "crossable" not in barriers.columns:
        return shapes
    return shapes[~barriers["crossable"].map(lambda given: given is True).to_numpy(dtype=bool)]


def barrier_lines(barriers: Any) -> NDArray[Any]:
    """Simple lines; of an area barrier (a lake) its shore."""
    shapes = np.array(getattr(barriers, "array", barriers), dtype=object).reshape(-1)
    shapes = shapes[~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)]
    area = shapely.get_dimensions(shapes) == 2
    shapes[area] = shapely.boundary(shapes[area])
    return shapely.get_parts(shapes)


def _gates(crossings: Any, lines: NDArray[Any], tolerance_m: float) -> NDArray[Any]:
    """Points where the barrier can be crossed: points beside it, and the places where lines cross it."""
    shapes = np.array(getattr(crossings, "array", crossings), dtype=object).reshape(-1)
    shapes = shapely.get_parts(shapes[~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)])
    dimension = shapely.get_dimensions(shapes)
    points, roads = shapes[dimension == 0], shapes[dimension == 1]
    tree = shapely.STRtree(lines)
    beside = points[np.unique(tree.query(points, predicate="dwithin", distance=tolerance_m)[0])]
    road, line = tree.query(roads, predicate="crosses")
    met = shapely.get_parts(shapely.intersection(roads[road], lines[line]))
    return np.concatenate([beside, shapely.centroid(met)])
