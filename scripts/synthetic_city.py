"""Synthetic cities of any size for tests and benchmarks: blocks, pupils, schools and seats, all from one seed.

Blocks are Voronoi cells in an irregular city, denser in the centre, cut by a river with a few bridges. Banks are lined with mirrored pairs of sites, so that
the river runs along cell borders: vertices on the river are doubled and moved apart, all others are shared exactly. Everything is made up; no real city.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import Voronoi, cKDTree

BLOCK_AREA_M2 = 30_000.0
PUPILS_PER_BLOCK = 6.0
EMPTY_SHARE = 0.15
PUPILS_SIGMA = 0.95
POPULATION_WEIGHTED = 0.65
LOCAL_SHARE = 0.75
SEATS_SIGMA = 0.25
MIN_BORDER_M = 3.0

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class SyntheticCity:
    """n blocks and k schools in metres.

    polygons : (n,) shapely polygons with exactly shared vertices, or None when not asked for
    demand : (n,) whole pupils; xy : (n, 2) centroids of the blocks
    school_xy : (k, 2); home_block : (k,) distinct blocks; capacity : (k,) whole seats, total = ceil(slack x pupils)
    edges : (m, 2) blocks that share a border over 3 m, a < b, sorted; shared_m : (m,) its length
    river : the middle of the river (None without one); bridges : (b, 2) middles of the borders that cross it
    """

    polygons: NDArray[Any] | None
    demand: Ints
    xy: Floats
    school_xy: Floats
    home_block: Ints
    capacity: Ints
    edges: Ints
    shared_m: Floats
    river: Any = None
    bridges: Floats = field(default_factory=lambda: np.empty((0, 2)))


def synthetic_city(
    n: int,
    k: int,
    seed: int = 0,
    kind: Literal["real", "hard"] = "real",
    slack: float = 1.06,
    river: bool = True,
    *,
    polygons: bool = True,
    bridges: int | None = None,
) -> SyntheticCity:
    """A city of exactly n blocks and k schools; the same arguments give the same city. ``kind`` "real": seats follow local demand; "hard": they ignore it.

    ``bridges`` over the river: one about every seven blocks of its length unless told (20 at 20,000 blocks).
    """
    if not 1 <= k <= n or n < 16:
        raise ValueError(f"wanted 16 <= n and 1 <= k <= n, got n={n}, k={k}")
    rng = np.random.default_rng(seed)
    plan = _Ground(n, rng, river, max(2, round(np.sqrt(n) / 7)) if bridges is None else bridges)
    sites, side = plan.sites(rng)
    mesh = _mesh(sites, side, n, plan)
    demand = _pupils(n, rng)
    home = _home_blocks(demand, k, rng)
    capacity = _seats(demand, sites[:n], home, kind, slack, rng)
    return SyntheticCity(
        polygons=mesh.polygons() if polygons else None,
        demand=demand,
        xy=mesh.centroids(),
        school_xy=sites[home],
        home_block=home,
        capacity=capacity,
        edges=mesh.edges,
        shared_m=mesh.shared_m,
        river=plan.river_line() if river else None,
        bridges=mesh.bridges,
    )


class _Ground:
    """The outline of the city and the course of its river."""

    def __init__(self, n: int, rng: np.random.Generator, river: bool, bridges: int) -> None:
        self.n, self.river, self.bridges = n, river, bridges
        self.radius_m = float(np.sqrt(n * BLOCK_AREA_M2 / np.pi))
        self.spacing_m = float(np.sqrt(BLOCK_AREA_M2))
        self._waves = np.array([2, 3, 5, 8])
        self._sizes = np.array([0.14, 0.10, 0.06, 0.03]) * rng.uniform(0.6, 1.2, 4)
        self._phases = rng.uniform(0, 2 * np.pi, 4)
        self._bends = rng.uniform(0, 2 * np.pi, 2)

    def edge_radius(self, angle: Floats) -> Floats:
        """Distance from the middle to the outline in each direction."""
        return self.radius_m * (1 + np.cos(np.multiply.outer(angle, self._waves) + self._phases) @ self._sizes)

    def course(self, x: Floats) -> tuple[Floats, Floats]:
        """The river's y at x, and its slope."""
        u = x / self.radius_m
        y = 0.12 * np.sin(2.2 * u + self._bends[0]) + 0.04 * np.sin(5.0 * u + self._bends[1])
        slope = 0.264 * np.cos(2.2 * u + self._bends[0]) + 0.2 * np.cos(5.0 * u + self._bends[1])
        return self.radius_m * y, slope

    def off_river(self, xy: Floats) -> Floats:
        """Signed distance to the river, nearly."""
        y, slope = self.course(xy[:, 0])
        return (xy[:, 1] - y) / np.hypot(1, slope)

    def river_line(self) -> Any:
        x = np.linspace(-1.5, 1.5, 600) * self.radius_m
        line = np.column_stack([x, self.course(x)[0]])
        return shapely.LineString(line[np.hypot(*line.T) < 1.05 * self.edge_radius(np.arctan2(line[:, 1], line[:, 0]))])

    def banks(self, rng: np.random.Generator) -> tuple[Floats, Floats]:
        """Mirrored sites along the river, north bank then south bank of each pair: those in the city, and ghosts where it enters and leaves."""
        x = np.linspace(-1.5, 1.5, 20_000) * self.radius_m
        y, slope = self.course(x)
        along = np.concatenate([[0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))])
        stops = np.arange(0, along[-1], self.spacing_m)
        x = np.interp(stops + rng.uniform(-0.1, 0.1, len(stops)) * self.spacing_m, along, x)
        y, slope = self.course(x)
        normal = np.column_stack([-slope, np.ones(len(x))]) / np.hypot(1, slope)[:, None]
        middle = np.column_stack([x, y])
        inside = np.hypot(x, y) < 0.97 * self.edge_radius(np.arctan2(y, x))
        step = 0.4 * self.spacing_m * normal
        pairs = np.stack([middle + step, middle - step], axis=1)
        return pairs[inside].reshape(-1, 2), pairs[~inside].reshape(-1, 2)

    def sites(self, rng: np.random.Generator) -> tuple[Floats, Ints]:
        """The n sites of blocks followed by ghosts around the city; ``side`` is +1 north, -1 south, 0 ghost."""
        fixed, mouths = self.banks(rng) if self.river else (np.empty((0, 2)), np.empty((0, 2)))
        found, missing = [fixed], self.n - len(fixed)
        while missing > 0:
            angle = rng.uniform(0, 2 * np.pi, missing)
            reach = rng.uniform(0, 1, missing) ** 0.65 * self.edge_radius(angle)
            xy = np.column_stack([reach * np.cos(angle), reach * np.sin(angle)])
            if self.river:
                xy = xy[np.abs(self.off_river(xy)) > self.spacing_m]
            found.append(xy)
            missing -= len(xy)
        blocks = np.concatenate(found)
        side = np.where(self.off_river(blocks) > 0, 1, -1) if self.river else np.ones(self.n, dtype=np.int64)
        count = max(24, int(2 * np.pi * self.radius_m / self.spacing_m * 2))
        angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
        ghosts = np.concatenate([(self.edge_radius(angle) + d * self.spacing_m)[:, None] * np.column_stack([np.cos(angle), np.sin(angle)]) for d in (0.6, 3.0)])
        if self.river:
            ghosts = np.concatenate([ghosts[np.abs(self.off_river(ghosts)) > self.spacing_m], mouths])
        return np.concatenate([blocks, ghosts]), np.concatenate([side, np.zeros(len(ghosts), dtype=np.int64)])


@dataclass(frozen=True, eq=False)
class _Mesh:
    corners: Floats
    ring_of_corner: Ints
    n: int
    edges: Ints
    shared_m: Floats
    bridges: Floats

    def polygons(self) -> NDArray[Any]:
        return _polygons(self.corners, self.ring_of_corner)

    def centroids(self) -> Floats:
        """Centroids by the shoelace formula, around each cell's first corner."""
        first = np.searchsorted(self.ring_of_corner, np.arange(self.n))
        base = self.corners[first][self.ring_of_corner]
        a = self.corners - base
        follow = np.arange(1, len(a) + 1)
        follow[np.append(first[1:], len(a)) - 1] = first
        b = a[follow]
        cross = a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]
        area = np.bincount(self.ring_of_corner, cross, self.n)
        moment = [np.bincount(self.ring_of_corner, (a[:, d] + b[:, d]) * cross, self.n) / (3 * area) for d in (0, 1)]
        return np.column_stack(moment) + self.corners[first]


def _mesh(sites: Floats, side: Ints, n: int, ground: _Ground) -> _Mesh:
    diagram = Voronoi(sites)
    cells, ends = np.asarray(diagram.ridge_points, dtype=np.int64), np.asarray(diagram.ridge_vertices, dtype=np.int64)
    useful = (cells < n).any(axis=1)
    cells, ends = cells[useful], ends[useful]
    across = (side[cells[:, 0]] * side[cells[:, 1]]) < 0
    corner, ring = _rings(sites, cells, ends, diagram.vertices, n)
    wet = _wet(diagram.vertices, cells, ends, across, ground.bridges)
    place, place_of = _banks_apart(diagram.vertices, wet, (corner, ring, side), ground)
    lands = (cells < n).all(axis=1)
    bridge = across & (place_of(ends[:, 0], -1) == place_of(ends[:, 0], 1)) & (place_of(ends[:, 1], -1) == place_of(ends[:, 1], 1))
    near = place_of(ends, side[np.min(cells, axis=1)][:, None])
    length = np.hypot(*(place[near[:, 0]] - place[near[:, 1]]).T)
    keep = lands & (~across | bridge) & (length > MIN_BORDER_M)
    pairs = np.sort(cells[keep], axis=1)
    order = np.lexsort(pairs.T[::-1])
    middles = place[near[keep & bridge]].mean(axis=1)
    return _Mesh(place[place_of(corner, side[ring])], ring, n, pairs[order], length[keep][order], middles)


def _wet(vertices: Floats, cells: Ints, ends: Ints, across: NDArray[np.bool_], bridges: int) -> NDArray[np.bool_]:
    """Vertices on the river, but for the ends of the few borders that stay whole as bridges."""
    wet = np.zeros(len(vertices), dtype=bool)
    wet[ends[across].ravel()] = True
    low = np.min(cells, axis=1)
    pairs = np.flatnonzero(across & (np.max(cells, axis=1) == low + 1) & (low % 2 == 0))
    if len(pairs):
        pairs = pairs[np.argsort(vertices[ends[pairs, 0], 0], kind="stable")]
        count = min(len(pairs), bridges)
        spots = ((np.arange(count) + 0.5) / count * len(pairs)).astype(np.int64)
        wet[ends[pairs[spots]].ravel()] = False
    return wet


def _banks_apart(vertices: Floats, wet: NDArray[np.bool_], rings: tuple[Ints, Ints, Ints], ground: _Ground) -> tuple[Floats, Any]:
    """Every vertex as the north and the south bank see it; the two differ along the river. Where a cell would fold, its river is narrower."""
    corner, ring, side = rings
    slope = ground.course(vertices[:, 0])[1]
    shift = 0.12 * ground.spacing_m * np.column_stack([-slope, np.ones(len(vertices))]) / np.hypot(1, slope)[:, None]
    shift[~wet] = 0.0
    river_cells = np.zeros(ground.n, dtype=bool)
    river_cells[ring[wet[corner]]] = True
    mine = np.flatnonzero(river_cells[ring])
    cell = np.unique(ring[mine], return_inverse=True)[1]
    for _ in range(12 if len(mine) else 0):
        xy = vertices[corner[mine]] + side[ring[mine], None] * shift[corner[mine]]
        folded = ~shapely.is_valid(_polygons(xy, cell))
        if not folded.any():
            break
        shift[np.unique(corner[mine][folded[cell]])] *= 0.5
    place = np.concatenate([vertices + shift, (vertices - shift)[wet]])
    south = np.arange(len(vertices))
    south[wet] = len(vertices) + np.arange(int(wet.sum()))
    return place, lambda vertex, side: np.where(np.asarray(side) < 0, south[vertex], vertex)


def _polygons(corners: Floats, ring: Ints) -> NDArray[Any]:
    """Polygons of rings 0..max: the first corner of each is repeated at its end."""
    count = int(ring[-1]) + 1
    first = np.searchsorted(ring, np.arange(count))
    ends = np.append(first[1:], len(corners))
    xy = np.insert(corners, ends, corners[first], axis=0)
    return shapely.polygons(shapely.linearrings(xy, indices=np.insert(ring, ends, np.arange(count))))


def _rings(sites: Floats, cells: Ints, ends: Ints, vertices: Floats, n: int) -> tuple[Ints, Ints]:
    """Corners of every cell in counter-clockwise order: cells are convex, so the angle about the site sorts them."""
    cell, corner = np.repeat(cells.ravel(), 2), np.tile(ends, 2).ravel()
    mine = cell < n
    key = np.unique(cell[mine] * np.int64(len(vertices)) + corner[mine])
    ring, corner = key // len(vertices), key % len(vertices)
    away = vertices[corner] - sites[ring]
    order = np.lexsort((np.arctan2(away[:, 1], away[:, 0]), ring))
    return corner[order], ring[order]


def _pupils(n: int, rng: np.random.Generator) -> Ints:
    mean = PUPILS_PER_BLOCK / (1 - EMPTY_SHARE)
    pupils = np.maximum(1, np.rint(rng.lognormal(np.log(mean) - PUPILS_SIGMA**2 / 2, PUPILS_SIGMA, n))).astype(np.int64)
    pupils[rng.uniform(size=n) < EMPTY_SHARE] = 0
    return pupils


def _home_blocks(demand: Ints, k: int, rng: np.random.Generator) -> Ints:
    """65 % of schools where the pupils live, the rest anywhere; never two in one block."""
    living = np.flatnonzero(demand > 0)
    crowd = min(round(POPULATION_WEIGHTED * k), len(living))
    busy = rng.choice(living, crowd, replace=False, p=demand[living] / demand.sum())
    rest = np.setdiff1d(np.arange(len(demand)), busy)
    return np.concatenate([busy, rng.choice(rest, k - crowd, replace=False)]).astype(np.int64)


def _seats(demand: Ints, xy: Floats, home: Ints, kind: str, slack: float, rng: np.random.Generator) -> Ints:
    """Whole seats that add up to ceil(slack x pupils); no school has fewer seats than its home block has pupils."""
    k = len(home)
    nearest = cKDTree(xy[home]).query(xy)[1]
    local = np.bincount(nearest, demand, k)
    pull = LOCAL_SHARE if kind == "real" else 0.0
    weight = (pull * local + (1 - pull) * demand.sum() / k) * rng.lognormal(0, SEATS_SIGMA, k)
    total, floor = int(np.ceil(slack * demand.sum())), demand[home]
    spread = max(0, total - int(floor.sum()))
    wish = np.maximum(total * weight / weight.sum() - floor, 0)
    share = spread * wish / max(wish.sum(), 1e-9)
    seats = np.floor(share).astype(np.int64)
    seats[np.argsort(-(share - seats), kind="stable")[: spread - int(seats.sum())]] += 1
    return floor + seats
