"""First labels: the largest share of the transport flow, stray pieces attached to the zones around them."""

from __future__ import annotations

import heapq

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from districting.model.zoning_problem import ZoningProblem
from districting.solvers.transport import TransportSolution
from districting.zoning.ground import Ground
from districting.zoning.kernels import distance


def flow_labels(problem: ZoningProblem, transport: TransportSolution) -> NDArray[np.int32]:
    """(n,) the school that takes most pupils of a block; the cheapest by distance and price for a block without pupils."""
    label = transport.candidates[:, 0].astype(np.int32).copy()
    order = np.lexsort((-np.asarray(transport.flow_school), transport.flow_pupils))
    label[transport.flow_block[order]] = transport.flow_school[order]
    return label


def grown_labels(problem: ZoningProblem, g: Ground, label: NDArray[np.int32], price_m: NDArray[np.float64]) -> NDArray[np.int32]:
    """Labels made whole: homes pinned, the piece of each zone that holds its school kept, everything else attached from the border inwards."""
    wanted, label = np.maximum(label, 0), label.copy()
    if problem.keep_home:
        label[problem.home_block] = np.arange(problem.school_count)
    if not problem.contiguous:
        return np.maximum(label, 0)
    _drop_strays(problem, g, label)
    _attach(g, label, price_m)
    return _parts_settled(g, label, wanted)


def _parts_settled(g: Ground, label: NDArray[np.int32], wanted: NDArray[np.int32]) -> NDArray[np.int32]:
    """A part of the block graph that no zone reaches gets the nearest zone that is still empty; where none is, its blocks keep the zones ``wanted``, in pieces."""
    lost = np.flatnonzero(label < 0)
    if not len(lost):
        return label
    n = len(label)
    graph = sp.csr_array((np.ones(len(g.neighbour), dtype=np.int8), g.neighbour, g.start), shape=(n, n))
    part = connected_components(graph, directed=False)[1]
    for one in np.unique(part[lost]).tolist():
        blocks = np.flatnonzero(part == one)
        empty = np.setdiff1d(np.arange(len(g.seats)), label)
        way = [sum(g.weight[i] * distance(g, i, j) for i in blocks) for j in empty]
        label[blocks] = empty[int(np.argmin(way))] if len(empty) else wanted[blocks]
    return label


def _drop_strays(problem: ZoningProblem, g: Ground, label: NDArray[np.int32]) -> None:
    """Set to -1 every block outside the piece that holds the school, or outside the piece with most pupils where homes are free."""
    n = len(label)
    a = np.repeat(np.arange(n), np.diff(g.start))
    inside = (label[a] == label[g.neighbour]) & (label[a] >= 0)
    graph = sp.coo_array((np.ones(inside.sum(), dtype=np.int8), (a[inside], g.neighbour[inside])), shape=(n, n))
    count, piece = connected_components(graph, directed=False)
    kept = np.zeros(count, dtype=bool)
    if problem.keep_home:
        kept[piece[problem.home_block]] = True
    else:
        mass = np.bincount(piece, g.weight, count)
        owner = np.full(count, -1)
        owner[piece] = label
        order = np.lexsort((mass, owner))
        last = np.append(owner[order][1:] != owner[order][:-1], True)
        kept[order[last]] = True
    label[~kept[piece]] = -1


def _attach(g: Ground, label: NDArray[np.int32], price_m: NDArray[np.float64]) -> None:
    """Give each block without a school that of a neighbour, the least detour first."""
    heap: list[tuple[float, int, int]] = []
    least = np.full(len(label), np.nan)

    def offer(i: int) -> None:
        if np.isnan(least[i]):
            known = [c for c in g.candidates[i] if c >= 0]
            least[i] = min((distance(g, i, c) + price_m[c] for c in known), default=0.0)
        for v in g.neighbour[g.start[i] : g.start[i + 1]]:
            if label[v] >= 0:
                heapq.heappush(heap, (distance(g, i, label[v]) + price_m[label[v]] - least[i], i, int(label[v])))

    for i in np.flatnonzero(label < 0):
        offer(int(i))
    while heap:
        _, block, zone = heapq.heappop(heap)
        if label[block] >= 0:
            continue
        label[block] = zone
        for v in g.neighbour[g.start[block] : g.start[block + 1]]:
            if label[int(v)] < 0:
                offer(int(v))
