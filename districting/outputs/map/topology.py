"""Compact geometry for the page: a border that two areas share is stored once. Format "arcs-2", read there by ``decodeArcs`` of assets/arcs.js.

The format
----------
A point is a pair of whole steps of 1 / ``steps_per_degree`` degrees, longitude and latitude (WGS 84). An arc is a chain of points between two places where borders
part or meet, or a whole ring that meets no other at such a place. A ring is a list of arcs, each run as stored or backwards; it is closed, its last point is the first
of its first arc. Outer rings run counter-clockwise and holes clockwise. An area is a list of rings, empty where the shape falls to nothing.

``ground`` is an object of

==================== ==================================================================================================================
``format``           "arcs-2"; a reader refuses any other
``steps_per_degree`` steps of a degree, whole
``area_count``       areas, ``arc_count`` arcs, ``point_count`` points of all arcs together: what a reader checks the lists against
``sizes``            points of each arc, two or more
``x``, ``y``         for all points of all arcs in turn, the step from the point before (the first from 0; the chain runs on from arc to arc)
``rings``            rings of each area
``ring_sizes``       arcs of each ring, in the order of the areas
``refs``             arcs of all rings in turn. Let n be how many arcs occurred so far: 0 is arc n, which occurs for the first time, as stored;
                     d > 0 is arc n - d backwards; -d < 0 is arc n - d as stored
==================== ==================================================================================================================

The last six are packed numbers (packing.py). Arcs are numbered in the order in which they first occur, and first occur as stored. A reader refuses lists whose lengths
do not fit and arcs that have not occurred yet.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from districting.outputs.map.packing import packed, packed_steps, unpacked

FORMAT: Final = "arcs-2"
STEPS_PER_DEGREE: Final = 1_000_000
"""A step is about 0.1 m."""

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Topology:
    """Rings of shared arcs, flat.

    ``points`` (p, 2) steps of all arcs in turn, ``arc_start`` (arcs + 1,) positions in them; ``refs`` (r,) the arcs of all rings in turn, i as stored or -i - 1 backwards;
    ``ring_start`` (rings + 1,) positions in ``refs``; ``area_start`` (areas + 1,) positions in the rings.
    """

    points: Ints
    arc_start: Ints
    refs: Ints
    ring_start: Ints
    area_start: Ints

    @property
    def arcs(self) -> list[Ints]:
        """The points (., 2) of each arc."""
        return np.split(self.points, self.arc_start[1:-1]) if len(self.arc_start) > 1 else []

    @property
    def areas(self) -> list[list[list[int]]]:
        """For each area its rings, each a list of arc numbers."""
        rings = [self.refs[a:b].tolist() for a, b in zip(self.ring_start[:-1], self.ring_start[1:], strict=True)]
        return [rings[a:b] for a, b in zip(self.area_start[:-1], self.area_start[1:], strict=True)]

    def encoded(self) -> dict[str, Any]:
        """What the page reads: the object of the module's text."""
        return {
            "format": FORMAT,
            "steps_per_degree": STEPS_PER_DEGREE,
            "area_count": len(self.area_start) - 1,
            "arc_count": len(self.arc_start) - 1,
            "point_count": len(self.points),
            "sizes": packed(np.diff(self.arc_start)),
            "x": packed_steps(self.points[:, 0]),
            "y": packed_steps(self.points[:, 1]),
            "rings": packed(np.diff(self.area_start)),
            "ring_sizes": packed(np.diff(self.ring_start)),
            "refs": packed(_written_refs(self.refs)),
        }


def topology(shapes: Iterable[Any]) -> Topology:
    """Areas (Polygon or MultiPolygon in degrees) as rings of shared arcs; repeated points and rings that fall to a line are left out.

    Overlaps, gaps and border points that only one of two neighbours has are kept as they are: what is not the same is not shared.

    Examples
    --------
    >>> found = topology([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)])
    >>> len(found.arcs), [len(ring) for rings in found.areas for ring in rings]
    (3, [2, 2])
    """
    given = np.fromiter(shapes, dtype=object)
    steps, ring, area_of_ring = _rings(given)
    area_start = np.searchsorted(area_of_ring, np.arange(len(given) + 1))
    if not len(steps):
        return Topology(steps, np.zeros(1, np.int64), np.empty(0, np.int64), np.zeros(1, np.int64), area_start)
    key = (steps[:, 0] << 32) + steps[:, 1]
    point = np.unique(key, return_inverse=True)[1].astype(np.int64)
    order, cut = _turned(point, ring)
    return _shared(steps[order], point[order], ring, cut, area_start)


def decoded(ground: dict[str, Any]) -> Topology:
    """The reverse of :meth:`Topology.encoded`, as the page does it.

    Raises
    ------
    ValueError : another format or version, or lists that do not fit together
    """
    if ground.get("format") != FORMAT:
        raise ValueError(f"unknown geometry format {ground.get('format')!r}")
    sizes, rings, ring_sizes, refs = (unpacked(ground[name]) for name in ("sizes", "rings", "ring_sizes", "refs"))
    points = np.column_stack([np.cumsum(unpacked(ground[name])) for name in ("x", "y")]).astype(np.int64)
    counts = [("arc_count", len(sizes)), ("area_count", len(rings)), ("point_count", len(points)), ("point_count", int(sizes.sum()))]
    if any(ground[name] != count for name, count in counts) or len(ring_sizes) != rings.sum() or len(refs) != ring_sizes.sum():
        raise ValueError("lists of the geometry do not fit together")
    known = np.cumsum(refs == 0) - (refs == 0)
    arc = np.where(refs == 0, known, known - np.abs(refs))
    if (arc < 0).any() or int((refs == 0).sum()) != len(sizes):
        raise ValueError("the geometry names an arc that has not occurred")
    return Topology(points, _starts(sizes), np.where(refs > 0, -arc - 1, arc), _starts(ring_sizes), _starts(rings))


def _rings(shapes: NDArray[Any]) -> tuple[Ints, Ints, Ints]:
    """Open rings without repeated points: steps (p, 2), the ring of each point (p,), the area of each ring. Rings of fewer than three points are left out."""
    parts, area_of_part = shapely.get_parts(shapes, return_index=True)
    # Outer rings run one way, holes the other: filled by winding number, ground where areas overlap stays filled.
    lines, part_of_ring = shapely.get_rings(shapely.orient_polygons(parts), return_index=True)
    xy, ring = shapely.get_coordinates(lines, return_index=True)
    steps = np.rint(xy * STEPS_PER_DEGREE).astype(np.int64)
    opened = np.append(ring[1:] == ring[:-1], False) if len(ring) else np.empty(0, dtype=bool)
    steps, ring = steps[opened], ring[opened]
    if not len(ring):
        return steps, ring, np.empty(0, dtype=np.int64)
    keep = (steps != steps[_before(ring)]).any(axis=1)
    keep &= np.bincount(ring[keep], minlength=len(lines))[ring] >= 3
    numbers, ring = np.unique(ring[keep], return_inverse=True)
    return steps[keep], ring, area_of_part[part_of_ring[numbers]]


def _before(ring: Ints) -> Ints:
    """Position of the point before each point of closed rings."""
    first = np.searchsorted(ring, ring)
    last = np.searchsorted(ring, ring, side="right") - 1
    here = np.arange(len(ring))
    return np.where(here == first, last, here - 1)


def _after(ring: Ints) -> Ints:
    first = np.searchsorted(ring, ring)
    last = np.searchsorted(ring, ring, side="right") - 1
    here = np.arange(len(ring))
    return np.where(here == last, first, here + 1)


def _nodes(point: Ints, before: Ints, after: Ints) -> Bools:
    """Where arcs must end: where not exactly two different borders meet, and where a ring turns back on itself."""
    n = int(point.max()) + 1
    one, other = point, point[after]
    border = np.unique(np.minimum(one, other) * n + np.maximum(one, other))
    degree = np.bincount(np.concatenate([border // n, border % n]), minlength=n)
    node = degree != 2
    node[point[point[before] == other]] = True
    return node[point]


def _turned(point: Ints, ring: Ints) -> tuple[Ints, Bools]:
    """Order (p,) of the points in which each ring begins where an arc does, and whether an arc begins at each of them.

    A ring without a node is one closed arc; it begins at its least point, so that both sides cut it alike.
    """
    node = _nodes(point, _before(ring), _after(ring))
    start = np.searchsorted(ring, np.arange(ring[-1] + 1))
    least = point == np.minimum.reduceat(point, start)[ring]
    cut = np.where(np.maximum.reduceat(node, start)[ring], node, least)
    size = np.diff(np.append(start, len(ring)))
    first = np.flatnonzero(cut)
    first = first[np.searchsorted(ring[first], np.arange(len(start)))] - start
    place = np.arange(len(ring)) - start[ring]
    order = start[ring] + (place + first[ring]) % size[ring]
    return order, cut[order]


def _shared(steps: Ints, point: Ints, ring: Ints, cut: Bools, area_start: Ints) -> Topology:
    """Arcs from cut rings; an arc that was met before, in either direction, is used again."""
    begin = np.flatnonzero(cut)
    end = np.append(begin[1:], len(ring))  # one past the last own point; the last point is the first of what follows
    after = _after(ring)
    n = int(point.max()) + 1
    low, high = np.minimum(point, point[after]), np.maximum(point, point[after])
    # Two arcs that share a border are the same: each is known by the lesser of its two end borders.
    border = low * n + high
    name = np.minimum(border[begin], border[end - 1])
    _, model, which = np.unique(name, return_index=True, return_inverse=True)
    rank = np.empty(len(model), dtype=np.int64)
    rank[np.argsort(model, kind="stable")] = np.arange(len(model))
    arc, model = rank[which], np.sort(model)
    same = (point[begin] == point[begin[model[arc]]]) & (point[after[begin]] == point[after[begin[model[arc]]]])
    size = end[model] - begin[model]
    inner = np.repeat(begin[model] - (_starts(size + 1)[:-1]), size + 1) + np.arange(int((size + 1).sum()))
    inner[_starts(size + 1)[1:] - 1] = after[end[model] - 1]
    ring_start = np.searchsorted(ring[begin], np.arange(ring[-1] + 2))
    return Topology(steps[inner], _starts(size + 1), np.where(same, arc, -arc - 1), ring_start, area_start)


def _starts(sizes: Ints) -> Ints:
    return np.append(0, np.cumsum(sizes)).astype(np.int64)


def _written_refs(refs: Ints) -> Ints:
    arc = np.where(refs < 0, -refs - 1, refs)
    known = np.append(0, np.maximum.accumulate(arc)[:-1] + 1) if len(arc) else arc
    return np.where(arc == known, 0, np.where(refs < 0, known - arc, arc - known))
