"""What a change of zones puts at risk, as pure functions of arrays (policy 4.3)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

_SLIP = 1e-9
"""What counts as rounding beside a line, as in the check of the rules."""


def pupils_by_distance_change(before_m: ArrayLike, after_m: ArrayLike, pupils: ArrayLike, bands_m: ArrayLike) -> NDArray[np.float64]:
    """(b + 1,) pupils by how much farther they travel; ``bands_m`` (b,) rising borders in metres, a border belongs to the band below it. Unknown distances do not count.

    >>> pupils_by_distance_change([500, 500, 900], [500, 900, 300], [10, 20, 30], [-300, 300]).tolist()
    [30.0, 10.0, 20.0]
    """
    change = np.asarray(after_m, dtype=np.float64) - np.asarray(before_m, dtype=np.float64)
    known = np.isfinite(change)
    band = np.searchsorted(np.asarray(bands_m, dtype=np.float64), change[known], side="left")
    return np.bincount(band, np.asarray(pupils, dtype=np.float64)[known], np.size(bands_m) + 1).astype(np.float64)


def newly_true(before: ArrayLike, after: ArrayLike, pupils: ArrayLike) -> float:
    """Pupils for whom something holds after and did not before (a way across a barrier, a longer way than the radius).

    >>> newly_true([False, True, False], [True, True, False], [5, 7, 9])
    5.0
    """
    return float(np.asarray(pupils, dtype=np.float64)[np.asarray(after, dtype=np.bool_) & ~np.asarray(before, dtype=np.bool_)].sum())


def communities_split(community: ArrayLike, zone: ArrayLike) -> int:
    """Communities whose blocks lie in several zones. ``community`` and ``zone`` (n,) numbers, -1 = in none, which does not count.

    >>> communities_split([0, 0, 1, 1, -1], [3, 4, 5, 5, 6])
    1
    """
    of, label = np.asarray(community, dtype=np.int64), np.asarray(zone, dtype=np.int64)
    known = (of >= 0) & (label >= 0)
    pairs = np.unique(np.column_stack([of[known], label[known]]), axis=0)
    return int((np.bincount(pairs[:, 0]) > 1).sum()) if len(pairs) else 0


def families_parted(family: ArrayLike, school: ArrayLike) -> int:
    """Families whose children go to several schools. ``family`` and ``school`` (c,) numbers of each child, -1 = none or not known.

    >>> families_parted([0, 0, 1, 1, 2], [7, 8, 7, 7, 7])
    1
    """
    return communities_split(family, school)


def seat_ratio(load: ArrayLike, seats: ArrayLike) -> NDArray[np.float64]:
    """(z,) pupils over seats; without seats infinite where there are pupils, 0 where there are none; NaN where the seats are not known.

    >>> seat_ratio([90, 3, 0, 5], [100, 0, 0, np.nan]).tolist()
    [0.9, inf, 0.0, nan]
    """
    pupils, places = np.asarray(load, dtype=np.float64), np.asarray(seats, dtype=np.float64)
    ratio = np.where(places > 0, pupils / np.where(places > 0, places, 1.0), np.where(pupils > 0, np.inf, 0.0))
    return np.where(np.isnan(places), np.nan, ratio)


def seat_warning(ratio: ArrayLike, yellow: float, red: float) -> NDArray[np.int64]:
    """(z,) 0 none, 1 yellow, 2 red; both lines included (Zhejiang 2018: 100 children for 100 seats are red, 90 yellow, 89 none).

    >>> seat_warning([1.0, 0.9, 0.89], 0.9, 1.0).tolist()
    [2, 1, 0]
    """
    value = np.asarray(ratio, dtype=np.float64) + 1e-12
    return ((value >= yellow).astype(np.int64) + (value >= red)).astype(np.int64)


def risk_level(value: float, medium: float, high: float, *, above: tuple[bool, bool] = (False, False)) -> int:
    """0 low, 1 medium, 2 high. ``above`` (of medium, of high): a line is only passed beyond it; else the line is included. A value that is not known has no level: -1.

    >>> risk_level(0.10, 0.03, 0.10, above=(True, True)), risk_level(0.10, 0.03, 0.10), risk_level(0.03, 0.03, 0.10, above=(True, True))
    (1, 2, 0)
    >>> risk_level(1.0, 0.9, 1.0, above=(False, True)), risk_level(1.001, 0.9, 1.0, above=(False, True))
    (1, 2)
    """
    if np.isnan(value):
        return -1
    passed = [value > line + _SLIP if beyond else value >= line - _SLIP for line, beyond in zip((medium, high), above, strict=True)]
    return sum(passed)
