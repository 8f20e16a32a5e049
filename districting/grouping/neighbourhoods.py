"""Large neighbourhoods: a few districts that lie beside each other are dissolved and grouped anew by the programme, again and again."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from districting.grouping.area import Area
from districting.grouping.cuts import loose_cuts
from districting.grouping.part import part_of
from districting.grouping.programme import Programme
from districting.grouping.search import Search

TOGETHER = (3, 5, 8)
"""Districts dissolved at once, pass by pass."""
ARCS, NODES, ROUNDS = 2500, 300, 12
"""The most arcs of a neighbourhood, and the most nodes and rounds of cuts spent on it."""


@dataclass(frozen=True, eq=False)
class Room:
    """What guides the search: ``slack`` (c,) of a labelling (where there is something to gain), and the arcs that are ``left`` (n, c)."""

    slack: NDArray[np.float64]
    left: NDArray[np.bool_]


def regrouped(area: Area, label: NDArray[np.int64], room: Room, deadline: float, rng: np.random.Generator) -> NDArray[np.int64]:
    """A labelling at least as good. Every district is once in the middle of a neighbourhood of each size, those with the most slack first; where one became better, again."""
    for together in TOGETHER:
        queue = _seeds(label, room.slack)
        while queue and perf_counter() < deadline:
            seed = queue.pop(0)
            opened = np.unique(label)
            if seed not in opened:
                continue
            held = _beside(area, label, seed, opened, together, rng)
            better = _anew(area, label, held, room, deadline)
            if better is not None:
                changed = np.flatnonzero(better != label)
                queue += [c for c in np.unique(better[changed]).tolist() if c not in queue]
                label = better
    return label


def _seeds(label: NDArray[np.int64], slack: NDArray[np.float64]) -> list[int]:
    opened = np.unique(label)
    return opened[np.argsort(-slack[opened], kind="stable")].tolist()  # type: ignore[no-any-return]


def _beside(area: Area, label: NDArray[np.int64], seed: int, opened: NDArray[np.int64], together: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """The district and ``together`` - 1 of those near it: the nearest one always, the others by chance among twice as many."""
    units = np.flatnonzero(label == seed)
    others = opened[opened != seed]
    near = others[np.argsort(area.cost[np.ix_(units, others)].min(axis=0), kind="stable")][: 2 * together - 2]
    if area.connected:
        touching = np.unique([label[v] for u in units.tolist() for v in area.neighbours[u]])
        near = np.concatenate([near[np.isin(near, touching)], near[~np.isin(near, touching)]])
    if len(near) > together - 1:
        near = np.concatenate([near[:1], rng.permutation(near[1:])[: together - 2]])
    return np.concatenate([[seed], near]).astype(np.int64)


def _anew(area: Area, label: NDArray[np.int64], held: NDArray[np.int64], room: Room, deadline: float) -> NDArray[np.int64] | None:
    """The labelling with the units of these districts grouped anew, None where that is no better."""
    while True:
        unit = np.flatnonzero(np.isin(label, held))
        inside = np.isin(area.root, unit)
        centre = np.flatnonzero(inside & (room.left[unit].any(axis=0) | np.isin(np.arange(len(inside)), held)))
        if len(unit) * len(centre) <= ARCS or len(held) <= 2:
            break
        held = held[:-1]
    part = part_of(area, unit, centre, len(np.unique(label)) - len(held))
    place = np.searchsorted(centre, label[unit])
    kept = room.left[np.ix_(unit, centre)]
    kept[np.arange(len(unit)), place] = True
    programme, before = Programme(part, kept=kept), part.objective(place)
    for _ in range(ROUNDS):
        found = programme.solve(time_limit_s=deadline - perf_counter(), nodes=NODES)
        new = programme.label_of(found)
        if new is None or found.bound * programme.scale >= before * (1.0 - 1e-9):
            return None
        cuts = loose_cuts(programme, new)
        if not cuts:
            break
        programme.add(cuts)
    else:
        return None
    search = Search(part, new)
    if search.total() >= min(search.price, before - 1e-9 * before):
        return None
    out = label.copy()
    out[unit] = centre[new]
    return out
