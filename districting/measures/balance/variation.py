"""The official pupil-weighted coefficient of variation (差异系数), and plain ranges."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from districting.measures.balance.columns import Floats, as_columns, as_given, ratio


def per_pupil(total: ArrayLike, pupils: ArrayLike) -> Floats:
    """Totals by pupils, (s,) or (s, k); NaN where a school has no pupils or gives nothing.

    >>> per_pupil([10, 5], [5, 0]).tolist()
    [2.0, nan]
    """
    totals = np.asarray(total, dtype=np.float64)
    weights = np.nan_to_num(np.asarray(pupils, dtype=np.float64))
    return ratio(totals, weights[:, None] if totals.ndim == 2 else weights)


def coefficients_of_variation(total: ArrayLike, pupils: ArrayLike) -> Any:
    """Pupil-weighted inter-school coefficient of variation (差异系数) of per-pupil resources.

    ``x_i = total_i / pupils_i``; mean ``xbar = sum(total) / sum(pupils)``;
    ``S = sqrt(sum_i (P_i / P) (x_i - xbar)^2)``; ``CV = S / xbar``.
    Source: 县域义务教育校际均衡指标计算方法 (basic balance, 教督〔2012〕3号).

    Parameters
    ----------
    total : (s,) or (s, k) the resources of a school (books, square metres, teachers ...), NaN where not given
    pupils : (s,) pupils of the school

    Returns
    -------
    float or (k,) : schools without pupils, or without the indicator, are left out; NaN when the mean is 0 or no school is left; 0 of a single school

    Examples
    --------
    The worked example of the source: 5 schools, published 0.52.

    >>> round(coefficients_of_variation([279, 137, 935, 160, 402], [45, 37, 89, 76, 55]), 4)
    0.5153
    """
    totals, weights, alone = as_columns(total, pupils)
    whole = weights.sum(axis=0)
    mean = ratio(totals.sum(axis=0), whole)
    each = np.divide(totals, weights, out=np.zeros_like(totals), where=weights > 0)
    variance = ratio((weights * np.where(weights > 0, each - mean, 0.0) ** 2).sum(axis=0), whole)
    return as_given(ratio(np.sqrt(variance), mean), alone)


def coefficient_of_variation(total: ArrayLike, pupils: ArrayLike) -> float:
    """:func:`coefficients_of_variation` of one indicator, (s,).

    >>> round(coefficient_of_variation([279, 137, 935, 160, 402], [45, 37, 89, 76, 55]), 4)
    0.5153
    """
    return float(coefficients_of_variation(np.asarray(total, dtype=np.float64), pupils))


def value_range(values: ArrayLike, weights: ArrayLike) -> float:
    """Largest minus smallest value among groups that have weight; NaN without any."""
    v, w = np.asarray(values, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    counted = (w > 0) & np.isfinite(v)
    return float(np.ptp(v[counted])) if counted.any() else float("nan")


def range_ratio(values: ArrayLike, weights: ArrayLike | None = None) -> Any:
    """Largest by smallest value (极差率) among schools that have weight, (s,) or (s, k); NaN where the smallest is 0 or nobody counts.

    >>> range_ratio([4.0, 2.0, 8.0, 1.0], [10, 10, 10, 0])
    4.0
    """
    x, w, alone = as_columns(values, weights)
    high = np.where(w > 0, x, -np.inf).max(axis=0, initial=-np.inf)
    low = np.where(w > 0, x, np.inf).min(axis=0, initial=np.inf)
    known = np.isfinite(high) & (low > 0)
    return as_given(ratio(np.where(known, high, np.nan), np.where(known, low, 1.0)), alone)
