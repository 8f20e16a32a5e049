"""Why no districts are possible: which rule, where and by how much."""

from __future__ import annotations

import math
from typing import NoReturn

import numpy as np

from districting.errors import Conflict, InfeasibleError
from districting.grouping.area import Area
from districting.grouping.relaxations import relaxations
from districting.model.county_words import county_words
from districting.model.grouping_problem import GroupingProblem
from districting.wording import Text, text

_SUMS = ("junior_seats", "junior_room", "backbone_floor")
"""Limits that weigh one thing against another: their amounts are places or teachers, not schools."""


def conflicts_of(problem: GroupingProblem, area: Area, *, proven: bool = False) -> list[Conflict]:
    """Rules that counting alone shows to be broken in an area; with ``proven``, the solver's verdict when counting finds nothing."""
    where = place(problem, area)
    clash = _contradictions(problem, where)
    if clash:
        return clash
    found = [*_overfull(problem, area, where), *_short(problem, area, where), *_unreachable(problem, area, where), *_tiers(area, where)]
    if found or not proven:
        return found
    key = "grouping.no_connected" if area.connected else "grouping.no_composition"
    return [Conflict("connected" if area.connected else "counts", 1.0, "area", text(key, where=where))]


def _contradictions(problem: GroupingProblem, where: Text) -> list[Conflict]:
    """Kinds of which a district must hold more than it may hold schools at all."""
    most = problem.spec.counts.get("school", (0, None))[1]
    stages = len(set(problem.spec.stages))
    found = []
    for key, (least, _) in problem.spec.counts.items():
        if most is not None and key != "school" and least > most * (stages if key.partition("_")[0] in problem.spec.stages else 1):
            found.append(Conflict(key, float(least - most), "school", text("grouping.contradiction", kind=kind(key), least=least, most=most)))
    return found


def place(problem: GroupingProblem, area: Area) -> Text:
    """The county of an area in words, and that it is a part cut off from the rest when it is."""
    name = county_words(problem.county_names[area.county] if problem.county_names else str(area.county))
    whole = not problem.spec.within_county and not problem.spec.connected
    same = np.count_nonzero(problem.county_of_unit == area.county)
    part = text("grouping.part", county=name, units=len(area.unit))
    if not problem.spec.within_county or problem.spec.counted_districts:
        return text("grouping.whole_city") if whole or len(area.unit) == problem.unit_count else part
    return text("grouping.county", county=name) if same == len(area.unit) else part


def fewest_districts(area: Area) -> tuple[int, str]:
    """The districts that are needed at least, and the key that asks for them (empty: none in particular)."""
    total = area.limits.amount.sum(axis=0)
    needed, asks = max(1, int(area.districts[0])), ""
    for key, have, most in zip(area.limits.keys, total, area.limits.most, strict=True):
        if np.isfinite(most) and most > 0 and math.ceil(have / most) > needed:
            needed, asks = math.ceil(have / most), key
    return needed, asks


def _overfull(problem: GroupingProblem, area: Area, where: Text) -> list[Conflict]:
    """Units that alone hold more of a kind than a district may."""
    found = []
    limits = area.limits
    for k, key in enumerate(limits.keys):
        for unit in np.flatnonzero(limits.amount[:, k] > limits.most[k]):
            here = problem.unit_of_member == area.unit[unit]
            names = [problem.names[i] for i in np.flatnonzero(here)] if problem.names else []
            values = {"where": where, "count": int(limits.amount[unit, k]), "kind": kind(key), "most": int(limits.most[k]), "names": names}
            found.append(Conflict(key, float(limits.amount[unit, k] - limits.most[k]), "school", text("grouping.unit_overfull", **values)))
    return found


def _short(problem: GroupingProblem, area: Area, where: Text) -> list[Conflict]:
    """Schools missing of a kind: the districts needed (most of one kind) times the least of another; places or teachers missing in all."""
    limits = area.limits
    total = limits.amount.sum(axis=0)
    needed, _ = fewest_districts(area)
    found = []
    for k, key in enumerate(limits.keys):
        missing = float(limits.least[k] * needed - total[k])
        if missing <= 1e-9:
            continue
        if key in _SUMS:
            found.append(
                Conflict(
                    key,
                    missing,
                    "teacher" if key == "backbone_floor" else "seat",
                    text(f"grouping.short_{key}", where=where, missing=math.ceil(missing - 1e-9)),
                )
            )
            continue
        need = int(limits.least[k] * needed)
        values = {"where": where, "kind": kind(key), "have": int(total[k]), "need": need, "missing": int(missing), "districts": needed}
        found.append(Conflict(key, missing, "school", text("grouping.short", **values)))
    roots = len(np.unique(area.root))
    if not len(area.centre) and not found:
        found.append(Conflict("centre", 1.0, "school", text("grouping.no_centre", where=where)))
    elif roots < needed and (not found or area.districts[0] > roots):
        values = {"where": where, "districts": needed, "have": roots, "kind": kind(problem.spec.centre)}
        found.append(Conflict("districts", float(needed - roots), "district", text("grouping.few_centres", **values)))
    elif needed > area.districts[1]:
        values = {"where": where, "districts": needed, "most": int(area.districts[1]), "kind": kind(fewest_districts(area)[1])}
        found.append(Conflict("districts", float(needed - area.districts[1]), "district", text("grouping.many_districts", **values)))
    return found


def _unreachable(problem: GroupingProblem, area: Area, where: Text) -> list[Conflict]:
    """Units that no centre may take: too far from all, or their own schools too far apart."""
    if not len(area.centre):
        return []
    lost = np.flatnonzero(~area.allowed.any(axis=1))
    if not len(lost):
        return []
    members = np.flatnonzero(np.isin(problem.unit_of_member, area.unit[lost]))
    names = [problem.names[i] for i in members[:5]] if problem.names else []
    spec = problem.spec
    if spec.radius_m is not None and len(members):
        centres = problem.member_xy[np.unique(area.centre)]
        nearest = np.hypot(*(problem.member_xy[members][:, None, :] - centres[None, :, :]).transpose(2, 0, 1)).min(axis=1)
        over = float(nearest.max() - spec.radius_m)
        if over > 0:
            said = text("grouping.out_of_radius", where=where, count=len(members), names=names, radius_m=spec.radius_m, nearest_m=float(nearest.max()))
            return [Conflict("radius_m", over, "m", said)]
    if spec.diameter_m is not None and len(members):
        return [Conflict("diameter_m", float(len(lost)), "school", text("grouping.too_wide", where=where, names=names, diameter_m=spec.diameter_m))]
    return [Conflict("centre", float(len(lost)), "unit", text("grouping.units_without_centre", where=where, count=len(lost)))]


def _tiers(area: Area, where: Text) -> list[Conflict]:
    present = int(np.count_nonzero(area.tiers.sum(axis=0)))
    if area.min_tiers <= max(1, present):
        return []
    return [Conflict("min_tiers", float(area.min_tiers - present), "tier", text("grouping.few_tiers", where=where, have=present, need=area.min_tiers))]


def kind(key: str) -> Text:
    """A counted kind in words."""
    return text(f"grouping.kind_{key}") if key else text("grouping.kind_school")


def raise_with_relaxations(problem: GroupingProblem, conflicts: list[Conflict], *, relaxing: bool = True) -> NoReturn:
    """Raise the conflicts with the relaxations that were tested to work."""
    raise InfeasibleError(conflicts, relaxations(problem) if relaxing else [])
