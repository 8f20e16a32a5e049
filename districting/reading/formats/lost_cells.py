"""Cells of an .xlsx that hold no value: formulas that no program has computed yet, and errors such as #REF!. The reading library shows both as blank."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

from districting.reading.table import LostCell

_MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REL_ID: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def lost_cells(path: Path, sheet: str) -> dict[tuple[int, int], LostCell]:
    """(row, column) from 0 -> what is wrong there; empty for other kinds of workbook."""
    if path.suffix.lower() != ".xlsx":
        return {}
    try:
        with zipfile.ZipFile(path) as book:
            part = _part_of(book, sheet)
            data = book.read(part) if part else b""
    except (zipfile.BadZipFile, KeyError, OSError, ElementTree.ParseError):
        return {}
    if b"<f" not in data and b't="e"' not in data:
        return {}
    return {_at(cell.get("r", "A1")): lost for cell in ElementTree.fromstring(data).iter(f"{_MAIN}c") if (lost := _lost(cell)) is not None}


def _lost(cell: Any) -> LostCell | None:
    value = cell.findtext(f"{_MAIN}v") or ""
    if cell.get("t") == "e":
        return LostCell(value or "#N/A")
    computed = value or cell.get("t") in ("str", "inlineStr")
    return None if computed or cell.find(f"{_MAIN}f") is None else LostCell()


def _part_of(book: zipfile.ZipFile, sheet: str) -> str:
    tree = ElementTree.fromstring(book.read("xl/workbook.xml"))
    wanted = next((s.get(_REL_ID) for s in tree.iter(f"{_MAIN}sheet") if s.get("name") == sheet), None)
    for relation in ElementTree.fromstring(book.read("xl/_rels/workbook.xml.rels")):
        if relation.get("Id") == wanted:
            target = relation.get("Target", "")
            return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return ""


def _at(reference: str) -> tuple[int, int]:
    """Position of "AB12", from 0."""
    found = re.match(r"([A-Z]+)(\d+)", reference)
    assert found is not None
    column = 0
    for letter in found.group(1):
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found.group(2)) - 1, column - 1
