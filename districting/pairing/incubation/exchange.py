"""Connected areas made better, and brought within the limits of size: schools on borders move in rings and chains, so that sizes hold while costs fall."""

from __future__ import annotations

from itertools import pairwise
from time import perf_counter
from typing import Any

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from districting.pairing.incubation.case import SLIP, Case

_OUTSIDE = -1
_REFUSED = 25
"""So many rings in a row that turn out to break something end the search."""

Move = tuple[int, int, int]
"""School, area it leaves, area it joins."""


def exchanged(case: Case, label: NDArray[np.int64], chosen: NDArray[np.int64], deadline: float) -> NDArray[np.int64]:
    """A plan of connected areas at least as good: first nearer to the limits of size, then cheaper. Moves form a negative cycle in the graph of areas (cyclic exchange,
    Thompson and Orlin 1989), with a node outside for chains.
    """
    label = label.copy()
    fixed = {int(j): _fixed(case, label, int(j)) for j in chosen}
    moves = {j: _leaving(case, label, j, fixed[j]) for j in fixed}
    barred: set[Move] = set()
    refused = 0
    while perf_counter() < deadline and refused < _REFUSED:
        ring = _chain(case, label, moves, barred) or _ring(case, label, moves, barred)
        if not ring:
            break
        after = _moved(case, label, ring)
        if after is None or not _better(case, label, after, chosen):
            barred |= set(ring)
            refused += 1
            continue
        label, refused = after, 0
        touched = {a for move in ring for a in move[1:]}
        fixed |= {j: _fixed(case, label, j) for j in touched}
        moves = {j: _leaving(case, label, j, fixed[j]) for j in fixed}
        barred = {m for m in barred if m[1] not in touched and m[2] not in touched}
    return label


def excess(case: Case, label: NDArray[np.int64], chosen: NDArray[np.int64]) -> float:
    """By how much areas are above or below the limits of size, in all."""
    held = np.bincount(label, case.size, case.m)[chosen]
    return float((np.maximum(0.0, held - case.high) + np.maximum(0.0, case.low - held)).sum())


def _better(case: Case, before: NDArray[np.int64], after: NDArray[np.int64], chosen: NDArray[np.int64]) -> bool:
    was, now = excess(case, before, chosen), excess(case, after, chosen)
    slip = SLIP * case.n
    return now < was - slip or (now <= was + slip and case.total(after) < case.total(before) * (1 - 1e-12))


def _fixed(case: Case, label: NDArray[np.int64], j: int) -> set[int]:
    """Schools without which an area falls apart, and its centre."""
    assert case.beside is not None
    mine = np.flatnonzero(label == j).tolist()
    inside = set(mine)
    graph: Any = nx.Graph()
    graph.add_nodes_from(mine)
    graph.add_edges_from((i, v) for i in mine for v in case.beside[i].tolist() if v in inside)
    return set(nx.articulation_points(graph)) | {int(case.centre[j])}


def _leaving(case: Case, label: NDArray[np.int64], j: int, fixed: set[int]) -> list[Move]:
    """Moves of schools of one area to an area beside them, that leave the area connected."""
    assert case.pairs is not None
    first, second = case.pairs
    at = np.flatnonzero((label[first] == j) & (label[second] != j))
    ends = np.unique(np.column_stack([first[at], label[second[at]]]), axis=0)
    ends = ends[np.isfinite(case.cost[ends[:, 1], ends[:, 0]])]
    return [(i, j, b) for i, b in ends.tolist() if i not in fixed]


def _cheapest(case: Case, moves: dict[int, list[Move]], barred: set[Move]) -> dict[tuple[int, int], tuple[float, Move]]:
    """From area to area, the move that costs least."""
    best: dict[tuple[int, int], tuple[float, Move]] = {}
    for move in (m for of_area in moves.values() for m in of_area if m not in barred):
        i, a, b = move
        delta = float(case.cost[b, i] - case.cost[a, i])
        if (a, b) not in best or delta < best[a, b][0]:
            best[a, b] = (delta, move)
    return best


def _chain(case: Case, label: NDArray[np.int64], moves: dict[int, list[Move]], barred: set[Move]) -> list[Move]:
    """The cheapest chain of moves from an area that is too large to one that has room, or from one that can spare to one that is too small; empty where all fit."""
    held, unit = np.bincount(label, case.size, case.m), float(case.size.min())
    over = [a for a in moves if held[a] > case.high * (1 + SLIP)]
    under = [a for a in moves if held[a] < case.low * (1 - SLIP)]
    if not over and not under:
        return []
    sources = over or [a for a in moves if held[a] - unit >= case.low * (1 - SLIP)]
    targets = (under or [a for a in moves if held[a] + unit <= case.high * (1 + SLIP)]) if over else under
    best = _cheapest(case, moves, barred)
    graph: Any = nx.DiGraph()
    graph.add_nodes_from(moves)
    graph.add_weighted_edges_from((a, b, max(0.0, delta) + 1e-9) for (a, b), (delta, _) in best.items())
    if not sources:
        return []
    metres, paths = nx.multi_source_dijkstra(graph, set(sources))
    reached = [t for t in targets if t in paths and len(paths[t]) > 1]
    if not reached:
        return []
    path = paths[min(reached, key=lambda t: (metres[t], t))]
    return [best[step][1] for step in pairwise(path)]


def _ring(case: Case, label: NDArray[np.int64], moves: dict[int, list[Move]], barred: set[Move]) -> list[Move]:
    """Moves whose costs add up to less than nothing, sizes (nearly) kept; empty where there are none."""
    held, unit = np.bincount(label, case.size, case.m), float(case.size.min())
    scale = max(1.0, float(np.where(np.isfinite(case.cost), case.cost, 0.0).max()))
    best = _cheapest(case, moves, barred)
    graph: Any = nx.DiGraph()
    graph.add_weighted_edges_from((a, b, delta) for (a, b), (delta, _) in best.items())
    for a in moves:
        if held[a] - unit >= case.low * (1 - SLIP):
            graph.add_edge(_OUTSIDE, a, weight=0.0)
        if held[a] + unit <= case.high * (1 + SLIP):
            graph.add_edge(a, _OUTSIDE, weight=0.0)
        graph.add_edge("start", a, weight=0.0)
    try:
        cycle = nx.find_negative_cycle(graph, "start")
    except nx.NetworkXError:
        return []
    steps = [step for step in pairwise(cycle) if _OUTSIDE not in step]
    total = sum(best[step][0] for step in steps)
    return [best[step][1] for step in steps] if total < -1e-9 * scale else []


def _moved(case: Case, label: NDArray[np.int64], ring: list[Move]) -> NDArray[np.int64] | None:
    """The plan after the moves, None where an area falls apart."""
    assert case.beside is not None
    after = label.copy()
    for i, _, b in ring:
        after[i] = b
    for area in {a for move in ring for a in move[1:]}:
        inside = after == area
        start = int(case.centre[area])
        found, stack = {start}, [start]
        while stack:
            for v in case.beside[stack.pop()].tolist():
                if inside[v] and v not in found:
                    found.add(v)
                    stack.append(v)
        if len(found) < int(inside.sum()):
            return None
    return after
