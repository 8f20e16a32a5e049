"""A stage of a plan whose zones hold several schools, as a choice: blocks, their schools, metres, seats, scores, and the assignment before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from districting.errors import DataError, Fault
from districting.geography.block_middles import block_middles_xy
from districting.geography.distances import paired_distance_m
from districting.model.choice_problem import NONE, ChoiceTown
from districting.model.plan import Plan
from districting.wording import text

Priority = Literal["none", "today", "near"]


@dataclass(frozen=True)
class ChoiceRules:
    """``priority``: who comes first at a school: nobody, blocks that go there today, or those within ``near_m``. ``within_m``: farther schools are no option; inf = no limit."""

    priority: Priority = "none"
    near_m: float = 1000.0
    within_m: float = np.inf


def town_of_plan(plan: Plan, stage: str, rules: ChoiceRules | None = None, *, single: Plan | None = None) -> ChoiceTown:
    """A choice for every zone of a stage; a zone of one school has but one option.

    Parameters
    ----------
    plan : with zones at ``stage``, best of several schools (form ``multi_school_zone``)
    stage : primary, junior, ...
    rules : priorities and reach. A block without any school within reach keeps the nearest of its zone
    single : a plan of the same blocks with single-school zones, to be compared with beside today

    Raises
    ------
    DataError : no zones at this stage, zones of ``single`` that are shared, no priority from today without a table of today
    """
    rules = rules or ChoiceRules()
    refuse_stage(plan, stage)
    ground = Ground(plan, stage)
    number_of_zone = {z: i for i, z in enumerate(plan.zone_schools.loc[plan.zone_schools["stage"] == stage, "zone_id"].drop_duplicates())}
    zone = plan.blocks[f"zone_id_{stage}"].map(number_of_zone).fillna(NONE).to_numpy(dtype=np.int64)
    options, metres = _options(ground, zone, _schools_of_zone(plan, stage, ground, number_of_zone), rules.within_m)
    today = ground.schools.get_indexer(pd.Index(_today(plan, stage))).astype(np.int64)
    if rules.priority == "today" and not (today >= 0).any():
        raise DataError(Fault(text("choice.no_today"), text("choice.no_today_remedy"), column="today"))
    before = {} if not (today >= 0).any() else {"today": today}
    if single is not None:
        before["single"] = _single(plan, single, stage, ground)
    pupils = pupils_of_blocks(plan, stage)
    return ChoiceTown(
        options,
        metres,
        _tiers(options, metres, today, rules),
        whole_pupils(pupils, zone),
        zone,
        ground.seats,
        ground.quality,
        before=before,
        before_m={name: ground.metres(np.arange(len(zone)), school) for name, school in before.items()},
        block_ids=tuple(plan.blocks["block_id"]),
        school_names=ground.names,
        school_ids=tuple(str(i) for i in ground.schools),
        left_out=float(pupils[zone < 0].sum()),
        left_out_blocks=int(((zone < 0) & (pupils > 0)).sum()),
    )


def whole_pupils(pupils: NDArray[np.float64], zone: NDArray[np.int64]) -> NDArray[np.int64]:
    """Forecasts come with fractions: running sums inside each zone are rounded, so that a zone keeps its number to half a pupil. Blocks of no zone have nobody who chooses.

    >>> whole_pupils(np.array([0.5, 0.5, 0.5, 2.0]), np.array([0, 0, 0, 1])).tolist()
    [1, 0, 1, 2]
    """
    order = np.argsort(zone, kind="stable")
    sums = pd.Series(np.where(zone >= 0, pupils, 0.0)[order]).groupby(zone[order]).cumsum().to_numpy()
    rounded = np.floor(sums + 0.5).astype(np.int64)
    starts = np.concatenate([[True], zone[order][1:] != zone[order][:-1]])
    counts = np.empty(len(zone), dtype=np.int64)
    counts[order] = rounded - np.where(starts, 0, np.concatenate([[0], rounded[:-1]]))
    return counts


class Ground:
    """Schools of a stage with seats and scores, and metres from any block to any of them: as the plan holds them, else straight where it is made with straight lines."""

    def __init__(self, plan: Plan, stage: str) -> None:
        at_stage = plan.school_stages[plan.school_stages["stage"] == stage].drop_duplicates("school_id").set_index("school_id")
        named = [*plan.zone_schools.loc[plan.zone_schools["stage"] == stage, "school_id"], *at_stage.index, *_today(plan, stage).dropna()]
        self.schools = pd.Index(pd.unique(pd.Series(named, dtype="object")))
        seats = plan.seats[plan.seats["stage"] == stage].drop_duplicates("school_id").set_index("school_id")["seats"]
        self.seats = np.floor(seats.reindex(self.schools).fillna(0).to_numpy(dtype=np.float64) + 1e-9).astype(np.int64)
        self.quality = pd.to_numeric(at_stage["score"].reindex(self.schools), errors="coerce").to_numpy(dtype=np.float64)
        located = plan.schools.drop_duplicates("school_id").set_index("school_id").reindex(self.schools)
        self.names = tuple(str(n) if isinstance(n, str) else str(i) for n, i in zip(located["name"], self.schools, strict=True))
        self.school_xy = _xy(np.asarray(located["geometry"], dtype=object))
        self.block_xy = block_middles_xy(plan.blocks)
        self.straight = plan.distance_word(stage) == "straight"
        rows = plan.distances[plan.distances["stage"] == stage]
        block = pd.Index(plan.blocks["block_id"]).get_indexer(rows["block_id"]).astype(np.int64)
        school = self.schools.get_indexer(pd.Index(rows["school_id"])).astype(np.int64)
        held = (block >= 0) & (school >= 0)
        self.held = pd.Series(rows["distance_m"].to_numpy(dtype=np.float64)[held], index=block[held] * len(self.schools) + school[held])
        self.held = self.held[~self.held.index.duplicated()]

    def metres(self, block: NDArray[np.int64], school: NDArray[np.int64]) -> NDArray[np.float64]:
        """Metres of each pair; NaN where the school is ``NONE`` or the way is not known."""
        known = self.held.reindex(np.where(school >= 0, block * len(self.schools) + school, NONE)).to_numpy(dtype=np.float64)
        if self.straight:
            known = np.where(np.isnan(known), paired_distance_m(self.block_xy[block], self.school_xy[np.maximum(school, 0)]), known)
        return np.where(school >= 0, known, np.nan)


def refuse_stage(plan: Plan, stage: str) -> None:
    """Without zones at the stage there is nothing to choose."""
    if not plan.zoned_stages:
        raise DataError(Fault(text("outputs.no_zones"), text("outputs.no_zones_remedy")))
    if stage not in plan.zoned_stages:
        raise DataError(Fault(text("outputs.stage_unzoned", stage=stage, stages=list(plan.zoned_stages)), text("outputs.stage_remedy"), column="stage"))


def pupils_of_blocks(plan: Plan, stage: str) -> NDArray[np.float64]:
    """(b,) pupils of the plan's year."""
    return _by_block(plan, "demand", stage, "pupils")


def _by_block(plan: Plan, table: str, stage: str, column: str) -> NDArray[np.float64]:
    """One value a block, of the plan's year where several stand beside each other."""
    rows = getattr(plan, table)
    rows = rows[rows["stage"] == stage]
    if "year" in rows.columns and (rows["year"].astype(str) == str(plan.year)).any():
        rows = rows[rows["year"].astype(str) == str(plan.year)]
    values = rows.drop_duplicates("block_id").set_index("block_id")[column].reindex(plan.blocks["block_id"])
    return values.fillna(0).to_numpy(dtype=np.float64)


def _today(plan: Plan, stage: str) -> pd.Series:
    rows = plan.today[plan.today["stage"] == stage].drop_duplicates("block_id").set_index("block_id")["school_id"]
    return rows.reindex(plan.blocks["block_id"])


def _schools_of_zone(plan: Plan, stage: str, ground: Ground, number_of_zone: Mapping[Any, int]) -> list[NDArray[np.int64]]:
    rows = plan.zone_schools[plan.zone_schools["stage"] == stage]
    at = pd.Series(ground.schools.get_indexer(pd.Index(rows["school_id"])), index=rows["zone_id"].map(number_of_zone).to_numpy())
    return [np.unique(at[[z]].to_numpy(dtype=np.int64)) for z in range(len(number_of_zone))]


def _options(ground: Ground, zone: NDArray[np.int64], schools: list[NDArray[np.int64]], within_m: float) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Schools of each block's zone within reach, nearest first; at least the nearest."""
    width = max((len(s) for s in schools), default=0)
    options = np.full((len(zone), width), NONE, dtype=np.int32)
    metres = np.full((len(zone), width), np.nan)
    for z, of in enumerate(schools):
        mine = np.flatnonzero(zone == z)
        far = ground.metres(np.repeat(mine, len(of)), np.tile(of, len(mine))).reshape(len(mine), len(of))
        order = np.argsort(np.where(np.isnan(far), np.inf, far), axis=1, kind="stable")
        far = np.take_along_axis(far, order, axis=1)
        kept = ~(far > within_m)
        kept[:, :1] = True
        options[mine, : len(of)] = np.where(kept, of[order], NONE)
        metres[mine, : len(of)] = np.where(kept, far, np.nan)
    return options, metres


def _tiers(options: NDArray[np.int32], metres: NDArray[np.float64], today: NDArray[np.int64], rules: ChoiceRules) -> NDArray[np.uint8]:
    if rules.priority == "today":
        return (options != today[:, None]).astype(np.uint8)
    if rules.priority == "near":
        return (~(metres <= rules.near_m)).astype(np.uint8)
    return np.zeros(options.shape, dtype=np.uint8)


def _single(plan: Plan, single: Plan, stage: str, ground: Ground) -> NDArray[np.int64]:
    refuse_stage(single, stage)
    rows = single.zone_schools[single.zone_schools["stage"] == stage]
    if rows["zone_id"].duplicated().any():
        raise DataError(Fault(text("choice.shared_before"), text("choice.shared_before_remedy"), column="zone_schools"))
    school = single.blocks.set_index("block_id")[f"zone_id_{stage}"].map(rows.set_index("zone_id")["school_id"]).reindex(plan.blocks["block_id"])
    if school.notna().sum() == 0:
        raise DataError(Fault(text("choice.other_blocks"), text("choice.other_blocks_remedy"), column="block_id"))
    return ground.schools.get_indexer(pd.Index(school)).astype(np.int64)


def _xy(points: NDArray[Any]) -> NDArray[np.float64]:
    """(n, 2) metres, NaN where there is no point."""
    return np.column_stack([shapely.get_x(points), shapely.get_y(points)]).astype(np.float64)
