"""What pupils can use when schools share a part of what they have: own parts stay, the rest is a pool (policy R20, R35)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def pooled(total: ArrayLike, pupils: ArrayLike, pool: ArrayLike, share: float, *, weak_first: bool = False) -> NDArray[np.float64]:
    """(s,) the resource that the pupils of each school can use.

    Parameters
    ----------
    total : (s,) the resource of a school; NaN = not known: it neither gives nor takes
    pupils : (s,) its pupils; a school without any neither gives nor takes
    pool : (s,) the pool it belongs to, as a number; -1: none
    share : 0..1 of its resource that a school of a pool lends

    Each school keeps ``(1 - share)`` of its own. What a pool holds goes to its schools per pupil; with ``weak_first`` it fills up the schools that have least per pupil,
    all to one level, as water fills a basin: of all ways to hand out the pool this leaves the least inequality (the level is the best minimum, and every transfer from
    above it to below has been made). Sums are kept.

    Raises
    ------
    ValueError : shapes that do not fit, a share outside 0..1

    >>> pooled([300.0, 100.0], [100, 100], [0, 0], 0.5).tolist()
    [250.0, 150.0]
    >>> pooled([300.0, 100.0], [100, 100], [0, 0], 0.5, weak_first=True).tolist()
    [200.0, 200.0]
    """
    have, weight, of = np.asarray(total, dtype=np.float64), np.asarray(pupils, dtype=np.float64), np.asarray(pool, dtype=np.int64)
    if have.ndim != 1 or have.shape != weight.shape or have.shape != of.shape or not 0 <= share <= 1:
        raise ValueError("total, pupils and pool are (s,), share is 0..1")
    takes = (of >= 0) & np.isfinite(have) & (weight > 0)
    used = have.copy()
    for number in np.unique(of[takes]):
        mine = takes & (of == number)
        own = (1 - share) * have[mine]
        used[mine] = own + _handed_out(own, weight[mine], share * float(have[mine].sum()), weak_first)
    return used


def _handed_out(own: NDArray[np.float64], weight: NDArray[np.float64], amount: float, weak_first: bool) -> NDArray[np.float64]:
    """What each school gets of ``amount``."""
    if not weak_first:
        return amount * weight / weight.sum()
    level = own / weight
    order = np.argsort(level, kind="stable")
    sums, parts = np.cumsum(weight[order]), np.cumsum(own[order])
    tops = (amount + parts) / sums  # the level when the first so many are filled to one height
    filled = int(np.flatnonzero(tops >= level[order])[-1])
    return np.maximum(tops[filled] * weight - own, 0.0)


def hub_pool(distance_m: ArrayLike, pupils: ArrayLike, reach_m: float) -> NDArray[np.bool_]:
    """(s,) the members of one district that share: those within reach of the member from which most pupils are in reach (the first, if several; none that is alone).

    ``distance_m`` (s, s) between members; NaN = not known, not in reach. Nobody shares where nobody has another within reach.

    >>> hub_pool([[0, 900, 5000], [900, 0, 800], [5000, 800, 0]], [10, 10, 10], 1000.0).tolist()
    [True, True, True]
    """
    metres, weight = np.asarray(distance_m, dtype=np.float64), np.asarray(pupils, dtype=np.float64)
    if metres.shape != (len(weight), len(weight)):
        raise ValueError("distance_m is (s, s), pupils (s,)")
    if not len(weight):
        return np.zeros(0, dtype=np.bool_)
    near = metres <= reach_m
    np.fill_diagonal(near, True)
    joined = near.sum(axis=1) > 1
    if not joined.any():
        return np.zeros(len(weight), dtype=np.bool_)
    return np.asarray(near[int(np.argmax(np.where(joined, near @ np.nan_to_num(weight), -1.0)))], dtype=np.bool_)
