"""By how much one district breaks the rules of its area, and the pieces of it that do not hang together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from districting.grouping.area import Area
from districting.grouping.connectivity import pieces, reach

_NEGLIGIBLE = 1e-9


def breach(area: Area, centre: int, units: set[int]) -> float:
    """0 when a district obeys every rule; else the steps that are missing or too many, forbidden units, pieces and pairs too far apart, summed."""
    held = sorted(units)
    broken = area.limits.breach(area.limits.amount[held].sum(axis=0)) + float(int(area.root[centre]) not in units)
    broken += float(np.count_nonzero(~area.allowed[held, centre]))
    if area.min_tiers > 1:
        broken += max(0, area.min_tiers - int(np.count_nonzero(area.tiers[held].sum(axis=0))))
    if area.fit is not None:
        missing = -float(area.fit[held, centre].sum())
        broken += 1.0 + missing if missing > _NEGLIGIBLE else 0.0
    if area.far:
        broken += sum(len(area.far[u] & units) for u in held) / 2
    if area.connected:
        broken += max(0, len(pieces(area.neighbours, (u for u in held if area.ground[u]))) - 1)
    return broken


def loose_pieces(area: Area, label: NDArray[np.int64], centre: int) -> list[set[int]]:
    """Pieces of a district's ground away from its root (from its largest piece, where the root has no ground)."""
    units = {u for u in np.flatnonzero(label == centre).tolist() if area.ground[u]}
    if not area.connected or not units:
        return []
    root = int(area.root[centre])
    if area.ground[root]:
        return pieces(area.neighbours, units - reach(area.neighbours, root, units))
    return sorted(pieces(area.neighbours, units), key=lambda p: (-len(p), min(p)))[1:]


def far_pairs(area: Area, label: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Units of one district that are farther apart than a district may stretch."""
    return [(u, v) for u, others in enumerate(area.far) for v in sorted(others) if u < v and label[u] == label[v]]
