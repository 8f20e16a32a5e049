"""How many recipients donors can carry under a cap."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching


def matched(allowed: NDArray[np.bool_], cap: int) -> int:
    """The most recipients that can be served when a donor carries at most ``cap``; ``allowed`` (recipients, donors).

    >>> matched(np.array([[True], [True], [True]]), 2)
    2
    """
    copies = min(cap, len(allowed))
    if copies < 1 or not allowed.size:
        return 0
    match = maximum_bipartite_matching(csr_array(np.repeat(allowed, copies, axis=1)), perm_type="column")
    return int(np.count_nonzero(match >= 0))


def least_cap(allowed: NDArray[np.bool_], above: int) -> int:
    """The smallest cap > ``above`` that serves every recipient (each has an allowed donor, so the number of recipients always does).

    >>> least_cap(np.array([[True], [True], [True]]), 1)
    3
    """
    low, high = above + 1, max(above + 1, len(allowed))
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if matched(allowed, middle) == len(allowed) else (middle + 1, high)
    return low
