"""How unequal schools are: the official pupil-weighted coefficient of variation (差异系数)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike


def coefficient_of_variation(total: ArrayLike, pupils: ArrayLike) -> float:
    """Pupil-weighted inter-school coefficient of variation (差异系数) of a per-pupil resource.

    ``x_i = total_i / pupils_i``; mean ``xbar = sum(total) / sum(pupils)``;
    ``S = sqrt(sum_i (P_i / P) (x_i - xbar)^2)``; ``CV = S / xbar``.
    Source: 县域义务教育校际均衡指标计算方法 (basic balance, 教督〔2012〕3号). Schools without pupils are left out; NaN when the mean is 0 or no school is left.

    Parameters
    ----------
    total : (s,) the resource of a school (books, square metres, teachers ...)
    pupils : (s,) pupils of the school

    Examples
    --------
    The worked example of the source: 5 schools, published 0.52.

    >>> round(coefficient_of_variation([279, 137, 935, 160, 402], [45, 37, 89, 76, 55]), 4)
    0.5153
    """
    totals, weights = np.asarray(total, dtype=np.float64), np.asarray(pupils, dtype=np.float64)
    counted = (weights > 0) & np.isfinite(totals)
    totals, weights = totals[counted], weights[counted]
    if not len(totals) or totals.sum() == 0:
        return float("nan")
    mean = totals.sum() / weights.sum()
    deviation = np.sqrt(np.average((totals / weights - mean) ** 2, weights=weights))
    return float(deviation / mean)


def value_range(values: ArrayLike, weights: ArrayLike) -> float:
    """Largest minus smallest value among groups that have weight; NaN without any."""
    v, w = np.asarray(values, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    counted = (w > 0) & np.isfinite(v)
    return float(np.ptp(v[counted])) if counted.any() else float("nan")
