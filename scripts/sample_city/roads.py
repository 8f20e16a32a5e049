"""Roads along the borders of blocks; they cross the river on bridges only."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from scripts.sample_city.counties import COUNTIES
from scripts.sample_city.ground import Floats, Ints
from scripts.sample_city.land import Land
from scripts.sample_city.mesh import Mesh

AVENUES = ("学府大道", "示范大道", "迎宾大道", "丰收大道")
HIGHWAYS = (
    (1, 2, "G908国道", "国道"),
    (0, 4, "S911省道", "省道"),
    (0, 5, "S912省道", "省道"),
    (0, 3, "S913省道", "省道"),
    (1, 6, "X921县道", "县道"),
    (2, 7, "X922县道", "县道"),
    (1, 5, "X923县道", "县道"),
)


@dataclass(frozen=True, eq=False)
class Road:
    """``line`` (p, 2) in metres."""

    name: str
    kind: str
    line: Floats


class _Streets:
    """Corners and the borders between them, without the river; bridges lead through two blocks."""

    def __init__(self, mesh: Mesh, land: Land) -> None:
        self.mesh = mesh
        length = mesh.lengths()
        wet = np.unique(mesh.borders[mesh.river])
        dry = ~np.isin(mesh.borders, wet).any(axis=1) & (mesh.sides >= 0).all(axis=1)
        self.edge = {}
        rows = []
        for k in np.flatnonzero(dry).tolist():
            a, b = mesh.borders[k].tolist()
            self.edge[a, b], self.edge[b, a] = mesh.line[k], mesh.line[k][::-1]
            rows.append((a, b, length[k]))
        reachable = np.unique(np.array([r[:2] for r in rows]))
        self.bridges = [self._bridge(k, reachable) for k in land.bridges.tolist()]
        for a, middle, b in self.bridges:
            points = np.array([mesh.place[a], middle, mesh.place[b]])
            self.edge[a, b], self.edge[b, a] = points, points[::-1]
            rows.append((a, b, float(np.hypot(*np.diff(points, axis=0).T).sum())))
        ends = np.array([r[:2] for r in rows])
        self.ends, self.metres = ends, np.array([r[2] for r in rows])
        self.nodes = np.unique(ends)

    def _bridge(self, border: int, reachable: Ints) -> tuple[int, Floats, int]:
        """A corner of each of the two blocks, opposite the river, and the place where the bridge stands."""
        mesh = self.mesh
        line = mesh.line[border]
        middle = line.mean(axis=0)
        along = line[-1] - line[0]
        across = np.array([-along[1], along[0]]) / np.hypot(*along)
        found = []
        for block in mesh.sides[border].tolist():
            corners = np.intersect1d(mesh.borders[(mesh.sides == block).any(axis=1)], reachable)
            away = mesh.place[corners] - middle
            found.append(int(corners[np.argmin(np.hypot(*away.T) - 1.6 * np.abs(away @ across))]))
        return found[0], middle, found[1]

    def path(self, start: Floats, end: Floats, straight: bool) -> Floats:
        """The road between the corners nearest to two places; a straight one keeps near the line between them."""
        a, b = (int(self.nodes[np.argmin(np.hypot(*(self.mesh.place[self.nodes] - p).T))]) for p in (start, end))
        cost = self.metres.copy()
        if straight:
            along = (end - start) / np.hypot(*(end - start))
            off = (self.mesh.place[self.ends].mean(axis=1) - start) @ np.array([-along[1], along[0]])
            cost *= 1 + (off / 160.0) ** 2
        n = len(self.mesh.place)
        graph = coo_array((cost, (self.ends[:, 0], self.ends[:, 1])), shape=(n, n)).tocsr()
        before = dijkstra(graph, directed=False, indices=a, return_predecessors=True)[1]
        corners = [b]
        while corners[-1] != a:
            if before[corners[-1]] < 0:
                raise RuntimeError("two places are not joined by road")
            corners.append(int(before[corners[-1]]))
        corners.reverse()
        if len(corners) == 1:
            return self.mesh.place[corners]
        pieces = [self.edge[u, v] for u, v in pairwise(corners)]
        return np.concatenate([pieces[0], *(p[1:] for p in pieces[1:])])


def make_roads(mesh: Mesh, land: Land) -> list[Road]:
    """Highways between the seats of the counties, avenues of the town over its bridges, three streets from west to east, and every bridge."""
    streets = _Streets(mesh, land)
    seats = [np.array(c.centre_km) * 1000.0 for c in COUNTIES]
    roads = [Road(name, kind, streets.path(seats[a], seats[b], straight=False)) for a, b, name, kind in HIGHWAYS]
    town = [b for b, k in zip(streets.bridges, land.bridges.tolist(), strict=True) if land.county[mesh.sides[k, 0]] == 0]
    for name, (a, middle, b) in zip(AVENUES, town, strict=True):
        north, south = (a, b) if mesh.place[a, 1] > mesh.place[b, 1] else (b, a)
        x = float(middle[0])
        reach = float(np.sqrt(max(4450.0**2 - x**2, 0)))
        up = streets.path(np.array([x, 0.95 * reach]), mesh.place[north], straight=True)
        down = streets.path(mesh.place[south], np.array([x, -0.95 * reach]), straight=True)
        roads.append(Road(name, "主干道", np.concatenate([up, [middle], down])))
    for name, y in (("崇德路", 1500.0), ("勤学路", 250.0), ("南城路", -2300.0)):
        reach = float(np.sqrt(4200.0**2 - y**2))
        roads.append(Road(name, "主干道", streets.path(np.array([-reach, y]), np.array([reach, y]), straight=True)))
    for number, (a, middle, b) in zip("一二三四五六七八", streets.bridges, strict=True):
        roads.append(Road(f"青禾河{number}桥", "桥梁", np.array([mesh.place[a], middle, mesh.place[b]])))
    return roads
