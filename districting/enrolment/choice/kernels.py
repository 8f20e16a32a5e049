"""Compiled loops of the engines whose steps hang on each other."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def take_in_order(
    order: NDArray[np.int64],
    options: NDArray[np.int32],
    first: NDArray[np.int64],
    last: NDArray[np.int64],
    left: NDArray[np.int64],
    got: NDArray[np.int64],
    size: NDArray[np.int64],
) -> None:
    """Each in turn takes the first of the options ``first[i]`` .. ``last[i]`` - 1 that has a seat left, with all its children; changes ``left`` and ``got``."""
    for i in order:
        for j in range(first[i], last[i]):
            s = options[i, j]
            if s >= 0 and left[s] > 0:
                left[s] -= size[i]
                got[i] = j
                break
