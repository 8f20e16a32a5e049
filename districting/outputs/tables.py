"""The plan's decisions as CSV that Excel opens with its Chinese whole: UTF-8 with a byte order mark, CRLF, ids as text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from districting.errors import DataError, Fault
from districting.model.plan import PLAN_TABLES, Plan
from districting.outputs.atomic import atomic_path
from districting.outputs.numbers import tidy
from districting.wording import text

ZONES_COLUMNS: Final = ("block_id", "stage", "zone_id", "school_id")
DISTRICTS_COLUMNS: Final = ("scheme", "district_id", "school_id", "stage", "role")

LINK_COLUMNS: Final = tuple(c for c in PLAN_TABLES["links"] if c != "geometry")

FREE_TEXT: Final = frozenset({"name", "source", "scope", "channel", "subject", "from_name", "to_name", "reason", "problem", "remedy"})
"""Columns people write in. A spreadsheet would run a cell of theirs that begins like a formula, so it gets an apostrophe in front; ids are never changed."""

TABLE_SUFFIXES: Final = (".csv", ".xlsx")
"""What an assignment can be exported as."""

CREATED: Final = datetime(2000, 1, 1)
"""The day written into workbooks, so that the same plan gives the same bytes."""
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def zones_csv(plan: Plan, path: str | Path) -> None:
    """One row per block, zoned stage and school of its zone: block_id, stage, zone_id, school_id."""
    _write(path, ZONES_COLUMNS, _rows(zone_rows(plan), ZONES_COLUMNS))


def districts_csv(plan: Plan, path: str | Path) -> None:
    """One row per school and stage in a district: scheme, district_id, school_id, stage, role."""
    _write(path, DISTRICTS_COLUMNS, _rows(plan.memberships, DISTRICTS_COLUMNS))


def links_csv(plan: Plan, path: str | Path, columns: Sequence[str] = LINK_COLUMNS) -> None:
    """One row per pair or other link between schools; ``columns``: those of the table to write."""
    _write(path, columns, _rows(plan.links.reindex(columns=list(columns)), columns))


def findings_csv(plan: Plan, path: str | Path) -> None:
    """One row per finding of the audit."""
    _write(path, PLAN_TABLES["findings"], _rows(plan.findings, PLAN_TABLES["findings"]))


def repairs_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]], path: str | Path) -> None:
    """One row per change of an outline, under the reader's headers."""
    _write(path, columns, [[_cell(c) for c in row] for row in rows])


def export_assignment(plan: Plan, path: str | Path, columns: tuple[str, str] = ("ID", "ZONE"), stage: str | None = None) -> None:
    """A two-column table of one stage under any header: the block, and the school it belongs to. A name ending in .xlsx gives a workbook, with ids as text.

    Where several schools share a zone the second column holds the zone's id instead, as the block has no school of its own.
    The byte order mark is written only where something is beyond ASCII: older programs take it for a part of the first header.

    Parameters
    ----------
    stage : may be left out where the plan zones one stage

    Raises
    ------
    DataError : the plan has no zones, none of that stage, or several stages and none is named
    """
    pairs = [(str(block), _cell(value)) for block, value in _label_of_block(plan, stage).items()]
    if Path(path).suffix.lower() == ".xlsx":
        _workbook(path, columns, pairs)
    else:
        _write(path, columns, pairs, mark=None)


def assignment_frame(plan: Plan, columns: tuple[str, str] = ("ID", "ZONE"), stage: str | None = None) -> pd.DataFrame:
    """What :func:`export_assignment` writes, as a frame of text."""
    label = _label_of_block(plan, stage)
    return pd.DataFrame({columns[0]: label.index.astype("str"), columns[1]: label.to_numpy(dtype=object)})


def _label_of_block(plan: Plan, stage: str | None) -> pd.Series:
    rows = zone_rows(plan, _one_stage(plan, stage))
    first = rows.drop_duplicates("block_id", keep="first").set_index("block_id")
    schools = rows.groupby("block_id")["school_id"].nunique().reindex(first.index)
    return first["school_id"].where((schools == 1) & first["school_id"].notna(), first["zone_id"])


def zone_rows(plan: Plan, stage: str | None = None) -> pd.DataFrame:
    """Block, stage, zone and school, in the order of stages and blocks; blocks without a zone keep their row."""
    parts = []
    for name in plan.zoned_stages if stage is None else (stage,):
        of_block = pd.DataFrame({"block_id": plan.blocks["block_id"].astype("str"), "stage": name, "zone_id": plan.blocks[f"zone_id_{name}"]})
        of_zone = plan.zone_schools.loc[plan.zone_schools["stage"] == name, ["zone_id", "school_id"]]
        parts.append(of_block.merge(of_zone, on="zone_id", how="left"))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(ZONES_COLUMNS))


def _one_stage(plan: Plan, stage: str | None) -> str:
    zoned = plan.zoned_stages
    if not zoned:
        raise DataError(Fault(text("outputs.no_zones"), text("outputs.no_zones_remedy")))
    if stage is None and len(zoned) > 1:
        raise DataError(Fault(text("outputs.stage_needed", stages=list(zoned)), text("outputs.stage_remedy")))
    if stage is not None and stage not in zoned:
        raise DataError(Fault(text("outputs.stage_unzoned", stage=stage, stages=list(zoned)), text("outputs.stage_remedy")))
    return stage or zoned[0]


def _rows(frame: pd.DataFrame, columns: Sequence[str]) -> Iterable[list[str]]:
    values = [[_guarded(_cell(v)) if c in FREE_TEXT else _cell(v) for v in frame[c]] for c in columns]
    return (list(row) for row in zip(*values, strict=True))


def _cell(value: Any) -> str:
    """Missing is empty; numbers have at most ten digits (see :mod:`districting.outputs.numbers`); switches are true and false."""
    if value is None or value is pd.NA or (isinstance(value, (float, np.floating)) and np.isnan(value)):
        return ""
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, (float, np.floating)):
        return repr(tidy(float(value))).removesuffix(".0")
    return str(value)


def _guarded(cell: str) -> str:
    """An apostrophe before what a spreadsheet would take for a formula.

    >>> _guarded("=HYPERLINK(...)"), _guarded("实验小学")
    ("'=HYPERLINK(...)", '实验小学')
    """
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell


def _workbook(path: str | Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    import xlsxwriter

    with atomic_path(path) as temporary, xlsxwriter.Workbook(temporary, {"default_date_format": "yyyy-mm-dd"}) as book:
        book.set_properties({"created": CREATED})
        sheet, as_text = book.add_worksheet(), book.add_format({"num_format": "@"})
        sheet.set_column(0, 1, 24, as_text)
        for at, row in enumerate([header, *rows]):
            for column, value in enumerate(row):
                sheet.write_string(at, column, value, as_text)


def _write(path: str | Path, header: Sequence[str], rows: Iterable[Sequence[str]], *, mark: bool | None = True) -> None:
    """``mark``: write the byte order mark; None writes it where there is anything beyond ASCII."""
    page = io.StringIO(newline="")
    writer = csv.writer(page, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    content = page.getvalue()
    marked = not content.isascii() if mark is None else mark
    with atomic_path(path) as temporary:
        temporary.write_bytes(content.encode("utf-8-sig" if marked else "utf-8"))
