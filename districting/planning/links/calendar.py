"""The calendar of support: which link meets when, who is host, for which subject (policy R14)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

from districting.model.pairing_settings import ApprenticeSettings
from districting.model.plan import PLAN_TABLES, Plan

_OF_KIND: Final[Mapping[str, tuple[str, ...]]] = {
    "base_school": ("joint_research",),
    "master_apprentice": ("master_apprentice",),
    "difference": ("joint_research", "same_lesson"),
    "six_shares": (),
    "uds": ("joint_research",),
}
_OTHERWISE: Final = ("joint_research", "lessons_sent", "same_lesson")
"""Events of a link in which the giver is the stronger."""


def months_of_term(months: Sequence[int], year: int) -> list[tuple[int, int]]:
    """(year, month) of a school year that begins in ``year``: months after the turn of the year are of the next one.

    >>> months_of_term((9, 12, 1, 3), 2026)
    [(2026, 9), (2026, 12), (2027, 1), (2027, 3)]
    """
    out: list[tuple[int, int]] = []
    for month in months:
        year += bool(out) and month < out[-1][1]
        out.append((year, month))
    return out


def support_events(plan: Plan, settings: ApprenticeSettings, months: Sequence[int]) -> pd.DataFrame:
    """Events of one school year for the links between schools that stand in the plan.

    Joint research brings a giver and all its takers of a kind, stage and subject together; every other event is of one link. ``per_year`` events are spread evenly over
    the months, links begin in different months. Lessons are sent by the giver, a base is always host, other hosts take turns. Teachers: ``teachers`` from every school;
    masters and their apprentices as many as the plan pairs.
    """
    when = months_of_term(months, plan.year)
    links = plan.links
    schools = links[(links["from_kind"] == "school") & (links["to_kind"] == "school")] if len(links) else links
    paired = _paired(plan)
    rows: list[tuple[Any, ...]] = []
    keys = ["kind", "stage", "subject", "from_id"]
    for number, (key, star) in enumerate(schools.groupby(keys, sort=True) if len(schools) else ()):
        kind, stage, subject, giver = (str(k) for k in key)
        takers = sorted(set(star["to_id"].astype("str")))
        for event in _OF_KIND.get(kind, _OTHERWISE):
            groups = [takers] if event == "joint_research" else [[t] for t in takers]
            for place, group in enumerate(groups):
                for turn in range(settings.per_year.get(event, 0)):
                    at = (number + place + turn * len(when) // settings.per_year[event]) % len(when)
                    host = _host(event, kind, giver, group, turn)
                    guests = [s for s in (giver, *group) if s != host]
                    of = subject or (settings.subjects[(number + place + turn) % len(settings.subjects)] if settings.subjects else "")
                    teachers = paired.get((stage, subject, giver, group[0]), 0) if event == "master_apprentice" else settings.teachers * (1 + len(guests))
                    rows.append((event, kind, stage, *when[at], host, ",".join(guests), of, teachers, settings.hours))
    out = pd.DataFrame(rows, columns=list(PLAN_TABLES["support_events"]))
    return out.sort_values(["year", "month", "event", "kind", "stage", "subject", "host_id", "guest_ids"], kind="stable").reset_index(drop=True)


def _host(event: str, kind: str, giver: str, takers: Sequence[str], turn: int) -> str:
    if event in ("lessons_sent", "master_apprentice") or kind == "base_school":
        return giver
    both = (giver, *takers)
    return both[turn % len(both)]


def _paired(plan: Plan) -> dict[tuple[str, ...], int]:
    """(stage, subject, school of the masters, school of the apprentices) -> how many teachers that is."""
    if not len(plan.apprentices):
        return {}
    keys = ["stage", "subject", "master_school_id", "apprentice_school_id"]
    groups = plan.apprentices.groupby(keys, as_index=False)[["master_id", "apprentice_id"]].nunique()
    return {tuple(str(v) for v in row[:4]): int(row[4] + row[5]) for row in groups.itertuples(index=False)}
