"""Where blocks do not fit together: ground that two cover, enclosed ground that none covers, blocks that run side by side without touching.

Only edges that a single block draws can be at fault, so a clean coverage costs one sort of its edges and a look at its rim.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from districting.geography.contact import facing_contacts
from districting.geography.holes import NOISE_M, free_ground, thick
from districting.geography.matching import Matches, match_edges
from districting.geography.rings import RingEdges, ring_edges

_LEAST_CONTACT_M: Final = 3.0
"""Blocks that face each other over less are no neighbours, and nothing between them is a gap."""
_MOST_CELLS: Final = 2e9
"""Most steps of the grid from side to side: two of them make one 64-bit number."""


@dataclass(frozen=True, eq=False)
class Ground:
    """Valid blocks with what is needed to look for faults. ``shapes`` (n,); ``rim`` shapely lines of the edges that one block alone draws."""

    shapes: NDArray[Any]
    edges: RingEdges
    matches: Matches
    tree: Any
    rim: NDArray[Any]

    @cached_property
    def gaps(self) -> NDArray[Any]:
        """Polygons of ground that blocks enclose and none covers."""
        return free_ground(self.tree, self.rim, np.unique(self.edges.block[self.matches.alone]))


def ground_of(shapes: NDArray[Any]) -> Ground:
    """``shapes`` (n,) valid polygons or multipolygons in metres."""
    edges = ring_edges(shapes)
    span = float(np.ptp(edges.start, axis=0).max()) if len(edges.block) else 0.0
    matches = match_edges(edges, max(NOISE_M, span / _MOST_CELLS))
    return Ground(shapes, edges, matches, shapely.STRtree(shapes), edges.take(np.flatnonzero(matches.alone)).lines())


def overlapping(ground: Ground) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """Pairs of blocks that cover the same ground, (p, 2), smaller first, sorted, and that ground, (p,) polygons or multipolygons.

    Examples
    --------
    >>> pairs, shared = overlapping(ground_of(np.array([shapely.box(0, 0, 10, 10), shapely.box(9, 0, 20, 10), shapely.box(20, 0, 30, 10)])))
    >>> pairs.tolist(), shapely.area(shared).tolist()
    ([[0, 1]], [10.0])
    """
    pairs, shared = _shared(ground, _suspects(ground))
    looked_at: NDArray[np.int64] = np.empty(0, dtype=np.int64)
    # A block that lies wholly inside others shares no edge with them: all that meets a block at fault is looked at, until nothing new is found.
    while len(fresh := np.setdiff1d(pairs.ravel(), looked_at)):
        looked_at = np.union1d(looked_at, fresh)
        at, block = ground.tree.query(ground.shapes[fresh], predicate="intersects")
        more, ground_too = _shared(ground, _without(_pairs(fresh[at], block), pairs))
        pairs, shared = np.concatenate([pairs, more]), np.concatenate([shared, ground_too])
    order = np.lexsort(pairs.T[::-1])
    return pairs[order], shared[order]


def _suspects(ground: Ground) -> NDArray[np.int64]:
    """Pairs that may overlap: an edge that one block alone draws meets the other, or both draw an edge from the same side."""
    rows = np.flatnonzero(ground.matches.alone)
    at, block = ground.tree.query(ground.rim, predicate="intersects") if len(rows) else (np.empty(0, dtype=np.int64),) * 2
    same = ground.matches.same_way
    own, other = ground.edges.block[ground.matches.first[same]], ground.edges.block[ground.matches.second[same]]
    return _pairs(np.concatenate([ground.edges.block[rows[at]], own]), np.concatenate([block, other]))


def _pairs(a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.int64]:
    """Each pair of two different blocks once, smaller first, sorted."""
    both = np.column_stack([np.minimum(a, b), np.maximum(a, b)])[a != b]
    return np.unique(both, axis=0).astype(np.int64).reshape(-1, 2)


def _without(pairs: NDArray[np.int64], known: NDArray[np.int64]) -> NDArray[np.int64]:
    have = set(map(tuple, known.tolist()))
    return np.array([p for p in pairs.tolist() if tuple(p) not in have], dtype=np.int64).reshape(-1, 2)


def _shared(ground: Ground, pairs: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """Those of ``pairs`` that share ground, and that ground."""
    met = shapely.intersection(ground.shapes[pairs[:, 0]], ground.shapes[pairs[:, 1]])
    rows = np.flatnonzero(shapely.area(met) > 0)
    found = [(i, kept) for i in rows if (kept := thick_part(met[i])) is not None]
    shared = np.empty(len(found), dtype=object)
    shared[:] = [kept for _, kept in found]
    return pairs[[i for i, _ in found]].reshape(-1, 2), shared


def polygons_of(shape: Any) -> NDArray[Any]:
    """The polygons a shape is made of."""
    parts = shapely.get_parts(shapely.get_parts([shape]))
    polygons: NDArray[Any] = parts[(shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & ~shapely.is_empty(parts)]
    return polygons


def thick_part(shape: Any) -> Any:
    """The polygons of a shape that are more than rounding, as one polygon or multipolygon; None where there are none."""
    parts = polygons_of(shape)
    parts = parts[thick(parts)]
    return None if not len(parts) else parts[0] if len(parts) == 1 else shapely.multipolygons(parts)


def enclosed_gaps(ground: Ground) -> NDArray[Any]:
    """Polygons of ground that blocks enclose and none covers."""
    return ground.gaps


def parted_neighbours(ground: Ground, width_m: float) -> NDArray[np.int64]:
    """Pairs of blocks that run side by side at most ``width_m`` apart and touch nowhere, (p, 2), smaller first, sorted.

    Examples
    --------
    >>> parted_neighbours(ground_of(np.array([shapely.box(0, 0, 10, 10), shapely.box(10.5, 0, 20, 10), shapely.box(25, 0, 30, 10)])), 1.0).tolist()
    [[0, 1]]
    """
    edges, matches = ground.edges, ground.matches
    beyond = np.full(len(edges.block), -1, dtype=np.int64)
    beyond[matches.first] = edges.block[matches.second]
    beyond[matches.second] = edges.block[matches.first]
    facing, length_m = facing_contacts(edges, matches.alone, ground.tree, width_m, beyond, ground.rim)
    long = length_m > max(_LEAST_CONTACT_M, 3 * width_m)
    pairs = _pairs(facing[long, 0], facing[long, 1])
    apart: NDArray[np.bool_] = shapely.distance(ground.shapes[pairs[:, 0]], ground.shapes[pairs[:, 1]]) > NOISE_M
    return pairs[apart]
