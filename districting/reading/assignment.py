"""A two-column table (block, school) of somebody else's zones, for comparisons."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from districting.errors import DataError, Fault
from districting.model.settings import InputSpec
from districting.reading.formats import READERS
from districting.reading.schema import header_index, normal
from districting.reading.table import RawTable, is_file
from districting.reading.typed import text_cells
from districting.wording import text


@dataclass(frozen=True, eq=False)
class AssignmentTable:
    """``school_of_block``: the school as the table spells it, indexed by block id; ``row_of_block``: where it stands, counted as the spreadsheet does;
    the table's own headers of the two columns, and its file and sheet, so that a fault can name its place.
    """

    school_of_block: pd.Series
    row_of_block: pd.Series
    block_header: str
    school_header: str
    file: str
    sheet: str = ""


def read_assignment(path: str | Path) -> pd.Series:
    """School of every block, indexed by block id: known headers where there are some, else the first two columns.

    Raises
    ------
    DataError : as for :func:`read_assignment_table`
    """
    return read_assignment_table(path).school_of_block


def read_assignment_table(path: str | Path) -> AssignmentTable:
    """School of every block with the place of every row.

    Raises
    ------
    DataError : missing or unreadable file, fewer than two columns, a block that stands twice
    """
    path = Path(path)
    spec = InputSpec(path=path.name)
    if path.suffix.lower() not in READERS:
        raise DataError(Fault(text("reading.unknown_format", suffix=path.suffix), text("reading.known_formats", names=list(READERS)), file=path.name))
    if not is_file(path):
        raise DataError(Fault(text("reading.missing_file"), text("reading.check_path", folder=path.parent.name or "."), file=path.name))
    raw = READERS[path.suffix.lower()](path, spec, "today")
    index = header_index("today")
    known = {index[normal(h)]: h for h in reversed(raw.frame.columns) if normal(h) in index}
    if raw.frame.shape[1] < 2 or not len(raw.frame):
        raise DataError(Fault(text("reading.empty"), text("reading.fill_table"), file=path.name, sheet=raw.sheet))
    block, school = _columns([str(h) for h in raw.frame.columns], known)
    blocks, schools = text_cells(raw.frame[block]), text_cells(raw.frame[school])
    lost = np.flatnonzero((blocks.isna() & schools.notna()).to_numpy())
    faults = [_fault("reading.no_id", "reading.give_id", path, raw, row=int(raw.row[i]), column=block) for i in lost]
    known_school = schools.notna().to_numpy()
    out = pd.Series(schools.to_numpy(), index=blocks.to_numpy(), dtype="object")[known_school]
    rows = pd.Series(np.asarray(raw.row), index=blocks.to_numpy())[known_school]
    twice = sorted({str(b) for b in out.index[out.index.duplicated() & out.index.notna()]})
    faults += [_fault("reading.block_twice", "reading.one_school", path, raw, column=block, block=b) for b in twice]
    if faults:
        raise DataError(faults)
    return AssignmentTable(out, rows, block, school, path.name, raw.sheet)


def _columns(headers: list[str], known: dict[str, str]) -> tuple[str, str]:
    """Headers of the block and of the school: the known ones, else the first that is left."""
    block, school = known.get("block_id"), known.get("school")
    block = block or next(h for h in headers if h != school)
    return block, school or next(h for h in headers if h != block)


def _fault(problem: str, remedy: str, path: Path, raw: RawTable, *, row: int | None = None, column: str = "", block: str = "") -> Fault:
    values = {"block": block} if block else {"column": column}
    return Fault(text(problem, **values), text(remedy), file=path.name, sheet=raw.sheet, row=row, column=column)
