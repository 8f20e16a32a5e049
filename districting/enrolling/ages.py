"""A register of children against the age rule: who enters in the year, who is too young, who should have entered before (policy 2.5). Rows are told, never names or birthdays."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from districting.enrolment.cohort import ENTRY_AGE, entry_year
from districting.errors import DataError
from districting.model.settings import InputSpec
from districting.reading.enrolment_tables import load_table
from districting.wording import text


@dataclass(frozen=True, eq=False)
class Ages:
    """``entry`` (n,) year in which each child enters; ``row`` (n,) its row in the file; ``year``: the year asked for."""

    entry: NDArray[np.int64]
    row: NDArray[np.int64]
    year: int

    @property
    def of_age(self) -> int:
        """Children who enter in the year."""
        return int((self.entry == self.year).sum())

    @property
    def too_young(self) -> NDArray[np.int64]:
        """Rows of those who enter later."""
        return self.row[self.entry > self.year]

    @property
    def older(self) -> NDArray[np.int64]:
        """Rows of those who should have entered before."""
        return self.row[self.entry < self.year]


def ages_of(path: str | Path, year: int, *, stage: str = "primary", cutoff: str = "08-31") -> Ages:
    """Read the birthdays of a table (出生日期).

    Raises
    ------
    DataError : blank cells, cells that are no date, or that lie after ``year``; no value of a cell is quoted
    """
    path = Path(path)
    table = load_table(path.parent, InputSpec(path.name), "entry_ages")
    cells = table.columns["birth_date"]
    blank = np.flatnonzero(cells.isna().to_numpy())
    faults = table.faults([int(i) for i in blank], text("enrolment.blank"), text("enrolment.fill_cell"), "birth_date")
    born = [dt.date.fromisoformat(c[:10]) if isinstance(c, str) else None for c in cells]
    unborn = [i for i, day in enumerate(born) if day is not None and day > dt.date(year, 12, 31)]
    faults += table.faults(unborn, text("ages.not_born"), text("ages.not_born_remedy"), "birth_date")
    if faults:
        raise DataError(faults)
    entry = [entry_year(day, cutoff=cutoff, age=ENTRY_AGE[stage]) for day in born if day is not None]
    return Ages(np.array(entry, dtype=np.int64), table.row, year)
