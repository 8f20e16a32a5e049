"""Files of a command of ``share``: a CSV per table, one workbook with a sheet for each, the facts as JSON."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from districting.model.share_result import ShareResult
from districting.outputs.enrolment_files import Book, csv_text, json_text
from districting.outputs.numbers import tidy
from districting.outputs.workbook import Row, Share, Sheet
from districting.wording import Text, known, say


def share_texts(name: str, result: ShareResult, lang: str) -> dict[str, str]:
    """File name -> content: every table as CSV, and ``NAME.json``."""
    texts = {f"{table}.csv": csv_text(_head(frame, lang), _rows(frame, lang, percent=False)) for table, frame in result.tables.items()}
    return {**texts, f"{name}.json": json_text(dict(result.facts))}


def share_book(result: ShareResult, title: str, lang: str) -> Book:
    """A sheet per table."""
    sheets = [
        Sheet(
            say(f"sharing.sheet_{table}", lang),
            _head(frame, lang),
            _rows(frame, lang, percent=True),
            result.notes[table].say(lang) if table in result.notes else say(f"sharing.note_{table}", lang),
        )
        for table, frame in result.tables.items()
    ]
    return sheets, lambda sheet: f"{title} {sheet.name}"


def _head(frame: pd.DataFrame, lang: str) -> tuple[str, ...]:
    return tuple(say(f"sharing.head_{c}", lang) for c in frame.columns)


def _rows(frame: pd.DataFrame, lang: str, *, percent: bool) -> list[Row]:
    shares = [percent and (c == "share" or str(c).endswith("_share")) for c in frame.columns]
    return [[_cell(v, c, s, lang) for v, c, s in zip(row, frame.columns, shares, strict=True)] for row in frame.itertuples(index=False)]


def _cell(value: Any, column: str, share: bool, lang: str) -> Any:
    """A cell for people: codes in words, whole numbers whole, nothing for what is not known."""
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, (Text, tuple)):
        return value.say(lang) if isinstance(value, Text) else ("、" if lang == "zh" else ", ").join(str(_cell(v, column, share, lang)) for v in value)
    if isinstance(value, bool):
        return say("sharing.yes" if value else "sharing.no", lang)
    if isinstance(value, str):
        return next(
            (
                say(key, lang)
                for key in (f"sharing.{column}_{value}", f"links.{column}_{value}", *((f"measure.of_{value}",) if column == "indicator" else ()))
                if known(key)
            ),
            value,
        )
    number = value.item() if hasattr(value, "item") else value
    if isinstance(number, bool):
        return _cell(number, column, share, lang)
    if isinstance(number, float):
        number = int(number) if number.is_integer() and not share else tidy(number)
    return Share(number) if share else number
