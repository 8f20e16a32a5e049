"""Blocks as a table and a list of borders instead of outlines: which inputs say so, and whether the list is sound."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from districting.errors import Fault
from districting.model.settings import Settings
from districting.reading.table import Found
from districting.wording import text

_FEW: Final = 20
_FARTHEST_M: Final = 1e8


def without_outlines(settings: Settings) -> bool:
    """Whether neighbours come from a list or from Voronoi cells, so that blocks need no outline."""
    return bool(settings.inputs.get("edges")) or any(spec.neighbours == "voronoi" for spec in settings.inputs.get("blocks", ()))


def spec_faults(settings: Settings) -> list[Fault]:
    """Settings of the blocks that do not go together."""
    specs, faults = settings.inputs.get("blocks", ()), []
    voronoi = [spec for spec in specs if spec.neighbours == "voronoi"]
    if voronoi and len({(s.neighbours, s.neighbours_reach_m) for s in specs}) > 1:
        faults.append(Fault(text("reading.neighbours_differ"), text("reading.same_neighbours"), column="inputs.blocks.neighbours"))
    if voronoi and settings.inputs.get("edges"):
        faults.append(Fault(text("reading.edges_and_voronoi"), text("reading.one_of_both"), column="inputs.blocks.neighbours"))
    for spec in specs:
        if spec.cells == "voronoi" and spec.neighbours == "voronoi":
            faults.append(Fault(text("cells.and_neighbours"), text("reading.one_of_both"), file=spec.path, column="inputs.blocks.cells"))
        reach = spec.neighbours_reach_m
        if (spec.neighbours == "voronoi") == (reach is None) or (reach is not None and not 0 < reach < np.inf):
            faults.append(Fault(text("reading.no_reach"), text("reading.give_reach"), file=spec.path, column="inputs.blocks.neighbours_reach_m"))
    return faults


def checked_pairs(frame: pd.DataFrame, row: NDArray[np.int64], blocks: set[str], found: Found) -> pd.DataFrame:
    """block_a, block_b, shared_m (NaN = not given) of a table of pairs; unknown blocks, a block beside itself and pairs given twice are faults."""
    out = frame.reindex(columns=["block_a", "block_b", "shared_m"])
    for column in ("block_a", "block_b"):
        _each(out[column].isna(), row, found, column, lambda i: text("reading.no_id", column=column), "reading.give_id")  # noqa: B023
        unknown = out[column].notna() & ~out[column].isin(blocks)
        _each(unknown, row, found, column, lambda i: text("reading.unknown_block", block=str(out[column].iloc[i])), "reading.give_block")  # noqa: B023
    itself = out["block_a"].notna() & (out["block_a"] == out["block_b"])
    _each(itself, row, found, "block_b", lambda i: text("reading.beside_itself", block=str(out["block_a"].iloc[i])), "reading.remove_row")
    pair = pd.Series([tuple(sorted((str(a), str(b)))) for a, b in zip(out["block_a"], out["block_b"], strict=True)], index=out.index, dtype="object")
    twice = pair.duplicated() & out["block_a"].notna() & out["block_b"].notna() & ~itself
    _each(twice, row, found, "block_b", lambda i: text("reading.pair_twice", a=pair.iloc[i][0], b=pair.iloc[i][1]), "reading.one_row")
    if "shared_m" in frame.columns:
        _each(out["shared_m"].isna(), row, found, "shared_m", lambda i: text("reading.blank_number"), "reading.fill_number")
    return out


def _each(wrong: Any, row: NDArray[np.int64], found: Found, column: str, problem: Any, remedy: str) -> None:
    places = np.flatnonzero(np.asarray(wrong, dtype=bool))
    for i in places[:_FEW]:
        found.add(problem(int(i)), text(remedy), row=int(row[i]), column=column)
    if len(places) > _FEW:
        found.add(text("reading.and_more", count=len(places) - _FEW), text(remedy), column=column)


def somewhere(shapes: NDArray[Any]) -> NDArray[Any]:
    """Shapes with None for those that lie nowhere on the ground: no metre CRS has coordinates like that, and no geometry library can work with them."""
    out = np.array(shapes, dtype=object)
    with np.errstate(invalid="ignore"):
        out[(np.abs(shapely.bounds(out)) > _FARTHEST_M).any(axis=1)] = None
    return out


def place_faults(shapes: NDArray[Any], names: NDArray[Any], row: NDArray[np.int64], found: Found) -> None:
    """Blocks whose neighbours follow from their points, without a point."""
    for i in np.flatnonzero(shapely.is_missing(shapes) | shapely.is_empty(shapes)):
        found.add(text("reading.no_shape", name=str(names[i])), text("reading.give_coordinates"), row=int(row[i]), column="lng")
