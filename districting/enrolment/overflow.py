"""Pupils whose school is full: who is placed where (policy R40), and dwellings whose seat is taken (policy 2.6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import linprog
from scipy.sparse import coo_array, csr_array, vstack

SCOPES: Final = ("own_district", "group", "adjacent_district", "nearest")
"""Where spare seats are looked for: own district, own education group, districts next to it, anywhere. The order is the planner's (policy R40: sources differ)."""


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
    group : (n,) or None: pupils with the same number are seated at one school (siblings, twins); -1 = alone

    Exact: the assignment is a flow for pupils alone; groups take one school as a whole and are placed before the others, the largest first, each with the best choice
    left that holds it.

    Raises
    ------
    ValueError : shapes that do not fit, negative seats

    >>> place_overflow([[100.0, 300.0], [200.0, 900.0]], [1, 5], [[0, 1], [0, 1]]).school_of_pupil.tolist()
    [1, 0]
    """
    metres, seats, within = np.asarray(distance_m, dtype=np.float64), np.asarray(spare, dtype=np.int64).copy(), np.asarray(scope, dtype=np.int64)
    if metres.ndim != 2 or within.shape != metres.shape or seats.shape != (metres.shape[1],) or (seats < 0).any():
        raise ValueError("distance_m and scope are (n, s), spare (s,) and >= 0")
    allowed = np.isfinite(metres) & (within >= 0) & (within < scopes)
    school = np.full(len(metres), -1, dtype=np.int64)
    alone = np.ones(len(metres), dtype=bool)
    for members in _groups(group, len(metres)):
        alone[members] = False
        fits = allowed[members].all(axis=0) & (seats >= len(members))
        if fits.any():
            cost = _cost(metres[members], within[members]).sum(axis=0)
            chosen = int(np.argmin(np.where(fits, cost, np.inf)))
            school[members] = chosen
            seats[chosen] -= len(members)
    singles = np.flatnonzero(alone)
    school[singles] = _flow(metres[singles], within[singles], allowed[singles], seats)
    placed = school >= 0
    at = np.where(placed, school, 0)
    rows = np.arange(len(metres))
    return OverflowPlan(
        school,
        np.where(placed, within[rows, at], -1),
        np.where(placed, metres[rows, at], np.nan),
        np.asarray(spare, dtype=np.int64) - np.bincount(school[placed], minlength=len(seats)),
    )


def _groups(group: ArrayLike | None, n: int) -> list[NDArray[np.int64]]:
    if group is None:
        return []
    of = np.asarray(group, dtype=np.int64)
    if of.shape != (n,):
        raise ValueError("group is (n,)")
    found = [np.flatnonzero(of == g) for g in np.unique(of[of >= 0])]
    return sorted(found, key=lambda m: (-len(m), m[0]))


def _cost(metres: NDArray[np.float64], within: NDArray[np.int64]) -> NDArray[np.float64]:
    """A scope outweighs every distance."""
    finite = np.where(np.isfinite(metres), metres, 0.0)
    return finite + np.maximum(within, 0) * (1.0 + float(finite.max(initial=0.0)) * max(1, len(metres)))


def _flow(metres: NDArray[np.float64], within: NDArray[np.int64], allowed: NDArray[np.bool_], seats: NDArray[np.int64]) -> NDArray[np.int64]:
    """(n,) school of each pupil, -1 where seats do not reach: a transport problem whose extreme points are whole."""
    out = np.full(len(metres), -1, dtype=np.int64)
    pupil, school = np.nonzero(allowed & (seats > 0))
    if not len(pupil):
        return out
    cost = _cost(metres, within)[pupil, school]
    scale = float(cost.max()) or 1.0
    value = cost / scale - 1.0 - len(metres)  # one seat more outweighs all travel
    arcs = np.arange(len(pupil))
    once = coo_array((np.ones(len(arcs)), (pupil, arcs)), shape=(len(metres), len(arcs)))
    room = coo_array((np.ones(len(arcs)), (school, arcs)), shape=(len(seats), len(arcs)))
    rows = csr_array(vstack([once, room]))
    found = linprog(value, A_ub=rows, b_ub=np.concatenate([np.ones(len(metres)), seats]), bounds=(0, 1), method="highs-ds")
    chosen = np.flatnonzero(found.x > 0.5)
    out[pupil[chosen]] = school[chosen]
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
