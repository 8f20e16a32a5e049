"""What may be added to single schools, and at which price: where it differs from the prices of the config (policy R29)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from districting.model.resources import RESOURCES
from districting.reading.finding import blank_cells, found_schools
from districting.reading.labels import stages_of
from districting.reading.load import Loaded
from districting.reading.schema import column_of, header_index, normal
from districting.reading.table import Found
from districting.reading.today import SchoolFinder
from districting.wording import text


def upgrades(of: Sequence[tuple[Loaded, Any, Found, SchoolFinder]], *, lenient: bool) -> pd.DataFrame | None:
    """school_id, stage ("" = every stage of the school), indicator, unit_price_yuan, most_units (NaN = not given); None where there is no table."""
    parts = [_one_file(item, found, finder, lenient=lenient) for item, _, found, finder in of if {"school", "indicator"} <= set(item.frame.columns)]
    if not parts:
        return None
    return pd.concat(parts, ignore_index=True).sort_values(["school_id", "stage", "indicator"], kind="stable").reset_index(drop=True)


def _one_file(item: Loaded, found: Found, finder: SchoolFinder, *, lenient: bool) -> pd.DataFrame:
    frame = item.frame.assign(_row=item.row)
    blank_cells(frame, ("school", "indicator"), found)
    index = header_index("schools")
    out = pd.DataFrame({"_row": frame["_row"], "school_id": found_schools(frame, "school", finder, found, key="upgrade.unknown_school", lenient=lenient)})
    out["stage"] = [(stages_of(s) or ("",))[0] if isinstance(s, str) else "" for s in frame["stage"]] if "stage" in frame.columns else ""
    out["indicator"] = [index.get(normal(label)) if isinstance(label, str) else None for label in frame["indicator"]]
    headers = [c.header_zh for name in RESOURCES if (c := column_of("schools", name)) is not None]
    for row, label, name in zip(frame["_row"], frame["indicator"], out["indicator"], strict=True):
        if isinstance(label, str) and name not in RESOURCES:
            found.add(text("balance.unknown_indicator", name=label), text("balance.known_indicators", names=headers), row=int(row), column="indicator")
    for column in ("unit_price_yuan", "most_units"):
        out[column] = frame[column].astype(np.float64) if column in frame.columns else np.nan
    known = out[out["indicator"].isin(RESOURCES)].dropna(subset=["school_id"])
    keys = ["school_id", "stage", "indicator"]
    for row in known.loc[known.duplicated(keys), "_row"].tolist():
        found.add(text("upgrade.twice"), text("reading.drop_row"), row=int(row), column="indicator")
    known = known.drop_duplicates(keys)
    return known[[*keys, "unit_price_yuan", "most_units"]].astype({"school_id": "str", "stage": "str", "indicator": "str"})
