"""An area: the units that are grouped independently of all others (a county, or a connected part of one), with costs from every unit to every centre."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from districting.grouping.costs import Candidates, arc_terms, pulls
from districting.grouping.keys import counted
from districting.grouping.limits import Limits, limits_of
from districting.model.grouping_problem import GroupingProblem
from districting.model.stages import TIERS


@dataclass(frozen=True, eq=False)
class Area:
    """n units and c possible centres of one area.

    ``unit`` (n,) and ``centre`` (c,) are positions in the problem (a school may stand in ``centre`` once per theme, ``theme`` (c,), -1 = none); ``root`` (c,) the local unit a centre
    stands in. ``arcs`` term -> (n, c) pupil-metres and ``cost`` their sum. ``pull`` (n, q) what districts should hold evenly, with ``even`` (q,) its price and ``pull_names``.
    ``limits``: what a district must hold. ``allowed`` (n, c): arcs no rule forbids. ``fit`` (n, c): must sum to >= 0 in a district (theme). ``tiers`` (n, 3) schools by tier.
    ``far`` unit -> units that may not be in its district. ``ground`` (n,): False for a unit that stands for a school without ground.
    """

    unit: NDArray[np.int64]
    centre: NDArray[np.int64]
    root: NDArray[np.int64]
    theme: NDArray[np.int64]
    arcs: Mapping[str, NDArray[np.float64]]
    cost: NDArray[np.float64]
    pull_names: tuple[str, ...]
    pull: NDArray[np.float64]
    even: NDArray[np.float64]
    limits: Limits
    allowed: NDArray[np.bool_]
    fit: NDArray[np.float64] | None
    tiers: NDArray[np.int64]
    min_tiers: int
    far: tuple[frozenset[int], ...]
    districts: tuple[int, float]
    neighbours: tuple[tuple[int, ...], ...]
    ground: NDArray[np.bool_]
    connected: bool
    county: int

    def terms(self, label: NDArray[np.int64]) -> dict[str, float]:
        """The parts of the objective of a labelling (unit -> centre), in pupil-metres."""
        rows = np.arange(len(label))
        found = {name: float(cost[rows, label].sum()) for name, cost in self.arcs.items()}
        for q, name in enumerate(self.pull_names):
            held = np.bincount(label, weights=self.pull[:, q], minlength=len(self.centre))
            found[name] = float(self.even[q] * np.abs(held).sum())
        return found

    def objective(self, label: NDArray[np.int64]) -> float:
        """Sum of :meth:`terms`."""
        return sum(self.terms(label).values())


def areas(problem: GroupingProblem) -> list[Area]:
    """The independent areas that hold at least one member, in the order of their first unit; one area for all where the number of districts is bounded."""
    label = area_of_unit(problem)
    if problem.spec.counted_districts:
        return [_area(problem, np.arange(problem.unit_count), label)] if problem.member_count else []
    held = np.unique(label[problem.unit_of_member])
    first = {a: int(np.flatnonzero(label == a)[0]) for a in held}
    return [_area(problem, np.flatnonzero(label == a), label) for a in sorted(held, key=lambda a: first[a])]


def area_of_unit(problem: GroupingProblem) -> NDArray[np.int64]:
    """(n,) the part each unit belongs to: units of different parts never share a district."""
    n, spec = problem.unit_count, problem.spec
    part = problem.county_of_unit if spec.within_county else np.zeros(n, dtype=np.int64)
    if spec.apart and problem.part_of_unit is not None:
        part = np.unique(np.column_stack([part, problem.part_of_unit]), axis=0, return_inverse=True)[1].astype(np.int64).ravel()
    if not spec.connected or not problem.ground.all():
        return np.unique(part, return_inverse=True)[1].astype(np.int64)
    edges = problem.edges.reshape(-1, 2)
    kept = edges[part[edges[:, 0]] == part[edges[:, 1]]]
    graph = coo_array((np.ones(len(kept)), (kept[:, 0], kept[:, 1])), shape=(n, n))
    return connected_components(graph, directed=False)[1].astype(np.int64)


def _area(problem: GroupingProblem, unit: NDArray[np.int64], part: NDArray[np.int64]) -> Area:
    spec = problem.spec
    local = np.full(problem.unit_count, -1, dtype=np.int64)
    local[unit] = np.arange(len(unit))
    member = np.flatnonzero(local[problem.unit_of_member] >= 0)
    place = local[problem.unit_of_member[member]]
    centre, theme = _centres(problem, member)
    found = Candidates(problem, unit, member, place, centre, theme)
    arcs = arc_terms(found)
    names, pull, even = pulls(found)
    root, far = local[problem.unit_of_member[centre]], _far(found)
    tier = np.column_stack([np.bincount(place[problem.tier_of_member[member] == t], minlength=len(unit)) for t in TIERS])
    districts = (spec.districts[0], float(np.inf if spec.districts[1] is None else spec.districts[1])) if spec.counted_districts else (0, np.inf)
    return Area(
        unit=unit,
        centre=centre,
        root=root,
        theme=theme,
        arcs=arcs,
        cost=sum(arcs.values(), np.zeros((len(unit), len(centre)))),
        pull_names=names,
        pull=pull,
        even=even,
        limits=limits_of(problem, member, place, len(unit)),
        allowed=(part[unit][:, None] == part[unit][root][None, :]) & _within_radius(found) & _not_wide(far, len(unit)),
        fit=_fit(found),
        tiers=tier.astype(np.int64),
        min_tiers=spec.min_tiers,
        far=far,
        districts=districts,
        neighbours=_neighbours(problem.edges.reshape(-1, 2)[problem.ground[problem.edges.reshape(-1, 2)].all(axis=1)], local, len(unit)),
        ground=problem.ground[unit],
        connected=spec.connected,
        county=int(problem.county_of_unit[unit[0]]),
    )


def _centres(problem: GroupingProblem, member: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Members that may open a district, once per theme they carry or reach where the form has themes."""
    centre = member[counted(problem, problem.spec.centre)[member]]
    fits = _theme_fit(problem)
    if fits is None:
        return centre, np.full(len(centre), -1, dtype=np.int64)
    who, theme = np.nonzero(fits[centre])
    return centre[who], theme.astype(np.int64)


def _theme_fit(problem: GroupingProblem) -> NDArray[np.bool_] | None:
    """(s, t) whether a member carries a theme or reaches an anchor of it; None where the form has no themes."""
    facts = problem.facts
    if not problem.spec.theme_share or facts.themes is None:
        return None
    return facts.themes if facts.reaches is None else facts.themes | facts.reaches


def _fit(found: Candidates) -> NDArray[np.float64] | None:
    fits = _theme_fit(found.problem)
    if fits is None:
        return None
    share = fits[found.member][:, found.theme].astype(np.float64) - found.problem.spec.theme_share
    return found.by_unit(share)


def _within_radius(found: Candidates) -> NDArray[np.bool_]:
    radius = found.problem.spec.radius_m
    if radius is None:
        return np.ones((len(found.unit), len(found.centre)), dtype=bool)
    return found.by_unit((found.distance_m > radius).astype(np.float64)) == 0.0


def _far(found: Candidates) -> tuple[frozenset[int], ...]:
    diameter = found.problem.spec.diameter_m
    if diameter is None:
        return ()
    xy = found.problem.member_xy[found.member]
    apart = np.hypot(*(xy[:, None, :] - xy[None, :, :]).transpose(2, 0, 1)) > diameter
    far: list[set[int]] = [set() for _ in found.unit]
    for i, j in np.argwhere(apart):
        far[found.place[i]].add(int(found.place[j]))
    return tuple(frozenset(f) for f in far)


def _not_wide(far: tuple[frozenset[int], ...], n: int) -> NDArray[np.bool_]:
    """(n, 1) False for a unit whose own schools stand too far apart for any district."""
    return np.array([not far or u not in far[u] for u in range(n)], dtype=bool)[:, None]


def _neighbours(edges: NDArray[np.int64], local: NDArray[np.int64], n: int) -> tuple[tuple[int, ...], ...]:
    found: list[set[int]] = [set() for _ in range(n)]
    for a, b in local[edges.reshape(-1, 2)]:
        if a >= 0 and b >= 0 and a != b:
            found[a].add(int(b))
            found[b].add(int(a))
    return tuple(tuple(sorted(f)) for f in found)
