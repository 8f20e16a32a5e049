"""Seats for rows of pupils, goal after goal: how many, how many in each scope, then the least travel. Without groups every goal is a linear programme with whole corners."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csc_array, csr_array, vstack

from districting.enrolment.overflow_rows import Rows

FEW: Final = 40_000
"""Arcs up to which the travel is solved over all of them at once."""
NEAREST: Final = 8
"""Nearest schools of a row that its travel begins with beyond that."""
SLIP: Final = 1e-9
"""Share of the longest way that counts as rounding."""
WHOLE: Final = 1e-6
"""What counts as nothing among prices of counts, which are whole numbers."""


@dataclass(frozen=True, eq=False)
class Seated:
    """``count`` (a,) units on each arc; ``bound`` metres; ``proven``: every goal."""

    count: NDArray[np.int64]
    bound: float
    proven: bool


@dataclass(frozen=True, eq=False)
class Face:
    """What is best in all counts. ``arcs`` (a,) may be used; ``tight`` (r + s g + s,) limits that must be met: rows served, grades and schools full; ``support`` (a,) arcs of one such plan."""

    arcs: NDArray[np.bool_]
    tight: NDArray[np.bool_]
    support: NDArray[np.bool_]


class LateError(Exception):
    """The time is up."""


def limits(rows: Rows, arcs: NDArray[np.int64], row: NDArray[np.int64], most: NDArray[np.float64]) -> tuple[csc_array, NDArray[np.float64]]:
    """Matrix and upper limits of a programme over some arcs: units of each row, seats of each grade of a school, room of each school."""
    schools, grades = rows.slots.shape
    column = np.arange(len(arcs))
    each = csr_array((np.ones(len(arcs)), (row, column)), shape=(len(most), len(arcs)))
    held = rows.held[rows.arc_row[arcs]]
    at, grade = np.nonzero(held)
    seat = csr_array((held[at, grade].astype(np.float64), (rows.arc_school[arcs][at] * grades + grade, at)), shape=(schools * grades, len(arcs)))
    room = csr_array((rows.arc_weight[arcs], (rows.arc_school[arcs], column)), shape=(schools, len(arcs)))
    return csc_array(vstack([each, seat, room])), np.concatenate([most, rows.slots.ravel(), rows.room]).astype(np.float64)


def goals(rows: Rows, arcs: NDArray[np.int64]) -> list[NDArray[np.float64]]:
    """Pupils on each arc: all of them, then those of each scope but the last."""
    weight, scope = rows.arc_weight[arcs], rows.arc_scope[arcs]
    return [weight, *(np.where(scope == k, weight, 0.0) for k in range(rows.scopes - 1))]


def classes(rows: Rows) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """(r,) class of each row, whose rows have the same arcs in the same scopes; arcs of the first row of each class, which stand for all of theirs; (c,) units of each class."""
    alike = rows.alike
    first = np.unique(alike, return_index=True)[1]
    arcs = np.flatnonzero(np.isin(rows.arc_row, first)).astype(np.int64)
    return alike, arcs, np.bincount(alike, weights=rows.units).astype(np.float64)


def linear(
    cost: NDArray[np.float64], programme: tuple[csc_array, NDArray[np.float64], NDArray[np.bool_]], end: float, fixed: NDArray[np.float64] | None = None
) -> tuple[NDArray[np.float64], float, NDArray[np.float64]]:
    """A corner of least cost, its cost, and the prices of the limits. ``programme``: matrix, upper limits, which of them must be met; ``fixed`` (a,) units, NaN where free.

    Raises
    ------
    LateError : the time is up
    """
    matrix, upper, tight = programme
    by_row, loose = matrix.tocsr(), ~tight
    low, high = (np.zeros(len(cost)), np.full(len(cost), np.inf)) if fixed is None else (np.nan_to_num(fixed, nan=0.0), np.nan_to_num(fixed, nan=np.inf))
    found: Any = linprog(
        cost, A_ub=by_row[loose] if loose.any() else None, b_ub=upper[loose] if loose.any() else None, A_eq=by_row[tight] if tight.any() else None,
        b_eq=upper[tight] if tight.any() else None, bounds=np.column_stack([low, high]), method="highs-ds", options=clock(end),
    )  # fmt: skip
    if found.status == 1:
        raise LateError
    if found.status != 0:
        raise ArithmeticError("a programme that has a solution has none")
    price = np.zeros(len(tight))
    price[loose], price[tight] = found.ineqlin.marginals, found.eqlin.marginals
    return found.x, float(found.fun), price


def clock(end: float) -> dict[str, float]:
    """The time that is left, as HiGHS is told of it."""
    return {"time_limit": max(0.05, end - time.monotonic())} if np.isfinite(end) else {}


def face(rows: Rows, end: float) -> Face:
    """Goal after goal as a linear programme: at its prices only arcs of no reduced cost remain, and limits that have a price must be met (complementary slackness)."""
    alike, arcs, size = classes(rows)
    matrix, upper = limits(rows, arcs, alike[rows.arc_row[arcs]], size)
    column = np.arange(len(arcs))
    tight = np.zeros(len(upper), dtype=bool)
    x = np.zeros(len(arcs))
    for goal in goals(rows, arcs):
        if not goal[column].any():
            continue
        mine = matrix[:, column]
        x, _, price = linear(-goal[column], (mine, upper, tight), end)
        free = np.abs(-goal[column] - mine.T @ price) <= WHOLE
        column, x = column[free], x[free]
        tight |= np.abs(price) > WHOLE
    schools = len(rows.slots)
    key = alike[rows.arc_row] * schools + rows.arc_school
    used = column[x > WHOLE]
    owner = alike[rows.arc_row[arcs[used]]]
    support = np.isin(rows.arc_row * schools + rows.arc_school, _shared_out(rows, alike, owner, rows.arc_school[arcs[used]], x[x > WHOLE]))
    return Face(np.isin(key, key[arcs[column]]), np.concatenate([tight[: len(size)][alike], tight[len(size) :]]), support)


def _shared_out(rows: Rows, alike: NDArray[np.int64], owner: NDArray[np.int64], school: NDArray[np.int64], x: NDArray[np.float64]) -> NDArray[np.int64]:
    """Row x schools + school of arcs by which the rows of each class (``owner`` of ``x`` units at ``school``) take its seats, one row after the other."""
    schools = len(rows.slots)
    members = np.argsort(alike, kind="stable")
    start = np.searchsorted(alike[members], np.arange(alike.max(initial=-1) + 2))
    found: list[NDArray[np.int64]] = []
    for c in np.unique(owner):
        mine, of = members[start[c] : start[c + 1]], owner == c
        ends = np.concatenate([np.cumsum(rows.units[mine]), np.cumsum(x[of])])
        middle = np.sort(np.concatenate([[0.0], ends]))
        middle = (middle[1:] + middle[:-1]) / 2
        middle = middle[(middle < rows.units[mine].sum()) & (middle < x[of].sum())]
        row, at = (np.searchsorted(np.cumsum(sizes), middle, side="right") for sizes in (rows.units[mine], x[of]))
        found.append(mine[row] * schools + school[of][at])
    return np.concatenate(found) if found else np.empty(0, dtype=np.int64)


def seat_alone(rows: Rows, end: float) -> Seated:
    """Rows without groups: the least travel on the face of the counts; over few of its arcs first, to which those are added that could better it."""
    if not len(rows.arc_row):
        return Seated(np.zeros(0, dtype=np.int64), 0.0, True)
    best = face(rows, end)
    on = np.flatnonzero(best.arcs)
    matrix, upper = limits(rows, on, rows.arc_row[on], rows.units)
    cost = rows.arc_m[on]
    inside = best.support[on] | cheapest(rows, on, cost, NEAREST) if len(on) > FEW else np.ones(len(on), dtype=bool)
    slip = SLIP * max(1.0, float(cost.max()))
    while True:
        mine = np.flatnonzero(inside)
        x, bound, price = linear(cost[mine], (matrix[:, mine], upper, best.tight), end)
        reduced = cost - matrix.T @ price
        better = ~inside & (reduced < -slip)
        if not better.any():
            break
        inside |= better | cheapest(rows, on, np.where(inside, np.inf, reduced), 2)
    count = np.zeros(len(rows.arc_row), dtype=np.int64)
    count[on[mine]] = whole(x)
    missing = float((np.minimum(reduced, 0.0) * rows.arc_most[on])[~inside].sum())
    return Seated(count, bound + missing, True)


def whole(x: NDArray[np.float64]) -> NDArray[np.int64]:
    """The corner as whole numbers, which it has."""
    near = np.round(x)
    if np.abs(x - near).max(initial=0.0) > 1e-5:
        raise ArithmeticError("a corner of a face with whole corners is not whole")
    return near.astype(np.int64)


def cheapest(rows: Rows, arcs: NDArray[np.int64], cost: NDArray[np.float64], many: int) -> NDArray[np.bool_]:
    """(arcs,) the ``many`` cheapest of each row that cost less than infinity; equal ones in the order of schools."""
    row = rows.arc_row[arcs]
    order = np.lexsort((rows.arc_school[arcs], cost, row))
    start = np.searchsorted(row[order], row[order])
    chosen = np.zeros(len(arcs), dtype=bool)
    chosen[order] = (np.arange(len(arcs)) - start < many) & np.isfinite(cost[order])
    return chosen
