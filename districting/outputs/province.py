"""The province's workbook: one row a county, and all of them together."""

from __future__ import annotations

import math
from pathlib import Path

from districting.model.province import CountyResult, Province
from districting.outputs.finding_words import measure_name, shown_value, word_of
from districting.outputs.workbook import Cell, Row, Share, Sheet, write_book
from districting.wording import say

COLUMNS = ("code", "name", "status", "schools", "blocks", "pupils", "mean_today", "mean", "over_seats", "moved", "share_moved", "gap", "worst")


def write_province(province: Province, path: str | Path, lang: str = "zh") -> None:
    """Write the workbook, whole or not at all; the same counties give the same bytes.

    Raises
    ------
    OutputError : the file cannot be written
    """
    rows: list[Row] = [county_row(c, lang) for c in province.counties]
    total = list(county_row(province.total, lang))
    total[:3] = [say("batch.total", lang), province.name, counted(province, lang)]
    sheets = [Sheet(say("batch.sheet_counties", lang), _heads(COLUMNS, lang), [*rows, total], say("batch.note_counties", lang))]
    troubled: list[Row] = [
        (
            c.code,
            c.name,
            say(f"batch.status_{c.status}", lang),
            c.trouble if c.audience == "internal" else "",
            f"{c.code}/{c.faults_file}" if c.faults_file else "",
        )
        for c in province.counties
        if c.status != "ok"
    ]
    if troubled:
        sheets.append(
            Sheet(
                say("batch.sheet_troubles", lang),
                _heads(("code", "name", "status", "trouble", "faults_file"), lang),
                troubled,
                say("batch.note_troubles", lang),
            )
        )
    write_book(path, sheets, lambda sheet: f"{province.name} · {sheet.name}" if province.name else sheet.name, province_marks(province, lang))


def county_row(county: CountyResult, lang: str) -> Row:
    """One county under ``COLUMNS``; what is not known is blank."""
    named: list[Cell] = [county.code, county.name, say(f"batch.status_{county.status}", lang)]
    if county.status != "ok":
        return [*named, *[""] * (len(COLUMNS) - len(named) - 1), county.trouble if county.audience == "internal" else ""]
    counts: list[Cell] = [county.schools, county.blocks, round(county.pupils)]
    measured = [_known(v) for v in (county.mean_today_m, county.mean_m)]
    shares = [_known(v, share=True) for v in (county.share_moved, county.gap)]
    return [*named, *counts, *measured, round(county.over_seats), round(county.moved), *shares, worst_words(county, lang)]


def worst_words(county: CountyResult, lang: str) -> str:
    """The county's worst findings as one sentence."""
    said = [
        say(
            "batch.finding",
            lang,
            measure=measure_name(w["measure"], lang),
            stage=word_of(w["stage"], lang) if w["stage"] else say("batch.all_stages", lang),
            value=shown_value(w["value"], w["unit"]),
            verdict=say(f"summary.verdict_{w['verdict']}", lang),
        )
        for w in county.worst
    ]
    return ("；" if lang == "zh" else "; ").join(said)


def counted(province: Province, lang: str) -> str:
    """How many counties have a plan."""
    return say("batch.counted", lang, done=len(province.of("ok")), total=len(province.counties))


def is_internal(province: Province) -> bool:
    """Whether any county's result is not for the public."""
    return any(c.audience != "public" for c in province.counties)


def province_marks(province: Province, lang: str) -> list[str]:
    """What every sheet and the page say of themselves."""
    marks = [say("governance.internal", lang)] if is_internal(province) else []
    return [*marks, say("governance.draft", lang)] if any(c.draft for c in province.counties) else marks


def _heads(columns: tuple[str, ...], lang: str) -> tuple[str, ...]:
    return tuple(say(f"batch.head_{c}", lang) for c in columns)


def _known(value: float, *, share: bool = False) -> Cell:
    if math.isnan(value):
        return ""
    return Share(value) if share else float(value)
