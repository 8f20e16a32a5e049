"""Where one alternative becomes cheaper than a pair while a score moves: both prices as functions of the move."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from districting.pairing.yardstick import Yardstick


def first_drop(yardstick: Yardstick, more: NDArray[np.float64], gap: NDArray[np.float64], own: float, sign: int, near: float) -> NDArray[np.float64]:
    """(a,) the least move t >= 0 beyond which alternative a is strictly cheaper than the pair; inf where there is none.

    ``more`` metres by which it is dearer apart from the gaps, ``gap`` points of its own (not open while it is <= 0), ``own`` points of the pair; every gap moves
    by ``sign`` x t. The difference in price is constant where wide gaps are wanted; where like gaps are, it is a slope between two constants.

    >>> mean = Yardstick(weight_m=100.0, goal="alike", spread=10.0, reference=20.0)
    >>> first_drop(mean, np.array([0.0]), np.array([24.0]), 18.0, -1, 1e-9).tolist()  # as far above the mean as the pair is below it
    [1.0]
    """
    opens = np.maximum(-gap, 0.0) if sign > 0 else np.where(gap > 0, 0.0, np.inf)
    closes = np.full(len(gap), np.inf) if sign > 0 else gap
    at = np.where(np.isfinite(opens), opens, 0.0)
    start = more + yardstick.price(gap + sign * at) - yardstick.price(own + sign * at)
    drop = np.where((start < -near) & np.isfinite(opens), opens, np.inf)
    if yardstick.goal == "alike" and yardstick.slope > 0:
        to_mean, own_to_mean = sign * (yardstick.reference - gap), sign * (yardstick.reference - own)
        falls = (to_mean > own_to_mean) & (more - yardstick.slope * (to_mean - own_to_mean) < -near) & np.isfinite(opens)
        zero = np.maximum((more / yardstick.slope + to_mean + own_to_mean) / 2.0, opens)
        drop = np.where(falls, np.minimum(drop, zero), drop)
    return np.where(drop < closes, drop, np.inf)
