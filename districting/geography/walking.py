"""Walking metres along the streets from blocks to schools: bounded Dijkstra from every school, never more of the table than is used."""

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

from districting.geography.street_access import Access, Barriers, street_access
from districting.geography.street_network import StreetNetwork

NEAR_SCHOOLS = 40
"""Schools of each block whose way is found where the whole table is too much."""
LARGEST_TABLE = 10_000_000
LARGEST_WORK = 100_000_000
"""Largest table of blocks x schools, and schools x points of the network, for which every way is found."""
_BATCH = 16
_WIDER = 1.7


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
        """(n, k) CSR matrix: the ``count`` nearest schools of every block, fewer where fewer can be reached.

        Every school is searched from within a radius that holds enough schools for most blocks; it grows, for the blocks that still have too few.
        """
        n, k = len(self.xy), len(self.school_xy)
        limit = self._first_radius(count)
        wanted, least = self._wanted(count)
        kept: list[NDArray[np.float64]] = []
        waiting = np.arange(n)
        while len(waiting):
            arcs = self._within(waiting, limit)
            order = np.lexsort((arcs[1], arcs[2], arcs[0]))
            arcs = arcs[:, order]
            block, school = arcs[0].astype(np.int64), arcs[1].astype(np.int64)
            rank = np.arange(len(block)) - np.searchsorted(block, block)
            enough = (np.bincount(block[self._joined(block, school)], minlength=n) >= wanted) & (least <= limit)
            kept.append(arcs[:, enough[block] & (rank < count)])
            waiting = waiting[~enough[waiting]]
            limit *= _WIDER
        found = np.concatenate(kept, axis=1)
        order = np.lexsort((found[1], found[0]))
        block, school, metres = found[0][order].astype(np.int64), found[1][order].astype(np.int64), found[2][order]
        return sp.csr_array((metres, school, np.concatenate([[0], np.cumsum(np.bincount(block, minlength=n))])), shape=(n, k))

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

    def _within(self, blocks: NDArray[np.int64], limit: float) -> NDArray[np.float64]:
        """(3, arcs) block, school, metres of the given blocks, every arc up to ``limit`` metres: no way is shorter than the straight line."""
        near = cKDTree(self.xy[blocks]).query_ball_point(self.school_xy, limit)
        asked = np.flatnonzero([len(rows) > 0 for rows in near])
        parts = []
        for s, far in self._rows(asked, limit):
            rows = blocks[np.asarray(near[s], dtype=np.int64)]
            metres = self._metres(s, rows, far)
            inside = metres <= limit
            parts.append(np.stack([rows[inside].astype(np.float64), np.full(int(inside.sum()), float(s)), metres[inside]]))
        return np.concatenate(parts, axis=1) if parts else np.empty((3, 0))

    def _first_radius(self, count: int) -> float:
        away, _ = cKDTree(self.school_xy).query(self.xy, k=[min(count, len(self.school_xy))])
        return float(1.4 * np.quantile(away, 0.8)) + 1.0

    def _wanted(self, count: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """(n,) schools along the streets that each block is to have, and the least radius to search it with: one that lacks streets may have schools beside it."""
        schools = np.bincount(self._part_of_school[self._part_of_school >= 0], minlength=max(self.network.parts, 1))
        part = self._part_of_block
        there = np.where(part >= 0, schools[part], 0)
        wide = float(np.hypot(*np.ptp(np.concatenate([self.xy, self.school_xy]), axis=0)))
        longest = self.school_leg_m.max()
        return np.minimum(there, count), np.where(there < min(count, len(self.school_xy)), np.minimum(self.access.leg_m + longest, wide), 0.0)

    def _joined(self, block: NDArray[np.int64], school: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether block and school stand on one part of the streets."""
        return (self._part_of_block[block] == self._part_of_school[school]) & (self._part_of_block[block] >= 0)

    @property
    def _part_of_block(self) -> NDArray[np.int64]:
        part = np.full(len(self.xy), -1, dtype=np.int64)
        on = self.access.piece >= 0
        part[on] = self.network.part[self.network.ends[self.access.piece[on], 0]]
        return part

    @property
    def _part_of_school(self) -> NDArray[np.int64]:
        part = np.full(len(self.foot), -1, dtype=np.int64)
        part[self.foot >= 0] = self.network.part[self.foot[self.foot >= 0]]
        return part


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
