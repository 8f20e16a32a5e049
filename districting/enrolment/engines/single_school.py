"""Every school draws its own list (kindergartens, private schools; policy 2.6): one wish each, a number at that school, in order until the plan is full."""

from __future__ import annotations

from districting.enrolment.engines.engine import Engine
from districting.enrolment.hall import Hall


def school_by_school(hall: Hall) -> None:
    """The lists of all schools, school after school."""
    lists: dict[int, list[int]] = {}
    for g in hall.waiting(hall.by_claim):
        for school in hall.groups[g].wishes[:1]:
            if school is not None and (hall.open is None or school in hall.open):
                lists.setdefault(school, []).append(g)
    for school in sorted(lists):
        for g in lists[school]:
            hall.offer(g, school, 1)


ENGINE = Engine(school_by_school, most_wishes=1, number_at_school=True)
