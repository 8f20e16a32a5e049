"""The heaviest matching of a general graph, with a bound that is evaluated from prices and not believed: a linear programme with odd sets, by HiGHS."""

from __future__ import annotations

from dataclasses import dataclass

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from districting.solvers.milp import Milp, Row

WHOLE = 1e-6
"""How far a share of an edge may be from 0 or 1 and still count as whole, and how much an odd set must be overfull to be cut off."""
FIRST_EDGES = 12
"""Edges of a node, heaviest first, that the programme starts with; others join when the prices say that they may pay."""
TIME_LIMIT_S = 600.0

OddSets = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, eq=False)
class Graph:
    """``n`` nodes; edge e joins ``a[e] < b[e]`` and weighs ``weight[e] > 0``; no pair of nodes twice."""

    n: int
    a: NDArray[np.int64]
    b: NDArray[np.int64]
    weight: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Matching:
    """Positions of the edges taken, ascending; their total weight; a proven upper bound on that of any matching; rounds of the programme."""

    edges: NDArray[np.int64]
    value: float
    bound: float
    rounds: int


@dataclass(frozen=True, eq=False)
class _Prices:
    """Prices of a dual solution: of a node and of an odd set."""

    node: NDArray[np.float64]
    odd: NDArray[np.float64]


def heaviest_matching(graph: Graph) -> Matching:
    """Edges that share no node, of the greatest total weight.

    Edmonds (1965): the matchings of a graph are the corners of ``x >= 0``, at most 1 at a node, at most (|S| - 1) / 2 inside an odd set S. The programme is
    solved over few edges and no odd set; edges whose weight surpasses the prices at their ends join, and so do odd sets that the solution overfills
    (odd components, else the least odd cut of a Gomory-Hu tree: Padberg and Rao 1982), until the solution is whole and no edge is left that pays.
    ``bound`` is the value of the last prices, made feasible for every edge of the graph: it holds whatever the solver did.

    >>> triangle = Graph(3, np.array([0, 0, 1]), np.array([1, 2, 2]), np.array([3.0, 4.0, 5.0]))
    >>> found = heaviest_matching(triangle)
    >>> found.edges.tolist(), found.value, round(found.bound, 6)
    ([2], 5.0, 5.0)
    """
    if not len(graph.weight):
        return Matching(np.zeros(0, dtype=np.int64), 0.0, 0.0, 0)
    inside = _first_edges(graph)
    odd_sets: OddSets = ()
    rounds = 0
    while True:
        rounds += 1
        used = np.flatnonzero(inside)
        share, prices = _solve(graph, used, odd_sets)
        paying = _reduced(graph, odd_sets, prices) > WHOLE * max(1.0, float(graph.weight.max())) * 1e-3
        paying[used] = False
        if paying.any():
            inside |= paying
            continue
        overfull = _overfull(graph, used, share, set(odd_sets))
        if not overfull:
            break
        odd_sets += overfull
    edges = _whole(graph, used, share)
    return Matching(edges, float(graph.weight[edges].sum()), bound_of(graph, odd_sets, prices.node, prices.odd), rounds)


def _whole(graph: Graph, used: NDArray[np.int64], share: NDArray[np.float64]) -> NDArray[np.int64]:
    """The edges taken. Should rounding leave shares that no odd set cuts off, networkx matches the edges in use; the bound then says what that may cost."""
    if np.minimum(np.abs(share), np.abs(1.0 - share)).max() <= WHOLE:
        return used[share > 0.5]
    edge_of = {(int(graph.a[e]), int(graph.b[e])): int(e) for e in used.tolist()}
    whole = nx.Graph()
    whole.add_weighted_edges_from((a, b, float(graph.weight[e])) for (a, b), e in edge_of.items())
    return np.array(sorted(edge_of[min(p), max(p)] for p in nx.max_weight_matching(whole)), dtype=np.int64)


def bound_of(graph: Graph, odd_sets: OddSets, node_price: NDArray[np.float64], set_price: NDArray[np.float64]) -> float:
    """What no matching of ``graph`` surpasses: the prices are raised until every edge costs at least its weight, then summed, an odd set (|S| - 1) / 2 times.

    >>> bound_of(Graph(2, np.array([0]), np.array([1]), np.array([5.0])), (), np.zeros(2), np.zeros(0))
    5.0
    """
    prices = _Prices(np.maximum(node_price, 0.0), np.maximum(set_price, 0.0))
    short = np.maximum(_reduced(graph, odd_sets, prices), 0.0)
    raised = prices.node.copy()
    np.maximum.at(raised, graph.a, prices.node[graph.a] + short)
    return float(raised.sum() + sum(p * (len(s) // 2) for p, s in zip(prices.odd.tolist(), odd_sets, strict=True)))


def _reduced(graph: Graph, odd_sets: OddSets, prices: _Prices) -> NDArray[np.float64]:
    """Weight of every edge less the prices it pays."""
    left = graph.weight - prices.node[graph.a] - prices.node[graph.b]
    for nodes, price in zip(odd_sets, prices.odd.tolist(), strict=True):
        if price > 0:
            left -= price * _within(graph, nodes)
    return left


def _within(graph: Graph, nodes: tuple[int, ...]) -> NDArray[np.bool_]:
    mine = np.zeros(graph.n, dtype=np.bool_)
    mine[list(nodes)] = True
    return np.asarray(mine[graph.a] & mine[graph.b])


def _first_edges(graph: Graph) -> NDArray[np.bool_]:
    """The heaviest edges of every node."""
    chosen = np.zeros(len(graph.weight), dtype=np.bool_)
    ends = np.concatenate([graph.a, graph.b])
    edge = np.concatenate([np.arange(len(graph.weight))] * 2)
    order = np.lexsort((edge, -graph.weight[edge], ends))
    ends, edge = ends[order], edge[order]
    start = np.searchsorted(ends, ends)
    chosen[edge[np.arange(len(ends)) - start < FIRST_EDGES]] = True
    return chosen


def _solve(graph: Graph, used: NDArray[np.int64], odd_sets: OddSets) -> tuple[NDArray[np.float64], _Prices]:
    """Shares of the edges in use, and prices."""
    m = len(used)
    model = Milp(-graph.weight[used], np.zeros(m), np.full(m, np.inf), np.zeros(m, dtype=bool))
    ends = np.concatenate([graph.a[used], graph.b[used]])
    column = np.concatenate([np.arange(m)] * 2)
    order = np.argsort(ends, kind="stable")
    nodes, start = np.unique(ends[order], return_index=True)
    rows: list[Row] = [(c, np.ones(len(c)), -np.inf, 1.0) for c in np.split(column[order], start[1:])]
    sub = Graph(graph.n, graph.a[used], graph.b[used], graph.weight[used])
    for group in odd_sets:
        columns = np.flatnonzero(_within(sub, group))
        rows.append((columns, np.ones(len(columns)), -np.inf, float(len(group) // 2)))
    model.add_rows(rows)
    found = model.relaxed(time_limit_s=TIME_LIMIT_S)
    if found.x is None or found.dual is None:
        raise ArithmeticError("the programme of a matching has a solution: no edge at all")
    node = np.zeros(graph.n)
    node[nodes] = -found.dual[: len(nodes)]
    return found.x, _Prices(node, -found.dual[len(nodes) :])


def _overfull(graph: Graph, used: NDArray[np.int64], share: NDArray[np.float64], known: set[tuple[int, ...]]) -> OddSets:
    """Odd sets that hold more than they may; none when every share is whole."""
    fraction = np.flatnonzero((share > WHOLE) & (share < 1 - WHOLE))
    support = nx.Graph()
    for e in fraction.tolist():
        support.add_edge(int(graph.a[used[e]]), int(graph.b[used[e]]), capacity=float(share[e]))
    parts = [sorted(c) for c in nx.connected_components(support)]
    quick = [tuple(c) for c in parts if len(c) % 2 and _held(support, c) > len(c) // 2 + WHOLE]
    found = quick or [s for c in parts if (s := _least_odd_cut(support, c)) is not None]
    return tuple(sorted(s for s in found if s not in known))


def _held(support: nx.Graph, nodes: list[int]) -> float:
    return float(support.subgraph(nodes).size(weight="capacity"))


def _least_odd_cut(support: nx.Graph, nodes: list[int]) -> tuple[int, ...] | None:
    """The odd set of ``nodes`` most overfull, if any: a node's unused share leads to a node that stands for all else, and S is overfull where its cut is below 1."""
    whole = nx.Graph(support.subgraph(nodes))
    for v in nodes:
        whole.add_edge(v, -1, capacity=max(0.0, 1.0 - float(support.degree(v, weight="capacity"))))
    tree = nx.gomory_hu_tree(whole)
    best: tuple[float, tuple[int, ...]] | None = None
    for a, b, cut in tree.edges(data="weight"):
        rest = nx.Graph(tree)
        rest.remove_edge(a, b)
        side = min(nx.connected_components(rest), key=lambda c: -1 in c)
        if len(side) % 2 and len(side) > 1 and cut < 1 - WHOLE and (best is None or cut < best[0]):
            best = (cut, tuple(sorted(side)))
    return None if best is None else best[1]
