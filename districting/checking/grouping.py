"""The rules of a grouping counted again from labels alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from districting.model.grouping_problem import GroupingProblem
from districting.model.stages import STAGES, TIERS

_NEGLIGIBLE = 1e-6


@dataclass(frozen=True)
class GroupingViolation:
    """A broken rule: which, in which district (-1: none in particular), what was counted and what is allowed."""

    rule: str
    district: int
    found: float
    least: float
    most: float


def check_grouping(
    problem: GroupingProblem, district_of_unit: ArrayLike, lead_of_district: ArrayLike, theme_of_district: ArrayLike | None = None
) -> list[GroupingViolation]:
    """Every broken rule; [] when units are covered once, every rule of the form holds in every district, and each district holds its own lead."""
    label = np.asarray(district_of_unit, dtype=np.int64)
    lead = np.asarray(lead_of_district, dtype=np.int64)
    if len(label) != problem.unit_count:
        return [GroupingViolation("labels", -1, len(label), problem.unit_count, problem.unit_count)]
    found = _coverage(problem, label, len(lead)) + _number(problem, len(lead))
    themes = None if theme_of_district is None else np.asarray(theme_of_district, dtype=np.int64)
    for district in range(len(lead)):
        units = np.flatnonzero(label == district)
        members = np.flatnonzero(np.isin(problem.unit_of_member, units))
        found += _counts(problem, members, district)
        found += _shape(problem, units, district)
        found += _lead(problem, int(lead[district]), members, district)
        found += _reach(problem, int(lead[district]), members, district)
        found += _sums(problem, members, district)
        if themes is not None and problem.spec.theme_share:
            found += _theme(problem, int(themes[district]), int(lead[district]), members, district)
    return found


def _coverage(problem: GroupingProblem, label: NDArray[np.int64], districts: int) -> list[GroupingViolation]:
    """Members without a district, and labels that name none."""
    lost = int(np.count_nonzero(label[problem.unit_of_member] < 0))
    stray = int(np.count_nonzero((label >= districts) | (label < -1)))
    rows = [("covered", lost), ("labels", stray)]
    return [GroupingViolation(rule, -1, float(n), 0.0, 0.0) for rule, n in rows if n]


def _number(problem: GroupingProblem, districts: int) -> list[GroupingViolation]:
    least, most = problem.spec.districts
    if problem.spec.counted_districts and not least <= districts <= (math.inf if most is None else most):
        return [GroupingViolation("districts", -1, float(districts), float(least), math.inf if most is None else float(most))]
    return []


def _amount(problem: GroupingProblem, members: Sequence[int] | NDArray[np.int64], key: str) -> int:
    """School-stages of a stage key; schools, each once, of any other key."""
    stage, _, tier = key.partition("_")
    if stage in STAGES:
        return sum(1 for i in members if problem.stage_of_member[i] == stage and (not tier or problem.tier_of_member[i] == tier))
    schools = set()
    for i in members:
        area = "" if problem.facts.area is None else str(problem.facts.area[i])
        kind = "" if problem.facts.kind is None else str(problem.facts.kind[i])
        if key == "school" or key in ((str(problem.tier_of_member[i]),) if key in TIERS else (area, kind)):
            schools.add(int(problem.school_of_member[i]))
    return len(schools)


def _counts(problem: GroupingProblem, members: NDArray[np.int64], district: int) -> list[GroupingViolation]:
    found = []
    spec = problem.spec
    limits = [(key, least, most) for key, (least, most) in spec.counts.items()]
    for key in spec.spread:
        whole = _amount(problem, range(problem.member_count), key)
        most = spec.counts.get("school", (0, None))[1]
        groups = max(spec.districts[0], 1 if most is None else math.ceil(_amount(problem, range(problem.member_count), "school") / most))
        limits.append((key, 0, math.ceil(whole / groups)))
    for key, least, most in limits:
        count = _amount(problem, members, key)
        if count < least or (most is not None and count > most):
            found.append(GroupingViolation(key, district, float(count), float(least), math.inf if most is None else float(most)))
    tiers = len({str(problem.tier_of_member[i]) for i in members} & set(TIERS))
    if spec.min_tiers > 1 and tiers < spec.min_tiers:
        found.append(GroupingViolation("min_tiers", district, float(tiers), float(spec.min_tiers), 3.0))
    return found


def _shape(problem: GroupingProblem, units: NDArray[np.int64], district: int) -> list[GroupingViolation]:
    found = []
    ground = {int(u) for u in units if problem.ground_of_unit is None or problem.ground_of_unit[u]}
    parts = _parts(problem.edges, ground) if problem.spec.connected else 1
    if parts > 1:
        found.append(GroupingViolation("connected", district, float(parts), 1.0, 1.0))
    counties = len(set(problem.county_of_unit[units].tolist())) if problem.spec.within_county else 1
    if counties > 1:
        found.append(GroupingViolation("within_county", district, float(counties), 1.0, 1.0))
    apart = problem.spec.apart and problem.part_of_unit is not None
    towns = len(set(problem.part_of_unit[units].tolist())) if apart and problem.part_of_unit is not None else 1
    if towns > 1:
        found.append(GroupingViolation("apart", district, float(towns), 1.0, 1.0))
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
    fits = lead in members and _amount(problem, [lead], problem.spec.centre) == 1
    return [] if fits else [GroupingViolation("centre", district, 0.0, 1.0, 1.0)]


def _reach(problem: GroupingProblem, lead: int, members: NDArray[np.int64], district: int) -> list[GroupingViolation]:
    spec, xy = problem.spec, problem.member_xy
    found = []
    if spec.radius_m is not None:
        longest = max((math.dist(xy[i], xy[lead]) for i in members), default=0.0)
        if longest > spec.radius_m + _NEGLIGIBLE:
            found.append(GroupingViolation("radius_m", district, longest, 0.0, spec.radius_m))
    if spec.diameter_m is not None:
        longest = max((math.dist(xy[i], xy[j]) for i in members for j in members if i < j), default=0.0)
        if longest > spec.diameter_m + _NEGLIGIBLE:
            found.append(GroupingViolation("diameter_m", district, longest, 0.0, spec.diameter_m))
    return found


def _sums(problem: GroupingProblem, members: NDArray[np.int64], district: int) -> list[GroupingViolation]:
    spec, facts = problem.spec, problem.facts
    found = []
    if spec.junior_seats and facts.seats is not None and facts.graduates is not None:
        seats, need = float(sum(facts.seats[i] for i in members)), spec.junior_seats * float(sum(facts.graduates[i] for i in members))
        if seats < need - _NEGLIGIBLE:
            found.append(GroupingViolation("junior_seats", district, seats, need, math.inf))
    if facts.room is not None:
        room = float(sum(facts.room[i] for i in members))
        if room < -_NEGLIGIBLE:
            found.append(GroupingViolation("junior_room", district, room, 0.0, math.inf))
    if spec.backbone_floor and facts.spare_backbone is not None:
        spare = float(sum(facts.spare_backbone[i] for i in members))
        if spare < -_NEGLIGIBLE:
            found.append(GroupingViolation("backbone_floor", district, spare, 0.0, math.inf))
    return found


def _theme(problem: GroupingProblem, theme: int, lead: int, members: NDArray[np.int64], district: int) -> list[GroupingViolation]:
    """The share of the members that carry the theme or reach an anchor of it; the lead must be one of them."""
    facts = problem.facts
    if facts.themes is None:
        return []

    def fits(i: int) -> bool:
        return theme >= 0 and bool((facts.themes is not None and facts.themes[i, theme]) or (facts.reaches is not None and facts.reaches[i, theme]))

    share = sum(1 for i in members if fits(int(i))) / max(1, len(members))
    found = [] if share >= problem.spec.theme_share - _NEGLIGIBLE else [GroupingViolation("theme_share", district, share, problem.spec.theme_share, 1.0)]
    return found if 0 <= lead < problem.member_count and fits(lead) else [*found, GroupingViolation("theme_of_lead", district, 0.0, 1.0, 1.0)]
