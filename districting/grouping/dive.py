"""A first whole plan for a large area: the programme on the few arcs that the bound finds cheapest, its pieces mended, what is still broken grouped anew nearby."""

from __future__ import annotations

from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from districting.grouping.area import Area
from districting.grouping.cuts import loose_cuts
from districting.grouping.neighbourhoods import Room, repaired
from districting.grouping.programme import Programme
from districting.grouping.search import Search, descended, mended
from districting.grouping.tighten import Tightening

_DEARER, _GAP, _NODES, _ROUNDS, _FEW = 5e-4, 2e-3, 200, 20, 8
"""How much dearer than the bound a plan with an arc may be, relative gap and nodes of the programme, rounds of cuts, districts that
may be broken for them to be mended one by one."""


def dived(area: Area, tight: Tightening, deadline: float) -> NDArray[np.int64] | None:
    """Labels that break nothing, or None. The relaxation itself is rounded first."""
    if tight.share is None or tight.best is None:
        return None
    rng = np.random.default_rng(0)
    room = Room(np.zeros(len(area.centre)), tight.left(np.inf))
    found = _mended(area, np.argmax(tight.share, axis=1).astype(np.int64), room, deadline, rng)
    if found is not None:
        return found
    kept = (tight.least_with < tight.bound * (1.0 + _DEARER)) & tight.near | (tight.share > 1e-6)
    kept[area.root, np.arange(len(area.centre))] = True
    programme = Programme(area, kept=kept, cuts=tight.cuts)
    for _ in range(_ROUNDS):
        result = programme.solve(time_limit_s=deadline - perf_counter(), gap=_GAP, nodes=_NODES)
        label = programme.label_of(result)
        if label is None:
            return None
        found = _mended(area, label, room, deadline, rng)
        cuts = loose_cuts(programme, label)
        if found is not None or not cuts or perf_counter() > deadline:
            return found
        programme.add(cuts)
    return None


def _mended(area: Area, label: NDArray[np.int64], room: Room, deadline: float, rng: np.random.Generator) -> NDArray[np.int64] | None:
    """The labels as they are, and with their pieces given away, both repaired where few districts are broken."""
    for start in (Search(area, label), descended(area, mended(area, label) if area.connected else label, deadline)):
        if start.whole:
            return start.label
        found = repaired(area, start.label, room, deadline, rng) if len(start.broken) <= _FEW else None
        if found is not None:
            return found
    return None
