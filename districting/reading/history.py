"""Indicators of older years: one row for each year, school, stage and indicator; what a trend is made of (policy R27)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from districting.model.resources import RESOURCES
from districting.model.stages import STAGES
from districting.reading.finding import FEW, blank_cells, found_schools
from districting.reading.labels import stages_of
from districting.reading.load import Loaded
from districting.reading.schema import column_of, header_index, normal
from districting.reading.table import Found
from districting.reading.today import SchoolFinder
from districting.wording import text

HISTORY: Final = ("year", "school_id", "stage", "indicator", "value")
_KNOWN: Final = (*RESOURCES, "pupils")


def history(of: Sequence[tuple[Loaded, Any, Found, SchoolFinder]], *, lenient: bool) -> pd.DataFrame | None:
    """year, school_id, stage, indicator, value (a total, as in the table of schools) of all files; None where there is none.

    Indicators go by our name or by a header of the table of schools. ``lenient``: schools may have been left out by ``where``.
    """
    wanted = {"year", "school", "indicator", "value"}
    parts = [_one_file(item, found, finder, lenient=lenient) for item, _, found, finder in of if wanted <= set(item.frame.columns)]
    return pd.concat(parts, ignore_index=True).sort_values(list(HISTORY[:4]), kind="stable").reset_index(drop=True) if parts else None


def _one_file(item: Loaded, found: Found, finder: SchoolFinder, *, lenient: bool) -> pd.DataFrame:
    frame = item.frame.assign(_row=item.row)
    blank_cells(frame, ("year", "school", "indicator"), found)
    school = found_schools(frame, "school", finder, found, key="reading.unknown_history_school", lenient=lenient)
    out = pd.DataFrame({"year": frame["year"], "school_id": school, "stage": _stages(frame, school, finder, found), "value": frame["value"]})
    out["indicator"], out["_row"] = _indicators(frame, found), frame["_row"]
    out = out.dropna()
    twice = out.duplicated(list(HISTORY[:4])).to_numpy(dtype=bool)
    for i in np.flatnonzero(twice)[:FEW]:
        found.add(text("balance.history_twice"), text("reading.drop_row"), row=int(out["_row"].iloc[i]), column="indicator")
    kept = out.loc[~twice, list(HISTORY)]
    return kept.astype({"year": np.int64, "school_id": "str", "stage": "str", "indicator": "str", "value": np.float64})


def _indicators(frame: pd.DataFrame, found: Found) -> pd.Series:
    """Our column of every label; one fault for each that is unknown."""
    index = header_index("schools")
    meant = {label: index.get(normal(label)) for label in frame["indicator"].dropna().unique()}
    lost = sorted(label for label, name in meant.items() if name not in _KNOWN)
    headers = [c.header_zh for name in _KNOWN if (c := column_of("schools", name)) is not None]
    for label in lost[:FEW]:
        row = int(frame.loc[frame["indicator"] == label, "_row"].iloc[0])
        found.add(text("balance.unknown_indicator", name=str(label)), text("balance.known_indicators", names=headers), row=row, column="indicator")
    return frame["indicator"].map(lambda label: meant[label] if meant[label] in _KNOWN else None, na_action="ignore")


def _stages(frame: pd.DataFrame, school: pd.Series, finder: SchoolFinder, found: Found) -> list[str | None]:
    """The stage of every row: as given, else that of a school of one stage."""
    given = frame["stage"] if "stage" in frame.columns else pd.Series(None, index=frame.index, dtype="object")
    taught = {s: [stage for stage in STAGES if (stage, s) in finder.ids] for s in school.dropna().unique()}
    out: list[str | None] = []
    wrong: list[int] = []
    for row, own, label in zip(frame["_row"], school, given, strict=True):
        said = (stages_of(label) or ()) if isinstance(label, str) else tuple(taught.get(own, ())) if isinstance(own, str) else ()
        out.append(said[0] if len(said) == 1 else None)
        if len(said) != 1 and (isinstance(label, str) or isinstance(own, str)):
            wrong.append(int(row))
    for row in wrong[:FEW]:
        found.add(text("balance.history_without_stage"), text("reading.known_stages"), row=row, column="stage")
    return out
