"""Numbers of the blocks from a table of one's own, painted in classes: comments by block, odds of a lottery, anything a column holds. For internal pages."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from districting.errors import DataError, Fault
from districting.model.settings import InputSpec
from districting.reading.enrolment_tables import load_table
from districting.wording import text

CLASSES: Final = 5
FEW: Final = 5
"""Up to so many different values each is a class of its own."""
MOST_COLUMNS: Final = 6


def read_values(path: str | Path) -> pd.DataFrame:
    """Columns of numbers by block id.

    Raises
    ------
    DataError : no column of blocks, a block twice, a cell that is no number, no column of numbers, more than :data:`MOST_COLUMNS` of them
    """
    path = Path(path)
    table = load_table(path.parent, InputSpec(path.name), "block_values")
    ids = table.columns["block_id"].fillna("").astype("str").str.strip()
    own = {table.headers["block_id"], "block_id"}
    headers = [h for h in table.columns if h not in own]
    twice = np.flatnonzero((ids.duplicated() | (ids == "")).to_numpy())
    faults = table.faults(twice.tolist(), text("given.twice"), text("given.twice_remedy"), "block_id")
    if not 1 <= len(headers) <= MOST_COLUMNS:
        faults.append(table.fault(text("given.columns", count=len(headers), most=MOST_COLUMNS), text("given.columns_remedy")))
    found: dict[str, Any] = {}
    for header in headers:
        cells = table.columns[header]
        number = pd.to_numeric(cells, errors="coerce").astype("float64").to_numpy()
        blank = cells.isna().to_numpy() | (cells.astype("str").str.strip() == "").to_numpy()
        faults += table.faults(np.flatnonzero(~blank & ~np.isfinite(number)).tolist(), text("given.no_number"), text("given.no_number_remedy"), header)
        found[header] = number
    if faults:
        raise DataError(faults)
    return pd.DataFrame(found, index=pd.Index(ids, name="block_id"))


def given_measures(values: pd.DataFrame | None, block_ids: Sequence[str], stages: Sequence[str]) -> list[dict[str, Any]]:
    """One entry per column and stage, as :func:`districting.outputs.map.measures.measures` has them; ``title``: the column's own header.

    Raises
    ------
    DataError : no block of the table is in the plan
    """
    if values is None:
        return []
    mine = values.reindex(pd.Index(block_ids))
    if mine.isna().to_numpy().all():
        raise DataError(Fault(text("given.no_block"), text("given.no_block_remedy"), column="--values"))
    made = []
    for header in values.columns:
        numbers = [None if math.isnan(v) else round(v, 6) for v in mine[header].to_list()]
        ends, rule = _ends([v for v in numbers if v is not None])
        made += [
            {
                "name": "given",
                "title": str(header),
                "stage": stage,
                "unit": "number",
                "ends": ends,
                "rule": rule,
                "most": max(v for v in numbers if v is not None) if any(v is not None for v in numbers) else 0,
                "values": numbers,
            }
            for stage in stages
        ]
    return made


def _ends(known: list[float]) -> tuple[list[float], str]:
    """Upper ends of all classes but the last: every value its own class where there are few, else about as many blocks in each.

    >>> _ends([1, 1, 2, 4]), _ends([0.5]), _ends(list(range(1, 101)))
    (([1, 2], 'values'), ([], 'values'), ([20.8, 40.6, 60.4, 80.2], 'quantile'))
    """
    different = sorted(set(known))
    if len(different) <= FEW:
        return different[:-1], "values"
    ends = [float(f"{e:.3g}") for e in np.quantile(known, np.arange(1, CLASSES) / CLASSES).tolist()]
    return [e for i, e in enumerate(ends) if e < different[-1] and (not i or e > ends[i - 1])], "quantile"
