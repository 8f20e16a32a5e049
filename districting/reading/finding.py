"""Schools that a table names by id, name, alias or another spelling, whatever the stage; an unknown one is a fault, or a note where ``where`` may have left it out."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from districting.model.stages import STAGES
from districting.reading.table import Found
from districting.reading.today import SchoolFinder
from districting.wording import Text, text

FEW: Final = 20


def schools_of_name(finder: SchoolFinder, name: str) -> tuple[str, ...]:
    """Ids of the schools that bear ``name``, over all stages; several where it is not clear which is meant."""
    ids: dict[str, None] = {}
    for stage in STAGES:
        if (stage, name) in finder.ids:
            ids[finder.ids[stage, name]] = None
        ids |= dict.fromkeys(finder.shared.get((stage, name), ()))
    return (name,) if name in ids else tuple(ids)


def found_schools(frame: pd.DataFrame, column: str, finder: SchoolFinder, found: Found, *, key: str, lenient: bool) -> pd.Series:
    """Ids of the schools in ``column`` (NaN: none); ``frame`` holds ``_row``. ``key`` is the sentence for an unknown school; one fault per spelling.

    ``lenient``: an unknown school is only a note, for the table of schools was filtered.
    """
    names = frame[column].dropna()
    finder = finder.with_spellings(pd.DataFrame({"school": frame[column], "stage": np.nan, "_row": frame["_row"]}), column, found)
    ids = {name: schools_of_name(finder, str(name)) for name in names.unique()}
    out = frame[column].map(lambda name: ids[name][0] if len(ids[name]) == 1 else None, na_action="ignore")
    for name in sorted(n for n, i in ids.items() if len(i) != 1)[:FEW]:
        rows = frame.loc[frame[column] == name, "_row"]
        several = len(ids[name]) > 1
        problem: Text = text("reading.ambiguous_school", name=str(name), schools=len(ids[name])) if several else text(key, name=str(name), count=len(rows))
        remedy = text("reading.give_school_code", ids=list(ids[name])) if several else finder.correct(str(name))
        found.add(problem, remedy, row=int(rows.iloc[0]), column=column, warning=lenient and not several)
    lost = sum(len(i) != 1 for i in ids.values()) - FEW
    if lost > 0:
        found.add(text("reading.and_more", count=lost), text("reading.give_school_of_stage"), column=column, warning=lenient)
    return out


def blank_cells(frame: pd.DataFrame, columns: tuple[str, ...], found: Found) -> None:
    """A fault for every cell that must be filled and is not."""
    for column in columns:
        rows = frame["_row"][frame[column].isna()].to_numpy(dtype=np.int64)
        for row in rows[:FEW].tolist():
            found.add(text("reading.blank_cell"), text("reading.fill_cell"), row=row, column=column)
        if len(rows) > FEW:
            found.add(text("reading.and_more", count=len(rows) - FEW), text("reading.fill_cell"), column=column)
