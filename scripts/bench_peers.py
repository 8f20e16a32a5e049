"""What others make of the same city: each peer's partition scored with one evaluator. Most solve a looser problem; the remark says which rules each breaks."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from districting import ZoningProblem, assign_blocks
from scripts.bench_row import Row
from scripts.bench_zoning import SIZES, problem_of

LIMIT_S = 120
Labels = NDArray[np.int64]


def _table(problem: ZoningProblem) -> NDArray[np.float64]:
    n, k = problem.block_count, problem.school_count
    return problem.distance_of(np.repeat(np.arange(n), k), np.tile(np.arange(k), n)).reshape(n, k)


def matched(problem: ZoningProblem, part: Labels) -> Labels:
    """Parts that know no schools, each given the school that makes the whole shortest."""
    k = problem.school_count
    metres = _table(problem) * problem.demand[:, None]
    cost = np.stack([np.bincount(part, metres[:, j], k) for j in range(k)], axis=1)
    rows, columns = linear_sum_assignment(cost)
    return columns[np.argsort(rows)][part].astype(np.int64)


def scored(problem: ZoningProblem, label: Labels, bound: float) -> str:
    """Length over the bound, pupils over the seats, stray pieces, schools in their own zone."""
    k = problem.school_count
    cost = float((problem.demand * problem.distance_of(np.arange(len(label)), label)).sum())
    over = np.maximum(np.bincount(label, problem.demand, k) - problem.capacity, 0).sum() / problem.demand.sum()
    a, b = problem.edges.T
    same = label[a] == label[b]
    pieces = connected_components(coo_array((np.ones(same.sum()), (a[same], b[same])), shape=(len(label),) * 2), directed=False)[0]
    own = int((label[problem.home_block] == np.arange(k)).sum())
    return f"length / bound {cost / bound:.4f}, {100 * over:.2f} % of pupils over, {pieces - len(np.unique(label))} stray pieces, {own} of {k} schools in their own zone"


def spopt_pmedian(problem: ZoningProblem) -> Labels:
    import pulp
    from spopt.locate import PMedian

    k = problem.school_count
    model = PMedian.from_cost_matrix(
        _table(problem), problem.demand, k, predefined_facilities_arr=np.arange(k), facility_capacities=problem.capacity, fulfill_predefined_fac=False
    )
    model.solve(pulp.PULP_CBC_CMD(msg=False, timeLimit=LIMIT_S), results=False)
    chosen = np.array([[pulp.value(x) or 0.0 for x in row] for row in model.cli_assgn_vars])
    return chosen.argmax(axis=1).astype(np.int64)


def gerrychain_tree(problem: ZoningProblem) -> Labels:
    from gerrychain.partition import recursive_tree_part

    graph = nx.Graph()
    graph.add_nodes_from((i, {"pop": float(p)}) for i, p in enumerate(problem.demand))
    graph.add_edges_from(problem.edges.tolist())
    k = problem.school_count
    np.random.seed(0)  # noqa: NPY002 (its own source of chance)
    part = recursive_tree_part(_gerry(graph), range(k), problem.demand.sum() / k, "pop", 0.05)
    return matched(problem, np.array([part[i] for i in range(len(problem.demand))]))


def _gerry(graph: nx.Graph) -> object:
    from gerrychain import Graph

    return Graph.from_networkx(graph)


def metis(problem: ZoningProblem) -> Labels:
    import pymetis

    near: list[list[int]] = [[] for _ in problem.demand]
    for a, b in problem.edges.tolist():
        near[a].append(b)
        near[b].append(a)
    weight = np.round(problem.demand).astype(int).tolist()
    shares = (problem.capacity / problem.capacity.sum()).tolist()
    part = pymetis.part_graph(problem.school_count, adjacency=near, vweights=weight, tpwgts=shares, options=pymetis.Options(contig=1), recursive=False)
    return matched(problem, np.asarray(part.vertex_part))


def constrained_kmeans(problem: ZoningProblem) -> Labels:
    from k_means_constrained import KMeansConstrained

    n, k = problem.block_count, problem.school_count
    model = KMeansConstrained(n_clusters=k, size_min=int(0.8 * n / k), size_max=int(1.2 * n / k), init=np.asarray(problem.school_xy), n_init=1, random_state=0)
    return matched(problem, model.fit_predict(np.asarray(problem.xy)).astype(np.int64))


def ward(problem: ZoningProblem) -> Labels:
    from sklearn.cluster import AgglomerativeClustering

    n = problem.block_count
    a, b = problem.edges.T
    graph = coo_array((np.ones(2 * len(a)), (np.concatenate([a, b]), np.concatenate([b, a]))), shape=(n, n)).tocsr()
    return matched(problem, AgglomerativeClustering(problem.school_count, connectivity=graph).fit_predict(problem.xy).astype(np.int64))


PEERS: dict[str, Callable[[ZoningProblem], Labels]] = {
    f"spopt PMedian, CBC, at most {LIMIT_S} s": spopt_pmedian,
    "gerrychain recursive tree, 5 %": gerrychain_tree,
    "pymetis": metis,
    "k-means-constrained": constrained_kmeans,
    "scikit-learn Ward": ward,
}


def rows(full: bool = False) -> list[Row]:
    """2,000 blocks and 20 schools; every peer once."""
    problem = problem_of(SIZES[0], 0)
    found = assign_blocks(problem, time_limit_s=60)
    out = [Row("2,000 x 20, ours", found.seconds, "s", remark=scored(problem, found.school_of_block, found.transport_bound))]
    for name, peer in PEERS.items():
        began = time.perf_counter()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                label = peer(problem)
            said = scored(problem, label, found.transport_bound)
        except Exception as error:  # a peer that fails is a line of the table, not the end of it
            said = f"failed: {type(error).__name__}: {error}"
        out.append(Row(f"2,000 x 20, {name}", found.seconds, "s", None, name, time.perf_counter() - began, said))
    return out
