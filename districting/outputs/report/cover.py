"""The cover list: the twelve deliverables, which are here under which name, which are not and why; and what is to be filled in by hand."""

from __future__ import annotations

from typing import Any

from districting.outputs.report.chapter_files import by_hand_table
from districting.outputs.report.facts import Report
from districting.outputs.report.parts import Chapter, Heading, Para, Part, Table
from districting.outputs.report.words import no_bound_sides
from districting.outputs.workbook import Cell
from districting.wording import say

_MANY = 4


def cover_rows(report: Report) -> list[dict[str, Any]]:
    """Every document of the registry: number (0: none of the twelve), key, title, files, and why there is none ("" if there is)."""
    from districting.outputs.report.registry import DOCUMENTS

    rows = []
    for document in DOCUMENTS:
        why = document.missing(report)
        files = [] if why is not None else list(document.files(report))
        rows.append(
            {
                "number": document.number,
                "key": document.key,
                "title": say(f"report.doc_{document.key}", report.lang),
                "files": files,
                "missing": "" if why is None else why.say(report.lang),
            }
        )
    return rows


def cover_chapter(report: Report) -> Chapter:
    """The list as a chapter."""
    lang = report.lang
    rows: list[list[Cell]] = [[f"（{r['number']}）" if r["number"] else "", r["title"], _files(r["files"], lang), r["missing"]] for r in cover_rows(report)]
    heads = tuple(say(f"report.column_{c}", lang) for c in ("deliverable", "document", "files", "missing"))
    parts: list[Part] = [Para(say("report.cover_intro", lang)), Table(say("report.doc_cover", lang), heads, rows, weights=(1, 3.5, 4.5, 5))]
    hand = by_hand_table(report)
    if hand.rows:
        parts += [Heading(hand.name), hand]
    for stage, zones in report.zones.items():
        open_sides = sum(no_bound_sides(z) for z in zones)
        if open_sides:
            parts.append(Para(say("report.open_sides", lang, stage=say(f"word.{stage}", lang), zones=open_sides), "note"))
    return Chapter("cover", say("report.doc_cover", lang), tuple(parts))


def _files(names: list[str], lang: str) -> str:
    """Names in one cell; many maps as one entry with their number."""
    pictures = [n for n in names if n.endswith(".png")]
    if len(pictures) > _MANY:
        names = [n for n in names if n not in pictures[1:]]
        names[names.index(pictures[0])] = say("report.many_pictures", lang, count=len(pictures))
    return ("、" if lang == "zh" else ", ").join(names)
