"""The units a district is made of, in arrays: the ground of the plan, whole streets, single schools, or primary zones that feed juniors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from districting.errors import DataError, Fault
from districting.geography.barriers import cut_by_barriers
from districting.model.district_spec import DistrictSpec
from districting.model.plan import Plan
from districting.planning.offers import points_xy
from districting.planning.territory import Territory, streets_as_units, territory
from districting.reading.city import City
from districting.wording import text


@dataclass(frozen=True, eq=False)
class GroupingUnits:
    """n units: ``shape`` (n,) polygons, empty for a unit without ground; ``ground`` (n,); ``county`` (n,) codes; ``edges`` (m, 2); ``weight`` (n,) what its homes weigh;
    ``unit_of_member`` (s,); ``homes_m`` (n, s) pupil-metres from homes, or None; ``kind`` of ground, ``names`` (n,) where units have any.
    """

    kind: str
    shape: NDArray[Any]
    ground: NDArray[np.bool_]
    county: NDArray[Any]
    edges: NDArray[np.int64]
    weight: NDArray[np.float64]
    unit_of_member: NDArray[np.int64]
    homes_m: NDArray[np.float64] | None = None
    names: NDArray[Any] | None = None
    notes: tuple[Fault, ...] = ()


def grouping_units(plan: Plan, city: City, members: Any, spec: DistrictSpec, weight: NDArray[np.float64]) -> GroupingUnits:
    """Units for ``members`` (a frame of located school-stages) as ``spec.units`` says; ``weight`` (s,) of the members."""
    if spec.borders and not spec.connected:
        raise DataError(Fault(text("planning.borders_need_connected"), text("planning.connect_or_drop"), column="borders"))
    if spec.units == "streets":
        units = _streets(city, members, spec, weight)
    elif spec.units == "schools":
        units = _schools(city, members, spec)
    elif spec.units == "feeders":
        units = _feeders(plan, city, members, spec, weight)
    else:
        units = _ground(territory(plan, city, members, within_county=spec.within_county, stages=spec.stages), members)
    return _within_borders(units, city) if spec.borders else units


def _ground(land: Territory, members: Any) -> GroupingUnits:
    points = members["geometry"].to_numpy(dtype=object)
    return GroupingUnits(land.kind, land.shape, np.ones(len(land.shape), dtype=bool), land.county, land.edges, land.weight, land.unit_of_point(points))


def _streets(city: City, members: Any, spec: DistrictSpec, weight: NDArray[np.float64]) -> GroupingUnits:
    """Whole streets; one that touches no other is joined to the nearest, with a note."""
    land = streets_as_units(city)
    found = _ground(land, members)
    edges, notes = _bridged(land.shape, land.edges, land.names) if spec.connected else (land.edges, [])
    homes = land.weight if land.weight.sum() > 0 else np.bincount(found.unit_of_member, weight, len(land.shape)).astype(np.float64)
    middle = shapely.point_on_surface(land.shape)
    metres = shapely.distance(middle[:, None], members["geometry"].to_numpy(dtype=object)[None, :])
    return GroupingUnits(
        "streets", land.shape, found.ground, land.county, edges, homes, found.unit_of_member, homes[:, None] * metres, land.names, tuple(notes)
    )


def _bridged(shape: NDArray[Any], edges: NDArray[np.int64], names: NDArray[Any] | None) -> tuple[NDArray[np.int64], list[Fault]]:
    """Edges and one bridge for every street without a neighbour, to the nearest street."""
    alone = np.setdiff1d(np.arange(len(shape)), edges.ravel())
    more, notes = [], []
    for unit in alone.tolist() if len(shape) > 1 else ():
        metres = shapely.distance(shape[unit], shape)
        metres[unit] = np.inf
        other = int(np.argmin(metres))
        more.append(sorted((unit, other)))
        said = [str(unit), str(other)] if names is None else [str(names[unit]), str(names[other])]
        notes.append(
            Fault(text("planning.street_bridge", street=said[0], other=said[1], metres=float(metres[other])), text("planning.check_bridge"), severity="warning")
        )
    return np.unique(np.array([*edges.tolist(), *more], dtype=np.int64).reshape(-1, 2), axis=0), notes


def _schools(city: City, members: Any, spec: DistrictSpec) -> GroupingUnits:
    """Every campus a unit; its ground is the cell around it (of several campuses in one place the first has it)."""
    land = territory(None, city, members, within_county=spec.within_county, stages=spec.stages)
    ids, first, unit = np.unique(members["school_id"].to_numpy(dtype=str), return_index=True, return_inverse=True)
    cell = land.unit_of_point(members["geometry"].to_numpy(dtype=object)[first])
    shape = np.array([shapely.Polygon()] * len(ids), dtype=object)
    holder = np.full(len(land.shape), -1, dtype=np.int64)
    for school in range(len(ids)):
        if holder[cell[school]] < 0:
            holder[cell[school]] = school
            shape[school] = land.shape[cell[school]]
    ends = np.sort(holder[land.edges], axis=1) if len(land.edges) else np.zeros((0, 2), dtype=np.int64)
    shared = np.array([sorted((int(holder[c]), s)) for s, c in enumerate(cell.tolist()) if holder[c] != s], dtype=np.int64).reshape(-1, 2)
    edges = np.unique(np.vstack([ends[(ends >= 0).all(axis=1)], shared]), axis=0).astype(np.int64)
    county = land.county[cell]
    return GroupingUnits("cells", shape, np.ones(len(ids), dtype=bool), county, edges, np.zeros(len(ids)), unit.astype(np.int64))


def _feeders(plan: Plan, city: City, members: Any, spec: DistrictSpec, weight: NDArray[np.float64]) -> GroupingUnits:
    """The zones of the primaries (their cells where none are drawn), and one unit without ground for every junior that teaches no primary pupils itself."""
    stage = members["stage"].to_numpy(dtype=str)
    primary = stage == "primary"
    land = territory(plan, city, members[primary].reset_index(drop=True), within_county=spec.within_county, stages=("primary",))
    n, ids = len(land.shape), members["school_id"].to_numpy(dtype=str)
    points = members["geometry"].to_numpy(dtype=object)
    place = np.full(len(members), -1, dtype=np.int64)
    place[primary] = _own_zone(plan, land, members[primary], points[primary])
    own = dict(zip(ids[primary], place[primary].tolist(), strict=True))
    alone = [i for i in np.flatnonzero(~primary).tolist() if ids[i] not in own]
    for at, i in enumerate(alone):
        place[i] = n + at
    for i in np.flatnonzero(place < 0).tolist():
        place[i] = own[ids[i]]
    county = np.concatenate([land.county, land.county[land.unit_of_point(points[alone])] if alone else np.array([], dtype=object)])
    homes_m = np.zeros((n + len(alone), len(members)))
    homes_m[:n] = _homes_m(plan, land, members, place, weight)
    xy = points_xy(members)
    for at, i in enumerate(alone):
        homes_m[n + at] = weight[i] * np.hypot(*(xy - xy[i]).T)
    shape = np.concatenate([land.shape, np.array([shapely.Polygon()] * len(alone), dtype=object)])
    ground = np.arange(n + len(alone)) < n
    return GroupingUnits(land.kind, shape, ground, county, land.edges, np.concatenate([land.weight, np.zeros(len(alone))]), place, homes_m)


def _own_zone(plan: Plan, land: Territory, primaries: Any, points: NDArray[Any]) -> NDArray[np.int64]:
    """The unit of each primary: its own zone, not the zone its gate happens to stand in; the cell it stands in where no zones are drawn."""
    found = land.unit_of_point(points)
    if land.kind != "zones":
        return found
    layer = plan.zones[plan.zones["stage"] == "primary"].reset_index(drop=True)
    position = {zone: at for at, zone in enumerate(layer["zone_id"])}
    served = plan.zone_schools[plan.zone_schools["stage"] == "primary"]
    zone_of = {school: position[zone] for school, zone in zip(served["school_id"], served["zone_id"], strict=True) if zone in position}
    return np.array([zone_of.get(school, int(at)) for school, at in zip(primaries["school_id"], found, strict=True)], dtype=np.int64)


def _homes_m(plan: Plan, land: Territory, members: Any, place: NDArray[np.int64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, s) pupil-metres from the homes of every zone to every member; from the primaries, with their pupils, where there are only cells."""
    xy, n = points_xy(members), len(land.shape)
    if land.kind == "zones":
        home = shapely.get_coordinates(shapely.point_on_surface(np.asarray(plan.blocks.geometry.array, dtype=object)))
        pupils = (
            plan.demand[plan.demand["stage"] == "primary"]
            .groupby("block_id")["pupils"]
            .sum()
            .reindex(plan.blocks["block_id"])
            .fillna(0.0)
            .to_numpy(dtype=np.float64)
        )
        zone = land.unit_of_point(shapely.points(home))
    else:
        primary = (members["stage"] == "primary").to_numpy()
        home, pupils, zone = xy[primary], weight[primary], place[primary]
    return np.column_stack([np.bincount(zone, pupils * np.hypot(*(home - point).T), n) for point in xy])


def _within_borders(units: GroupingUnits, city: City) -> GroupingUnits:
    """Units that meet only across a barrier line, away from its crossings, are no neighbours."""
    import dataclasses

    if city.barriers is None or not len(city.barriers):
        raise DataError(Fault(text("planning.no_barriers"), text("planning.give_barriers"), column="borders"))
    cut = cut_by_barriers(units.edges, units.shape, np.asarray(city.barriers.geometry.array, dtype=object))
    return dataclasses.replace(units, edges=units.edges[~cut])
