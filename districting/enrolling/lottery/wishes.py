"""Wishes of every pupil as positions of schools: from columns 志愿1, 志愿2, ... or from a table of one wish a row."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.enrolling.lottery.ids import id_faults
from districting.errors import DataError, Fault
from districting.model.draw_list import DrawSchool
from districting.model.settings import InputSpec
from districting.reading.enrolment_tables import Table, first_few
from districting.reading.schema.enrolment import MOST_WISHES
from districting.wording import text

_BLANK: Final = -1
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
    found = np.full((len(pupils), last), _BLANK, dtype=np.int64)
    faults: list[Fault] = []
    for name in names:
        cells = pupils.columns[name]
        at = _positions(cells, schools, spec)
        faults += _unknown(pupils, [int(i) for i in np.flatnonzero((at == _BLANK) & cells.notna().to_numpy())], cells, name)
        found[:, int(name.removeprefix("wish_")) - 1] = at
    ordered = np.sort(found, axis=1)
    twice = ((ordered[:, 1:] == ordered[:, :-1]) & (ordered[:, 1:] != _BLANK)).any(axis=1)
    faults += pupils.faults([int(i) for i in np.flatnonzero(twice)], text("enrolment.wish_twice"), text("enrolment.wish_twice_remedy"), names[0])
    if faults:
        raise DataError(faults)
    whole = (found != _BLANK).all(axis=1).tolist()
    return [tuple(row) if full else _trimmed([None if w == _BLANK else w for w in row]) for row, full in zip(found.tolist(), whole, strict=True)]


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
    faults += _unknown(table, [int(i) for i in np.flatnonzero(found == _BLANK)], table.columns["school"], "school")
    for i, (own, number, school) in enumerate(zip(table.columns["pupil_id"], table.columns["wish"], found.tolist(), strict=True)):
        if not isinstance(own, str) or school == _BLANK:
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


def _positions(cells: pd.Series, schools: Mapping[str, int], spec: InputSpec) -> NDArray[np.int64]:
    """(n,) position of the school of each cell, ``_BLANK`` for none; each spelling is looked up once."""
    aliases = {folded(k): folded(v) for k, v in spec.aliases.items()}
    known = {cell: schools.get(aliases.get(folded(cell), folded(cell)), _BLANK) for cell in cells.unique() if isinstance(cell, str)}
    return np.array(cells.map(known).fillna(_BLANK), dtype=np.int64)


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
