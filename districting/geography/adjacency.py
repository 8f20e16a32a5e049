"""Which blocks share a border, and over what length."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from districting.errors import DependencyError, Fault
from districting.geography.adjacency_notes import adjacency_notes
from districting.geography.contact import facing_contacts
from districting.geography.matching import Matches, distinct_pairs, match_edges
from districting.geography.rings import RingEdges, as_polygons, ring_edges
from districting.wording import text


@dataclass(frozen=True, eq=False)
class Adjacency:
    """Neighbouring blocks.

    edges : (m, 2) positions, smaller first, sorted
    shared_m : (m,) length of the shared border in metres
    exact : (m,) both blocks draw (part of) the border alike
    linked : (m,) the border is too short or missing and was added so that a sliver is no island, or by :func:`nearest_links`
    count : number of blocks
    notes : what was found that is not clean
    """

    edges: NDArray[np.int64]
    shared_m: NDArray[np.float64]
    exact: NDArray[np.bool_]
    linked: NDArray[np.bool_]
    count: int
    notes: tuple[Fault, ...] = ()

    @property
    def islands(self) -> NDArray[np.int64]:
        """Blocks without any neighbour."""
        return np.flatnonzero(np.bincount(self.edges.ravel(), minlength=self.count) == 0).astype(np.int64)

    def components(self) -> NDArray[np.int64]:
        """Component of every block, (n,)."""
        a, b = self.edges.T
        graph = coo_array((np.ones(len(a)), (a, b)), shape=(self.count, self.count))
        return connected_components(graph, directed=False)[1].astype(np.int64)

    def to_graph(self) -> Any:
        """The same as ``libpysal.graph.Graph``, weighted by shared length; islands are kept as isolates."""
        try:
            from libpysal.graph import Graph  # type: ignore[import-untyped]
        except ImportError as missing:
            raise DependencyError(text("geography.no_libpysal")) from missing
        a, b, alone = self.edges[:, 0], self.edges[:, 1], self.islands
        weight = np.concatenate([self.shared_m, self.shared_m, np.zeros(len(alone))])
        focal, neighbor = np.concatenate([a, b, alone]), np.concatenate([b, a, alone])
        order = np.lexsort((neighbor, focal))
        return Graph.from_arrays(focal[order], neighbor[order], weight[order])

    def to_W(self) -> Any:  # noqa: N802  (libpysal's own name)
        """The same as ``libpysal.weights.W``."""
        return self.to_graph().to_W()


def rook_adjacency(geometry: Any, *, tolerance_m: float = 1.0, min_shared_m: float = 3.0, ids: Sequence[Any] | NDArray[Any] | None = None) -> Adjacency:
    """Blocks whose borders run together within ``tolerance_m`` over more than ``min_shared_m``.

    Borders drawn alike are found by hashing edges on a 1 cm grid; only edges that no other block draws are then compared by distance, so a clean coverage
    costs one sort and a dirty one (gaps, overlaps, T-junctions) no more than its dirt.

    Parameters
    ----------
    geometry : (n,) polygons or multipolygons in a metre CRS: array, list or GeoSeries.
    tolerance_m : how far apart two drawings of one border may lie.
    min_shared_m : shared borders up to this length do not make neighbours; 0 keeps every shared border but no mere corner.
    ids : (n,) names of the blocks for the notes.

    Returns
    -------
    Adjacency
        A block that has no border longer than ``min_shared_m`` but touches others within the tolerance (a sliver) is linked to the one it touches longest, flagged
        in ``linked``; blocks that touch nothing stay islands. Both are in the notes.

    Raises
    ------
    DataError
        A geometry that is missing, empty or no polygon.

    Examples
    --------
    >>> squares = [shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 100), shapely.box(100.4, 100, 200, 200)]
    >>> found = rook_adjacency(squares)
    >>> found.edges.tolist(), found.shared_m.round(1).tolist(), found.exact.tolist()
    ([[0, 1], [1, 2]], [100.0, 99.6], [True, False])
    """
    shapes = as_polygons(geometry, ids)
    edges = ring_edges(shapes)
    matches = match_edges(edges)
    tree = shapely.STRtree(shapes)
    rim = edges.take(np.flatnonzero(matches.alone)).lines()
    pairs, alike_m, facing_m = _contacts(edges, matches, tree, tolerance_m, rim)
    shared_m = alike_m + np.where(facing_m > tolerance_m, facing_m, 0.0)
    border = shared_m > min_shared_m
    border |= _crooked(shapes, pairs, ~border & (facing_m > 0), tolerance_m, min_shared_m)
    kept, row = (pairs, np.arange(len(pairs))) if border.all() else (pairs.compress(border, axis=0), np.flatnonzero(border))
    lonely = np.ones(len(shapes), dtype=bool)
    lonely[kept.ravel()] = False
    total_m = alike_m + facing_m
    links = _sliver_links(shapes, tree, lonely, (pairs, total_m), tolerance_m)
    linked = np.zeros(len(kept), dtype=bool)
    if len(links):
        kept, linked = _with_slivers(kept, links)
        row = _row_of(pairs, kept, len(shapes))
        total_m, shared_m, alike_m = (np.append(x, 0.0) for x in (total_m, shared_m, alike_m))  # the last for links without contact, whose row is -1
    found = Adjacency(kept, np.where(linked, total_m[row], shared_m[row]), alike_m[row] > 0, linked, len(shapes))
    notes = adjacency_notes(shapes, edges, matches, tree, found, ids, rim)
    return Adjacency(found.edges, found.shared_m, found.exact, found.linked, found.count, notes)


def _crooked(shapes: NDArray[Any], pairs: NDArray[np.int64], rows: NDArray[np.bool_], tolerance_m: float, min_shared_m: float) -> NDArray[np.bool_]:
    """Of the pairs in doubt, those whose borders each run within the tolerance of the other's long enough, turns included.

    At a mere corner the two borders stay within the tolerance for about twice the tolerance; below that length the question has no meaning.
    """
    found = np.zeros(len(pairs), dtype=bool)
    if min_shared_m < 2 * tolerance_m:
        return found
    doubtful = np.flatnonzero(rows)
    a, b = shapes[pairs[doubtful, 0]], shapes[pairs[doubtful, 1]]
    reach = [shapely.length(shapely.intersection(shapely.boundary(x), shapely.buffer(y, tolerance_m))) for x, y in ((a, b), (b, a))]
    found[doubtful] = np.minimum(*reach) > min_shared_m
    return found


def _with_slivers(borders: NDArray[np.int64], links: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Neighbours and links in one sorted list, with a mark on the links."""
    both = np.concatenate([borders, links])
    order = np.lexsort(both.T[::-1])
    return both[order], (np.arange(len(both)) >= len(borders))[order]


def _row_of(pairs: NDArray[np.int64], wanted: NDArray[np.int64], n: int) -> NDArray[np.int64]:
    """Row in ``pairs`` (sorted) of each wanted pair, -1 where it is none of them."""
    key, want = pairs @ np.array([n, 1]), wanted @ np.array([n, 1])
    row = np.searchsorted(key, want)
    return np.where((row < len(key)) & (np.append(key, -1)[row] == want), row, -1)


def _contacts(
    edges: RingEdges, matches: Matches, tree: Any, tolerance_m: float, rim: NDArray[Any]
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Every pair in contact, smaller first, sorted: length drawn alike, and length drawn differently but within the tolerance."""
    length = np.hypot(*(edges.end - edges.start).T)
    one, two = edges.block[matches.first], edges.block[matches.second]
    alike_m = (length[matches.first] + length[matches.second]) / 2
    beyond = np.full(len(edges.block), -1, dtype=np.int64)
    beyond[matches.first] = two
    beyond[matches.second] = one
    facing, facing_m = facing_contacts(edges, matches.alone, tree, tolerance_m, beyond, rim)
    pairs, place = distinct_pairs(np.concatenate([one, facing[:, 0]]), np.concatenate([two, facing[:, 1]]), len(tree.geometries))
    alike_sum = np.bincount(place[: len(one)], alike_m, len(pairs)).astype(np.float64)
    upward = facing[:, 0] < facing[:, 1]
    of_facing = place[len(one) :]
    both = [np.bincount(of_facing[way], facing_m[way], len(pairs)) for way in (upward, ~upward)]
    return pairs, alike_sum, np.maximum(*both).astype(np.float64)


def _sliver_links(
    shapes: NDArray[Any], tree: Any, lonely: NDArray[np.bool_], contacts: tuple[NDArray[np.int64], NDArray[np.float64]], tolerance_m: float
) -> NDArray[np.int64]:
    """For each block without a border, the block it touches longest: by shared border, overlap, how much lies within the tolerance, nearness."""
    links = []
    pairs, length_m = contacts
    for i in np.flatnonzero(lonely):
        near = np.sort(tree.query(shapes[i], predicate="dwithin", distance=tolerance_m))
        near = near[near != i]
        if len(near) == 0:
            continue
        with_i = (pairs == i).any(axis=1)
        border = np.zeros(len(shapes))
        border[pairs[with_i].sum(axis=1) - i] = length_m[with_i]
        reach = shapely.length(shapely.intersection(shapely.boundary(shapes[i]), shapely.buffer(shapes[near], tolerance_m)))
        covered = shapely.area(shapely.intersection(shapely.make_valid(shapes[i]), shapely.make_valid(shapes[near])))
        apart = shapely.distance(shapely.centroid(shapes[i]), shapes[near])
        best = near[np.lexsort((near, apart, -np.round(reach, 2), -covered, -np.floor(border[near] / 0.1)))[0]]
        links.append((min(i, best), max(i, best)))
    return np.unique(np.array(links, dtype=np.int64).reshape(-1, 2), axis=0)


def nearest_links(geometry: Any, adjacency: Adjacency) -> Adjacency:
    """Bridges that join the components of a graph of blocks, each between the two blocks that lie nearest.

    Nobody's border is made up: the links have ``shared_m`` 0 and ``linked`` True, and come apart from the adjacency, for those who choose to add them.

    Examples
    --------
    >>> squares = [shapely.box(0, 0, 100, 100), shapely.box(150, 0, 200, 100)]
    >>> nearest_links(squares, rook_adjacency(squares)).edges.tolist()
    [[0, 1]]
    """
    shapes = as_polygons(geometry)
    component = adjacency.components()
    links: list[tuple[int, int]] = []
    while component.size and component.max() > 0:
        sizes = np.bincount(component)
        offers = [_nearest_outside(shapes, component == c) for c in range(len(sizes)) if c != int(sizes.argmax())]
        for _, a, b in sorted(offers):
            if component[a] != component[b]:
                links.append((min(a, b), max(a, b)))
                component[component == component[b]] = component[a]
        component = np.unique(component, return_inverse=True)[1]
    edges = np.array(sorted(links), dtype=np.int64).reshape(-1, 2)
    none = np.zeros(len(edges), dtype=bool)
    return Adjacency(edges, np.zeros(len(edges)), none, ~none, len(shapes))


def _nearest_outside(shapes: NDArray[Any], inside: NDArray[np.bool_]) -> tuple[float, int, int]:
    ours, others = np.flatnonzero(inside), np.flatnonzero(~inside)
    (a, b), gap = shapely.STRtree(shapes[others]).query_nearest(shapes[ours], return_distance=True)
    best = np.lexsort((others[b], ours[a], gap))[0]
    return float(gap[best]), int(ours[a[best]]), int(others[b[best]])
