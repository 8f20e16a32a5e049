"""Places of quality seniors to the juniors of a city: the quota-to-school (指标到校, policy 2.7)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from districting.solvers.rounding import controlled_rounding


@dataclass(frozen=True, eq=False)
class QuotaPlan:
    """``places`` (i, j): places of senior i for junior j; ``exact`` (i, j): the proportion before rounding; ``off``, ``bound``: sum of |places - exact| and the least that whole numbers allow."""

    places: NDArray[np.int64]
    exact: NDArray[np.float64]
    off: float
    bound: float


def apportion_quota(quotas: ArrayLike, eligible: ArrayLike, *, uplift: ArrayLike | None = None, floor: int = 0, order: ArrayLike | None = None) -> QuotaPlan:
    """``T_i x N_j / sum(N)`` in whole numbers that fit both ways: a senior gives exactly its quota, a junior gets the whole number below or above its share of all.

    Parameters
    ----------
    quotas : (i,) places a senior gives to quotas, whole numbers (usually at least half of its plan)
    eligible : (j,) pupils of a junior who may take one: three years registered and attending
    uplift : (j,) factors on ``eligible`` for rural and weak juniors; default 1
    floor : least places of a junior with eligible pupils, over all seniors
    order : which of two cells with equal remainders is rounded up first, from a public draw; default: as they stand (one senior: largest remainder)

    Raises
    ------
    ValueError : negative numbers, nobody eligible, or fewer places than the floors need

    Source: policy 2.7 (Yangjiang 2022, Zhengzhou 2022, Guangzhou).

    >>> apportion_quota([30], [120, 80, 50]).places.tolist()
    [[14, 10, 6]]
    """
    given = np.asarray(quotas, dtype=np.float64)
    pupils = np.asarray(eligible, dtype=np.float64)
    factor = np.ones(len(pupils)) if uplift is None else np.asarray(uplift, dtype=np.float64)
    if (given < 0).any() or (given != np.round(given)).any() or (pupils < 0).any() or (factor < 0).any() or not np.isfinite(factor).all():
        raise ValueError("quotas are whole numbers >= 0, eligible pupils and uplifts >= 0")
    weight = pupils * factor
    if not weight.sum():
        raise ValueError("nobody is eligible")
    share = _with_floor(weight / weight.sum() * given.sum(), floor * (pupils > 0))
    exact = given[:, None] * share[None, :] / max(given.sum(), 1.0)
    rounded = controlled_rounding(exact, order=order)
    return QuotaPlan(rounded.table, exact, rounded.off, rounded.bound)


def _with_floor(share: NDArray[np.float64], floor: NDArray[np.int64]) -> NDArray[np.float64]:
    """Shares lifted to the floor, the others lowered in proportion; whoever falls below on the way is lifted too."""
    if floor.sum() > share.sum() + 1e-9:
        raise ValueError(f"the floors need {int(floor.sum())} places, there are {int(share.sum())}")
    lifted = share < floor
    out = np.where(lifted, floor, share)
    while lifted.any() and not lifted.all():
        free = share[~lifted].sum()
        left = share.sum() - floor[lifted].sum()
        out = np.where(lifted, floor, share * (left / free if free else 0.0))
        more = ~lifted & (out < floor - 1e-12)
        if not more.any():
            break
        lifted |= more
    return out


def returned_seats(places: ArrayLike, takers: ArrayLike) -> NDArray[np.int64]:
    """(i,) quota places of each senior that nobody above its line takes; they return to its general plan.

    ``places`` (i, j) as apportioned; ``takers`` (i, j) pupils of junior j who choose senior i and reach its line.

    >>> returned_seats([[14, 10, 6]], [[20, 8, 6]]).tolist()
    [2]
    """
    offered, taken = np.asarray(places, dtype=np.int64), np.asarray(takers, dtype=np.int64)
    if (taken < 0).any():
        raise ValueError("takers are >= 0")
    return np.maximum(offered - taken, 0).sum(axis=1)
