"""Rows of cells to a frame: where the header stands (titles above it, one or two lines), which rows are totals, which are blank."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.model.settings import InputSpec
from districting.reading.schema import header_index, normal
from districting.reading.table import Found
from districting.wording import text

_TOTALS = re.compile(r"^(合\s*计|小\s*计|总\s*计|共\s*计|全(区|县|市)合计|total|sum|subtotal)[:：]?$", re.IGNORECASE)
_SEARCHED = 15


def from_rows(rows: list[list[Any]], table: str, spec: InputSpec, found: Found) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    """Frame under the file's headers, and the row (from 1) of each record. Titles, blank rows and totals are left out, totals with a note."""
    width = max((len(r) for r in rows), default=0)
    cells = [[_clean(c) for c in r] + [None] * (width - len(r)) for r in rows]
    at, depth = _find_header(cells, {*header_index(table), *(normal(h) for h in spec.columns.values() if h)})
    headers = _headers(cells[at : at + depth], width)
    kept, row = [], []
    for number, record in enumerate(cells[at + depth :], start=at + depth + 1):
        filled = [c for c in record if c is not None]
        if not filled:
            continue
        if any(isinstance(c, str) and _TOTALS.match(c) for c in record[:3]):
            found.add(text("reading.total_row", label=str(filled[0])), text("reading.total_row_remedy"), row=number, warning=True)
            continue
        kept.append(record)
        row.append(number)
    frame = pd.DataFrame({h: pd.Series([r[i] for r in kept], dtype="object") for i, h in enumerate(headers) if h})
    return frame, np.array(row, dtype=np.int64)


def _clean(cell: Any) -> Any:
    if isinstance(cell, str):
        cell = cell.replace("\u3000", " ").strip()
        return cell or None
    return cell


def _find_header(cells: list[list[Any]], known: set[str]) -> tuple[int, int]:
    """Position and depth (1 or 2 lines) of the header: the place where most cells are known headers."""
    best, place = 0, (0, 1)
    for at in range(min(_SEARCHED, len(cells))):
        for depth in (1, 2):
            if at + depth > len(cells):
                continue
            names = [h for h in _headers(cells[at : at + depth], len(cells[at])) if h]
            score = len({normal(h) for h in names} & known)
            if score > best:
                best, place = score, (at, depth)
    return place


def _headers(lines: list[list[Any]], width: int) -> list[str]:
    """One header per column; two lines are joined, unless they say the same or only one says anything."""
    names: list[str] = []
    for i in range(width):
        parts: list[str] = []
        for line in lines:
            part = "" if line[i] is None else str(line[i])
            if part and part not in parts:
                parts.append(part)
        name = "".join(parts)
        taken = name
        count = 2
        while name and taken in names:
            taken, count = f"{name}.{count}", count + 1
        names.append(taken)
    return names
