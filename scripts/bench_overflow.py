"""Time of an overflow of 2,000 pupils and 100 schools of six grades, every home its own place: alone and with 50 pairs of twins; the check; the plain assignment of scipy as a peer."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from districting.checking.enrolment_overflow import check_overflow
from districting.enrolment.overflow import solve_overflow
from districting.model.overflow_problem import OverflowProblem
from scripts.bench_row import Row, median_seconds, seconds

PUPILS, SCHOOLS, GRADES, PAIRS = 2_000, 100, 6, 50
TARGET_S = 5.0
SIDE_M, DISTRICT_M = 20_000.0, 5_000.0


def problem_of(pupils: int, schools: int, pairs: int = 0, seed: int = 0) -> OverflowProblem:
    """Homes and schools over a square of 20 km, districts of 5 km, 20 groups; about as many seats as pupils, a school holds nine tenths of those of its grades."""
    rng = np.random.default_rng(seed)
    home, campus = rng.uniform(0, SIDE_M, (pupils, 2)), rng.uniform(0, SIDE_M, (schools, 2))
    home[1 : 2 * pairs : 2] = home[: 2 * pairs : 2]
    metres = np.hypot(*(home[:, None] - campus[None]).transpose(2, 0, 1))
    column, row = (campus // DISTRICT_M).astype(int).T
    steps = np.abs(column[:, None] - column) + np.abs(row[:, None] - row)
    group = rng.integers(0, 20, schools)
    scope = np.full((schools, schools), 4)
    scope[steps == 1] = 3
    scope[group[:, None] == group] = 2
    scope[steps == 0] = 1
    np.fill_diagonal(scope, 0)
    slots = rng.integers(0, int(2.2 * pupils / schools / GRADES) + 1, (schools, GRADES))
    together = np.full(pupils, -1)
    together[: 2 * pairs] = np.arange(2 * pairs) // 2
    room = (0.9 * slots.sum(axis=1)).astype(int)
    return OverflowProblem(metres, scope[metres.argmin(axis=1)], rng.integers(0, GRADES, pupils), slots, room, together, np.zeros(pupils, dtype=bool))


def rows(full: bool) -> list[Row]:
    """The rows of the section ``enrolment`` about overflows."""
    found: list[Row] = []
    for pairs in (0, PAIRS, 4 * PAIRS) if full else (0, PAIRS):
        problem = problem_of(PUPILS, SCHOOLS, pairs)
        took, plan = median_seconds(lambda: solve_overflow(problem))  # noqa: B023
        check, broken = seconds(lambda: check_overflow(problem, plan.school_of_pupil, plan.scope_of_pupil))  # noqa: B023
        remark = f"{plan.status}, gap {plan.gap:.1%}, {int((plan.school_of_pupil >= 0).sum()):,} seated; check {check:.2f} s, {len(broken)} faults"
        found.append(Row(f"overflow, {PUPILS:,} pupils x {SCHOOLS} schools x {GRADES} grades, {pairs} pairs", took, "s", TARGET_S, remark=remark))
    return [*found, _against_scipy()]


def _against_scipy() -> Row:
    """One grade, one scope: the plain assignment of pupils to single seats has the same way."""
    free: Any = problem_of(PUPILS, SCHOOLS)
    n, slots = PUPILS, free.slots.sum(axis=1)
    plain = OverflowProblem(free.distance_m, np.zeros((n, SCHOOLS), dtype=int), np.zeros(n, dtype=int), slots[:, None], slots, free.group, free.last)
    took, plan = seconds(lambda: solve_overflow(plain))
    wide = np.repeat(free.distance_m, slots, axis=1)
    theirs, (who, seat) = seconds(lambda: linear_sum_assignment(wide))
    off = abs(plan.objective - float(wide[who, seat].sum())) / plan.objective
    return Row(
        f"overflow in one scope, {PUPILS:,} x {SCHOOLS}",
        took,
        "s",
        peer="scipy linear_sum_assignment",
        peer_measured=theirs,
        remark=f"ways differ by {off:.1e}",
    )
