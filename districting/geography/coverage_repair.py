"""Small faults of a coverage mended, every change listed; large ones are left as they are and reported.

What is mended, and why (the one place where it is written down):

- *A sliver of overlap* goes to one side: no wider than ``width_m`` anywhere (1 m by default: less than a dwelling, and what two drawings of one border may differ
  by) and no more than ``MOST_SHARE`` of the smaller block. The side that without it has the longer edge along it keeps it and its drawing, the other gives it up;
  of equal edges the block that comes first keeps it. So one of the two stays bit for bit as it was. A crumb that this cuts off goes to a neighbour.
- *A larger overlap* is not mended but a fault: whose homes are they? Nobody but the planner knows, and pupils would count twice or for the wrong school.
- *A gap* that blocks enclose, as narrow and as small, goes to the neighbour with the longest border along it; so does the gap between two blocks that run side by
  side and touch nowhere (an open gap).
- *A larger gap* is not mended but noted: water, parks, rails and roads are such gaps, and nobody lives there; a block that was left out looks the same.
- *A narrow gap that stays* (much of its neighbours, or wider than ``width_m``) is noted here; the note on holes tells of those a metre wide and more.
- What is thinner than ``NOISE_M`` (1 mm) comes of rounding: it is neither mended nor counted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from districting.geography.coverage_faults import Ground, enclosed_gaps, ground_of, overlapping, parted_neighbours, polygons_of
from districting.geography.holes import LEAST_WIDTH_M, NOISE_M, narrow, thick

WIDTH_M: Final = 1.0
MOST_SHARE: Final = 0.05
_MOST_ROUNDS: Final = 8
_WELD_M: Final = NOISE_M / 10
"""By so much a piece is let into the block that takes it: borders that only touch leave cracks of rounding."""

Kind = Literal["overlap", "crumb", "gap", "open_gap"]


@dataclass(frozen=True)
class Change:
    """``block`` changed by ``area_m2`` (less than 0: it gave ground) at ``x``, ``y``; ``other`` is the block that keeps an overlap or lies beyond a gap, -1 = none."""

    kind: Kind
    block: int
    other: int
    area_m2: float
    x: float
    y: float


@dataclass(frozen=True)
class Overlap:
    """Blocks ``a`` and ``b`` that cover ``area_m2`` of the same ground, ``share`` of the smaller one, up to ``width_m`` wide, at ``x``, ``y``: too much to mend."""

    a: int
    b: int
    area_m2: float
    share: float
    width_m: float
    x: float
    y: float


@dataclass(frozen=True)
class Gap:
    """Enclosed ground less than a metre wide between ``blocks``, the one with the longest border first, at ``x``, ``y``: not mended."""

    blocks: tuple[int, ...]
    area_m2: float
    width_m: float
    x: float
    y: float


@dataclass(frozen=True, eq=False)
class Mended:
    """``shapes`` (n,): those of no ``changes`` are the very objects that were given. ``overlaps`` and ``gaps`` are left as they are."""

    shapes: NDArray[Any]
    changes: tuple[Change, ...] = ()
    overlaps: tuple[Overlap, ...] = ()
    gaps: tuple[Gap, ...] = ()


@dataclass(eq=False)
class _Work:
    """Shapes that change while faults are mended one after another. ``order`` (n,): of equal claims the smaller number wins."""

    shapes: NDArray[Any]
    order: NDArray[np.int64]
    width_m: float
    changes: list[Change] = field(default_factory=list)


def mended_coverage(shapes: NDArray[Any], *, order: NDArray[np.int64] | None = None, width_m: float = WIDTH_M) -> Mended:
    """Blocks that fit together, as far as that takes no decision of a planner.

    Parameters
    ----------
    shapes : (n,) valid polygons or multipolygons in metres.
    order : (n,) rank of the blocks by name, which decides between equal claims; their position when not given.
    width_m : widest sliver or gap that is mended; 0 mends nothing, and every overlap is reported.

    Returns
    -------
    Mended
        A coverage without faults comes back as it was, and so does every block that has none.

    Examples
    --------
    >>> squares = np.array([shapely.box(0, 0, 100, 100), shapely.box(99.9, 0, 200, 100)])
    >>> found = mended_coverage(squares)
    >>> [(c.kind, c.block, c.other, round(c.area_m2, 3)) for c in found.changes], found.shapes[0] is squares[0]
    ([('overlap', 1, 0, -10.0)], True)
    """
    work = _Work(shapes.copy(), np.arange(len(shapes)) if order is None else order, width_m)
    ground = ground_of(shapes)
    left = _without_slivers(work, *overlapping(ground))
    _without_crumbs(work, ground)
    done = 0
    for fill in (_without_gaps, _without_open_gaps) * (_MOST_ROUNDS if width_m > 0 else 0):
        ground = ground_of(work.shapes.copy()) if len(work.changes) > done else ground
        before, done = done, len(work.changes)
        fill(work, ground)
        if fill is _without_open_gaps and len(work.changes) == done == before:
            break  # a gap that is closed may enclose another: again until there is none
    ground = ground_of(work.shapes) if len(work.changes) > done else ground
    return Mended(work.shapes, tuple(work.changes), tuple(left), _gaps_left(work, ground))


def _gaps_left(work: _Work, ground: Ground) -> tuple[Gap, ...]:
    """Narrow gaps that were too much to mend, the largest first."""
    gaps = enclosed_gaps(ground)
    gaps = gaps[narrow(gaps, LEAST_WIDTH_M)]
    found = []
    for gap in gaps[_by_place(gaps)]:
        near = np.sort(ground.tree.query(gap, predicate="dwithin", distance=NOISE_M)).astype(np.int64)
        blocks = tuple(int(b) for b in _longest_border(work, gap, near))
        found.append(Gap(blocks, float(gap.area), _width_m(gap), *_place(gap)))
    return tuple(found)


def _without_slivers(work: _Work, pairs: NDArray[np.int64], shared: NDArray[Any]) -> list[Overlap]:
    """Slivers go to one side; what is more than a sliver is returned. Largest first."""
    area = shapely.area(shared)
    share = area / np.minimum(*shapely.area(work.shapes[pairs]).T.reshape(2, -1))
    small = narrow(shared, work.width_m) & (share <= MOST_SHARE) & (work.width_m > 0)
    left = []
    for i in np.lexsort((*pairs.T[::-1], -area)):
        a, b = (int(p) for p in pairs[i])
        if small[i]:
            _give(work, a, b)
        else:
            left.append(Overlap(a, b, float(area[i]), float(share[i]), _width_m(shared[i]), *_place(shared[i])))
    return left


def _give(work: _Work, a: int, b: int) -> None:
    """The overlap of two blocks to the one with the longer edge along it; the other keeps what lies outside that one."""
    shared = polygons_of(shapely.intersection(work.shapes[a], work.shapes[b]))
    shared = shared[thick(shared)]
    if not len(shared):
        return  # an earlier change took it away
    # the edge of a block along the sliver is the other one's outline inside it: that is where the border will run
    edge_a, edge_b = (shapely.length(shapely.intersection(shapely.boundary(work.shapes[y]), work.shapes[x])) for x, y in ((a, b), (b, a)))
    first = a if (-round(edge_a, 3), work.order[a]) <= (-round(edge_b, 3), work.order[b]) else b
    keeps, gives = (a, b) if first == a else (b, a)
    before = work.shapes[gives]
    work.shapes[gives] = _joined(polygons_of(shapely.difference(before, work.shapes[keeps])))
    work.changes.append(Change("overlap", gives, keeps, float(work.shapes[gives].area - before.area), *_place(shared)))


def _without_crumbs(work: _Work, ground: Ground) -> None:
    """Narrow small parts that came off a block when it gave up a sliver go to the neighbour with the longest border along them."""
    for block in sorted({c.block for c in work.changes}):
        parts = polygons_of(work.shapes[block])
        crumb = narrow(parts, work.width_m) & (shapely.area(parts) <= MOST_SHARE * work.shapes[block].area)
        if len(parts) <= shapely.get_num_geometries(ground.shapes[block]) or crumb.all():
            continue
        for piece in parts[crumb]:
            near = np.sort(ground.tree.query(piece, predicate="dwithin", distance=NOISE_M)).astype(np.int64)
            near = near[near != block]
            taker = _longest_border(work, piece, near)
            if len(taker):
                rest = polygons_of(work.shapes[block])
                work.shapes[block] = _joined(rest[~shapely.equals(rest, piece)])
                work.changes.append(Change("crumb", block, int(taker[0]), -float(piece.area), *_place(piece)))
                _absorb(work, int(taker[0]), block, piece, "crumb", np.append(near, block))


def _absorb(work: _Work, block: int, other: int, piece: Any, kind: Kind, near: NDArray[np.int64]) -> None:
    """``piece`` becomes part of ``block``; of the blocks ``near`` it takes nothing."""
    grown = shapely.buffer(piece, _WELD_M, join_style="mitre")
    others = work.shapes[near[near != block]]
    before = work.shapes[block]
    work.shapes[block] = _joined(polygons_of(shapely.union(before, shapely.difference(grown, shapely.union_all(others)))))
    work.changes.append(Change(kind, block, other, float(work.shapes[block].area - before.area), *_place(piece)))


def _joined(parts: NDArray[Any]) -> Any:
    """One shape of its parts, without parts and holes that are rounding."""
    kept = []
    for part in parts[thick(parts)]:
        rings = shapely.get_rings(part)[1:]
        holes = rings[thick(shapely.polygons(rings))] if len(rings) else rings
        kept.append(part if len(holes) == len(rings) else shapely.polygons(shapely.get_exterior_ring(part), list(holes) or None))
    return kept[0] if len(kept) == 1 else shapely.multipolygons(kept)


def _without_gaps(work: _Work, ground: Ground) -> None:
    """Enclosed gaps that are narrow and small to the neighbour with the longest border along them."""
    gaps = enclosed_gaps(ground)
    gaps = gaps[narrow(gaps, work.width_m)]
    for gap in gaps[_by_place(gaps)]:
        near = np.sort(ground.tree.query(gap, predicate="dwithin", distance=NOISE_M)).astype(np.int64)
        _close(work, gap, near, "gap")


def _close(work: _Work, gap: Any, near: NDArray[np.int64], kind: Kind) -> None:
    ranked = _longest_border(work, gap, near)
    if len(ranked) and gap.area <= MOST_SHARE * work.shapes[ranked[0]].area:
        _absorb(work, int(ranked[0]), int(ranked[1]) if len(ranked) > 1 else -1, gap, kind, near)


def _longest_border(work: _Work, piece: Any, near: NDArray[np.int64]) -> NDArray[np.int64]:
    """Blocks ``near``, the one with the longest border along ``piece`` first."""
    along = shapely.length(shapely.intersection(shapely.boundary(piece), shapely.buffer(work.shapes[near], NOISE_M)))
    ranked: NDArray[np.int64] = near[np.lexsort((work.order[near], -np.round(along, 2)))]
    return ranked


def _without_open_gaps(work: _Work, ground: Ground) -> None:
    """Narrow gaps between two blocks that touch nowhere, to the one with the longer border along them; not the narrow end of an enclosed gap that is too large."""
    kept = shapely.STRtree(enclosed_gaps(ground))
    for a, b in parted_neighbours(ground, work.width_m):
        both = shapely.union(work.shapes[a], work.shapes[b])
        half = work.width_m / 2
        closed = shapely.buffer(shapely.buffer(both, half, join_style="mitre", mitre_limit=2.0), -half, join_style="mitre", mitre_limit=2.0)
        near = np.sort(ground.tree.query(both, predicate="dwithin", distance=3 * work.width_m)).astype(np.int64)
        pieces = polygons_of(shapely.difference(closed, shapely.union_all(work.shapes[near])))
        pieces = pieces[thick(pieces)]
        between = (shapely.distance(pieces, work.shapes[a]) <= NOISE_M) & (shapely.distance(pieces, work.shapes[b]) <= NOISE_M)
        pieces = pieces[between]
        pieces = np.delete(pieces, np.unique(kept.query(shapely.point_on_surface(pieces), predicate="intersects")[0]))
        for piece in pieces[_by_place(pieces)]:
            touching = near[shapely.distance(work.shapes[near], piece) <= NOISE_M]
            _close(work, piece, touching, "open_gap")


def _by_place(shapes: NDArray[Any]) -> NDArray[np.int64]:
    """From the largest to the smallest, else from west to east and south to north."""
    bounds = shapely.bounds(shapes).reshape(-1, 4)
    return np.lexsort((bounds[:, 1], bounds[:, 0], -np.round(shapely.area(shapes), 6))).astype(np.int64)


def _width_m(shape: Any) -> float:
    """The widest disc that fits in."""
    parts = polygons_of(shape)
    best = parts[int(np.argmax(2 * shapely.area(parts) / shapely.length(parts)))]
    return float(2 * shapely.length(shapely.maximum_inscribed_circle(best, tolerance=0.01)))


def _place(shape: Any) -> tuple[float, float]:
    """A point inside the largest polygon of a shape or of several."""
    parts = np.atleast_1d(np.asarray(shape, dtype=object)) if isinstance(shape, np.ndarray) else polygons_of(shape)
    inner = shapely.point_on_surface(parts[int(np.argmax(shapely.area(parts)))])
    return float(inner.x), float(inner.y)
