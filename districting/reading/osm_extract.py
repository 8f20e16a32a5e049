"""What an OpenStreetMap extract (PBF or XML) holds of one theme: rows of plain tags and shapes, read in one pass through pyosmium."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely

from districting.errors import DependencyError
from districting.reading.table import fail, unreadable
from districting.wording import text

_YES: Final = frozenset({"yes", "designated", "permissive", "official", "destination"})
_NO: Final = frozenset({"no", "private", "use_sidepath", "customers", "permit"})
_SIDEWALK: Final = frozenset({"both", "left", "right", "yes"})
_RIVERS: Final = frozenset({"river", "canal"})
_RAILS: Final = frozenset({"rail", "light_rail", "narrow_gauge", "subway", "preserved"})
_MOTORWAYS: Final = frozenset({"motorway", "motorway_link"})
_SCHOOLS: Final = frozenset({"school", "kindergarten", "college", "university"})
NOT_WALKED: Final = frozenset({"motorway", "motorway_link", "trunk", "trunk_link", "construction", "proposed", "raceway", "bus_guideway", "abandoned", "razed"})
"""Kinds of way that nobody walks along unless the way itself says so."""
LEAST_WATER_DEG2: Final = 1.2e-7
"""Square degrees of about a thousand square metres: smaller ponds stop nobody."""


@dataclass(frozen=True)
class Theme:
    """How one layer is taken out of an extract: ``keys`` of the tags it is found by; the functions give a row for an object, or None where it is not of the theme."""

    keys: tuple[str, ...]
    node: Callable[[Mapping[str, str]], dict[str, Any] | None] | None = None
    way: Callable[[Mapping[str, str]], dict[str, Any] | None] | None = None
    area: Callable[[Mapping[str, str]], dict[str, Any] | None] | None = None


def _road(tags: Mapping[str, str]) -> dict[str, Any] | None:
    """A way for people or cars; whether it may be walked along is said by ``foot``, else by its pavement, else by a general ban."""
    kind = tags.get("highway")
    if kind is None:
        return None
    foot = tags.get("foot", "")
    walkable = "yes" if foot in _YES else "no" if foot in _NO else ""
    if not walkable and tags.get("sidewalk") in _SIDEWALK:
        walkable = "yes"
    if not walkable and tags.get("access") in _NO:
        walkable = "no"
    spans = {name: tags.get(name, "") for name in ("bridge", "tunnel")}
    return {"name": tags.get("name", ""), "kind": kind, "walkable": walkable, "level": tags.get("layer", ""), **spans, "meets": "points"}


def _barrier(tags: Mapping[str, str]) -> dict[str, Any] | None:
    """A river, canal, railway or motorway at the height of the ground: in a tunnel, or on a bridge of its own, it stops nobody."""
    kind = tags.get("waterway") if tags.get("waterway") in _RIVERS else None
    kind = kind or (tags.get("railway") if tags.get("railway") in _RAILS else None)
    kind = kind or ("motorway" if tags.get("highway") in _MOTORWAYS else None)
    if kind is None or any(tags.get(span, "no") != "no" for span in ("tunnel", "bridge", "covered")) or tags.get("layer", "").startswith("-"):
        return None
    return {"name": tags.get("name", ""), "kind": kind}


def _water(tags: Mapping[str, str]) -> dict[str, Any] | None:
    water = tags.get("natural") == "water" or tags.get("waterway") == "riverbank"
    return {"name": tags.get("name", ""), "kind": "water"} if water and tags.get("tunnel", "no") == "no" else None


def _building(tags: Mapping[str, str]) -> dict[str, Any] | None:
    kind = tags.get("building", "no")
    return None if kind == "no" else {"kind": kind, "levels": tags.get("building:levels", ""), "flats": tags.get("building:flats", "")}


def _residential(tags: Mapping[str, str]) -> dict[str, Any] | None:
    return {"name": tags.get("name", "")} if tags.get("landuse") == "residential" else None


def _school(tags: Mapping[str, str]) -> dict[str, Any] | None:
    kind = tags.get("amenity")
    if kind not in _SCHOOLS:
        return None
    return {"name": tags.get("name", ""), "kind": kind, "isced": tags.get("isced:level", ""), "building": tags.get("building", "")}


def _admin(*levels: str) -> Callable[[Mapping[str, str]], dict[str, Any] | None]:
    def row(tags: Mapping[str, str]) -> dict[str, Any] | None:
        inside = tags.get("boundary") == "administrative" and tags.get("admin_level") in levels
        return {"name": tags.get("name", "")} if inside else None

    return row


THEMES: Final[Mapping[str, Theme]] = {
    "roads": Theme(("highway",), way=_road),
    "barriers": Theme(("waterway", "railway", "highway", "natural"), way=_barrier, area=_water),
    "buildings": Theme(("building",), area=_building),
    "residential": Theme(("landuse",), area=_residential),
    "schools": Theme(("amenity",), node=_school, area=_school),
    "admin": Theme(("boundary",), area=_admin("8")),
    "counties": Theme(("boundary",), area=_admin("6")),
}
"""Layer -> what it is taken from."""


@dataclass(frozen=True, eq=False)
class Layer:
    """``rows``: tags under our names, ``osm_id`` ("w123") first; ``shapes`` (n,) in degrees; ``broken`` shapes that could not be put together."""

    rows: list[dict[str, Any]]
    shapes: Any
    broken: int = 0


def osm_layers(path: Path, names: tuple[str, ...], shown: str) -> dict[str, Layer]:
    """The layers ``names`` of an extract. Ways that leave the extract are kept as far as their points are known.

    Raises
    ------
    DataError : the file is no OSM data, or ends too early; it is called ``shown``
    DependencyError : pyosmium is not installed
    """
    osmium = _osmium()
    taken: dict[str, tuple[list[dict[str, Any]], list[Any]]] = {name: ([], []) for name in names}
    broken = dict.fromkeys(names, 0)
    themes = [(name, THEMES[name]) for name in names]
    keys = sorted({key for _, theme in themes for key in theme.keys})
    try:
        source = osmium.FileProcessor(str(path)).with_locations()
        if any(theme.area for _, theme in themes):
            source = source.with_areas(osmium.filter.KeyFilter(*keys))
        for thing in source.with_filter(osmium.filter.KeyFilter(*keys)):
            for name, theme in themes:
                made = _taken(osmium, thing, theme)
                if made is None:
                    continue
                row, shape = made
                if shape is None:
                    broken[name] += 1
                    continue
                taken[name][0].append(row)
                taken[name][1].append(shape)
    except (RuntimeError, ValueError, OSError) as error:
        raise fail(shown, unreadable(shown, error).faults[0].problem, text("osm.take_again")) from None
    return {name: _layer(name, *taken[name], broken[name]) for name in names}


def _layer(name: str, rows: list[dict[str, Any]], shapes: list[Any], broken: int) -> Layer:
    out = np.empty(len(shapes), dtype=object)
    out[:] = shapes
    if name == "barriers" and len(out):
        wide = (shapely.get_dimensions(out) < 2) | (shapely.area(out) >= LEAST_WATER_DEG2)
        rows, out = [row for row, kept in zip(rows, wide.tolist(), strict=True) if kept], out[wide]
    return Layer(rows, out, broken)


def _osmium() -> Any:
    try:
        import osmium
        import osmium.filter
    except ImportError:
        raise DependencyError(text("osm.no_reader")) from None
    return osmium


def _taken(osmium: Any, thing: Any, theme: Theme) -> tuple[dict[str, Any], Any] | None:
    """The row and the shape (None = broken) of an object of the theme."""
    if thing.is_area():
        row = theme.area(dict(thing.tags)) if theme.area else None
        if row is None:
            return None
        kind = "w" if thing.from_way() else "r"
        return {"osm_id": f"{kind}{thing.orig_id()}", **row}, _area_shape(osmium, thing)
    if thing.is_way():
        row = theme.way(dict(thing.tags)) if theme.way else None
        return None if row is None else ({"osm_id": f"w{thing.id}", **row}, _way_shape(thing))
    if thing.is_node():
        row = theme.node(dict(thing.tags)) if theme.node else None
        return None if row is None else ({"osm_id": f"n{thing.id}", **row}, shapely.Point(thing.lon, thing.lat))
    return None


def _way_shape(way: Any) -> Any:
    """The line of a way, in several pieces where points between them are not part of the extract; None where no two points in a row are."""
    runs: list[list[tuple[float, float]]] = [[]]
    for node in way.nodes:
        if node.location.valid():
            runs[-1].append((node.lon, node.lat))
        elif runs[-1]:
            runs.append([])
    lines = [shapely.LineString(run) for run in runs if len(run) > 1]
    return None if not lines else lines[0] if len(lines) == 1 else shapely.MultiLineString(lines)


def _area_shape(osmium: Any, area: Any) -> Any:
    try:
        return shapely.from_wkb(osmium.geom.WKBFactory().create_multipolygon(area))
    except (RuntimeError, ValueError):
        return None


def refuse_layer(shown: str, name: str) -> Exception:
    """A layer that nobody takes out of an extract."""
    return fail(shown, text("reading.no_layer", layer=name), text("reading.choose_layer", names=list(THEMES)), sheet=name)
