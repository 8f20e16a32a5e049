"""Pupils whose school is full: who is placed where (policy R40), and dwellings whose seat is taken (policy 2.6)."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from districting.enrolment.overflow_groups import seat_rows
from districting.enrolment.overflow_rows import Rows, rows_of
from districting.model.overflow_problem import SCOPES, OverflowPlan, OverflowProblem
from districting.model.overflow_rules import LOCK_YEARS

__all__ = ["LOCK_YEARS", "SCOPES", "OverflowPlan", "locked_dwellings", "place_overflow", "solve_overflow"]

TIME_LIMIT_S: Final = 60.0


def place_overflow(
    distance_m: ArrayLike,
    spare: ArrayLike,
    scope: ArrayLike,
    *,
    scopes: int = len(SCOPES),
    group: ArrayLike | None = None,
    grade: ArrayLike | None = None,
    room: ArrayLike | None = None,
    last: ArrayLike | None = None,
) -> OverflowPlan:
    """As many pupils as can be seated, as many of them in the first scope, then in the second ..., then with the least travel.

    Parameters
    ----------
    distance_m : (n, s) from each pupil's home; NaN or inf: not allowed
    spare : (s,) seats left, or (s, g) by grade; seats kept for pupils on leave are none
    scope : (n, s) first scope, as a position in the planner's order, in which the school counts for the pupil; -1: in none
    group : (n,) or None: pupils with the same number are seated at one school (siblings, twins), in the last scope of any of them; -1 = alone
    grade : (n,) or None: column of ``spare``
    room : (s,) or None: pupils that a school may take in all grades together
    last : (n,) or None: True for those who are seated when all others are; a group is last when one of it is

    Raises
    ------
    ValueError : shapes that do not fit, negative seats

    >>> place_overflow([[100.0, 300.0], [200.0, 900.0]], [1, 5], [[0, 1], [0, 1]]).school_of_pupil.tolist()
    [1, 0]
    """
    metres, seats = np.asarray(distance_m, dtype=np.float64), np.asarray(spare, dtype=np.int64)
    slots = seats[:, None] if seats.ndim == 1 else seats
    n = len(metres)
    return solve_overflow(
        OverflowProblem(
            metres,
            np.asarray(scope, dtype=np.int64),
            np.zeros(n, dtype=np.int64) if grade is None else np.asarray(grade, dtype=np.int64),
            slots,
            slots.sum(axis=1) if room is None else np.asarray(room, dtype=np.int64),
            np.full(n, -1, dtype=np.int64) if group is None else np.asarray(group, dtype=np.int64),
            np.zeros(n, dtype=bool) if last is None else np.asarray(last, dtype=bool),
            scopes,
        )
    )


def solve_overflow(problem: OverflowProblem, *, time_limit_s: float = TIME_LIMIT_S, gap: float = 0.0) -> OverflowPlan:
    """The best placing of ``problem``, goal after goal, each solved to its optimum and kept; those who come last get what the others leave.

    Pupils of one home, grade and own school are one row, rows alike in all scopes one row of the counts; counts are a small programme, the travel one over few schools
    of each row to which all that could better it are added, so that its bound holds for all. Only groups are whole numbers: without them every goal cuts a face with
    whole corners. Where the time is up, groups stay as they are found (``feasible``) and the others are placed exactly beside them.

    Examples
    --------
    >>> alone, none = np.full(1, -1), np.zeros(1, dtype=bool)
    >>> near_is_full = OverflowProblem(np.array([[230.0, 2000.0]]), np.array([[0, 3]]), np.zeros(1, dtype=np.int64), np.array([[0], [4]]), np.array([0, 90]), alone, none)
    >>> found = solve_overflow(near_is_full)
    >>> found.school_of_pupil.tolist(), found.distance_m.tolist(), found.status
    ([1], [2000.0], 'optimal')
    """
    end = time.monotonic() + time_limit_s
    slots, room = problem.slots.copy(), problem.room.copy()
    school = np.full(len(problem.grade), -1, dtype=np.int64)
    late = _late(problem)
    bound, proven = 0.0, True
    for turn in (~late, late):
        mine = np.flatnonzero(turn)
        if not len(mine):
            continue
        rows = rows_of(problem, mine, slots, room)
        seated = seat_rows(rows, end, gap)
        _give(rows, seated.count, school)
        bound, proven = bound + seated.bound, proven and seated.proven
        took = mine[school[mine] >= 0]
        np.subtract.at(slots, (school[took], problem.grade[took]), 1)
        np.subtract.at(room, school[took], 1)
    placed = school >= 0
    at, pupil = np.where(placed, school, 0), np.arange(len(school))
    metres = np.where(placed, problem.distance_m[pupil, at], np.nan) if problem.distance_m.size else np.full(len(school), np.nan)
    scope = np.where(placed, problem.scope[pupil, at], -1) if problem.scope.size else np.full(len(school), -1)
    total = float(np.nansum(metres))
    return OverflowPlan(school, scope, metres, slots, room, "optimal" if proven else "feasible", total, min(bound, total) if proven is False else total)


def _late(problem: OverflowProblem) -> NDArray[np.bool_]:
    """(n,) last, or bound to one who is."""
    late = problem.last.copy()
    held = problem.group[problem.last & (problem.group >= 0)]
    late |= (problem.group >= 0) & np.isin(problem.group, held)
    return late


def _give(rows: Rows, count: NDArray[np.int64], school: NDArray[np.int64]) -> None:
    """Seats of a row to its pupils, in the order of the list, the lowest school first."""
    for arc in np.flatnonzero(count).tolist():
        row, many = int(rows.arc_row[arc]), int(count[arc])
        pupils = rows.pupils[row]
        if rows.whole[row]:
            school[pupils] = rows.arc_school[arc]
        else:
            free = pupils[school[pupils] < 0][:many]
            school[free] = rows.arc_school[arc]


def locked_dwellings(
    dwelling: Sequence[str],
    family: Sequence[str],
    year: int,
    register: Sequence[tuple[str, str, int]],
    *,
    years: int | Sequence[int] = LOCK_YEARS["primary"],
) -> NDArray[np.bool_]:
    """(n,) whose dwelling's seat is taken by another family.

    Parameters
    ----------
    dwelling, family : (n,) codes of each applicant; further children of the same family are exempt
    register : rows (dwelling, family, start year) of seats used; a lock ends ``years`` after its start. Take out the rows of pupils who left the district or graduated.
    years : of all rows, or of each: who transferred in holds the seat to the end of the stage only

    Source: policy 2.6 (Shenzhen Longhua, Xiamen, Beijing districts).

    >>> locked_dwellings(["d1", "d1", "d2"], ["f1", "f2", "f3"], 2026, [("d1", "f1", 2023), ("d2", "f9", 2020)]).tolist()
    [False, True, False]
    """
    lasts = [years] * len(register) if isinstance(years, int) else list(years)
    holders: dict[str, set[str]] = {}
    for (code, holder, start), long in zip(register, lasts, strict=True):
        if start <= year < start + long:
            holders.setdefault(code, set()).add(holder)
    return np.array([d in holders and f not in holders[d] for d, f in zip(dwelling, family, strict=True)], dtype=bool)
