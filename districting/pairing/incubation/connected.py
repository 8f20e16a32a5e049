"""Connected areas, centres given: an answer by growing and exchanging, and where few arcs are left the best one, by cuts."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from districting.pairing.incubation.case import Case
from districting.pairing.incubation.exchange import exchanged
from districting.pairing.incubation.transport import Carried, carry
from districting.solvers.milp import Milp, Row

CUT_ARCS = 2500
"""Up to so many arcs that may be in a better plan, the best one is proven."""
CUT_ROUNDS = 200
CUT_S = 10.0
EXCHANGE_S = 8.0
"""Clock of the exchanges for one set of centres."""


def carry_connected(case: Case, chosen: NDArray[np.int64], upper: float, *, deadline: float) -> Carried:
    """The best plan found with just these centres in which every area is connected, and a bound of all of them."""
    loose = carry(case, chosen, upper, deadline=deadline)
    if loose.label is None:
        return loose
    if all(len(piece) == 0 for piece in _cut_off(case, loose.label, chosen)):
        return loose
    grown = _grown(case, chosen, loose)
    found = None
    if grown is not None:
        label = exchanged(case, grown, chosen, min(deadline, perf_counter() + EXCHANGE_S))
        found = label if case.fits(label, chosen) else None
    best = upper if found is None else min(upper, case.total(found))
    bound, exact = _by_cuts(case, chosen, loose, best, min(deadline, perf_counter() + CUT_S))
    return Carried(found if exact is None else exact, max(loose.bound, bound), loose.rent)


def _cut_off(case: Case, label: NDArray[np.int64], chosen: NDArray[np.int64]) -> list[list[int]]:
    """Of every centre, the schools of its area that no way inside the area leads to."""
    return [sorted(set(np.flatnonzero(label == j).tolist()) - _reached(case, label == j, int(case.centre[j]))) for j in chosen.tolist()]


def _reached(case: Case, inside: NDArray[np.bool_], start: int) -> set[int]:
    assert case.beside is not None
    found, stack = {start}, [start]
    while stack:
        for v in case.beside[stack.pop()].tolist():
            if inside[v] and v not in found:
                found.add(v)
                stack.append(v)
    return found


def _grown(case: Case, chosen: NDArray[np.int64], loose: Carried) -> NDArray[np.int64] | None:
    """What hangs together with its centre stays; every other school goes to an area beside it, the one that costs least more first. None where that cannot be."""
    assert case.beside is not None
    assert loose.label is not None
    label = np.full(case.n, -1, dtype=np.int64)
    for j in chosen.tolist():
        label[list(_reached(case, loose.label == j, int(case.centre[j])))] = j
    priced = case.cost[chosen] + loose.rent[:, None] * case.size[None, :]
    row = {j: r for r, j in enumerate(chosen.tolist())}
    least = priced.min(axis=0)
    heap: list[tuple[float, int, int]] = []

    def offer(i: int) -> None:
        assert case.beside is not None
        for v in case.beside[i].tolist():
            extra = priced[row[int(label[i])], v] - least[v]
            if label[v] < 0 and np.isfinite(extra):
                heapq.heappush(heap, (float(extra), v, int(label[i])))

    for i in np.flatnonzero(label >= 0).tolist():
        offer(i)
    while heap:
        _, i, j = heapq.heappop(heap)
        if label[i] < 0:
            label[i] = j
            offer(i)
    return None if (label < 0).any() else label


def _by_cuts(case: Case, chosen: NDArray[np.int64], loose: Carried, upper: float, deadline: float) -> tuple[float, NDArray[np.int64] | None]:
    """The bound, and a plan better than ``upper`` where there is one; -inf where too many arcs are left."""
    cost = case.cost[chosen]
    value = cost + loose.rent[:, None] * case.size[None, :]
    value[:, case.centre[chosen]] = np.inf
    value[np.arange(len(chosen)), case.centre[chosen]] = 0.0
    least = value.min(axis=0)
    room = upper - loose.bound if np.isfinite(upper) else np.inf
    with np.errstate(invalid="ignore"):
        at, of = np.nonzero(np.isfinite(value) & ~(value - least[None, :] > room + 1e-9 * max(1.0, abs(loose.bound))))
    if len(at) > CUT_ARCS + case.n:
        return -np.inf, None
    column = np.full(cost.shape, -1, dtype=np.int64)
    column[at, of] = np.arange(len(at))
    model = _model(case, cost, column)
    bound = -np.inf
    for _ in range(CUT_ROUNDS):
        left = deadline - perf_counter()
        if left <= 0:
            return bound, None
        found = model.solve(time_limit_s=left, gap=1e-9)
        bound = max(bound, found.bound)
        if found.x is None:
            return (upper if found.status == "infeasible" else bound), None
        label = np.empty(case.n, dtype=np.int64)
        on = found.x > 0.5
        label[of[on]] = chosen[at[on]]
        if found.status != "optimal":
            return bound, None
        cuts = list(_cuts(case, label, chosen, column))
        if not cuts:
            return min(bound, case.total(label)), label if case.total(label) < upper else None
        model.add_rows(cuts)
    return bound, None


def _model(case: Case, cost: NDArray[np.float64], column: NDArray[np.int64]) -> Milp:
    used = column >= 0
    count = int(used.sum())
    flat = np.empty(count)
    flat[column[used]] = cost[used]
    model = Milp(flat, np.zeros(count), np.ones(count), np.ones(count, dtype=np.bool_))
    rows: list[Row] = [(column[used[:, i], i], np.ones(int(used[:, i].sum())), 1.0, 1.0) for i in range(case.n)]
    rows += [(column[r, used[r]], case.size[used[r]], case.low, case.high) for r in range(len(cost))]
    model.add_rows(rows)
    return model


def _cuts(case: Case, label: NDArray[np.int64], chosen: NDArray[np.int64], column: NDArray[np.int64]) -> Iterable[Row]:
    """A piece without its centre: whoever of it goes to the centre does so through a neighbour of the piece."""
    assert case.beside is not None
    for row, (j, away) in enumerate(zip(chosen.tolist(), _cut_off(case, label, chosen), strict=True)):
        left = set(away)
        inside = label == j
        while left:
            piece = _reached(case, inside, min(left))
            left -= piece
            rim = {v for i in piece for v in case.beside[i].tolist()} - piece
            ways = np.array(sorted(int(column[row, v]) for v in rim if column[row, v] >= 0), dtype=np.int64)
            for i in sorted(piece):
                yield np.append(ways, column[row, i]), np.append(np.ones(len(ways)), -1.0), 0.0, np.inf
