"""Gaps between groups of pupils (migrant children, girls, boarders): what the schools they are in offer, and how far they are kept apart."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from districting.measures.balance.columns import Floats, as_columns, ratio


def group_share(of_group: ArrayLike, pupils: ArrayLike) -> float:
    """Share of pupils that belong to the group, over schools that give both numbers; NaN without any.

    >>> group_share([10, 30], [100, 100])
    0.2
    """
    g, p = _counted(of_group, pupils)
    return float(g.sum() / p.sum()) if p.sum() > 0 else float("nan")


def group_gaps(values: ArrayLike, of_group: ArrayLike, pupils: ArrayLike) -> Floats:
    """(k,) how much more of each resource the mean pupil of the group finds at school than the mean other pupil, as a share of the latter; negative = the group has less.

    Parameters
    ----------
    values : (s, k) per-pupil values of schools
    of_group, pupils : (s,) pupils of the group and all pupils

    >>> group_gaps([[10.0], [20.0]], [50, 0], [50, 50]).tolist()
    [-0.5]
    """
    g, p = _counted(of_group, pupils)
    mine, others = (_means(values, w) for w in (g, p - g))
    return ratio(mine, others) - 1.0


def dissimilarity(of_group: ArrayLike, pupils: ArrayLike) -> float:
    """Share of the group that would have to change school to be spread as all others are: half of ``sum |g_i / G - r_i / R|``; 0 = evenly mixed, 1 = apart.

    >>> dissimilarity([50, 0], [50, 50]), dissimilarity([5, 5], [50, 50])
    (1.0, 0.0)
    """
    g, p = _counted(of_group, pupils)
    rest = p - g
    if g.sum() <= 0 or rest.sum() <= 0:
        return float("nan")
    return float(0.5 * np.abs(g / g.sum() - rest / rest.sum()).sum())


def _counted(of_group: ArrayLike, pupils: ArrayLike) -> tuple[Floats, Floats]:
    """Both numbers, 0 for schools that do not give both."""
    g, p = np.asarray(of_group, dtype=np.float64), np.asarray(pupils, dtype=np.float64)
    known = np.isfinite(g) & np.isfinite(p)
    return np.where(known, np.minimum(g, p), 0.0), np.where(known, p, 0.0)


def _means(values: ArrayLike, weights: Floats) -> Floats:
    x, w, _ = as_columns(values, weights)
    return ratio((w * x).sum(axis=0), w.sum(axis=0))
