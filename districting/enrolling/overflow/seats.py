"""Seats left by school and grade: a full class or a school over its cap takes nobody, kept seats are not spare (policy 2.6)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.enrolling.lottery.wishes import folded
from districting.enrolling.overflow.ground import Ground
from districting.enrolling.privacy import texts_of
from districting.enrolling.spellings import Spellings
from districting.errors import DataError, Fault
from districting.model.forecast_rules import CLASS_SIZE
from districting.model.overflow_rules import OverflowRules
from districting.reading.enrolment_tables import Table, first_few, load_table
from districting.reading.overflow_rules import grade_number
from districting.wording import Text, text


@dataclass(frozen=True, eq=False)
class Seats:
    """(s, g) of the stage: ``slots`` left, ``listed``: the school has the grade, ``pupils`` now, ``reserve`` kept, ``most`` by classes and seats; (s,): ``room`` under the
    ``cap`` of the school, ``whole`` pupils and kept seats of all grades, ``group`` of education, -1 none.
    """

    slots: NDArray[np.int64]
    listed: NDArray[np.bool_]
    pupils: NDArray[np.int64]
    reserve: NDArray[np.int64]
    most: NDArray[np.int64]
    room: NDArray[np.int64]
    cap: NDArray[np.int64]
    whole: NDArray[np.int64]
    group: NDArray[np.int64]
    notes: tuple[Fault, ...]
    remarks: tuple[Text, ...]


def seats_of(rules: OverflowRules, ground: Ground) -> Seats:
    """Read the table of the schools.

    Raises
    ------
    DataError : every fault of it
    """
    table = load_table(rules.folder, rules.schools, "overflow_schools")
    spellings = Spellings(zip(ground.names, range(len(ground.names)), strict=True), table)
    school, grade = _keys(table, rules, ground, spellings)
    n = len(ground.ids)
    by = {name: np.zeros((n, 10), dtype=np.int64) for name in ("classes", "pupils", "reserve", "seats")}
    listed = np.zeros((n, 10), dtype=bool)
    listed[school, grade] = True
    for name, values in by.items():
        cells = table.columns.get(name)
        given = np.full(len(table), np.nan) if cells is None else cells.to_numpy(dtype=np.float64)
        values[school, grade] = np.where(np.isnan(given), -1 if name == "seats" else 0, np.minimum(given, 1e9)).astype(np.int64)
    first, last = rules.grades
    size = np.where(np.arange(10) > 6, CLASS_SIZE["junior"], CLASS_SIZE["primary"])
    size[first : last + 1] = rules.pupils_of_class
    most = by["classes"] * size
    most = np.where(by["seats"] >= 0, np.minimum(most, by["seats"]), most)
    spare = most - by["pupils"] - by["reserve"]
    both = listed[:, 1:7].any(axis=1) & listed[:, 7:].any(axis=1)
    whole = (by["pupils"] + by["reserve"]).sum(axis=1)
    unlisted = ground.nine_year & ~both & listed.any(axis=1)
    whole = whole + np.where(unlisted & np.isfinite(ground.other), np.nan_to_num(ground.other), 0).astype(np.int64)
    cap = np.where(ground.nine_year | both, rules.nine_year_cap, rules.school_cap)
    stage = slice(first, last + 1)
    over = int(((spare < 0) & listed)[:, stage].sum())
    remarks = [text("overflow.over_full", count=over)] if over else []
    blind = int((unlisted & ~np.isfinite(ground.other)).sum())
    remarks += [text("overflow.other_stage_unknown", count=blind)] if blind else []
    return Seats(
        np.maximum(spare, 0)[:, stage], listed[:, stage], by["pupils"][:, stage], by["reserve"][:, stage], most[:, stage], np.maximum(cap - whole, 0), cap, whole,
        _groups(table, school, ground), (*table.notes, *spellings.notes), tuple(remarks),
    )  # fmt: skip


def _keys(table: Table, rules: OverflowRules, ground: Ground, spellings: Spellings) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(rows,) school and grade of each row.

    Raises
    ------
    DataError : blank or unknown ones, a pair twice, blank numbers
    """
    aliases = {folded(k): folded(v) for k, v in rules.schools.aliases.items()}
    faults: list[Fault] = []
    seen: dict[tuple[int, int], int] = {}
    school, grade = np.zeros(len(table), dtype=np.int64), np.zeros(len(table), dtype=np.int64)
    for i, (name, words) in enumerate(zip(texts_of(table, "school"), texts_of(table, "grade"), strict=True)):
        at = ground.index.get(aliases.get(folded(name), folded(name)), -1)
        at = spellings.position(name, i) if at < 0 else at
        number = grade_number(words)
        if not name:
            faults.append(table.fault(text("enrolment.blank"), text("enrolment.fill_cell"), i, "school"))
        elif at < 0:
            faults.append(
                table.fault(text("overflow.unknown_school", school=name), spellings.remedy(name, text("overflow.unknown_school_remedy")), i, "school")
            )
        if number is None:
            faults.append(table.fault(text("overflow.bad_grade"), text("overflow.bad_grade_remedy"), i, "grade"))
        elif at >= 0 and seen.setdefault((at, number), i) != i:
            faults.append(table.fault(text("overflow.row_twice", row=int(table.row[seen[at, number]])), text("overflow.row_twice_remedy"), i, "grade"))
        school[i], grade[i] = at, number or 0
    faults = first_few(faults)
    for column in ("classes", "pupils"):
        blank = np.flatnonzero(pd.isna(table.columns[column]))
        faults += table.faults(blank.tolist(), text("enrolment.blank"), text("enrolment.fill_cell"), column)
    if faults:
        raise DataError(faults)
    return school, grade


def _groups(table: Table, school: NDArray[np.int64], ground: Ground) -> NDArray[np.int64]:
    """(s,) education group: the column of the table where there is one, else that of the plan's scheme.

    Raises
    ------
    DataError : a school in two groups
    """
    if "group" not in table.columns:
        return ground.group
    numbers: dict[str, int] = {}
    found = np.full(len(ground.ids), -1, dtype=np.int64)
    wrong = []
    for i, (at, name) in enumerate(zip(school.tolist(), texts_of(table, "group"), strict=True)):
        if name:
            number = numbers.setdefault(folded(name), len(numbers))
            if found[at] not in (-1, number):
                wrong.append(i)
            found[at] = number
    if wrong:
        raise DataError(table.faults(wrong, text("overflow.two_groups"), text("overflow.two_groups_remedy"), "group"))
    return found
