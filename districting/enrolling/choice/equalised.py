"""A plan whose shared zones keep their blocks and exchange schools, so that zones may expect the same."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.enrolling.choice.from_plan import Ground, pupils_of_blocks, refuse_stage
from districting.enrolment.choice.equalise import equalise
from districting.errors import DataError, Fault
from districting.model.plan import Plan
from districting.model.sharing_problem import SharingProblem, SharingSolution
from districting.wording import text


@dataclass(frozen=True, eq=False)
class Equalised:
    """``plan`` with the new sets; zones and schools by id and name in the order of ``problem``."""

    plan: Plan
    problem: SharingProblem
    solution: SharingSolution
    zones: tuple[str, ...]
    schools: tuple[str, ...]
    names: tuple[str, ...]


def equalised(plan: Plan, stage: str, reach_m: float, *, time_limit_s: float = 60.0) -> Equalised:
    """Schools exchanged among the zones of a stage, inside counties; a school may stand in a zone whose pupils live at most ``reach_m`` from it on average.

    Every zone keeps seats for its pupils, or as many as it has now where these do not suffice. Zones of one school take part like others.

    Raises
    ------
    DataError : no zones at this stage, a school in two zones or without a score
    """
    refuse_stage(plan, stage)
    ground = Ground(plan, stage)
    rows = plan.zone_schools[plan.zone_schools["stage"] == stage]
    zones = tuple(dict.fromkeys(str(z) for z in rows["zone_id"]))
    served = rows["school_id"].astype("str").tolist()
    at = ground.schools.get_indexer(pd.Index(rows["school_id"]))
    blank = [ground.names[s] for s in at if np.isnan(ground.quality[s])]
    faults = [Fault(text("choice.no_score", schools=blank[:5], count=len(blank)), text("choice.equal_score_remedy"), column="score")] if blank else []
    if len(set(served)) < len(served):
        faults.append(Fault(text("choice.school_of_two_zones"), text("choice.school_of_two_zones_remedy"), column="zone_schools"))
    if faults:
        raise DataError(faults)
    zone = pd.Index(zones).get_indexer(pd.Index(plan.blocks[f"zone_id_{stage}"])).astype(np.int64)
    pupils = pupils_of_blocks(plan, stage)
    today = pd.Index(zones).get_indexer(pd.Index(rows["zone_id"].astype("str"))).astype(np.int64)
    seats = ground.seats[at].astype(np.float64)
    of_zone = np.bincount(zone[zone >= 0], pupils[zone >= 0], minlength=len(zones)).astype(np.float64)
    allowed = _way(ground, zone, pupils, at, len(zones)) <= reach_m
    allowed &= _county_of_zone(plan, zone, len(zones))[:, None] == _county_of_school(plan, served)[None, :]
    allowed[today, np.arange(len(served))] = True
    need = np.minimum(of_zone, np.bincount(today, seats, minlength=len(zones)))
    problem = SharingProblem(of_zone, seats, ground.quality[at], today, allowed, need)
    found = equalise(problem, time_limit_s=time_limit_s)
    changed = plan.zone_schools.copy()
    changed.loc[rows.index, "zone_id"] = np.array(zones, dtype=object)[found.zone_of_school]
    return Equalised(plan.replace(zone_schools=changed), problem, found, zones, tuple(served), tuple(ground.names[s] for s in at))


def _way(ground: Ground, zone: NDArray[np.int64], pupils: NDArray[np.float64], at: NDArray[np.int64], zones: int) -> NDArray[np.float64]:
    """(z, s) mean metres of the pupils of a zone to a school; NaN where a way is not known or nobody lives there."""
    there = np.flatnonzero((zone >= 0) & (pupils > 0))
    far = ground.metres(np.repeat(there, len(at)), np.tile(at.astype(np.int64), len(there))).reshape(len(there), len(at))
    total = np.zeros((zones, len(at)))
    np.add.at(total, zone[there], pupils[there, None] * far)
    weight = np.bincount(zone[there], pupils[there], minlength=zones)[:, None]
    return np.where(weight > 0, total / np.where(weight > 0, weight, 1.0), np.nan)


def _county_of_zone(plan: Plan, zone: NDArray[np.int64], zones: int) -> NDArray[np.object_]:
    """The county of most of its blocks, "" for none."""
    rows = pd.DataFrame({"zone": zone, "county": plan.blocks["county_code"].fillna("").astype("str").to_numpy()})
    count = rows[rows["zone"] >= 0].groupby(["zone", "county"]).size().reset_index(name="blocks")
    most = count.sort_values(["zone", "blocks", "county"], ascending=[True, False, True]).drop_duplicates("zone").set_index("zone")["county"]
    return most.reindex(range(zones)).fillna("").to_numpy(dtype=object)


def _county_of_school(plan: Plan, schools: list[str]) -> NDArray[np.object_]:
    code = plan.schools.drop_duplicates("school_id").set_index("school_id")["county_code"].fillna("").astype("str")
    return code.reindex(schools).fillna("").to_numpy(dtype=object)
