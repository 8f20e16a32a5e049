"""Balanced classes of the pupils admitted (均衡编班, policy R43), and the draw of their teachers."""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from districting.enrolment.class_bound import least_mean_gap
from districting.enrolment.class_groups import keep_groups

_STEPS = 20_000
"""Exchanges at most; each lowers the spread of the means."""
_NEAR = 1e-9
"""A gap this near to its bound differs from it by rounding only."""


@dataclass(frozen=True, eq=False)
class ClassPlan:
    """``class_of_pupil`` (n,), ``sizes`` (k,), ``sexes`` (k, 2) pupils of sex 0 and 1, ``means`` (k,), ``mean_gap``: largest less smallest mean; ``bound``: what any such classes have at least
    (:func:`districting.enrolment.class_bound.least_mean_gap`); ``audit_hash``: SHA-256 of
    the lines ``position<TAB>class`` (from 1, UTF-8, joined by a line feed): whoever holds the list can check that it was not changed.
    """

    class_of_pupil: NDArray[np.int64]
    sizes: NDArray[np.int64]
    sexes: NDArray[np.int64]
    means: NDArray[np.float64]
    mean_gap: float
    bound: float
    audit_hash: str


def balanced_classes(
    scores: ArrayLike,
    sex: ArrayLike,
    classes: int,
    *,
    together: Sequence[Sequence[int]] = (),
    apart: Sequence[Sequence[int]] = (),
    order: ArrayLike | None = None,
) -> ClassPlan:
    """Classes whose sizes differ by at most one, the pupils of each sex too, and whose mean scores are as near as exchanges of two pupils of one sex bring them.

    Parameters
    ----------
    scores : (n,) what the means are taken of; all equal where nothing is measured (primary entry)
    sex : (n,) 0 or 1
    classes : number of classes k, 1..n
    together, apart : groups of pupils (positions) who go to one class, or to different ones: twins as their parents ask
    order : (n,) positions in the order of a draw: who comes first among equal scores, and everything where scores are equal; default: as they stand

    Raises
    ------
    ValueError : numbers that make no sense, a group that cannot be kept (more pupils apart than classes, together and apart at once, more together than a class holds)

    Source: policy R43 (sizes and sexes differ by at most 1; Xiamen reports a gap of the means below 0.5 mark; "S" order as in Jinhua 2023).

    >>> plan = balanced_classes([90, 80, 70, 60], [0, 1, 0, 1], 2)
    >>> plan.sizes.tolist(), plan.means.tolist()
    ([2, 2], [75.0, 75.0])
    """
    score, kind = np.asarray(scores, dtype=np.float64), np.asarray(sex, dtype=np.int64)
    n = len(score)
    turn = np.arange(n) if order is None else np.argsort(np.asarray(order, dtype=np.int64))
    if len(kind) != n or not np.isfinite(score).all() or not np.isin(kind, (0, 1)).all() or not 1 <= classes <= max(n, 1) or len(turn) != n:
        raise ValueError("scores, sex (0 or 1) and order are (n,), classes is 1..n")
    label = _snake(score, kind, turn, classes)
    kept = keep_groups(label, score, kind, (together, apart), classes, turn)
    _level(label, score, kind, ~kept, classes)
    sizes = np.bincount(label, minlength=classes)
    means = np.bincount(label, weights=score, minlength=classes) / np.maximum(sizes, 1)
    lines = "\n".join(f"{i + 1}\t{c + 1}" for i, c in enumerate(label.tolist()))
    sexes = np.stack([np.bincount(label[kind == s], minlength=classes) for s in (0, 1)], axis=1)
    gap, bound = float(np.ptp(means)), least_mean_gap(score, classes, together)
    return ClassPlan(label, sizes, sexes, means, gap, gap if gap - bound < _NEAR else bound, hashlib.sha256(lines.encode()).hexdigest())


def draw_teachers(classes: int, order: ArrayLike) -> NDArray[np.int64]:
    """(k,) the team of teachers of each class: the classes in turn take the teams in the order of their drawn numbers; ``order`` (k,) positions of the teams.

    >>> draw_teachers(3, [2, 0, 1]).tolist()
    [2, 0, 1]
    """
    drawn = np.asarray(order, dtype=np.int64)
    if sorted(drawn.tolist()) != list(range(classes)):
        raise ValueError("order holds every team once")
    return drawn


def _snake(score: NDArray[np.float64], kind: NDArray[np.int64], turn: NDArray[np.int64], classes: int) -> NDArray[np.int64]:
    """Each sex by score, there and back over the classes; the second sex goes on at the class where the first had its last pupil, so that sizes differ by one at most."""
    label = np.full(len(score), -1, dtype=np.int64)
    first = 0
    for s in (0, 1):
        mine = np.flatnonzero(kind == s)
        ranked = mine[np.lexsort((turn[mine], -score[mine]))]
        for start in range(0, len(ranked), classes):
            row = ranked[start : start + classes]
            way = np.arange(classes) if (start // classes) % 2 == 0 else np.arange(classes)[::-1]
            if len(row) < classes:  # the last row is not full: it goes to the classes whose turn it is
                way = (first + np.arange(len(row))) % classes
                first = (first + len(row)) % classes
            label[row] = way[: len(row)]
    return label


def _level(label: NDArray[np.int64], score: NDArray[np.float64], kind: NDArray[np.int64], free: NDArray[np.bool_], classes: int) -> None:
    """Exchanges between the class with the highest mean and one with a lower, while they bring the means nearer."""
    sizes = np.bincount(label, minlength=classes).astype(np.float64)
    total = np.bincount(label, weights=score, minlength=classes)
    for _ in range(_STEPS):
        means = total / np.maximum(sizes, 1.0)
        move = _best_exchange(label, score, kind, free, (means, sizes))
        if move is None:
            return
        a, b = move
        ca, cb = int(label[a]), int(label[b])
        total[ca] += score[b] - score[a]
        total[cb] += score[a] - score[b]
        label[a], label[b] = cb, ca


def _best_exchange(
    label: NDArray[np.int64],
    score: NDArray[np.float64],
    kind: NDArray[np.int64],
    free: NDArray[np.bool_],
    state: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> tuple[int, int] | None:
    """Two pupils of one sex, from the class of the highest mean and that of the lowest (or the highest with any other, when those have none), whose exchange narrows them."""
    means, sizes = state
    high, low = int(np.argmax(means)), int(np.argmin(means))
    if means[high] - means[low] < 1e-12:
        return None
    others = [(high, int(c)) for c in heapq.nsmallest(len(means), range(len(means)), key=lambda c: means[c]) if c != high]
    others += [(int(c), low) for c in np.argsort(-means, kind="stable") if c not in (high, low)]
    for up, down in others:
        gap = means[up] - means[down]
        if gap < 1e-12:
            continue
        # exchanging a difference d moves the means by d / size each: they meet at d = gap / (1/size + 1/size), and come nearer below twice that
        meet = gap / (1.0 / sizes[up] + 1.0 / sizes[down])
        found = _nearest_difference(label, score, kind, free, (up, down), meet)
        if found is not None:
            return found
    return None


def _nearest_difference(
    label: NDArray[np.int64], score: NDArray[np.float64], kind: NDArray[np.int64], free: NDArray[np.bool_], pair: tuple[int, int], meet: float
) -> tuple[int, int] | None:
    best, found = 2.0 * meet - 1e-9, None
    for s in (0, 1):
        a = np.flatnonzero((label == pair[0]) & (kind == s) & free)
        b = np.flatnonzero((label == pair[1]) & (kind == s) & free)
        if not len(a) or not len(b):
            continue
        difference = score[a][:, None] - score[b][None, :]
        off = np.where((difference > 1e-9) & (difference < 2.0 * meet - 1e-9), np.abs(difference - meet), np.inf)
        at = int(np.argmin(off))
        if off.flat[at] < best and np.isfinite(off.flat[at]):
            best, found = float(off.flat[at]), (int(a[at // len(b)]), int(b[at % len(b)]))
    return found
