"""The smallest relaxations that make districts possible; each is solved for feasibility before it is offered."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from itertools import combinations
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from districting.grouping.area import Area, areas, counted
from districting.grouping.solve_area import possible
from districting.model.grouping_problem import GroupingProblem
from districting.wording import Text, text

TEST_S = 3.0
"""Seconds one feasibility test may take."""
BUDGET_S = 20.0
"""Seconds all tests together may take."""

Change = Callable[[GroupingProblem], "tuple[GroupingProblem, Text] | None"]


def relaxations(problem: GroupingProblem) -> list[Text]:
    """Single relaxations that work, else pairs of them; one whose test was not decided in time is marked as untested."""
    deadline = perf_counter() + BUDGET_S
    changes: list[Change] = [promoted, one_more_weak, unconnected, across_counties]
    for size in (1, 2, 3):
        offered = []
        for several in combinations(changes, size):
            made = _applied(problem, several)
            verdict = None if made is None else works(made[0], deadline)
            if made is not None and verdict is not False:
                said = made[1]
                offered.append(said if verdict else text("grouping.untested", relaxation=said))
        if offered:
            return offered
    return []


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
        verdict = _plausible(area) and possible(area, deadline=min(deadline, perf_counter() + TEST_S))
        if verdict is False:
            return False
        verdicts.append(verdict)
    return None if None in verdicts else True


def _plausible(area: Area) -> bool:
    """Quick counting: each key's least and most leave room for some number of districts."""
    total = area.count.sum(axis=0)
    needed = max([1, *(int(-(-t // m)) for t, m in zip(total, area.most, strict=True) if np.isfinite(m))])
    return bool(len(area.centre) and (total >= area.least * needed).all() and (area.count <= area.most).all())


def promoted(problem: GroupingProblem) -> tuple[GroupingProblem, Text] | None:
    """The best regular schools of the centre's stage made leads, as few in every area as make it possible."""
    stage, _, tier = problem.spec.centre.partition("_")
    regular = counted(problem, f"{stage}_regular")
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
    return dataclasses.replace(problem, tier_of_member=new), text("grouping.promote", count=len(chosen), names=names)


def _fewest(problem: GroupingProblem, area: Area, order: NDArray[np.int64], tier: str) -> list[int] | None:
    """The shortest beginning of ``order`` whose promotion makes the area possible; None when none does."""
    for size in range(len(order) + 1):
        new = problem.tier_of_member.astype("U16")
        new[order[:size]] = tier
        trial = next(a for a in areas(dataclasses.replace(problem, tier_of_member=new)) if a.unit[0] == area.unit[0])
        if _plausible(trial) and possible(trial, deadline=perf_counter() + TEST_S):
            return order[:size].tolist()
    return None


def one_more_weak(problem: GroupingProblem) -> tuple[GroupingProblem, Text] | None:
    """One weak school more in a district than the rule allows."""
    counts = dict(problem.spec.counts)
    limited = [(k, least, most) for k, (least, most) in counts.items() if k.endswith("_weak") and most is not None]
    if not limited:
        return None
    key, least, most = limited[0]
    counts[key] = (least, most + 1)
    return dataclasses.replace(problem, spec=problem.spec.replace(counts=counts)), text("grouping.allow_weak", most=most + 1)


def unconnected(problem: GroupingProblem) -> tuple[GroupingProblem, Text] | None:
    """Districts in several pieces."""
    if not problem.spec.connected:
        return None
    return dataclasses.replace(problem, spec=problem.spec.replace(connected=False)), text("grouping.allow_pieces")


def across_counties(problem: GroupingProblem) -> tuple[GroupingProblem, Text] | None:
    """Districts across the county line."""
    if not problem.spec.within_county or len(np.unique(problem.county_of_unit)) < 2:
        return None
    return dataclasses.replace(problem, spec=problem.spec.replace(within_county=False)), text("grouping.allow_crossing")
