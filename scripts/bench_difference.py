"""Time and proof of pairs of differences on synthetic cities, beside networkx on every edge in the same run; and of U-D-S communities with their gap."""

from __future__ import annotations

import networkx as nx
import numpy as np

from districting.checking.pairing.difference import check_difference
from districting.checking.pairing.uds import check_uds
from districting.model.difference_problem import DifferenceProblem
from districting.model.uds_problem import UdsProblem
from districting.pairing import gain_matrix, pair_differences, uds_communities
from scripts.bench_row import Row, seconds

RESOURCES = 12
RELATIVE = 1e-9


def city(schools: int, *, dense: bool, seed: int = 0) -> DifferenceProblem:
    """Twelve independent resources; schools over a square of 3 km a side for each (as 1,000 over a prefecture of 95 km). ``dense``: no limit of reach, and gains
    worth ten times the way, so that nearly every pair that gains is an edge.
    """
    rng = np.random.default_rng(seed)
    side = 3000.0 * np.sqrt(schools)
    z = rng.normal(size=(schools, RESOURCES))
    z = (z - z.mean(axis=0)) / z.std(axis=0)
    base = DifferenceProblem(z, np.ones(RESOURCES), rng.uniform(0.0, side, (schools, 2)), max_distance_m=np.inf if dense else 30_000.0)
    return base if not dense else DifferenceProblem(base.z, base.weight, base.xy, gain_value_m=1_000_000.0)


def edges_of(problem: DifferenceProblem) -> list[tuple[int, int, float]]:
    """Every pair that may be made, and what it is worth."""
    gain = gain_matrix(problem.z, problem.weight)
    metres = np.hypot(*(problem.xy[:, None, :] - problem.xy[None, :, :]).transpose(2, 0, 1))
    low = np.minimum(gain, gain.T)
    worth = np.where((low > problem.min_gain) & (metres <= problem.max_distance_m), problem.gain_value_m * low - metres, 0.0)
    a, b = np.nonzero(np.triu(worth > 0, 1))
    return list(zip(a.tolist(), b.tolist(), worth[a, b].tolist(), strict=True))


def by_networkx(edges: list[tuple[int, int, float]]) -> float:
    """The worth of the heaviest matching, by the blossom algorithm on every edge."""
    graph = nx.Graph()
    graph.add_weighted_edges_from(edges)
    return float(sum(graph[a][b]["weight"] for a, b in nx.max_weight_matching(graph)))


def _difference(schools: int, *, dense: bool) -> Row:
    problem = city(schools, dense=dense)
    edges = edges_of(problem)
    ours, found = seconds(lambda: pair_differences(problem))
    theirs, best = seconds(lambda: by_networkx(edges))
    if not np.isclose(found.objective, best, rtol=RELATIVE) or check_difference(problem, found):
        raise AssertionError(f"pairs are worth {found.objective}, the peer's {best}")
    remark = f"{len(edges):,} edges, {len(found.a)} pairs, {found.status}, gap {100 * found.gap:.2g} %; same worth"
    return Row(f"difference, {schools:,} schools{', every pair in reach' if dense else ', 30 km'}", ours, "s", None, "networkx, all edges", theirs, remark)


def _uds(schools: int, university_cap: int) -> Row:
    rng = np.random.default_rng(schools)
    county = rng.integers(0, 12, schools)
    rank = rng.random(schools)
    problem = UdsProblem(
        xy=(rng.random((12, 2)) * 100_000.0)[county] + rng.normal(size=(schools, 2)) * 8000.0,
        stage=rng.integers(0, 2, schools),
        bureau=county,
        is_lead=rank < 0.15,
        is_weak=rank > 0.6,
        is_rural=rng.random(schools) < 0.5,
        university_xy=rng.random((3, 2)) * 100_000.0,
        university_cap=university_cap,
    )
    took, found = seconds(lambda: uds_communities(problem, time_limit_s=30.0))
    if check_uds(problem, found):
        raise AssertionError("a rule is broken")
    remark = (
        f"{len(found.lead_of_community)} communities, {found.covered} of {int(problem.is_target.sum())} covered, {found.status}, gap {100 * found.gap:.2g} %"
    )
    return Row(f"U-D-S, {schools:,} schools, 3 universities of {university_cap}", took, "s", remark=remark)


def rows(full: bool = False) -> list[Row]:
    """Sparse and dense; 1,000 schools with every pair in reach only in full, as the peer takes minutes."""
    found = [_difference(300, dense=False), _difference(300, dense=True), _difference(1000, dense=False)]
    if full:
        found.append(_difference(1000, dense=True))
    return [*found, _uds(1000, 10), _uds(1000, 100)]
