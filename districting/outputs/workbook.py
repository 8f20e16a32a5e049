"""A workbook of tables for people: a title, for whom it is, a note, a header, cells that no spreadsheet takes for a formula; ready to print on A4."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from districting.model.draft_mark import is_draft
from districting.model.plan import Plan
from districting.outputs.atomic import atomic_path
from districting.outputs.tables import CREATED
from districting.wording import say

Cell = str | int | float
Row = Sequence[Cell]
WIDEST: Final = 60
"""Columns are as wide as their longest cell, up to so many characters; what is longer is wrapped."""
PAPER_A4: Final = 9


class Share(float):
    """A share of 0 to 1 that is shown in percent."""


class Formula(float):
    """A number that the spreadsheet works out itself from cells of its row, ``{r}`` in ``rule``; our value stands in it until then. ``share``: shown in percent."""

    rule: str
    share: bool

    def __new__(cls, value: float, rule: str, *, share: bool = False) -> Formula:
        made = super().__new__(cls, value)
        made.rule, made.share = rule, share
        return made


@dataclass(frozen=True)
class Sheet:
    """One table. ``columns``: the headers; ``table``: the table of the plan it comes from, if that decides who may see it."""

    name: str
    columns: tuple[str, ...]
    rows: list[Row]
    note: str
    table: str = ""


def marks_of(plan: Plan, audience: Literal["internal", "public"], lang: str) -> list[str]:
    """What every sheet says of itself: that it is not for the public, and that the plan is a draft until its risk is assessed."""
    marks = [say("governance.internal", lang)] if audience == "internal" else []
    return [*marks, say("governance.draft", lang)] if is_draft(plan) else marks


def write_book(path: str | Path, sheets: Sequence[Sheet], title: Callable[[Sheet], str], marks: Sequence[str]) -> None:
    """Write ``sheets`` in their order, whole or not at all. Text stays text, whatever it begins with; the same sheets give the same bytes.

    Raises
    ------
    OutputError : the file cannot be written; what stood there is unchanged
    """
    import xlsxwriter

    with atomic_path(path) as temporary, xlsxwriter.Workbook(temporary, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"created": CREATED})
        looks = _looks(book)
        for sheet in sheets:
            _write_sheet(book.add_worksheet(sheet.name), sheet, title(sheet), marks, looks)


def _looks(book: Any) -> dict[str, Any]:
    edge = {"border": 1, "border_color": "#BFBFBF", "valign": "top", "text_wrap": True}
    return {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "mark": book.add_format({"bold": True, "font_color": "#C00000"}),
        "note": book.add_format({"font_color": "#595959"}),
        "head": book.add_format({**edge, "bold": True, "bg_color": "#DDEBF7", "valign": "vcenter", "align": "center"}),
        "text": book.add_format({**edge, "num_format": "@"}),
        "small": book.add_format({**edge, "num_format": "0.0##"}),
        "middle": book.add_format({**edge, "num_format": "#,##0.0#"}),
        "whole": book.add_format({**edge, "num_format": "#,##0"}),
        "share": book.add_format({**edge, "num_format": "0.0%"}),
    }


_SMALL: Final = 10.0
_LARGE: Final = 1000.0
"""Below and from which numbers are shown to three digits behind the point and to none."""


def _look_of(value: Cell) -> str:
    if isinstance(value, str):
        return "text"
    if isinstance(value, Share) or (isinstance(value, Formula) and value.share):
        return "share"
    if isinstance(value, int) or value == round(value) or abs(value) >= _LARGE:
        return "whole"
    return "small" if abs(value) < _SMALL else "middle"


def _write_sheet(at: Any, sheet: Sheet, title: str, marks: Sequence[str], looks: dict[str, Any]) -> None:
    lines = [(title, "title"), *((m, "mark") for m in marks), (sheet.note, "note")]
    for row, (line, look) in enumerate(lines):
        at.write_string(row, 0, line, looks[look])
    top = len(lines)
    for column, head in enumerate(sheet.columns):
        at.write_string(top, column, head, looks["head"])
        cells = [_shown(r[column]) for r in sheet.rows]
        at.set_column(column, column, min(WIDEST, max(_width(c) for c in [head, *cells]) + 3))
    for row, cells_of_row in enumerate(sheet.rows, start=top + 1):
        for column, value in enumerate(cells_of_row):
            look = _look_of(value)
            if isinstance(value, Formula):
                at.write_formula(row, column, value.rule.format(r=row + 1), looks[look], float(value))
                continue
            (at.write_string if look == "text" else at.write_number)(row, column, value, looks[look])
    if sheet.rows:
        at.autofilter(top, 0, top + len(sheet.rows), len(sheet.columns) - 1)
    at.freeze_panes(top + 1, 1)
    at.set_landscape()
    at.set_paper(PAPER_A4)
    at.fit_to_pages(1, 0)
    at.repeat_rows(top)
    at.set_header("&L" + " · ".join(marks) + "&R&A")
    at.set_footer("&C&P / &N")


def _shown(value: Cell) -> str:
    """A cell as its format shows it."""
    if isinstance(value, str):
        return value
    digits = {"share": ".1%", "whole": ",.0f", "small": ".3f", "middle": ",.2f"}
    return format(value, digits[_look_of(value)])


def _width(cell: str) -> int:
    """Characters of a cell, wide ones as two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in cell)
