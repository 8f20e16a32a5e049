"""How near the means of classes can come at best: a bound that the scores, the sizes and the groups set, whatever the classes (policy R43)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike

_MOST_STEPS = 20_000
"""Lowest means tried; each is one step of a class sum."""


def least_mean_gap(scores: ArrayLike, classes: int, together: Sequence[Sequence[int]] = ()) -> float:
    """A lower bound of the largest less the smallest mean over all classes whose sizes differ by one at most.

    The larger of two: class sums are whole steps of the scores (marks of 0.5, say) and add up to the sum of all, which even means may not allow; and the class of the
    highest (lowest) pupil, or of a group that stays together, cannot be lower (higher) than with the lowest (highest) of all others around it.

    Parameters
    ----------
    scores : (n,) finite
    classes : k, 1..n
    together : groups of positions that go to one class

    >>> least_mean_gap([90, 80, 70, 61], 2)
    0.5
    >>> least_mean_gap([100, 0, 0, 0], 2)
    50.0
    """
    given = np.asarray(scores, dtype=np.float64)
    exact = [Decimal(repr(s)) for s in given.tolist()]
    if len(set(exact)) <= 1 or classes == 1:
        return 0.0
    places = max(0, *(-int(d.as_tuple().exponent) for d in exact))
    whole = [int(d.scaleb(places)) for d in exact]
    low = min(whole)
    step = math.gcd(*(w - low for w in whole))
    steps = [(w - low) // step for w in whole]
    mark = Fraction(step, 10**places)
    return float(mark * max(_by_steps(sum(steps), len(steps), classes), _by_outliers(steps, classes, together)))


def _by_steps(total: int, n: int, classes: int) -> Fraction:
    """The least gap of whole class sums that add up to ``total``: for every lowest mean that can be, the least highest mean that leaves room for the rest."""
    size, larger = divmod(n, classes)
    sizes = [(size, classes - larger), (size + 1, larger)] if larger else [(size, classes)]
    middle = Fraction(total, n)
    best = Fraction(1, size)  # sums rounded down or up around the middle are always that near
    tried = 0
    for s, _ in sizes:
        lowest = total * s // n
        while Fraction(lowest, s) > middle - best and tried < _MOST_STEPS:
            tried += 1
            best = min(best, _reach(total, sizes, Fraction(lowest, s), best))
            lowest -= 1
    return Fraction(0) if tried >= _MOST_STEPS else best


def _reach(total: int, sizes: list[tuple[int, int]], low: Fraction, best: Fraction) -> Fraction:
    """The least highest mean less ``low``, where no mean is below ``low``; ``best`` where it is not below that."""
    least = [math.ceil(s * low) for s, _ in sizes]
    missing = total - sum(v * count for v, (_, count) in zip(least, sizes, strict=True))
    if missing < 0:
        return best
    highs = sorted({Fraction(v + extra, s) for v, (s, _) in zip(least, sizes, strict=True) for extra in range(int(s * best) + 2)})
    for high in highs:
        room = [math.floor(s * high) - v for v, (s, _) in zip(least, sizes, strict=True)]
        if min(room) >= 0 and sum(r * count for r, (_, count) in zip(room, sizes, strict=True)) >= missing:
            return min(best, high - low)
    return best


def _by_outliers(steps: list[int], classes: int, together: Sequence[Sequence[int]]) -> Fraction:
    """What the highest and lowest pupil, and every group, force upon their class."""
    n, total = len(steps), sum(steps)
    size, larger = divmod(n, classes)
    rising = sorted(range(n), key=lambda i: steps[i])
    best = Fraction(0)
    for unit in [[rising[-1]], [rising[0]], *map(list, together)]:
        own, inside = sum(steps[i] for i in unit), set(unit)
        others = [steps[i] for i in rising if i not in inside]
        forced = []
        for s in (size, size + 1) if larger else (size,):
            free = s - len(unit)
            if free < 0 or s == n:
                continue
            least, most = own + sum(others[:free]), own + sum(others[len(others) - free :])
            forced.append(max(Fraction(least, s) - Fraction(total - least, n - s), Fraction(total - most, n - s) - Fraction(most, s)))
        if forced:
            best = max(best, min(forced))
    return best
