"""Pupils whose school is full: who is placed where (policy R40), and dwellings whose seat is taken (policy 2.6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

SCOPES: Final = ("own_district", "group", "adjacent_district", "nearest")
"""Where spare seats are looked for: own district, own education group, districts next to it, anywhere. The order is the planner's (policy R40: sources differ)."""


EXACT_PAIRS: Final = 3_000
"""Pairs of a unit and a school up to which groups are placed by a whole-number programme."""


@dataclass(frozen=True, eq=False)
class OverflowPlan:
    """``school_of_pupil`` (n,): -1 = no seat anywhere within reach; ``scope_of_pupil`` (n,): position in ``scopes`` where the seat was found, -1 none; ``distance_m`` (n,)."""

    school_of_pupil: NDArray[np.int64]
    scope_of_pupil: NDArray[np.int64]
    distance_m: NDArray[np.float64]
    spare_left: NDArray[np.int64]


def place_overflow(distance_m: ArrayLike, spare: ArrayLike, scope: ArrayLike, *, scopes: int = len(SCOPES), group: ArrayLike | None = None) -> OverflowPlan:
    """As many pupils as can be seated, as many of them in the first scope, then in the second ..., then with the least travel.

    Parameters
    ----------
    distance_m : (n, s) from each pupil's home; NaN or inf: not allowed
    spare : (s,) seats left; seats kept for pupils on leave are none
    scope : (n, s) first scope, as a position in the planner's order, in which the school counts for the pupil; -1: in none
    group : (n,) or None: pupils with the same number are seated at one school (siblings, twins), in the last scope of any of them; -1 = alone

    Exact, goal after goal: each is solved to its optimum and kept. Of pupils alone the seats are a transport problem, in which every goal cuts a face with whole corners;
    with groups it is a whole-number programme, up to :data:`EXACT_PAIRS` pairs of units and schools. Beyond, groups are placed before the others, the largest first, each in
    the best scope and nearest school left that holds it; the others are then exact on what is left.

    Raises
    ------
    ValueError : shapes that do not fit, negative seats

    >>> place_overflow([[100.0, 300.0], [200.0, 900.0]], [1, 5], [[0, 1], [0, 1]]).school_of_pupil.tolist()
    [1, 0]
    """
    metres, seats, within = np.asarray(distance_m, dtype=np.float64), np.asarray(spare, dtype=np.int64), np.asarray(scope, dtype=np.int64)
    if metres.ndim != 2 or within.shape != metres.shape or seats.shape != (metres.shape[1],) or (seats < 0).any():
        raise ValueError("distance_m and scope are (n, s), spare (s,) and >= 0")
    allowed = np.isfinite(metres) & (within >= 0) & (within < scopes)
    unit = _units(group, len(metres))
    size = np.bincount(unit)
    of_unit = np.full((len(size), len(seats)), np.inf)
    reach = np.full((len(size), len(seats)), -1, dtype=np.int64)
    members = np.argsort(unit, kind="stable")
    start = np.cumsum(size) - size
    if len(metres):
        blocked = ~np.logical_and.reduceat(allowed[members], start, axis=0)
        of_unit = np.where(blocked, np.inf, np.add.reduceat(np.where(allowed, metres, 0.0)[members], start, axis=0))
        reach = np.where(blocked, -1, np.maximum.reduceat(within[members], start, axis=0))
    school = _seated(of_unit, reach, size, seats, scopes)[unit] if len(metres) else np.empty(0, dtype=np.int64)
    placed = school >= 0
    at, rows = np.where(placed, school, 0), np.arange(len(metres))
    return OverflowPlan(
        school,
        np.where(placed, within[rows, at], -1),
        np.where(placed, metres[rows, at], np.nan),
        seats - np.bincount(school[placed], minlength=len(seats)),
    )


def _units(group: ArrayLike | None, n: int) -> NDArray[np.int64]:
    """(n,) number of the unit that is seated as one: a group, or a pupil alone."""
    of = np.full(n, -1, dtype=np.int64) if group is None else np.asarray(group, dtype=np.int64)
    if of.shape != (n,):
        raise ValueError("group is (n,)")
    alone = of < 0
    key = np.where(alone, of.max(initial=-1) + 1 + np.arange(n), of)
    return np.asarray(np.unique(key, return_inverse=True)[1].reshape(n), dtype=np.int64)


def _seated(metres: NDArray[np.float64], reach: NDArray[np.int64], size: NDArray[np.int64], seats: NDArray[np.int64], scopes: int) -> NDArray[np.int64]:
    """(u,) school of each unit, -1 where seats do not reach."""
    out = np.full(len(size), -1, dtype=np.int64)
    unit, school = np.nonzero(np.isfinite(metres) & (size[:, None] <= seats))
    if not len(unit):
        return out
    if (size > 1).any() and len(unit) > EXACT_PAIRS:
        left = seats.copy()
        groups = np.flatnonzero(size > 1)
        for u in groups[np.argsort(-size[groups], kind="stable")].tolist():
            fits = np.flatnonzero(np.isfinite(metres[u]) & (left >= size[u]))
            if len(fits):
                out[u] = fits[np.lexsort((metres[u, fits], reach[u, fits]))[0]]
                left[out[u]] -= size[u]
        alone = np.flatnonzero(size == 1)
        out[alone] = _seated(metres[alone], reach[alone], size[alone], left, scopes)
        return out
    arcs, weight = np.arange(len(unit)), size[unit].astype(np.float64)
    once = csr_array((np.ones(len(arcs)), (unit, arcs)), shape=(len(size), len(arcs)))
    room = csr_array((weight, (school, arcs)), shape=(len(seats), len(arcs)))
    rules = [LinearConstraint(once, ub=1.0), LinearConstraint(room, ub=seats.astype(np.float64))]
    whole = np.full(len(arcs), int((size > 1).any()))
    in_scope = [np.where(reach[unit, school] == k, weight, 0.0) for k in range(scopes)]
    goals = [weight, *(row for row in in_scope[:-1] if row.any())]
    for goal in goals:
        found = milp(-goal, constraints=rules, bounds=Bounds(0, 1), integrality=whole, options={"mip_rel_gap": 0.0})
        kept = float(np.round(goal @ np.round(found.x)))
        rules.append(LinearConstraint(csr_array(goal[None, :]), lb=kept, ub=kept))
    cost = metres[unit, school]
    found = milp(cost / max(float(cost.max()), 1.0), constraints=rules, bounds=Bounds(0, 1), integrality=whole, options={"mip_rel_gap": 0.0})
    chosen = np.flatnonzero(found.x > 0.5)
    out[unit[chosen]] = school[chosen]
    return out


LOCK_YEARS: Final = {"primary": 6, "junior": 3}
"""Years that a dwelling's seat is taken (六年一学位): six in primary, three in junior."""


def locked_dwellings(
    dwelling: Sequence[str], family: Sequence[str], year: int, register: Sequence[tuple[str, str, int]], *, years: int = LOCK_YEARS["primary"]
) -> NDArray[np.bool_]:
    """(n,) whose dwelling's seat is taken by another family.

    Parameters
    ----------
    dwelling, family : (n,) codes of each applicant; further children of the same family are exempt
    register : rows (dwelling, family, start year) of seats used; a lock ends ``years`` after its start. Take out the rows of pupils who left the district or graduated.

    Source: policy 2.6 (Shenzhen Longhua, Xiamen, Beijing districts).

    >>> locked_dwellings(["d1", "d1", "d2"], ["f1", "f2", "f3"], 2026, [("d1", "f1", 2023), ("d2", "f9", 2020)]).tolist()
    [False, True, False]
    """
    holders: dict[str, set[str]] = {}
    for code, holder, start in register:
        if start <= year < start + years:
            holders.setdefault(code, set()).add(holder)
    return np.array([d in holders and f not in holders[d] for d, f in zip(dwelling, family, strict=True)], dtype=bool)
