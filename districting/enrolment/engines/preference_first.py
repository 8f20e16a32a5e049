"""Wish by wish: all first wishes in the order of tier, keys and number, then the second wishes of those left, ... (Xicheng; "immediate acceptance", policy 2.6)."""

from __future__ import annotations

from districting.enrolment.engines.engine import Engine
from districting.enrolment.hall import Hall


def by_wish(hall: Hall, first: int, last: int, schools: frozenset[int] | None) -> None:
    """Wishes ``first`` to ``last`` (from 1) at ``schools`` (None = all)."""
    for wish in range(first, last + 1):
        for g in hall.waiting(hall.by_claim):
            wishes = hall.groups[g].wishes
            school = wishes[wish - 1] if wish <= len(wishes) else None
            if school is not None and (schools is None or school in schools):
                hall.offer(g, school, wish)


ENGINE = Engine(lambda hall: by_wish(hall, 1, hall.longest, hall.open))
