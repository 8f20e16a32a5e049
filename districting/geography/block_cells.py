"""Blocks that are given as points get ground: Voronoi cells inside an outline that no river, railway or other barrier runs through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import Voronoi, cKDTree

from districting.errors import DataError, Fault
from districting.geography.barriers import barrier_lines
from districting.geography.cut_pieces import GRID_M, joined_pieces
from districting.geography.rings import name_of
from districting.geography.shapes import place_of_point, refuse_outside
from districting.wording import text

APART_M: Final = 0.5
"""Points in one place are moved so far from it, each in its own direction, before the ground is divided: every one gets its slice of the place's cell."""
STRIP_M: Final = 30.0
"""Between two barriers that run beside each other no farther apart, nobody lives: the two are one barrier that was drawn twice."""
_LONG: Final = 20.0
_LEAST_HULL_M: Final = 50.0


@dataclass(frozen=True, eq=False)
class BlockCells:
    """The ground of p points.

    shape : (p,) one polygon a point; together they fit without gap or overlap, corners on shared borders are the same numbers
    together : positions of points that lie in one place, a tuple for each place
    empty : parts of the outline that barriers enclose and no point lies in; they belong to no cell
    moved : (c,) pieces that a barrier or an arm of the outline cut off from their point, with ``moved_to`` (c,) the point whose cell they are part of now
    """

    shape: NDArray[Any]
    together: tuple[tuple[int, ...], ...]
    empty: NDArray[Any]
    moved: NDArray[Any]
    moved_to: NDArray[np.int64]


def block_cells(points: ArrayLike, area: Any, barriers: Any = (), *, ids: Sequence[Any] | NDArray[Any] | None = None) -> BlockCells:
    """Divide an outline among points so that nobody's cell lies on both sides of a barrier.

    Barriers that run through divide the outline into parts; within a part each place goes to the nearest point of that part. Where a barrier ends inside the
    outline, the piece of a cell behind it goes to the nearest of the points whose cells it touches without crossing the barrier. A part without a point stays
    empty, but for a long strip no wider than 30 m (one barrier that was drawn as two lines): its pieces go to the cells beside it, so that there is one border
    between the two sides. Corners are rounded to 1 mm.

    Parameters
    ----------
    points : (p, 2) metres, inside the outline; those closer than 1 cm lie in one place
    area : polygon or multipolygon
    barriers : lines that cannot be crossed; of an area (a lake) its shore
    ids : (p,) names of the points for messages

    Raises
    ------
    DataError : points outside the outline, without coordinates, or without room for a cell, every one named

    Examples
    --------
    >>> river = shapely.LineString([(0, 70), (100, 70)])
    >>> found = block_cells([[20, 50], [80, 50], [50, 90]], shapely.box(0, 0, 100, 100), [river])
    >>> shapely.area(found.shape).tolist()
    [3500.0, 3500.0, 3000.0]
    """
    xy = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    refuse_outside(xy, area, ids)
    none = np.empty(0, dtype=object)
    if len(xy) == 0:
        return BlockCells(none, (), none, none, np.empty(0, dtype=np.int64))
    middle = np.floor(shapely.bounds(area).reshape(2, 2).mean(axis=0))
    ground = shapely.transform(area, lambda c: c - middle)
    lines = shapely.transform(barrier_lines(barriers), lambda c: c - middle) if len(barriers) else none
    walls = _walls(ground, lines)
    parts = _parts(ground, walls)
    sites, together = _apart(xy - middle, walls)
    part = _part_of_point(xy - middle, parts)
    ridges = [_ridges(sites[part == p], parts[p]) for p in np.unique(part)]
    strips = _strips(parts, part)
    if len(strips) and len(xy):
        ridges.append(_ridges(sites, shapely.union_all(parts[strips])))
    pieces, label, home = _labelled(ground, np.concatenate([walls, *ridges]), parts, sites, part)
    bare_part = (label < 0) & ~np.isin(home, strips)
    cells = joined_pieces(pieces[~bare_part], label[~bare_part], sites, walls)
    bare = np.flatnonzero(shapely.is_empty(cells.shape))
    if len(bare):
        raise DataError(Fault(text("cells.no_room", point=name_of(ids, int(i))), text("cells.no_room_remedy"), row=int(i) + 1, column="geometry") for i in bare)
    shape, empty, moved = (shapely.transform(s, lambda c: c + middle) for s in (cells.shape, np.append(pieces[bare_part], cells.left), cells.moved))
    return BlockCells(shape, together, empty, moved, cells.moved_to)


def hull_outline(points: ArrayLike) -> tuple[Any, float]:
    """An outline for points that come without one: their convex hull, wider by the usual distance between neighbours (at least 50 m), and that width in metres.

    >>> around, wider_m = hull_outline([[0, 0], [300, 0], [0, 300], [300, 300]])
    >>> wider_m, [round(v) for v in around.bounds]
    (300.0, [-300, -300, 600, 600])
    """
    xy = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    places = np.unique(xy, axis=0)
    near = cKDTree(places).query(places, k=2)[0][:, 1] if len(places) > 1 else np.array([0.0])
    wider = max(_LEAST_HULL_M, float(np.ceil(np.median(near) / 10) * 10))
    return shapely.buffer(shapely.convex_hull(shapely.multipoints(places)), wider, quad_segs=4), wider


def _walls(ground: Any, lines: NDArray[Any]) -> NDArray[Any]:
    """Outline and barriers as simple lines that meet in shared corners only."""
    inside = shapely.intersection(lines, ground)
    inside = shapely.get_parts(shapely.get_parts(inside))
    inside = inside[shapely.get_dimensions(inside) == 1]
    return shapely.get_parts(shapely.union_all(np.append(inside, shapely.boundary(ground)), grid_size=GRID_M))


def _parts(ground: Any, walls: NDArray[Any]) -> NDArray[Any]:
    """Parts of the ground that walls enclose, in a fixed order."""
    return _inside(ground, shapely.get_parts(shapely.polygonize(walls)))


def _inside(ground: Any, faces: NDArray[Any]) -> NDArray[Any]:
    shapely.prepare(ground)
    return np.asarray(faces[shapely.contains(ground, shapely.point_on_surface(faces))], dtype=object)


def _part_of_point(xy: NDArray[np.float64], parts: NDArray[Any]) -> NDArray[np.int64]:
    """(p,) the part each point lies in, the first of them on a wall; rounding may leave a point a millimetre beside its part: then the nearest."""
    at, part = shapely.STRtree(parts).query_nearest(shapely.points(xy), all_matches=True)
    out = np.full(len(xy), len(parts), dtype=np.int64)
    np.minimum.at(out, at, part)
    return out


def _strips(parts: NDArray[Any], part: NDArray[np.int64]) -> NDArray[np.int64]:
    """Parts without a point that are narrow and long."""
    bare = np.setdiff1d(np.arange(len(parts)), part)
    length, area = shapely.length(parts[bare]), shapely.area(parts[bare])
    long = bare[length * length > 2 * _LONG * area]
    return long[shapely.is_empty(shapely.buffer(parts[long], -STRIP_M / 2, quad_segs=2))]


def _apart(xy: NDArray[np.float64], walls: NDArray[Any]) -> tuple[NDArray[np.float64], tuple[tuple[int, ...], ...]]:
    """Sites of the points: the points themselves, those of one place on a small circle around it that touches neither a wall nor another place's cell."""
    place = place_of_point(xy)
    first = np.unique(place, return_index=True)[1]
    crowded = np.flatnonzero(np.bincount(place) > 1)
    sites, together = xy.copy(), []
    tree = cKDTree(xy[first])
    wall = shapely.STRtree(walls)
    for p in crowded:
        members, centre = np.flatnonzero(place == p), xy[first[p]]
        near = tree.query(centre, k=2)[0][1] if len(first) > 1 else np.inf
        to_wall = shapely.distance(shapely.Point(centre), wall.geometries[wall.nearest(shapely.Point(centre))])
        radius = max(20 * GRID_M, min(APART_M, near / 4, to_wall / 2))
        angle = 0.5 + 2 * np.pi * np.arange(len(members)) / len(members)
        sites[members] = centre + radius * np.column_stack([np.cos(angle), np.sin(angle)])
        together.append(tuple(int(m) for m in members))
    return sites, tuple(together)


def _ridges(sites: NDArray[np.float64], part: Any) -> NDArray[Any]:
    """Borders between the cells of the sites, inside their part. Four far points close the cells at the rim."""
    if len(sites) < 2:
        return np.empty(0, dtype=object)
    low_x, low_y, high_x, high_y = shapely.bounds(shapely.union(part, shapely.multipoints(sites)).envelope)
    centre, reach = np.array([low_x + high_x, low_y + high_y]) / 2, 4 * float(np.hypot(high_x - low_x, high_y - low_y))
    corners = reach * np.array([[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]])
    diagram = Voronoi(np.concatenate([sites - centre, corners]))
    ends = np.asarray(diagram.ridge_vertices, dtype=np.int64)
    real = (np.asarray(diagram.ridge_points) < len(sites)).all(axis=1) & (ends >= 0).all(axis=1)
    start, end = (diagram.vertices[ends[real, i]] + centre for i in (0, 1))
    long = np.hypot(*(start - end).T) > GRID_M / 10
    ridges = shapely.linestrings(np.stack([start[long], end[long]], axis=1))
    shapely.prepare(part)
    crossing = ~shapely.contains_properly(part, ridges)
    cut = shapely.get_parts(shapely.intersection(ridges[crossing], part))
    return np.concatenate([ridges[~crossing], cut[shapely.get_dimensions(cut) == 1]])


def _labelled(
    ground: Any, lines: NDArray[Any], parts: NDArray[Any], sites: NDArray[np.float64], part: NDArray[np.int64]
) -> tuple[NDArray[Any], NDArray[np.int64], NDArray[np.int64]]:
    """The faces between all lines, to each the nearest point of the part it lies in, -1 where there is none, and that part."""
    faces = _inside(ground, shapely.get_parts(shapely.polygonize(shapely.get_parts(shapely.union_all(lines, grid_size=GRID_M)))))
    inner = shapely.point_on_surface(faces)
    home = shapely.STRtree(parts).nearest(inner)
    label = np.full(len(faces), -1, dtype=np.int64)
    at = shapely.get_coordinates(inner)
    for p in np.unique(part):
        mine, points = np.flatnonzero(home == p), np.flatnonzero(part == p)
        label[mine] = points[cKDTree(sites[points]).query(at[mine])[1]]
    return faces, label, home.astype(np.int64)
