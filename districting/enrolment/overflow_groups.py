"""Seats where groups (siblings, twins) go to one school: whole numbers only for them, and only where the linear goals do not settle it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csc_array, csr_array, vstack

from districting.enrolment.overflow_rows import Rows
from districting.enrolment.overflow_solve import LateError, Seated, classes, clock, face, goals, limits, linear, seat_alone, whole

NOTHING = 1e-7


def seat_rows(rows: Rows, end: float, gap: float = 0.0) -> Seated:
    """The best seats of the rows; ``end`` on the clock of :func:`time.monotonic`.

    The linear counts hold for whole groups too where some plan with whole groups has them: then the travel is a programme over that face. Else the counts are
    programmes of their own.
    """
    try:
        if not rows.arc_whole.any():
            return seat_alone(rows, end)
        best = face(rows, end)
        on = np.flatnonzero(best.arcs)
        matrix, upper = limits(rows, on, rows.arc_row[on], rows.units)
        found = _milp(rows.arc_m[on], [LinearConstraint(matrix, lb=np.where(best.tight, upper, -np.inf), ub=upper)], rows, on, end, gap)
        if found is None:
            counts, used = _counts(rows, end)
            return _travel(rows, counts, used, end, gap)
        return _corner(rows, on, (matrix, upper, best.tight), found)
    except LateError:
        return beside_groups(rows)


def _milp(
    cost: NDArray[np.float64],
    rules: list[LinearConstraint],
    rows: Rows,
    arcs: NDArray[np.int64],
    end: float,
    gap: float,
    most: NDArray[np.float64] | None = None,
) -> Any:
    """The optimum or, when the time is up, the best that is known; None where there is none.

    Raises
    ------
    LateError : the time is up and nothing is known
    """
    heavy = rows.arc_whole[arcs]
    high = rows.arc_most[arcs] if most is None else most
    found = milp(cost, constraints=rules, bounds=Bounds(0, high), integrality=heavy.astype(np.int64), options={"mip_rel_gap": gap, **clock(end)})
    if found.status == 2:
        return None
    if found.x is None:
        raise LateError
    if found.mip_dual_bound is None:  # without a whole column it is a linear programme, which is its own bound
        found.mip_dual_bound = found.fun
    return found


def _corner(rows: Rows, on: NDArray[np.int64], programme: tuple[Any, NDArray[np.float64], NDArray[np.bool_]], found: Any) -> Seated:
    """Groups as found, the others at a corner beside them."""
    fixed = np.where(rows.arc_whole[on], np.round(found.x), np.nan)
    x, total, _ = linear(rows.arc_m[on], programme, np.inf, fixed)
    bound = min(total, float(found.mip_dual_bound))
    count = np.zeros(len(rows.arc_row), dtype=np.int64)
    count[on] = whole(x)
    return Seated(count, bound, total - bound <= max(1e-6, 1e-9 * total))


def _counts(rows: Rows, end: float) -> tuple[list[int], NDArray[np.bool_]]:
    """Pupils seated, and seated in each scope but the last, with whole groups; (a,) arcs by which that can be had.

    Each count is solved over the arcs of the linear optimum first, then over all whose reduced cost lies within what is missing to it: no other can help.
    """
    alike, arcs, size = classes(rows)
    matrix, upper = limits(rows, arcs, alike[rows.arc_row[arcs]], size)
    heavy = rows.arc_whole[arcs]
    most = np.where(heavy, 1.0, size[alike[rows.arc_row[arcs]]])
    kept: list[int] = []
    used = np.zeros(len(arcs), dtype=bool)
    for goal in goals(rows, arcs):
        tight = np.concatenate([np.zeros(len(upper), dtype=bool), np.ones(len(kept), dtype=bool)])
        limit = np.concatenate([upper, kept])
        if goal.any():
            _, best, price = linear(-goal, (matrix, limit, tight), end)
            reduced = -goal - matrix.T @ price
            inside = used | (reduced <= NOTHING)
            while True:
                mine = np.flatnonzero(inside)
                rules = [LinearConstraint(matrix[:, mine], lb=np.where(tight, limit, -np.inf), ub=limit)]
                found = _milp(-goal[mine], rules, rows, arcs[mine], end, 0.9 / float(rows.size.sum()), most[mine])
                if found is None or found.status != 0:
                    raise LateError
                missing = round(float(found.fun)) - best
                wanted = reduced <= missing + NOTHING
                if missing < 1 - NOTHING or not (wanted & ~inside).any():
                    break
                inside |= wanted
            used = np.zeros(len(arcs), dtype=bool)
            used[mine[found.x > NOTHING]] = True
        kept.append(round(float(goal @ _spread(found.x, mine, len(arcs)))) if goal.any() else 0)
        matrix = _with(matrix, goal)
    key = alike[rows.arc_row] * len(rows.slots) + rows.arc_school
    return kept, np.isin(key, key[arcs[used]])


def _spread(x: NDArray[np.float64], at: NDArray[np.int64], n: int) -> NDArray[np.float64]:
    out = np.zeros(n)
    out[at] = x
    return out


def _with(matrix: Any, goal: NDArray[np.float64]) -> Any:
    """A further row."""
    return csc_array(vstack([matrix, csr_array(goal[None, :])]))


def _travel(rows: Rows, counts: list[int], used: NDArray[np.bool_], end: float, gap: float) -> Seated:
    """Least metres with the counts kept: the linear optimum, then whole groups over the arcs whose reduced cost lies within what the answer is above it."""
    every = np.arange(len(rows.arc_row))
    matrix, upper = limits(rows, every, rows.arc_row, rows.units)
    for goal in goals(rows, every):
        matrix = _with(matrix, goal)
    tight = np.concatenate([np.zeros(len(upper), dtype=bool), np.ones(len(counts), dtype=bool)])
    upper = np.concatenate([upper, counts])
    _, best, price = linear(rows.arc_m, (matrix, upper, tight), end)
    reduced = rows.arc_m - matrix.T @ price
    slip = 1e-9 * max(1.0, float(rows.arc_m.max()))
    inside = used | (reduced <= slip)
    while True:
        mine = np.flatnonzero(inside)
        rules = [LinearConstraint(matrix[:, mine], lb=np.where(tight, upper, -np.inf), ub=upper)]
        found = _milp(rows.arc_m[mine], rules, rows, mine, end, gap)
        if found is None:
            raise LateError
        wanted = reduced <= float(found.fun) - best + slip
        if not (wanted & ~inside).any() or found.status != 0:
            break
        inside |= wanted
    if found.status != 0:
        found.mip_dual_bound = best
    return _corner(rows, mine, (matrix[:, mine], upper, tight), found)


def beside_groups(rows: Rows) -> Seated:
    """The time is up: groups one after the other, the largest first, each at the best school left that holds it; the others exactly beside them.

    The bound is the way of each to the nearest school, of as many as are seated: weak, but true.
    """
    slots, room = rows.slots.copy(), rows.room.copy()
    count = np.zeros(len(rows.arc_row), dtype=np.int64)
    groups = np.flatnonzero(rows.whole)
    for r in groups[np.lexsort((groups, -rows.size[groups]))].tolist():
        arcs = np.flatnonzero(rows.arc_row == r)
        for a in arcs[np.lexsort((rows.arc_school[arcs], rows.arc_m[arcs], rows.arc_scope[arcs]))].tolist():
            school = rows.arc_school[a]
            if (rows.need[r] <= slots[school]).all() and rows.size[r] <= room[school]:
                count[a] = 1
                slots[school] -= rows.need[r]
                room[school] -= rows.size[r]
                break
    keep = ~rows.arc_whole & (slots[rows.arc_school, rows.need.argmax(axis=1)[rows.arc_row]] > 0) & (room[rows.arc_school] > 0)
    arrays = {name: getattr(rows, name)[keep] for name in ("arc_row", "arc_school", "arc_scope", "arc_m", "arc_weight", "arc_most")}
    count[keep] = seat_alone(replace(rows, slots=slots, room=room, **arrays), np.inf).count
    least = np.full(len(rows.size), np.inf)
    np.minimum.at(least, rows.arc_row, rows.arc_m / rows.arc_weight)
    each = np.sort(np.repeat(least, rows.size))[: int(count @ rows.arc_weight)]
    return Seated(count, float(each.sum()), False)
