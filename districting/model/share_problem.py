"""Sharing between schools as arrays: a network of several layers (policy R16)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class ShareProblem:
    """e links of ``layers`` layers among n schools in ``districts`` districts.

    ``layer`` (e,), ``giver`` (e,), ``taker`` (e,) positions; a school outside the n is -1; ``district`` (n,) -1 = in none; ``inside``: a link counts only in the
    district of both ends.
    """

    layer: NDArray[np.int64]
    giver: NDArray[np.int64]
    taker: NDArray[np.int64]
    district: NDArray[np.int64]
    districts: int
    layers: int = 6
    inside: bool = False


@dataclass(frozen=True, eq=False)
class ShareCoverage:
    """``schools`` (d,); ``covered`` (d, layers) schools with a link of the layer; ``share`` (d, layers); ``score`` (d,) the mean of the layers, a missing one as 0."""

    schools: NDArray[np.int64]
    covered: NDArray[np.int64]
    share: NDArray[np.float64]
    score: NDArray[np.float64]
