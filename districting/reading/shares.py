"""Who shares what with whom: one row for each layer and pair of schools (policy R16, 3.5b)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from districting.model.sharing import SHARE_LAYERS, layer_of
from districting.reading.finding import FEW, blank_cells, found_schools
from districting.reading.load import Loaded
from districting.reading.table import Found
from districting.reading.today import SchoolFinder
from districting.wording import text

_COLUMNS: Final = ("layer", "from_id", "to_id")


def shares(of: Sequence[tuple[Loaded, Any, Found, SchoolFinder]], *, lenient: bool) -> pd.DataFrame | None:
    """layer, from_id, to_id of all files; None where there is none. A school that shares with itself is a fault, a row that stands twice a note."""
    parts = [_one_file(item, found, finder, lenient=lenient) for item, _, found, finder in of if {"layer", "from", "to"} <= set(item.frame.columns)]
    return pd.concat(parts, ignore_index=True).drop_duplicates().reset_index(drop=True) if parts else None


def _one_file(item: Loaded, found: Found, finder: SchoolFinder, *, lenient: bool) -> pd.DataFrame:
    frame = item.frame.assign(_row=item.row)
    blank_cells(frame, ("layer", "from", "to"), found)
    layer = frame["layer"].map(layer_of, na_action="ignore")
    known = [f"{code}（{words[0]}）" for code, words in SHARE_LAYERS.items()]
    for label in sorted(set(frame["layer"][layer.isna()].dropna()))[:FEW]:
        row = int(frame.loc[frame["layer"] == label, "_row"].iloc[0])
        found.add(text("reading.unknown_layer", value=str(label)), text("reading.known_share_layers", layers=known), row=row, column="layer")
    ends = {e: found_schools(frame, e, finder, found, key="reading.unknown_share_school", lenient=lenient) for e in ("from", "to")}
    out = pd.DataFrame({"layer": layer, "from_id": ends["from"], "to_id": ends["to"], "_row": frame["_row"]}).dropna()
    own = (out["from_id"] == out["to_id"]).to_numpy(dtype=bool)
    for i in np.flatnonzero(own)[:FEW]:
        found.add(
            text("reading.shares_with_itself", school=str(out["from_id"].iloc[i])), text("reading.two_schools"), row=int(out["_row"].iloc[i]), column="to"
        )
    twice = out.duplicated(list(_COLUMNS)).to_numpy(dtype=bool)
    for i in np.flatnonzero(twice)[:FEW]:
        found.add(text("reading.share_twice"), text("reading.drop_row"), row=int(out["_row"].iloc[i]), column="layer", warning=True)
    return out.loc[~(own | twice), list(_COLUMNS)].astype("str")
