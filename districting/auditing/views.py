"""One stage of a plan as arrays, under the plan's zones and under today's assignment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from districting.geography.block_middles import block_middles_xy
from districting.measures.zoning_view import ZoningView
from districting.model.plan import Plan
from districting.planning.rows import stack


@dataclass(frozen=True, eq=False)
class StageViews:
    """``plan`` and ``today`` (None where nothing is known of today) over the same blocks and schools; ``school_ids`` (k,)."""

    stage: str
    school_ids: tuple[str, ...]
    plan: ZoningView
    today: ZoningView | None

    @property
    def told(self) -> bool:
        """Whether the pupils of single blocks are known: a plan for the public has totals of schools alone."""
        return self.plan.known_load is None

    @property
    def measured(self) -> bool:
        """Whether any block's distance to its school is known."""
        return bool(np.isfinite(self.plan.distance_m).any())


def stage_views(plan: Plan, stage: str, radius_m: float = np.nan) -> StageViews:
    """Views of ``stage``. A block of a zone with several schools goes as far as to the nearest of them; seats and pieces are those of the zone as a whole.

    Schools of a zone whose seats the plan does not tell are there all the same: their seats are NaN.
    """
    seats = _seats(plan, stage)
    schools = pd.Index(seats["school_id"])
    blocks = pd.Index(plan.blocks["block_id"])
    demand = _this_year(plan, stage).set_index("block_id")["pupils"].reindex(blocks).fillna(0).to_numpy(dtype=np.float64)
    totals = _totals(plan, stage, schools)
    if totals is not None:
        demand = np.full(len(blocks), np.nan)
    metres = _Metres(plan, stage, schools)
    edges = np.column_stack([blocks.get_indexer(plan.edges[c]) for c in ("block_a", "block_b")])[~plan.edges["cut"].to_numpy(dtype=bool)]
    nearest = metres.nearest()

    def view(label: NDArray[np.int64], column: str, zone_of_school: NDArray[np.int64] | None = None) -> ZoningView:
        load = None if totals is None else totals[column].to_numpy(dtype=np.float64)
        return ZoningView(demand, label, metres.to(label), nearest, seats["seats"].to_numpy(dtype=np.float64), edges, radius_m, zone_of_school, load)

    today = plan.today[plan.today["stage"] == stage].drop_duplicates("block_id").set_index("block_id")["school_id"].reindex(blocks)
    label_today = schools.get_indexer(pd.Index(today)).astype(np.int64)
    planned = view(_planned(plan, stage, schools, metres), "pupils", _shared(plan, stage, schools))
    return StageViews(stage, tuple(schools), planned, view(label_today, "pupils_today") if (label_today >= 0).any() else None)


def _seats(plan: Plan, stage: str) -> pd.DataFrame:
    """Schools of the stage with their seats, NaN where the plan says none for a school that has a zone."""
    told = plan.seats.loc[plan.seats["stage"] == stage, ["school_id", "seats"]]
    zoned = plan.zone_schools.loc[plan.zone_schools["stage"] == stage, "school_id"].drop_duplicates()
    silent = zoned[~zoned.isin(told["school_id"])]
    return stack(told, pd.DataFrame({"school_id": silent, "seats": np.nan})) if len(silent) else told


def _this_year(plan: Plan, stage: str) -> pd.DataFrame:
    """The pupils of the plan's year, where the plan knows those of several."""
    rows = plan.demand[plan.demand["stage"] == stage]
    return rows[rows["year"] == plan.year] if rows["year"].nunique() > 1 else rows


def _totals(plan: Plan, stage: str, schools: pd.Index[Any]) -> pd.DataFrame | None:
    """The pupils of the schools in the plan's year, where the plan does not tell those of its blocks."""
    rows = plan.school_demand[plan.school_demand["stage"] == stage] if len(plan.school_demand) else plan.school_demand
    if not len(rows) or (plan.demand["stage"] == stage).any():
        return None
    now = rows[rows["year"] == plan.year] if rows["year"].nunique() > 1 else rows
    return now.drop_duplicates("school_id").set_index("school_id")[["pupils", "pupils_today"]].reindex(schools)


def _shared(plan: Plan, stage: str, schools: pd.Index[Any]) -> NDArray[np.int64] | None:
    """(k,) number of the zone of each school; None where none is shared."""
    zone = plan.zone_schools[plan.zone_schools["stage"] == stage].drop_duplicates("school_id").set_index("school_id")["zone_id"].reindex(schools)
    alone = ~zone.duplicated(keep=False) | zone.isna()
    return None if alone.all() else pd.factorize(zone.where(zone.notna(), pd.Series(schools, index=zone.index)))[0].astype(np.int64)


def _planned(plan: Plan, stage: str, schools: pd.Index[Any], metres: _Metres) -> NDArray[np.int64]:
    rows = plan.zone_schools[plan.zone_schools["stage"] == stage]
    zone = plan.blocks[f"zone_id_{stage}"].to_numpy(dtype=object)
    best = np.full(len(zone), -1, dtype=np.int64)
    best_m = np.full(len(zone), np.inf)
    for zone_id, school_id in zip(rows["zone_id"], rows["school_id"], strict=True):
        mine = np.flatnonzero(zone == zone_id)
        school = int(schools.get_indexer(pd.Index([school_id]))[0])
        found = metres.to_one(mine, school)
        found = np.where(np.isnan(found), np.inf, found)
        closer = (found < best_m[mine]) | (best[mine] < 0)
        best[mine[closer]], best_m[mine[closer]] = school, found[closer]
    return best


class _Metres:
    """Distances of a stage: those the plan holds; elsewhere straight lines between block middle and school where the plan is made with such, else none (NaN)."""

    def __init__(self, plan: Plan, stage: str, schools: pd.Index[Any]) -> None:
        self.block_xy = block_middles_xy(plan.blocks)
        located = plan.schools.set_index("school_id").reindex(schools)
        self.school_xy = _xy(np.asarray(located["geometry"], dtype=object))
        rows = plan.distances[plan.distances["stage"] == stage]
        block = pd.Index(plan.blocks["block_id"]).get_indexer(rows["block_id"]).astype(np.int64)
        school = schools.get_indexer(pd.Index(rows["school_id"]))
        held = np.flatnonzero((block >= 0) & (school >= 0))
        key = block[held] * len(schools) + school[held]
        order = np.argsort(key)
        self.key, self.metres = key[order], rows["distance_m"].to_numpy(dtype=np.float64)[held[order]]
        self.school_count = len(schools)
        self.straight = plan.distance_word(stage) == "straight"

    def to(self, label: NDArray[np.int64]) -> NDArray[np.float64]:
        out = np.full(len(label), np.nan)
        known = np.flatnonzero(label >= 0)
        out[known] = self.arc(known, label[known])
        return out

    def to_one(self, blocks: NDArray[np.int64], school: int) -> NDArray[np.float64]:
        return self.arc(blocks, np.full(len(blocks), school))

    def arc(self, block: NDArray[np.int64], school: NDArray[np.int64]) -> NDArray[np.float64]:
        straight = np.hypot(*(self.block_xy[block] - self.school_xy[school]).T) if self.straight else np.full(len(block), np.nan)
        if not len(self.key):
            return straight
        wanted = block * self.school_count + school
        at = np.minimum(np.searchsorted(self.key, wanted), len(self.key) - 1)
        return np.where(self.key[at] == wanted, self.metres[at], straight)

    def nearest(self) -> NDArray[np.float64]:
        if not self.straight:
            least = np.full(len(self.block_xy), np.inf)
            np.minimum.at(least, self.key // self.school_count, self.metres)
            return np.where(np.isfinite(least), least, np.nan)
        if not len(self.school_xy) or not (np.isfinite(self.school_xy).all() and np.isfinite(self.block_xy).all()):
            return np.full(len(self.block_xy), np.nan)
        tree = shapely.STRtree(shapely.points(self.school_xy))
        points = shapely.points(self.block_xy)
        return self.arc(np.arange(len(points)), np.asarray(tree.nearest(points), dtype=np.int64))


def block_school_xy(plan: Plan, school_ids: tuple[str, ...]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(n, 2) and (s, 2) metres: middles of the blocks and places of the schools, NaN where there is none."""
    located = plan.schools.drop_duplicates("school_id").set_index("school_id").reindex(list(school_ids))
    return block_middles_xy(plan.blocks), _xy(np.asarray(located["geometry"], dtype=object))


def _xy(points: NDArray[Any]) -> NDArray[np.float64]:
    """(n, 2) metres, NaN where there is no point."""
    return np.column_stack([shapely.get_x(points), shapely.get_y(points)]).astype(np.float64)
