"""Blocks as a graph, the river that cuts it, its bridges; and the two on-purpose faults of the block layer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from scripts.sample_city.coordinates import to_degrees, to_metres
from scripts.sample_city.ground import Floats, Ints, river_y
from scripts.sample_city.mesh import Mesh

BRIDGES_M = (-15_500.0, -8_600.0, -3_500.0, -1_300.0, 700.0, 2_900.0, 8_800.0, 15_800.0)
"""Where along the river (metres east of the origin) a bridge is wanted; four of them stand in the detailed county."""
LEAST_BRIDGE_M = 70.0
TOO_SHORT_M = 35.0
"""Borders shorter than this are not counted on: close to the river they may be taken for the river itself."""


@dataclass(frozen=True, eq=False)
class Land:
    """shapes (n,) degrees; xy (n,) middles in metres; county (n,); edges (m, 2) with their length; ``cut`` (m,) the river without a bridge.

    bridges : (k,) positions of borders in the mesh
    """

    shapes: NDArray[Any]
    xy: Floats
    county: Ints
    edges: Ints
    shared_m: Floats
    cut: NDArray[np.bool_]
    bridges: Ints

    @property
    def area_m2(self) -> Floats:
        scale = 111_320.0
        return np.asarray(shapely.area(self.shapes)) * scale * scale * np.cos(np.radians(34.48))

    def arcs(self, cut_too: bool = False) -> list[list[tuple[int, float]]]:
        """Neighbours of every block within its county with their distance in metres."""
        near: list[list[tuple[int, float]]] = [[] for _ in range(len(self.shapes))]
        for (a, b), length, closed in zip(self.edges.tolist(), self.shared_m, self.cut, strict=True):
            if self.county[a] == self.county[b] and (cut_too or (not closed and length >= TOO_SHORT_M)):
                metres = float(np.hypot(*(self.xy[a] - self.xy[b])))
                near[a].append((b, metres))
                near[b].append((a, metres))
        return near


def make_land(mesh: Mesh, county: Ints) -> Land:
    """The graph of the blocks, river and bridges laid over it."""
    bridges = _bridges(mesh, county)
    inner = (mesh.sides >= 0).all(axis=1)
    pairs, row = np.unique(np.sort(mesh.sides[inner], axis=1), axis=0, return_inverse=True)
    length = mesh.lengths()[inner]
    shared = np.bincount(row, length, len(pairs))
    wet = np.bincount(row, length * mesh.river[inner], len(pairs)) > 0.5 * shared
    bridged = np.zeros(len(mesh.sides), dtype=bool)
    bridged[bridges] = True
    crossed = np.bincount(row, bridged[inner], len(pairs)) > 0
    return Land(mesh.shapes, _middles(mesh.shapes), county, pairs.astype(np.int64), shared, wet & ~crossed, bridges)


def with_faults(land: Land) -> Land:
    """The land with one block of two parts, and one whose ring touches itself around a compound inside it."""
    host, first, second = _chosen(land)
    compound, ring = _compound(land.shapes[host])
    shapes = land.shapes.copy()
    shapes[first] = shapely.multipolygons([land.shapes[first], land.shapes[second]])
    shapes[second], shapes[host] = compound, ring
    edges = land.edges.copy()
    edges[edges == second] = first
    edges = np.sort(np.concatenate([edges, [sorted((host, second))]]), axis=1)
    around = float(np.hypot(*np.diff(to_metres(shapely.get_coordinates(compound)), axis=0).T).sum())
    pairs, row = np.unique(edges, axis=0, return_inverse=True)
    shared = np.bincount(row, np.append(land.shared_m, around), len(pairs))
    cut = np.bincount(row, np.append(land.cut, False), len(pairs)) > 0
    return replace(land, shapes=shapes, xy=_middles(shapes), edges=pairs, shared_m=shared, cut=cut)


def fault_blocks(land: Land) -> tuple[int, int]:
    """Positions of the block that touches itself and of the block of two parts."""
    parts = shapely.get_num_geometries(land.shapes)
    return int(np.flatnonzero(~shapely.is_valid(land.shapes))[0]), int(np.flatnonzero(parts > 1)[0])


def _middles(shapes: NDArray[Any]) -> Floats:
    return to_metres(shapely.get_coordinates(shapely.centroid(shapes)))


def _bridges(mesh: Mesh, county: Ints) -> Ints:
    length = mesh.lengths()
    fit = np.flatnonzero(mesh.river & (length > LEAST_BRIDGE_M) & (county[mesh.sides[:, 0]] == county[mesh.sides[:, 1]]))
    middle = np.array([mesh.line[k].mean(axis=0)[0] for k in fit])
    return np.array([fit[np.argmin(np.abs(middle - x))] for x in BRIDGES_M], dtype=np.int64)


def _chosen(land: Land) -> tuple[int, int, int]:
    """Three quiet blocks at the edge of the town: the host of the compound, and two that lie one block apart."""
    away = np.hypot(*land.xy.T)
    outskirts = np.flatnonzero((land.county == 0) & (away > 3200) & (away < 4000))
    quiet = outskirts[np.abs(land.xy[outskirts, 1] - river_y(land.xy[outskirts, 0])) > 700]
    host = int(quiet[np.argmax(land.area_m2[quiet])])
    near: dict[int, set[int]] = {b: set() for b in range(len(land.shapes))}
    for a, b in land.edges.tolist():
        near[a].add(b)
        near[b].add(a)
    for first in quiet.tolist():
        if first == host or host in near[first]:
            continue
        for between in sorted(near[first]):
            for second in sorted(near[between] - near[first] - {first}):
                if second in quiet and second != host and host not in near[second] and not near[first] & near[second] - {between}:
                    return host, first, second
    raise RuntimeError("no place for the block of two parts")


def _compound(host: Any) -> tuple[Any, Any]:
    """A compound inside the host that touches its ring in one corner, and the host drawn as one ring around it."""
    ring = to_metres(np.array(host.exterior.coords)[:-1])
    middle = ring.mean(axis=0)
    corner = int(np.argmax(np.hypot(*(ring - middle).T)))
    tip = ring[corner]
    along = middle - tip
    aside = np.array([-along[1], along[0]])
    loop = np.array([tip + 0.45 * along + 0.14 * aside, tip + 0.85 * along, tip + 0.45 * along - 0.14 * aside])
    inside = to_degrees(loop)
    outer = np.array(host.exterior.coords)[:-1]
    outer = np.roll(outer, -corner, axis=0)
    compound = shapely.Polygon(np.concatenate([outer[:1], inside]))
    way_round = inside if not _same_turn(outer, np.concatenate([outer[:1], inside])) else inside[::-1]
    return compound, shapely.Polygon(np.concatenate([outer, outer[:1], way_round]))


def _same_turn(one: Floats, two: Floats) -> bool:
    return bool(shapely.is_ccw(shapely.linearrings(one)) == shapely.is_ccw(shapely.linearrings(two)))
