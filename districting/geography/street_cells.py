"""Land cut into cells along streets, rivers and railways: first blocks for a city that has none."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from districting.geography.adjacency import rook_adjacency
from districting.geography.barriers import cut_by_barriers
from districting.geography.shapes import dissolve

GRID_M = 0.01


def street_cells(outline: Any, lines: Any, points: ArrayLike, *, least_m2: float = 5000.0, barriers: Any = ()) -> NDArray[Any]:
    """Polygons that fill ``outline``, cut along ``lines``.

    A cell smaller than ``least_m2`` is joined to the neighbour it shares the longest border with, first to one on the same side of the barriers. A cell in which
    several ``points`` lie is cut half-way between them, so that each has a cell of its own.

    Parameters
    ----------
    outline : polygon or multipolygon in metres
    lines : streets and barriers in metres
    points : (p, 2) schools

    Returns
    -------
    cells : (n,) polygons, from west to east and south to north of their lower left corners

    Examples
    --------
    >>> cross = [shapely.LineString([(50, 0), (50, 100)]), shapely.LineString([(0, 50), (100, 50)])]
    >>> [c.area for c in street_cells(shapely.box(0, 0, 100, 100), cross, [[10, 10]], least_m2=0)]
    [2500.0, 2500.0, 2500.0, 2500.0]
    """
    places = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    drawn = np.array([*np.asarray(getattr(lines, "array", lines), dtype=object).reshape(-1), shapely.boundary(outline)], dtype=object)
    cells = _faces(outline, drawn)
    if least_m2 > 0:
        cells = _without_small(cells, least_m2, barriers)
    halves = _halves(cells, places)
    if len(halves):
        cells = _faces(outline, np.array([*shapely.boundary(cells), *halves], dtype=object))
        cells = _without_small(cells, min(least_m2, 100.0), barriers, keep=places)
    corner = np.round(shapely.bounds(cells)[:, :2], 2)
    return cells[np.lexsort((corner[:, 1], corner[:, 0]))]


def _faces(outline: Any, lines: NDArray[Any]) -> NDArray[Any]:
    """The faces of a plane cut by the lines, as far as they lie in the outline."""
    noded = shapely.union_all(lines, grid_size=GRID_M)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    shapely.prepare(outline)
    return faces[shapely.contains_properly(outline, shapely.point_on_surface(faces))]


def _without_small(cells: NDArray[Any], least_m2: float, barriers: Any, keep: NDArray[np.float64] | None = None) -> NDArray[Any]:
    """The cells with small ones joined to a neighbour; one that holds a point of ``keep`` is left as it is."""
    area, group = shapely.area(cells), np.arange(len(cells))
    kept = np.zeros(len(cells), dtype=np.bool_)
    if keep is not None and len(keep):
        kept[shapely.STRtree(cells).query(shapely.points(keep), predicate="intersects")[1]] = True
    small = (area < least_m2) & ~kept
    if not small.any():
        return cells
    found = rook_adjacency(cells)
    cut = cut_by_barriers(found.edges, cells, barriers)
    near: dict[int, list[tuple[bool, float, int]]] = {int(i): [] for i in np.flatnonzero(small)}
    for (a, b), shared, closed in zip(found.edges.tolist(), found.shared_m.tolist(), cut.tolist(), strict=True):
        for one, other in ((a, b), (b, a)):
            if one in near:
                near[one].append((closed, -shared, other))
    for i in sorted(near, key=lambda i: (area[i], i)):
        mine = group[i]
        others = [other for _, _, other in sorted(near[i]) if group[other] != mine]
        if others and area[group == mine].sum() < least_m2:
            group[group == mine] = group[others[0]]
    _, label = np.unique(group, return_inverse=True)
    merged = dissolve(cells, label)
    return shapely.get_parts(merged)


def _halves(cells: NDArray[Any], points: NDArray[np.float64]) -> list[Any]:
    """Lines half-way between the points of one cell."""
    if not len(points):
        return []
    point, cell = shapely.STRtree(cells).query(shapely.points(points), predicate="intersects")
    lines = []
    for c in np.unique(cell).tolist():
        inside = np.unique(points[point[cell == c]], axis=0)
        if len(inside) > 1:
            halves = shapely.voronoi_polygons(shapely.multipoints(inside), extend_to=cells[c])
            lines += shapely.get_parts(shapely.intersection(shapely.boundary(shapely.get_parts(halves)), cells[c])).tolist()
    return [line for line in lines if shapely.get_dimensions(line) == 1]
