"""Connected areas made better, and brought within the limits of size: schools on borders move in rings and chains, so that sizes hold while costs fall."""

from __future__ import annotations

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
    moves = {int(j): _leaving(case, label, int(j)) for j in chosen}
    barred: set[Move] = set()
    refused = 0
    while perf_counter() < deadline and refused < _REFUSED:
        ring = _ring(case, label, moves, barred)
        if not ring:
            break
        after = _moved(case, label, ring)
        if after is None or not _better(case, label, after, chosen):
            barred |= set(ring)
            refused += 1
            continue
        label, refused = after, 0
        touched = {a for move in ring for a in move[1:]}
        beside = {int(j) for j in chosen if any(t in {m[2] for m in moves[int(j)]} for t in touched)}
        for j in touched | beside:
            moves[j] = _leaving(case, label, j)
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


def _leaving(case: Case, label: NDArray[np.int64], j: int) -> list[Move]:
    """Moves of schools of one area to an area beside them, that leave the area connected."""
    assert case.beside is not None
    mine = np.flatnonzero(label == j).tolist()
    graph: Any = nx.Graph()
    graph.add_nodes_from(mine)
    out: dict[int, set[int]] = {}
    for i in mine:
        for v in case.beside[i].tolist():
            if label[v] == j:
                graph.add_edge(i, v)
            else:
                out.setdefault(i, set()).add(int(label[v]))
    held = set(nx.articulation_points(graph)) | {int(case.centre[j])}
    return [(i, j, b) for i in sorted(out) if i not in held for b in sorted(out[i]) if np.isfinite(case.cost[b, i])]


def _ring(case: Case, label: NDArray[np.int64], moves: dict[int, list[Move]], barred: set[Move]) -> list[Move]:
    """Moves whose costs add up to less than nothing, sizes (nearly) kept; empty where there are none."""
    held = np.bincount(label, case.size, case.m)
    scale = max(1.0, float(np.where(np.isfinite(case.cost), case.cost, 0.0).max()))
    unit = float(case.size.min())
    best: dict[tuple[int, int], tuple[float, Move]] = {}
    for move in (m for list_ in moves.values() for m in list_ if m not in barred):
        i, a, b = move
        delta = float(case.cost[b, i] - case.cost[a, i])
        if (a, b) not in best or delta < best[a, b][0]:
            best[a, b] = (delta, move)
    graph: Any = nx.DiGraph()
    graph.add_node(_OUTSIDE)
    for (a, b), (delta, _) in best.items():
        graph.add_edge(a, b, weight=delta)
    fine = 10.0 * scale * max(1, len(moves))
    for a in moves:
        over, under = held[a] > case.high * (1 + SLIP), held[a] < case.low * (1 - SLIP)
        graph.add_edge(_OUTSIDE, a, weight=-fine if over else 0.0 if held[a] - unit >= case.low * (1 - SLIP) else fine)
        graph.add_edge(a, _OUTSIDE, weight=-fine if under else 0.0 if held[a] + unit <= case.high * (1 + SLIP) else fine)
    for a in moves:
        graph.add_edge("start", a, weight=0.0)
    try:
        cycle = nx.find_negative_cycle(graph, "start")
    except nx.NetworkXError:
        return []
    steps = [(a, b) for a, b in zip(cycle[:-1], cycle[1:], strict=True) if _OUTSIDE not in (a, b)]
    total = sum(graph[a][b]["weight"] for a, b in zip(cycle[:-1], cycle[1:], strict=True))
    return [best[s][1] for s in steps] if total < -1e-9 * scale else []


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
