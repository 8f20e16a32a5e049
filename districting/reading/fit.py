"""Do the layers of a city lie in one datum? Compares schools, blocks, streets and counties pair by pair and names the layer that does not fit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Geod

from districting.errors import Fault
from districting.reading.city import City
from districting.reading.load import Loaded
from districting.reading.locate import WGS84, declared, reproject
from districting.reading.mixed import between, outlines_say, points_say
from districting.reading.mixed_hints import lines_hint, outside_hint
from districting.reading.outside_datum import outside_say
from districting.reading.places import GAP_M
from districting.reading.repair import polygonal, polygonal_part
from districting.wording import text

_MOST_SHAPES: Final = 3000
"""Outlines of larger layers are not built: their points are compared by code instead."""
_SHOWN: Final = 5

Placed = tuple[Loaded, NDArray[Any]]
Say = Callable[[tuple[str, ...]], tuple[str, str] | None]


@dataclass(frozen=True, eq=False)
class Misfit:
    """Two layers that do not fit, which of them and in which datum would mend it, and how to ask again about one side only."""

    first: Loaded
    second: Loaded
    said: tuple[str, str]
    say: Say

    @property
    def tables(self) -> tuple[str, str]:
        return self.first.table, self.second.table


def datum_faults(files: list[Loaded], city: City | None) -> list[Fault]:
    """One fault for each layer that another datum would make fit. Of three or more layers the one that fits none of the others is named."""
    degrees = [
        (item, reproject(item.shapes, item.crs, CRS(WGS84)))
        for item in files
        if item.shapes is not None and item.crs is not None and len(item.frame) and _comparable(item, files, city)
    ]
    areas = [d for d in degrees if polygonal(d[1]).any()]  # blocks given as points have no outline to compare with
    layers = {"schools": [d for d in degrees if d[0].table == "schools"]} | {t: [d for d in areas if d[0].table == t] for t in ("blocks", "admin", "counties")}
    misfits = [m for item, shapes in layers["schools"] for m in _schools_misfit(item, shapes, layers, city)] + _outlines_misfit(layers)
    odd = _odd_table(misfits)
    faults: dict[int, Fault] = {}
    for misfit in misfits:
        side, datum = misfit.said
        if odd in misfit.tables:
            only = ("first", "second")[misfit.tables.index(odd)]
            side, datum = misfit.say((only,)) or misfit.said
        wrong, right = (misfit.first, misfit.second) if side == "first" else (misfit.second, misfit.first)
        if wrong.table == odd:
            faults.setdefault(id(wrong), _fault(wrong, datum, right))
    outside = [] if faults else _outside_faults(files, city)
    return list(faults.values()) + outside + _hints(degrees, layers, {f.file for f in faults.values()} | {f.file for f in outside})


def _outside_faults(files: list[Loaded], city: City | None) -> list[Fault]:
    """Schools outside the area that another datum brings in: one fault for the layer, with their number and names."""
    if city is None or not (city.unplaced["reason"] == "outside").any():
        return []
    zoned = bool(city.settings.zoning)
    within_m = max(GAP_M if zoned else 0.0, city.settings.project.outside_tolerance_m)
    placed = [i for i in files if i.shapes is not None and i.crs is not None and len(i.frame)]
    area = next((i for t in ("blocks", "admin", "counties") for i in placed if i.table == t and polygonal(np.asarray(i.shapes)).all()), None)
    if area is None or sum(i.table == area.table for i in files) > 1:
        return []
    areas = reproject(np.asarray(area.shapes), area.crs, CRS(WGS84))  # type: ignore[arg-type]
    out = []
    for item in (i for i in placed if i.table == "schools"):
        xy = _lnglat(reproject(np.asarray(item.shapes), item.crs, CRS(WGS84)))  # type: ignore[arg-type]
        said = outside_say(xy, areas, _assumed(item, area), within_m)
        if said is not None:
            wrong, other = (item, area) if said[0] == "points" else (area, item)
            out.append(_outside_fault(wrong, other, said[1], item.frame["name"].to_numpy(dtype=object)[said[2]], said[3], zoned))
    return out


def _outside_fault(wrong: Loaded, other: Loaded, datum: str, names: NDArray[Any], left: int, zoned: bool) -> Fault:
    values = {"count": len(names), "inside": len(names) - left, "examples": [str(n) for n in names[:_SHOWN]]}
    return Fault(
        text("reading.outside_datum", table=wrong.table, other=other.spec.path, datum=datum, metres=_shift_m(wrong, datum), **values),
        text("reading.declare_this", table=wrong.table, datum=datum),
        file=wrong.spec.path,
        sheet=wrong.sheet,
        column=f"inputs.datum.{wrong.table}",
        severity="error" if zoned else "warning",
    )


def _comparable(item: Loaded, files: list[Loaded], city: City | None) -> bool:
    """A layer of many blocks is compared with schools that name their block or are known to have blocks today, and with nothing else."""
    if item.table != "blocks" or len(item.frame) <= _MOST_SHAPES:
        return True
    return (city is not None and len(city.today) > 0) or any(f.table == "schools" and "block_id" in f.frame.columns for f in files)


def _hints(degrees: list[Placed], layers: dict[str, list[Placed]], known: set[str]) -> list[Fault]:
    """Warnings where a layer that is not yet named would fit the blocks better in another datum."""
    out: list[Fault] = []
    for block_item, blocks in layers["blocks"]:
        if block_item.spec.path in known or len(blocks) > _MOST_SHAPES:
            continue
        for item, lines in (d for d in degrees if d[0].table in ("roads", "barriers")):
            datum = lines_hint(lines, _polygons(blocks), _assumed(item, block_item)[0])
            out += [_hint(item, datum, block_item)] if datum else []
        for item, areas in (d for t in ("admin", "counties") for d in layers[t]):
            if item.spec.path not in known and len(areas) <= _MOST_SHAPES:
                datum = outside_hint(_outline(blocks), _outline(areas), _assumed(block_item, item)[0])
                out += [_hint(block_item, datum, item)] if datum else []
    return out


def _hint(item: Loaded, datum: str, other: Loaded) -> Fault:
    problem, remedy = (
        text("reading.maybe_datum", table=item.table, other=other.spec.path, datum=datum, metres=_shift_m(item, datum)),
        text("reading.check_datum", table=item.table, other=other.table),
    )
    return Fault(problem, remedy, file=item.spec.path, sheet=item.sheet, column=f"inputs.datum.{item.table}", severity="warning")


def _odd_table(misfits: list[Misfit]) -> str:
    """The table that misfits more other tables than any other does; without a single such table, the first one named."""
    others: dict[str, set[str]] = {}
    for misfit in misfits:
        a, b = misfit.tables
        others.setdefault(a, set()).add(b)
        others.setdefault(b, set()).add(a)
    if not others:
        return ""
    most = max(len(o) for o in others.values())
    top = [t for t, o in others.items() if len(o) == most]
    first = misfits[0]
    return top[0] if len(top) == 1 else (first.first if first.said[0] == "first" else first.second).table


def _misfit(first: Loaded, second: Loaded, say: Say) -> list[Misfit]:
    said = say(("first", "second"))
    return [] if said is None else [Misfit(first, second, said, say)]


def _schools_misfit(item: Loaded, shapes: NDArray[Any], layers: dict[str, list[Placed]], city: City | None) -> list[Misfit]:
    xy = _lnglat(shapes)
    out: list[Misfit] = []
    for table, name in (("admin", "town_code"), ("counties", "county_code")):
        for other, areas in layers[table]:
            if name in item.frame.columns and name in other.frame.columns:
                say = _points(xy, item.frame[name].to_numpy(dtype=object), _polygons(areas), other.frame[name].to_numpy(dtype=object), _assumed(item, other))
                out += _misfit(item, other, say)
    if "block_id" in item.frame.columns:
        for other, areas in layers["blocks"]:
            if "block_id" in other.frame.columns:
                home, code = (i.frame["block_id"].to_numpy(dtype=object) for i in (item, other))
                out += _misfit(item, other, _points(xy, home, _polygons(areas), code, _assumed(item, other)))
    return out + _against_today(item, xy, layers["blocks"], city)


def _against_today(item: Loaded, xy: NDArray[np.float64], blocks: list[Placed], city: City | None) -> list[Misfit]:
    """A school stands, as a rule, in a block that is assigned to it today."""
    if city is None or not len(city.today):
        return []
    key = item.frame["school_id" if "school_id" in item.frame.columns else "name"].to_numpy(dtype=object)
    for stage in sorted(set(city.today["stage"])):
        mine = city.today[city.today["stage"] == stage].drop_duplicates("block_id").set_index("block_id")["school_id"]
        for other, areas in blocks:
            found = _misfit(
                item, other, _points(xy, key, _polygons(areas), mine.reindex(other.frame["block_id"]).to_numpy(dtype=object), _assumed(item, other))
            )
            if found:
                return found
    return []


def _points(xy: NDArray[np.float64], wanted: NDArray[Any], areas: NDArray[Any], code: NDArray[Any], assumed: tuple[str, str]) -> Say:
    def say(sides: tuple[str, ...]) -> tuple[str, str] | None:
        said = points_say(xy, wanted, areas, code, assumed, tuple({"first": "points", "second": "areas"}[s] for s in sides))
        return None if said is None else ("first" if said[0] == "points" else "second", said[1])

    return say


def _outlines_misfit(layers: dict[str, list[Placed]]) -> list[Misfit]:
    polygonal = [(item, _outline(shapes)) for t in ("blocks", "admin", "counties") for item, shapes in layers[t] if len(shapes) <= _MOST_SHAPES]
    out: list[Misfit] = []
    for i, (first, a) in enumerate(polygonal):
        for second, b in polygonal[i + 1 :]:
            out += _misfit(first, second, _outlines(a, b, _assumed(first, second)))
    return out


def _outlines(a: Any, b: Any, assumed: tuple[str, str]) -> Say:
    def say(sides: tuple[str, ...]) -> tuple[str, str] | None:
        said = outlines_say(a, b, assumed, sides)
        return None if said is None else said[:2]

    return say


def _assumed(first: Loaded, second: Loaded) -> tuple[str, str]:
    """The web-map datum declared for either, else wgs84: any other system is within a metre of it."""
    said = [declared(item.spec.datum) if item.spec.datum else None for item in (first, second)]
    a, b = (s if isinstance(s, str) and s in ("gcj02", "bd09") else "wgs84" for s in said)
    return a, b


def _shift_m(item: Loaded, datum: str) -> str:
    """By how many metres the middle of a layer moves when it is read in another datum."""
    assert item.shapes is not None
    assert item.crs is not None
    west, south, east, north = shapely.total_bounds(item.shapes[~shapely.is_missing(item.shapes)])
    middle = reproject(np.array([shapely.Point((west + east) / 2, (south + north) / 2)], dtype=object), item.crs, CRS(WGS84))[0]
    lng, lat = between(_assumed(item, item)[0], datum)(middle.x, middle.y)
    return f"{float(Geod(ellps='WGS84').inv(middle.x, middle.y, float(lng), float(lat))[2]):,.0f}"


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
        text("reading.mixed_datum", table=wrong.table, other=right.spec.path, datum=datum, metres=_shift_m(wrong, datum)),
        text("reading.declare_this", table=wrong.table, datum=datum),
        file=wrong.spec.path,
        sheet=wrong.sheet,
        column=f"inputs.datum.{wrong.table}",
    )
