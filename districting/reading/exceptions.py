"""Address exceptions (门牌例外): single blocks that go to a named school, some of them until a year."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.reading.table import Found
from districting.reading.today import SchoolFinder, match_today

_COLUMNS = ("block_id", "stage", "school_id", "reason", "temporary_until")


def no_exceptions() -> pd.DataFrame:
    """The table without a row."""
    return pd.DataFrame({c: pd.Series(dtype="str") for c in _COLUMNS[:-1]}).assign(temporary_until=pd.Series(dtype="float64"))


def match_exceptions(frame: Any, row: NDArray[np.int64], rows: pd.DataFrame, finder: SchoolFinder, blocks: set[str], found: Found) -> pd.DataFrame:
    """block_id, stage, school_id, reason, temporary_until (NaN = for good).

    ``frame`` is the table with ``row``, where each record stands in its file; ``rows`` its block, stage, school and _row. Unknown schools and blocks, and two
    exceptions for one block and stage, are faults.
    """
    finder = finder.with_spellings(rows, "school", found)
    match_today(rows, finder, blocks, found)
    said = pd.DataFrame({"_row": row})
    said["reason"] = frame["reason"].fillna("").astype("str").to_numpy() if "reason" in frame.columns else ""
    said["temporary_until"] = pd.to_numeric(frame["temporary_until"]).to_numpy(dtype=np.float64) if "temporary_until" in frame.columns else np.nan
    out = rows.merge(said, on="_row", how="left")
    out["school_id"] = [finder.ids.get((s, n)) for s, n in zip(out["stage"], out["school"], strict=True)]
    out = out.dropna(subset=["block_id", "stage", "school_id"])[list(_COLUMNS)].reset_index(drop=True)
    return out.astype({c: "str" for c in _COLUMNS[:-1]})
