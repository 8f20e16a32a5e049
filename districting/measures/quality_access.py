"""Good schools near home 家门口的好学校: pupils who live within the service radius of a school that passes the quality lines (policy R42)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

NONE, NEAR, OWN = 0, 1, 2
"""No passing school within the radius; one is, but it is not the block's own; the block's own school is."""


def quality_access(school_of_block: ArrayLike, distance_m: ArrayLike, nearest_passing_m: ArrayLike, passes: ArrayLike, radius_m: float) -> NDArray[np.int64]:
    """(n,) ``OWN``, ``NEAR`` or ``NONE`` for each block.

    Parameters
    ----------
    school_of_block, distance_m : (n,) own school (-1 = none) and the way to it, NaN unknown
    nearest_passing_m : (n,) way to the nearest school that passes, NaN or inf where there is none
    passes : (s,) whether a school passes the quality lines
    radius_m : service radius, included

    >>> quality_access([0, 1, 1], [400.0, 300.0, 300.0], [400.0, 450.0, 900.0], [True, False], 500.0).tolist()
    [2, 1, 0]
    """
    school, good = np.asarray(school_of_block, dtype=np.int64), np.asarray(passes, dtype=np.bool_)
    with np.errstate(invalid="ignore"):
        own = (school >= 0) & (np.asarray(distance_m, dtype=np.float64) <= radius_m)
        near = np.asarray(nearest_passing_m, dtype=np.float64) <= radius_m
    own &= good[np.maximum(school, 0)] if len(good) else False
    return np.where(own, OWN, np.where(near, NEAR, NONE)).astype(np.int64)


def access_share(access: ArrayLike, pupils: ArrayLike, least: int = NEAR) -> float:
    """Share of the pupils whose block has at least ``least``; NaN without pupils.

    >>> access_share([2, 1, 0], [10, 20, 30]), access_share([2, 1, 0], [10, 20, 30], OWN)
    (0.5, 0.16666666666666666)
    """
    weight = np.asarray(pupils, dtype=np.float64)
    return float(weight[np.asarray(access) >= least].sum() / weight.sum()) if weight.sum() > 0 else float("nan")
