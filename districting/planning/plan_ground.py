"""One stage of a plan as arrays, without any block-by-school table: who goes where, how far, and what lies nearer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from districting.errors import DataError, Fault
from districting.geography.block_middles import block_middles_xy
from districting.model.kinds import refuse_public
from districting.model.plan import Plan
from districting.planning.plan_part import counties_of, homes_of, members_of_zones, pupils_in_plan
from districting.wording import text

SAME = 1e-9
"""Share by which two distances may differ and count as one."""
SMALL_TABLE = 8_000_000
"""Entries of a block-by-school table that is quicker than a tree."""


@dataclass(frozen=True, eq=False)
class Ways:
    """Metres of each block to schools: straight between middle and school, or as the plan's table has them (``inf`` where it has none).

    ``nearest`` (n,) school (-1 = none), ``nearest_m`` (n,); ``nearer(limit_m)`` counts schools nearer than a limit (n,).
    """

    xy: NDArray[np.float64]
    school_xy: NDArray[np.float64]
    table: NDArray[np.float64] | None = None
    """(a, 3) block, school, metres, sorted by block and school; None = straight."""

    def metres(self, block: NDArray[np.int64], school: NDArray[np.int64]) -> NDArray[np.float64]:
        """(p,) metres of each pair."""
        if self.table is None:
            return np.hypot(*(self.xy[block] - self.school_xy[school]).T)
        key, k = self.table[:, 0] * len(self.school_xy) + self.table[:, 1], len(self.school_xy)
        if not len(key):
            return np.full(len(block), np.inf)
        wanted = np.asarray(block) * k + school
        at = np.minimum(np.searchsorted(key, wanted), len(key) - 1)
        return np.where(key[at] == wanted, self.table[at, 2], np.inf)

    @cached_property
    def _nearest(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        n = len(self.xy)
        school, metres = np.full(n, -1, dtype=np.int64), np.full(n, np.inf)
        if self.table is None:
            metres, found = cKDTree(self.school_xy).query(self.xy)
            return found.astype(np.int64), metres
        order = np.lexsort((self.table[:, 2], self.table[:, 0]))
        block, first = np.unique(self.table[order, 0].astype(np.int64), return_index=True)
        school[block], metres[block] = self.table[order][first, 1].astype(np.int64), self.table[order][first, 2]
        return school, metres

    @property
    def nearest(self) -> NDArray[np.int64]:
        return self._nearest[0]

    @property
    def nearest_m(self) -> NDArray[np.float64]:
        return self._nearest[1]

    def nearer(self, limit_m: NDArray[np.float64]) -> NDArray[np.int64]:
        """(n,) schools of the stage that are nearer to the block than ``limit_m`` (n,)."""
        limit = np.where(limit_m > 0, limit_m * (1 - SAME), 0.0)
        if self.table is not None:
            block = self.table[:, 0].astype(np.int64)
            return np.bincount(block, self.table[:, 2] < limit[block], len(self.xy)).astype(np.int64)
        if len(self.xy) * len(self.school_xy) <= SMALL_TABLE:
            x, y = (self.xy[:, d, None] - self.school_xy[None, :, d] for d in (0, 1))
            return np.count_nonzero(x * x + y * y < (limit * limit)[:, None], axis=1)
        count = cKDTree(self.school_xy).query_ball_point(self.xy, limit, return_length=True)
        return np.where(limit > 0, count, 0).astype(np.int64)


@dataclass(frozen=True, eq=False)
class StageGround:
    """A stage of a plan: n blocks, k schools, z zones, positions throughout.

    ``label`` (n,) zone of a block (-1 none), ``assigned`` (n,) nearest school of its zone; ``edges`` (m, 2) neighbours that count, ``closed`` (c, 2) neighbours
    that a barrier parts; ``home`` (z,) block of the zone's first school, -1 where not known; ``price_m`` (z,) metres per pupil, NaN where unknown; ``excepted`` (n,) address exceptions;
    ``rules`` the stage's rules as the plan states them; ``ways`` None where places are not known.
    """

    stage: str
    block_ids: NDArray[Any]
    school_ids: NDArray[Any]
    zone_ids: NDArray[Any]
    zone_of_school: NDArray[np.int64]
    pupils: NDArray[np.float64]
    label: NDArray[np.int64]
    seats: NDArray[np.float64]
    price_m: NDArray[np.float64]
    edges: NDArray[np.int64]
    closed: NDArray[np.int64]
    home: NDArray[np.int64]
    county_of_block: NDArray[Any]
    excepted: NDArray[np.bool_]
    rules: Mapping[str, str]
    ways: Ways | None

    @cached_property
    def load(self) -> NDArray[np.float64]:
        """(z,) pupils of each zone."""
        known = self.label >= 0
        return np.bincount(self.label[known], self.pupils[known], len(self.zone_ids)).astype(np.float64)

    @cached_property
    def assigned(self) -> NDArray[np.int64]:
        """(n,) nearest school of the block's zone, -1 where it has none."""
        assert self.ways is not None
        school, best = np.full(len(self.label), -1, dtype=np.int64), np.full(len(self.label), np.inf)
        order = np.argsort(self.label, kind="stable")
        start = np.searchsorted(self.label[order], np.arange(len(self.zone_ids) + 1))
        for s, z in enumerate(self.zone_of_school.tolist()):
            mine = order[start[z] : start[z + 1]]
            metres = self.ways.metres(mine, np.full(len(mine), s))
            closer = (metres < best[mine]) | (school[mine] < 0)
            school[mine[closer]], best[mine[closer]] = s, metres[closer]
        return school

    @cached_property
    def assigned_m(self) -> NDArray[np.float64]:
        """(n,) metres to ``assigned``, NaN where there is none."""
        assert self.ways is not None
        metres = self.ways.metres(np.arange(len(self.label)), np.maximum(self.assigned, 0))
        return np.where(self.assigned >= 0, metres, np.nan)

    def holds(self, rule: str, default: str = "on") -> bool:
        """Whether a switch among the rules is on."""
        return self.rules.get(rule, default) != "off"

    @property
    def seats_bind(self) -> bool:
        """Whether seats are hard or have a price."""
        words = self.rules.get("seats", "on").split()
        return words[0] != "soft" or float(words[1]) > 0

    def joined(self) -> NDArray[np.int64]:
        """(m', 2) neighbours over which zones hang together: an address exception is one address and joins nothing."""
        return self.edges[~self.excepted[self.edges].any(axis=1)]


def stage_ground(plan: Plan, stage: str) -> StageGround:
    """The arrays of ``stage``.

    Raises
    ------
    DataError : a school of a zone is not among the plan's schools, or the plan is for the public
    """
    refuse_public(plan)
    ids = plan.blocks["block_id"].to_numpy(dtype=object)
    members = members_of_zones(plan, stage)
    zone_ids, first, zone = np.unique(members["zone_id"].to_numpy(dtype=object).astype(str), return_index=True, return_inverse=True)
    places = members["geometry"].to_numpy(dtype=object)
    blocks = pd.Index(ids)
    pairs = np.column_stack([blocks.get_indexer(plan.edges["block_a"]), blocks.get_indexer(plan.edges["block_b"])]).astype(np.int64).reshape(-1, 2)
    cut = plan.edges["cut"].to_numpy(dtype=bool)
    known = (pairs >= 0).all(axis=1)
    price = plan.seat_prices[plan.seat_prices["stage"] == stage].drop_duplicates("school_id").set_index("school_id")["price_m"]
    rows = plan.rules[(plan.rules["decision"] == "zoning") & (plan.rules["stage"] == stage)]
    label = pd.Index(zone_ids).get_indexer(plan.blocks[f"zone_id_{stage}"].astype("str")).astype(np.int64)
    home = homes_of(plan, members)[first]
    return StageGround(
        stage=stage,
        block_ids=ids,
        school_ids=members["school_id"].to_numpy(dtype=object),
        zone_ids=zone_ids.astype(object),
        zone_of_school=zone.astype(np.int64),
        pupils=pupils_in_plan(plan, stage, ids),
        label=label,
        seats=np.bincount(zone, members["seats"].to_numpy(dtype=np.float64), len(zone_ids)).astype(np.float64),
        price_m=price.reindex(members["school_id"].to_numpy(dtype=object)[first]).to_numpy(dtype=np.float64),
        edges=pairs[known & ~cut],
        closed=pairs[known & cut],
        home=home,
        county_of_block=counties_of(plan, stage),
        excepted=_excepted(plan, stage, ids, label, home),
        rules=dict(zip(rows["rule"].astype("str"), rows["value"].astype("str"), strict=True)),
        ways=_ways(plan, stage, places, members),
    )


def placed_ground(plan: Plan, stage: str) -> StageGround:
    """The arrays of ``stage`` with its distances.

    Raises
    ------
    DataError : the places of blocks or schools are not known, so that there are none
    """
    ground = stage_ground(plan, stage)
    if ground.ways is None:
        raise DataError(Fault(text("explain.no_places"), text("explain.give_places"), column="geometry"))
    return ground


def zoned_stage(plan: Plan, stage: str | None) -> str:
    """The stage that was named, or the plan's only one; DataError where it has no zones, or several do and none is named."""
    if stage is None and len(plan.zoned_stages) != 1:
        raise DataError(Fault(text("outputs.stage_needed", stages=list(plan.zoned_stages)), text("outputs.stage_remedy"), column="stage"))
    chosen = stage or plan.zoned_stages[0]
    if chosen not in plan.zoned_stages:
        raise DataError(Fault(text("outputs.stage_unzoned", stage=chosen, stages=list(plan.zoned_stages)), text("outputs.stage_remedy"), column="stage"))
    return chosen


def _excepted(plan: Plan, stage: str, ids: NDArray[Any], label: NDArray[np.int64], home: NDArray[np.int64]) -> NDArray[np.bool_]:
    """(n,) blocks of address exceptions in force, but for a school's own block."""
    rows = plan.exceptions[plan.exceptions["stage"] == stage]
    until = pd.to_numeric(rows["temporary_until"]).astype("float64").to_numpy()
    named = np.isin(ids, rows["block_id"].to_numpy(dtype=object)[~(until < plan.year)]) if len(rows) else np.zeros(len(ids), dtype=np.bool_)
    return named & ~((label >= 0) & (home[np.maximum(label, 0)] == np.arange(len(ids))))


def _ways(plan: Plan, stage: str, places: NDArray[Any], members: Any) -> Ways | None:
    xy = block_middles_xy(plan.blocks)
    school_xy = np.column_stack([shapely.get_x(places), shapely.get_y(places)]).astype(np.float64).reshape(-1, 2)
    if (plan.recorded(f"zoning.{stage}", "distance") or "straight") == "straight":
        return Ways(xy, school_xy) if np.isfinite(xy).all() and np.isfinite(school_xy).all() and len(xy) else None
    rows = plan.distances[plan.distances["stage"] == stage]
    block = pd.Index(plan.blocks["block_id"]).get_indexer(rows["block_id"])
    school = pd.Index(members["school_id"]).get_indexer(rows["school_id"])
    known = (block >= 0) & (school >= 0)
    arcs = np.column_stack([block[known], school[known], rows["distance_m"].to_numpy(dtype=np.float64)[known]])
    arcs = arcs[np.lexsort((arcs[:, 2], arcs[:, 1], arcs[:, 0]))]
    return Ways(xy, school_xy, arcs) if len(arcs) else None
