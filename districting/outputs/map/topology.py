"""Compact geometry for the page: borders that two areas share are stored once, as zigzag varints in base64. Format "arcs-1".

arcs   : for each arc its point count, then dx, dy of each point (the first against 0), in micro-degrees
areas  : for each area its ring count, for each ring its arc count, then the arcs: +i as stored, -i-1 reversed (zigzag)
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

FORMAT = "arcs-1"
STEPS_PER_DEGREE = 1_000_000
"""A step is about 0.1 m."""


@dataclass(frozen=True, eq=False)
class Topology:
    """``arcs``: point arrays (p, 2) in steps; ``areas``: per area a list of rings, each a list of arc numbers (i or -i-1)."""

    arcs: list[NDArray[np.int64]]
    areas: list[list[list[int]]]

    def encoded(self) -> dict[str, Any]:
        """The two strings the page decodes."""
        arcs: list[int] = []
        for arc in self.arcs:
            arcs.append(len(arc))
            arcs += np.diff(arc, axis=0, prepend=0).ravel().tolist()
        areas: list[int] = []
        for rings in self.areas:
            areas.append(len(rings))
            for ring in rings:
                areas += [len(ring), *ring]
        return {"format": FORMAT, "arcs": _base64(arcs), "areas": _base64(areas), "arc_count": len(self.arcs), "area_count": len(self.areas)}


def topology(shapes: Iterable[Any]) -> Topology:
    """Areas (Polygon or MultiPolygon in degrees) as rings of shared arcs.

    Examples
    --------
    >>> found = topology([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)])
    >>> len(found.arcs), [len(ring) for rings in found.areas for ring in rings]
    (3, [2, 2])
    """
    rings_of_area = [_rings(shape) for shape in shapes]
    node = _nodes([ring for rings in rings_of_area for ring in rings])
    arcs: list[NDArray[np.int64]] = []
    known: dict[tuple[int, int, int, int], int] = {}
    areas = []
    for rings in rings_of_area:
        areas.append([_cut(ring, node, arcs, known) for ring in rings])
    return Topology(arcs, areas)


def decoded(encoded: dict[str, Any]) -> Topology:
    """The reverse of :meth:`Topology.encoded`, as the page does it."""
    numbers, areas = iter(_numbers(encoded["arcs"])), iter(_numbers(encoded["areas"]))
    arcs = []
    for _ in range(encoded["arc_count"]):
        count = next(numbers)
        steps = np.array([next(numbers) for _ in range(2 * count)], dtype=np.int64).reshape(-1, 2)
        arcs.append(steps.cumsum(axis=0))
    return Topology(arcs, [[[next(areas) for _ in range(next(areas))] for _ in range(next(areas))] for _ in range(encoded["area_count"])])


def _rings(shape: Any) -> list[NDArray[np.int64]]:
    """Open rings in steps, without repeated points; rings that fall to a line are kept out."""
    found = []
    # Outer rings run one way, holes the other: filled by winding number, ground where areas overlap stays filled.
    for part in shapely.orient_polygons(shapely.get_parts(shape)):
        for ring in shapely.get_rings(part):
            steps = np.rint(shapely.get_coordinates(ring) * STEPS_PER_DEGREE).astype(np.int64)[:-1]
            keep = (steps != np.roll(steps, 1, axis=0)).any(axis=1)
            if keep.sum() >= 3:
                found.append(steps[keep])
    return found


def _nodes(rings: list[NDArray[np.int64]]) -> set[tuple[int, int]]:
    """Points where arcs must end: where not exactly two different borders meet."""
    if not rings:
        return set()
    ends = np.concatenate([np.concatenate([r, np.roll(r, -1, axis=0)], axis=1) for r in rings])
    swap = (ends[:, 0] > ends[:, 2]) | ((ends[:, 0] == ends[:, 2]) & (ends[:, 1] > ends[:, 3]))
    ends[swap] = ends[swap][:, [2, 3, 0, 1]]
    segments = np.unique(ends, axis=0)
    points, degree = np.unique(np.concatenate([segments[:, :2], segments[:, 2:]]), axis=0, return_counts=True)
    return set(map(tuple, points[degree != 2].tolist()))


def _cut(ring: NDArray[np.int64], node: set[tuple[int, int]], arcs: list[NDArray[np.int64]], known: dict[tuple[int, int, int, int], int]) -> list[int]:
    """A ring as arc numbers; arcs met before, in either direction, are used again."""
    points = list(map(tuple, ring.tolist()))
    cuts = [i for i, p in enumerate(points) if p in node]
    # A ring without a node is one closed arc; it starts at its least point so that both sides cut it alike.
    start = cuts[0] if cuts else points.index(min(points))
    turned = points[start:] + points[: start + 1]
    stops = [(c - start) % len(points) for c in cuts] or [0]
    stops = [*sorted(set(stops)), len(points)]
    found = []
    for first, last in pairwise(stops):
        line = turned[first : last + 1]
        forward, backward = (*line[0], *line[1]), (*line[-1], *line[-2])
        if forward in known:
            found.append(known[forward])
        else:
            number = len(arcs)
            arcs.append(np.array(line, dtype=np.int64))
            known[forward] = number
            known[backward] = -number - 1
            found.append(number)
    return found


def _base64(numbers: list[int]) -> str:
    values = np.array(numbers, dtype=np.int64)
    zigzag = ((values << 1) ^ (values >> 63)).astype(np.uint64)
    out = bytearray()
    for value in zigzag.tolist():
        while value >= 0x80:
            out.append(value & 0x7F | 0x80)
            value >>= 7
        out.append(value)
    return base64.b64encode(bytes(out)).decode("ascii")


def _numbers(text: str) -> list[int]:
    found, value, shift = [], 0, 0
    for byte in base64.b64decode(text):
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            found.append((value >> 1) ^ -(value & 1))
            value, shift = 0, 0
    return found
