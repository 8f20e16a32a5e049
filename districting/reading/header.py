"""Rows of cells to a frame: where the header stands (titles above it, one or two lines), which rows are totals or footers, which are blank."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.model.settings import InputSpec
from districting.reading.footer import Footer
from districting.reading.schema import header_index, normal
from districting.reading.table import Found, LostCell
from districting.wording import text

_TOTALS: Final = re.compile(r"^(合\s*计|小\s*计|总\s*计|共\s*计|全(区|县|市)合计|total|sum|subtotal)[:：]?$", re.IGNORECASE)
_UNIT: Final = re.compile(r"^([(（\[【].*[)）\]】]|人|个|所|班|间|台|册|元|万元|米|公里|平方米|m|m2|㎡|%)$")
_SEARCHED: Final = 15


def from_rows(rows: list[list[Any]], table: str, spec: InputSpec, found: Found, lines: Sequence[int] | None = None) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    """Frame under the file's headers, and the row (from 1) of each record. Titles, blank rows, totals and footers are left out, the last two with a note.

    ``lines``: the line each row starts at, in delimited text, where a row that is longer or shorter than the header is a fault.
    """
    width = max((len(r) for r in rows), default=0)
    cells = [[_clean(c) for c in r] + [None] * (width - len(r)) for r in rows]
    place = list(lines) if lines is not None else list(range(1, len(rows) + 1))
    known = {*header_index(table), *(normal(h) for h in spec.columns.values() if h)}
    at, depth = _find_header(cells, known)
    headers = _headers(cells[at : at + depth], width, known)
    footer = Footer()
    kept: list[int] = []
    for i in range(at + depth, len(cells)):
        record = cells[i]
        filled = [c for c in record if c is not None]
        if all(isinstance(c, LostCell) and not c.error for c in filled):
            continue
        if any(isinstance(c, str) and _TOTALS.match(c) for c in record[:3]):
            found.add(text("reading.total_row", label=str(filled[0])), text("reading.total_row_remedy"), row=place[i], warning=True)
        elif not footer.takes(filled, place[i], after=len(kept)):
            kept.append(i)
    footer.tell(found)
    if lines is not None:
        _ragged(rows, kept, place, max((len(r) for r in rows[at : at + depth]), default=0), found)
    else:
        _unheaded(cells, kept, place, headers, found)
    frame = pd.DataFrame({h: pd.Series([cells[i][c] for i in kept], dtype="object") for c, h in enumerate(headers) if h})
    return frame, np.array([place[i] for i in kept], dtype=np.int64)


def _clean(cell: Any) -> Any:
    if isinstance(cell, str):
        cell = cell.replace("\u3000", " ").strip()
        return cell or None
    return cell


def _ragged(rows: list[list[Any]], kept: list[int], place: list[int], wanted: int, found: Found) -> None:
    """Rows of delimited text with more or fewer cells than the header: a separator too many or too few moves every value behind it."""
    for i in kept:
        extra = any(_clean(c) is not None for c in rows[i][wanted:])
        if extra or len(rows[i]) < wanted:
            key = "reading.extra_cells" if extra else "reading.too_few_cells"
            found.add(text(key, cells=len(rows[i]), headers=wanted), text("reading.mend_separators"), row=place[i])


def _unheaded(cells: list[list[Any]], kept: list[int], place: list[int], headers: list[str], found: Found) -> None:
    """Cells under no header are not read: said once for each column."""
    for column in (c for c, h in enumerate(headers) if not h):
        filled = [place[i] for i in kept if cells[i][column] is not None]
        if filled:
            found.add(text("reading.no_header_above", count=len(filled)), text("reading.give_header"), row=filled[0], column=letters(column), warning=True)


def letters(column: int) -> str:
    """A spreadsheet's name of a column.

    >>> letters(0), letters(27)
    ('A', 'AB')
    """
    return (letters(column // 26 - 1) if column >= 26 else "") + chr(ord("A") + column % 26)


def _find_header(cells: list[list[Any]], known: set[str]) -> tuple[int, int]:
    """Position and depth (1 or 2 lines) of the header: the place where most cells are known headers."""
    best, place = 0, (0, 1)
    for at in range(min(_SEARCHED, len(cells))):
        for depth in (1, 2):
            if at + depth > len(cells):
                continue
            names = [h for h in _headers(cells[at : at + depth], len(cells[at]), known) if h]
            score = len({normal(h) for h in names} & known)
            if score > best or (score == best > 0 and depth == 2 and place == (at, 1) and _is_units(cells[at + 1])):
                best, place = score, (at, depth)
    return place


def _is_units(line: list[Any]) -> bool:
    """Whether a line under a header holds nothing but units."""
    filled = [c for c in line if c is not None]
    return bool(filled) and all(isinstance(c, str) and _UNIT.match(c) for c in filled)


def _headers(lines: list[list[Any]], width: int, known: set[str]) -> list[str]:
    """One header per column; two lines are joined, unless they say the same or only one says anything.

    Under a group title ("坐标" above "经度") the lower line alone is the header where that, and not the two together, is known.
    """
    columns = [list(dict.fromkeys(str(line[i]) for line in lines if line[i] is not None)) for i in range(width)]
    lower = Counter(normal(parts[-1]) for parts in columns if parts)
    names: list[str] = []
    given: set[str] = set()
    for parts in columns:
        name = "".join(parts)
        if len(parts) == 2 and _UNIT.match(parts[1]):
            name = parts[0]
        elif len(parts) == 2 and normal(name) not in known and normal(parts[1]) in known and lower[normal(parts[1])] == 1:
            name = parts[1]
        taken, count = name, 2
        while name and taken in given:
            taken, count = f"{name}.{count}", count + 1
        names.append(taken)
        given.add(taken)
    return names
