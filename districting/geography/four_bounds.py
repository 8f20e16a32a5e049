"""What bounds a zone on each side (四至): named roads, barriers, borders of counties and streets, the neighbouring zone; read off the outline clockwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.polygon import orient

SIDES: Final = ("east", "south", "west", "north")
"""The order in which notices name the sides: 东至、南至、西至、北至."""

NEAR_M: Final = 40.0
"""A road this near to the outline, and along it, bounds the zone: half the width of a wide urban road."""
ALONG_DEG: Final = 30.0
"""A road runs along the outline if their directions differ by no more."""
STEP_M: Final = 20.0
LEAST_SAMPLES, MOST_SAMPLES = 100, 600
"""Points that an outline is read at: every 20 m, but for the smallest and the largest zones."""
SIDE_SHARE: Final = 0.2
"""What bounds a smaller share of a side is not named there."""
RING_SHARE: Final = 0.04
"""Pieces of the ring below this share of its length are passed over."""
RECTANGLE_SHARE: Final = 0.85
"""A part that fills this share of its smallest rectangle, and stands straight, is said to be a rectangle: its four sides are enough."""
MOST_NAMES: Final = 3
LOOKS_M: Final = (3.0, 15.0, 45.0)
"""How far beyond the outline a neighbour is looked for, nearest first: zones may leave the road between them out."""


@dataclass(frozen=True, order=True)
class Bound:
    """What lies at a piece of the outline. ``kind``: road, barrier, county, admin, zone, edge (nothing beyond); ``name``: its name, or the zone's id."""

    kind: str
    name: str = ""


@dataclass(frozen=True)
class PartBounds:
    """One part of a zone: what is named on each side in clockwise order, whether it is a rectangle, and the ring clockwise from its north-west."""

    sides: dict[str, tuple[Bound, ...]]
    rectangle: bool
    ring: tuple[Bound, ...]


@dataclass(frozen=True, eq=False)
class Surroundings:
    """What may bound a zone, all in one metre CRS. ``lines``: (kind, name, geometry) of named roads and barriers; ``areas``: kind -> [(name, polygon)], the nearer kind of border first."""

    lines: Sequence[tuple[str, str, Any]]
    areas: dict[str, list[tuple[str, Any]]]
    _start: Any = field(init=False)
    _end: Any = field(init=False)
    _of: list[tuple[str, str]] = field(init=False)
    _tree: Any = field(init=False)
    _area_trees: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        starts, ends, of = [], [], []
        for kind, name, shape in self.lines:
            for line in shapely.get_parts(shapely.boundary(shape) if shapely.get_dimensions(shape) == 2 else shape) if name and shape is not None else ():
                at = shapely.get_coordinates(line)
                starts.append(at[:-1])
                ends.append(at[1:])
                of += [(kind, name)] * (len(at) - 1)
        object.__setattr__(self, "_start", np.concatenate(starts) if starts else np.empty((0, 2)))
        object.__setattr__(self, "_end", np.concatenate(ends) if ends else np.empty((0, 2)))
        object.__setattr__(self, "_of", of)
        object.__setattr__(self, "_tree", shapely.STRtree(shapely.linestrings(np.stack([self._start, self._end], axis=1)) if of else []))
        object.__setattr__(self, "_area_trees", {kind: shapely.STRtree([shape for _, shape in areas]) for kind, areas in self.areas.items()})

    def line_at(self, points: NDArray[np.float64], along: NDArray[np.float64], kind: str) -> list[str]:
        """The name of the nearest line of ``kind`` within :data:`NEAR_M` of each point (s, 2) that runs ``along`` (s, 2); "" where there is none."""
        names = [""] * len(points)
        if not self._of or not len(points):
            return names
        found, segments = self._tree.query(shapely.points(points), predicate="dwithin", distance=NEAR_M)
        way = self._end[segments] - self._start[segments]
        length = np.maximum(np.hypot(way[:, 0], way[:, 1]), 1e-9)
        same = np.abs((way * along[found]).sum(axis=1)) / length >= np.cos(np.radians(ALONG_DEG))
        right = same & np.array([self._of[s][0] == kind for s in segments.tolist()], dtype=bool)
        far = shapely.distance(shapely.points(points[found]), self._tree.geometries[segments])
        order = np.lexsort((segments, np.round(far, 3)))
        for i in order[right[order]][::-1].tolist():  # the nearest is written last
            names[int(found[i])] = self._of[int(segments[i])][1]
        return names

    def areas_at(self, points: NDArray[np.float64], kind: str) -> list[str]:
        """The name of the area of ``kind`` that holds each point (s, 2); "" where none does."""
        names = [""] * len(points)
        tree = self._area_trees.get(kind)
        if tree is None or not len(points):
            return names
        found, areas = tree.query(shapely.points(points), predicate="intersects")
        for i, a in sorted(zip(found.tolist(), areas.tolist(), strict=True), reverse=True):
            names[i] = self.areas[kind][a][0]
        return names


def zone_bounds(shape: Any, around: Surroundings, own: str = "") -> list[PartBounds]:
    """The bounds of every part of a zone, largest part first. ``own``: the zone's id, so that it does not bound itself.

    A side holds what faces it for at least a fifth of its length: a named road that runs along it within 40 m, else a barrier, else the border of a county or
    street, else the zone beyond, else nothing. The same shapes give the same answer.

    Returns
    -------
    list of PartBounds, one per polygon; empty for an empty shape

    Source: notices of Suqian Sucheng 2017 and Jintan 2023, 四至范围 (east to, south to, west to, north to; parts numbered).

    >>> road = ("road", "East Road", shapely.LineString([(100, -50), (100, 150)]))
    >>> part = zone_bounds(shapely.box(0, 0, 100, 100), Surroundings([road], {"zone": [("Z2", shapely.box(0, 100, 100, 200))]}))[0]
    >>> [b.name or b.kind for side in SIDES for b in part.sides[side]], part.rectangle
    (['East Road', 'edge', 'edge', 'Z2'], True)
    """
    polygons = [p for p in shapely.get_parts(shape).tolist() if shapely.get_dimensions(p) == 2 and p.area > 0] if shape is not None else []
    polygons.sort(key=lambda p: (-round(p.area, 3), p.bounds))
    return [_part(p, around, own) for p in polygons]


def _part(polygon: Any, around: Surroundings, own: str) -> PartBounds:
    points, along, weight = _samples(polygon)
    out = np.stack([-along[:, 1], along[:, 0]], axis=1)  # clockwise: outside is on the left
    bounds = _bounds_at(points, along, out, around, own)
    side = _side_of(out)
    named = {name: _named(bounds, weight, side == i) for i, name in enumerate(SIDES)}
    return PartBounds(named, _is_rectangle(polygon), _ring(bounds, weight))


def _samples(polygon: Any) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Points along the outline clockwise from its north-west corner, the unit direction there, and the length each stands for."""
    ring = shapely.get_coordinates(orient(shapely.Polygon(polygon.exterior), -1.0).exterior)[:-1]
    first = int(np.lexsort((ring[:, 1], np.round(ring[:, 0] - ring[:, 1], 3)))[0])
    ring = np.roll(ring, -first, axis=0)
    way = np.roll(ring, -1, axis=0) - ring
    length = np.hypot(way[:, 0], way[:, 1])
    whole = float(length.sum())
    step = max(min(STEP_M, whole / LEAST_SAMPLES), whole / MOST_SAMPLES)
    counts = np.maximum(np.ceil(length / step), 1).astype(int)
    of = np.repeat(np.arange(len(ring)), counts)
    place = np.concatenate([(np.arange(c) + 0.5) / c for c in counts.tolist()])
    direction = way / np.maximum(length, 1e-9)[:, None]
    return ring[of] + way[of] * place[:, None], direction[of], (length / counts)[of]


def _bounds_at(points: Any, along: Any, out: Any, around: Surroundings, own: str) -> list[Bound]:
    found: list[Bound | None] = [None] * len(points)
    for kind in ("road", "barrier"):
        for i, name in enumerate(around.line_at(points, along, kind)):
            found[i] = found[i] or (Bound(kind, name) if name else None)
    inside = {kind: around.areas_at(points - LOOKS_M[0] * out, kind) for kind in ("county", "admin")}
    for look in LOOKS_M:
        beyond = points + look * out
        for kind in ("county", "admin", "zone"):
            for i, name in enumerate(around.areas_at(beyond, kind)):
                here = own if kind == "zone" else inside[kind][i]
                if (found[i] is None and name and here and name != here) or (found[i] is None and kind == "zone" and name and not own):
                    found[i] = Bound(kind, name)
    return [b or Bound("edge") for b in found]


def _side_of(out: NDArray[np.float64]) -> NDArray[np.int64]:
    """Position in :data:`SIDES` that each outward direction faces."""
    east, north = out[:, 0], out[:, 1]
    flat = np.abs(east) >= np.abs(north)
    return np.where(flat, np.where(east > 0, 0, 2), np.where(north > 0, 3, 1)).astype(np.int64)


def _named(bounds: list[Bound], weight: NDArray[np.float64], here: NDArray[np.bool_]) -> tuple[Bound, ...]:
    shares: dict[Bound, float] = {}
    for i in np.flatnonzero(here).tolist():
        shares[bounds[i]] = shares.get(bounds[i], 0.0) + float(weight[i])
    total = sum(shares.values())
    if not total:
        return ()
    best = sorted(shares, key=lambda b: (-round(shares[b], 6), b))[:MOST_NAMES]
    kept = [b for b in best if shares[b] >= SIDE_SHARE * total] or best[:1]
    order = {b: i for i, b in reversed(list(enumerate(bounds))) if here[i]}
    return tuple(sorted(kept, key=lambda b: order[b]))


def _ring(bounds: list[Bound], weight: NDArray[np.float64]) -> tuple[Bound, ...]:
    least = RING_SHARE * float(weight.sum())
    runs: list[tuple[Bound, float]] = []
    for bound, w in zip(bounds, weight.tolist(), strict=True):
        runs = [*runs[:-1], (bound, runs[-1][1] + w)] if runs and runs[-1][0] == bound else [*runs, (bound, w)]
    kept: list[Bound] = []
    for bound, length in runs:
        if length >= least and (not kept or kept[-1] != bound):
            kept.append(bound)
    if len(kept) > 1 and kept[0] == kept[-1]:
        kept.pop()
    return tuple(kept)


def _is_rectangle(polygon: Any) -> bool:
    box = shapely.minimum_rotated_rectangle(polygon)
    if not box.area or polygon.area < RECTANGLE_SHARE * box.area:
        return False
    at = shapely.get_coordinates(box)
    angle = np.degrees(np.arctan2(*(at[1] - at[0])[::-1])) % 90
    return bool(min(angle, 90 - angle) <= ALONG_DEG)
