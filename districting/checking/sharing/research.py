"""The rules of joint research counted again, school by school (policy R04, R39)."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from districting.model.research_problem import HalfDayProblem, RotaProblem, Seated, SeatProblem, Shown


def check_groups(teachers: Mapping[tuple[str, str, str], int], groups: Iterable[tuple[str, str, str, str, int]]) -> list[str]:
    """Whether every school's subject is in one group, with all its teachers. ``teachers``: (school, stage, subject) -> count; ``groups``: group, school, stage, subject, count.

    >>> check_groups({("1", "primary", "语文"): 2}, [("A", "1", "primary", "语文", 2)]), check_groups({("1", "primary", "语文"): 2}, [])
    ([], ['member'])
    """
    broken = set()
    rows = list(groups)
    seen = Counter((school, stage, subject) for _, school, stage, subject, _ in rows)
    if set(seen) != {k for k, n in teachers.items() if n > 0}:
        broken.add("member")
    if any(n > 1 for n in seen.values()):
        broken.add("one_group")
    if any(teachers.get((school, stage, subject)) != n for _, school, stage, subject, n in rows):
        broken.add("teachers")
    subjects = defaultdict(set)
    for group, _, stage, subject, _ in rows:
        subjects[group].add((stage, subject))
    if any(len(s) > 1 for s in subjects.values()):
        broken.add("one_subject")
    return sorted(broken)


def check_half_days(problem: HalfDayProblem, found: Shown) -> list[str]:
    """Names of the broken rules; [] when all hold."""
    broken = set()
    days = [int(d) for d in found.choice]
    if len(days) != problem.teachers.shape[1] or any(not 0 <= d < problem.half_days for d in days):
        broken.add("half_day")
    if max(Counter(days).values(), default=0) > problem.most:
        broken.add("spread")
    pairs = 0
    for school in problem.teachers.tolist():
        pairs += sum(school[u] * school[v] for u in range(len(days)) for v in range(u) if days[u] == days[v])
    if not math.isclose(pairs, found.objective, abs_tol=1e-6) or found.bound > found.objective + 1e-6:
        broken.add("objective")
    return sorted(broken)


def check_rota(problem: RotaProblem, found: Shown) -> list[str]:
    """Names of the broken rules; [] when all hold."""
    broken = set()
    cost = {(int(g), int(h)): float(c) for g, h, c in zip(problem.group, problem.host, problem.cost, strict=True)}
    visitors = {(int(g), int(h)): int(v) for g, h, v in zip(problem.group, problem.host, problem.visitors, strict=True)}
    total, load = 0.0, Counter[tuple[int, int, int]]()
    for g, turns in enumerate(found.choice.tolist()):
        able = [h for (k, h) in cost if k == g and visitors[g, h] <= problem.seats[h]]
        often = Counter(turns)
        counts = [often[h] for h in able]
        if set(turns) - set(able) or len(turns) != problem.turns:
            broken.add("host")
        if max(counts, default=0) - min(counts, default=0) > 1:
            broken.add("fair")
        if len(able) > 1 and any(a == b for a, b in pairwise(turns)):
            broken.add("twice_running")
        for turn, host in enumerate(turns):
            load[int(problem.slot[g]), turn, host] += visitors.get((g, host), 0)
            total += cost.get((g, host), math.inf)
    if any(people > problem.seats[host] for (_, _, host), people in load.items()):
        broken.add("seats")
    if not math.isclose(total, found.objective, rel_tol=1e-9, abs_tol=1e-3) or found.bound > found.objective * (1 + 1e-9) + 1e-6:
        broken.add("objective")
    return sorted(broken)


def check_seats(problem: SeatProblem, found: Seated, alike: Sequence[Sequence[bool]] | None = None, *, least: int = 0) -> list[str]:
    """Names of the broken rules; [] when all hold. ``alike`` [q][o]: whether a demand may be served by an offer at all (stage and subject); ``least`` people of an offer that has any."""
    broken = set()
    asked, taken, travel = Counter[int](), Counter[int](), 0.0
    for q, o, n in zip(found.demand.tolist(), found.offer.tolist(), found.people.tolist(), strict=True):
        asked[q] += n
        taken[o] += n
        travel += n * float(problem.metres[q, o])
        if n < 1 or not math.isfinite(problem.metres[q, o]):
            broken.add("reach")
        if alike is not None and not alike[q][o]:
            broken.add("subject")
    if any(n > problem.people[q] for q, n in asked.items()):
        broken.add("more_than_asked")
    if any(n > problem.seats[o] for o, n in taken.items()):
        broken.add("seats")
    if any(n < least for n in taken.values()):
        broken.add("least")
    same = math.isclose(travel, found.travel, rel_tol=1e-9, abs_tol=1e-3) and sum(asked.values()) == found.placed
    if not same or found.bound > found.travel * (1 + 1e-9) + 1e-6 or found.most < found.placed:
        broken.add("objective")
    return sorted(broken)
