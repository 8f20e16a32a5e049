"""The units a district is made of: the zones of the finest zoned stage, or else the cells of the schools inside the outline."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from districting.errors import DataError, Fault
from districting.geography.adjacency import rook_adjacency
from districting.geography.shapes import cells, outline
from districting.model.plan import Plan
from districting.planning.offers import points_xy
from districting.reading.city import City
from districting.reading.repair import polygonal
from districting.wording import text

_INSIDE_M = 0.05
"""How far inside the outline a school is put that stands just outside."""


@dataclass(frozen=True, eq=False)
class Territory:
    """n units: ``shape`` (n,), ``county`` (n,) codes, ``edges`` (m, 2), ``weight`` (n,) pupils or residents; ``unit_of_point`` finds the unit of points; ``kind`` zones | cells | streets."""

    kind: str
    shape: NDArray[Any]
    county: NDArray[Any]
    edges: NDArray[np.int64]
    weight: NDArray[np.float64]
    unit_of_point: Callable[[NDArray[Any]], NDArray[np.int64]]
    names: NDArray[Any] | None = None


def territory(plan: Plan | None, city: City, members: Any, *, within_county: bool, stages: tuple[str, ...] = ()) -> Territory:
    """Units for ``members`` (a frame of located school-stages): the finest zones of ``stages`` (of any stage where none of them is zoned), else cells; cells without a plan."""
    if plan is None or not plan.zoned_stages:
        return _cells_as_units(city, members, within_county=within_county)
    if not polygonal(np.asarray(plan.blocks.geometry.array)).all():
        raise DataError(Fault(text("planning.districts_need_outlines"), text("planning.give_block_outlines"), column="grouping"))
    zoned = tuple(s for s in plan.zoned_stages if s in stages)
    if stages and not zoned and _areas(city) is not None:
        return _cells_as_units(city, members, within_county=within_county)
    return _zones_as_units(plan, zoned or plan.zoned_stages)


def streets_as_units(city: City) -> Territory:
    """The admin units of the city, whole; ``weight`` their residents (0 where not given).

    Raises
    ------
    DataError : no admin units, or some without an outline
    """
    areas = city.admin
    if areas is None or not len(areas) or not polygonal(np.asarray(areas.geometry.array)).all():
        raise DataError(Fault(text("planning.no_streets"), text("planning.give_streets"), column="inputs.admin"))
    shape = np.asarray(areas.geometry.array, dtype=object)
    tree = shapely.STRtree(shape)

    def unit_of_point(points: NDArray[Any]) -> NDArray[np.int64]:
        return np.asarray(tree.nearest(points), dtype=np.int64)

    residents = areas["residents"].fillna(0).to_numpy(dtype=np.float64) if "residents" in areas.columns else np.zeros(len(areas))
    names = areas["name"].fillna("").to_numpy(dtype=object) if "name" in areas.columns else None
    return Territory("streets", shape, _counties_of(areas, True), rook_adjacency(shape).edges, residents, unit_of_point, names)


def _zones_as_units(plan: Plan, stages: tuple[str, ...]) -> Territory:
    counts = {stage: plan.blocks[f"zone_id_{stage}"].nunique() for stage in stages}
    stage = max(counts, key=lambda s: counts[s])
    layer = plan.zones[plan.zones["stage"] == stage].reset_index(drop=True)
    zone_of_block = pd.Index(layer["zone_id"]).get_indexer(plan.blocks[f"zone_id_{stage}"])
    position = pd.Index(plan.blocks["block_id"])
    a, b = (position.get_indexer(plan.edges[c]) for c in ("block_a", "block_b"))
    ends = np.sort(np.column_stack([zone_of_block[a], zone_of_block[b]])[~plan.edges["cut"].to_numpy(dtype=bool)], axis=1)
    edges = np.unique(ends[ends[:, 0] != ends[:, 1]], axis=0).astype(np.int64)
    first = pd.Series(zone_of_block).drop_duplicates().sort_values()
    county = plan.blocks["county_code"].to_numpy(dtype=object)[first.index]
    pupils = plan.demand[plan.demand["stage"] == stage].set_index("block_id")["pupils"].reindex(plan.blocks["block_id"]).to_numpy(dtype=np.float64)
    blocks = np.asarray(plan.blocks.geometry.array)
    tree = shapely.STRtree(blocks)

    def unit_of_point(points: NDArray[Any]) -> NDArray[np.int64]:
        return zone_of_block[tree.nearest(points)].astype(np.int64)

    weight = np.bincount(zone_of_block, pupils, len(layer)).astype(np.float64)
    return Territory("zones", np.asarray(layer.geometry.array), county, edges, weight, unit_of_point)


def _cells_as_units(city: City, members: Any, *, within_county: bool) -> Territory:
    areas = _areas(city)
    if areas is None:
        raise DataError(Fault(text("planning.no_outline"), text("planning.give_outline"), column="inputs.admin"))
    shape, county, _ = divided(areas, points_xy(members.drop_duplicates("school_id")), within_county=within_county)
    tree = shapely.STRtree(shape)

    def unit_of_point(given: NDArray[Any]) -> NDArray[np.int64]:
        return np.asarray(tree.nearest(given), dtype=np.int64)

    return Territory("cells", shape, county, rook_adjacency(shape).edges, _residents(shape, areas), unit_of_point)


def residents_around(city: City, members: Any, *, within_county: bool) -> NDArray[np.float64] | None:
    """(s,) residents around each school-stage, or None where no area gives any.

    For every stage the ground inside the outline is divided among the schools of that stage, each place to the nearest (inside its county where districts keep to
    counties), and the residents of an area are spread evenly over it. So a resident counts once per stage; schools in one place share theirs equally.
    """
    given = next((f for f in (city.blocks, city.admin, city.counties) if _gives_residents(f)), None)
    if given is None:
        return None
    weight = np.zeros(len(members))
    for stage in members["stage"].unique():
        mine = np.flatnonzero((members["stage"] == stage).to_numpy())
        shape, _, cell = divided(given, points_xy(members.iloc[mine]), within_county=within_county)
        held = cell >= 0
        residents = _residents(shape, given)
        weight[mine[held]] = (residents / np.maximum(1, np.bincount(cell[held], minlength=len(shape))))[cell[held]]
    return weight


def _gives_residents(areas: Any) -> bool:
    if areas is None or not len(areas) or "residents" not in areas.columns or not (areas["residents"].fillna(0) > 0).any():
        return False
    return bool(polygonal(np.asarray(areas.geometry.array)).all())


def _areas(city: City) -> Any:
    return next((f for f in (city.blocks, city.admin, city.counties) if f is not None and len(f)), None)


def divided(areas: Any, xy: NDArray[np.float64], *, within_county: bool) -> tuple[NDArray[Any], NDArray[Any], NDArray[np.int64]]:
    """Cells of points inside the outline, county by county: shapes, county codes, and the cell of every point (-1 = in no county)."""
    codes = _counties_of(areas, within_county)
    whole = {code: outline(areas.geometry.array[codes == code]) for code in sorted(set(codes.tolist()))}
    xy = _drawn_in(xy, list(whole.values()))
    shapes: list[Any] = []
    county: list[str] = []
    cell = np.full(len(xy), -1, dtype=np.int64)
    for code, area in whole.items():
        inside = shapely.intersects_xy(area, xy[:, 0], xy[:, 1]) if len(whole) > 1 else np.ones(len(xy), dtype=bool)
        if not inside.any():
            continue
        found = cells(xy[inside], area)
        cell[inside] = found.cell_of_point + len(shapes)
        shapes += list(found.shape)
        county += [code] * len(found.shape)
    return np.array(shapes, dtype=object), np.array(county, dtype=object), cell


def _drawn_in(xy: NDArray[np.float64], areas: list[Any]) -> NDArray[np.float64]:
    """Points that stand just outside (``outside_tolerance_m`` let them in) moved to the nearest place inside."""
    out = xy.copy()
    points = shapely.points(xy)
    for i in np.flatnonzero(~np.any([shapely.intersects(points, area) for area in areas], axis=0)):
        nearest = min(areas, key=lambda area: float(shapely.distance(area, points[i])))
        out[i] = shapely.get_coordinates(shapely.shortest_line(shapely.buffer(nearest, -_INSIDE_M), points[i]))[0]
    return out


def _counties_of(areas: Any, within_county: bool) -> NDArray[Any]:
    if not within_county or "county_code" not in areas.columns:
        return np.full(len(areas), "", dtype=object)
    return areas["county_code"].fillna("").astype("str").to_numpy(dtype=object)


def _residents(shape: NDArray[Any], areas: Any) -> NDArray[np.float64]:
    """Residents of each cell, spread evenly over each area (areal weighting); zeros when none are given."""
    if "residents" not in areas.columns:
        return np.zeros(len(shape))
    polygons = np.asarray(areas.geometry.array)
    pairs = shapely.STRtree(shape).query(polygons, predicate="intersects")
    overlap = shapely.area(shapely.intersection(polygons[pairs[0]], shape[pairs[1]]))
    share = overlap / np.bincount(pairs[0], overlap, len(polygons))[pairs[0]]
    residents = areas["residents"].fillna(0).to_numpy(dtype=np.float64)
    return np.bincount(pairs[1], share * residents[pairs[0]], len(shape)).astype(np.float64)
