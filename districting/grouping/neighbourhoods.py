"""Large neighbourhoods: a few districts that lie beside each other are dissolved and grouped anew by the programme, again and again."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from districting.grouping.area import Area
from districting.grouping.cuts import loose_cuts
from districting.grouping.opening import tightened
from districting.grouping.part import part_of
from districting.grouping.programme import Programme
from districting.grouping.search import Search, descended, mended

TOGETHER = (3, 5, 8)
"""Districts dissolved at once, pass by pass."""
MENDED_TOGETHER = (3, 5, 8, 8)
ARCS, NODES, ROUNDS, BROKEN_GAP = 3000, 100, 8, 0.02
"""The most arcs of a neighbourhood, the most nodes and rounds of cuts spent on it, and the relative gap that will do where something is broken."""


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


def repaired(area: Area, label: NDArray[np.int64], room: Room, deadline: float, rng: np.random.Generator) -> NDArray[np.int64] | None:
    """A labelling that breaks nothing, from one that does: broken districts are dissolved with ever more of those beside them. None where that does not mend all."""
    for together in MENDED_TOGETHER:
        for seed in Search(area, label).broken:
            search = Search(area, label)
            if perf_counter() < deadline and seed in search.broken:
                better = _anew(area, label, _beside(area, label, seed, np.unique(label), together, rng), room, deadline)
                label = label if better is None else better
    return label if Search(area, label).whole else None


def _seeds(label: NDArray[np.int64], slack: NDArray[np.float64]) -> list[int]:
    opened = np.unique(label)
    return opened[np.argsort(-slack[opened], kind="stable")].tolist()


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


def _placed(area: Area, label: NDArray[np.int64], unit: NDArray[np.int64], centre: NDArray[np.int64]) -> NDArray[np.int64]:
    """Positions in ``centre`` of the units' own centres; the cheapest one for a unit whose centre stands in none of the units."""
    place = np.minimum(np.searchsorted(centre, label), len(centre) - 1)
    return np.where(centre[place] == label, place, area.cost[np.ix_(unit, centre)].argmin(axis=1))


def _anew(area: Area, label: NDArray[np.int64], held: NDArray[np.int64], room: Room, deadline: float) -> NDArray[np.int64] | None:
    """The labelling with the units of these districts grouped anew, None where that is no better."""
    while True:
        unit = np.flatnonzero(np.isin(label, held))
        inside = np.isin(area.root, unit)
        centre = np.flatnonzero(inside & (room.left[unit].any(axis=0) | np.isin(np.arange(len(inside)), held)))
        if len(unit) * len(centre) <= ARCS or len(held) <= 2:
            break
        held = held[:-1]
    if not len(centre):
        return None
    part = part_of(area, unit, centre, len(np.unique(label)) - len(held))
    place = _placed(area, label[unit], unit, centre)
    kept = room.left[np.ix_(unit, centre)]
    kept[np.arange(len(unit)), place] = True
    programme, now = Programme(part, kept=kept), Search(part, place)
    before = now.total()
    relaxed = tightened(programme, deadline=deadline)
    if relaxed.x is None or relaxed.bound * programme.scale >= before * (1.0 - 1e-9):
        return None
    for _ in range(ROUNDS):
        found = programme.solve(time_limit_s=deadline - perf_counter(), nodes=NODES, gap=0.0 if now.whole else BROKEN_GAP)
        new = programme.label_of(found)
        if new is None or found.bound * programme.scale >= before * (1.0 - 1e-9):
            return None
        cuts = loose_cuts(programme, new)
        tried = descended(part, mended(part, new), deadline) if cuts else Search(part, new)
        if tried.total() < before * (1.0 - 1e-9):
            break
        if not cuts:
            return None
        programme.add(cuts)
    else:
        return None
    out = label.copy()
    out[unit] = centre[tried.label]
    return out
