"""Colours that tell neighbours apart, also for colour-blind readers."""

from __future__ import annotations

from typing import Final

import networkx as nx
import numpy as np
from numpy.typing import NDArray

PALETTE: Final = ("#88CCEE", "#DDCC77", "#44AA99", "#CC6677", "#999933", "#AA4499", "#117733", "#332288", "#882255")
"""Paul Tol's muted scheme: 9 colours, distinct under the common kinds of colour blindness; the last three are dark and used only where needed."""

_LIGHT: Final = 6


def colour_numbers(count: int, edges: NDArray[np.int64]) -> list[int]:
    """A colour number for each of ``count`` areas so that the two of every edge (m, 2) differ where 9 colours suffice (DSATUR).

    Light colours come before dark ones, and rare before frequent ones, so that a map does not show two colours only.

    >>> colour_numbers(3, np.array([[0, 1], [1, 2]]))
    [1, 0, 2]
    """
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(count))
    graph.add_edges_from((int(a), int(b)) for a, b in edges if a != b)
    used = [0] * len(PALETTE)
    colour: dict[int, int] = {}
    taken: dict[int, set[int]] = {v: set() for v in graph}
    while len(colour) < count:
        v = max((u for u in graph if u not in colour), key=lambda u: (len(taken[u]), graph.degree[u], -u))
        free = [c for c in range(len(PALETTE)) if c not in taken[v]] or list(range(len(PALETTE)))
        best = min(free, key=lambda c: (c >= _LIGHT, used[c], c))
        colour[v] = best
        used[best] += 1
        for u in graph[v]:
            taken[u].add(best)
    return [colour[v] for v in range(count)]
