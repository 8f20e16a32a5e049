"""Incubation areas of 2,000 schools beside k-means-constrained: the same points, limits of size and incubators, in the same run."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import Delaunay

from districting.checking.pairing.incubation import check_incubation
from districting.model.incubation_problem import IncubationProblem
from districting.pairing import incubation_areas
from scripts.bench_row import Row, seconds

SCHOOLS, AREAS, INCUBATORS = 2000, 12, 45
TARGET_S, TARGET_GAP = 30.0, 0.01


def city(seed: int, *, size: str = "schools", contiguous: bool = False, travel: str = "pupils") -> IncubationProblem:
    """Seven of ten schools in 25 towns, the rest anywhere, in a square of 67 km; 100 to 2,000 pupils each; incubators drawn at random."""
    rng = np.random.default_rng(seed)
    side = 1500.0 * np.sqrt(SCHOOLS)
    towns = rng.uniform(0.1 * side, 0.9 * side, (25, 2))
    near = towns[rng.integers(0, 25, SCHOOLS)] + rng.normal(0.0, 3000.0, (SCHOOLS, 2))
    xy = np.where(rng.random(SCHOOLS)[:, None] < 0.7, near, rng.uniform(0.0, side, (SCHOOLS, 2)))
    incubator = np.zeros(SCHOOLS, dtype=bool)
    incubator[rng.choice(SCHOOLS, INCUBATORS, replace=False)] = True
    pupils = rng.integers(100, 2000, SCHOOLS).astype(np.float64)
    once = np.ones(SCHOOLS)
    edges = None
    if contiguous:
        triangles = Delaunay(xy).simplices
        edges = np.unique(np.sort(np.vstack([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [0, 2]]]), axis=1), axis=0).astype(np.int64)
    return IncubationProblem(xy, incubator, AREAS, pupils if travel == "pupils" else once, pupils if size == "pupils" else once, edges=edges)


def by_clustering(problem: IncubationProblem, seed: int) -> tuple[float, float, int]:
    """k-means-constrained with the same limits: seconds, travel with the best incubator of each cluster as its centre (of all incubators where a cluster has none), and how
    many clusters have none. It counts schools, not pupils, and squares distances.
    """
    from k_means_constrained import KMeansConstrained

    mean = len(problem.xy) / problem.areas
    low, high = int(np.ceil((1 - problem.tolerance) * mean)), int(np.floor((1 + problem.tolerance) * mean))
    model = KMeansConstrained(n_clusters=problem.areas, size_min=low, size_max=high, random_state=seed, n_init=10, n_jobs=1)
    took, label = seconds(lambda: model.fit_predict(problem.xy))
    return took, *evaluated(problem, np.asarray(label))


def evaluated(problem: IncubationProblem, label: NDArray[np.int64]) -> tuple[float, int]:
    """Travel of clusters to the best incubator inside each, and the number of clusters without one."""
    total, without = 0.0, 0
    for cluster in range(problem.areas):
        mine = np.flatnonzero(label == cluster)
        held = mine[problem.is_incubator[mine]]
        without += not len(held)
        centres = held if len(held) else np.flatnonzero(problem.is_incubator)
        metres = np.hypot(*(problem.xy[centres][:, None] - problem.xy[None, mine]).transpose(2, 0, 1))
        total += float((metres * problem.weight[mine][None, :]).sum(axis=1).min())
    return total, without


def incubation_rows(seed: int, *, travel: str = "pupils") -> list[Row]:
    """Ours beside clustering on one city: seconds until the gap is reached, seconds to the proof, and travel as a ratio."""
    problem = city(seed, travel=travel)
    to_gap, good = seconds(lambda: incubation_areas(problem, time_limit_s=TARGET_S, gap=TARGET_GAP))
    to_proof, best = seconds(lambda: incubation_areas(problem, time_limit_s=2 * TARGET_S))
    broken = sum(len(check_incubation(problem, found.centre_of_school)) for found in (good, best))
    theirs, travel_m, without = by_clustering(problem, seed)
    work, peer = f"incubation, {SCHOOLS:,} schools, {AREAS} areas, {INCUBATORS} incubators, travel of {travel}, seed {seed}", "k-means-constrained, n_init 10"
    said = f"gap {100 * good.gap:.2g} %, {broken} rules broken; of their clusters {without} have no incubator"
    return [
        Row(work, to_gap, "s", TARGET_S, peer, theirs, said),
        Row(f"{work}, to the proof", to_proof, "s", None, peer, theirs, f"{best.status}, gap {100 * best.gap:.2g} %"),
        *(
            Row(f"{work}, travel at {name}", f.objective / 1e6, "million", None, peer, travel_m / 1e6, _cheaper(f.objective, travel_m))
            for name, f in (("a gap of 1 %", good), ("the proof", best))
        ),
    ]


def _cheaper(ours: float, theirs: float) -> str:
    return f"theirs, with their best incubators as centres, is {theirs / ours - 1:+.2%}"


def harder_rows(seed: int) -> list[Row]:
    """What no peer does: connected areas, and sizes in pupils."""
    rows = []
    for name, problem in (("connected", city(seed, contiguous=True)), ("sizes in pupils", city(seed, size="pupils"))):
        took, found = seconds(lambda p=problem: incubation_areas(p, time_limit_s=TARGET_S, gap=TARGET_GAP))
        broken = len(check_incubation(problem, found.centre_of_school))
        rows.append(
            Row(f"incubation, {SCHOOLS:,} schools, {name}, seed {seed}", took, "s", TARGET_S, remark=f"gap {100 * found.gap:.3g} %, {broken} rules broken")
        )
    return rows


def rows(full: bool = False) -> list[Row]:
    """What `make bench` prints for incubation areas."""
    found = [row for seed in (0, 1) for row in incubation_rows(seed)]
    return found + harder_rows(0) + ([*incubation_rows(2), *incubation_rows(0, travel="schools"), *harder_rows(1)] if full else [])
