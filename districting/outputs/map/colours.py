"""Colours that tell neighbours apart, also for colour-blind readers."""

from __future__ import annotations

from typing import Final

import networkx as nx
import numpy as np
from numpy.typing import NDArray

PALETTE: Final = ("#88CCEE", "#DDCC77", "#44AA99", "#CC6677", "#999933", "#AA4499", "#117733", "#332288", "#882255")
"""Paul Tol's muted scheme: 9 colours, distinct under the common kinds of colour blindness."""


def colour_numbers(count: int, edges: NDArray[np.int64]) -> list[int]:
    """A colour number for each area so that neighbours differ where 9 colours suffice (DSATUR); rare colours are used first, so that all appear.

    >>> colour_numbers(3, np.array([[0, 1], [1, 2]]))
    [1, 0, 2]
    """
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(count))
    graph.add_edges_from((int(a), int(b)) for a, b in edges if a != b)
    used = [0] * len(PALETTE)
    colour: dict[int, int] = {}
    seen: dict[int, set[int]] = {v: set() for v in graph}
    while len(colour) < count:
        v = max((u for u in graph if u not in colour), key=lambda u: (len(seen[u]), graph.degree[u], -u))
        taken = seen[v]
        free = [c for c in range(len(PALETTE)) if c not in taken] or list(range(len(PALETTE)))
        best = min(free, key=lambda c: (used[c], c))
        colour[v] = best
        used[best] += 1
        for u in graph[v]:
            seen[u].add(best)
    return [colour[v] for v in range(count)]
