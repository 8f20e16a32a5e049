"""How far the mean scores of districts lie apart."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from districting.auditing.finding import finding
from districting.measures.balance import value_range
from districting.model.plan import Plan


def score_findings(plan: Plan) -> list[dict[str, Any]]:
    """The range of the districts' mean scores, of every scheme of the plan."""
    return [row for scheme in (plan.districts["scheme"].unique() if len(plan.districts) else ()) for row in _score_rows(plan, str(scheme))]


def _score_rows(plan: Plan, scheme: str) -> list[dict[str, Any]]:
    """How far the districts' mean scores lie apart, per stage."""
    rows = []
    members = plan.top_members(scheme).merge(plan.school_stages, on=["school_id", "stage"], how="left")
    members = members.dropna(subset=["score"])
    for stage, group in members.groupby("stage", sort=True):
        weight = group["pupils"].fillna(1.0).to_numpy(dtype=np.float64)
        frame = pd.DataFrame({"district": group["district_id"], "points": group["score"].to_numpy(dtype=np.float64) * weight, "weight": weight})
        pooled = frame.groupby("district", sort=True).sum()
        between = value_range(pooled["points"] / pooled["weight"], pooled["weight"])
        rows.append(finding("score_range", between, "point", stage=str(stage), scope=f"districts:{scheme}"))
    return rows
