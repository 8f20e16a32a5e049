"""Pieces of a district and the separators that forbid them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

_GRAIN, _FREE = 1_000_000, 2_000_000_000


def reach(neighbours: Sequence[Sequence[int]], start: int, inside: Collection[int]) -> set[int]:
    """Units of ``inside`` that can be reached from ``start`` without leaving it (``start`` included).

    >>> sorted(reach([[1], [0, 2], [1, 3], [2]], 0, {0, 1, 3}))
    [0, 1]
    """
    seen = {start}
    stack = [start]
    while stack:
        for other in neighbours[stack.pop()]:
            if other in inside and other not in seen:
                seen.add(other)
                stack.append(other)
    return seen


def pieces(neighbours: Sequence[Sequence[int]], units: Iterable[int]) -> list[set[int]]:
    """Connected pieces of a set of units, in the order of their smallest unit.

    >>> pieces([[1], [0, 2], [1, 3], [2]], [3, 0, 1])
    [{0, 1}, {3}]
    """
    left = set(units)
    found = []
    while left:
        piece = reach(neighbours, min(left), left)
        found.append(piece)
        left -= piece
    return found


def least_separator(neighbours: Sequence[Sequence[int]], weight: NDArray[np.float64], root: int, unit: int) -> tuple[list[int], float]:
    """The lightest set of units that every way from ``root`` to ``unit`` passes, and its weight; neither end belongs to it.

    Empty and infinite where the two stand beside each other. Weights count to 1e-6.

    >>> least_separator([[1, 2], [0, 3], [0, 3], [1, 2]], np.array([1.0, 0.25, 0.5, 1.0]), 0, 3)
    ([1, 2], 0.75)
    """
    if unit in neighbours[root]:
        return [], float("inf")
    n = len(neighbours)
    capacity = np.maximum(1, np.rint(np.asarray(weight) * _GRAIN)).astype(np.int32)
    # every unit is an arc from its way in (v) to its way out (n + v); ways between units are free
    tails = [n + v for v in range(n) for _ in neighbours[v]]
    heads = [w for v in range(n) for w in neighbours[v]]
    size = [_FREE] * len(tails)
    inner = [v for v in range(n) if v not in (root, unit)]
    network = csr_array((np.array(size + capacity[inner].tolist(), dtype=np.int32), (tails + inner, heads + [n + v for v in inner])), shape=(2 * n, 2 * n))
    flow = maximum_flow(network, n + root, unit)
    rest = (network - flow.flow).tocsr()
    rest.data[rest.data < 0] = 0
    rest.eliminate_zeros()
    seen = set(breadth_first_order(rest, n + root, return_predecessors=False).tolist())
    wall = [v for v in inner if v in seen and n + v not in seen]
    return wall, float(np.asarray(weight)[wall].sum())


def separator(neighbours: Sequence[Sequence[int]], piece: Collection[int], root: int) -> list[int]:
    """Smallest-by-inclusion set of units beside ``piece`` that every way from ``root`` to the piece passes; empty when there is no way.

    A root that stands beside the piece separates it alone (a district always holds its root).

    >>> separator([[1, 2], [0, 3], [0, 3], [1, 2, 4], [3]], {4}, 0)
    [3]
    """
    border = {v for u in piece for v in neighbours[u]} - set(piece)
    if root in border:
        return [root]
    outside = set(range(len(neighbours))) - border - set(piece)
    return sorted({v for u in reach(neighbours, root, outside) for v in neighbours[u] if v in border})
