"""Prices of seats: the bound they prove over every allowed arc, and the schools that look best at them."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from districting.model.zoning_problem import ZoningProblem
from districting.solvers.places import Places, places_of

TILE = 32
"""Blocks looked at together: neighbours share a short list of schools."""
SLIP = 1e-9
"""Rounding allowed for, so that a short list never misses a school (relative, and in metres)."""


@njit(cache=True, nogil=True)
def _keep_best(priced: float, j: int, far: float, row: int, value: NDArray[np.float64], school: NDArray[np.int32], metres: NDArray[np.float64]) -> None:
    """Insert school j into the sorted list of ``row``; equal values stand in the order of their schools."""
    c = len(value) - 1
    while c > 0 and (priced < value[c - 1] or (priced == value[c - 1] and j < school[row, c - 1])):
        value[c], school[row, c], metres[row, c] = value[c - 1], school[row, c - 1], metres[row, c - 1]
        c -= 1
    value[c], school[row, c], metres[row, c] = priced, j, far


@njit(cache=True, nogil=True)
def _best_straight(
    xy: NDArray[np.float64], school_xy: NDArray[np.float64], price: NDArray[np.float64], school: NDArray[np.int32], metres: NDArray[np.float64]
) -> None:
    """Straight distances. By the triangle inequality only schools within t + 2r of the middle of a tile can be among the best of its blocks."""
    n, m = school.shape
    k = len(price)
    middle, shortlist, value = np.empty(k), np.empty(k, np.int64), np.empty(m)
    for first in range(0, n, TILE):
        last = min(first + TILE, n)
        x, y = xy[first:last, 0].mean(), xy[first:last, 1].mean()
        reach = 0.0
        for i in range(first, last):
            reach = max(reach, np.sqrt((xy[i, 0] - x) ** 2 + (xy[i, 1] - y) ** 2))
        for j in range(k):
            middle[j] = np.sqrt((school_xy[j, 0] - x) ** 2 + (school_xy[j, 1] - y) ** 2) + price[j]
        limit = np.partition(middle, m - 1)[m - 1] + 2 * reach
        limit += SLIP * (1 + abs(limit) + abs(x) + abs(y))
        count = 0
        for j in range(k):
            if middle[j] <= limit:
                shortlist[count] = j
                count += 1
        for i in range(first, last):
            value[:] = np.inf
            for t in range(count):
                j = shortlist[t]
                far = np.sqrt((xy[i, 0] - school_xy[j, 0]) ** 2 + (xy[i, 1] - school_xy[j, 1]) ** 2)
                if far + price[j] < value[m - 1]:
                    _keep_best(far + price[j], j, far, i, value, school, metres)


@njit(cache=True, nogil=True)
def _best_in_table(
    table: NDArray[np.float64], rows: NDArray[np.int64], price: NDArray[np.float64], school: NDArray[np.int32], metres: NDArray[np.float64]
) -> None:
    """A full table; ``inf`` is never below the worst kept, so a forbidden pair never enters."""
    m = school.shape[1]
    value = np.empty(m)
    for r in range(len(rows)):
        value[:] = np.inf
        for j in range(len(price)):
            priced = table[rows[r], j] + price[j]
            if priced < value[m - 1]:
                _keep_best(priced, j, table[rows[r], j], r, value, school, metres)


@njit(cache=True, nogil=True)
def _best_stored(
    start: NDArray[np.int64],
    column: NDArray[np.int64],
    entry: NDArray[np.float64],
    rows: NDArray[np.int64],
    price: NDArray[np.float64],
    school: NDArray[np.int32],
    metres: NDArray[np.float64],
) -> None:
    """A sparse table: only stored pairs are allowed."""
    m = school.shape[1]
    value = np.empty(m)
    for r in range(len(rows)):
        value[:] = np.inf
        for t in range(start[rows[r]], start[rows[r] + 1]):
            priced = entry[t] + price[column[t]]
            if priced < value[m - 1]:
                _keep_best(priced, column[t], entry[t], r, value, school, metres)


def best_schools(places: Places, price: NDArray[np.float64], count: int) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """(r, m) schools by distance + price, best first, and their metres; -1 and ``inf`` where fewer are allowed. m = min(count, k)."""
    shape = (len(places.demand), min(count, len(price)))
    school, metres = np.full(shape, -1, dtype=np.int32), np.full(shape, np.inf)
    if places.xy is not None:
        assert places.school_xy is not None
        _best_straight(places.xy, places.school_xy, price, school, metres)
    elif places.table is not None:
        _best_in_table(places.table, places.rows, price, school, metres)
    else:
        assert places.start is not None
        assert places.column is not None
        assert places.entry is not None
        _best_stored(places.start, places.column, places.entry, places.rows, price, school, metres)
    return school, metres


def bound_of(places: Places, seats: NDArray[np.float64], price: NDArray[np.float64]) -> float:
    """The dual value at ``price``, over every allowed arc of the places."""
    school, metres = best_schools(places, price, 1)
    return float((places.demand * (metres[:, 0] + price[school[:, 0]])).sum()) - float((seats * price).sum())


def price_bound(problem: ZoningProblem, seat_price_m: NDArray[np.float64]) -> float:
    """Lower bound that any prices >= 0 prove: ``sum_i w_i min_j (d_ij + price_j) - sum_j cap_j price_j``, over all allowed arcs.

    Nobody has to trust a solver: whatever the prices are, no plan within the seats costs less. The n x k distances are never stored.

    Examples
    --------
    >>> problem = ZoningProblem(demand=[2, 2], capacity=[2, 2], edges=[(0, 1)], home_block=[0, 1], xy=[(0, 0), (10, 0)], school_xy=[(0, 0), (4, 0)])
    >>> price_bound(problem, np.array([0.0, 0.0]))
    12.0
    """
    return bound_of(places_of(problem, problem.demand > 0), problem.capacity, np.array(seat_price_m, dtype=np.float64))


def best_candidates(problem: ZoningProblem, seat_price_m: NDArray[np.float64], count: int) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """(n, m) schools by distance + price of every block, best first, and their metres; -1 and ``inf`` where fewer are allowed."""
    places = places_of(problem, np.ones(problem.block_count, dtype=np.bool_))
    found_school, found_m = best_schools(places, np.array(seat_price_m, dtype=np.float64), count)
    school, metres = np.empty_like(found_school), np.empty_like(found_m)
    school[places.rows], metres[places.rows] = found_school, found_m
    return school, metres
