"""Early warning (均衡发展测量预警系数, R27): how near a coefficient is to its line, and whether it is heading for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from districting.measures.balance.columns import Floats, ratio

GREEN: Final = "green"
YELLOW: Final = "yellow"
RED: Final = "red"
UNKNOWN: Final = ""


def warning_coefficient(cv: ArrayLike, line: ArrayLike) -> Floats:
    """W = CV / line; NaN where there is no line or the coefficient is undefined (a mean of 0 is undefined, not 0).

    >>> warning_coefficient([0.45, float("nan")], 0.5).tolist()
    [0.9, nan]
    """
    return ratio(cv, line)


def levels(w: ArrayLike, yellow: float, red: float) -> NDArray[Any]:
    """(k,) ``green``, ``yellow`` from ``yellow`` on, ``red`` from ``red`` on; ``""`` where W is not known. Bands of 浙教基〔2018〕100号.

    >>> levels([0.89, 0.9, 1.0, float("nan")], 0.9, 1.0).tolist()
    ['green', 'yellow', 'red', '']
    """
    given = np.asarray(w, dtype=np.float64)
    out = np.where(given >= red - 1e-12, RED, np.where(given >= yellow - 1e-12, YELLOW, GREEN)).astype(object)
    out[np.isnan(given)] = UNKNOWN
    return out


@dataclass(frozen=True)
class Trend:
    """(k,) each: ``years`` with a value; ``now`` the fitted W of the last year; ``slope`` of W per year; ``crossing`` years from the last year until the fitted line reaches red (0 = it has, inf = it never does).

    NaN where fewer years are known than asked for.
    """

    years: NDArray[np.int64]
    now: Floats
    slope: Floats
    crossing: Floats


def trend(years: ArrayLike, w: ArrayLike, red: float, least_years: int) -> Trend:
    """Least squares through the years that are known, indicator by indicator.

    Parameters
    ----------
    years : (y,) the last is this year
    w : (y, k) NaN = a year without data

    >>> found = trend([2023, 2024, 2025], [[0.7], [0.8], [0.9]], 1.0, 3)
    >>> round(float(found.slope[0]), 3), round(float(found.crossing[0]), 3)
    (0.1, 1.0)
    """
    t = np.asarray(years, dtype=np.float64)
    x = np.asarray(w, dtype=np.float64).reshape(len(t), -1)
    known = np.isfinite(x)
    n = known.sum(axis=0)
    t_mean = ratio(np.where(known, t[:, None], 0.0).sum(axis=0), n)
    x_mean = ratio(np.where(known, x, 0.0).sum(axis=0), n)
    dt = np.where(known, t[:, None] - t_mean, 0.0)
    dx = np.where(known, x - x_mean, 0.0)
    enough = n >= max(2, least_years)
    slope = np.where(enough, ratio((dt * dx).sum(axis=0), (dt**2).sum(axis=0)), np.nan)
    now = x_mean + slope * ((t[-1] if len(t) else np.nan) - t_mean)
    rising = slope > 1e-12
    ahead = np.where(rising, ratio(red - now, np.where(rising, slope, 1.0)), np.inf)
    crossing = np.where(now >= red - 1e-12, 0.0, np.maximum(ahead, 0.0))
    return Trend(n.astype(np.int64), np.where(enough, now, np.nan), slope, np.where(enough, crossing, np.nan))
