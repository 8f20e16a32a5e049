"""Chapters written as workbook, Word document and PDF, each with its title, marks and date."""

from __future__ import annotations

from pathlib import Path

from districting.model.draft_mark import RISK_LEVELS, is_draft
from districting.outputs.report import chapters, maps
from districting.outputs.report.docx_file import write_docx
from districting.outputs.report.facts import Report
from districting.outputs.report.notice import NOTICE_COLUMNS, by_hand, closings, notice_chapter, notice_table, notice_title
from districting.outputs.report.parts import Chapter, Heading, Picture, Table, clean, sheet_name
from districting.outputs.report.pdf_file import write_pdf
from districting.outputs.workbook import Cell, Sheet, marks_of, write_book
from districting.wording import say


def marks(report: Report) -> list[str]:
    """What every document says of itself."""
    return marks_of(report.plan, report.audience, report.lang)


def title_of(report: Report, chapter: Chapter) -> str:
    """示范市2026年划片方案."""
    return clean(say("report.doc_title", report.lang, name=report.plan.name, year=report.plan.year, document=chapter.title))


def chapter_book(report: Report, chapter: Chapter, path: Path) -> None:
    """A sheet for every table."""
    _book(report, title_of(report, chapter), chapter.tables, path)


def chapter_docx(report: Report, chapter: Chapter, path: Path) -> None:
    """One Word document."""
    write_docx(path, [chapter], title_of(report, chapter), _page_words(report))


def notice_book(report: Report, path: Path) -> None:
    """The notice, a sheet per stage; what to fill in by hand; the closing sentences."""
    tables = [notice_table(report, stage) for stage in report.zones]
    closing = Table(say("report.notes", report.lang), (say("report.notes", report.lang),), [[words] for words in closings(report)])
    _book(report, say("report.doc_notice", report.lang), [*tables, closing, by_hand_table(report)], path)


def by_hand_table(report: Report) -> Table:
    """What the plan does not know: to be filled in by hand."""
    lang = report.lang
    rows: list[list[Cell]] = []
    for stage in report.zones:
        for column, short, total in by_hand(report, stage):
            name = say(f"report.column_{column}", lang) if column in NOTICE_COLUMNS else say("report.classes_of_plan", lang)
            rows.append([say(f"word.{stage}", lang), name, short, total])
    heads = tuple(say(f"report.column_{c}", lang) for c in ("stage", "field", "rows_blank", "rows"))
    return Table(say("report.by_hand", lang), heads, rows, say("report.by_hand_note", lang))


def notice_docx(report: Report, path: Path) -> None:
    """The notice with its maps, as Word."""
    chapter = notice_chapter(report)
    write_docx(path, [Chapter(chapter.key, chapter.title, (*chapter.parts, *_pictures(report, "zones")))], _notice_title(report), _page_words(report))


def notice_pdf(report: Report, path: Path) -> None:
    """The notice with its maps, as PDF."""
    write_pdf(path, [notice_chapter(report), *_map_chapters(report, "zones")], _notice_title(report), _cover(report), marks(report), report.lang)


def whole_pdf(report: Report, path: Path) -> None:
    """Everything that is text or table in one PDF, with the overall maps."""
    from districting.outputs.report.cover import cover_chapter

    plan, made = report.plan, [cover_chapter(report)]
    if report.zones:
        made += [notice_chapter(report), chapters.zoning_chapter(report)]
    if len(plan.districts):
        made.append(chapters.districts_chapter(report))
    if len(plan.feeders):
        made.append(chapters.feeders_chapter(report))
    if any(z.seats for zones in report.zones.values() for z in zones):
        made.append(chapters.seats_chapter(report))
    if plan.recorded("risk", "level") in RISK_LEVELS:
        made.append(chapters.risk_chapter(report))
    if report.zones:
        made.append(chapters.consultation_chapter(report))
    title = clean(say("report.doc_title", report.lang, name=plan.name, year=plan.year, document=say("report.doc_whole", report.lang)))
    write_pdf(path, [*made, *_map_chapters(report)], title, _cover(report), marks(report), report.lang)


def _map_chapters(report: Report, only: str = "") -> list[Chapter]:
    pictures = _pictures(report, only)
    return [Chapter("maps", say("report.doc_maps", report.lang), tuple(pictures))] if pictures else []


def _pictures(report: Report, only: str = "") -> list[Picture | Heading]:
    return [Picture(maps.map_png(report, m), maps.map_title(report, m)) for m in maps.overall_maps(report) if only in ("", m.kind)]


def _book(report: Report, title: str, tables: list[Table], path: Path) -> None:
    taken: set[str] = set()
    sheets = [
        Sheet(sheet_name(t.name, taken), tuple(clean(c) for c in t.columns), [[clean(c) if isinstance(c, str) else c for c in row] for row in t.rows], t.note)
        for t in tables
    ]
    if not sheets:
        sheets = [Sheet(sheet_name(title, taken), (), [], say("report.empty", report.lang))]
    write_book(path, sheets, lambda sheet: f"{title} · {sheet.name}", marks(report))


def _notice_title(report: Report) -> str:
    stages = list(report.zones)
    if len(stages) == 1:
        return notice_title(report, stages[0])
    return clean(say("report.doc_title", report.lang, name=report.plan.name, year=report.plan.year, document=say("report.doc_notice", report.lang)))


def _cover(report: Report) -> list[str]:
    lines = [say(f"report.for_{report.audience}", report.lang), say("report.data_year", report.lang, year=report.plan.year)]
    lines.append(say("report.map_review", report.lang, number=report.map_number or "____________"))
    if not is_draft(report.plan):
        lines.append(say("report.risk_level", report.lang, level=say(f"risk.level_{report.plan.recorded('risk', 'level')}", report.lang)))
    return lines


def _page_words(report: Report) -> tuple[str, str]:
    return say("report.page_before", report.lang), say("report.page_after_short", report.lang)
