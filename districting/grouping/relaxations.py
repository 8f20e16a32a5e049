"""The smallest relaxations that make districts possible; each is solved for feasibility before it is offered."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import partial
from itertools import combinations
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from districting.grouping.area import Area, areas
from districting.grouping.keys import counted
from districting.grouping.solve_area import possible
from districting.model.grouping_problem import GroupingProblem
from districting.wording import Text, text

TEST_S = 3.0
"""Seconds one feasibility test may take."""
BUDGET_S = 20.0
"""Seconds all tests together may take."""

Change = Callable[[GroupingProblem], "tuple[GroupingProblem, Text] | None"]


def relaxations(problem: GroupingProblem) -> list[Text]:
    """Single relaxations that work, else pairs of them, else threes; one whose test was not decided in time is marked as untested."""
    deadline = perf_counter() + BUDGET_S
    changes = _changes(problem)
    for size in (1, 2, 3):
        offered = []
        for several in combinations(changes, size):
            made = _applied(problem, several)
            verdict = None if made is None else works(made[0], deadline)
            if made is not None and verdict is not False:
                said = made[1]
                offered.append(said if verdict else text("grouping.untested", relaxation=said))
            if perf_counter() > deadline:
                return offered
        if offered:
            return offered
    return []


def _changes(problem: GroupingProblem) -> list[Change]:
    counts = problem.spec.counts
    made: list[Change] = [promoted]
    made += [partial(one_more, key=key) for key, (_, most) in counts.items() if most is not None and key != problem.spec.centre]
    made += [
        partial(one_fewer, key=key) for key, (least, _) in counts.items() if least > 1 or (least == 1 and not key.startswith(problem.spec.centre.split("_")[0]))
    ]
    return [*made, other_number, wider, fewer_tiers, fuller, unconnected, across_counties]


def _applied(problem: GroupingProblem, changes: tuple[Change, ...]) -> tuple[GroupingProblem, Text] | None:
    """Later changes first, so that promotion counts on the loosened rules."""
    said: list[Text] = []
    for change in reversed(changes):
        made = change(problem)
        if made is None:
            return None
        problem = made[0]
        said.insert(0, made[1])
    joined = said[0]
    for other in said[1:]:
        joined = text("grouping.both", first=joined, second=other)
    return problem, joined


def works(problem: GroupingProblem, deadline: float) -> bool | None:
    """Whether every area can be grouped: True, False (proven) or None (not decided in time)."""
    verdicts = []
    for area in areas(problem):
        verdict = plausible(area) and possible(area, deadline=min(deadline, perf_counter() + TEST_S))
        if verdict is False:
            return False
        verdicts.append(verdict)
    return None if None in verdicts else True


def plausible(area: Area) -> bool:
    """Quick counting: each key's least and most leave room for some number of districts."""
    limits = area.limits
    total = limits.amount.sum(axis=0)
    needed = max([1, int(area.districts[0]), *(int(-(-t // m)) for t, m in zip(total, limits.most, strict=True) if np.isfinite(m) and m > 0)])
    roots = len(np.unique(area.root))
    enough = bool((total >= limits.least * needed - 1e-9).all() and (limits.amount <= limits.most).all())
    return enough and roots >= needed and needed <= area.districts[1] and bool(area.allowed.any(axis=1).all())


def promoted(problem: GroupingProblem) -> tuple[GroupingProblem, Text] | None:
    """The best regular schools of the centre's stage made leads, as few in every area as make it possible."""
    stage, _, tier = problem.spec.centre.rpartition("_")
    if tier != "lead":
        return None
    regular = counted(problem, f"{stage}_regular" if stage else "regular")
    new = problem.tier_of_member.astype("U16")
    chosen: list[int] = []
    for area in areas(problem):
        inside = np.isin(problem.unit_of_member, area.unit)
        order = np.flatnonzero(inside & regular)
        order = order[np.lexsort((order, -problem.quality[order]))]
        picked = _fewest(problem, area, order, tier)
        if picked is None:
            return None
        chosen += picked
    if not chosen:
        return None
    new[chosen] = tier
    names = [problem.names[i] if problem.names else str(i) for i in chosen]
    return dataclasses.replace(problem, tier_of_member=new), text(
        "grouping.promote", count=len(chosen), names=names, kind=text(f"grouping.kind_{stage or 'school'}")
    )


def _fewest(problem: GroupingProblem, area: Area, order: NDArray[np.int64], tier: str) -> list[int] | None:
    """The shortest beginning of ``order`` whose promotion makes the area possible; None when none does."""
    for size in range(len(order) + 1):
        new = problem.tier_of_member.astype("U16")
        new[order[:size]] = tier
        trial = next(a for a in areas(dataclasses.replace(problem, tier_of_member=new)) if a.unit[0] == area.unit[0])
        if plausible(trial) and possible(trial, deadline=perf_counter() + TEST_S):
            return order[:size].tolist()
    return None


def _with(problem: GroupingProblem, said: str, **values: object) -> tuple[GroupingProblem, Text]:
    changes = {k: v for k, v in values.items() if k != "form" and k in {f.name for f in dataclasses.fields(problem.spec)}}
    return dataclasses.replace(problem, spec=problem.spec.replace(**changes)), text(f"grouping.{said}", **{k: v for k, v in values.items() if k != "counts"})


def one_more(problem: GroupingProblem, key: str) -> tuple[GroupingProblem, Text] | None:
    """One school of a kind more in a district than the rule allows."""
    least, most = problem.spec.counts[key]
    if most is None:
        return None
    counts = {**problem.spec.counts, key: (least, most + 1)}
    return _with(problem, "allow_more", counts=counts, kind=text(f"grouping.kind_{key}"), rule=key, form=problem.spec.form, least=least, most=most + 1)


def one_fewer(problem: GroupingProblem, key: str) -> tuple[GroupingProblem, Text] | None:
    """One school of a kind fewer in a district than the rule asks, or as few as the area that has fewest holds."""
    least, most = problem.spec.counts[key]
    held = [int(area.limits.amount[:, area.limits.keys.index(key)].sum()) for area in areas(problem)]
    least = min([least, *(1 + h for h in held)])
    counts = {**problem.spec.counts, key: (least - 1, most)}
    said = "allow_fewer" if least > 1 else "allow_none"
    values = {"kind": text(f"grouping.kind_{key}"), "rule": key, "form": problem.spec.form, "least": least - 1, "most": 0 if most is None else most}
    return _with(problem, said, counts=counts, **values)


def other_number(problem: GroupingProblem) -> tuple[GroupingProblem, Text] | None:
    """The nearest number of districts to the one asked for that is possible."""
    spec = problem.spec
    if not spec.counted_districts:
        return None
    least, most = spec.districts
    room = _room_for(problem)
    if room < least:
        trial = dataclasses.replace(problem, spec=spec.replace(districts=(room, room)))
        return (trial, text("grouping.allow_number", districts=room)) if room > 0 and works(trial, perf_counter() + TEST_S) else None
    for off in range(1, 1 + max(least, problem.member_count)):
        for number in (least - off, (most or least) + off):
            if 1 <= number <= problem.member_count:
                trial = dataclasses.replace(problem, spec=spec.replace(districts=(number, number)))
                if works(trial, perf_counter() + TEST_S):
                    return trial, text("grouping.allow_number", districts=number)
        if off >= 3:
            return None
    return None


def _room_for(problem: GroupingProblem) -> int:
    """The most districts that the schools of each kind are enough for."""
    counts = problem.spec.counts
    rooms = [int(counted(problem, key).sum()) // least for key, (least, _) in counts.items() if least > 0]
    return min([len(np.unique(problem.unit_of_member[counted(problem, problem.spec.centre)])), *rooms])


def wider(problem: GroupingProblem) -> tuple[GroupingProblem, Text] | None:
    """The radius or diameter a quarter longer, or as long as the nearest centre of the loneliest school is away."""
    spec = problem.spec
    if spec.radius_m is not None:
        centres = problem.member_xy[counted(problem, spec.centre)]
        nearest = np.hypot(*(problem.member_xy[:, None, :] - centres[None, :, :]).transpose(2, 0, 1)).min(axis=1) if len(centres) else np.zeros(1)
        radius_m = float(np.ceil(max(1.25 * spec.radius_m, float(nearest.max())) / 100.0) * 100.0)
        return _with(problem, "allow_radius", radius_m=radius_m)
    if spec.diameter_m is not None:
        return _with(problem, "allow_diameter", diameter_m=float(np.ceil(1.25 * spec.diameter_m / 100.0) * 100.0))
    return None


def fewer_tiers(problem: GroupingProblem) -> tuple[GroupingProblem, Text] | None:
    """One tier fewer in a district."""
    return _with(problem, "allow_tiers", min_tiers=problem.spec.min_tiers - 1) if problem.spec.min_tiers > 1 else None


def fuller(problem: GroupingProblem) -> tuple[GroupingProblem, Text] | None:
    """Fewer junior places per graduate: nine tenths of the rule, or what the city has in all."""
    spec, facts = problem.spec, problem.facts
    if not spec.junior_seats or facts.seats is None or facts.graduates is None or facts.graduates.sum() <= 0:
        return None
    share = min(0.9 * spec.junior_seats, 0.98 * float(facts.seats.sum() / facts.graduates.sum()))
    return _with(problem, "allow_seats", junior_seats=float(np.floor(share * 100.0) / 100.0))


def unconnected(problem: GroupingProblem) -> tuple[GroupingProblem, Text] | None:
    """Districts in several pieces."""
    return _with(problem, "allow_pieces", connected=False) if problem.spec.connected else None


def across_counties(problem: GroupingProblem) -> tuple[GroupingProblem, Text] | None:
    """Districts across the county line."""
    if not problem.spec.within_county or len(np.unique(problem.county_of_unit)) < 2:
        return None
    return _with(problem, "allow_crossing", within_county=False)
