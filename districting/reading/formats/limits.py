"""How much a file may hold before it is read: an archive of a few kilobytes can unpack to more than any machine has."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

from districting.model.settings import InputSpec
from districting.reading.table import fail
from districting.wording import text

MOST_COLUMNS: Final = 16_384
"""What a worksheet can be wide; a table of schools or blocks has tens."""
MOST_CELLS: Final = 50_000_000
"""Between the first and the last cell that hold anything: the library keeps a place for each."""
MOST_BYTES: Final = 2 << 30
"""What the members of an archive may unpack to together; a part of a shapefile can hold no more."""

_TABLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_ROW: Final = re.compile(rb'<(?:\w+:)?row [^>]*?\br="(\d+)"')
_REFERENCE: Final = re.compile(rb'\br="([A-Z]{1,3})\d+"')
_REPEATED: Final = re.compile(rb'number-(?:rows|columns)-repeated="(\d+)"')


def refuse_wide(columns: int, file: str) -> None:
    """Raises
    ------
    DataError : more columns than any table has
    """
    if columns > MOST_COLUMNS:
        raise fail(file, text("sources.too_many_columns", count=columns, most=MOST_COLUMNS), text("sources.check_separator"))


def refuse_bomb(archive: zipfile.ZipFile, file: str) -> None:
    """Raises
    ------
    DataError : the members say that they unpack to more than :data:`MOST_BYTES`
    """
    unpacked = sum(i.file_size for i in archive.infolist())
    if unpacked > MOST_BYTES:
        raise fail(file, text("sources.unpacks_too_large", gib=unpacked / 2**30, most=MOST_BYTES >> 30), text("sources.delete_what_is_not_needed"))


def refuse_huge_book(path: Path, spec: InputSpec) -> None:
    """Raises
    ------
    DataError : a workbook whose sheets would take more memory than a table of a province
    """
    if path.suffix.lower() not in (".xlsx", ".ods") or not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as book:
        refuse_bomb(book, spec.path)
        for info in book.infolist():
            if re.fullmatch(r"xl/worksheets/[^/]+\.xml", info.filename):
                cells = _cells_of_sheet(book.read(info))
            elif info.filename == "content.xml":
                cells = _cells_of_document(book.read(info))
            else:
                continue
            if cells > MOST_CELLS:
                raise fail(spec.path, text("sources.too_many_cells", count=cells, most=MOST_CELLS), text("sources.delete_far_cells"))


def _cells_of_sheet(data: bytes) -> int:
    """Rows times columns up to the last cell of a worksheet; 0 where so few rows are no matter, however wide.

    >>> _cells_of_sheet(b'<row r="1"><c r="A1"/></row><row r="90000"><c r="AB90000"/></row>')
    2520000
    """
    rows = max((int(r) for r in _ROW.findall(data)), default=0)
    if rows * MOST_COLUMNS <= MOST_CELLS:
        return 0
    return rows * max((_number(c) for c in set(_REFERENCE.findall(data))), default=0)


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + letter - ord("A") + 1
    return number


def _cells_of_document(data: bytes) -> int:
    """Cells of an OpenDocument sheet that hold something, each as often as it is said to be repeated."""
    repeats = sorted((int(r) for r in _REPEATED.findall(data)), reverse=True)
    if not repeats or repeats[0] < 1000:
        return 0
    cells = 0
    try:
        for row in ElementTree.fromstring(data).iter(f"{_TABLE}table-row"):
            filled = [c for c in row if len(c)]
            times = int(row.get(f"{_TABLE}number-rows-repeated", 1))
            cells += times * sum(int(c.get(f"{_TABLE}number-columns-repeated", 1)) for c in filled)
    except (ElementTree.ParseError, ValueError):
        return 0  # the reader refuses it in its own words
    return cells
