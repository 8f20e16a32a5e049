"""Gini and Theil of per-pupil values, weighted by pupils; Theil taken apart into what lies between groups of schools and what lies within."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from districting.measures.balance.columns import Floats, as_columns, as_given, ratio


def gini(values: ArrayLike, weights: ArrayLike | None = None) -> Any:
    """Gini coefficient: half the mean difference of two pupils drawn with replacement, by the mean. 0 = all alike.

    Parameters
    ----------
    values : (s,) or (s, k) per-pupil values, not negative; NaN = not given
    weights : (s,) pupils; None = every school counts once

    Returns
    -------
    float or (k,) : NaN where the mean is 0 or no school counts

    >>> gini([1.0, 1.0, 1.0]), gini([0.0, 0.0, 0.0, 1.0])
    (0.0, 0.75)
    """
    given, counted, alone = as_columns(values, weights)
    x, w = np.ascontiguousarray(given.T), np.ascontiguousarray(counted.T)  # a row to each indicator: rows sort several times faster than columns
    if weights is None and counted.all():
        x.sort(axis=1)
    else:
        order = np.argsort(x, axis=1)
        x, w = np.take_along_axis(x, order, axis=1), np.take_along_axis(w, order, axis=1)
    below = np.cumsum(w, axis=1)
    whole = w.sum(axis=1)
    amount = (w * x).sum(axis=1)
    # sum over pairs of w_i w_j |x_i - x_j| = 2 sum_i w_i x_i (weight below i - weight above i)
    lean = (w * x * (2.0 * below - w - whole[:, None])).sum(axis=1)
    return as_given(np.maximum(ratio(lean, whole * amount), 0.0), alone)


def theil(values: ArrayLike, weights: ArrayLike | None = None) -> Any:
    """Theil's T: ``sum_i (w_i / W) (x_i / mean) ln(x_i / mean)``; a school with nothing adds 0. 0 = all alike; arguments as for :func:`gini`.

    >>> theil([2.0, 2.0]), round(theil([0.0, 4.0]), 4)
    (0.0, 0.6931)
    """
    x, w, alone = as_columns(values, weights)
    return as_given(_theil(x, w), alone)


@dataclass(frozen=True)
class TheilParts:
    """(k,) each: ``total`` = ``between`` + ``within``; ``between``: what would be left if all schools of a group were alike."""

    total: Floats
    between: Floats
    within: Floats

    @property
    def between_share(self) -> Floats:
        """``between`` by ``total``, (k,); NaN where all schools are alike."""
        return ratio(self.between, np.where(self.total > 1e-15, self.total, 0.0))


def theil_parts(values: ArrayLike, weights: ArrayLike | None, group: ArrayLike) -> TheilParts:
    """Theil's T between and within groups of schools (districts; urban, fringe and rural): policy R22.

    Parameters
    ----------
    values : (s,) or (s, k) per-pupil values
    weights : (s,) pupils; None = every school counts once
    group : (s,) number of the group of each school, 0 or more; schools in no group may form one of their own

    >>> parts = theil_parts([1.0, 1.0, 3.0, 3.0], None, [0, 0, 1, 1])
    >>> float(parts.within[0]), float(parts.between_share[0])
    (0.0, 1.0)
    """
    x, w, _ = as_columns(values, weights)
    g = np.asarray(group, dtype=np.int64)
    groups = int(g.max(initial=-1)) + 1
    k = x.shape[1]
    cell = (g[:, None] * k + np.arange(k)).ravel()
    pupils, amount = (np.bincount(cell, v.ravel(), minlength=groups * k).reshape(groups, k).astype(np.float64) for v in (w, w * x))
    mean = np.divide(amount, pupils, out=np.zeros_like(amount), where=pupils > 0)
    total, between = _theil(x, w), _theil(mean, pupils)
    return TheilParts(total, between, np.where(np.isnan(total), np.nan, np.maximum(total - between, 0.0)))


def _theil(x: Floats, w: Floats) -> Floats:
    mean = ratio((w * x).sum(axis=0), w.sum(axis=0))
    relative = ratio(np.where(w > 0, x, np.nan), mean)
    each = np.where(relative > 0, relative * np.log(np.where(relative > 0, relative, 1.0)), 0.0)
    undefined = np.isnan(mean) | (mean == 0)
    out = ratio((w * np.where(np.isfinite(each), each, 0.0)).sum(axis=0), w.sum(axis=0))
    return np.where(undefined, np.nan, np.maximum(out, 0.0))
