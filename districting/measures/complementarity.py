"""How much of what one school lacks another has to give (policy R17)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def complementarity_gain(
    receiver: NDArray[np.float64], giver: NDArray[np.float64], mean: NDArray[np.float64] | None = None, weight: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """Gain of every receiver from every giver: ``sum_k w_k max(0, z_jk - mean_k) max(0, mean_k - z_ik)``.

    Parameters
    ----------
    receiver : (a, r) resource vectors z_i, standardised within the stage
    giver : (b, r) resource vectors z_j
    mean : (r,) the mean of each resource; 0 where absent (standardised vectors)
    weight : (r,) >= 0, scaled to sum 1; absent: equal over the resources that vary among all the vectors given

    Returns
    -------
    (a, b) gains >= 0, in squared standard deviations.

    Examples
    --------
    The receiver lacks one deviation of the first resource; the giver has two to spare. The second resource counts half and adds nothing.

    >>> complementarity_gain(np.array([[-1.0, 0.5]]), np.array([[2.0, 1.0]]))
    array([[1.]])
    """
    if receiver.shape[1] == 0:
        return np.zeros((len(receiver), len(giver)))
    centre = np.zeros(receiver.shape[1]) if mean is None else mean
    share = _shares(np.vstack([receiver, giver]), weight)
    spare = np.maximum(0.0, giver - centre) * share
    lack = np.maximum(0.0, centre - receiver)
    return lack @ spare.T


def varying_weights(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """(r,) equal weights that sum to 1 over the columns that vary, 0 elsewhere.

    >>> varying_weights(np.array([[1.0, 5.0, 0.0], [2.0, 5.0, 1.0]]))
    array([0.5, 0. , 0.5])
    """
    return _shares(vectors, None)


def _shares(vectors: NDArray[np.float64], weight: NDArray[np.float64] | None) -> NDArray[np.float64]:
    varies = np.ptp(vectors, axis=0) > 0 if len(vectors) else np.zeros(vectors.shape[1], dtype=bool)
    raw = varies.astype(np.float64) if weight is None else np.asarray(weight, dtype=np.float64)
    total = raw.sum()
    return raw / total if total > 0 else raw
