"""The notice (公示): one row per zone under the columns that notices of this kind have; what the plan does not know stays blank and is named."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import pandas as pd

from districting.model.draft_mark import is_draft
from districting.outputs.estimate_words import estimate_sentence
from districting.outputs.report.facts import Report, ZoneFacts
from districting.outputs.report.parts import Chapter, Heading, Para, Part, Table, clean
from districting.outputs.report.words import bounds_text
from districting.wording import known, say

NOTICE_COLUMNS: Final = (
    *("number", "school", "type", "address", "plan", "area", "communities", "estates", "mode", "junior", "warning", "phone", "supervision", "period"),
)
"""The union of the columns of the notices seen (policy 4.1)."""

CLOSINGS: Final = ("proximity", "housing", "yearly", "overflow", "interpretation")
"""Sentences every notice ends with (policy 4.1)."""

_WEIGHTS: Final = (1.2, 3.6, 2.1, 2.2, 2.3, 10.6, 4.6, 5.4, 2.0, 2.2, 1.9, 2.0, 2.0, 1.8)
_VILLAGE: Final = re.compile(r"^(.+村)(\d+)组$")
_COMMUNITY: Final = re.compile(r"(村|组|社区|屯|寨|庄)$")
_PLACES: Final = ("communities", "estates")
"""A zone of villages has no estates, and the other way round: one of the two is enough."""
_BLANK_IS_RIGHT: Final = ("warning",)
"""A school without a warning has an empty cell that nobody need fill."""


def notice_rows(report: Report, stage: str) -> list[list[str]]:
    """Rows of :data:`NOTICE_COLUMNS`, all text; blank where the plan does not know."""
    known_of = _Known(report, stage)
    return [_row(known_of, zone) for zone in report.zones[stage]]


def by_hand(report: Report, stage: str) -> list[tuple[str, int, int]]:
    """(column, rows that lack it, rows) of what is to be filled in by hand. The classes of the intake, which no plan holds, count as ``classes``."""
    rows: list[list[Any]] = [list(row) for row in notice_rows(report, stage)]
    places = [NOTICE_COLUMNS.index(c) for c in _PLACES]
    rows = [[c or (i in places and any(row[p] for p in places)) for i, c in enumerate(row)] for row in rows]
    lacking = [(c, sum(not row[i] for row in rows), len(rows)) for i, c in enumerate(NOTICE_COLUMNS) if c not in _BLANK_IS_RIGHT]
    found = [(c, short, total) for c, short, total in lacking if short and not (c == "junior" and stage != "primary")]
    return [*found, ("classes", len(rows), len(rows))] if rows else []


def notice_title(report: Report, stage: str) -> str:
    """示范市2026年小学招生片区公示."""
    return str(say("report.notice_title", report.lang, name=report.plan.name, year=report.plan.year, stage=say(f"word.{stage}", report.lang)))


def notice_table(report: Report, stage: str) -> Table:
    """The table of a stage."""
    heads = tuple(say(f"report.column_{c}", report.lang) for c in NOTICE_COLUMNS)
    return Table(say(f"word.{stage}", report.lang), heads, notice_rows(report, stage), weights=_WEIGHTS, wide=True)


def notice_chapter(report: Report) -> Chapter:
    """The notice of every zoned stage with the closing sentences."""
    lang, parts = report.lang, list[Part]()
    for stage in report.zones:
        parts.append(Heading(notice_title(report, stage), 2))
        parts.append(Para(say("report.notice_intro", lang, stage=say(f"word.{stage}", lang), zones=len(report.zones[stage]))))
        parts.append(notice_table(report, stage))
    parts.append(Heading(say("report.notes", lang), 2))
    parts += [Para(f"{i}. {words}", "item") for i, words in enumerate(closings(report), start=1)]
    parts += signature(report)
    return Chapter("notice", say("report.doc_notice", lang), tuple(parts))


def closings(report: Report) -> list[str]:
    """The standard closing sentences."""
    return [say(f"report.closing_{name}", report.lang) for name in CLOSINGS]


def signature(report: Report) -> list[Part]:
    """Who and when, to be filled in by hand: the plan knows neither."""
    return [Para(say("report.signed_by", report.lang), "right"), Para(say("report.signed_on", report.lang, year=report.plan.year), "right")]


def draft_mark(report: Report) -> list[Part]:
    """That the plan is a draft, and that an internal document is one."""
    marks = [say("governance.internal", report.lang)] if report.audience == "internal" else []
    marks += [say("governance.draft", report.lang)] if is_draft(report.plan) else []
    marks += [told] if (told := estimate_sentence(report.plan, report.lang, "estimates.mark")) else []
    return [Para(m, "mark") for m in marks]


class _Known:
    """What the rows of a stage are looked up in."""

    def __init__(self, report: Report, stage: str) -> None:
        plan = report.plan
        self.report, self.stage = report, stage
        self.type, self.address, self.phone, self.supervision = (report.column(c) for c in ("school_type", "address", "phone", "supervision_phone"))
        taught = plan.school_stages[plan.school_stages["stage"] == stage]
        self.plan = {str(i): float(v) for i, v in zip(taught["school_id"], taught["plan"], strict=True) if pd.notna(v)} if "plan" in taught else {}
        blocks = plan.blocks
        self.block_name = dict(zip(blocks["block_id"].astype(str), blocks["name"].astype(str), strict=True))
        self.doors = _texts(blocks, "block_id", "address_exceptions")
        self.fed: dict[str, list[str]] = {}
        for start, end in zip(plan.feeders["from_id"].astype(str), plan.feeders["to_id"].astype(str), strict=True):
            self.fed.setdefault(start, []).append(end)
        self.exceptions: dict[str, list[Any]] = {}
        for row in plan.exceptions.itertuples(index=False):
            if row.stage == stage:
                self.exceptions.setdefault(str(row.block_id), []).append(row)


def _texts(frame: Any, key: str, column: str) -> dict[str, str]:
    if column not in frame.columns:
        return {}
    return {str(k): str(v) for k, v in zip(frame[key], frame[column], strict=True) if pd.notna(v) and str(v)}


def _row(known_of: _Known, zone: ZoneFacts) -> list[str]:
    report, lang, comma = known_of.report, known_of.report.lang, "、" if known_of.report.lang == "zh" else ", "
    bracket = "{}（{}）" if lang == "zh" else "{} ({})"
    ids = zone.school_ids
    communities, estates = _places(known_of, zone, comma)
    fed = sorted({j for i in ids for j in known_of.fed.get(i, [])}) if zone.stage == "primary" else []
    cells = (
        str(zone.number),
        comma.join(bracket.format(report.school(i), i) for i in ids),
        comma.join(dict.fromkeys(type_word(known_of.type.get(i, ""), lang) for i in ids if known_of.type.get(i))),
        _each(ids, known_of.address, report, comma),
        _plan_words(ids, known_of.plan, lang),
        bounds_text(report, zone),
        communities,
        estates,
        say("report.mode_single" if len(ids) < 2 else "report.mode_multi", lang),
        comma.join(report.school(j) for j in fed),
        say(f"report.level_{zone.now.level}", lang) if zone.now is not None and zone.now.level else "",
        _each(ids, known_of.phone, report, comma),
        _each(ids, known_of.supervision, report, comma),
        "",
    )
    return [clean(c) for c in cells]


def type_word(kind: str, lang: str) -> str:
    """办学类型 in words; an unknown type as it is."""
    if known(f"report.type_{kind}"):
        return str(say(f"report.type_{kind}", lang))
    return str(say(f"word.{kind}", lang)) if known(f"word.{kind}") else kind


def _each(ids: Iterable[str], values: Mapping[str, str], report: Report, comma: str) -> str:
    """What is known of each school; blank unless it is known of all, as half an answer looks like a whole one."""
    found = [values.get(i, "") for i in ids]
    if not found or not all(found):
        return ""
    if len(found) == 1:
        return found[0]
    return comma.join(f"{report.school(i)} {v}" for i, v in zip(ids, found, strict=True))


def _plan_words(ids: Iterable[str], plan: Mapping[str, float], lang: str) -> str:
    found = [plan.get(i, math.nan) for i in ids]
    return "" if not found or any(math.isnan(v) for v in found) else str(say("report.pupils", lang, count=f"{sum(found):,.0f}"))


def _places(known_of: _Known, zone: ZoneFacts, comma: str) -> tuple[str, str]:
    """Villages and communities, and estates with their exceptions by door; a block without a name by its id."""
    groups: dict[str, list[str]] = {}
    communities: list[str] = []
    estates: list[str] = []
    for block in sorted(zone.block_ids, key=_natural):
        name = known_of.block_name.get(block) or block
        apart = _apart(known_of, block)
        village = _VILLAGE.match(name) if known_of.report.lang == "zh" and not apart else None
        if village:
            groups.setdefault(village[1], []).append(village[2])
        else:
            (communities if _COMMUNITY.search(name) else estates).append(name + apart)
    merged = [f"{village}{'、'.join(sorted(set(numbers), key=int))}组" for village, numbers in groups.items()]
    return comma.join(dict.fromkeys([*merged, *communities])), comma.join(dict.fromkeys(estates))


def _apart(known_of: _Known, block: str) -> str:
    lang = known_of.report.lang
    said = [known_of.doors[block]] if block in known_of.doors else []
    for row in known_of.exceptions.get(block, []):
        until = "" if pd.isna(row.temporary_until) else say("report.until", lang, year=int(row.temporary_until))
        said.append(say("report.exception", lang, school=known_of.report.school(str(row.school_id)), until=until))
    return say("report.exceptions", lang, what="；".join(said) if lang == "zh" else "; ".join(said)) if said else ""


def _natural(block: str) -> list[Any]:
    return [(0, int(p), "") if p.isdigit() else (1, 0, p) for p in re.split(r"(\d+)", block) if p]
