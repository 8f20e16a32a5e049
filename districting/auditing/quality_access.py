"""Good schools near home, before and after, for every block of a stage (policy R42)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from districting.auditing.balance.monitor import recorded_profile
from districting.auditing.finding import against_today, finding
from districting.auditing.views import StageViews, block_school_xy, stage_views
from districting.measures.quality_access import NEAR, OWN, access_share, quality_access
from districting.model.balance_profile import BalanceProfile
from districting.model.plan import Plan
from districting.model.settings import AuditSettings
from districting.reading.tiers import by_compliance

SOURCE: Final = "教督〔2017〕6号"
WORDS: Final = ("none", "near", "own")
"""What the column ``quality_access_STAGE`` of the blocks says, by the numbers of :mod:`districting.measures.quality_access`."""


@dataclass(frozen=True, eq=False)
class StageAccess:
    """(n,) access of each block under the plan and under today's assignment (None where nothing is known of today); ``pupils`` (n,); ``judged`` schools of ``schools`` have every indicator."""

    plan: NDArray[np.int64]
    today: NDArray[np.int64] | None
    pupils: NDArray[np.float64]
    judged: int
    schools: int


def passing_schools(plan: Plan, stage: str, school_ids: tuple[str, ...], profile: BalanceProfile | None = None) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """(s,) whether a school passes the quality lines (at least six of seven, the last at 85 %), and whether all its indicators are known; what is not known does not pass."""
    quality = (profile or recorded_profile(plan)).quality
    rows = plan.indicators[(plan.indicators["stage"] == stage) & plan.indicators["indicator"].isin(list(quality.indicators))]
    table = rows.pivot_table(index="school_id", columns="indicator", values="value", aggfunc="first").reindex(list(school_ids))
    pupils = plan.school_stages[plan.school_stages["stage"] == stage].drop_duplicates("school_id").set_index("school_id")["pupils"].reindex(list(school_ids))
    judged = by_compliance(table.assign(stage=stage, pupils=pupils.astype("float64").to_numpy()).reset_index(drop=True), quality)
    return (judged == "lead").to_numpy(dtype=bool), judged.notna().to_numpy(dtype=bool)


def stage_access(plan: Plan, stage: str, radius_m: float, passes: NDArray[np.bool_] | None = None, profile: BalanceProfile | None = None) -> StageAccess | None:
    """The access of every block; None where no radius is set, no distance is known or no school can be judged.

    ``passes`` (s,) in the order of the stage's seats table; None = the lines of quality balance in ``profile`` (None = those that the plan records).
    """
    views = stage_views(plan, stage, radius_m)
    known = np.ones(len(views.school_ids), dtype=np.bool_)
    if passes is None:
        passes, known = passing_schools(plan, stage, views.school_ids, profile)
    if not math.isfinite(radius_m) or not views.measured or not known.any():
        return None
    nearest = _nearest_passing(plan, stage, views, passes)

    def of(view: Any) -> NDArray[np.int64]:
        return quality_access(view.school_of_block, view.distance_m, nearest, passes, radius_m)

    return StageAccess(of(views.plan), of(views.today) if views.today is not None else None, views.plan.demand, int(known.sum()), len(known))


def access_findings(plan: Plan, stage: str, settings: AuditSettings, profile: BalanceProfile | None = None) -> list[dict[str, Any]]:
    """Pupils whose own school passes and lies within the radius, beside today; and those who have any such school within it, whatever their zone (a matter of
    where homes and schools stand, so mostly the same today).
    """
    found = stage_access(plan, stage, settings.service_radius_m.get(stage, math.nan), profile=profile)
    if found is None:
        return []
    own = access_share(found.plan, found.pupils, OWN)
    today = access_share(found.today, found.pupils, OWN) if found.today is not None else math.nan
    near, near_today = (math.nan if at is None else access_share(at, found.pupils, NEAR) for at in (found.plan, found.today))
    more = {"stage": stage, "source": SOURCE}
    return [
        finding("share_at_good_school", own, "share", today=today, verdict=against_today(own, today, "higher", "share"), **more),
        finding("share_near_good_school", near, "share", today=near_today, verdict=against_today(near, near_today, "higher", "share"), **more),
        finding("schools_judged", found.judged / found.schools, "share", **more),
    ]


def with_access(plan: Plan, settings: AuditSettings, profile: BalanceProfile | None = None) -> Plan:
    """The plan whose blocks carry ``quality_access_STAGE`` (``own``, ``near`` or ``none``) and ``quality_access_today_STAGE``, for the map. For internal use."""
    columns: dict[str, Any] = {}
    for stage in plan.zoned_stages:
        found = stage_access(plan, stage, settings.service_radius_m.get(stage, math.nan), profile=profile)
        columns |= {} if found is None else access_columns(stage, found)
    return plan.replace(blocks=plan.blocks.assign(**columns)) if columns else plan


def access_columns(stage: str, found: StageAccess) -> dict[str, NDArray[Any]]:
    """Columns of the blocks by name: the plan's access in words, and today's where it is known."""
    words = np.array(WORDS, dtype=object)
    today = {} if found.today is None else {f"quality_access_today_{stage}": words[found.today]}
    return {f"quality_access_{stage}": words[found.plan], **today}


def _nearest_passing(plan: Plan, stage: str, views: StageViews, passes: NDArray[np.bool_]) -> NDArray[np.float64]:
    """(n,) metres to the nearest passing school: straight where the plan is made with straight lines, else of the distances it holds."""
    out = np.full(len(views.plan.demand), np.inf)
    good = np.flatnonzero(passes)
    if not len(good):
        return out
    if plan.distance_word(stage) == "straight":
        block_xy, school_xy = block_school_xy(plan, views.school_ids)
        placed = good[np.isfinite(school_xy[good]).all(axis=1)]
        here = np.isfinite(block_xy).all(axis=1)
        if len(placed) and here.any():
            out[here] = cKDTree(school_xy[placed]).query(block_xy[here])[0]
        return out
    rows = plan.distances[(plan.distances["stage"] == stage) & plan.distances["school_id"].isin([views.school_ids[i] for i in good])]
    block = pd.Index(plan.blocks["block_id"]).get_indexer(rows["block_id"])
    np.minimum.at(out, block[block >= 0], rows["distance_m"].to_numpy(dtype=np.float64)[block >= 0])
    return out
