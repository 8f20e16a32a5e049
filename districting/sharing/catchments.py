"""How well schools reach shared venues: two-step floating catchments (policy R26)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Decay = Callable[[NDArray[np.float64], float], NDArray[np.float64]]


@dataclass(frozen=True, eq=False)
class Access:
    """``score`` (n,) supply per head that each place reaches; ``within`` (n,) whether it reaches any; ``ratio`` (m,) supply per weighted head of each supplier, NaN = reached by nobody."""

    score: NDArray[np.float64]
    within: NDArray[np.bool_]
    ratio: NDArray[np.float64]


def gaussian_decay(distance: NDArray[np.float64], d0: float) -> NDArray[np.float64]:
    """``G(d) = (exp(-(d/d0)^2 / 2) - exp(-1/2)) / (1 - exp(-1/2))`` for ``d <= d0``, else 0: 1 on the spot, 0 at ``d0``.

    Source: D. Dai, Black residential segregation, disparities in spatial access to health care facilities, and late-stage breast cancer diagnosis in
    metropolitan Detroit, Health & Place 16 (2010) 1038-1052.

    >>> gaussian_decay(np.array([0.0, 500.0, 1000.0, 1200.0]), 1000.0).round(4).tolist()
    [1.0, 0.7014, 0.0, 0.0]
    """
    edge = np.exp(-0.5)
    near = np.isfinite(distance) & (distance <= d0)
    share = np.where(near, distance, d0) / d0
    return np.asarray(np.where(near, (np.exp(-0.5 * share**2) - edge) / (1.0 - edge), 0.0))


def band_decay(weights: tuple[float, float, float] = (1.0, 0.68, 0.22)) -> Decay:
    """Three bands of equal width up to ``d0``, each with one weight (E2SFCA).

    Source: W. Luo, Y. Qi, An enhanced two-step floating catchment area (E2SFCA) method for measuring spatial accessibility to primary care physicians,
    Health & Place 15 (2009) 1100-1107; weights 1.00, 0.68, 0.22 are theirs (bands of 0-10, 10-20 and 20-30 minutes).

    >>> band_decay()(np.array([0.0, 400.0, 1000.0, 1200.0]), 900.0).tolist()
    [1.0, 0.68, 0.0, 0.0]
    """
    steps = np.append(np.asarray(weights, dtype=np.float64), 0.0)

    def decay(distance: NDArray[np.float64], d0: float) -> NDArray[np.float64]:
        return steps[np.searchsorted(d0 * np.array([1 / 3, 2 / 3, 1.0]), distance, side="left")]

    return decay


def floating_catchments(people: ArrayLike, supply: ArrayLike, distance: ArrayLike, d0: float, decay: Decay = gaussian_decay) -> Access:
    """Supply per head that each place reaches, suppliers shared by all who reach them.

    Step 1: ``R_j = S_j / sum_k G(d_kj) P_k`` over places within ``d0`` of supplier j. Step 2: ``A_i = sum_j G(d_ij) R_j``.
    A law: ``sum_i P_i A_i`` is the supply of all suppliers that anybody reaches.

    Parameters
    ----------
    people : (n,) heads, >= 0
    supply : (m,) of each supplier, >= 0
    distance : (n, m) in the unit of ``d0``; ``inf`` = not to be reached
    d0 : the catchment, > 0

    Raises
    ------
    ValueError : arrays that do not fit, negative or missing numbers

    >>> found = floating_catchments([100, 100], [30], [[0.0], [500.0]], 1000.0)
    >>> found.score.round(4).tolist(), round(float(found.score @ [100, 100]), 9)
    ([0.1763, 0.1237], 30.0)
    """
    heads, given, way = (np.asarray(a, dtype=np.float64) for a in (people, supply, distance))
    if way.shape != (*heads.shape, *given.shape) or heads.ndim != 1 or not d0 > 0 or np.isnan(way).any():
        raise ValueError("people is (n,), supply (m,), distance (n, m) without gaps, and d0 > 0")
    if not (np.isfinite(heads).all() and np.isfinite(given).all() and (heads >= 0).all() and (given >= 0).all()):
        raise ValueError("people and supply are known and >= 0")
    weight = decay(way, d0)
    demand = weight.T @ heads
    ratio = np.divide(given, demand, out=np.full(len(given), np.nan), where=demand > 0)
    within = np.asarray(((way <= d0) & (given > 0)[None, :]).any(axis=1))
    return Access(weight @ np.nan_to_num(ratio), within, ratio)
