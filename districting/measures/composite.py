"""One score out of several indicators, by given weights, entropy weights (熵权法) or the first principal component."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_ALIKE = 1e-12
"""Spread of a column, as a share of its largest value, below which it counts as constant: rounding is no difference between schools."""


@dataclass(frozen=True, eq=False)
class Composite:
    """A composite and where it comes from.

    score : (n,) the higher the better, in the method's own unit
    weight : (k,) >= 0, sum 1 (all 0 where nothing varies): what an indicator counts; of a component the squared loading
    loading : (k,) the component's loading, a unit vector; NaN for the other methods
    explained : share of the variance that the component holds; NaN for the other methods
    """

    score: NDArray[np.float64]
    weight: NDArray[np.float64]
    loading: NDArray[np.float64]
    explained: float = float("nan")


def standardised(values: NDArray[np.float64], group: NDArray[Any]) -> NDArray[np.float64]:
    """(value - mean) / deviation within each group; 0 where the value is missing or the group does not vary.

    >>> standardised(np.array([1.0, 3.0, 0.1, 0.1, 0.1]), np.array([0, 0, 1, 1, 1])).tolist()
    [-1.0, 1.0, 0.0, 0.0, 0.0]
    """
    out = np.zeros(len(values))
    for name in np.unique(group):
        mine = (group == name) & np.isfinite(values)
        if mine.any() and varies(values[mine][:, None])[0]:
            out[mine] = (values[mine] - values[mine].mean()) / values[mine].std()
    return out


def varies(values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """(k,) whether a column of (n, k) finite values is more than one value, rounding aside.

    >>> varies(np.array([[0.1, 1.0], [0.1, 2.0], [0.1 + 1e-16, 1.0]])).tolist()
    [False, True]
    """
    if not len(values):
        return np.zeros(values.shape[1], dtype=np.bool_)
    return np.asarray(np.ptp(values, axis=0) > _ALIKE * np.abs(values).max(axis=0), dtype=np.bool_)


def weighted_composite(values: NDArray[np.float64], weight: NDArray[np.float64]) -> Composite:
    """``sum_k w_k z_k`` of the standardised columns, by the planner's weights scaled to sum 1 over the columns that vary.

    Parameters
    ----------
    values : (n, k) indicators of the schools of one stage, finite, the more the better
    weight : (k,) >= 0

    Examples
    --------
    Standardised, the columns are (-1, 1) and (1, -1); the third is constant and gets no weight.

    >>> found = weighted_composite(np.array([[1.0, 8.0, 5.0], [3.0, 4.0, 5.0]]), np.array([3.0, 1.0, 4.0]))
    >>> found.weight.tolist(), found.score.tolist()
    ([0.75, 0.25, 0.0], [-0.5, 0.5])
    """
    share = _shares(np.where(varies(values), weight, 0.0))
    return Composite(_standard(values) @ share, share, np.full(values.shape[1], np.nan))


def entropy_composite(values: NDArray[np.float64]) -> Composite:
    """Entropy weights: an indicator in which schools differ much counts more than one in which they are nearly alike.

    ``y_ik = (x_ik - min_k) / (max_k - min_k)``; ``p_ik = y_ik / sum_i y_ik``; ``e_k = -sum_i p_ik ln p_ik / ln n`` (``0 ln 0 = 0``);
    ``w_k = (1 - e_k) / sum_k (1 - e_k)``; score ``sum_k w_k y_ik``, from 0 to 1. A constant column gets weight 0.

    Parameters
    ----------
    values : (n, k) indicators of the schools of one stage, finite, the more the better

    Examples
    --------
    y is (0, 1, 1) and (0, 1, 0). Entropies: ln 2 / ln 3 = 0.631 and 0. Weights: 0.369 / 1.369 = 0.270 and 1 / 1.369 = 0.730.

    >>> found = entropy_composite(np.array([[10.0, 1.0], [20.0, 5.0], [20.0, 1.0]]))
    >>> found.weight.round(3).tolist(), found.score.round(3).tolist()
    ([0.27, 0.73], [0.0, 1.0, 0.27])
    """
    moving = varies(values)
    y = np.zeros(values.shape)
    if moving.any():
        low, high = values[:, moving].min(axis=0), values[:, moving].max(axis=0)
        y[:, moving] = (values[:, moving] - low) / (high - low)
    total = np.where(moving, y.sum(axis=0), 1.0)
    p = y / total
    with np.errstate(divide="ignore", invalid="ignore"):
        entropy = -np.where(p > 0, p * np.log(p), 0.0).sum(axis=0) / np.log(max(len(values), 2))
    weight = _shares(np.where(moving, 1.0 - entropy, 0.0))
    return Composite(y @ weight, weight, np.full(values.shape[1], np.nan))


def pca_composite(values: NDArray[np.float64]) -> Composite:
    """The first principal component of the standardised columns (scikit-learn's PCA), its sign such that the loadings sum to more than 0: more is better.

    A constant column gets loading 0. ``weight`` is the squared loading: what the indicator contributes to the component.

    Parameters
    ----------
    values : (n, k) indicators of the schools of one stage, finite, the more the better

    Examples
    --------
    Two columns that rise together load alike.

    >>> found = pca_composite(np.array([[1.0, 10.0], [2.0, 20.0], [3.0, 30.0]]))
    >>> found.loading.round(3).tolist(), found.weight.round(3).tolist(), round(found.explained, 3)
    ([0.707, 0.707], [0.5, 0.5], 1.0)
    """
    moving = varies(values)
    loading = np.zeros(values.shape[1])
    if not moving.any():
        return Composite(np.zeros(len(values)), np.zeros(values.shape[1]), loading)
    from sklearn.decomposition import PCA
    from threadpoolctl import threadpool_limits

    z = _standard(values)
    with threadpool_limits(1):
        found = PCA(n_components=1, svd_solver="full").fit(z[:, moving])
    loading[moving] = found.components_[0]
    sign = loading.sum() if abs(loading.sum()) > _ALIKE else loading[np.abs(loading).argmax()]
    loading = loading if sign > 0 else -loading
    return Composite(z @ loading, loading**2, loading, float(found.explained_variance_ratio_[0]))


def points(score: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scores on the scale people know: the worst school 0, the best 100; all 50 where there is no difference.

    >>> points(np.array([-1.0, 0.0, 3.0])).tolist(), points(np.array([2.0, 2.0])).tolist()
    ([0.0, 25.0, 100.0], [50.0, 50.0])
    """
    if not len(score) or not np.ptp(score) > _ALIKE * np.abs(score).max():
        return np.full(len(score), 50.0)
    return np.asarray(100.0 * (score - score.min()) / np.ptp(score), dtype=np.float64)


def _standard(values: NDArray[np.float64]) -> NDArray[np.float64]:
    same = np.zeros(len(values), dtype=np.int64)
    return np.column_stack([standardised(values[:, k], same) for k in range(values.shape[1])]) if values.shape[1] else values


def _shares(weight: NDArray[np.float64]) -> NDArray[np.float64]:
    total = weight.sum()
    return np.asarray(weight / total if total > 0 else np.zeros(len(weight)), dtype=np.float64)
