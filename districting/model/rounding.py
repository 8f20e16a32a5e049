"""Shares to whole numbers that keep their sum."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

_WHOLE = 1e-9
"""A share this near below a whole number is that number."""


def largest_remainder(share: ArrayLike, total: int, turn: ArrayLike | None = None) -> NDArray[np.int64]:
    """(n,) whole numbers that sum to ``total``: whole parts, and one more for the largest remainders (Hamilton's method).

    Parameters
    ----------
    share : (n,) numbers >= 0 whose sum rounds to ``total``
    turn : positions in the order in which equal remainders are rounded up; default: as they stand

    >>> largest_remainder([1.5, 1.5, 1.0], 4).tolist()
    [2, 1, 1]
    """
    given = np.asarray(share, dtype=np.float64)
    whole = np.floor(given + _WHOLE).astype(np.int64)
    rest = np.maximum(given - whole, 0.0).round(9)
    place = np.arange(len(given)) if turn is None else np.argsort(np.asarray(turn, dtype=np.int64))
    whole[np.lexsort((place, -rest))[: total - int(whole.sum())]] += 1
    return whole
