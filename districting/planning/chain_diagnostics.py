"""How far a Markov chain can be trusted: split R-hat and effective sample size of one measure over several chains."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def split_r_hat(values: ArrayLike) -> float:
    """Between-chain against within-chain spread, each chain cut in two halves; near 1 when the chains agree, NaN when nothing varies or a half has a single draw.

    Parameters
    ----------
    values : (chains, draws) one measure, in the order of drawing

    Notes
    -----
    Gelman et al., Bayesian Data Analysis, 3rd ed. (2013), 11.4.

    Examples
    --------
    >>> bool(split_r_hat([[0.0, 1, 0, 1], [9, 8, 9, 8]]) > 5)
    True
    """
    halves = _split(values)
    draws = halves.shape[1]
    if draws < 2:
        return float("nan")
    within = float(halves.var(axis=1, ddof=1).mean())
    between = draws * float(halves.mean(axis=1).var(ddof=1))
    if within == 0:
        return float("nan") if between == 0 else float("inf")
    return float(np.sqrt(((draws - 1) / draws * within + between / draws) / within))


def effective_size(values: ArrayLike) -> float:
    """Independent draws that would tell as much about the mean; NaN when nothing varies or a half has a single draw.

    Parameters
    ----------
    values : (chains, draws)

    Notes
    -----
    Autocorrelations of the split chains, summed while pairs of neighbours stay positive (Geyer 1992), as in Vehtari et al. (2021), without ranks.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> bool(700 < effective_size(rng.normal(size=(4, 250))) < 1400)
    True
    """
    halves = _split(values)
    chains, draws = halves.shape
    if draws < 2:
        return float("nan")
    centred = halves - halves.mean(axis=1, keepdims=True)
    spectrum = np.abs(np.fft.rfft(centred, 2 * draws, axis=1)) ** 2
    covariance = np.fft.irfft(spectrum, axis=1)[:, :draws] / draws
    within = float(covariance[:, 0].mean()) * draws / (draws - 1)
    total = within * (draws - 1) / draws + float(halves.mean(axis=1).var(ddof=1))
    if total <= 0:
        return float("nan")
    rho = 1 - (within - covariance.mean(axis=0) * draws / (draws - 1)) / total
    pairs = rho[0 : 2 * (draws // 2) : 2] + rho[1 : 2 * (draws // 2) : 2]
    positive = np.minimum.accumulate(pairs[: int(np.argmax(pairs <= 0)) if (pairs <= 0).any() else len(pairs)])
    time = max(-1 + 2 * float(positive.sum()), 1 / np.log10(max(chains * draws, 10)))
    return float(chains * draws / time)


def _split(values: ArrayLike) -> NDArray[np.float64]:
    """(2 chains, draws // 2) the halves."""
    given = np.atleast_2d(np.asarray(values, dtype=np.float64))
    half = given.shape[1] // 2
    return np.concatenate([given[:, :half], given[:, given.shape[1] - half :]])
