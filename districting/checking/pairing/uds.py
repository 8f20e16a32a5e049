"""The rules of U-D-S communities counted again, community by community, from labels alone."""

from __future__ import annotations

import math
from collections import Counter

from districting.model.uds_problem import UdsProblem, UdsSolution


def check_uds(problem: UdsProblem, found: UdsSolution) -> list[str]:
    """Names of the broken rules; [] when every community has one lead, a weak school, one bureau, one stage and one university that can carry it."""
    members_of: dict[int, list[int]] = {}
    for school, community in enumerate(found.community_of_school.tolist()):
        if community >= 0:
            members_of.setdefault(community, []).append(school)
    if sorted(members_of) != list(range(len(found.lead_of_community))):
        return ["labels"]
    broken = set()
    for community, lead in enumerate(found.lead_of_community.tolist()):
        broken |= _broken(problem, lead, members_of[community])
    universities = found.university_of_community.tolist()
    if any(not 0 <= u < len(problem.university_xy) for u in universities):
        return sorted(broken | {"one_university"})
    if any(n > problem.university_cap for n in Counter(universities).values()):
        broken.add("university_cap")
    metres = sum(_ways(problem, lead, u, members_of[c]) for c, (lead, u) in enumerate(zip(found.lead_of_community.tolist(), universities, strict=True)))
    covered = sum(len(members) - 1 for members in members_of.values())
    if not broken and (covered != found.covered or not math.isclose(metres, found.objective, rel_tol=1e-9, abs_tol=1e-3)):
        broken.add("objective")
    return sorted(broken)


def _broken(problem: UdsProblem, lead: int, members: list[int]) -> set[str]:
    others = [m for m in members if m != lead]
    rules = {
        "one_quality_school": lead in members and problem.is_lead[lead] and not any(problem.is_lead[m] for m in others),
        "weak_school": any(problem.is_weak[m] for m in others),
        "weak_or_rural": all(problem.is_weak[m] or problem.is_rural[m] for m in others),
        "one_bureau": len({int(problem.bureau[m]) for m in members}) == 1,
        "one_stage": len({int(problem.stage[m]) for m in members}) == 1,
        "member_cap": len(others) <= problem.member_cap,
    }
    return {rule for rule, holds in rules.items() if not holds}


def _ways(problem: UdsProblem, lead: int, university: int, members: list[int]) -> float:
    inside = sum(math.dist(problem.xy[m].tolist(), problem.xy[lead].tolist()) for m in members)
    return inside + sum(_way(problem, m, university) for m in members)


def _way(problem: UdsProblem, school: int, university: int) -> float:
    metres = math.dist(problem.xy[school].tolist(), problem.university_xy[university].tolist())
    return 0.0 if math.isnan(metres) else metres
