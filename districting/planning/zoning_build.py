"""From City to zoning problems: one problem per county, with the positions needed to go back to ids."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from districting.errors import Conflict, DataError, Fault, InfeasibleError
from districting.model.settings import ZoningSettings
from districting.model.stages import Stage
from districting.model.zoning_problem import ZoningProblem
from districting.planning.block_graph import BlockGraph
from districting.planning.offers import Offers, offers, points_xy
from districting.reading.city import City
from districting.wording import text

ZONE_PREFIX = {"preschool": "K", "primary": "P", "junior": "J", "senior": "S"}


@dataclass(frozen=True, eq=False)
class StageProblem:
    """One stage of the whole city. ``parts``: (county, block positions, zone positions, problem)."""

    stage: str
    settings: ZoningSettings
    offers: Offers
    demand: NDArray[np.float64]
    seats: NDArray[np.float64]
    zone_of_offer: NDArray[np.int64]
    zone_ids: tuple[str, ...]
    parts: tuple[tuple[str, NDArray[np.int64], NDArray[np.int64], ZoningProblem], ...]
    block_zone_m: Any
    """Callable (blocks, zones) -> metres."""


def build_stage(city: City, graph: BlockGraph, stage: Stage) -> StageProblem:
    """The zoning problems of one stage.

    Raises
    ------
    DataError : a demand or seat column is missing, no school or no block
    InfeasibleError : two schools stand in one block and sharing is off, or a county has pupils but no school
    """
    settings = city.settings.zoning[stage]
    if settings.distance != "straight":
        raise DataError(Fault(text("planning.distance_unknown", given=settings.distance), text("planning.use_straight"), column=f"zoning.{stage}.distance"))
    chosen = offers(city, (stage,), private=settings.private, boarding=settings.boarding)
    demand = _demand(city, stage, settings)
    seats = _seats(chosen, stage, settings)
    home = _home_blocks(city, chosen)
    zone_of_offer, zone_home = _zones(chosen, home, settings)
    school_xy = points_xy(chosen.taken)
    zone_ids = tuple(_zone_id(stage, chosen.taken["school_id"][zone_of_offer == z].iloc[0]) for z in range(len(zone_home)))
    zone_seats = np.bincount(zone_of_offer, seats, len(zone_home)).astype(np.float64)
    county = _county_of_block(city, settings)
    parts = []
    for code in sorted(set(county.tolist())):
        blocks = np.flatnonzero(county == code)
        zones = np.flatnonzero(county[zone_home] == code)
        parts.append(
            (
                code,
                blocks,
                zones,
                _part_problem(_Part(city, graph, code, blocks, zones, demand, zone_seats, zone_home, zone_of_offer, school_xy, settings, stage)),
            )
        )

    def metres(b: NDArray[np.int64], z: NDArray[np.int64]) -> NDArray[np.float64]:
        return _zone_distance(graph.xy[b], z, zone_of_offer, school_xy)

    return StageProblem(stage, settings, chosen, demand, seats, zone_of_offer, zone_ids, tuple(parts), metres)


@dataclass(frozen=True, eq=False)
class _Part:
    city: City
    graph: BlockGraph
    county: str
    blocks: NDArray[np.int64]
    zones: NDArray[np.int64]
    demand: NDArray[np.float64]
    zone_seats: NDArray[np.float64]
    zone_home: NDArray[np.int64]
    zone_of_offer: NDArray[np.int64]
    school_xy: NDArray[np.float64]
    settings: ZoningSettings
    stage: str


def _part_problem(part: _Part) -> ZoningProblem:
    position = np.full(len(part.demand), -1)
    position[part.blocks] = np.arange(len(part.blocks))
    edges = position[part.graph.open_edges]
    edges = edges[(edges >= 0).all(axis=1)]
    if not len(part.zones):
        raise InfeasibleError([_no_school(part)], [text("planning.let_cross_county")])
    shared = len(part.zone_of_offer) > part.zone_of_offer.max() + 1
    rules = part.settings.rules
    xy = part.graph.xy[part.blocks]
    where: dict[str, Any]
    if shared:
        grid = np.meshgrid(np.arange(len(part.blocks)), part.zones, indexing="ij")
        where = {"distance_m": _zone_distance(xy[grid[0].ravel()], grid[1].ravel(), part.zone_of_offer, part.school_xy).reshape(grid[0].shape)}
    else:
        first = np.array([np.flatnonzero(part.zone_of_offer == z)[0] for z in part.zones])
        where = {"xy": xy, "school_xy": part.school_xy[first]}
    return ZoningProblem(
        demand=part.demand[part.blocks],
        capacity=part.zone_seats[part.zones],
        edges=edges,
        home_block=position[part.zone_home[part.zones]],
        contiguous=rules.contiguous,
        keep_home=rules.home_block,
        **where,
    )


def _no_school(part: _Part) -> Conflict:
    pupils = float(part.demand[part.blocks].sum())
    return Conflict("seats", pupils, "seat", text("planning.no_school", county=part.county or "-", stage=text(f"word.{part.stage}"), pupils=pupils))


def _zone_distance(xy: Any, zone: Any, zone_of_offer: Any, school_xy: Any) -> NDArray[np.float64]:
    """Metres to the nearest school of the zone."""
    best = np.full(len(zone), np.inf)
    for z in np.unique(zone):
        rows = zone == z
        for s in np.flatnonzero(zone_of_offer == z):
            best[rows] = np.minimum(best[rows], np.hypot(*(xy[rows] - school_xy[s]).T))
    return best


def _demand(city: City, stage: str, settings: ZoningSettings) -> NDArray[np.float64]:
    column = f"{'entrants' if settings.demand == 'intake' else 'pupils'}_{stage}"
    if city.blocks is None:
        raise DataError(Fault(text("planning.no_blocks"), text("planning.give_blocks"), column="inputs.blocks"))
    if column not in city.blocks.columns:
        other = "roll" if settings.demand == "intake" else "intake"
        raise DataError(Fault(text("planning.no_demand", column=column), text("planning.give_demand", column=column, stage=stage, other=other), column=column))
    return city.blocks[column].to_numpy(dtype=np.float64)


def _seats(chosen: Offers, stage: str, settings: ZoningSettings) -> NDArray[np.float64]:
    column = "plan" if settings.demand == "intake" else "seats"
    if not len(chosen.taken):
        raise DataError(Fault(text("planning.no_schools", stage=text(f"word.{stage}")), text("planning.give_schools"), column="stage"))
    missing = chosen.taken.loc[chosen.taken[column].isna(), "name"].tolist()
    if missing:
        raise DataError(
            Fault(text("planning.no_seats", column=column, count=len(missing), names=missing[:5]), text("planning.give_seats", column=column), column=column)
        )
    return chosen.taken[column].to_numpy(dtype=np.float64)


def _home_blocks(city: City, chosen: Offers) -> NDArray[np.int64]:
    """Position of the block a school stands in; on a shared border the first block; in a gap of the coverage the nearest one."""
    shapes = np.asarray(city.blocks.geometry.array)
    tree = shapely.STRtree(shapes)
    points = np.asarray(chosen.taken["geometry"], dtype=object)
    home = np.full(len(points), -1, dtype=np.int64)
    hits = tree.query(points, predicate="intersects")
    for point, block in zip(*hits[:, np.lexsort((hits[1], hits[0]))[::-1]], strict=True):
        home[point] = block
    lost = np.flatnonzero(home < 0)
    if len(lost):
        home[lost] = tree.nearest(points[lost])
    return home


def _zones(chosen: Offers, home: NDArray[np.int64], settings: ZoningSettings) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Zone of each school and home block of each zone; schools of one block share a zone when the rules say so."""
    blocks, first, zone, count = np.unique(home, return_index=True, return_inverse=True, return_counts=True)
    if (count > 1).any() and not settings.rules.share_zone and settings.rules.home_block:
        names = [chosen.taken["name"][home == b].tolist() for b in blocks[count > 1]]
        conflict = Conflict(
            "home_block", float((count > 1).sum()), "block", text("planning.shared_home", names=[text("planning.together", names=n) for n in names])
        )
        raise InfeasibleError([conflict], [text("planning.share_zone"), text("problem.split_block")])
    if settings.rules.share_zone:
        order = np.argsort(first, kind="stable")
        rank = np.empty_like(order)
        rank[order] = np.arange(len(order))
        return rank[zone], blocks[order]
    return np.arange(len(home)), home


def _zone_id(stage: str, school_id: str) -> str:
    return f"{ZONE_PREFIX[stage]}-{school_id}"


def _county_of_block(city: City, settings: ZoningSettings) -> NDArray[Any]:
    if not settings.rules.within_county or "county_code" not in city.blocks.columns:
        return np.full(len(city.blocks), "", dtype=object)
    return pd.Series(city.blocks["county_code"]).fillna("").astype("str").to_numpy(dtype=object)
