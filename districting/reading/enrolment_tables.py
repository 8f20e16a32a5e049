"""Tables of an enrolment: our columns in their kinds and every column under its own header. No fault and no note of it holds a value of a cell: rows hold personal data."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.errors import DataError, Fault
from districting.model.settings import InputSpec
from districting.reading.schema import Column, header_index, normal
from districting.reading.schema.enrolment import ENROLMENT_TABLES
from districting.reading.table import Found, LostCell, RawTable, is_file
from districting.reading.typed import NO, YES, text_cells
from districting.reading.where import WhereError, rows_where
from districting.wording import Text, text

_DELIMITED: Final = (".csv", ".txt")
_SUFFIXES: Final = (".xlsx", ".xls", ".ods", *_DELIMITED)
_FEW: Final = 20
_QUOTING: Final = ("reading.total_row", "reading.footer_rows")
"""Notes of the readers that quote a cell."""
_DATE: Final = re.compile(r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T](\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?$")
_COMPACT: Final = re.compile(r"^(\d{4})(\d{2})(\d{2})$")


@dataclass(frozen=True, eq=False)
class Table:
    """One table. ``columns``: our names and their headers -> (n,) cells; ``headers``: our name -> header; ``row``: (n,) row in the file; ``notes``: what was left out or chosen."""

    columns: Mapping[str, pd.Series]
    headers: Mapping[str, str]
    row: NDArray[np.int64]
    file: str
    sheet: str
    notes: tuple[Fault, ...] = ()

    def __len__(self) -> int:
        return len(self.row)

    def find(self, name: str) -> pd.Series | None:
        """The column of our name or of a header, in any spelling."""
        if name in self.columns:
            return self.columns[name]
        return next((cells for header, cells in self.columns.items() if normal(header) == normal(name)), None)

    def fault(self, problem: Text, remedy: Text, at: int | None = None, column: str = "") -> Fault:
        """A fault of record ``at``, in the column of our name or header."""
        return Fault(problem, remedy, self.file, self.sheet, None if at is None else int(self.row[at]), self.headers.get(column, column))

    def faults(self, places: Iterable[int], problem: Text, remedy: Text, column: str) -> list[Fault]:
        """One fault for each record, and beyond the first 20 one that counts the rest."""
        return first_few([self.fault(problem, remedy, i, column) for i in places])


def first_few(faults: Sequence[Fault]) -> list[Fault]:
    """The first 20 faults of one kind, and one that counts the rest."""
    if len(faults) <= _FEW:
        return list(faults)
    return [*faults[:_FEW], replace(faults[_FEW], problem=text("reading.and_more", count=len(faults) - _FEW), row=None)]


def load_table(folder: Path, spec: InputSpec, table: str, gathered: list[Fault] | None = None) -> Table:
    """Read ``spec`` as one of :data:`ENROLMENT_TABLES`.

    ``gathered`` takes the faults of single cells, which are then empty, so that a caller can tell them together with its own.

    Raises
    ------
    DataError : every fault of the file; with ``gathered`` those of its columns alone
    """
    raw = _read(folder, spec, table)
    found = Found(spec.path, raw.sheet)
    if Path(spec.path).suffix.lower() not in _DELIMITED:
        raw = RawTable(raw.frame.map(_plain_date), raw.row, raw.sheet, notes=raw.notes)
    headers = _headers(raw, table, spec, found)
    raw = _filtered(raw, headers, spec, found)
    of_columns = [f for f in (*raw.notes, *found.faults) if f.severity == "error"]
    columns: dict[str, pd.Series] = {str(h): raw.frame[h] for h in raw.frame.columns}
    for column in ENROLMENT_TABLES[table]:
        if column.name in headers:
            columns[column.name] = _typed(raw, column, headers[column.name], spec, found)
    errors = [f for f in (*raw.notes, *found.faults) if f.severity == "error"]
    if of_columns or (errors and gathered is None):
        raise DataError(_unquoted(errors))
    if gathered is not None:
        gathered += _unquoted(errors)
    notes = _unquoted(f for f in (*raw.notes, *found.faults) if f.severity != "error" and f.problem.key != "reading.decoded")
    return Table(columns, headers, raw.row, spec.path, raw.sheet, tuple(notes))


def _read(folder: Path, spec: InputSpec, table: str) -> RawTable:
    from districting.reading.formats import delimited, sheets

    path = folder / spec.path
    suffix = path.suffix.lower()
    if suffix not in _SUFFIXES:
        raise DataError(Fault(text("reading.unknown_format", suffix=suffix), text("reading.known_formats", names=list(_SUFFIXES)), file=spec.path))
    if not is_file(path):
        raise DataError(Fault(text("reading.missing_file"), text("reading.check_path", folder=path.parent.name or "."), file=spec.path))
    raw = (delimited if suffix in _DELIMITED else sheets).read(path, spec, table)
    if not len(raw.frame):
        raise DataError(Fault(text("reading.empty"), text("reading.fill_table"), file=spec.path, sheet=raw.sheet))
    return raw


def _headers(raw: RawTable, table: str, spec: InputSpec, found: Found) -> dict[str, str]:
    """Our name -> their header; the mapping of the rules wins."""
    theirs = [str(c) for c in raw.frame.columns]
    known = {c.name for c in ENROLMENT_TABLES[table]}
    chosen: dict[str, str] = {}
    for name in spec.values:
        if name not in known:
            found.add(text("enrolment.unknown_column"), text("enrolment.known_columns", names=_plain_names(known)), column=name)
    for name, header in spec.columns.items():
        match = next((h for h in theirs if normal(h) == normal(header)), None)
        if name not in known:
            found.add(text("enrolment.unknown_column"), text("enrolment.known_columns", names=_plain_names(known)), column=name)
        elif match is None:
            found.add(text("reading.no_header", header=header), text("enrolment.check_header"), column=header)
        else:
            chosen[name] = match
    index, used = header_index(table), set(chosen.values())
    for header in theirs:
        ours = index.get(normal(re.sub(r"\.\d+$", "", header)))
        if ours is None or ours in spec.columns or header in used:
            continue
        if ours in chosen:
            found.add(text("enrolment.two_headers", name=ours), text("enrolment.choose_header", name=ours), column=header)
        chosen.setdefault(ours, header)
    for column in ENROLMENT_TABLES[table]:
        if column.required and column.name not in chosen and column.name not in spec.columns:
            found.add(
                text("enrolment.no_column", name=column.name),
                text("enrolment.name_column", known=list(column.headers[:5]), name=column.name),
                column=column.header_zh,
            )
    return chosen


def _plain_names(known: set[str]) -> list[str]:
    """Our names, of the many wishes the first three."""
    return sorted(known - {f"wish_{n}" for n in range(4, 99)})


def _filtered(raw: RawTable, headers: Mapping[str, str], spec: InputSpec, found: Found) -> RawTable:
    if spec.where is None:
        return raw
    columns = {str(c): raw.frame[c] for c in raw.frame.columns}
    columns.update({name: raw.frame[header] for name, header in headers.items()})
    try:
        keep = rows_where(spec.where, columns, len(raw.frame))
    except WhereError as error:
        found.add(text("reading.bad_where", part=str(error)), text("enrolment.where_language"), column="where")
        return raw
    if not keep.any():
        found.add(text("reading.where_empty", where=spec.where), text("reading.check_where"), column="where")
    return raw.take(keep)


def _typed(raw: RawTable, column: Column, header: str, spec: InputSpec, found: Found) -> pd.Series:
    cells = raw.frame[header]
    lost = np.array([isinstance(c, LostCell) for c in cells.unique()], dtype=bool)
    if lost.any():
        lost = cells.map(lambda c: isinstance(c, LostCell)).to_numpy(dtype=bool)
        _say(lost, "enrolment.lost_cell", "reading.mend_cell", raw, header, found)
        cells = cells.mask(lost, None)
    values = {k: str(v) for k, v in spec.values.get(column.name, {}).items()}
    plain = _plain_text(cells, values)
    if column.kind in ("number", "integer") or column.unit == "date":
        plain = plain.map({value: plain_digits(value) for value in plain.dropna().unique()}).astype("object")
    if column.kind == "bool":
        low = plain.str.casefold()
        _say((plain.notna() & ~low.isin(YES | NO)).to_numpy(), "enrolment.not_bool", "reading.write_bool", raw, header, found)
        return low.isin(YES)
    if column.kind in ("number", "integer"):
        numbers = pd.to_numeric(plain, errors="coerce").astype("float64")
        wrong = plain.notna() & (~np.isfinite(numbers) | ((numbers % 1 != 0) if column.kind == "integer" else False))
        if column.minimum is not None:
            wrong |= numbers < column.minimum
        _say(wrong.to_numpy(), "enrolment.not_number", "enrolment.write_number", raw, header, found)
        return numbers
    if column.unit == "date":
        dates = plain.map({value: iso_date(value) for value in plain.dropna().unique()})
        _say((plain.notna() & dates.isna()).to_numpy(), "enrolment.not_date", "enrolment.write_date", raw, header, found)
        return dates
    return plain


def _plain_text(cells: pd.Series, values: Mapping[str, str]) -> pd.Series:
    """Cells as :func:`districting.reading.typed.text_cells` has them, in their mapped ``values``, as plain objects and None; each spelling is looked at once."""
    spellings = [c for c in cells.unique() if isinstance(c, str)]
    plain = text_cells(pd.Series(spellings, dtype="object")).to_numpy(dtype=object)
    known = {given: values.get(c, c) for given, c in zip(spellings, plain, strict=True) if isinstance(c, str)}
    found = cells.map(known).astype("object")
    other = (cells.notna() & found.isna()).to_numpy()
    if other.any():
        rest = text_cells(cells[other].map(lambda c: None if c in known or isinstance(c, str) else c))
        found[other] = [values.get(c, c) if isinstance(c, str) else None for c in rest]
    return found.where(found.notna(), None)


def plain_digits(value: str) -> str:
    """Digits of any script as 0-9, and the Arabic decimal point as a point.

    >>> plain_digits("٧٠٫٥"), plain_digits("１２"), plain_digits("十二")
    ('70.5', '12', '十二')
    """
    if value.isascii():
        return value
    return "".join("." if c == "\u066b" else str(unicodedata.decimal(c, c)) for c in value)


def iso_date(value: str) -> str | None:
    """A date, with its time if it has one, in a spelling that sorts; None where it is no date.

    >>> iso_date("2026年3月1日"), iso_date("20260301"), iso_date("2026/3/1 9:05"), iso_date("2026-02-30")
    ('2026-03-01', '2026-03-01', '2026-03-01 09:05:00', None)
    """
    match = _DATE.match(value) or _COMPACT.match(value)
    if match is None:
        return None
    parts = [int(p) for p in match.groups() if p is not None]
    try:
        moment = dt.datetime(*parts)  # type: ignore[arg-type]
    except ValueError:
        return None
    return moment.isoformat(sep=" ") if any(parts[3:]) else moment.date().isoformat()


def _plain_date(cell: Any) -> Any:
    """A date of a spreadsheet as sortable text."""
    if isinstance(cell, dt.datetime):
        return cell.isoformat(sep=" ") if cell.time() != dt.time() else cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, dt.date) else cell


def _say(wrong: NDArray[np.bool_], problem: str, remedy: str, raw: RawTable, header: str, found: Found) -> None:
    places = np.flatnonzero(wrong)
    for i in places[:_FEW]:
        found.add(text(problem), text(remedy), row=int(raw.row[i]), column=header)
    if len(places) > _FEW:
        found.add(text("reading.and_more", count=len(places) - _FEW), text(remedy), column=header)


def _unquoted(faults: Iterable[Fault]) -> list[Fault]:
    return [replace(f, problem=text("enrolment.row_left_out")) if f.problem.key in _QUOTING else f for f in faults]
