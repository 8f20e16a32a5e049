"""The workbook of a report: what planners open first. One sheet a subject; ids are text, numbers are numbers, seat use is worked out by the spreadsheet itself."""

from __future__ import annotations

from pathlib import Path

from districting.outputs.report.book_places import blocks_sheet, districts_sheet, schools_sheet
from districting.outputs.report.book_plan import changes_sheet, findings_sheet, pairs_sheet, parameters_sheet, summary_sheet
from districting.outputs.report.chapters import log_chapter
from districting.outputs.report.facts import Report
from districting.outputs.report.parts import clean, sheet_name
from districting.outputs.workbook import Cell, Sheet, marks_of, write_book
from districting.wording import say

SHEETS = (summary_sheet, schools_sheet, blocks_sheet, districts_sheet, pairs_sheet, changes_sheet, findings_sheet, parameters_sheet)
"""A new sheet is one function here: it gives None where the plan or the audience has nothing for it."""


def book_sheets(report: Report) -> list[Sheet]:
    """The sheets that this plan and audience have, in order; the data log last."""
    made = [sheet for make in SHEETS if (sheet := make(report)) is not None]
    log = [Sheet(t.name, t.columns, [list(row) for row in t.rows], t.note) for t in log_chapter(report).tables]
    taken: set[str] = set()
    return [Sheet(sheet_name(s.name, taken), s.columns, [[_safe(c) for c in row] for row in s.rows], s.note) for s in (*made, *log)]


def write_workbook(report: Report, path: Path) -> None:
    """All of :func:`book_sheets` in one file; the same report gives the same bytes."""
    plan = report.plan
    title = say("book.title", report.lang, name=plan.name, year=plan.year)
    write_book(path, book_sheets(report), lambda sheet: clean(f"{title} {sheet.name}"), marks_of(plan, report.audience, report.lang))


def _safe(cell: Cell) -> Cell:
    return clean(cell) if isinstance(cell, str) else cell
