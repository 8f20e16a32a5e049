"""Whether zones hang together."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from districting.measures.zoning_view import ZoningView


def detached_pieces(view: ZoningView) -> float:
    """Pieces of zones beyond the first of each zone (0 = every zone is connected)."""
    n = len(view.demand)
    label = view.zone_of_block
    known = label >= 0
    a, b = view.edges.T
    inside = known[a] & (label[a] == label[b])
    graph = sp.coo_array((np.ones(inside.sum()), (a[inside], b[inside])), shape=(n, n))
    piece = connected_components(graph, directed=False)[1]
    pieces = len(np.unique(piece[known]))
    return float(pieces - len(np.unique(label[known])))
