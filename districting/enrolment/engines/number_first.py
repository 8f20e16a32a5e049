"""Parallel wishes 平行志愿: one order, each in turn takes the best wish that still has room (serial dictatorship; Jimei puts the registration date first, policy 2.6)."""

from __future__ import annotations

from districting.enrolment.engines.engine import Engine
from districting.enrolment.hall import Hall


def by_number(hall: Hall, first: int, last: int, schools: frozenset[int] | None) -> None:
    """Wishes ``first`` to ``last`` (from 1) at ``schools`` (None = all)."""
    for g in hall.waiting(hall.by_claim):
        for wish, school in enumerate(hall.groups[g].wishes[first - 1 : last], first):
            if school is not None and (schools is None or school in schools) and hall.offer(g, school, wish):
                break


ENGINE = Engine(lambda hall: by_number(hall, 1, hall.longest, hall.open))
