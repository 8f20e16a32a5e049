"""Streets as a network: lines joined where they meet, pieces that hang alone left out, and both said in numbers."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
import shapely
from numpy.typing import ArrayLike, NDArray
from scipy.sparse.csgraph import connected_components

SAME_POINT_M = 0.01
"""Ends and corners this near to each other are one point."""
LOOSE_END_M = 0.5
"""An end that stops this near to another line meets it."""
LEAST_PART = 0.05
"""A part of the network with less than this share of its length is a stray piece of the data, not a network one can live on."""


@dataclass(frozen=True, eq=False)
class StreetNetwork:
    """N points and m straight pieces of street.

    ``xy`` (N, 2) metres; ``ends`` (m, 2) positions of points; ``part`` (N,) number of the connected part of each point, -1 where it was left out.
    ``crossings`` lines that crossed without a common point and were joined, ``loose_ends`` ends joined to the line they stop at;
    ``stray_pieces`` parts left out with together ``stray_m`` metres; ``parts`` how many are left.
    """

    xy: NDArray[np.float64]
    ends: NDArray[np.int64]
    part: NDArray[np.int64]
    parts: int
    crossings: int = 0
    loose_ends: int = 0
    stray_pieces: int = 0
    stray_m: float = 0.0

    @property
    def length_m(self) -> NDArray[np.float64]:
        """(m,) of each piece."""
        return np.hypot(*(self.xy[self.ends[:, 0]] - self.xy[self.ends[:, 1]]).T)

    def with_points(self, piece: NDArray[np.int64], share: NDArray[np.float64]) -> tuple[StreetNetwork, NDArray[np.int64]]:
        """The network with a point on each given piece at ``share`` (0..1) of it, and the positions of these points."""
        xy, ends, point = _with_cuts(self.xy, self.ends, piece, share)
        part = np.concatenate([self.part, self.part[self.ends[piece, 0]]])
        return dataclasses.replace(self, xy=xy, ends=ends, part=part[: len(xy)]), point

    def matrix(self) -> Any:
        """(N, N) symmetric CSR matrix of metres; of two streets between the same points the shorter."""
        a, b = np.sort(self.ends, axis=1).T
        metres = np.maximum(self.length_m, 1e-9)
        order = np.lexsort((metres, b, a))
        a, b, metres = a[order], b[order], metres[order]
        first = np.append(True, (a[1:] != a[:-1]) | (b[1:] != b[:-1])) & (a != b) if len(a) else np.zeros(0, dtype=np.bool_)
        a, b, metres = a[first], b[first], metres[first]
        size = len(self.xy)
        return sp.csr_array((np.concatenate([metres, metres]), (np.concatenate([a, b]), np.concatenate([b, a]))), shape=(size, size))


def street_network(lines: Any, level: ArrayLike | None = None, by_points: ArrayLike | None = None) -> StreetNetwork:
    """The network of ``lines``.

    Lines meet where they share a point, where they cross on one level, and where one ends within half a metre of another. Parts with less than 5 % of the
    whole length are left out: in street data these are footpaths whose link to the street was never drawn.

    Parameters
    ----------
    lines : shapely lines in metres; missing and empty ones are passed over
    level : (lines,) of each: a bridge crosses the street below it without meeting it
    by_points : (lines,) True where a line meets others only at points drawn in both, as in OpenStreetMap: it is joined neither where it crosses nor at loose ends

    Examples
    --------
    >>> cross = street_network([shapely.LineString([(0, 0), (100, 0)]), shapely.LineString([(50, -40), (50, 40)])])
    >>> cross.crossings, cross.parts, len(cross.ends)
    (1, 1, 4)
    >>> bridge = street_network([shapely.LineString([(0, 0), (100, 0)]), shapely.LineString([(50, -40), (50, 40)])], level=[0, 1])
    >>> bridge.crossings, bridge.parts
    (0, 2)
    """
    shapes = np.array(getattr(lines, "array", lines), dtype=object).reshape(-1)
    floor = np.zeros(len(shapes)) if level is None else np.asarray(level, dtype=np.float64)
    # a line that says itself where it meets others has a level of its own: nothing crosses it there
    floor = floor if by_points is None else np.where(np.asarray(by_points, dtype=np.bool_), np.nan, floor)
    xy, ends, floors = _pieces(shapes, floor)
    if not len(ends):
        return StreetNetwork(np.empty((0, 2)), np.empty((0, 2), dtype=np.int64), np.empty(0, dtype=np.int64), 0)
    xy, ends, floors, crossings = _joined_crossings(xy, ends, floors)
    xy, ends, loose = _joined_ends(xy, ends, floors)
    return _without_strays(xy, ends, crossings, loose)


def _pieces(shapes: NDArray[Any], floor: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]:
    """Points, straight pieces between them and the level of each piece."""
    parts, of_shape = shapely.get_parts(shapes, return_index=True)
    kept = np.isin(shapely.get_type_id(parts), (1, 2)) & ~shapely.is_empty(parts)
    coordinates, line = shapely.get_coordinates(shapely.force_2d(parts[kept]), return_index=True)
    # points are told apart on a grid of a centimetre; the first of a place speaks for all
    _, first, point = np.unique(np.round(coordinates / SAME_POINT_M).astype(np.int64), axis=0, return_index=True, return_inverse=True)
    point = point.reshape(-1).astype(np.int64)
    follows = line[1:] == line[:-1]
    ends = np.column_stack([point[:-1], point[1:]])[follows]
    floors = floor[of_shape[kept]][line[:-1]][follows] if len(line) else np.empty(0)
    real = ends[:, 0] != ends[:, 1]
    return coordinates[first], ends[real], floors[real]


def _with_cuts(
    xy: NDArray[np.float64], ends: NDArray[np.int64], piece: NDArray[np.int64], share: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    """Points and pieces with a new point at ``share`` of each ``piece``, and the position of the point there (an end, where it falls on one)."""
    a, b = ends[piece, 0], ends[piece, 1]
    place = xy[a] + share[:, None] * (xy[b] - xy[a])
    at_a, at_b = np.hypot(*(place - xy[a]).T) <= SAME_POINT_M, np.hypot(*(place - xy[b]).T) <= SAME_POINT_M
    new = ~(at_a | at_b)
    point = np.where(at_a, a, b)
    point[new] = len(xy) + np.arange(int(new.sum()))
    return np.concatenate([xy, place[new]]), _cut(ends, piece[new], share[new], point[new]), point


def _cut(ends: NDArray[np.int64], piece: NDArray[np.int64], share: NDArray[np.float64], point: NDArray[np.int64]) -> NDArray[np.int64]:
    """The pieces, those named cut at the points given."""
    return ends[_source(ends, piece)] if not len(piece) else _chains(ends, piece, share, point)[0]


def _source(ends: NDArray[np.int64], piece: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.flatnonzero(~np.isin(np.arange(len(ends)), piece))


def _chains(
    ends: NDArray[np.int64], piece: NDArray[np.int64], share: NDArray[np.float64], point: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The pieces after the cuts, whole ones first, and which old piece each comes from."""
    whole, torn = _source(ends, piece), np.unique(piece)
    of = np.concatenate([torn, piece, torn])
    along = np.concatenate([np.full(len(torn), -1.0), share, np.full(len(torn), 2.0)])
    stop = np.concatenate([ends[torn, 0], point, ends[torn, 1]])
    order = np.lexsort((along, of))
    of, stop = of[order], stop[order]
    follows = (of[1:] == of[:-1]) & (stop[1:] != stop[:-1])
    made = np.column_stack([stop[:-1], stop[1:]])[follows]
    return np.concatenate([ends[whole], made]), np.concatenate([whole, of[:-1][follows]])


def _joined_crossings(
    xy: NDArray[np.float64], ends: NDArray[np.int64], floors: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64], int]:
    """Pieces of one level that cross without a common point get one."""
    asked = np.flatnonzero(~np.isnan(floors))
    lines = shapely.linestrings(xy[ends[asked]])
    i, j = (asked[of] for of in shapely.STRtree(lines).query(lines, predicate="crosses"))
    apart = (i < j) & (floors[i] == floors[j])
    i, j = i[apart], j[apart]
    apart = (ends[i][:, :, None] != ends[j][:, None, :]).all(axis=(1, 2))
    i, j = i[apart], j[apart]
    if not len(i):
        return xy, ends, floors, 0
    start, way = xy[ends[i, 0]], xy[ends[i, 1]] - xy[ends[i, 0]]
    other, turn = xy[ends[j, 0]], xy[ends[j, 1]] - xy[ends[j, 0]]
    slope = way[:, 0] * turn[:, 1] - way[:, 1] * turn[:, 0]
    off = other - start
    share_i = np.clip((off[:, 0] * turn[:, 1] - off[:, 1] * turn[:, 0]) / slope, 0, 1)
    share_j = np.clip((off[:, 0] * way[:, 1] - off[:, 1] * way[:, 0]) / slope, 0, 1)
    point = len(xy) + np.arange(len(i))
    pieces, source = _chains(ends, np.concatenate([i, j]), np.concatenate([share_i, share_j]), np.concatenate([point, point]))
    return np.concatenate([xy, start + share_i[:, None] * way]), pieces, floors[source], len(i)


def _joined_ends(xy: NDArray[np.float64], ends: NDArray[np.int64], floors: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int64], int]:
    """Corners that lie on the middle of another line of their level, and ends that stop just before one of any level, are joined to it."""
    floor = np.zeros(len(xy))
    floor[ends.ravel()] = np.repeat(floors, 2)
    asked, among = np.flatnonzero(~np.isnan(floor)), np.flatnonzero(~np.isnan(floors))
    lines = shapely.linestrings(xy[ends])
    corner, piece = shapely.STRtree(lines[among]).query(shapely.points(xy[asked]), predicate="dwithin", distance=LOOSE_END_M)
    corner, piece = asked[corner], among[piece]
    metres = shapely.distance(shapely.points(xy[corner]), lines[piece])
    loose = np.bincount(ends.ravel(), minlength=len(xy))[corner] == 1
    meets = (ends[piece] != corner[:, None]).all(axis=1) & (loose | ((metres <= SAME_POINT_M) & (floor[corner] == floors[piece])))
    corner, piece, metres = corner[meets], piece[meets], metres[meets]
    order = np.lexsort((piece, metres, corner))
    first = order[np.append(True, corner[order][1:] != corner[order][:-1])] if len(order) else order
    corner, piece = corner[first], piece[first]
    if not len(corner):
        return xy, ends, 0
    share = shapely.line_locate_point(lines[piece], shapely.points(xy[corner]), normalized=True)
    xy, ends, point = _with_cuts(xy, ends, piece, share)
    return xy, np.concatenate([ends, np.column_stack([corner, point])]), len(corner)


def _without_strays(xy: NDArray[np.float64], ends: NDArray[np.int64], crossings: int, loose: int) -> StreetNetwork:
    size = len(xy)
    count, part = connected_components(sp.csr_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(size, size)), directed=False)
    metres = np.hypot(*(xy[ends[:, 0]] - xy[ends[:, 1]]).T)
    length = np.bincount(part[ends[:, 0]], metres, count)
    kept = length >= LEAST_PART * length.sum()
    number = np.where(kept, np.cumsum(kept) - 1, -1)
    used = np.bincount(part[ends[:, 0]], minlength=count) > 0
    stray = used & ~kept
    inside = kept[part[ends[:, 0]]]
    return StreetNetwork(
        xy, ends[inside], number[part].astype(np.int64), int((used & kept).sum()), crossings, loose, int(stray.sum()), float(length[stray].sum())
    )
