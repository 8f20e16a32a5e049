"""``inputs.population``: pupils and residents of a grid, of census areas or of points, brought onto the blocks and marked as estimates."""

from __future__ import annotations

import dataclasses
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from districting.geography.areal import Overlay, overlay
from districting.geography.estimates import estimate
from districting.model.stages import STAGES
from districting.reading.estimated import ESTIMATES, no_estimates
from districting.reading.graph import place_faults, somewhere
from districting.reading.load import Loaded
from districting.reading.repair import polygonal, sound_polygons
from districting.reading.table import Found
from districting.wording import Text, text

AMOUNTS: Final = ("residents", "households", *(f"{name}_{stage}" for name in ("pupils", "entrants") for stage in STAGES))
"""Columns of a population layer that are brought onto the blocks."""
_FEW: Final = 20
_SHOWN: Final = 5
_NOTED: Final = 0.005
"""Less than half a hundredth of a pupil outside is rounding."""
Shapes = NDArray[Any]
Layer = tuple[Loaded, Shapes | None, Found]


def with_population(files: list[Loaded], moved: list[Any], places: list[Found]) -> tuple[list[Loaded], pd.DataFrame]:
    """The files with the numbers of the population layers in those of the blocks, and one row for each column that is such an estimate.

    ``moved``: their shapes in the metre CRS. What cannot be used is a fault of its file.
    """
    layers = list(zip(files, moved, places, strict=True))
    people = [(item, None if shapes is None else somewhere(shapes), found) for item, shapes, found in layers if item.table == "population"]
    at = [i for i, item in enumerate(files) if item.table == "blocks"]
    if not people:
        return files, no_estimates()
    columns = [c for c in AMOUNTS if any(c in item.frame.columns for item, _, _ in people)]
    usable = [_usable(layer) for layer in people]
    if not _blocks_fit([layers[i] for i in at], people, columns) or not all(usable):
        return files, no_estimates()
    ground = np.concatenate([_polygons(moved[i]) for i in at])
    houses, storeys = _houses([layer for layer in layers if layer[0].table == "buildings"])
    sources = np.concatenate([shapes for _, shapes, _ in people if shapes is not None])
    found = overlay(sources, ground, buildings=houses, floors=storeys)
    amount = np.concatenate([_amounts(item, columns, place) for item, _, place in people])
    made = estimate(found, amount)
    if not made.on_blocks.any() and amount.any():
        for _, _, place in people:
            place.add(text("population.elsewhere"), text("population.elsewhere_remedy"), column="geometry")
        return files, no_estimates()
    _tell(people, columns, found, made.outside, amount, bool(houses is not None))
    return _filled(files, at, columns, made.on_blocks), _table(people, columns, made, houses is not None)


def _usable(layer: Layer) -> bool:
    """Whether a layer holds amounts, and a place for each; what it lacks is said."""
    item, shapes, found = layer
    if not set(AMOUNTS) & set(item.frame.columns):
        found.add(text("population.no_amounts", headers=list(item.headers[:_FEW])), text("population.no_amounts_remedy"), column="inputs.columns.population")
        return False
    if shapes is None:
        return False  # said by whoever read it
    names = _names(item)
    lost = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    place_faults(shapes, names, item.row, found)
    area = polygonal(shapes) | (~lost & (shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION))
    if area.any():
        shapes[area] = sound_polygons(shapes[area], names[area], item.row[area], found)
    wrong = np.flatnonzero(~lost & ~area & (shapely.get_type_id(shapes) != shapely.GeometryType.POINT))
    for i in wrong[:_FEW]:
        found.add(text("population.kind", name=str(names[i])), text("population.kind_remedy"), row=int(item.row[i]), column="geometry")
    return not lost.any() and not len(wrong)


def _names(item: Loaded) -> NDArray[Any]:
    return (item.frame["name"] if "name" in item.frame.columns else pd.Series(item.row)).to_numpy(dtype=object)


def _blocks_fit(blocks: list[Layer], people: list[Layer], columns: list[str]) -> bool:
    """Whether the blocks have outlines and lack the numbers that the population brings."""
    good = True
    for _, _, found in people if not blocks else ():
        found.add(text("reading.no_blocks"), text("reading.give_blocks"), column="inputs.blocks")
    for item, shapes, found in blocks:
        if shapes is None or not polygonal(shapes).all():
            found.add(text("population.no_outlines"), text("population.no_outlines_remedy"), column="geometry")
            good = False
        for column in (c for c in columns if c in item.frame.columns and item.frame[c].notna().any()):
            found.add(text("population.twice", column=column), text("population.twice_remedy", column=column), column=column)
            good = False
    return good and bool(blocks)


def _polygons(shapes: Shapes) -> Shapes:
    return np.where(shapely.is_valid(shapes), shapes, shapely.make_valid(shapes))


def _houses(layers: list[Layer]) -> tuple[Shapes | None, NDArray[np.float64] | None]:
    """Buildings of all files and their storeys, 1 where not given."""
    shapes, storeys = [], []
    for item, given, found in layers:
        if given is None:
            continue
        sound = sound_polygons(somewhere(given), _names(item), item.row, found)
        area = polygonal(sound)
        floors = item.frame["floors"].to_numpy(dtype=np.float64) if "floors" in item.frame.columns else np.full(len(sound), np.nan)
        shapes.append(sound[area])
        storeys.append(np.where(np.isfinite(floors), floors, 1.0)[area])
    return (np.concatenate(shapes), np.concatenate(storeys)) if shapes else (None, None)


def _amounts(item: Loaded, columns: list[str], found: Found) -> NDArray[np.float64]:
    """(s, c) numbers of one layer; blank ones count as 0, which is said."""
    table = item.frame.reindex(columns=columns).to_numpy(dtype=np.float64)
    for at, column in enumerate(columns):
        blank = np.flatnonzero(np.isnan(table[:, at]))
        if column in item.frame.columns and len(blank):
            found.add(text("population.blank", count=len(blank)), text("population.blank_remedy"), row=int(item.row[blank[0]]), column=column, warning=True)
    return np.nan_to_num(table)


def _tell(people: list[Layer], columns: list[str], found: Overlay, outside: NDArray[np.float64], amount: NDArray[np.float64], built: bool) -> None:
    """Notes: what is an estimate and how it was made, what lies on no block and where, what had to be divided by ground."""
    at = 0
    for item, shapes, place in people:
        rows = slice(at, at + len(item.frame))
        at += len(item.frame)
        mine = [c for c in columns if c in item.frame.columns]
        place.add(text("population.estimated", columns=mine, method=_method(built)), text("population.estimated_remedy"), column="geometry", warning=True)
        by_ground = ~found.by_buildings[rows] & (amount[rows] > 0).any(axis=1) & (shapely.get_type_id(shapes) != shapely.GeometryType.POINT)
        if built and by_ground.any():
            first = int(item.row[np.flatnonzero(by_ground)[0]])
            place.add(text("population.no_house", count=int(by_ground.sum())), text("population.no_house_remedy"), row=first, column="geometry", warning=True)
        for c in mine:
            _tell_outside(item, place, c, outside[rows, columns.index(c)], float(amount[rows, columns.index(c)].sum()))


def _tell_outside(item: Loaded, place: Found, column: str, outside: NDArray[np.float64], total: float) -> None:
    lost = np.flatnonzero(outside > _NOTED)
    if not len(lost):
        return
    order = lost[np.argsort(-outside[lost], kind="stable")]
    spots = [text("population.spot", row=int(item.row[i]), amount=_short(outside[i])) for i in order[:_SHOWN]]
    problem = text("population.outside", amount=_short(outside[lost].sum()), total=_short(total), count=len(lost), spots=spots)
    place.add(problem, text("population.outside_remedy"), row=int(item.row[order[0]]), column=column, warning=True)


def _short(amount: float) -> str:
    return f"{amount:,.2f}".rstrip("0").rstrip(".")


def _method(built: bool) -> Text:
    return text("population.by_buildings" if built else "population.by_area")


def _filled(files: list[Loaded], at: list[int], columns: list[str], values: NDArray[np.float64]) -> list[Loaded]:
    out, start = list(files), 0
    for i in at:
        rows = slice(start, start + len(files[i].frame))
        start += len(files[i].frame)
        out[i] = dataclasses.replace(files[i], frame=files[i].frame.assign(**dict(zip(columns, values[rows].T, strict=True))))
    return out


def _table(people: list[Layer], columns: list[str], made: Any, built: bool) -> pd.DataFrame:
    rows = [
        {
            "table": "blocks",
            "column": c,
            "file": "、".join(item.spec.path for item, _, _ in people if c in item.frame.columns),
            "method": "buildings" if built else "area",
            "on_blocks": float(made.on_blocks[:, k].sum()),
            "outside": float(made.outside_whole[k]),
        }
        for k, c in enumerate(columns)
    ]
    return pd.DataFrame(rows, columns=list(ESTIMATES))
