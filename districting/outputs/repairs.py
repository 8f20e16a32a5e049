"""The record of repaired outlines for people: a sheet, a file, one line of counts."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pandas as pd

from districting.errors import OutputError
from districting.outputs.tables import repairs_csv
from districting.outputs.workbook import Row, Sheet, write_book
from districting.reading.repair_log import repair_counts, repairs_table
from districting.wording import say, text

_NUMBERS: Final = ("area_m2", "x", "y")


def repair_sheet(repairs: pd.DataFrame, crs: str, lang: str) -> Sheet:
    """Every change, in the reader's words."""
    rows: list[Row] = [
        [r["layer"], r["row"], r["block_id"], say(f"repair.did_{r['kind']}", lang, other=r["other_id"]), r["other_id"], *(round(r[c], 3) for c in _NUMBERS)]
        for r in repairs.to_dict(orient="records")
    ]
    heads = tuple(say(f"repair.head_{c}", lang) for c in repairs_table().columns)
    return Sheet(say("repair.sheet", lang), heads, rows, say("repair.sheet_note", lang, crs=crs.split("[")[0]))


def write_repairs(repairs: pd.DataFrame, crs: str, path: str | Path, lang: str) -> None:
    """The record as .csv or .xlsx, whole or not at all.

    Raises
    ------
    OutputError : another ending, or the file cannot be written
    """
    sheet = repair_sheet(repairs, crs, lang)
    suffix = Path(path).suffix.lower()
    if suffix == ".csv":
        repairs_csv(sheet.columns, sheet.rows, path)
    elif suffix == ".xlsx":
        write_book(path, [sheet], lambda s: s.name, [])
    else:
        raise OutputError(text("repair.bad_table"))


def repair_line(repairs: pd.DataFrame, lang: str) -> str:
    """What was repaired, in one sentence; nothing where nothing was.

    >>> repair_line(repairs_table(), "en")
    ''
    """
    counts = [say(f"repair.count_{kind}", lang, count=count) for kind, count in repair_counts(repairs).items()]
    outlines = len(repairs[["layer", "block_id"]].drop_duplicates())
    return say("repair.counts", lang, blocks=outlines, counts=counts) if counts else ""
