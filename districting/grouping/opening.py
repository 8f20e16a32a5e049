"""The proof of an area by its centres: which of them are open is branched on, best bound first; once that is settled, little else is left to decide."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from districting.grouping.programme import Programme
from districting.solvers.milp import MilpResult, Row

_BROKEN, _GAIN = 0.005, 1e-6
"""By how much a relaxation must break a separator for it to be added, and how much it must gain by the last ones to look for more."""
_WHOLE = 1e-6
"""How far from 0 or 1 an opening may be and still count as settled by the relaxation."""


@dataclass(frozen=True, eq=False)
class Known:
    """The best labels found so far (None = none), their cost, and the least that any labels can cost; costs as the area has them."""

    label: NDArray[np.int64] | None
    upper: float
    bound: float


Cuts = Callable[[NDArray[np.int64]], list[Row]]
"""Labels -> cuts that they break."""
Mend = Callable[[NDArray[np.int64]], NDArray[np.int64] | None]
"""Labels in pieces -> whole labels made from them (None = none)."""


@dataclass(frozen=True, eq=False)
class Ask:
    """What the search asks of the area: ``cuts`` that labels break, and labels that are ``mended``."""

    cuts: Cuts
    mended: Mend


def branch_on_openings(programme: Programme, known: Known, ask: Ask, *, deadline: float, tolerance: float) -> Known:
    """Search until every set of open centres is settled or ``deadline``. ``tolerance``: relative gap that counts as closed.

    A node fixes some centres open and some shut; its bound is the linear relaxation with all cuts found so far. A node with every centre fixed is solved whole, its
    cuts holding everywhere. The bound returned is the least of all nodes that are left.
    """
    area, scale = programme.area, programme.scale
    opened = programme.openings
    roots = area.root[opened] * programme.c + opened
    free = np.zeros(len(roots)), np.ones(len(roots))
    best, upper = known.label, known.upper
    nodes: list[tuple[float, int, NDArray[np.float64], NDArray[np.float64]]] = [(known.bound / scale, 0, *free)]
    made = 0

    def closed(bound: float) -> bool:
        return bound * scale >= upper - tolerance * upper

    while nodes and not closed(nodes[0][0]):
        bound, _, low, high = heapq.heappop(nodes)
        programme.open_within(low, high)
        relaxed = tightened(programme, deadline=deadline)
        bound = max(bound, relaxed.bound)
        if relaxed.x is None or closed(bound):
            if relaxed.status == "unknown":
                made += 1
                heapq.heappush(nodes, (bound, made, low, high))
                break
            continue
        if (low < high).any():
            for fixed in _children(relaxed.x[roots], low, high):
                made += 1
                heapq.heappush(nodes, (bound, made, *fixed))
        else:
            leaf, best, upper = _settled(programme, bound, best, upper, ask, deadline=deadline, tolerance=tolerance)
            if leaf is not None:
                made += 1
                heapq.heappush(nodes, (leaf, made, low, high))
        if perf_counter() > deadline:
            break
    programme.open_within(*free)
    left = nodes[0][0] * scale if nodes else np.inf
    return Known(best, upper, max(known.bound, min(left, upper)))


def tightened(programme: Programme, *, deadline: float) -> MilpResult:
    """The relaxation with all separators that it breaks, until it breaks none by much or gains nothing by them."""
    last = -np.inf
    while True:
        relaxed = programme.relaxed(time_limit_s=deadline - perf_counter())
        if relaxed.x is None or relaxed.bound < last + _GAIN * abs(last) or perf_counter() > deadline:
            return relaxed
        broken = programme.broken_separators(relaxed.x, by=_BROKEN)
        if not broken:
            return relaxed
        last = relaxed.bound
        programme.add(broken)


def _children(opened: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64]) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """The node with its least settled centre shut, and open."""
    unsure = np.where(low < high, np.minimum(opened, 1.0 - opened), -1.0)
    centre = int(np.argmax(unsure)) if unsure.max() > _WHOLE else int(np.argmax(low < high))
    shut, open_ = high.copy(), low.copy()
    shut[centre], open_[centre] = 0.0, 1.0
    return [(low, shut), (open_, high)]


def _settled(
    programme: Programme, bound: float, best: NDArray[np.int64] | None, upper: float, ask: Ask, *, deadline: float, tolerance: float
) -> tuple[float | None, NDArray[np.int64] | None, float]:
    """A node with every centre fixed, solved with cuts until it is whole or dearer than the best; its bound where the time did not suffice, else None."""
    area, scale = programme.area, programme.scale
    while perf_counter() < deadline:
        result = programme.solve(time_limit_s=deadline - perf_counter(), gap=tolerance / 2)
        if result.status == "infeasible":
            return None, best, upper
        bound = max(bound, result.bound)
        label = programme.label_of(result)
        if label is None:
            return bound, best, upper
        cuts = ask.cuts(label)
        whole = ask.mended(label) if cuts else label
        if whole is not None and area.objective(whole) < upper:
            best, upper = whole, area.objective(whole)
        if bound * scale >= upper - tolerance * upper:
            return None, best, upper
        if not cuts:
            return (None if result.status == "optimal" else bound), best, upper
        programme.add(cuts)
    return bound, best, upper
