"""What a school gains of another: the resources that the other has above the average and it has below."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from districting.measures.composite import varies


def resource_shares(z: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """(r,) weights scaled to sum 1 over the resources that vary; 0 for one that does not, all 0 where none does.

    >>> resource_shares(np.array([[1.0, 0.0], [-1.0, 0.0]]), np.array([2.0, 2.0])).tolist()
    [1.0, 0.0]
    """
    used = np.where(varies(z), weight, 0.0) if len(z) else np.zeros(len(weight))
    total = float(used.sum())
    return used / total if total > 0 else used


def gain_matrix(z: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """(s, s) ``gain[i, j]``: what school i gains of school j (policy R17, 差异性校际合作).

    ``sum_k w_k max(0, z_jk - mean_k) max(0, mean_k - z_ik)``, weights scaled to sum 1: 1 where j lies one standard deviation above the average, and i one below,
    in every resource.

    Parameters
    ----------
    z : (s, r) standardised resources
    weight : (r,) >= 0

    >>> gain_matrix(np.array([[1.0, -1.0], [-1.0, 1.0]]), np.ones(2)).tolist()
    [[0.0, 0.5], [0.5, 0.0]]
    """
    above, below = parts(z)
    return np.asarray((below * resource_shares(z, weight)) @ above.T)


def parts(z: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(s, r) what a school has above the average of a resource, and (s, r) what it lacks to it."""
    centred = z - z.mean(axis=0) if len(z) else z
    centred = np.where(np.abs(centred) > 1e-12, centred, 0.0)
    return np.maximum(centred, 0.0), np.maximum(-centred, 0.0)


def gifts(z: NDArray[np.float64], weight: NDArray[np.float64], giver: NDArray[np.int64], taker: NDArray[np.int64]) -> NDArray[np.float64]:
    """(p, r) what each resource adds to the taker's gain of the giver; a row sums to ``gain_matrix[taker, giver]``.

    >>> gifts(np.array([[1.0, -1.0], [-1.0, 1.0]]), np.ones(2), np.array([0]), np.array([1])).tolist()
    [[0.5, 0.0]]
    """
    above, below = parts(z)
    return np.asarray(resource_shares(z, weight) * above[giver] * below[taker])
