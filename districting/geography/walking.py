"""Walking metres along the streets from blocks to schools: Dijkstra that stops where nobody asks further, never more of the table than is used."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import ArrayLike, NDArray
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from districting.geography.nearest_sources import nearest_sources
from districting.geography.street_access import Access, Barriers, street_access
from districting.geography.street_network import StreetNetwork

NEAR_SCHOOLS = 40
"""Schools of each block whose way is found where the whole table is too much."""
LARGEST_TABLE = 10_000_000
LARGEST_WORK = 100_000_000
"""Largest table of blocks x schools, and schools x points of the network, for which every way is found."""
_BATCH = 16


@dataclass(frozen=True, eq=False)
class Walking:
    """Ways from n blocks to k schools over ``network``, in which the schools' feet are points.

    ``xy`` (n, 2), ``school_xy`` (k, 2) metres; ``access`` of the blocks; ``school_leg_m`` (k,), ``inf`` = no street reached; ``foot`` (k,) point of each school;
    ``idle_parts`` parts of the streets that no school stands on, so that no block goes by them.
    """

    network: StreetNetwork
    barriers: Barriers
    xy: NDArray[np.float64]
    school_xy: NDArray[np.float64]
    access: Access
    school_leg_m: NDArray[np.float64]
    foot: NDArray[np.int64]
    idle_parts: int = 0

    def pairs_m(self, block: ArrayLike, school: ArrayLike) -> NDArray[np.float64]:
        """(p,) metres from each block to the school beside it; ``inf`` where no way leads there."""
        blocks, schools = np.asarray(block, dtype=np.int64), np.asarray(school, dtype=np.int64)
        out = np.full(len(blocks), np.inf)
        if not len(blocks):
            return out
        longest = 2 * float(np.hypot(*(self.xy[blocks] - self.school_xy[schools]).T).max()) + 1.0
        for limit in (longest, np.inf):
            # a way found within the limit is the shortest; what is longer is found without one
            open_ = np.flatnonzero(out > longest)
            for s, far in self._rows(np.unique(schools[open_]), limit):
                mine = open_[schools[open_] == s]
                out[mine] = self._metres(s, blocks[mine], far)
        return out

    def table_m(self) -> NDArray[np.float64]:
        """(n, k) metres, ``inf`` where no way leads there. For small tables; else :meth:`near_m`."""
        table = np.full((len(self.xy), len(self.school_xy)), np.inf)
        every = np.arange(len(self.xy))
        for s, far in self._rows(np.arange(len(self.school_xy)), np.inf):
            table[:, s] = self._metres(s, every, far)
        return table

    def near_m(self, count: int = NEAR_SCHOOLS) -> Any:
        """(n, k) CSR matrix: the ``count`` nearest schools of every block, fewer where fewer can be reached; of equal ones the first.

        Along a street a block's nearest schools are among the nearest of the two ends of its piece, so one search over the points finds them for all blocks.
        """
        n, k = len(self.xy), len(self.school_xy)
        graph = self.network.matrix()
        source, far = nearest_sources(graph.indptr.astype(np.int32), graph.indices.astype(np.int32), graph.data, self.foot, self.school_leg_m, min(count, k))
        arcs = [self._direct()]
        on = np.flatnonzero(self.access.piece >= 0)
        a, b = self.network.ends[self.access.piece[on]].T
        length = np.hypot(*(self.network.xy[a] - self.network.xy[b]).T)
        for end, along in ((a, self.access.share[on] * length), (b, (1 - self.access.share[on]) * length)):
            metres = far[end] + (along + self.access.leg_m[on])[:, None]
            row, rank = np.nonzero(source[end] >= 0)
            arcs.append(np.stack([on[row].astype(np.float64), source[end][row, rank].astype(np.float64), metres[row, rank]]))
        block, school, metres = np.concatenate(arcs, axis=1)
        block, school = block.astype(np.int64), school.astype(np.int64)
        metres = np.maximum(metres, np.hypot(*(self.xy[block] - self.school_xy[school]).T))
        order = np.lexsort((metres, school, block))
        order = order[np.append(True, (np.diff(block[order]) != 0) | (np.diff(school[order]) != 0))[: len(order)]]
        order = order[np.lexsort((school[order], metres[order], block[order]))]
        rank = np.arange(len(order)) - np.searchsorted(block[order], block[order])
        kept = order[rank < count]
        kept = kept[np.lexsort((school[kept], block[kept]))]
        start = np.concatenate([[0], np.cumsum(np.bincount(block[kept], minlength=n))])
        return sp.csr_array((metres[kept], school[kept], start), shape=(n, k))

    def small(self) -> bool:
        """Whether the whole table is no larger than what is found at once."""
        k = len(self.school_xy)
        return len(self.xy) * k <= LARGEST_TABLE and k * len(self.network.xy) <= LARGEST_WORK

    def _rows(self, schools: NDArray[np.int64], limit: float) -> Iterator[tuple[int, NDArray[np.float64]]]:
        """(N,) metres along the streets from each school's foot, ``inf`` beyond the limit."""
        graph = self.network.matrix()
        for first in range(0, len(schools), _BATCH):
            some = schools[first : first + _BATCH]
            walked = some[self.foot[some] >= 0]
            far = dict(zip(walked.tolist(), dijkstra(graph, indices=self.foot[walked], limit=limit), strict=True)) if len(walked) else {}
            for s in some.tolist():
                yield s, far.get(s, np.full(len(self.network.xy), np.inf))

    def _metres(self, school: int, blocks: NDArray[np.int64], far: NDArray[np.float64]) -> NDArray[np.float64]:
        """The way over the streets, or straight to the school where that is no longer than the legs to the street and no barrier lies between."""
        piece, share = self.access.piece[blocks], self.access.share[blocks]
        straight = np.hypot(*(self.xy[blocks] - self.school_xy[school]).T)
        out = np.full(len(blocks), np.inf)
        on = piece >= 0
        if on.any():
            a, b = self.network.ends[piece[on]].T
            length = np.hypot(*(self.network.xy[a] - self.network.xy[b]).T)
            along = np.minimum(far[a] + share[on] * length, far[b] + (1 - share[on]) * length)
            out[on] = self.access.leg_m[blocks][on] + along + self.school_leg_m[school]
        direct = np.flatnonzero(straight <= self.access.leg_m[blocks] + self.school_leg_m[school])
        free = direct[~self.barriers.between(self.xy[blocks[direct]], np.tile(self.school_xy[school], (len(direct), 1)))]
        out[free] = straight[free]
        return np.maximum(out, straight)

    def _direct(self) -> NDArray[np.float64]:
        """(3, arcs) block, school, metres where the straight line is no longer than the two legs and no barrier lies between."""
        tree, parts = cKDTree(self.xy), []
        leg = np.where(np.isfinite(self.access.leg_m), self.access.leg_m, 0.0)
        lost = np.flatnonzero(~np.isfinite(self.access.leg_m))
        longest = float(leg.max(initial=0.0))
        for s, place in enumerate(self.school_xy):
            own = self.school_leg_m[s]
            near = np.asarray(tree.query_ball_point(place, own + longest), dtype=np.int64) if np.isfinite(own) else np.arange(len(self.xy))
            near = np.union1d(near, lost)
            straight = np.hypot(*(self.xy[near] - place).T)
            inside = straight <= self.access.leg_m[near] + own
            near, straight = near[inside], straight[inside]
            parts.append(np.stack([near.astype(np.float64), np.full(len(near), float(s)), straight]))
        arcs = np.concatenate(parts, axis=1) if parts else np.empty((3, 0))
        pair = arcs[:2].astype(np.int64)
        return arcs[:, ~self.barriers.between(self.xy[pair[0]], self.school_xy[pair[1]])]


def walking(network: StreetNetwork, xy: ArrayLike, school_xy: ArrayLike, barriers: Any = ()) -> Walking:
    """Ways on foot from every block to every school.

    A way is a straight leg from the block to the nearest street that leads to a school, the shortest way along the streets, and a straight leg to the school.
    No leg crosses a barrier; streets do, on their bridges. Where the school is nearer than the two legs together, the way is the straight line to it.

    Parameters
    ----------
    network : of :func:`districting.geography.street_network.street_network`
    xy, school_xy : (n, 2), (k, 2) metres
    barriers : lines or areas that cannot be crossed

    Examples
    --------
    >>> import shapely
    >>> from districting.geography.street_network import street_network
    >>> banks = [shapely.LineString([(0, 0), (0, -200), (100, -200), (100, 0)])]
    >>> walking(street_network(banks), [[0, 0]], [[100, 0]]).table_m().tolist()
    [[500.0]]
    """
    blocks, schools = np.asarray(xy, dtype=np.float64).reshape(-1, 2), np.asarray(school_xy, dtype=np.float64).reshape(-1, 2)
    closed = barriers if isinstance(barriers, Barriers) else Barriers(barriers)
    legs = street_access(network, schools, closed)
    on = np.flatnonzero(legs.piece >= 0)
    foot = np.full(len(schools), -1, dtype=np.int64)
    network, foot[on] = network.with_points(legs.piece[on], legs.share[on])
    led = np.isin(np.arange(network.parts), network.part[foot[on]])
    idle = int((~led).sum())
    if idle:
        network = dataclasses.replace(network, ends=network.ends[led[network.part[network.ends[:, 0]]]])
    return Walking(network, closed, blocks, schools, street_access(network, blocks, closed), legs.leg_m, foot, idle)
