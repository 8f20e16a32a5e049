"""Junior zones where primaries feed juniors (对口直升, policy R33): no block is zoned to a junior, each goes where its primary zone feeds."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from districting.model.rules import Forbidden
from districting.model.settings import ZoningRules
from districting.model.solution import GroupingSolution
from districting.planning.block_graph import BlockGraph
from districting.planning.joint_grouping import JointGrouping
from districting.planning.zoning_build import StageProblem, build_stage
from districting.planning.zoning_solve import StageZones
from districting.reading.city import City

_COLUMN = "fed_district"
"""Column of the schools that says who shares a zone: the juniors of one district."""


def build_fed(city: City, graph: BlockGraph, district_of_junior: dict[str, int] | None = None) -> StageProblem:
    """The junior stage without any rule on blocks, with every junior that primaries may feed; the juniors of one district share a zone."""
    asked = city.settings.zoning["junior"]
    free = ZoningRules(contiguous=False, within_county=False, home_block=False, seats="soft")
    if district_of_junior and len(set(district_of_junior.values())) < len(district_of_junior):
        rows = city.school_stages
        word = [
            f"{district_of_junior[s]}" if g == "junior" and s in district_of_junior else None for s, g in zip(rows["school_id"], rows["stage"], strict=True)
        ]
        city = dataclasses.replace(city, school_stages=rows.assign(**{_COLUMN: pd.Series(word, index=rows.index, dtype="object")}))
        free = dataclasses.replace(free, shared_zones=_COLUMN)
    grouping = city.settings.grouping
    private = asked.private or (grouping is not None and grouping.private)
    zoning = {**city.settings.zoning, "junior": dataclasses.replace(asked, rules=free, private=private, boarding=True)}
    return build_stage(dataclasses.replace(city, settings=dataclasses.replace(city.settings, zoning=zoning)), graph, "junior")


def fed_zones(city: City, graph: BlockGraph, one: JointGrouping, found: GroupingSolution) -> StageZones:
    """Every block in the zone of the junior its primary zone feeds; where a district has several juniors, they share one zone. A block of no district goes to the nearest junior."""
    rows, label = one.built.members, found.district_of_unit
    member = {s: int(label[u]) for s, g, u in zip(rows["school_id"], rows["stage"], one.built.problem.unit_of_member, strict=True) if g == "junior"}
    stage = build_fed(city, graph, member)
    zone_of_district = np.full(int(label.max(initial=-1)) + 1, -1, dtype=np.int64)
    for school, zone in zip(stage.offers.taken["school_id"], stage.zone_of_offer.tolist(), strict=True):
        if member.get(school, -1) >= 0:
            zone_of_district[member[school]] = zone
    district = label[one.unit_of_block]
    zone = np.where(district >= 0, zone_of_district[np.maximum(district, 0)], -1)
    lost = np.flatnonzero(zone < 0)
    if len(lost):
        zone[lost] = stage.zone_of_offer[_nearest(stage, lost)]
    return StageZones(_told(stage, zone), zone, np.zeros(len(stage.zone_ids)), {"status": "fed", "ended": "fed", "seed": city.settings.project.seed})


def fed_ways(city: City, primary: StageProblem, district_of_zone: NDArray[np.int64], one: JointGrouping, found: GroupingSolution) -> NDArray[np.float64]:
    """(n, primary zones) what a primary pupil of the block costs the districts in each zone: the way to the centre its zone feeds, over the nearest centre of any zone."""
    problem = one.built.problem
    home = shapely.get_coordinates(shapely.point_on_surface(np.asarray(city.blocks.geometry.array, dtype=object)))
    centre = problem.member_xy[found.lead_of_district]
    metres = np.hypot(*(home[:, None, :] - centre[None, :, :]).transpose(2, 0, 1))
    ways = np.where(district_of_zone[None, :] >= 0, metres[:, np.maximum(district_of_zone, 0)], 0.0)
    least = np.zeros((len(home), 1))
    for _, blocks, zones, _ in primary.parts:
        least[blocks] = ways[np.ix_(blocks, zones)].min(axis=1, keepdims=True)
    return problem.spec.nearness * np.maximum(ways - least, 0.0)


def _nearest(stage: StageProblem, blocks: NDArray[np.int64]) -> NDArray[np.int64]:
    offers = np.arange(len(stage.zone_of_offer))
    metres = stage.travel.metres(np.repeat(blocks, len(offers)), np.tile(offers, len(blocks))).reshape(len(blocks), -1)
    return np.asarray(metres.argmin(axis=1), dtype=np.int64)


def _told(stage: StageProblem, zone: NDArray[np.int64]) -> StageProblem:
    """With every other zone closed to a block, so that the reasons say what keeps it."""
    parts = []
    for county, blocks, zones, problem in stage.parts:
        block, school = np.nonzero(zone[blocks][:, None] != zones[None, :])
        parts.append((county, blocks, zones, problem.replace(rules=(*problem.rules, Forbidden(block, school, asked=False, why="district")))))
    return dataclasses.replace(stage, parts=tuple(parts))
