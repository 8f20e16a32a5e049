"""Tables of seniors and juniors to quota places (指标到校, policy 2.7): eligible pupils, places of a lead given directly, districts, and what returns unfilled."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.checking.enrolment_quotas import check_quota
from districting.enrolling.lottery.ids import id_faults
from districting.enrolling.lottery.wishes import folded
from districting.enrolling.privacy import texts_of
from districting.enrolment.frozen import commitment_of
from districting.enrolment.quota import QuotaPlan, QuotaShortageError, returned_seats
from districting.enrolment.quota_draw import QuotaList, apportioned, quota_lines
from districting.errors import Conflict, DataError, DistrictingError, Fault, Gathered, InfeasibleError
from districting.model.quota_rules import QuotaRules
from districting.reading.enrolment_tables import Table, first_few, load_table
from districting.wording import Text, text

_SEPARATORS: Final = re.compile(r"[;；,，、/\s]+")


@dataclass(frozen=True, eq=False)
class QuotaTables:
    """What the tables say. ``plans``, ``quotas`` (i,) of the seniors, quotas whole; ``direct`` (i, j) places given directly; ``takers`` (i, j) or None; ``draw``: what is
    apportioned, and its frozen ``lines``.
    """

    rules: QuotaRules
    plans: tuple[int, ...]
    quotas: tuple[int, ...]
    direct: NDArray[np.int64]
    takers: NDArray[np.int64] | None
    draw: QuotaList
    lines: tuple[str, ...]
    notes: tuple[Fault, ...]
    remarks: tuple[Text, ...]


@dataclass(frozen=True, eq=False)
class Quota:
    """``places`` (i, j) of all quotas, direct ones with them; ``returned`` (i,) and ``general`` (i,) places of the general plan, None without takers."""

    tables: QuotaTables
    plan: QuotaPlan
    places: NDArray[np.int64]
    returned: NDArray[np.int64] | None
    general: NDArray[np.int64] | None


def read_quota_tables(rules: QuotaRules) -> QuotaTables:
    """Read the tables of the rules.

    Raises
    ------
    DataError : every fault of the tables and of how they fit each other
    """
    gathered = Gathered()
    seniors: Table | None = None
    juniors: Table | None = None
    pupils: Table | None = None
    with gathered:
        seniors = load_table(rules.folder, rules.seniors, "quota_seniors")
    with gathered:
        juniors = load_table(rules.folder, rules.juniors, "quota_juniors")
    with gathered:
        pupils = None if rules.pupils is None else load_table(rules.folder, rules.pupils, "quota_pupils")
    if seniors is None or juniors is None or (pupils is None and rules.pupils is not None):
        gathered.refuse()
        raise AssertionError("a table without a fault")  # pragma: no cover
    index: list[dict[str, int]] = [{}, {}]
    for k, table in enumerate((seniors, juniors)):
        with gathered:
            index[k] = _names(table)
    parts: dict[str, Any] = {}
    with gathered:
        parts["quotas"] = _quotas(seniors, rules)
    with gathered:
        parts["eligible"] = _eligible(juniors, pupils, index[1], rules)
    with gathered:
        parts["uplift"] = _uplift(juniors, rules)
    gathered.refuse()
    serves = _serves(seniors, juniors)
    with gathered:
        parts["direct"] = _direct(juniors, index[0], parts["eligible"], parts["quotas"], rules)
    with gathered:
        parts["takers"] = None if rules.takers is None else _takers(load_table(rules.folder, rules.takers, "quota_takers"), *index)
    _unserved(seniors, juniors, serves, parts, gathered)
    gathered.refuse()
    left = tuple(int(q) for q in np.array(parts["quotas"]) - parts["direct"].sum(axis=1))
    labels = {"name": rules.name, "year": str(rules.year or "")}
    names = [tuple(str(c) for c in t.columns["school"]) for t in (seniors, juniors)]
    draw = QuotaList(labels, names[0], names[1], left, parts["eligible"], parts["uplift"], serves, rules.floor, rules.rounding)
    notes = (*seniors.notes, *juniors.notes, *(pupils.notes if pupils is not None else ()))
    plans = tuple(int(p) for p in seniors.columns["plan"])
    return QuotaTables(
        rules, plans, tuple(parts["quotas"]), parts["direct"], parts["takers"], draw, tuple(quota_lines(draw)), notes,
        tuple(_remarks(plans, parts)),
    )  # fmt: skip


def apportion(tables: QuotaTables, seed: str | None = None) -> Quota:
    """The places of every senior for every junior, checked again.

    Raises
    ------
    InfeasibleError : the floors need more places than there are
    DataError : nobody is eligible
    DistrictingError : a broken hard rule, found by the independent check
    """
    draw = tables.draw
    try:
        plan = apportioned(draw, seed, commitment_of(tables.lines))
    except QuotaShortageError as error:
        problem = text("enrolment.quota_floor", needed=error.needed, given=error.given)
        conflict = Conflict("floor", float(error.needed - error.given), "seat", problem)
        raise InfeasibleError((conflict,), (_lower_floor(tables),)) from None
    broken = check_quota(draw.quotas, draw.eligible, plan.places, serves=draw.serves, floor=draw.floor)
    if broken:
        raise DistrictingError(text("enrolment.broken_rule", rule=broken[0].rule, at=broken[0].at))
    places = plan.places + tables.direct
    if tables.takers is None:
        return Quota(tables, plan, places, None, None)
    returned = returned_seats(places, tables.takers)
    return Quota(tables, plan, places, returned, np.array(tables.plans) - np.array(tables.quotas) + returned)


def _lower_floor(tables: QuotaTables) -> Text:
    """The highest floor that can be kept."""
    draw = tables.draw
    for floor in range(draw.floor - 1, 0, -1):
        try:
            apportioned(replace(draw, floor=floor), None, "")
        except QuotaShortageError:
            continue
        return text("enrolment.quota_lower_floor", floor=floor)
    return text("enrolment.quota_lower_floor", floor=0)


def _names(table: Table) -> dict[str, int]:
    """Name without differences of width -> position.

    Raises
    ------
    DataError : blank or doubled names
    """
    faults: list[Fault] = []
    found: dict[str, int] = {}
    for i, cell in enumerate(table.columns["school"]):
        if not isinstance(cell, str):
            faults.append(table.fault(text("enrolment.blank"), text("enrolment.fill_cell"), i, "school"))
        elif found.setdefault(folded(cell), i) != i:
            faults.append(table.fault(text("enrolment.school_twice", school=cell), text("enrolment.school_twice_remedy"), i, "school"))
    if faults:
        raise DataError(first_few(faults))
    return found


def _numbers(table: Table, column: str) -> list[float | None]:
    cells = table.columns.get(column)
    return [None] * len(table) if cells is None else [None if pd.isna(c) else float(c) for c in cells]


def _quotas(seniors: Table, rules: QuotaRules) -> list[int]:
    """(i,) places: the number, else a share of the plan, rounded up so that the share is kept."""
    found, faults = [], []
    for i, (plan, number, share) in enumerate(zip(_numbers(seniors, "plan"), _numbers(seniors, "quota"), _numbers(seniors, "share"), strict=True)):
        part = rules.share if share is None else share
        if plan is None:
            faults.append(seniors.fault(text("enrolment.blank"), text("enrolment.fill_cell"), i, "plan"))
        elif number is None and part is None:
            faults.append(seniors.fault(text("enrolment.quota_none"), text("enrolment.quota_none_remedy"), i, "quota"))
        elif number is None and part is not None and part > 1:
            faults.append(seniors.fault(text("enrolment.not_share", given=f"{part:g}"), text("enrolment.give_share"), i, "share"))
        else:
            quota = int(np.ceil(plan * (part or 0.0) - 1e-9)) if number is None else int(number)
            if quota > plan:
                faults.append(
                    seniors.fault(text("enrolment.quota_over_plan", quota=quota, plan=int(plan)), text("enrolment.quota_over_plan_remedy"), i, "quota")
                )
            found.append(quota)
    if faults:
        raise DataError(first_few(faults))
    return found


def _eligible(juniors: Table, pupils: Table | None, index: Mapping[str, int], rules: QuotaRules) -> tuple[int, ...]:
    if pupils is None:
        if "eligible" not in juniors.columns:
            raise DataError(juniors.fault(text("enrolment.quota_no_eligible"), text("enrolment.quota_no_eligible_remedy"), None, "eligible"))
        blank = juniors.columns["eligible"].isna().to_numpy().nonzero()[0]
        if len(blank):
            raise DataError(juniors.faults(blank, text("enrolment.blank"), text("enrolment.fill_cell"), "eligible"))
        return tuple(int(n) for n in juniors.columns["eligible"])
    faults = id_faults(pupils)
    counts = [0] * len(juniors)
    chooser = pupils.columns.get("chooser")
    chose = [False] * len(pupils) if chooser is None else chooser.tolist()
    wrong = []
    for i, (school, years) in enumerate(zip(pupils.columns["school"], _numbers(pupils, "years_in_school"), strict=True)):
        at = index.get(folded(school)) if isinstance(school, str) else None
        if at is None:
            wrong.append(pupils.fault(text("enrolment.quota_unknown_junior"), text("enrolment.quota_unknown_remedy"), i, "school"))
        elif years is None:
            wrong.append(pupils.fault(text("enrolment.blank"), text("enrolment.fill_cell"), i, "years_in_school"))
        elif years >= rules.years and not chose[i]:
            counts[at] += 1
    if faults or wrong:
        raise DataError([*faults, *first_few(wrong)])
    return tuple(counts)


def _uplift(juniors: Table, rules: QuotaRules) -> tuple[float, ...]:
    named = {folded(k): float(v) for k, v in rules.uplift.items()}
    known = named.keys() | {folded(c) for c in rules.direct_classes}
    cells = texts_of(juniors, "class")
    unknown = [i for i, c in enumerate(cells) if c and known and folded(c) not in known]
    if unknown:
        names = [*rules.uplift, *rules.direct_classes]
        raise DataError(juniors.faults(unknown, text("enrolment.quota_class"), text("enrolment.quota_class_remedy", names=names), "class"))
    return tuple(named.get(folded(c), 1.0) for c in cells)


def _serves(seniors: Table, juniors: Table) -> NDArray[np.bool_]:
    """(i, j): the senior names no district, or one of the junior's."""
    theirs = [{folded(d) for d in _SEPARATORS.split(c) if d} for c in texts_of(juniors, "district")]
    ours = [{folded(d) for d in _SEPARATORS.split(c) if d} for c in texts_of(seniors, "district")]
    return np.array([[not mine or bool(mine & of) for of in theirs] for mine in ours], dtype=bool)


def _direct(juniors: Table, seniors: Mapping[str, int], eligible: Sequence[int], quotas: Sequence[int], rules: QuotaRules) -> NDArray[np.int64]:
    """(i, j) places that leads give to members of their group directly, out of their quotas."""
    found = np.zeros((len(quotas), len(juniors)), dtype=np.int64)
    if rules.direct_per is None:
        return found
    if "lead" not in juniors.columns:
        raise DataError(juniors.fault(text("enrolment.no_column", name="lead"), text("enrolment.quota_lead_remedy"), None, "lead"))
    classes = {folded(c) for c in rules.direct_classes}
    faults = []
    examinees = _numbers(juniors, "examinees")
    for j, (lead, kind) in enumerate(zip(texts_of(juniors, "lead"), texts_of(juniors, "class"), strict=True)):
        if not lead:
            continue
        at = seniors.get(folded(lead))
        if at is None:
            faults.append(juniors.fault(text("enrolment.quota_unknown_senior", school=lead), text("enrolment.quota_unknown_remedy"), j, "lead"))
        elif not classes or folded(kind) in classes:
            sitting = examinees[j]
            found[at, j] = int(eligible[j] if sitting is None else sitting) // rules.direct_per
    for i in np.flatnonzero(found.sum(axis=1) > np.array(quotas)).tolist():
        problem = text("enrolment.quota_direct_over", direct=int(found[i].sum()), quota=quotas[i])
        faults.append(Fault(problem, text("enrolment.quota_direct_over_remedy"), file=rules.file, column="direct_per"))
    if faults:
        raise DataError(first_few(faults))
    return found


def _takers(table: Table, seniors: Mapping[str, int], juniors: Mapping[str, int]) -> NDArray[np.int64]:
    found = np.zeros((len(seniors), len(juniors)), dtype=np.int64)
    seen: dict[tuple[int, int], int] = {}
    faults = []
    for k, (senior, junior, count) in enumerate(zip(texts_of(table, "senior"), texts_of(table, "junior"), _numbers(table, "takers"), strict=True)):
        i, j = seniors.get(folded(senior)), juniors.get(folded(junior))
        if i is None or j is None:
            column = "senior" if i is None else "junior"
            problem = text(f"enrolment.quota_unknown_{column}", school=senior if i is None else junior)
            faults.append(table.fault(problem, text("enrolment.quota_unknown_remedy"), k, column))
        elif count is None:
            faults.append(table.fault(text("enrolment.blank"), text("enrolment.fill_cell"), k, "takers"))
        elif seen.setdefault((i, j), k) != k:
            faults.append(
                table.fault(text("enrolment.quota_pair_twice", row=int(table.row[seen[i, j]])), text("enrolment.quota_pair_twice_remedy"), k, "junior")
            )
        else:
            found[i, j] = int(count)
    if faults:
        raise DataError(first_few(faults))
    return found


def _unserved(seniors: Table, juniors: Table, serves: NDArray[np.bool_], parts: Mapping[str, Any], gathered: Gathered) -> None:
    """A senior that has places and no junior to give them to; nobody eligible at all."""
    eligible = np.array(parts["eligible"], dtype=np.int64)
    if not eligible.sum():
        gathered.faults.append(juniors.fault(text("enrolment.quota_nobody"), text("enrolment.quota_nobody_remedy"), None, "eligible"))
        return
    lonely = [i for i, q in enumerate(parts["quotas"]) if q and not (serves[i] & (eligible > 0)).any()]
    gathered.faults += seniors.faults(lonely, text("enrolment.quota_serves_none"), text("enrolment.quota_serves_none_remedy"), "district")


def _remarks(plans: Sequence[int], parts: Mapping[str, Any]) -> list[Text]:
    low = sum(2 * q < p for p, q in zip(plans, parts["quotas"], strict=True))
    said = [text("enrolment.quota_low_share", count=low)] if low else []
    none = sum(not n for n in parts["eligible"])
    return [*said, text("enrolment.quota_no_pupils", count=none)] if none else said
