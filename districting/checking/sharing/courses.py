"""The rules of shared courses counted again, link by link."""

from __future__ import annotations

import math
from collections import Counter

from districting.model.course_problem import CourseLinks, CourseProblem


def check_courses(problem: CourseProblem, found: CourseLinks) -> list[str]:
    """Names of the broken rules; [] when all hold."""
    broken: set[str] = set()
    served: Counter[int] = Counter()
    taken: Counter[int] = Counter()
    schools: Counter[int] = Counter()
    offers_of: Counter[int] = Counter()
    for q, o, pupils in zip(found.demand.tolist(), found.offer.tolist(), found.pupils.tolist(), strict=True):
        served[q] += pupils
        taken[o] += pupils
        schools[o] += 1
        offers_of[q] += 1
        rules = {
            "pupils": pupils >= 1,
            "course": int(problem.course[q]) == int(problem.offer_course[o]),
            "own_school": int(problem.school[q]) != int(problem.giver[o]),
            "area": bool(problem.allowed[q, o]),
            "travel": not problem.in_place[o] or float(problem.metres[q, o]) <= problem.limit_m,
            "rooms": not problem.in_room[o] or pupils <= int(problem.room_pupils[q]),
        }
        broken |= {rule for rule, holds in rules.items() if not holds}
    if any(p > problem.pupils[q] for q, p in served.items()):
        broken.add("more_than_asked")
    if any(0 <= problem.seats[o] < p for o, p in taken.items()):
        broken.add("seats")
    if any(0 <= problem.most_schools[o] < n for o, n in schools.items()):
        broken.add("live_schools")
    if problem.whole and any(n > 1 for n in offers_of.values()):
        broken.add("whole")
    value = sum(float(problem.weight[q]) * p for q, p in served.items())
    if not math.isclose(value, found.objective, rel_tol=1e-9, abs_tol=1e-6) or found.bound < found.objective - 1e-6:
        broken.add("objective")
    return sorted(broken)
