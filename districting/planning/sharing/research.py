"""``share research``: joint teaching research, subject bases, studios of leading teachers, training to order, small-topic research (policy R04, R39)."""

from __future__ import annotations

from typing import Any

import pandas as pd

from districting.errors import DataError, Fault
from districting.model.plan import Plan
from districting.model.share_result import ShareResult
from districting.planning.sharing.research_bases import bases_of
from districting.planning.sharing.research_groups import groups_of
from districting.planning.sharing.research_rows import staff_of
from districting.planning.sharing.studios import studios_of
from districting.planning.sharing.topics import topics_of
from districting.planning.sharing.training import training_of
from districting.reading.city import City
from districting.wording import Text, text


def share_research(city: City, plan: Plan | None = None) -> ShareResult:
    """Groups with half-days and hosts in turn, bases, studios with members, training on seats, and topics.

    Raises
    ------
    DataError : no table of teachers, or districts are asked for and there are none
    InfeasibleError : a group is larger than any of its schools seats
    """
    settings = city.settings.sharing.research
    if city.teachers is None:
        raise DataError(Fault(text("pairing.no_teachers"), text("pairing.give_teacher_table"), column="inputs.teachers"))
    staff = staff_of(city, plan, settings)
    tables: dict[str, pd.DataFrame] = {}
    facts: dict[str, Any] = {}
    lines: list[Text] = []
    groups = groups_of(staff, settings)
    bases = bases_of(staff, settings)
    studios = studios_of(staff, settings)
    training = training_of(city, staff, bases, studios, settings)
    topics = topics_of(city, staff)
    for part in (groups, bases, studios, training, topics):
        tables |= part.tables
        facts |= part.facts
        lines += part.lines
    if staff.without_subject:
        lines.append(text("sharing.research_no_subject", count=staff.without_subject))
    proven = all(v == "optimal" for k, v in facts.items() if k.endswith("_status"))
    status = {"status": "optimal" if proven else "feasible", "objective": facts["rota_teacher_m"], "bound": facts["rota_bound"], "gap": facts["rota_gap"]}
    return ShareResult(tables, {**status, "unit": "teacher-metre", **facts, "without_subject": staff.without_subject}, tuple(lines))
