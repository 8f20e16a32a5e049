"""Small helpers that shape rows of the plan's tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from districting.errors import Fault
from districting.reading.city import City

EVERYTHING = "all"
"""The decision of a school that takes part in none, as it cannot be placed."""


def stack(above: Any, below: Any) -> Any:
    """Rows of ``below`` under those of ``above``; an empty frame takes the other's types."""
    if not len(above):
        return below.reset_index(drop=True)
    if not len(below):
        return above
    return pd.concat([above, below], ignore_index=True)


def left_out_of(coverage: Any, rows: Any, decision: str) -> Any:
    """``coverage`` with the schools that a decision leaves out; those that are left out of everything are said once."""
    known = set(zip(coverage["school_id"], coverage["stage"], strict=True)) if len(coverage) else set()
    everywhere = set(zip(*(coverage.loc[coverage["decision"] == EVERYTHING, c] for c in ("school_id", "stage")), strict=True)) if known else set()
    new = [key not in everywhere for key in zip(rows["school_id"], rows["stage"], strict=True)]
    return stack(coverage, rows[np.array(new, dtype=bool)].assign(decision=decision))


def provenance_rows(part: str, record: Mapping[str, Any]) -> pd.DataFrame:
    """One row per entry; numbers as the shortest text that reads back to the same number."""
    return pd.DataFrame({"part": part, "key": list(record), "value": [_plain(v) for v in record.values()]})


def _plain(value: Any) -> str:
    return repr(float(value)) if isinstance(value, float) else str(value)


def note_rows(notes: Iterable[Fault], language: str) -> pd.DataFrame:
    """Repairs and warnings as rows, in the plan's language."""
    rows = [
        {
            "file": n.file,
            "sheet": n.sheet,
            "row": "" if n.row is None else str(n.row),
            "column": n.column,
            "problem": n.problem.say(language),
            "remedy": n.remedy.say(language),
        }
        for n in notes
    ]
    return pd.DataFrame(rows, columns=["file", "sheet", "row", "column", "problem", "remedy"], dtype="str")


def county_names(city: City) -> dict[str, str]:
    """County code -> name, empty without a counties table."""
    if city.counties is None or not {"county_code", "name"} <= set(city.counties.columns):
        return {}
    return dict(zip(city.counties["county_code"].astype("str"), city.counties["name"].astype("str"), strict=True))
