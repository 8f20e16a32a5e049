"""What plain clustering makes of the same schools: k-means and connected Ward trees by place, bare and mended, so that one sees what the optimiser adds."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array

from districting.checking.grouping import check_grouping
from districting.grouping.area import Area, areas
from districting.grouping.rows import number_of_districts
from districting.grouping.search import descended
from districting.model.grouping_problem import GroupingProblem

METHODS = ("kmeans", "ward")
MENDED_S = 10.0
"""Most seconds of descent per area."""


@dataclass(frozen=True, eq=False)
class Baseline:
    """``name`` (``kmeans``, ``kmeans_mended``, ``ward``, ``ward_mended``), ``objective`` in pupil-metres, ``broken``: rule -> how many times it is broken."""

    name: str
    objective: float
    broken: dict[str, int]


def baselines(problem: GroupingProblem) -> tuple[Baseline, ...]:
    """Every method, as it comes out of the clustering and after it is mended by moves, exchanges and mergers.

    Clusters: as many as there may be districts. The centre of each is the cheapest school in it that may be one; where there is none, the cheapest of all.
    Source: scikit-learn ``KMeans`` and ``AgglomerativeClustering``, one seed.

    Raises
    ------
    nothing: a rule that cannot hold is counted as broken
    """
    found = [area for area in areas(problem) if len(area.centre)]
    out: list[Baseline] = []
    for method in METHODS:
        bare = [_clustered(problem, area, method) for area in found]
        whole = [descended(area, label, perf_counter() + MENDED_S).label for area, label in zip(found, bare, strict=True)]
        out += [_scored(problem, found, bare, method), _scored(problem, found, whole, f"{method}_mended")]
    return tuple(out)


def _clustered(problem: GroupingProblem, area: Area, method: str) -> NDArray[np.int64]:
    from sklearn.cluster import AgglomerativeClustering, KMeans
    from threadpoolctl import threadpool_limits

    n = len(area.unit)
    xy = _places(problem, area)
    least, most = number_of_districts(area)
    count = int(max(1, min(max(least, min(most, len(np.unique(area.root)))), n)))
    if count == 1:
        part = np.zeros(n, dtype=np.int64)
    elif method == "kmeans":
        with threadpool_limits(1):  # threads slow a small fit down tenfold
            part = KMeans(count, n_init=1, random_state=0).fit_predict(xy).astype(np.int64)
    else:
        part = AgglomerativeClustering(count, connectivity=_graph(area) if area.connected else None).fit_predict(xy).astype(np.int64)
    label = np.empty(n, dtype=np.int64)
    for cluster in np.unique(part).tolist():
        units = np.flatnonzero(part == cluster)
        cost = area.cost[units].sum(axis=0)
        own = np.isin(area.root, units)
        label[units] = int(np.argmin(np.where(own, cost, np.inf) if own.any() else cost))
    return label


def _places(problem: GroupingProblem, area: Area) -> NDArray[np.float64]:
    """(n, 2) the mean place of the schools of a unit; of units without one, that of the area."""
    local = np.full(problem.unit_count, -1, dtype=np.int64)
    local[area.unit] = np.arange(len(area.unit))
    place = local[problem.unit_of_member]
    held = place >= 0
    count = np.bincount(place[held], minlength=len(area.unit)).astype(np.float64)
    mean = problem.member_xy[held].mean(axis=0)
    sums = np.column_stack([np.bincount(place[held], weights=problem.member_xy[held, axis], minlength=len(area.unit)) for axis in (0, 1)])
    return np.where(count[:, None] > 0, sums / np.maximum(count, 1.0)[:, None], mean[None, :])


def _graph(area: Area) -> coo_array:
    pairs = np.array([(u, v) for u, beside in enumerate(area.neighbours) for v in beside], dtype=np.int64).reshape(-1, 2)
    return coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(area.unit),) * 2).tocsr()


def _scored(problem: GroupingProblem, found: list[Area], labels: list[NDArray[np.int64]], name: str) -> Baseline:
    district = np.full(problem.unit_count, -1, dtype=np.int64)
    leads: list[int] = []
    themes: list[int] = []
    for area, label in zip(found, labels, strict=True):
        opened, local = np.unique(label, return_inverse=True)
        district[area.unit] = local + len(leads)
        leads += area.centre[opened].tolist()
        themes += area.theme[opened].tolist()
    broken = Counter(v.rule for v in check_grouping(problem, district, leads, themes))
    return Baseline(name, sum(area.objective(label) for area, label in zip(found, labels, strict=True)), dict(sorted(broken.items())))
