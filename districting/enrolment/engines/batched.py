"""Batch after batch (Dongcheng, Xicheng 2020; policy 2.6): each has its wishes and schools and an engine of its own; those left pass on to the next by themselves."""

from __future__ import annotations

from districting.enrolment.engines.engine import Engine
from districting.enrolment.engines.number_first import by_number
from districting.enrolment.engines.preference_first import by_wish
from districting.enrolment.hall import Hall


def batch_by_batch(hall: Hall) -> None:
    """All batches of the list."""
    name = "main" if hall.open is None else "again"
    for i, batch in enumerate(hall.draw.batches, 1):
        hall.begin(name, i)
        run = by_number if batch.engine == "number_first" else by_wish
        run(hall, batch.first, batch.last, hall.allowed(batch.schools))


ENGINE = Engine(batch_by_batch)
