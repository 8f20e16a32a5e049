"""Pupils for the public: no block's, as a block may be a house and its pupils a family; totals of schools alone, and of those none that is a handful."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.auditing.views import stage_views
from districting.model.plan import Plan, empty_table

SMALL: Final = 5
"""Fewer pupils than these are not told (as of blocks in the odds of a lottery)."""
NEIGHBOURS: Final = "neighbours"
"""Why a block goes with those beside it, for the public: whether for want of pupils or to keep the zone in one piece is not told."""
_TELLING: Final = ("nobody", "connected")


def school_demand(plan: Plan) -> pd.DataFrame:
    """Pupils of each school by stage and year under the plan, and in the plan's year under today's schools. A plan that has such a table already keeps it."""
    if not len(plan.demand):
        return plan.school_demand
    found = [empty_table("school_demand")]
    for stage in plan.zoned_stages if len(plan.blocks) else ():
        views, rows = stage_views(plan, stage), plan.demand[plan.demand["stage"] == stage]
        label, size = views.plan.school_of_block, len(views.school_ids)
        for year, of in rows.groupby("year", sort=True):
            pupils = of.drop_duplicates("block_id").set_index("block_id")["pupils"].reindex(plan.blocks["block_id"]).fillna(0.0).to_numpy(dtype=np.float64)
            now = np.bincount(label[label >= 0], pupils[label >= 0], size).astype(np.float64)
            today = views.today.load if views.today is not None and (year == plan.year or rows["year"].nunique() == 1) else np.full(size, np.nan)
            columns = {"pupils": without_few(now), "pupils_today": without_few(today)}
            found.append(pd.DataFrame({"school_id": list(views.school_ids), "stage": stage, "year": year, **columns}))
    return pd.concat(found[1:] or found, ignore_index=True)


def without_few(pupils: NDArray[np.float64]) -> NDArray[np.float64]:
    """Numbers from 1 to ``SMALL`` - 1 as NaN; where that is a single one, the next larger too, as it would follow from the total.

    >>> without_few(np.array([3.0, 40.0, 12.0, 0.0])).tolist(), without_few(np.array([3.0, 1.0, 12.0])).tolist()
    ([nan, 40.0, nan, 0.0], [nan, nan, 12.0])
    """
    hidden = (pupils > 0) & (pupils < SMALL)
    others = np.flatnonzero(~hidden & (pupils > 0))
    if hidden.sum() == 1 and len(others):
        hidden[others[np.argmin(pupils[others])]] = True
    return np.where(hidden, np.nan, pupils)


def told_reasons(reasons: Any) -> Any:
    """Reasons that do not say where no pupil lives."""
    return reasons.assign(reason=reasons["reason"].where(~reasons["reason"].isin(_TELLING), NEIGHBOURS)) if len(reasons) else reasons


def told_distances(plan: Plan) -> Any:
    """Of distances that cannot be measured on the map: to the schools of a block's zone, to today's and to the nearest. Straight ones follow from the shapes."""
    kept = [plan.distances.iloc[:0]]
    for stage in plan.zoned_stages if len(plan.blocks) else ():
        rows = plan.distances[plan.distances["stage"] == stage]
        if plan.distance_word(stage) == "straight" or not len(rows):
            continue
        served = plan.zone_schools[plan.zone_schools["stage"] == stage][["zone_id", "school_id"]]
        of_zone = plan.blocks[["block_id", f"zone_id_{stage}"]].merge(served, left_on=f"zone_id_{stage}", right_on="zone_id")[["block_id", "school_id"]]
        today = plan.today.loc[plan.today["stage"] == stage, ["block_id", "school_id"]]
        near = plan.reasons.loc[plan.reasons["stage"] == stage, ["block_id", "nearest_school_id"]].set_axis(["block_id", "school_id"], axis=1)
        told = pd.MultiIndex.from_frame(pd.concat([of_zone, today, near]).astype("str"))
        kept.append(rows[pd.MultiIndex.from_frame(rows[["block_id", "school_id"]].astype("str")).isin(told)])
    return pd.concat(kept, ignore_index=True) if len(kept) > 1 else kept[0]
