"""A first city from an OpenStreetMap extract alone: schools, cells of streets as blocks, pupils by floor area, seats so that a plan exists."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from districting.geography.adjacency import rook_adjacency
from districting.geography.barriers import cut_by_barriers
from districting.geography.street_cells import street_cells
from districting.reading.first_people import people_of
from districting.reading.first_schools import first_schools
from districting.reading.first_seats import joining_pairs, seats_for
from districting.reading.locate import WGS84, metre_crs, reproject
from districting.reading.osm_extract import NOT_WALKED, Layer, osm_layers
from districting.reading.table import fail
from districting.wording import say, text

_LAYERS: Final = ("schools", "buildings", "residential", "roads", "barriers", "admin", "counties")
_STAGES: Final = ("primary", "junior")
_BOUNDS: Final = frozenset({"motorway", "trunk", "primary", "secondary", "tertiary", "unclassified", "residential", "living_street", "road"})
"""Kinds of road that bound a block; footpaths, tracks and drives run through one."""
_MARGIN_M: Final = 200.0


@dataclass(frozen=True, eq=False)
class FirstCity:
    """What is written: ``layers`` in WGS84 (schools, blocks and, where there are any, roads, barriers, admin); ``bridges`` block_a, block_b joined over a barrier.

    ``left_out`` osm_id, name, why; ``stages`` that have a school; ``facts`` figures to tell.
    """

    layers: Mapping[str, Any]
    bridges: pd.DataFrame
    left_out: pd.DataFrame
    stages: tuple[str, ...]
    facts: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class _Drawn:
    """The layers of an extract, and their shapes in metres."""

    found: Mapping[str, Layer]
    shapes: Mapping[str, NDArray[Any]]
    crs: CRS

    def rows(self, name: str, *keys: str) -> pd.DataFrame:
        return pd.DataFrame(self.found[name].rows, columns=list(keys) or None, dtype="object")

    def frame(self, name: str, kept: Any = slice(None), *keys: str) -> Any:
        return gpd.GeoDataFrame(self.rows(name, *keys)[kept].reset_index(drop=True), geometry=self.shapes[name][kept], crs=self.crs)

    def kind(self, name: str, kinds: frozenset[str]) -> NDArray[np.bool_]:
        return self.rows(name, "kind")["kind"].isin(kinds).to_numpy(dtype=np.bool_)


@dataclass(frozen=True, eq=False)
class _Ground:
    """n cells; ``edges`` (m, 2) open borders and joined pairs; ``bridges`` (b, 2) of these the joined ones."""

    cells: NDArray[Any]
    edges: NDArray[np.int64]
    bridges: NDArray[np.int64] = field(default_factory=lambda: np.empty((0, 2), dtype=np.int64))

    @property
    def xy(self) -> NDArray[np.float64]:
        return shapely.get_coordinates(shapely.centroid(self.cells))


def first_rates() -> dict[str, Any]:
    """The rates of the package: name -> {value, unit, source, tag}; ``levels`` and ``words`` as they stand.

    >>> first_rates()["household"]["value"]
    2.62
    """
    return tomllib.loads(resources.files("districting.profiles").joinpath("first_project.toml").read_text("utf-8"))


def first_city(path: Path, lang: str) -> FirstCity:
    """Everything a first plan needs, out of one extract; names that are missing are put in ``lang``.

    Raises
    ------
    DataError : the file is no OSM data, or holds no school or nothing that people live in
    DependencyError : pyosmium is not installed
    """
    rates, shown = first_rates(), path.name
    drawn = _drawn(path)
    schools, left = first_schools(drawn.found["schools"], drawn.shapes["schools"], rates["words"], lang)
    admin, outline = _area(drawn)
    inside = shapely.contains_properly(outline, np.array(schools["geometry"], dtype=object)) if len(schools) else np.zeros(0, dtype=np.bool_)
    outside = schools.loc[~inside, ["school_id", "name"]].set_axis(["osm_id", "name"], axis=1).assign(why="outside")
    schools = schools[inside].reset_index(drop=True)
    if not len(schools):
        raise fail(shown, text("osm.no_schools"), text("osm.give_schools"))
    stages = tuple(s for s in _STAGES if any(s in row for row in schools["stages"]))
    place = shapely.get_coordinates(np.array(schools["geometry"], dtype=object))
    ground = _ground(drawn, outline, place, [_of_stage(schools, s) for s in stages])
    people, by = people_of(ground.cells, drawn.found, drawn.shapes, rates)
    if not people.any():
        raise fail(shown, text("osm.nobody"), text("osm.give_homes"))
    pupils = {s: np.round(people * rates[f"{s}_per_1000"]["value"] / 1000, 1) for s in stages}
    blocks = _blocks(drawn, ground, pupils, lang)
    ids = blocks["block_id"].to_numpy(dtype=object)
    layers = {"schools": _school_rows(schools, ground, pupils, rates, drawn.crs), "blocks": blocks, "admin": admin}
    layers |= {name: drawn.frame(name) for name in ("roads", "barriers")}
    facts = {
        "schools": len(schools), "unnamed": int((~schools["named"]).sum()), "unsure": int((~schools["sure"]).sum()), "blocks": len(blocks),
        "people": float(people.sum()), "by": by, "joined": len(ground.bridges), **{f"pupils_{s}": float(pupils[s].sum()) for s in stages},
    }  # fmt: skip
    return FirstCity(
        {name: frame.to_crs(WGS84) for name, frame in layers.items() if frame is not None and len(frame)},
        pd.DataFrame(ids[ground.bridges], columns=["block_a", "block_b"]),
        pd.concat([left, outside], ignore_index=True),
        stages,
        facts,
    )


def _drawn(path: Path) -> _Drawn:
    found = osm_layers(path, _LAYERS, path.name)
    if not len(found["schools"].rows):
        empty = not any(len(layer.rows) for layer in found.values())
        raise fail(path.name, text("osm.empty" if empty else "osm.no_schools"), text("osm.give_schools"))
    west, south, east, north = shapely.total_bounds(found["schools"].shapes)
    crs = metre_crs((west + east) / 2, (south + north) / 2)
    return _Drawn(found, {name: reproject(layer.shapes, CRS(WGS84), crs) for name, layer in found.items()}, crs)


def _area(drawn: _Drawn) -> tuple[Any, Any]:
    """Named towns (else counties) in which anybody lives or learns, and the land they make; without any, the land around what is drawn."""
    lived = np.concatenate([shapely.centroid(drawn.shapes[name]) for name in ("buildings", "residential", "schools")])
    tree = shapely.STRtree(lived)
    for name in ("admin", "counties"):
        used = np.unique(tree.query(drawn.shapes[name], predicate="contains")[0])
        named = (drawn.rows(name, "name")["name"] != "").to_numpy(dtype=np.bool_) & np.isin(np.arange(len(drawn.shapes[name])), used)
        if named.any():
            whole = shapely.union_all(drawn.shapes[name][named], grid_size=0.01)
            return drawn.frame(name, named, "name") if name == "admin" else None, whole
    return None, shapely.buffer(shapely.convex_hull(shapely.union_all([*lived, *shapely.envelope(drawn.shapes["roads"])])), _MARGIN_M)


def _ground(drawn: _Drawn, outline: Any, place: NDArray[np.float64], of_stage: list[NDArray[np.int64]]) -> _Ground:
    """The cells along streets, rivers and railways, and how they hang together."""
    streets, barriers = drawn.shapes["roads"], drawn.shapes["barriers"]
    lines = np.concatenate([streets[drawn.kind("roads", _BOUNDS)], barriers[shapely.get_dimensions(barriers) == 1], shapely.boundary(drawn.shapes["admin"])])
    cells = street_cells(outline, lines[shapely.intersects(lines, outline)], place, least_m2=first_rates()["least_cell_m2"]["value"], barriers=barriers)
    borders = rook_adjacency(cells)
    walked = ~drawn.kind("roads", NOT_WALKED) & (drawn.rows("roads", "walkable")["walkable"] != "no").to_numpy(dtype=np.bool_)
    cut = cut_by_barriers(borders.edges, cells, barriers, streets[walked])
    home = _homes(cells, place)
    middles = shapely.get_coordinates(shapely.centroid(cells))
    bridges = joining_pairs(borders.edges, cut, borders.shared_m, middles, [home[mine] for mine in of_stage])
    return _Ground(cells, np.concatenate([borders.edges[~cut], bridges]), bridges)


def _homes(cells: NDArray[Any], place: NDArray[np.float64]) -> NDArray[np.int64]:
    """(k,) cell of each school."""
    return np.asarray(shapely.STRtree(cells).nearest(shapely.points(place)), dtype=np.int64)


def _of_stage(schools: pd.DataFrame, stage: str) -> NDArray[np.int64]:
    return np.flatnonzero([stage in stages for stages in schools["stages"]])


def _school_rows(schools: pd.DataFrame, ground: _Ground, pupils: Mapping[str, NDArray[np.float64]], rates: Mapping[str, Any], crs: CRS) -> Any:
    """One row for each school and stage, with seats."""
    place = np.array(schools["geometry"], dtype=object)
    home = _homes(ground.cells, shapely.get_coordinates(place))
    parts = []
    for stage, count in pupils.items():
        mine = _of_stage(schools, stage)
        seats = seats_for(ground.edges, ground.xy, home[mine], count, rates["spare"]["value"], rates["class_size"]["value"])
        rows = schools.iloc[mine][["school_id", "name"]].assign(stage=stage, ownership="public", seats=seats)
        parts.append(gpd.GeoDataFrame(rows, geometry=place[mine], crs=crs))
    return pd.concat(parts, ignore_index=True)


def _blocks(drawn: _Drawn, ground: _Ground, pupils: Mapping[str, NDArray[np.float64]], lang: str) -> Any:
    """The cells with ids, pupils, and the name of the residential area their middle lies in, else of the town."""
    ids = [f"B{i:04d}" for i in range(1, len(ground.cells) + 1)]
    inner = shapely.point_on_surface(ground.cells)
    names = np.full(len(ids), "", dtype=object)
    for layer in ("admin", "residential"):
        said = drawn.rows(layer, "name")["name"].to_numpy(dtype=object)
        cell, area = shapely.STRtree(drawn.shapes[layer]).query(inner, predicate="within")
        named = said[area] != "" if len(area) else np.zeros(0, dtype=np.bool_)
        names[cell[named]] = said[area[named]]
    named = [say("osm.block", lang, place=str(place), number=i[1:]).strip() for place, i in zip(names, ids, strict=True)]
    return gpd.GeoDataFrame({"block_id": ids, "name": named} | {f"pupils_{s}": v for s, v in pupils.items()}, geometry=ground.cells, crs=drawn.crs)
