"""Incubation problems drawn at random, and the best plan of a tiny one by trying all."""

import dataclasses
from itertools import combinations, product

import networkx as nx
import numpy as np
from scipy.spatial import Delaunay

from districting.model.incubation_problem import IncubationProblem


def triangle_edges(xy):
    corners = Delaunay(xy).simplices
    return np.unique(np.sort(np.vstack([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]]), axis=1), axis=0).astype(np.int64)


def drawn(n, incubators, areas, seed, *, size="schools", travel="pupils", tolerance=0.3, connected=False, counties=1):
    """``n`` schools in a square of 1 km each way per root of n."""
    rng = np.random.default_rng(seed)
    xy = rng.uniform(0.0, 1000.0 * np.sqrt(n), (n, 2))
    incubator = np.isin(np.arange(n), rng.choice(n, incubators, replace=False))
    pupils = rng.integers(100, 900, n).astype(np.float64)
    once = np.ones(n)
    county = rng.integers(0, counties, n)
    return IncubationProblem(
        xy,
        incubator,
        areas,
        weight=pupils if travel == "pupils" else once,
        size=pupils if size == "pupils" else once,
        tolerance=tolerance,
        edges=triangle_edges(xy) if connected else None,
        allowed=county[:, None] == county[None, :] if counties > 1 else None,
    )


def any_tiny(seed):
    """All kinds in turn: sizes in schools or pupils, connected or not, one county or two."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(4, 9))
    incubators = int(rng.integers(2, min(n, 5) + 1))
    areas = int(rng.integers(1, min(incubators, 3) + 1))
    kind = {"travel": ("pupils", "schools")[seed % 2], "size": ("schools", "pupils")[seed // 2 % 2], "connected": bool(seed // 4 % 2)}
    problem = drawn(n, incubators, areas, seed, tolerance=float(rng.choice([0.05, 0.1, 0.2, 0.3, 0.5])), counties=2 if seed // 8 % 3 == 0 else 1, **kind)
    if kind["connected"] and seed % 3 == 0:
        problem = dataclasses.replace(problem, edges=problem.edges[::2])
    return problem


def by_trying_all(problem):
    """Least travel over every set of centres and every plan; inf where none holds the rules."""
    n, mean = len(problem.size), problem.size.sum() / problem.areas
    low, high = (1 - problem.tolerance) * mean - 1e-9, (1 + problem.tolerance) * mean + 1e-9
    metres = np.hypot(*(problem.xy[:, None] - problem.xy[None]).transpose(2, 0, 1))
    graph = nx.Graph()
    graph.add_nodes_from(range(n))
    graph.add_edges_from([] if problem.edges is None else problem.edges.tolist())
    best = np.inf
    for centres in combinations(np.flatnonzero(problem.is_incubator).tolist(), problem.areas):
        rest = [i for i in range(n) if i not in centres]
        for choice in product(centres, repeat=len(rest)):
            label = np.empty(n, dtype=int)
            label[list(centres)], label[rest] = centres, choice
            travel = float((problem.weight * metres[label, np.arange(n)]).sum())
            if travel < best and _holds(problem, label, centres, (low, high), graph):
                best = travel
    return best


def _holds(problem, label, centres, limits, graph):
    if problem.allowed is not None and not problem.allowed[label, np.arange(len(label))].all():
        return False
    sizes = [problem.size[label == c].sum() for c in centres]
    if min(sizes) < limits[0] or max(sizes) > limits[1]:
        return False
    return problem.edges is None or all(nx.is_connected(graph.subgraph(np.flatnonzero(label == c).tolist())) for c in centres)
