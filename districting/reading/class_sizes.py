"""The size of every class, out of a cell that lists them: "45、46、52"."""

from __future__ import annotations

import re
from typing import Any, Final

import numpy as np
import pandas as pd

from districting.reading.finding import FEW
from districting.wording import text

COLUMNS: Final = ("school_id", "stage", "class_number", "pupils")


def sizes_of(cell: str) -> list[int] | None:
    """Pupils of each class; None where the cell says something else.

    >>> sizes_of("45、46, 52 40"), sizes_of("四十五")
    ([45, 46, 52, 40], None)
    """
    parts = [p for p in re.split(r"[、,，;；/|\s]+", cell.strip()) if p]
    return [int(p) for p in parts] if parts and all(re.fullmatch(r"\d{1,4}", p) for p in parts) else None


def class_sizes(rows: pd.DataFrame, stages: pd.DataFrame) -> pd.DataFrame:
    """school_id, stage, class_number (from 1), pupils. A school of several stages gives them by stage; a cell that is no list of numbers is a fault."""
    found: list[tuple[str, str, int, float]] = []
    wrong: set[tuple[int, str]] = set()
    for at, school, stage in zip(stages["_at"], stages["school_id"], stages["stage"], strict=True):
        cell, column = _cell(rows, int(at), str(stage))
        if cell is None:
            continue
        sizes = sizes_of(cell)
        if sizes is None:
            if (int(at), column) not in wrong and len(wrong) < FEW:
                rows["_place"].iloc[at].add(
                    text("balance.no_class_sizes", given=cell), text("balance.give_class_sizes"), row=int(rows["_row"].iloc[at]), column=column
                )
            wrong.add((int(at), column))
            continue
        found += [(str(school), str(stage), number, float(size)) for number, size in enumerate(sizes, start=1) if size > 0]
    out = pd.DataFrame(found, columns=list(COLUMNS))
    return out.astype({"school_id": "str", "stage": "str", "class_number": np.int64, "pupils": np.float64})


def _cell(rows: pd.DataFrame, at: int, stage: str) -> tuple[str | None, str]:
    """What the row says of the stage's classes, and in which column."""
    for column in (f"class_sizes_{stage}", *(("class_sizes",) if len(rows["_stages"].iloc[at]) == 1 else ())):
        given: Any = rows[column].iloc[at] if column in rows.columns else None
        if isinstance(given, str) and given.strip():
            return given, column
    return None, ""
