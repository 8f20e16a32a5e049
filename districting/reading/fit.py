"""Do the layers of a city lie in one datum? Compares schools, blocks, streets and counties pair by pair and names the layer that does not fit."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from districting.errors import Fault
from districting.reading.city import City
from districting.reading.load import Loaded
from districting.reading.locate import WGS84, reproject
from districting.reading.mixed import outlines_say, points_say
from districting.reading.repair import polygonal_part
from districting.wording import text

_MOST_SHAPES: Final = 3000
"""Outlines of larger layers are not built: their points are compared by code instead."""


def datum_faults(files: list[Loaded], city: City | None) -> list[Fault]:
    """One fault for each pair of layers that a web-map shift explains."""
    degrees = [(item, reproject(item.shapes, item.crs, CRS(WGS84))) for item in files if item.shapes is not None and item.crs is not None and len(item.frame)]
    by_table = {t: [d for d in degrees if d[0].table == t] for t in ("schools", "blocks", "admin", "counties")}
    faults = []
    for item, shapes in by_table["schools"]:
        faults += _points_against(item, shapes, by_table, city)
    if not faults:
        faults += _outlines(by_table)
    return faults


def _points_against(item: Loaded, shapes: NDArray[Any], layers: dict[str, list[Any]], city: City | None) -> list[Fault]:
    xy = _lnglat(shapes)
    for table, name in (("admin", "town_code"), ("counties", "county_code")):
        if name not in item.frame.columns:
            continue
        for other, areas in layers[table]:
            if name in other.frame.columns:
                said = points_say(xy, item.frame[name].to_numpy(dtype=object), _polygons(areas), other.frame[name].to_numpy(dtype=object))
                if said is not None:
                    return [_fault(item if said[0] == "points" else other, said[1], other if said[0] == "points" else item)]
    return _against_today(item, xy, layers["blocks"], city)


def _against_today(item: Loaded, xy: NDArray[np.float64], blocks: list[Any], city: City | None) -> list[Fault]:
    """A school stands, as a rule, in a block that is assigned to it today."""
    if city is None or not len(city.today) or not blocks:
        return []
    key = item.frame["school_id" if "school_id" in item.frame.columns else "name"].to_numpy(dtype=object)
    for stage in sorted(set(city.today["stage"])):
        mine = city.today[city.today["stage"] == stage].drop_duplicates("block_id").set_index("block_id")["school_id"]
        for other, areas in blocks:
            code = mine.reindex(other.frame["block_id"]).to_numpy(dtype=object)
            said = points_say(xy, key, _polygons(areas), code)
            if said is not None:
                return [_fault(item if said[0] == "points" else other, said[1], other if said[0] == "points" else item)]
    return []


def _outlines(layers: dict[str, list[Any]]) -> list[Fault]:
    polygonal = [(item, shapes) for t in ("blocks", "admin", "counties") for item, shapes in layers[t] if len(shapes) <= _MOST_SHAPES]
    for i, (first, a) in enumerate(polygonal):
        for second, b in polygonal[i + 1 :]:
            said = outlines_say(_outline(a), _outline(b))
            if said is not None:
                wrong, right = (first, second) if said[0] == "first" else (second, first)
                return [_fault(wrong, said[1], right)]
    return []


def _outline(shapes: NDArray[Any]) -> Any:
    return polygonal_part(shapely.make_valid(shapely.union_all(_polygons(shapes))))


def _polygons(shapes: NDArray[Any]) -> NDArray[Any]:
    invalid = ~shapely.is_valid(shapes)
    if invalid.any():
        shapes = shapes.copy()
        shapes[invalid] = shapely.make_valid(shapes[invalid])
    return shapes


def _lnglat(points: NDArray[Any]) -> NDArray[np.float64]:
    known = ~shapely.is_missing(points)
    xy = np.full((len(points), 2), np.nan)
    xy[known] = np.column_stack([shapely.get_x(points[known]), shapely.get_y(points[known])])
    return xy


def _fault(wrong: Loaded, datum: str, right: Loaded) -> Fault:
    return Fault(
        text("reading.mixed_datum", table=wrong.table, other=right.spec.path, datum=datum),
        text("reading.declare_this", table=wrong.table, datum=datum),
        file=wrong.spec.path,
        sheet=wrong.sheet,
        column=f"inputs.datum.{wrong.table}",
    )
