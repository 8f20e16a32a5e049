"""One stage of a plan as an enrolment sees it: blocks, zones with their schools, seats, places."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.errors import DataError, Fault
from districting.geography.block_middles import block_middles_xy
from districting.model.plan import Plan
from districting.wording import text


@dataclass(frozen=True, eq=False)
class StageZones:
    """n blocks, z zones. ``zone`` (n,), -1 none; ``schools`` and ``names`` (z,) ids and joined names; ``seats`` (z,); ``pupils`` (n,) of the plan's year."""

    plan: Plan
    stage: str
    block_ids: pd.Index[str]
    zone: NDArray[np.int64]
    zone_ids: tuple[str, ...]
    schools: tuple[tuple[str, ...], ...]
    names: tuple[str, ...]
    seats: NDArray[np.float64]
    pupils: NDArray[np.float64]

    @cached_property
    def zone_of_school(self) -> dict[str, int]:
        """Zone of a school by id, by name where one school has it, and by other spellings the plan knows."""
        ids = {school: z for z, members in enumerate(self.schools) for school in members}
        names = self.plan.schools[["school_id", "name"]].drop_duplicates("name", keep=False)
        named = {str(name): ids[school] for school, name in names.itertuples(index=False) if school in ids}
        spelt = {str(s): named[str(n)] for s, n in self.plan.aliases[["spelling", "name"]].itertuples(index=False) if str(n) in named}
        return {**spelt, **named, **ids}

    @property
    def within_county(self) -> bool:
        """Whether the plan's zones stay in their county."""
        rules = self.plan.rules
        mine = rules[(rules["decision"] == "zoning") & (rules["stage"] == self.stage) & (rules["rule"] == "within_county")]
        return bool((mine["value"].astype("str") == "on").any())

    @cached_property
    def block_xy(self) -> NDArray[np.float64]:
        """(n, 2) metres of the middle of each block.

        Raises
        ------
        DataError : the plan has no places
        """
        return _points(self.plan.blocks)

    def metres_to(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, m) straight metres from the blocks to places (m, 2)."""
        return np.hypot(*(self.block_xy[:, None, :] - xy[None, :, :]).transpose(2, 0, 1))

    def school_xy(self, schools: list[str]) -> NDArray[np.float64]:
        """(k, 2) metres of schools by id.

        Raises
        ------
        DataError : the plan has no places
        """
        return _points(self.plan.schools.set_index("school_id").loc[schools])

    def homes(self, schools: list[str]) -> NDArray[np.int64]:
        """(k,) position of the block a school stands in, -1 where the plan does not say."""
        known = self.plan.schools.set_index("school_id").reindex(columns=["home_block_id"]).loc[schools, "home_block_id"]
        return np.asarray(self.block_ids.get_indexer(pd.Index(known.fillna("").astype("str"))), dtype=np.int64)

    @cached_property
    def metres(self) -> NDArray[np.float64]:
        """(n, z) straight metres to the nearest school of each zone, inf where no place is known."""
        members = pd.DataFrame([(s, z) for z, m in enumerate(self.schools) for s in m], columns=["school_id", "zone"])
        to = self.metres_to(self.school_xy(members["school_id"].tolist()))
        out = np.full((len(self.block_ids), len(self.zone_ids)), np.inf)
        for column, z in enumerate(members["zone"]):
            out[:, z] = np.fmin(out[:, z], to[:, column])
        return out


def stage_zones(plan: Plan, stage: str) -> StageZones:
    """The stage of ``plan``.

    Raises
    ------
    DataError : the plan does not zone the stage
    """
    if stage not in plan.zoned_stages:
        if not plan.zoned_stages:
            raise DataError(Fault(text("outputs.no_zones"), text("outputs.no_zones_remedy")))
        raise DataError(Fault(text("outputs.stage_unzoned", stage=stage, stages=list(plan.zoned_stages)), text("outputs.stage_remedy"), column="stage"))
    members = plan.zone_schools[plan.zone_schools["stage"] == stage]
    zone_ids = tuple(dict.fromkeys(members["zone_id"].astype("str")))
    at = {z: i for i, z in enumerate(zone_ids)}
    name_of: dict[Any, Any] = dict(plan.schools[["school_id", "name"]].itertuples(index=False))
    schools = tuple(tuple(members.loc[members["zone_id"] == z, "school_id"].astype("str")) for z in zone_ids)
    own = plan.seats[plan.seats["stage"] == stage].groupby("school_id")["seats"].sum()
    held = plan.demand[plan.demand["stage"] == stage]
    held = held[held["year"] == plan.year] if (held["year"] == plan.year).any() else held
    block_ids = pd.Index(plan.blocks["block_id"].astype("str"))
    return StageZones(
        plan,
        stage,
        block_ids,
        np.array([at.get(z, -1) for z in plan.blocks[f"zone_id_{stage}"]], dtype=np.int64),
        zone_ids,
        schools,
        tuple(" / ".join(str(name_of.get(s) or s) for s in m) for m in schools),
        np.array([sum(float(own.get(s, 0.0)) for s in m) for m in schools]),
        held.groupby("block_id")["pupils"].sum().reindex(block_ids, fill_value=0.0).to_numpy(dtype=np.float64),
    )


def _points(frame: Any) -> NDArray[np.float64]:
    import shapely

    shapes = np.asarray(frame["geometry"].to_numpy() if "geometry" in frame.columns else [None] * len(frame), dtype=object)
    if shapely.is_missing(shapes).all():
        raise DataError(Fault(text("forecast.no_places"), text("forecast.no_places_remedy"), column="geometry"))
    return block_middles_xy(frame)
