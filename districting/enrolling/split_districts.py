"""What a split asks of a plan: the primaries and juniors of each district, graduates and places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from districting.errors import DataError, Fault
from districting.model.plan import Plan
from districting.wording import text

PRIMARY_YEARS: Final = 6
JUNIOR_YEARS: Final = 3
School = tuple[str, str]
"""Id and name."""


@dataclass(frozen=True, eq=False)
class District:
    """Schools of one district by id; ``graduates`` (p,) and ``plans`` (j,) whole numbers."""

    district_id: str
    name: str
    primaries: tuple[School, ...]
    juniors: tuple[School, ...]
    graduates: NDArray[np.int64]
    plans: NDArray[np.int64]


def districts_of(plan: Plan, scheme: str | None, *, counted: bool = False) -> tuple[str, list[District], list[Fault]]:
    """The scheme, its districts that hold primaries or juniors, and notes on numbers that stand in for others. With ``counted`` graduates are not read: they come from a list.

    Raises
    ------
    DataError : no such scheme, several and none named, no district with both, a school in two districts, or no number to take
    """
    chosen = _scheme(plan, scheme)
    members = plan.top_members(chosen)
    members = members[members["stage"].isin(["primary", "junior"])].drop_duplicates(["district_id", "school_id", "stage"])
    names = dict(zip(plan.schools["school_id"].astype(str), plan.schools["name"].astype(str), strict=True))
    twice = members[members.duplicated(["school_id", "stage"])]
    if len(twice):
        shown = [names.get(str(s), str(s)) for s in twice["school_id"].unique()[:5]]
        raise DataError(Fault(text("enrolment.split_two_districts", names=shown), text("enrolment.split_two_districts_remedy"), column="memberships"))
    facts = _Facts(plan, names)
    whole = plan.top_districts(chosen)
    found = []
    for own, name in zip(whole["district_id"].astype(str), whole["name"].astype(str), strict=True):
        mine = members[members["district_id"].astype(str) == own]
        primaries, juniors = (sorted(mine.loc[mine["stage"] == s, "school_id"].astype(str)) for s in ("primary", "junior"))
        if primaries or juniors:
            graduates = np.zeros(len(primaries), dtype=np.int64) if counted or not juniors else facts.graduates(primaries)
            plans = facts.places(juniors) if primaries else np.zeros(len(juniors), dtype=np.int64)
            named = [tuple((s, names.get(s, s)) for s in of) for of in (primaries, juniors)]
            found.append(District(own, name, named[0], named[1], graduates, plans))
    if not any(d.primaries and d.juniors for d in found):
        raise DataError(Fault(text("enrolment.split_no_district", scheme=chosen), text("enrolment.split_no_district_remedy"), column="districts"))
    notes = facts.notes()
    return chosen, found, notes


def _scheme(plan: Plan, scheme: str | None) -> str:
    names = list(dict.fromkeys(plan.districts["scheme"].astype(str)))
    both = [n for n in names if {"primary", "junior"} <= set(plan.top_members(n)["stage"])]
    if scheme is not None:
        if scheme not in names:
            raise DataError(Fault(text("enrolment.split_no_scheme", scheme=scheme), text("enrolment.split_schemes", names=names), column="scheme"))
        return scheme
    if len(both) == 1:
        return both[0]
    if both:
        raise DataError(Fault(text("enrolment.split_which_scheme"), text("enrolment.split_schemes", names=both), column="scheme"))
    raise DataError(Fault(text("enrolment.split_no_district", scheme="-"), text("enrolment.split_no_district_remedy"), column="districts"))


class _Facts:
    """Numbers of school-stages, and which of them stand in for others."""

    def __init__(self, plan: Plan, names: dict[str, str]) -> None:
        self._names = names
        self._rows = {(str(r.school_id), r.stage): r for r in plan.school_stages.itertuples(index=False)}
        roll = plan.recorded("zoning.junior", "demand") == "roll"
        years = JUNIOR_YEARS if roll else 1
        self._seats = {(str(r.school_id), r.stage): seats / years for r in plan.seats.itertuples(index=False) if (seats := _number(r.seats)) is not None}
        self._stood_in: dict[str, list[str]] = {}
        self._faults: list[Fault] = []

    def graduates(self, schools: list[str]) -> NDArray[np.int64]:
        return self._numbers(schools, "primary", "graduates")

    def places(self, schools: list[str]) -> NDArray[np.int64]:
        return self._numbers(schools, "junior", "plan")

    def _numbers(self, schools: list[str], stage: str, column: str) -> NDArray[np.int64]:
        found = []
        for school in schools:
            row = self._rows.get((school, stage))
            value = _number(getattr(row, column, None))
            if value is None and stage == "junior":
                value = self._taken(school, "plan_from_seats", self._seats.get((school, stage)))
            if value is None:
                pupils = _number(getattr(row, "pupils", None))
                years = PRIMARY_YEARS if stage == "primary" else JUNIOR_YEARS
                value = self._taken(school, f"{column}_from_pupils", None if pupils is None else pupils / years)
            if value is None or value < 0:
                name = self._names.get(school, school)
                remedy = text("enrolment.split_no_number_remedy")
                self._faults.append(Fault(text(f"enrolment.split_no_{column}", name=name), remedy, column=column))
                value = 0.0
            found.append(round(value))
        return np.array(found, dtype=np.int64)

    def _taken(self, school: str, how: str, value: float | None) -> float | None:
        if value is not None:
            self._stood_in.setdefault(how, []).append(self._names.get(school, school))
        return value

    def notes(self) -> list[Fault]:
        """What stands in for what; raises where there is no number at all."""
        if self._faults:
            raise DataError(self._faults)
        return [
            Fault(
                text(f"enrolment.split_{how}", count=len(names), names=names[:5]),
                text("enrolment.split_fill"),
                column=how.partition("_")[0],
                severity="warning",
            )
            for how, names in self._stood_in.items()
        ]


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if np.isfinite(number) else None
