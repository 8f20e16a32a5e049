"""The register of dwellings: whose seat is taken by another family (六年一学位, policy 2.6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from districting.enrolling.overflow.pupils import Pupils
from districting.enrolling.privacy import texts_of
from districting.enrolment.overflow import locked_dwellings
from districting.errors import DataError, Fault
from districting.model.overflow_rules import OverflowRules
from districting.reading.enrolment_tables import Table, load_table
from districting.reading.overflow_rules import grade_number
from districting.wording import text

_OPEN: Final = {"转出", "已转出", "毕业", "已毕业", "休学转出", "transferred out", "graduated", "left"}
_HELD: Final = {"", "在读", "在校", "在学", "休学", "enrolled", "current"}


@dataclass(frozen=True, eq=False)
class Register:
    """Seats that are held: (dwelling, family, start year), and for how many years each."""

    rows: tuple[tuple[str, str, int], ...] = ()
    years: tuple[int, ...] = ()
    notes: tuple[Fault, ...] = ()


def register_of(rules: OverflowRules) -> Register:
    """Read the register. Who left the district or graduated holds no seat; who transferred in holds one to the end of the stage.

    Raises
    ------
    DataError : every fault of it; none holds a cell
    """
    if rules.dwellings is None or rules.lock == "off":
        return Register()
    table = load_table(rules.folder, rules.dwellings, "overflow_dwellings")
    rows, years = _rows(table, rules)
    return Register(tuple(rows), tuple(years), table.notes)


def locked(register: Register, pupils: Pupils, year: int) -> NDArray[np.bool_]:
    """(n,) whose dwelling's seat is taken by another family."""
    taken = locked_dwellings(pupils.dwelling, pupils.family, year, register.rows, years=register.years)
    return taken & np.array([d != "" for d in pupils.dwelling], dtype=bool)


def _rows(table: Table, rules: OverflowRules) -> tuple[list[tuple[str, str, int]], list[int]]:
    """Seats that are held, and for how many years each."""
    faults: list[Fault] = []
    cells = {name: texts_of(table, name) for name in ("dwelling", "family", "grade", "status")}
    for name in ("dwelling", "family"):
        faults += table.faults([i for i, c in enumerate(cells[name]) if not c], text("enrolment.blank"), text("enrolment.fill_cell"), name)
    start = table.columns["start_year"].to_numpy(dtype=np.float64)
    faults += table.faults(np.flatnonzero(np.isnan(start)).tolist(), text("enrolment.blank"), text("enrolment.fill_cell"), "start_year")
    grades = [grade_number(c) if c else None for c in cells["grade"]]
    wrong = [i for i, c in enumerate(cells["grade"]) if c and grades[i] is None]
    faults += table.faults(wrong, text("overflow.bad_grade"), text("overflow.bad_grade_remedy"), "grade")
    status = [c.casefold() for c in cells["status"]]
    strange = [i for i, c in enumerate(status) if c not in _OPEN | _HELD]
    faults += table.faults(strange, text("overflow.bad_status"), text("overflow.bad_status_remedy"), "status")
    if faults:
        raise DataError(faults)
    first, last = rules.grades
    held = [i for i, c in enumerate(status) if c in _HELD and (grades[i] is None or first <= (grades[i] or 0) <= last)]
    rows = [(cells["dwelling"][i], cells["family"][i], int(start[i])) for i in held]
    years = [min(rules.years_of_lock, last - (grades[i] or first) + 1) for i in held]
    return rows, years
