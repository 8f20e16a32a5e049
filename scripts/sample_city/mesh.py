"""Cells to blocks: Voronoi borders with shared, slightly wiggled lines; every vertex is rounded once, so that blocks fit together exactly."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import Voronoi

from scripts.sample_city.coordinates import to_degrees
from scripts.sample_city.ground import Floats, Ints, Sites

SHORT_BORDER = 0.13
"""Borders shorter than this share of the distance between their two sites are closed up."""
WIGGLE = 0.07
LONG_M, VERY_LONG_M = 260.0, 1000.0


@dataclass(frozen=True, eq=False)
class Mesh:
    """Blocks and their borders.

    shapes : (n,) polygons in degrees, vertices shared exactly
    place : (v, 2) metres of the corners; borders : (b, 2) corners of each border between two blocks or a block and the outside
    sides : (b, 2) the blocks on both sides, -1 outside; line : (b,) the border's points in metres
    river : (b,) whether the river runs along it
    """

    shapes: NDArray[Any]
    place: Floats
    borders: Ints
    sides: Ints
    line: list[Floats]
    river: NDArray[np.bool_]

    def lengths(self) -> Floats:
        """(b,) metres."""
        return np.array([np.hypot(*np.diff(p, axis=0).T).sum() for p in self.line])


def make_mesh(sites: Sites, rng: np.random.Generator) -> Mesh:
    """Blocks of the sites."""
    diagram = Voronoi(sites.xy)
    cells, ends = np.asarray(diagram.ridge_points, dtype=np.int64), np.asarray(diagram.ridge_vertices, dtype=np.int64)
    order = np.lexsort((np.max(cells, axis=1), np.min(cells, axis=1)))
    cells, ends = cells[order], ends[order]
    used = (sites.block_of_site[cells] >= 0).any(axis=1)
    cells, ends = cells[used], ends[used]
    corner, place = _closed_up(np.asarray(diagram.vertices), cells, ends, sites.xy)
    rings = _rings(sites, cells, ends, np.asarray(diagram.vertices))
    kept = corner[ends[:, 0]] != corner[ends[:, 1]]
    cells, ends = cells[kept], corner[ends[kept]]
    middle = {tuple(sorted(pair)): points for pair, points in zip(ends.tolist(), _wiggles(place, ends, rng), strict=True)}
    shapes = _shapes(sites, rings, corner, place, middle)
    sides = sites.block_of_site[cells]
    between = sides[:, 0] != sides[:, 1]
    both = (sides >= 0).all(axis=1)
    river = both & (sites.north[cells[:, 0]] != sites.north[cells[:, 1]])
    lines = [np.concatenate([place[[a]], _oriented(middle, a, b), place[[b]]]) for a, b in ends[between].tolist()]
    return Mesh(shapes, place, ends[between], sides[between], lines, river[between])


def _closed_up(vertices: Floats, cells: Ints, ends: Ints, sites: Floats) -> tuple[Ints, Floats]:
    """Corners after very short borders were closed: the new corner of every vertex, and where it lies."""
    length = np.hypot(*(vertices[ends[:, 0]] - vertices[ends[:, 1]]).T)
    spacing = np.hypot(*(sites[cells[:, 0]] - sites[cells[:, 1]]).T)
    parent = list(range(len(vertices)))

    def top(v: int) -> int:
        while parent[v] != v:
            parent[v] = parent[parent[v]]
            v = parent[v]
        return v

    for a, b in ends[length < np.minimum(SHORT_BORDER * spacing, 120.0)].tolist():
        one, two = top(a), top(b)
        parent[max(one, two)] = min(one, two)
    root = np.array([top(v) for v in range(len(vertices))])
    number = np.bincount(root, minlength=len(vertices))
    place = np.column_stack([np.bincount(root, vertices[:, d], len(vertices)) for d in (0, 1)]) / np.maximum(number, 1)[:, None]
    return root, place


def _rings(sites: Sites, cells: Ints, ends: Ints, vertices: Floats) -> list[Ints]:
    """Vertices of every cell that belongs to a block, counter-clockwise (cells are convex before anything is moved)."""
    held: dict[int, set[int]] = defaultdict(set)
    for pair, edge in zip(cells.tolist(), ends.tolist(), strict=True):
        for cell in pair:
            held[cell].update(edge)
    out = []
    for cell in range(int((sites.block_of_site >= 0).sum())):
        mine = np.array(sorted(held[cell]))
        away = vertices[mine] - sites.xy[cell]
        out.append(mine[np.argsort(np.arctan2(away[:, 1], away[:, 0]), kind="stable")])
    return out


def _wiggles(place: Floats, ends: Ints, rng: np.random.Generator) -> list[Floats]:
    """Points between the two corners of each border, from the smaller corner to the larger: none on short borders, three on long ones."""
    out = []
    for a, b in np.sort(ends, axis=1).tolist():
        p, q = place[a], place[b]
        length = float(np.hypot(*(q - p)))
        shift = np.clip(rng.normal(0, WIGGLE, 3), -0.12, 0.12)
        if length < LONG_M:
            out.append(np.empty((0, 2)))
            continue
        half = _moved(p, q, shift[0])
        out.append(half[None] if length < VERY_LONG_M else np.array([_moved(p, half, shift[1]), half, _moved(half, q, shift[2])]))
    return out


def _moved(p: Floats, q: Floats, shift: float) -> Floats:
    """The middle of p and q, moved aside by a share of their distance."""
    along = q - p
    return (p + q) / 2 + shift * np.array([-along[1], along[0]])


def _oriented(middle: dict[tuple[int, ...], Floats], a: int, b: int) -> Floats:
    points = middle[min(a, b), max(a, b)]
    return points if a < b else points[::-1]


def _shapes(sites: Sites, rings: list[Ints], corner: Ints, place: Floats, middle: dict[tuple[int, ...], Floats]) -> NDArray[Any]:
    """Polygons of the blocks in degrees. Where a wiggle makes a cell fold, the borders of that cell are drawn straight."""
    loops = []
    for ring in rings:
        loop = corner[ring].tolist()
        loops.append([v for i, v in enumerate(loop) if v != loop[i - 1]])
    for _ in range(20):
        cells = np.array([shapely.Polygon(to_degrees(_outline(loop, place, middle))) for loop in loops], dtype=object)
        folded = np.flatnonzero(~shapely.is_valid(cells))
        if len(folded) == 0:
            break
        for cell in folded:
            loop = loops[cell]
            for i, v in enumerate(loop):
                middle[min(v, loop[i - 1]), max(v, loop[i - 1])] = np.empty((0, 2))
    block = sites.block_of_site[: len(loops)]
    count = int(block.max()) + 1
    return np.array([_whole(cells[block == b]) for b in range(count)], dtype=object)


def _outline(loop: list[int], place: Floats, middle: dict[tuple[int, ...], Floats]) -> Floats:
    parts = []
    for a, b in zip(loop, loop[1:] + loop[:1], strict=True):
        parts += [place[[a]], _oriented(middle, a, b)]
    return np.concatenate(parts)


def _whole(cells: NDArray[Any]) -> Any:
    return cells[0] if len(cells) == 1 else shapely.coverage_union_all(cells)
