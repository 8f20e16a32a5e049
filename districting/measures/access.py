"""How far pupils travel."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from districting.measures.zoning_view import ZoningView


def weighted_quantile(values: ArrayLike, weights: ArrayLike, share: float) -> float:
    """Smallest value at or below which at least ``share`` of the weight lies; NaN without weight.

    >>> weighted_quantile([100.0, 200.0, 300.0], [1, 8, 1], 0.95)
    300.0
    """
    v, w = np.asarray(values, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    counted = (w > 0) & np.isfinite(v)
    v, w = v[counted], w[counted]
    if not len(v):
        return float("nan")
    order = np.argsort(v, kind="stable")
    cumulative = np.cumsum(w[order])
    return float(v[order][np.searchsorted(cumulative, share * cumulative[-1] * (1 - 1e-12))])


def mean_distance_m(view: ZoningView) -> float:
    """Pupil-weighted mean distance."""
    known = np.isfinite(view.distance_m) & (view.demand > 0)
    return float(np.average(view.distance_m[known], weights=view.demand[known])) if known.any() else float("nan")


def p95_distance_m(view: ZoningView) -> float:
    """Distance that 95 % of the pupils do not exceed."""
    return weighted_quantile(view.distance_m, view.demand, 0.95)


def max_distance_m(view: ZoningView) -> float:
    """Longest distance of any pupil."""
    known = np.isfinite(view.distance_m) & (view.demand > 0)
    return float(view.distance_m[known].max()) if known.any() else float("nan")


def share_beyond_radius(view: ZoningView) -> float:
    """Share of pupils farther than the service radius of the stage (GB 50099-2011 4.1.4); NaN where no radius is set."""
    known = np.isfinite(view.distance_m)
    pupils = view.demand[known].sum()
    if not pupils or not np.isfinite(view.radius_m):
        return float("nan")
    return float(view.demand[known & (view.distance_m > view.radius_m)].sum() / pupils)


def share_at_nearest(view: ZoningView) -> float:
    """Share of pupils whose school is the nearest one. Nearness is overall and relative: it need not be 1."""
    known = np.isfinite(view.distance_m)
    pupils = view.demand[known].sum()
    return float(view.demand[known & (view.distance_m <= view.nearest_m + 1e-6)].sum() / pupils) if pupils else float("nan")
