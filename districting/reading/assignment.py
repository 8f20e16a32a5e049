"""A two-column table (block, school) of somebody else's zones, for comparisons."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from districting.errors import DataError, Fault
from districting.model.settings import InputSpec
from districting.reading.formats import READERS
from districting.reading.schema import header_index, normal
from districting.reading.typed import text_cells
from districting.wording import text


def read_assignment(path: str | Path) -> pd.Series:
    """School of every block, indexed by block id: known headers where there are some, else the first two columns.

    Raises
    ------
    DataError : missing or unreadable file, fewer than two columns, a block that stands twice
    """
    path = Path(path)
    spec = InputSpec(path=path.name)
    if path.suffix.lower() not in READERS:
        raise DataError(Fault(text("reading.unknown_format", suffix=path.suffix), text("reading.known_formats", names=list(READERS)), file=path.name))
    if not path.is_file():
        raise DataError(Fault(text("reading.missing_file"), text("reading.check_path", folder=path.parent.name or "."), file=path.name))
    raw = READERS[path.suffix.lower()](path, spec, "today")
    index = header_index("today")
    known = {index[normal(h)]: h for h in reversed(raw.frame.columns) if normal(h) in index}
    if raw.frame.shape[1] < 2 or not len(raw.frame):
        raise DataError(Fault(text("reading.empty"), text("reading.fill_table"), file=path.name, sheet=raw.sheet))
    columns = [known.get("block_id"), known.get("school")]
    if None in columns:
        columns = list(raw.frame.columns[:2])
    out = pd.Series(text_cells(raw.frame[columns[1]]).to_numpy(), index=text_cells(raw.frame[columns[0]]).to_numpy(), dtype="object").dropna()
    twice = sorted({str(b) for b in out.index[out.index.duplicated()]})
    if twice:
        raise DataError([Fault(text("reading.block_twice", block=b), text("reading.one_school"), file=path.name, column="block_id") for b in twice])
    return out
