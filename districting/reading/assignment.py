"""A two-column table (block, school) of somebody else's zones, for comparisons."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.errors import DataError, Fault, Gathered
from districting.model.settings import InputSpec
from districting.model.stages import STAGES
from districting.reading.damaged_ids import sound_ids
from districting.reading.formats import READERS
from districting.reading.schema import STAGE_ZH, header_index, normal
from districting.reading.table import Found, RawTable, is_file
from districting.reading.typed import text_cells
from districting.wording import LANGUAGES, say, text

_SHOWN = 5
"""Blocks that a fault names."""


@dataclass(frozen=True, eq=False)
class AssignmentTable:
    """``school_of_block``: the school as the table spells it, indexed by block id; ``row_of_block``: where it stands, counted as the spreadsheet does;
    the table's own headers of the two columns, and its file and sheet, so that a fault can name its place.
    """

    school_of_block: pd.Series
    row_of_block: pd.Series
    block_header: str
    school_header: str
    file: str
    sheet: str = ""


def read_assignment(path: str | Path) -> pd.Series:
    """School of every block, indexed by block id: known headers where there are some, else the first two columns.

    Raises
    ------
    DataError : as for :func:`read_assignment_table`
    """
    return read_assignment_table(path).school_of_block


def read_assignment_table(path: str | Path) -> AssignmentTable:
    """School of every block with the place of every row, of a table that is for one stage.

    Raises
    ------
    DataError : as for :func:`read_assignment_tables`; the table is for several stages
    """
    tables = read_assignment_tables(path)
    if len(tables) > 1:
        raise DataError(
            Fault(
                text("reading.several_stages", stages=[text(f"word.{s}") if s in STAGES else s for s in tables]),
                text("reading.name_stage"),
                file=Path(path).name,
            )
        )
    return next(iter(tables.values()))


def read_assignment_tables(path: str | Path) -> dict[str, AssignmentTable]:
    """The table of each stage that its column of stages names; all of it under "" where it has none.

    Raises
    ------
    DataError : missing or unreadable file, fewer than two columns, a stage that is none, a block that stands twice in a stage
    """
    path = Path(path)
    spec = InputSpec(path=path.name)
    if path.suffix.lower() not in READERS:
        raise DataError(Fault(text("reading.unknown_format", suffix=path.suffix), text("reading.known_formats", names=list(READERS)), file=path.name))
    if not is_file(path):
        raise DataError(Fault(text("reading.missing_file"), text("reading.check_path", folder=path.parent.name or "."), file=path.name))
    raw = READERS[path.suffix.lower()](path, spec, "today")
    index = header_index("today")
    known = {index[normal(h)]: h for h in reversed(raw.frame.columns) if normal(h) in index}
    if raw.frame.shape[1] < 2 or not len(raw.frame):
        raise DataError(Fault(text("reading.empty"), text("reading.fill_table"), file=path.name, sheet=raw.sheet))
    block, school = _columns([str(h) for h in raw.frame.columns if str(h) != known.get("stage")], known)
    if "stage" not in known:
        return {"": _table(path, raw, block, school)}
    stage = _stages(path, raw, known["stage"])
    found: dict[str, AssignmentTable] = {}
    gathered = Gathered()
    for one in [s for s in STAGES if (stage == s).any()]:
        with gathered:
            found[one] = _table(path, raw.take(stage == one), block, school)
    gathered.refuse()
    return found


def _stages(path: Path, raw: RawTable, header: str) -> NDArray[np.object_]:
    """(n,) stage of each row by its code or word in either language."""
    words = {say(f"word.{s}", lang): s for s in STAGES for lang in LANGUAGES} | {s: s for s in STAGES} | {w: s for s in STAGES for w in STAGE_ZH[s]}
    cells = text_cells(raw.frame[header])
    found = np.array([words.get(str(c).strip().casefold(), "") for c in cells], dtype=object)
    unknown = np.flatnonzero(found == "")
    if len(unknown):
        known = [text(f"word.{s}") for s in STAGES]
        raise DataError(
            _fault("reading.rows_without_stage", "reading.give_stage", path, raw, row=int(raw.row[unknown[0]]), column=header, count=len(unknown), known=known)
        )
    return found


def _table(path: Path, raw: RawTable, block: str, school: str) -> AssignmentTable:
    found = Found(path.name, raw.sheet, header_of={"block_id": block})
    blocks, schools = (sound_ids(raw.frame[h], text_cells(raw.frame[h]), h, raw, found) for h in (block, school))
    lost = np.flatnonzero((blocks.isna() & schools.notna()).to_numpy())
    faults = [f for f in found.faults if f.severity == "error"]
    faults += [_fault("reading.no_id", "reading.give_id", path, raw, row=int(raw.row[i]), column=block) for i in lost]
    known_school = schools.notna().to_numpy()
    out = pd.Series(schools.to_numpy(), index=blocks.to_numpy(), dtype="object")[known_school]
    rows = pd.Series(np.asarray(raw.row), index=blocks.to_numpy())[known_school]
    twice = sorted({str(b) for b in out.index[out.index.duplicated() & out.index.notna()]})
    if twice:
        key = "reading.block_twice" if len(twice) == 1 else "reading.blocks_twice"
        faults.append(_fault(key, "reading.one_school", path, raw, column=block, block=twice[0], count=len(twice), blocks=twice[:_SHOWN]))
    if faults:
        raise DataError(faults)
    return AssignmentTable(out, rows, block, school, path.name, raw.sheet)


def _columns(headers: list[str], known: dict[str, str]) -> tuple[str, str]:
    """Headers of the block and of the school: the known ones, else the first that is left."""
    block, school = known.get("block_id"), known.get("school")
    block = block or next(h for h in headers if h != school)
    return block, school or next(h for h in headers if h != block)


def _fault(problem: str, remedy: str, path: Path, raw: RawTable, *, row: int | None = None, column: str = "", **values: Any) -> Fault:
    return Fault(text(problem, column=column, **values), text(remedy), file=path.name, sheet=raw.sheet, row=row, column=column)
