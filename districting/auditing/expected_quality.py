"""Multi-school zones: what a family may expect of its zone, against what it would have had of single schools (policy 2.9 Z2)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from districting.auditing.finding import finding, under_line
from districting.model.plan import Plan

_SOURCE = "教基厅〔2022〕1号"


def expected_quality_findings(plan: Plan, stage: str) -> list[dict[str, Any]]:
    """For a stage with zones of several schools: the mean score of each zone by seats, as a draw among the seats gives it, beside the lowest and highest single
    school in it; how far zones and single schools lie apart; and the most hot schools (leads) that one zone holds against the even share.
    """
    served = plan.zone_schools[plan.zone_schools["stage"] == stage]
    if not len(served) or served.groupby("zone_id").size().max() < 2:
        return []
    table = served.merge(plan.school_stages, on=["school_id", "stage"], how="left").merge(plan.seats, on=["school_id", "stage"], how="left")
    rows: list[dict[str, Any]] = []
    mean, known = [], table.dropna(subset=["score"])
    for zone, group in known.groupby("zone_id", sort=True):
        seats, score = group["seats"].to_numpy(dtype=np.float64), group["score"].to_numpy(dtype=np.float64)
        mean.append(float(np.average(score, weights=seats if seats.sum() > 0 else None)))
        scope = {"stage": stage, "scope": f"zone:{zone}", "source": _SOURCE}
        rows.append(finding("expected_quality", mean[-1], "point", **scope))
        rows.append(finding("single_quality_low", float(score.min()), "point", **scope))
        rows.append(finding("single_quality_high", float(score.max()), "point", **scope))
    if mean:
        rows.append(finding("expected_quality_range", max(mean) - min(mean), "point", stage=stage, source=_SOURCE))
        single = known["score"].astype("float64")
        rows.append(finding("single_quality_range", float(single.max() - single.min()), "point", stage=stage, source=_SOURCE))
    return rows + _hot(table, stage)


def _hot(table: pd.DataFrame, stage: str) -> list[dict[str, Any]]:
    hot = (table["tier"] == "lead").groupby(table["zone_id"]).sum()
    if not hot.sum():
        return []
    line = float(math.ceil(hot.sum() / len(hot)))
    most = float(hot.max())
    return [finding("most_hot_schools", most, "school", stage=stage, threshold=line, verdict=under_line(most, line), source=_SOURCE)]
