"""Workbooks (.xlsx, .xls, .ods) through python-calamine: the sheet, its cells, merged titles filled in, cells without a value marked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from districting.errors import DataError
from districting.model.settings import InputSpec
from districting.reading.formats.limits import refuse_huge_book
from districting.reading.formats.lost_cells import lost_cells
from districting.reading.header import from_rows
from districting.reading.table import Found, RawTable, fail, unreadable
from districting.wording import text


def read(path: Path, spec: InputSpec, table: str) -> RawTable:
    """Read one sheet. Without ``sheet`` the only sheet that holds anything is taken."""
    from python_calamine import CalamineWorkbook

    try:
        refuse_huge_book(path, spec)
        book = CalamineWorkbook.from_path(str(path))
        names = book.sheet_names
        chosen, sheet = _choose(book, names, spec)
        rows: list[list[Any]] = [list(r) for r in sheet.to_python(skip_empty_area=False)]
        merged = getattr(sheet, "merged_cell_ranges", None) or []
    except DataError:
        raise
    except Exception as error:  # the library raises its own kinds, a damaged zip raises others
        if _is_web_page(path):
            raise fail(spec.path, text("sources.web_page"), text("sources.web_page_as_book")) from None
        raise unreadable(spec.path, error) from None
    found = Found(spec.path, chosen)
    _fill_merged(rows, merged)
    for (r, c), lost in lost_cells(path, chosen).items():
        if r < len(rows) and c < len(rows[r]):
            rows[r][c] = lost
    frame, row = from_rows(rows, table, spec, found)
    return RawTable(frame, row, chosen, notes=tuple(found.faults))


def _is_web_page(path: Path) -> bool:
    """Whether it is HTML with a table in it, which web systems export under the name of a workbook. A page without one is none: it may ask to log in."""
    with path.open("rb") as file:
        start = file.read(1 << 20).lower().replace(b"\0", b"")
    return b"<table" in start and start.lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t").startswith(
        (b"<html", b"<!doctype html", b"<table", b"<meta", b"<head", b"<?xml")
    )


def _choose(book: Any, names: list[str], spec: InputSpec) -> tuple[str, Any]:
    """Name of the sheet and the sheet; each is parsed once, which takes longer than all that comes after."""
    if spec.sheet is not None:
        if spec.sheet in names:
            return spec.sheet, book.get_sheet_by_name(spec.sheet)
        raise fail(spec.path, text("reading.no_sheet", sheet=spec.sheet), text("reading.choose_sheet", names=names), sheet=spec.sheet)
    filled = [(n, sheet) for n in names if (sheet := book.get_sheet_by_name(n)).height > 0]
    if len(filled) > 1:
        raise fail(spec.path, text("reading.many_sheets"), text("reading.choose_sheet", names=[n for n, _ in filled]))
    if not filled:
        raise fail(spec.path, text("reading.empty"), text("reading.fill_table"))
    return filled[0]


def _fill_merged(rows: list[list[Any]], merged: list[Any]) -> None:
    """Repeat the text of a merged header cell over its range (only the first rows matter: a two-line header)."""
    for (top, left), (bottom, right) in merged:
        if top < 10 and bottom < len(rows):
            value = rows[top][left]
            for r in range(top, bottom + 1):
                for c in range(left, min(right + 1, len(rows[r]))):
                    rows[r][c] = value
