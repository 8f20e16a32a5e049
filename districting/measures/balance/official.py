"""Lines of the official rules: the composite of basic balance (2012), and what every school must reach in quality balance (2017)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from districting.measures.balance.columns import Floats, ratio

Bools = NDArray[np.bool_]


def composite(cv: ArrayLike) -> float:
    """综合差异系数: the arithmetic mean of the coefficients; NaN where one of them is not known, as nothing stands in for it. Source: 教督〔2012〕3号.

    Changchun Nanguan, primary, published 0.359:

    >>> round(composite([0.393, 0.578, 0.372, 0.246, 0.208, 0.311, 0.311, 0.455]), 3)
    0.359
    """
    given = np.asarray(cv, dtype=np.float64)
    return float(given.mean()) if len(given) else float("nan")


@dataclass(frozen=True, eq=False)
class Compliance:
    """``ratio`` (s, k) value by line, NaN = not known; ``met`` (s, k); ``known`` (s,) whether every indicator is.

    ``passes`` (s,) False where not known; ``fails`` (s,) whatever the unknown indicators are. Neither: it hangs on what is missing.
    """

    ratio: Floats
    met: Bools
    known: Bools
    passes: Bools
    fails: Bools


def compliance(values: ArrayLike, line: ArrayLike, least_met: int, floor: float) -> Compliance:
    """Whether each school passes: at least ``least_met`` indicators reach their lines and the others at least ``floor`` of it. Source: 教督〔2017〕6号 art. 6.

    Parameters
    ----------
    values : (s, k) per pupil or per 100 pupils, NaN = not given
    line : (k,) or (s, k) in the unit of the values

    >>> compliance([[4.2, 0.86], [4.2, 0.84]], [4.2, 1.0], least_met=1, floor=0.85).passes.tolist()
    [True, False]
    """
    share = ratio(np.asarray(values, dtype=np.float64), np.broadcast_to(np.asarray(line, dtype=np.float64), np.shape(values)))
    known: Bools = np.asarray(np.isfinite(share).all(axis=1))
    at_least = np.nan_to_num(share)
    met: Bools = np.asarray(at_least >= 1.0 - 1e-12)
    given = np.isfinite(share)
    missed = given & ~met
    fails = (missed.sum(axis=1) > share.shape[1] - least_met) | (given & (at_least < floor - 1e-12)).any(axis=1)
    return Compliance(share, met, known, known & ~fails, fails)


def near_misses(share: ArrayLike) -> NDArray[np.int64]:
    """(m, 2) school and indicator of every line that is missed, nearest to its line first (x / t descending), ties in the order given.

    >>> near_misses([[1.2, 0.7], [0.9, 1.0]]).tolist()
    [[1, 0], [0, 1]]
    """
    found = np.asarray(share, dtype=np.float64)
    at = np.argwhere(found < 1.0 - 1e-12)
    return at[np.argsort(-found[at[:, 0], at[:, 1]], kind="stable")].astype(np.int64)
