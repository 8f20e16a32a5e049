"""Proximity targets of enrolment (policy 2.8): who is zoned, and how much of an intake comes from the zone. The lines are data: ``profiles/proximity.toml``."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def zoned_share(zoned: ArrayLike) -> float:
    """Share of schools that enrol by zone; ``zoned`` (s,) flags. NaN without schools. Line for primaries: all; for juniors 90 % by 2015, 95 % by 2017.

    >>> zoned_share([True, True, False, True])
    0.75
    """
    flags = np.asarray(zoned, dtype=np.bool_)
    return float(flags.mean()) if len(flags) else float("nan")


def in_zone_share(in_zone: ArrayLike, intake: ArrayLike) -> NDArray[np.float64]:
    """(s,) share of the intake of each school that lives in its zone, NaN where it took in nobody or a count is not known (NaN).

    Raises
    ------
    ValueError : counts below 0, or more from the zone than in all

    >>> in_zone_share([90, 0], [100, 0]).tolist()
    [0.9, nan]
    """
    inside, everyone = np.asarray(in_zone, dtype=np.float64), np.asarray(intake, dtype=np.float64)
    if inside.shape != everyone.shape or (inside < 0).any() or (everyone < 0).any() or (inside > everyone).any():
        raise ValueError("0 <= in_zone <= intake, of one shape")
    return np.where(everyone > 0, inside / np.where(everyone > 0, everyone, 1.0), np.nan)


def meets_line(share: ArrayLike, line: float) -> NDArray[np.bool_]:
    """(s,) whether each share reaches ``line``, the line included; False where it is not known.

    >>> meets_line([0.9, 0.8999, float("nan")], 0.9).tolist()
    [True, False, False]
    """
    return np.asarray(np.asarray(share, dtype=np.float64) >= line - 1e-12, dtype=np.bool_)


def specialty_share(specialty: ArrayLike, intake: ArrayLike) -> NDArray[np.float64]:
    """(s,) share of the intake that came by specialty.

    >>> specialty_share([5], [100]).tolist()
    [0.05]
    """
    return in_zone_share(specialty, intake)
