"""An area: the units that are grouped independently of all others (a county, or a connected part of one), with costs from every unit to every centre."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from districting.measures.complementarity import complementarity_gain, varying_weights
from districting.model.grouping_problem import GroupingProblem


@dataclass(frozen=True, eq=False)
class Area:
    """n units and c possible centres of one area.

    ``unit`` (n,) and ``centre`` (c,) are positions in the problem; ``root`` (c,) the local unit a centre stands in. ``near_cost`` and ``lack_cost`` (n, c) in
    pupil-metres; ``pull`` (n,) pupils x quality deviation; ``count`` (n, keys) members counted by each key of ``spec.counts``, with ``least`` and ``most``.
    """

    unit: NDArray[np.int64]
    centre: NDArray[np.int64]
    root: NDArray[np.int64]
    near_cost: NDArray[np.float64]
    lack_cost: NDArray[np.float64]
    pull: NDArray[np.float64]
    evenness: float
    count: NDArray[np.int64]
    least: NDArray[np.int64]
    most: NDArray[np.float64]
    keys: tuple[str, ...]
    neighbours: tuple[tuple[int, ...], ...]
    connected: bool
    county: int

    @property
    def cost(self) -> NDArray[np.float64]:
        return self.near_cost + self.lack_cost

    def terms(self, label: NDArray[np.int64]) -> dict[str, float]:
        """The parts of the objective of a labelling (unit -> centre), in pupil-metres."""
        rows = np.arange(len(label))
        pull = np.bincount(label, weights=self.pull, minlength=len(self.centre))
        return {
            "nearness": float(self.near_cost[rows, label].sum()),
            "complementarity": float(self.lack_cost[rows, label].sum()),
            "evenness": float(self.evenness * np.abs(pull).sum()),
        }

    def objective(self, label: NDArray[np.int64]) -> float:
        """Sum of :meth:`terms`."""
        return sum(self.terms(label).values())


def counted(problem: GroupingProblem, key: str) -> NDArray[np.bool_]:
    """(s,) whether a member is counted by ``key`` (``"<stage>"`` or ``"<stage>_<tier>"``)."""
    stage, _, tier = key.partition("_")
    mask: NDArray[np.bool_] = problem.stage_of_member == stage
    return mask & (problem.tier_of_member == tier) if tier else mask


def areas(problem: GroupingProblem) -> list[Area]:
    """The independent areas that hold at least one member, in the order of their first unit."""
    label = area_of_unit(problem)
    held = np.unique(label[problem.unit_of_member])
    first = {a: int(np.flatnonzero(label == a)[0]) for a in held}
    return [_area(problem, np.flatnonzero(label == a)) for a in sorted(held, key=lambda a: first[a])]


def area_of_unit(problem: GroupingProblem) -> NDArray[np.int64]:
    """(n,) the area of a unit: split by county when districts keep to it, and by connected part when districts are connected."""
    n, spec = problem.unit_count, problem.spec
    county = problem.county_of_unit if spec.within_county else np.zeros(n, dtype=np.int64)
    if not spec.connected:
        return np.unique(county, return_inverse=True)[1].astype(np.int64)
    edges = problem.edges.reshape(-1, 2)
    kept = edges[county[edges[:, 0]] == county[edges[:, 1]]]
    graph = coo_array((np.ones(len(kept)), (kept[:, 0], kept[:, 1])), shape=(n, n))
    return connected_components(graph, directed=False)[1].astype(np.int64)


def _area(problem: GroupingProblem, unit: NDArray[np.int64]) -> Area:
    spec = problem.spec
    local = np.full(problem.unit_count, -1, dtype=np.int64)
    local[unit] = np.arange(len(unit))
    member = np.flatnonzero(local[problem.unit_of_member] >= 0)
    place = local[problem.unit_of_member[member]]
    centre = member[counted(problem, spec.centre)[member]]
    near, lack = _costs(problem, member, centre)
    keys = tuple(spec.counts)
    count = np.zeros((len(unit), len(keys)), dtype=np.int64)
    for k, key in enumerate(keys):
        count[:, k] = np.bincount(place[counted(problem, key)[member]], minlength=len(unit))
    return Area(
        unit=unit,
        centre=centre,
        root=local[problem.unit_of_member[centre]],
        near_cost=_by_unit(near, place, len(unit)),
        lack_cost=_by_unit(lack, place, len(unit)),
        pull=np.bincount(place, weights=_pull(problem, member), minlength=len(unit)).astype(np.float64),
        evenness=spec.evenness,
        count=count,
        least=np.array([spec.counts[k][0] for k in keys], dtype=np.int64),
        most=np.array([np.inf if spec.counts[k][1] is None else spec.counts[k][1] for k in keys], dtype=np.float64),
        keys=keys,
        neighbours=_neighbours(problem.edges, local, len(unit)),
        connected=spec.connected,
        county=int(problem.county_of_unit[unit[0]]),
    )


def _costs(problem: GroupingProblem, member: NDArray[np.int64], centre: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Member x centre: nearness, and what is missing to the best gain any centre of the area offers; both >= 0."""
    spec, pupils = problem.spec, problem.pupils[member][:, None]
    step = problem.member_xy[member][:, None, :] - problem.member_xy[centre][None, :, :]
    near = spec.nearness * pupils * np.hypot(step[..., 0], step[..., 1])
    weight = varying_weights(problem.resources)
    gain = complementarity_gain(problem.resources[member], problem.resources[centre], weight=weight)
    best = gain.max(axis=1, keepdims=True) if len(centre) else gain
    return near, spec.complementarity * pupils * (best - gain)


def _pull(problem: GroupingProblem, member: NDArray[np.int64]) -> NDArray[np.float64]:
    """Pupils x (quality - pupil-weighted mean quality of the area's county, or of all when districts may cross counties)."""
    spec = problem.spec
    mean_over = np.ones(problem.member_count, dtype=bool)
    if spec.within_county:
        county = problem.county_of_unit[problem.unit_of_member]
        mean_over = county == county[member[0]]
    pupils = problem.pupils[mean_over]
    mean = float(np.average(problem.quality[mean_over], weights=pupils)) if pupils.sum() > 0 else 0.0
    return problem.pupils[member] * (problem.quality[member] - mean)


def _by_unit(values: NDArray[np.float64], place: NDArray[np.int64], n: int) -> NDArray[np.float64]:
    out = np.zeros((n, values.shape[1]))
    np.add.at(out, place, values)
    return out


def _neighbours(edges: NDArray[np.int64], local: NDArray[np.int64], n: int) -> tuple[tuple[int, ...], ...]:
    found: list[set[int]] = [set() for _ in range(n)]
    for a, b in local[edges.reshape(-1, 2)]:
        if a >= 0 and b >= 0 and a != b:
            found[a].add(int(b))
            found[b].add(int(a))
    return tuple(tuple(sorted(f)) for f in found)
