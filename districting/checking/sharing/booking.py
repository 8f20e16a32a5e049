"""The rules of bookings counted again, booking by booking."""

from __future__ import annotations

import math
from collections import Counter

from districting.model.booking_problem import BookingProblem, Bookings


def check_bookings(problem: BookingProblem, found: Bookings) -> list[str]:
    """Names of the broken rules; [] when all hold."""
    broken: set[str] = set()
    met: Counter[int] = Counter()
    used: Counter[int] = Counter()
    at: Counter[tuple[int, int]] = Counter()
    out: Counter[tuple[int, int]] = Counter()
    for d, f, hour, hours in zip(found.demand.tolist(), found.facility.tolist(), found.hour.tolist(), found.hours.tolist(), strict=True):
        met[d] += hours
        used[f] += hours
        rules = {
            "hours": hours >= 1,
            "kind": int(problem.kind[d]) == int(problem.facility_kind[f]),
            "area": bool(problem.allowed[d, f]),
            "travel": float(problem.metres[d, f]) <= problem.limit_m,
            "times": (hour >= 0 and bool(problem.open[f, hour]) and bool(problem.able[d, hour])) if problem.timed[f] else hour == -1,
        }
        broken |= {rule for rule, holds in rules.items() if not holds}
        if hour >= 0:
            at[f, hour] += hours
            out[int(problem.school[d]), hour] += hours
    if any(h > problem.needed[d] for d, h in met.items()):
        broken.add("more_than_needed")
    if any(h > problem.room_hours[f] for f, h in used.items()) or any(h > problem.at_once[f] for (f, _), h in at.items()):
        broken.add("capacity")
    if any(0 <= problem.classes[s] < h for (s, _), h in out.items()):
        broken.add("classes_out")
    value = sum(float(problem.weight[d]) * h for d, h in met.items())
    if not math.isclose(value, found.objective, rel_tol=1e-9, abs_tol=1e-6) or found.bound < found.objective - 1e-6:
        broken.add("objective")
    return sorted(broken)
