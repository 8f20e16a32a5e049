"""Pieces of cells that a barrier cut off from their point join a cell on their own side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

GRID_M: Final = 0.001
"""All corners lie on a grid this fine, so that two cells draw their border with the same numbers."""
_LEAST_OPEN_M: Final = 0.05
"""A border that is shorter joins nobody: rounding makes such."""


@dataclass(frozen=True, eq=False)
class Joined:
    """``shape`` (p,) the cell of every point, empty where it has no piece; ``moved`` (c,) pieces that changed hands, ``moved_to`` (c,) whose they are now;
    ``left`` pieces that nobody touches.
    """

    shape: NDArray[Any]
    moved: NDArray[Any]
    moved_to: NDArray[np.int64]
    left: NDArray[Any]


def joined_pieces(pieces: NDArray[Any], label: NDArray[np.int64], sites: NDArray[np.float64], walls: NDArray[Any]) -> Joined:
    """Cells of connected pieces: each point keeps the piece it lies in, the others go to the nearest point they touch without crossing a wall.

    pieces : (f,) polygons that draw their borders with the same corners; label : (f,) the point each would belong to, -1 where it is a strip between two walls,
    which goes to the nearest point it touches, walls or not; sites : (p, 2); walls : (w,) lines
    """
    owner, loose = _with_their_point(pieces, label, sites)
    _hand_out(owner, loose, _neighbours(pieces, loose, walls), pieces, sites)
    lost = loose[owner[loose] < 0]
    owner[lost] = label[lost]  # touches nobody on its own side: it stays a part of its cell that lies apart
    strips = np.flatnonzero(label < 0)
    _hand_out(owner, strips, _neighbours(pieces, strips, None), pieces, sites)
    changed = loose[owner[loose] != label[loose]]
    return Joined(_united(pieces, owner, len(sites)), pieces[changed], owner[changed], pieces[owner < 0])


def _hand_out(owner: NDArray[np.int64], pieces_left: NDArray[np.int64], beside: dict[int, list[int]], pieces: NDArray[Any], sites: NDArray[np.float64]) -> None:
    """Fill in the owners of pieces that have none: first of those that touch a cell, then of those that touch these, until no more can be reached."""
    waiting = pieces_left.tolist()
    while waiting:
        step = [(piece, _nearest(pieces[piece], [int(owner[n]) for n in beside[piece] if owner[n] >= 0], sites)) for piece in waiting]
        found = [(piece, point) for piece, point in step if point is not None]
        if not found:
            return
        for piece, point in found:
            owner[piece] = point
        waiting = [piece for piece in waiting if owner[piece] < 0]


def _with_their_point(pieces: NDArray[Any], label: NDArray[np.int64], sites: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(f,) the point of each piece that holds it, -1 for others; and those others."""
    owner = label.copy()
    torn = np.flatnonzero((label >= 0) & (np.bincount(label + 1, minlength=len(sites) + 1)[label + 1] > 1))
    away = shapely.distance(pieces[torn], shapely.points(sites[label[torn]]))
    order = np.lexsort((-shapely.area(pieces[torn]), away, label[torn]))
    ranked = torn[order]
    behind = np.diff(label[ranked], prepend=-1) == 0
    owner[ranked[behind]] = -1
    return owner, np.sort(ranked[behind])


def _neighbours(pieces: NDArray[Any], loose: NDArray[np.int64], walls: NDArray[Any] | None) -> dict[int, list[int]]:
    """Loose piece -> pieces it shares a border with that is none of the walls."""
    if not len(loose):
        return {}
    at, other = shapely.STRtree(pieces).query(pieces[loose], predicate="intersects")
    wall = None if walls is None else shapely.STRtree(walls)
    out: dict[int, list[int]] = {int(piece): [] for piece in loose}
    asked = loose[at] != other
    a, b = loose[at[asked]], other[asked]
    shared = shapely.intersection(shapely.boundary(pieces[a]), shapely.boundary(pieces[b]))
    for piece, neighbour, border in zip(a.tolist(), b.tolist(), shared, strict=True):
        if _open_length(border, wall) > _LEAST_OPEN_M:
            out[piece].append(neighbour)
    return out


def _open_length(border: Any, wall: Any) -> float:
    """Metres of a border that no wall runs along."""
    lines = [p for p in shapely.get_parts(shapely.get_parts([border])) if p.geom_type == "LineString"]
    ends = [np.stack([c[:-1], c[1:]], axis=1) for c in (shapely.get_coordinates(line) for line in lines)]
    if not ends:
        return 0.0
    edges = np.concatenate(ends)
    walled = np.zeros(len(edges), dtype=bool)
    if wall is not None:
        middle = shapely.points(edges.mean(axis=1))
        walled[wall.query(middle, predicate="dwithin", distance=2 * GRID_M)[0]] = True
    return float(np.hypot(*(edges[:, 0] - edges[:, 1]).T)[~walled].sum())


def _nearest(piece: Any, points: list[int], sites: NDArray[np.float64]) -> int | None:
    """Of some points the one nearest to the middle of a piece, the first among equals."""
    if not points:
        return None
    x, y = shapely.get_coordinates(shapely.point_on_surface(piece))[0]
    return min(sorted(set(points)), key=lambda p: (round(float(np.hypot(sites[p, 0] - x, sites[p, 1] - y)), 6), p))


def _united(pieces: NDArray[Any], owner: NDArray[np.int64], count: int) -> NDArray[Any]:
    out = np.full(count, shapely.Polygon(), dtype=object)
    order = np.argsort(owner, kind="stable")
    first = np.searchsorted(owner[order], np.arange(count + 1))
    for point in np.flatnonzero(np.diff(first)):
        mine = pieces[order[first[point] : first[point + 1]]]
        out[point] = mine[0] if len(mine) == 1 else _whole(shapely.coverage_union_all(mine))
    return out


def _whole(shape: Any) -> Any:
    parts = shapely.get_parts(shape)
    return parts[0] if len(parts) == 1 else shape
