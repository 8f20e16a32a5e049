"""Communities of a university, the bureau and schools (U-D-S, policy R21): as many rural and weak schools as can be, by the shortest ways."""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray

from districting.errors import Conflict, InfeasibleError
from districting.model.solution import relative_gap
from districting.model.uds_problem import UdsProblem, UdsSolution
from districting.pairing.uds_coverage import Group, Plan, first_plan, groups_of, most_covered
from districting.pairing.uds_programme import Shortest, shortest_ways
from districting.wording import text


def uds_communities(problem: UdsProblem, *, time_limit_s: float = 30.0) -> UdsSolution:
    """Communities of one quality (lead) school, 1 to ``member_cap`` weak or rural schools of its stage, the bureau of all of them and one university.

    Hard: at least one weak school and exactly one lead in each, one bureau, one university of no more than ``university_cap`` communities; a school is in one
    community at most. First as many rural schools as possible are covered, then as many weak or rural schools as possible: both are counted exactly. Then the
    ways are the shortest that HiGHS finds in the time: from the university to every school of the community, and from the lead to its members (0 to a
    university elsewhere); ``bound`` holds for every plan of that coverage. Source: U-D-S 共同体, policy R21; caps, the order of the aims and the ways inside a
    community are ours.

    Raises
    ------
    InfeasibleError : no bureau has both a lead and a weak school of a stage; offers the city's bureau for all where that helps

    >>> facts = dict(stage=np.zeros(2, dtype=int), bureau=np.zeros(2, dtype=int), is_rural=np.array([False, True]), university_xy=np.zeros((1, 2)))
    >>> two = UdsProblem(xy=np.array([[0.0, 0.0], [0.0, 90.0]]), is_lead=np.array([True, False]), is_weak=np.array([False, True]), **facts)
    >>> found = uds_communities(two)
    >>> found.lead_of_community.tolist(), found.community_of_school.tolist(), found.objective
    ([0], [0, 0], 180.0)
    """
    groups = groups_of(problem)
    if not groups:
        raise _infeasible(problem)
    step = problem.xy[:, None, :] - problem.university_xy[None, :, :]
    to_university = np.nan_to_num(np.hypot(step[..., 0], step[..., 1]), nan=0.0)
    slots = min(problem.university_cap * len(problem.university_xy), sum(g.most for g in groups))
    communities = most_covered(groups, slots, problem.member_cap)
    best = first_plan(problem, groups, communities, to_university)
    coverage = _covered(problem, best)
    found = _shortest(problem, groups, coverage, to_university, time_limit_s, whole=slots == sum(g.most for g in groups))
    if found.plan is not None and _metres(problem, found.plan, to_university) <= _metres(problem, best, to_university):
        best = found.plan
    objective = _metres(problem, best, to_university)
    bound = min(objective, found.bound)
    return UdsSolution(
        lead_of_community=best.lead,
        university_of_community=best.university,
        community_of_school=best.community,
        reason=_reasons(problem, best.community),
        covered_rural=coverage[0],
        covered=coverage[1],
        objective=objective,
        bound=bound,
        gap=relative_gap(objective, bound),
        status="optimal" if found.proven else "feasible",
    )


def _shortest(
    problem: UdsProblem, groups: list[Group], coverage: tuple[int, int], to_university: NDArray[np.float64], time_limit_s: float, *, whole: bool
) -> Shortest:
    """All groups in one programme; where universities have room for every community (``whole``), each group on its own first: what comes of it, if no
    university has too many, is the best of all, and a bound in any case.
    """
    ends = time.perf_counter() + time_limit_s
    apart = 0.0
    if whole:
        by_size = sorted(
            range(len(groups)), key=lambda i: (len(groups[i].leads) * len(groups[i].targets), i)
        )  # what small ones leave of the time goes to large ones
        part_of: dict[int, Shortest] = {}
        for i in by_size:
            share = (ends - time.perf_counter()) / (len(groups) - len(part_of))
            own = groups[i].covered(groups[i].most, problem.member_cap)
            part_of[i] = shortest_ways(problem, [groups[i]], own, to_university, capped=False, time_limit_s=max(0.1, share))
        parts = [part_of[i] for i in range(len(groups))]
        apart = sum(p.bound for p in parts)
        plan = _together(problem, [p.plan for p in parts])
        if plan is not None and np.bincount(plan.university).max() <= problem.university_cap:
            return Shortest(plan, apart, all(p.proven for p in parts))
    found = shortest_ways(problem, groups, coverage, to_university, capped=True, time_limit_s=max(1.0, ends - time.perf_counter()))
    return Shortest(found.plan, max(apart, found.bound), found.proven)


def _together(problem: UdsProblem, plans: list[Plan | None]) -> Plan | None:
    known = [p for p in plans if p is not None]
    if len(known) < len(plans):
        return None
    community = np.full(len(problem.stage), -1, dtype=np.int64)
    start = 0
    for plan in known:
        community = np.where(plan.community >= 0, plan.community + start, community)
        start += len(plan.lead)
    return Plan(np.concatenate([p.lead for p in known]), np.concatenate([p.university for p in known]), community)


def _metres(problem: UdsProblem, plan: Plan, to_university: NDArray[np.float64]) -> float:
    """All ways of a plan; the lead's to itself is 0."""
    member = np.flatnonzero(plan.community >= 0)
    own = plan.community[member]
    inside = np.hypot(*(problem.xy[member] - problem.xy[plan.lead[own]]).T)
    return float(to_university[member, plan.university[own]].sum() + inside.sum())


def _covered(problem: UdsProblem, plan: Plan) -> tuple[int, int]:
    covered = problem.is_target & (plan.community >= 0)
    return int((covered & problem.is_rural).sum()), int(covered.sum())


def _infeasible(problem: UdsProblem) -> InfeasibleError:
    weak = problem.is_weak & ~problem.is_lead
    said = text("pairing.uds_apart", leads=int(problem.is_lead.sum()), weak=int(weak.sum()))
    together = bool(set(problem.stage[problem.is_lead].tolist()) & set(problem.stage[weak].tolist()))
    return InfeasibleError([Conflict("quality_and_weak", 1.0, "school", said)], [text("pairing.uds_city_bureau_helps")] if together else [])


def _reasons(problem: UdsProblem, community: NDArray[np.int64]) -> NDArray[np.str_]:
    """(s,) why a school that communities are for is in none."""
    same = (problem.stage[:, None] == problem.stage[None, :]) & (problem.bureau[:, None] == problem.bureau[None, :])
    without_lead = ~(same & problem.is_lead[None, :]).any(axis=1)
    without_weak = ~(same & (problem.is_weak & ~problem.is_lead)[None, :]).any(axis=1)
    left = problem.is_target & (community < 0)
    return np.select([~left, without_lead, without_weak], ["", "no_quality_school", "no_weak_school"], "communities_full")
