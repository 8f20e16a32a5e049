"""Repairs that change no meaning: invalid polygons are made valid and every one is listed. What cannot be repaired is a fault."""

from __future__ import annotations

import re
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from districting.geography.coverage_faults import polygons_of
from districting.reading.repair_log import RepairLog
from districting.reading.table import Found
from districting.wording import Text, text

_POLYGONAL = (3, 6)


def sound_polygons(
    shapes: NDArray[Any], names: NDArray[Any], row: NDArray[np.int64], found: Found, log: RepairLog | None = None, layer: str = ""
) -> NDArray[Any]:
    """Valid polygons, the same number and order; every change is listed in ``log`` where one is kept, and those that need none are the objects that were given."""
    shapes, log = shapes.copy(), log if log is not None else RepairLog()
    missing = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    broken = ~missing & ~np.isfinite(shapely.bounds(shapes)).all(axis=1)
    for i in np.flatnonzero(missing | broken):
        found.add(text("reading.no_shape", name=str(names[i])), text("reading.draw_shape"), row=int(row[i]), column="geometry")
    usable = ~missing & ~broken
    for i in np.flatnonzero(usable & ~np.isin(shapely.get_type_id(shapes), (*_POLYGONAL, 7))):
        kind = text("reading.shape_point" if "Point" in shapes[i].geom_type else "reading.shape_line")
        found.add(text("reading.not_polygon", name=str(names[i]), kind=kind), text("reading.give_polygons"), row=int(row[i]), column="geometry")
        usable[i] = False
    invalid = usable & ~shapely.is_valid(shapes)
    for i in np.flatnonzero(invalid | (usable & (shapely.get_type_id(shapes) == 7))):
        before = shapes[i]
        shapes[i] = polygonal_part(shapely.make_valid(before))
        if not shapes[i].is_empty:
            log.add(layer, int(row[i]), str(names[i]), "validity", (float(shapes[i].area - _drawn_m2(before)), *_where(before)))
            found.add(
                text("reading.repaired", name=str(names[i]), why=_why(before)), text("reading.check_repair"), row=int(row[i]), column="geometry", warning=True
            )
    _without_duplicates(shapes, usable, (names, row), found, log, layer)
    for i in np.flatnonzero(usable & (shapely.area(shapes) == 0)):
        found.add(text("reading.zero_area", name=str(names[i])), text("reading.draw_shape"), row=int(row[i]), column="geometry")
    return shapes


def _drawn_m2(shape: Any) -> float:
    """The ground that the outlines of a shape go round, each piece once: what goes round the other way, as half a bow tie, does not count against it.

    >>> _drawn_m2(shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)]))
    50.0
    """
    return float(shapely.make_valid(shape, method="structure", keep_collapsed=False).area)


def _where(shape: Any) -> tuple[float, float]:
    """The place that makes a shape invalid, as the geometry library names it; else its first corner."""
    named = re.search(r"\[(\S+) (\S+)\]", shapely.is_valid_reason(shape))
    if named:
        return float(named[1]), float(named[2])
    x, y = shapely.get_coordinates(shape)[0]
    return float(x), float(y)


def _without_duplicates(
    shapes: NDArray[Any], usable: NDArray[np.bool_], rows: tuple[NDArray[Any], NDArray[np.int64]], found: Found, log: RepairLog, layer: str
) -> None:
    """Corners that stand twice in a row are written once, in place; one note for all of them."""
    names, row = rows
    xy, owner = shapely.get_coordinates(shapes, return_index=True)
    twice = np.flatnonzero((xy[1:] == xy[:-1]).all(axis=1) & (owner[1:] == owner[:-1]))
    changed = []
    for at in twice[np.unique(owner[twice], return_index=True)[1]]:
        i = int(owner[at])
        once = shapely.remove_repeated_points(shapes[i]) if usable[i] else shapes[i]
        if shapely.get_num_coordinates(once) < shapely.get_num_coordinates(shapes[i]) and shapely.is_valid(once):
            log.add(layer, int(row[i]), str(names[i]), "duplicate_vertices", (float(once.area - shapes[i].area), float(xy[at, 0]), float(xy[at, 1])))
            shapes[i] = once
            changed.append(str(names[i]))
    if changed:
        found.add(text("repair.note_duplicate_vertices", count=len(changed), examples=changed[:5]), text("repair.no_meaning"), column="geometry", warning=True)


_REASONS: Final = {
    "self-intersection": "crossing",
    "hole": "holes",
    "interior is disconnected": "holes",
    "shell": "parts",
    "ring": "parts",
    "few": "points",
    "closed": "points",
}
"""Word of the geometry library's reason -> our sentence; the first that is found."""


def _why(shape: Any) -> Text:
    """Why a shape is not valid, in our words."""
    said = shapely.is_valid_reason(shape).casefold()
    return text(f"reading.why_{next((ours for word, ours in _REASONS.items() if word in said), 'other')}")


def polygonal(shapes: NDArray[Any]) -> NDArray[np.bool_]:
    """(n,) whether each shape is an area.

    >>> polygonal(np.array([shapely.box(0, 0, 1, 1), shapely.Point(0, 0), None])).tolist()
    [True, False, False]
    """
    return np.isin(shapely.get_type_id(shapes), _POLYGONAL) & ~shapely.is_empty(shapes)


def polygonal_part(shape: Any) -> Any:
    """The polygons of a shape, as one Polygon or MultiPolygon.

    >>> polygonal_part(shapely.from_wkt("GEOMETRYCOLLECTION (POLYGON ((0 0, 1 0, 1 1, 0 0)), LINESTRING (0 0, 9 9))")).geom_type
    'Polygon'
    """
    if shape.geom_type in ("Polygon", "MultiPolygon"):
        return shape
    parts = polygons_of(shape)
    return parts[0] if len(parts) == 1 else shapely.multipolygons(parts)
