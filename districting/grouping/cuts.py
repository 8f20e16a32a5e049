"""What a plan of the programme may still break: districts in pieces and pairs too far apart, forbidden by cuts when they are seen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from districting.grouping.breach import far_pairs, loose_pieces
from districting.grouping.connectivity import pieces
from districting.grouping.programme import Programme
from districting.solvers.milp import Row


def loose_cuts(programme: Programme, label: NDArray[np.int64]) -> list[Row]:
    """Cuts against every piece of a district that does not hold its centre, and against pairs too far apart; none when all districts are whole."""
    area = programme.area
    rows: list[Row] = []
    for centre in np.unique(label).tolist() if area.connected else ():
        for piece in loose_pieces(area, label, centre):
            rows += _against(programme, label, piece, centre)
    for unit, other in far_pairs(area, label):
        rows += [programme.too_far(unit, other, c) for c in range(len(area.root))]
    return rows


def _against(programme: Programme, label: NDArray[np.int64], piece: set[int], centre: int) -> list[Row]:
    area = programme.area
    if area.ground[area.root[centre]]:
        rows = [programme.cut(piece, centre, u) for u in sorted(piece)]
        return rows + [programme.cut(piece, c, min(piece)) for c, r in enumerate(area.root.tolist()) if c != centre and r not in piece and area.ground[r]]
    others = {u for u in np.flatnonzero(label == centre).tolist() if area.ground[u]} - piece
    main = max(pieces(area.neighbours, others), key=lambda p: (len(p), -min(p)))
    return [programme.apart(piece, centre, u, min(main)) for u in sorted(piece)] + [programme.apart(main, centre, v, min(piece)) for v in sorted(main)]
