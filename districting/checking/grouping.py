"""The rules of a grouping counted again from labels alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from districting.model.grouping_problem import GroupingProblem


@dataclass(frozen=True)
class GroupingViolation:
    """A broken rule: which, in which district (-1: none in particular), what was counted and what is allowed."""

    rule: str
    district: int
    found: float
    least: float
    most: float


def check_grouping(problem: GroupingProblem, district_of_unit: ArrayLike, lead_of_district: ArrayLike) -> list[GroupingViolation]:
    """Every broken rule; [] when units are covered once, counts hold, districts are connected and within a county, and each holds its own lead."""
    label = np.asarray(district_of_unit, dtype=np.int64)
    lead = np.asarray(lead_of_district, dtype=np.int64)
    if len(label) != problem.unit_count:
        return [GroupingViolation("labels", -1, len(label), problem.unit_count, problem.unit_count)]
    found = _coverage(problem, label, len(lead))
    for district in range(len(lead)):
        units = np.flatnonzero(label == district)
        members = np.flatnonzero(np.isin(problem.unit_of_member, units))
        found += _counts(problem, members, district)
        found += _shape(problem, units, district)
        found += _lead(problem, int(lead[district]), members, district)
    return found


def _coverage(problem: GroupingProblem, label: NDArray[np.int64], districts: int) -> list[GroupingViolation]:
    """Members without a district, and labels that name none."""
    lost = int(np.count_nonzero(label[problem.unit_of_member] < 0))
    stray = int(np.count_nonzero((label >= districts) | (label < -1)))
    rows = [("covered", lost), ("labels", stray)]
    return [GroupingViolation(rule, -1, float(n), 0.0, 0.0) for rule, n in rows if n]


def _counts(problem: GroupingProblem, members: NDArray[np.int64], district: int) -> list[GroupingViolation]:
    found = []
    for key, (least, most) in problem.spec.counts.items():
        stage, _, tier = key.partition("_")
        count = sum(1 for i in members if problem.stage_of_member[i] == stage and (not tier or problem.tier_of_member[i] == tier))
        if count < least or (most is not None and count > most):
            found.append(GroupingViolation(key, district, float(count), float(least), np.inf if most is None else float(most)))
    return found


def _shape(problem: GroupingProblem, units: NDArray[np.int64], district: int) -> list[GroupingViolation]:
    found = []
    parts = _parts(problem.edges, set(units.tolist())) if problem.spec.connected else 1
    if parts > 1:
        found.append(GroupingViolation("connected", district, float(parts), 1.0, 1.0))
    counties = len(set(problem.county_of_unit[units].tolist())) if problem.spec.within_county else 1
    if counties > 1:
        found.append(GroupingViolation("within_county", district, float(counties), 1.0, 1.0))
    return found


def _parts(edges: NDArray[np.int64], units: set[int]) -> int:
    """Connected pieces of a set of units, by joining sets along edges."""
    parent = {u: u for u in units}

    def top(u: int) -> int:
        while parent[u] != u:
            u = parent[u]
        return u

    for a, b in edges.reshape(-1, 2).tolist():
        if a in parent and b in parent:
            parent[top(a)] = top(b)
    return sum(1 for u in units if parent[u] == u)


def _lead(problem: GroupingProblem, lead: int, members: NDArray[np.int64], district: int) -> list[GroupingViolation]:
    stage, _, tier = problem.spec.centre.partition("_")
    fits = lead in members and problem.stage_of_member[lead] == stage and (not tier or problem.tier_of_member[lead] == tier)
    return [] if fits else [GroupingViolation("centre", district, 0.0, 1.0, 1.0)]
