"""A week of roving lessons counted again from its rows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise

from districting.model.roving_problem import RovingProblem

Lesson = tuple[int, int, int, int, int]
"""Teacher, weekday, half-day, school, lessons: what is given away from home."""


def broken_roving(problem: RovingProblem, at_home: Sequence[int], lessons: Sequence[Lesson]) -> list[str]:
    """Rules that the week breaks: ``load``, ``free``, ``half_day``, ``twice``, ``schools``, ``hop``, ``demand``, ``home_first``, ``days``. Empty: none."""
    broken: set[str] = set()
    away, received, schools = Counter[int](), Counter[int](), defaultdict[int, set[int]](set)
    day: dict[tuple[int, int], dict[int, int]] = defaultdict(dict)
    for teacher, weekday, half, school, count in lessons:
        away[teacher] += count
        received[school] += count
        schools[teacher].add(school)
        broken |= {"half_day"} if not 0 < count <= problem.half_day_lessons or half not in (0, 1) else set()
        broken |= {"twice"} if half in day[teacher, weekday] else set()
        broken |= {"days"} if not 0 <= weekday < problem.days else set()
        day[teacher, weekday][half] = school
    for (teacher, _), halves in day.items():
        home = int(problem.home_of_teacher[teacher])
        stops = [home, *(halves[h] for h in sorted(halves)), home]
        if any(float(problem.minutes[a, b]) > problem.max_hop_minutes for a, b in pairwise(stops) if a != b):
            broken.add("hop")
    taught = Counter[int]()
    for teacher, home in enumerate(problem.home_of_teacher):
        count = int(at_home[teacher])
        taught[int(home)] += count
        used = len(day_halves(day, teacher)) * problem.half_day_lessons
        broken |= {"load"} if count + away[teacher] > int(problem.load[teacher]) else set()
        broken |= {"free"} if away[teacher] > int(problem.free[teacher]) else set()
        broken |= {"schools"} if len(schools[teacher]) + (count > 0) > problem.max_schools else set()
        broken |= {"half_day"} if count > 2 * problem.days * problem.half_day_lessons - used else set()
    for school, need in enumerate(problem.demand):
        broken |= {"demand"} if taught[school] + received[school] > int(need) else set()
        own = sum(int(problem.load[t]) for t, home in enumerate(problem.home_of_teacher) if home == school)
        broken |= {"home_first"} if taught[school] != min(own, int(need)) else set()
    return sorted(broken)


def day_halves(day: dict[tuple[int, int], dict[int, int]], teacher: int) -> list[tuple[int, int]]:
    """Half-days on which a teacher is away."""
    return [(weekday, half) for (who, weekday), halves in day.items() if who == teacher for half in halves]
