"""Where a table lies: its declared datum or CRS, shapes from coordinate columns, everything brought to WGS84 or a known EPSG code."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from districting.model.settings import InputSpec
from districting.reading.datum import TO_WGS84
from districting.reading.misread import is_swapped, misread
from districting.reading.schema import TABLES, normal
from districting.reading.table import Found, RawTable
from districting.wording import text

WGS84: Final = "EPSG:4326"
_SAYS_NOTHING: Final = (".geojson", ".json", ".kml")
"""Files that are in WGS84 by their standard, and in any datum in practice."""
_BEYOND_THE_WORLD: Final = 1e9
"""Metres (or degrees) no place on earth has in any system: forty million go round it, a zone prefix makes that no more."""
_LIKE_COORDINATES: Final = re.compile(
    r"(?!.*(坐标系|基准|datum|crs)).*(坐标|经度|纬度|经纬|longitude|latitude)|[xy]|[xy]coord.*|coord.*[xy]|point[xy]|lon|lng|lat|easting|northing"
)
"""Headers that may be coordinates, whatever they are called."""
_NAMES: Final = {
    "wgs84": "wgs84", "wgs-84": "wgs84", "epsg:4326": "wgs84", "cgcs2000": "cgcs2000", "国家2000": "cgcs2000", "2000国家大地坐标系": "cgcs2000",
    "gcj02": "gcj02", "gcj-02": "gcj02", "高德": "gcj02", "腾讯": "gcj02", "火星坐标": "gcj02", "火星坐标系": "gcj02", "bd09": "bd09", "bd-09": "bd09", "百度": "bd09",
}  # fmt: skip


def declared(name: str) -> str | CRS | None:
    """A datum name or CRS from what a planner writes; None where it is neither.

    >>> declared("GCJ-02"), declared("高德")
    ('gcj02', 'gcj02')
    """
    known = _NAMES.get(name.strip().casefold().removesuffix("坐标系")) or _NAMES.get(name.strip().casefold())
    if known:
        return known
    try:
        return CRS.from_user_input(int(name) if name.strip().isdigit() else name)
    except CRSError:
        return None


def located(raw: RawTable, frame: pd.DataFrame, table: str, spec: InputSpec, found: Found) -> tuple[NDArray[Any] | None, CRS | None]:
    """Shapes of the rows (None where a row has none) and their CRS; None, None where the table has no place at all."""
    if raw.geometry is not None:
        return _file_shapes(raw, table, spec, found)
    if not {"lng", "lat"} <= set(frame.columns):
        _say_unread(raw, table, found)
        return None, None
    return _column_points(raw, frame, table, spec, found)


def _say_unread(raw: RawTable, table: str, found: Found) -> None:
    """A table that has columns like coordinates, but not a pair whose headers are known, is without places: which of two numbers is the longitude is not guessed."""
    if not {"lng", "lat"} <= {c.name for c in TABLES.get(table, ())}:
        return
    like = [str(h) for h in raw.frame.columns if _LIKE_COORDINATES.fullmatch(normal(h))]
    if like:
        known = {c.name: c.header_zh for c in TABLES[table] if c.name in ("lng", "lat")}
        remedy = text("reading.name_coordinates", table=table, first=like[0], last=like[-1], lng=known["lng"], lat=known["lat"])
        found.add(text("reading.coordinates_unread", names=like), remedy, column=like[0], warning=True)


def _file_shapes(raw: RawTable, table: str, spec: InputSpec, found: Found) -> tuple[NDArray[Any] | None, CRS | None]:
    assert raw.geometry is not None
    said = _said(spec, table, found)
    if spec.datum is not None and said is None:
        return None, None
    if said is None:
        if raw.crs is None:
            found.add(text("reading.no_crs"), text("reading.declare_datum", table=table))
            return None, None
        said = CRS.from_user_input(raw.crs)
        if spec.path.lower().endswith(_SAYS_NOTHING) and said == CRS(WGS84):
            found.add(text("reading.assumed_wgs84"), text("reading.declare_datum", table=table), column=f"inputs.datum.{table}", warning=True)
    shapes = _without_nan(shapely.force_2d(raw.geometry))
    own = None if raw.crs is None else CRS.from_user_input(raw.crs)
    wrong = misread(shapes, said, own, table)
    if wrong is not None:
        found.add(*wrong, column=f"inputs.datum.{table}")
        return None, None
    if spec.datum is not None and isinstance(said, CRS) and said.is_projected and own is not None and own.is_projected and own != said:
        found.add(
            text("reading.other_crs", own=own.name, datum=said.name), text("reading.check_crs", table=table), column=f"inputs.datum.{table}", warning=True
        )
    return _moved(shapes, said)


def _without_nan(shapes: NDArray[Any]) -> NDArray[Any]:
    """Shapes with None for those that have a corner nowhere, or beyond the world: no geometry library can work with one."""
    xy, owner = shapely.get_coordinates(shapes, return_index=True)
    out = np.array(shapes, dtype=object)
    out[owner[~(np.abs(xy) < _BEYOND_THE_WORLD).all(axis=1)]] = None
    return out


def _said(spec: InputSpec, table: str, found: Found) -> str | CRS | None:
    if spec.datum is None:
        return None
    said = declared(spec.datum)
    if said is None:
        found.add(text("reading.unknown_datum", datum=spec.datum), text("reading.declare_datum", table=table))
    return said


def _moved(shapes: NDArray[Any], said: str | CRS) -> tuple[NDArray[Any], CRS]:
    if isinstance(said, str) and said in TO_WGS84:
        way = TO_WGS84[said]
        moved = shapely.transform(shapes, lambda xy: np.column_stack(way(xy[:, 0], xy[:, 1])))
        return np.asarray(moved, dtype=object), CRS(WGS84)
    if isinstance(said, str):
        return shapes, CRS("EPSG:4490") if said == "cgcs2000" else CRS(WGS84)
    return shapes, said


def is_degrees(name: str) -> bool | None:
    """Whether coordinates under a datum or CRS are degrees; None where the name is none.

    >>> is_degrees("gcj02"), is_degrees("EPSG:4545"), is_degrees("nowhere")
    (True, False, None)
    """
    said = declared(name)
    return None if said is None else isinstance(said, str) or bool(said.is_geographic)


def points_in(x: NDArray[np.float64], y: NDArray[np.float64], name: str, target: str) -> NDArray[np.float64]:
    """(n, 2) coordinates under a declared datum (x or longitude first) in the CRS ``target``."""
    said = declared(name)
    if said is None:
        raise ValueError(name)
    shapes, crs = _moved(np.asarray(shapely.points(x, y), dtype=object), said)
    return np.asarray(shapely.get_coordinates(reproject(shapes, crs, CRS.from_user_input(target))), dtype=np.float64)


def _column_points(raw: RawTable, frame: pd.DataFrame, table: str, spec: InputSpec, found: Found) -> tuple[NDArray[Any] | None, CRS | None]:
    """Points of lng/lat columns. The datum is that of the config, else of each row's own crs column."""
    lng, lat = frame["lng"].to_numpy(dtype=np.float64), frame["lat"].to_numpy(dtype=np.float64)
    given = np.isfinite(lng) & np.isfinite(lat)
    said = pd.Series([spec.datum] * len(frame), dtype="object")
    if spec.datum is None and "crs" in frame.columns:
        said = frame["crs"].astype("object")
    points = np.full(len(frame), None, dtype=object)
    undeclared = given & said.isna().to_numpy()
    if undeclared.any():
        row = int(raw.row[np.flatnonzero(undeclared)[0]])
        found.add(text("reading.no_datum", count=int(undeclared.sum())), text("reading.declare_datum", table=table), row=row, column="crs")
    target: CRS | None = None
    for name in sorted(set(said[given & ~undeclared])):
        system = declared(str(name))
        if system is None:
            found.add(text("reading.unknown_datum", datum=str(name)), text("reading.declare_datum", table=table), column="crs")
            continue
        mine = given & (said == name).to_numpy()
        if isinstance(system, str) or system.is_geographic:
            mine &= _in_range(lng, lat, mine, raw, found)
        shapes, crs = _moved(np.asarray(shapely.points(lng[mine], lat[mine]), dtype=object), system)
        target = target or crs
        points[mine] = reproject(shapes, crs, target)
    return points, target


def _in_range(lng: NDArray[np.float64], lat: NDArray[np.float64], mine: NDArray[np.bool_], raw: RawTable, found: Found) -> NDArray[np.bool_]:
    good = (np.abs(lng) <= 180) & (np.abs(lat) <= 90)
    swapped = is_swapped(lng, lat)
    for i in np.flatnonzero(mine & swapped):
        found.add(text("reading.swapped", lng=lng[i], lat=lat[i]), text("reading.swap_back"), row=int(raw.row[i]), column="lng")
    for i in np.flatnonzero(mine & ~good & ~swapped):
        found.add(text("reading.out_of_range", lng=lng[i], lat=lat[i]), text("reading.check_degrees"), row=int(raw.row[i]), column="lng")
    return good & ~swapped


def reproject(shapes: NDArray[Any], source: CRS, target: CRS) -> NDArray[Any]:
    """Shapes in another CRS, x east and y north."""
    if source == target or not len(shapes):
        return shapes
    way = _way(source, target)
    return np.asarray(shapely.transform(shapes, lambda xy: np.column_stack(way.transform(xy[:, 0], xy[:, 1]))), dtype=object)


@lru_cache(maxsize=64)
def _way(source: CRS, target: CRS) -> Transformer:
    """Finding the way costs more than going it, and a city's layers go the same few ways."""
    return Transformer.from_crs(source, target, always_xy=True)


def is_ballpark(source: CRS) -> bool:
    """Whether PROJ knows no accurate way from ``source`` to CGCS2000: Beijing-54 and Xi'an-80 come out tens of metres wrong."""
    base = source.geodetic_crs
    return base is not None and any(word in base.name for word in ("Beijing 1954", "Xian 1980", "New Beijing"))


def metre_crs(lng: float, lat: float) -> CRS:
    """The CRS of the work: CGCS2000 three-degree zone inside China, else the UTM zone.

    >>> metre_crs(116.4, 39.9).to_epsg(), metre_crs(111.75, 40.84).to_epsg(), metre_crs(-76.7, 39.2).to_epsg()
    (4548, 4546, 32618)
    """
    from districting.reading.datum import shifted

    if bool(shifted(np.array([lng]), np.array([lat]))[0]):
        return CRS.from_epsg(4534 + int(np.floor((lng + 1.5) / 3.0)) - 25)
    return CRS.from_epsg((32600 if lat >= 0 else 32700) + min(int((lng + 180.0) // 6.0) + 1, 60))
