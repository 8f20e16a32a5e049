"""The charter's roster: one seat per principal, the lead's principal in the chair; and the calendar of the joint conference (校长联席会议)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from districting.errors import DataError, Fault
from districting.model.plan import PLAN_TABLES
from districting.model.settings import GovernanceSettings
from districting.model.stages import STAGES
from districting.wording import text


@dataclass(frozen=True)
class Seat:
    """The seat of one principal: ``school_id`` the school it stands for (a lead before others), ``also_heads`` further schools of the same principal."""

    school_id: str
    also_heads: tuple[str, ...]
    stages: tuple[str, ...]
    leads: bool


def principals(schools: Any, groups: Sequence[Sequence[str]]) -> dict[str, str]:
    """School id -> id of the first school of its principal, for the schools that ``groups`` name by id or name.

    Raises
    ------
    DataError : a school that is not in the plan, a name that several bear, or a school in two lists
    """
    ids = set(schools["school_id"].astype("str"))
    named = schools.groupby(schools["name"].astype("str"))["school_id"].agg(list).to_dict() if len(schools) else {}
    first: dict[str, str] = {}
    faults: list[Fault] = []
    for group in groups:
        found = [g if g in ids else named[g][0] if len(named.get(g, ())) == 1 else None for g in group]
        wrong = [g for g, f in zip(group, found, strict=True) if f is None]
        known = [str(f) for f in found if f is not None]
        twice = [f for f in known if f in first]
        if wrong:
            faults.append(Fault(text("governance.no_school", names=wrong), text("governance.give_school"), column="governance.one_principal"))
        if twice:
            faults.append(Fault(text("governance.two_principals", names=twice), text("governance.one_list"), column="governance.one_principal"))
        first |= {k: known[0] for k in known}
    if faults:
        raise DataError(faults)
    return first


def seats_of(members: Any, principal_of: Mapping[str, str]) -> list[Seat]:
    """Seats of one district from its rows (school_id, stage, role): leads first, then by id.

    >>> rows = pd.DataFrame({"school_id": ["N", "N", "J"], "stage": ["primary", "junior", "junior"], "role": ["member", "member", "lead"]})
    >>> [(s.school_id, s.stages) for s in seats_of(rows, {})]
    [('J', ('junior',)), ('N', ('primary', 'junior'))]
    """
    headed: dict[str, list[str]] = {}
    for school in sorted(set(members["school_id"].astype("str"))):
        headed.setdefault(principal_of.get(school, school), []).append(school)
    leads = set(members.loc[members["role"] == "lead", "school_id"].astype("str"))
    seats = []
    for schools in headed.values():
        schools = sorted(schools, key=lambda s: (s not in leads, s))
        taught = set(members.loc[members["school_id"].isin(schools), "stage"])
        seats.append(Seat(schools[0], tuple(schools[1:]), tuple(s for s in STAGES if s in taught), schools[0] in leads))
    return sorted(seats, key=lambda s: (not s.leads, s.school_id))


def charter_rows(scheme: str, district: str, seats: Sequence[Seat], settings: GovernanceSettings, year: int) -> pd.DataFrame:
    """One row per seat. The first seat has the chair; where no school leads, it has it first and the others follow in turn."""
    chair = "chair" if seats and seats[0].leads else "first_chair"
    until = year + settings.term_years
    rows = [
        (
            *(scheme, district, number, chair if number == 1 else "member", seat.school_id, ",".join(seat.also_heads), ",".join(seat.stages)),
            *(settings.term_years, year, until, settings.meetings_per_month),
        )
        for number, seat in enumerate(seats, start=1)
    ]
    return pd.DataFrame(rows, columns=list(PLAN_TABLES["charter"]))


def conference_rows(scheme: str, district: str, seats: Sequence[Seat], settings: GovernanceSettings, year: int) -> pd.DataFrame:
    """The meetings of the school year that begins in ``year``. Hosts: every seat in turn, the chair's school first, or always the chair's."""
    rows: list[tuple[str, str, int, int, int, str]] = []
    previous = 0
    for month in settings.term_months if seats else ():
        year += month < previous
        previous = month
        for _ in range(settings.meetings_per_month):
            turn = len(rows) % len(seats) if settings.hosts == "rotation" else 0
            rows.append((scheme, district, len(rows) + 1, year, month, seats[turn].school_id))
    return pd.DataFrame(rows, columns=list(PLAN_TABLES["conference"]))
