"""Wishes of every pupil as positions of schools: from columns 志愿1, 志愿2, ... or from a table of one wish a row."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence

import pandas as pd

from districting.errors import DataError, Fault
from districting.model.draw_list import DrawSchool
from districting.model.settings import InputSpec
from districting.planning.lottery.ids import id_faults
from districting.reading.enrolment_columns import MOST_WISHES
from districting.reading.enrolment_tables import Table, first_few
from districting.wording import text

Wishes = list[tuple[int | None, ...]]


def school_index(schools: Sequence[DrawSchool]) -> dict[str, int]:
    """Name or id, without differences of width, -> position."""
    index = {folded(s.name): i for i, s in enumerate(schools)}
    for i, school in enumerate(schools):
        if school.id:
            index.setdefault(folded(school.id), i)
    return index


def folded(name: str) -> str:
    """A name without what spellings differ in."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def wishes_in_columns(pupils: Table, schools: Mapping[str, int], spec: InputSpec) -> Wishes:
    """From the table of pupils. A blank keeps its place, so that a second wish stays a second wish.

    Raises
    ------
    DataError : unknown schools, a school twice in one list, no column of wishes
    """
    names = [f"wish_{n}" for n in range(1, MOST_WISHES + 1) if f"wish_{n}" in pupils.headers]
    if not names:
        raise DataError(pupils.fault(text("enrolment.no_wishes"), text("enrolment.no_wishes_remedy"), None, "wish_1"))
    last = int(names[-1].removeprefix("wish_"))
    columns: list[list[int | None]] = [[None] * len(pupils) for _ in range(last)]
    faults: list[Fault] = []
    for name in names:
        cells = pupils.columns[name]
        found = _positions(cells, schools, spec)
        unknown = [i for i, (cell, at) in enumerate(zip(cells, found, strict=True)) if at is None and isinstance(cell, str)]
        faults += _unknown(pupils, unknown, cells, name)
        columns[int(name.removeprefix("wish_")) - 1] = found
    wishes = [_trimmed(row) for row in zip(*columns, strict=True)]
    faults += pupils.faults([i for i, w in enumerate(wishes) if _doubled(w)], text("enrolment.wish_twice"), text("enrolment.wish_twice_remedy"), names[0])
    if faults:
        raise DataError(faults)
    return wishes


def wishes_in_rows(pupils: Table, table: Table, schools: Mapping[str, int], spec: InputSpec) -> Wishes:
    """From a table of one wish a row.

    Raises
    ------
    DataError : unknown pupils or schools, two schools for one wish, a school twice in one list
    """
    faults = id_faults(table, unique=False)
    wrong: list[Fault] = []
    at_of_id = {own: i for i, own in enumerate(pupils.columns["pupil_id"])}
    found = _positions(table.columns["school"], schools, spec)
    lists: list[dict[int, int]] = [{} for _ in range(len(pupils))]
    faults += _unknown(table, [i for i, at in enumerate(found) if at is None], table.columns["school"], "school")
    for i, (own, number, school) in enumerate(zip(table.columns["pupil_id"], table.columns["wish"], found, strict=True)):
        if not isinstance(own, str) or school is None:
            continue
        if own not in at_of_id:
            wrong.append(table.fault(text("enrolment.unknown_pupil"), text("enrolment.unknown_pupil_remedy"), i, "pupil_id"))
        elif not 1 <= number <= MOST_WISHES:
            wrong.append(table.fault(text("enrolment.bad_wish_number", most=MOST_WISHES), text("enrolment.write_number"), i, "wish"))
        elif lists[at_of_id[own]].setdefault(int(number), school) != school:
            wrong.append(table.fault(text("enrolment.two_wishes"), text("enrolment.two_wishes_remedy"), i, "wish"))
    faults += first_few(wrong)
    wishes = [_trimmed([of.get(n) for n in range(1, max(of, default=0) + 1)]) for of in lists]
    faults += pupils.faults([i for i, w in enumerate(wishes) if _doubled(w)], text("enrolment.wish_twice"), text("enrolment.wish_twice_remedy"), "pupil_id")
    if faults:
        raise DataError(faults)
    return wishes


def _positions(cells: pd.Series, schools: Mapping[str, int], spec: InputSpec) -> list[int | None]:
    """Each spelling is looked up once."""
    aliases = {folded(k): folded(v) for k, v in spec.aliases.items()}
    known = {cell: schools.get(aliases.get(folded(cell), folded(cell))) for cell in cells.unique() if isinstance(cell, str)}
    return [known.get(cell) if isinstance(cell, str) else None for cell in cells]


def _unknown(table: Table, places: list[int], cells: pd.Series, column: str) -> list[Fault]:
    """A cell is quoted only where several rows hold it: then it is a name of a school and not, after a shift of columns, of a child."""
    counts = cells.value_counts()
    return first_few(
        [
            table.fault(
                text("enrolment.unknown_school", school=cells.iloc[i]) if counts.get(cells.iloc[i], 0) > 1 else text("enrolment.unknown_school_once"),
                text("enrolment.unknown_school_remedy"),
                i,
                column,
            )
            for i in places
        ]
    )


def _trimmed(row: Sequence[int | None]) -> tuple[int | None, ...]:
    end = len(row)
    while end and row[end - 1] is None:
        end -= 1
    return tuple(row[:end])


def _doubled(wishes: tuple[int | None, ...]) -> bool:
    named = [w for w in wishes if w is not None]
    return len(set(named)) < len(named)
