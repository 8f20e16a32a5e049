"""Splits of graduates, draws inside a primary and quotas, counted again from their tables alone (policy R03, 2.7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike


@dataclass(frozen=True)
class EnrolmentViolation:
    """A broken rule, where (a position; -1: nowhere in particular), what was counted and what should be."""

    rule: str
    at: int
    found: float
    wanted: float


def check_split(graduates: ArrayLike, plans: ArrayLike, pupils: ArrayLike, left_over: ArrayLike) -> list[EnrolmentViolation]:
    """[] when every graduate is at one junior or left over, no junior is over its plan, and nobody is left over while there is room.

    >>> check_split([3, 3], [2, 2], [[1, 1], [1, 1]], [1, 1]), check_split([2], [1], [[2]], [0])[0].rule
    ([], 'plan')
    """
    leaving, places = np.asarray(graduates, dtype=np.int64), np.asarray(plans, dtype=np.int64)
    table, over = np.asarray(pupils, dtype=np.int64), np.asarray(left_over, dtype=np.int64)
    if table.shape != (*leaving.shape, len(places)) or over.shape != leaving.shape:
        return [EnrolmentViolation("shape", -1, table.ndim, leaving.ndim + 1)]
    found = [EnrolmentViolation("negative", int(i), float(table.ravel()[i]), 0) for i in np.flatnonzero(table.ravel() < 0)]
    found += [EnrolmentViolation("negative", int(i), float(over.ravel()[i]), 0) for i in np.flatnonzero(over.ravel() < 0)]
    given = (table.sum(axis=-1) + over).ravel()
    found += [EnrolmentViolation("graduates", int(i), float(given[i]), float(leaving.ravel()[i])) for i in np.flatnonzero(given != leaving.ravel())]
    taken = table.reshape(-1, len(places)).sum(axis=0)
    found += [EnrolmentViolation("plan", int(j), float(taken[j]), float(places[j])) for j in np.flatnonzero(taken > places)]
    idle = min(int(over.sum()), int((places - taken).clip(min=0).sum()))
    return [*found, EnrolmentViolation("left_over", -1, float(idle), 0.0)] if idle else found


def check_draw(pupils: ArrayLike, junior_of_pupil: ArrayLike, bundles: Sequence[Sequence[int]] = ()) -> tuple[list[EnrolmentViolation], int]:
    """Broken rules of a draw inside one primary (each junior gets as many as ``pupils`` (j,) says), and how many bundles it has taken apart.

    >>> check_draw([1, 2], [1, 1, 0], [(0, 1)]), check_draw([1, 2], [0, 1, 1], [(0, 1)])[1]
    (([], 0), 1)
    """
    count, junior = np.asarray(pupils, dtype=np.int64), np.asarray(junior_of_pupil, dtype=np.int64)
    if len(junior) and not 0 <= junior.min() <= junior.max() < len(count):
        return [EnrolmentViolation("junior", -1, float(junior.max()), float(len(count)))], 0
    got = np.bincount(junior, minlength=len(count))
    found = [EnrolmentViolation("pupils", int(j), float(got[j]), float(count[j])) for j in np.flatnonzero(got != count)]
    return found, sum(len({int(junior[i]) for i in b}) > 1 for b in bundles)


def check_quota(quotas: ArrayLike, eligible: ArrayLike, places: ArrayLike, *, serves: ArrayLike | None = None, floor: int = 0) -> list[EnrolmentViolation]:
    """[] when every senior gives exactly its quota, to juniors it serves (``serves`` (i, j), default all) and that have eligible pupils, and each of those has its ``floor``.

    >>> check_quota([30], [120, 80, 50], [[14, 10, 6]]), check_quota([30], [120, 80, 50], [[14, 9, 6]])[0].rule
    ([], 'quota')
    """
    given, pupils, table = np.asarray(quotas, dtype=np.int64), np.asarray(eligible, dtype=np.float64), np.asarray(places, dtype=np.int64)
    if table.shape != (len(given), len(pupils)):
        return [EnrolmentViolation("shape", -1, float(table.size), float(len(given) * len(pupils)))]
    allowed = np.broadcast_to(pupils > 0, table.shape) if serves is None else np.asarray(serves, dtype=bool) & (pupils > 0)
    found = [EnrolmentViolation("negative", int(i), float(table.ravel()[i]), 0.0) for i in np.flatnonzero(table.ravel() < 0)]
    found += [EnrolmentViolation("serves", int(j), float(table[i, j]), 0.0) for i, j in np.argwhere((table > 0) & ~allowed)]
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    found += [EnrolmentViolation("quota", int(i), float(rows[i]), float(given[i])) for i in np.flatnonzero(rows != given)]
    return found + [EnrolmentViolation("floor", int(j), float(columns[j]), float(floor)) for j in np.flatnonzero(allowed.any(axis=0) & (columns < floor))]
