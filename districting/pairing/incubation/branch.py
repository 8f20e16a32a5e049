"""The search over sets of centres: a node forces some incubators in and others out, its bound comes from prices, and a full set of centres is solved as a transport problem."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from districting.pairing.incubation.case import Case
from districting.pairing.incubation.centres import good_centres
from districting.pairing.incubation.prices import Ascent, Priced, ascend
from districting.pairing.incubation.transport import Carried

ROOT_STEPS, NODE_STEPS = 800, 100
PROVED = 1e-7
"""Relative gap below which an answer counts as proven (the tolerance of the arithmetic)."""
FIRST, FIRST_SHARE = 12, 0.1
"""Sets of centres that are solved before prices are known, at most, and the share of the time for them."""
EXCHANGE_SHARE = 0.3
"""Share of the time for exchanging centres before branching."""

Leaf = Callable[[NDArray[np.int64], float], Carried]
"""A set of centres and the cost of the best plan known -> the best plan with just these centres and a bound of all of them."""


@dataclass(eq=False)
class Known:
    """The best plan so far; ``floor`` the least bound of a set of centres that was solved without proof; ``tried`` sets that were solved."""

    label: NDArray[np.int64] | None = None
    centres: NDArray[np.int64] | None = None
    upper: float = np.inf
    floor: float = np.inf
    tried: set[tuple[int, ...]] = field(default_factory=set)

    def enough(self, gap: float) -> float:
        """A bound from which on nothing needs to be looked at: while no plan is known the gap does not count."""
        return self.upper * (1 - (gap if self.label is not None else PROVED))


@dataclass(frozen=True, eq=False)
class Branched:
    """``label`` (n,) incubator of each school, None where there is no plan (``certain``) or none was found in time."""

    label: NDArray[np.int64] | None
    upper: float
    bound: float
    certain: bool


def branch(case: Case, leaf: Leaf, *, deadline: float, gap: float) -> Branched:
    """The best plan over all sets of centres, until the proof, the gap or the clock."""
    known, begin = Known(upper=_ceiling(case)), perf_counter()
    gap = max(gap, PROVED)
    start = _started(case, leaf, known, begin + FIRST_SHARE * (deadline - begin))
    price = np.sort(np.where(np.isfinite(case.cost[start]), case.cost[start], 0.0), axis=0)[min(1, len(start) - 1)]
    root = ascend(case, price, known.upper, deadline=deadline, steps=ROOT_STEPS, gap=gap if known.label is not None else 0.0)
    _try(case, leaf, known, root.best.chosen, root.best)
    _exchanged(case, leaf, known, root.best, begin + EXCHANGE_SHARE * (deadline - begin), gap)
    heap = [_Node(root.best.bound, 0, np.zeros(case.m, dtype=np.int8), root.best.price)]
    made = 1
    while heap and perf_counter() < deadline and heap[0].bound < known.enough(gap):
        for child in _split(case, leaf, known, heapq.heappop(heap), made, (deadline, gap)):
            heapq.heappush(heap, child)
            made += 1
    least = min([known.floor, *(node.bound for node in heap)], default=np.inf)
    if known.label is None:
        return Branched(None, np.inf, least, certain=least >= known.enough(0.0))
    return Branched(known.label, known.upper, min(least, known.upper), certain=False)


def _started(case: Case, leaf: Leaf, known: Known, until: float) -> NDArray[np.int64]:
    """Solve the first sets of centres, the cheapest ones until none can be better; of connected areas, where a set takes seconds, one."""
    sets = good_centres(case)
    for total, centres in sets[: 1 if case.beside is not None else FIRST]:
        if total >= known.upper or (known.tried and perf_counter() > until):
            break
        _try(case, leaf, known, centres)
    return sets[0][1]


@dataclass(frozen=True, eq=False)
class _Node:
    bound: float
    number: int
    state: NDArray[np.int8]
    price: NDArray[np.float64]

    def __lt__(self, other: _Node) -> bool:
        return (self.bound, self.number) < (other.bound, other.number)


def _split(case: Case, leaf: Leaf, known: Known, node: _Node, made: int, stop: tuple[float, float]) -> list[_Node]:
    """The children of a node: none where its set of centres is decided or no better plan is left."""
    deadline, gap = stop
    found = ascend(case, node.price, known.upper, deadline=deadline, steps=NODE_STEPS, state=node.state, gap=gap if known.label is not None else 0.0)
    bound = max(node.bound, found.best.bound)
    if bound >= known.enough(gap):
        known.floor = min(known.floor, bound)
        return []
    _try(case, leaf, known, found.best.chosen, found.best)
    state = _settled(case, node.state, found.best, known.upper)
    if (state > 0).sum() == case.areas or (state >= 0).sum() <= case.areas:
        if (state >= 0).sum() >= case.areas and (state > 0).sum() <= case.areas:
            full = np.flatnonzero(state > 0) if (state > 0).sum() == case.areas else np.flatnonzero(state >= 0)
            _try(case, leaf, known, full)
        return []
    at = _undecided(state, found)
    children: list[_Node] = []
    for side in (1, -1):
        child = state.copy()
        child[at] = side
        children.append(_Node(bound, made + len(children), child, found.best.price))
    return children


def _try(case: Case, leaf: Leaf, known: Known, centres: NDArray[np.int64], prices: Priced | None = None) -> bool:
    """Solve a set of centres once; whether it is the best so far."""
    key = tuple(centres.tolist())
    if key in known.tried or len(centres) < case.areas or (prices is not None and prices.of_set(centres) >= known.upper):
        return False
    known.tried.add(key)
    found = leaf(centres, known.upper)
    if found.bound < known.upper:
        known.floor = min(known.floor, found.bound)
    if found.label is None:
        return False
    cost = case.total(found.label)
    if known.label is not None and cost >= known.upper:
        return False
    known.label, known.centres, known.upper = found.label, centres, cost
    return True


def _exchanged(case: Case, leaf: Leaf, known: Known, prices: Priced, until: float, gap: float) -> None:
    """Exchange one centre while that is better; sets whose bound rules them out are not solved."""
    better = known.centres is not None
    while better and perf_counter() < until:
        better = False
        assert known.centres is not None
        here = known.centres
        inside, outside = here[:, None], np.setdiff1d(np.arange(case.m), here)[None, :]
        bound = prices.of_set(here) - prices.worth[inside] + prices.worth[outside]
        order = np.argsort(bound, axis=None, kind="stable")
        for out, into in zip(*np.unravel_index(order, bound.shape), strict=True):
            if bound[out, into] >= known.upper * (1 - gap) or perf_counter() > until:
                break
            if _try(case, leaf, known, np.sort(np.append(np.delete(here, out), outside[0, into])), prices):
                better = True
                break


def _settled(case: Case, state: NDArray[np.int8], at: Priced, upper: float) -> NDArray[np.int8]:
    """Incubators that every better plan has, or lacks, at these prices."""
    state = state.copy()
    chosen = np.zeros(case.m, dtype=bool)
    chosen[at.chosen] = True
    free_in, free_out = chosen & (state == 0), ~chosen & (state == 0)
    state[free_out & np.isinf(at.worth)] = -1
    free_out &= np.isfinite(at.worth)
    if free_in.any() and free_out.any() and np.isfinite(at.bound):
        worst, next_best = at.worth[free_in].max(), at.worth[free_out].min()
        never = free_out & (at.bound + at.worth - worst >= upper)
        always = free_in & (at.bound + next_best - at.worth >= upper)
        state[never], state[always] = -1, 1
    return state


def _undecided(state: NDArray[np.int8], found: Ascent) -> int:
    """The free incubator that the prices could least decide on."""
    free = np.flatnonzero(state == 0)
    return int(free[np.argmin(np.abs(found.often[free] - 0.5))])


def _ceiling(case: Case) -> float:
    """More than any plan costs."""
    return float(np.where(np.isfinite(case.cost), case.cost, 0.0).max(axis=0).sum()) * 1.01 + 1.0
