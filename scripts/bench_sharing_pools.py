"""Time and proof of bookings of shared venues on synthetic towns, beside one plain integer model of the first aim in the same run."""

from __future__ import annotations

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from districting.checking.sharing.booking import check_bookings
from districting.model.booking_problem import BookingProblem
from districting.sharing.booking import book
from scripts.bench_row import Row, seconds

KINDS = 4
LIMIT_M = 3000.0
RELATIVE = 1e-9


def town(schools: int, seed: int = 1) -> BookingProblem:
    """A school on every half square kilometre, half of them with a venue free on one to four days for one to three hours, each asking for two kinds of four."""
    rng = np.random.default_rng(seed)
    xy = rng.uniform(0, 700.0 * np.sqrt(schools), (schools, 2))
    key = np.unique(rng.integers(0, schools, 2 * schools) * KINDS + rng.integers(0, KINDS, 2 * schools))
    school, d, f = key // KINDS, len(key), schools // 2
    owner = rng.integers(0, schools, f)
    free = np.zeros((f, 168), dtype=bool)
    for venue in free:
        for day in rng.choice(5, rng.integers(1, 5), replace=False):
            start = rng.integers(8, 15)
            venue[day * 24 + start : day * 24 + start + rng.integers(1, 4)] = True
    able = np.tile(np.isin(np.arange(168) % 24, np.arange(8, 18)) & (np.arange(168) < 120), (d, 1))
    at_once = rng.integers(1, 3, f)
    return BookingProblem(
        school=school, kind=key % KINDS, needed=rng.integers(1, 7, d), weight=np.where(rng.random(schools) < 0.3, 2.0, 1.0)[school], able=able,
        facility_kind=rng.integers(0, KINDS, f), at_once=at_once, room_hours=at_once * free.sum(axis=1), timed=np.ones(f, dtype=bool), open=free,
        metres=np.hypot(*(xy[school][:, None] - xy[owner][None]).transpose(2, 0, 1)), allowed=np.ones((d, f), dtype=bool), inside=np.zeros((d, f), dtype=bool),
        classes=rng.integers(2, 30, schools), limit_m=LIMIT_M,
    )  # fmt: skip


def plainly(problem: BookingProblem) -> float:
    """The most weighted hours by scipy's ``milp`` on one model of every school, venue and hour."""
    d, f = np.nonzero(problem.reach())
    pair, hour = np.nonzero(problem.able[d] & problem.open[f])
    d, f = d[pair], f[pair]
    n = len(d)
    limits = [(d, problem.needed), (f * 168 + hour, np.repeat(problem.at_once, 168)), (problem.school[d] * 168 + hour, np.repeat(problem.classes, 168))]
    rows = [LinearConstraint(csr_array((np.ones(n), (label, np.arange(n))), shape=(len(limit), n)), ub=limit) for label, limit in limits]
    found = milp(-problem.weight[d], constraints=rows, bounds=Bounds(0, problem.at_once[f]), integrality=np.ones(n))
    return float(-found.fun)


def _row(schools: int) -> Row:
    problem = town(schools)
    ours, found = seconds(lambda: book(problem))
    theirs, best = seconds(lambda: plainly(problem))
    if check_bookings(problem, found) or (found.status == "optimal" and not np.isclose(found.objective, best, rtol=RELATIVE)):
        raise AssertionError(f"bookings are worth {found.objective}, the peer's {best}")
    needed, met = int(problem.needed.sum()), int(found.hours.sum())
    remark = f"{met} of {needed} class-hours, {found.status}, gap {100 * found.gap:.2g} %; three aims in order, the peer the first only"
    return Row(f"bookings, {schools} schools, {len(problem.at_once)} venues", ours, "s", None, "scipy milp, first aim", theirs, remark)


def rows(full: bool = False) -> list[Row]:
    """200 schools; 500 in full."""
    return [_row(n) for n in ((200, 500) if full else (200,))]
