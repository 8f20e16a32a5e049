"""调整公告: for every school the estates that are added and those that move away, address exceptions, temporary zones (policy 4.1, adjustment notice)."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import pandas as pd

from districting.outputs.report.facts import Report
from districting.outputs.report.moves import Move, block_names, moves_of
from districting.outputs.report.notice import closings, draft_mark, signature
from districting.outputs.report.parts import Chapter, Para, Part, Table
from districting.outputs.workbook import Cell
from districting.wording import say

MOST_NAMES = 60


def has_adjustments(report: Report) -> bool:
    """Whether anything changes, is an exception, or is temporary."""
    return bool(_tables(report))


def adjustments_chapter(report: Report) -> Chapter:
    """The notice of changes: tables, the days for comments, where to write, standard closing sentences."""
    lang, plan = report.lang, report.plan
    parts: list[Part] = [*draft_mark(report), Para(say("adjustments.intro", lang, name=plan.name, year=plan.year))]
    parts += _tables(report)
    parts += [Para(say("report.consult_days", lang, days=int(report.rules.consult_days))), Para(say("report.consult_ways", lang))]
    parts += [Para(words, "item") for words in closings(report)]
    return Chapter("adjustments", say("report.doc_adjustments", lang), (*parts, *signature(report)))


@lru_cache(maxsize=4)
def _tables(report: Report) -> tuple[Table, ...]:
    """Worked out once for a report, as contents, workbook and documents all ask for them."""
    plan, lang = report.plan, report.lang
    found = list[Table]()
    for stage in plan.zoned_stages:
        moves = moves_of(plan, stage)
        if moves:
            columns = tuple(say(f"adjustments.head_{c}", lang) for c in ("school", "added", "moved", *(() if plan.for_public else ("pupils_in", "pupils_out"))))
            found.append(
                Table(
                    say("adjustments.changes", lang, stage=say(f"word.{stage}", lang)), columns, _rows(report, moves), weights=(2, 4, 4, 1, 1)[: len(columns)]
                )
            )
    if len(plan.exceptions):
        columns = tuple(say(f"adjustments.head_{c}", lang) for c in ("block", "stage", "school", "reason", "until"))
        found.append(Table(say("adjustments.exceptions", lang), columns, _exceptions(report)))
    if "address_exceptions" in plan.blocks.columns and (doors := _doors(report)):
        found.append(Table(say("adjustments.doors", lang), tuple(say(f"adjustments.head_{c}", lang) for c in ("block", "exceptions")), doors))
    return tuple(found)


def _rows(report: Report, moves: list[Move]) -> list[list[Cell]]:
    """One row for every school that gains or loses an estate, in the order of their names."""
    plan, lang = report.plan, report.lang
    semicolon = "；" if lang == "zh" else "; "
    rows: list[list[Cell]] = []
    for school in sorted({s for m in moves for s in (m.old, m.new) if s}, key=lambda s: (report.school(s), s)):
        gained, lost = [m for m in moves if m.new == school], [m for m in moves if m.old == school]
        added = [
            say("adjustments.from" if m.old else "adjustments.new", lang, names=block_names(plan, m.blocks, lang, MOST_NAMES), school=report.school(m.old))
            for m in gained
        ]
        moved = [say("adjustments.to", lang, names=block_names(plan, m.blocks, lang, MOST_NAMES), school=report.school(m.new)) for m in lost]
        rows.append(
            [
                report.school(school),
                semicolon.join(added),
                semicolon.join(moved),
                *([] if plan.for_public else [round(sum(m.pupils for m in of)) for of in (gained, lost)]),
            ]
        )
    return rows


def _exceptions(report: Report) -> list[list[Cell]]:
    """Blocks that were given their school by decision; ``until`` marks a temporary zone."""
    lang = report.lang
    rows: list[list[Cell]] = []
    for r in report.plan.exceptions.to_dict(orient="records"):
        until: Any = r["temporary_until"]
        end = say("adjustments.permanent", lang) if pd.isna(until) else say("adjustments.temporary", lang, year=int(until))
        rows.append(
            [
                _block(report, str(r["block_id"])),
                say(f"word.{r['stage']}", lang),
                report.school(str(r["school_id"])),
                str(r["reason"]) if pd.notna(r["reason"]) else "",
                end,
            ]
        )
    return rows


def _doors(report: Report) -> list[list[Cell]]:
    cells = report.plan.blocks["address_exceptions"]
    return [[_block(report, str(i)), str(c)] for i, c in zip(report.plan.blocks["block_id"], cells, strict=True) if isinstance(c, str) and c.strip()]


def _block(report: Report, block_id: str) -> str:
    name = report.plan.blocks.loc[report.plan.blocks["block_id"] == block_id, "name"]
    return str(name.iloc[0]) if len(name) and isinstance(name.iloc[0], str) and name.iloc[0] else block_id
