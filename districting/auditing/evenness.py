"""Findings about evenness: the official coefficient between schools, and between districts."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from districting.auditing.finding import finding, under_line
from districting.measures.balance import coefficient_of_variation, value_range
from districting.model.plan import Plan
from districting.model.settings import AuditSettings

_SOURCE = {"primary": "教督〔2017〕6号", "junior": "教督〔2017〕6号"}


def evenness_findings(plan: Plan, settings: AuditSettings) -> list[dict[str, Any]]:
    """差异系数 of every indicator between schools, held against the line; and between districts, with no verdict.

    Pooling evens out whatever the districts are, so a number between districts is not better than one between schools: it may only be compared with the same number
    of other districts (``compare``), as the plan knows none of today.
    """
    rows: list[dict[str, Any]] = []
    if len(plan.indicators):
        for stage in sorted(plan.indicators["stage"].unique(), key=("preschool", "primary", "junior", "senior").index):
            rows += _stage_rows(plan, str(stage), settings)
    for scheme in plan.districts["scheme"].unique() if len(plan.districts) else ():
        rows += _score_rows(plan, str(scheme))
    return rows


def _stage_rows(plan: Plan, stage: str, settings: AuditSettings) -> list[dict[str, Any]]:
    pupils = plan.school_stages[plan.school_stages["stage"] == stage].set_index("school_id")["pupils"]
    table = plan.indicators[plan.indicators["stage"] == stage].pivot(index="school_id", columns="indicator", values="value")
    weight = pupils.reindex(table.index).to_numpy(dtype=np.float64)
    line = settings.cv_line.get(stage, math.nan)
    rows = []
    for name in table.columns:
        total = table[name].to_numpy(dtype=np.float64)
        between_schools = coefficient_of_variation(total, np.nan_to_num(weight))
        more = {"stage": stage, "source": _SOURCE.get(stage, "")}
        rows.append(finding(f"cv.{name}", between_schools, "cv", scope="schools", threshold=line, verdict=under_line(between_schools, line), **more))
        for scheme in plan.districts["scheme"].unique() if len(plan.districts) else ():
            pooled = _pool(plan, str(scheme), stage, table.index, total, weight)
            if not len(pooled):
                continue
            value = coefficient_of_variation(pooled["total"], pooled["pupils"])
            rows.append(finding(f"cv.{name}", value, "cv", scope=f"districts:{scheme}", **more))
    return rows


def _pool(plan: Plan, scheme: str, stage: str, schools: pd.Index[Any], total: Any, pupils: Any) -> pd.DataFrame:
    """Resource and pupils of each district: the sum over its schools that report both."""
    rows = plan.top_members(scheme)
    rows = rows[rows["stage"] == stage]
    frame = pd.DataFrame({"school_id": schools, "total": total, "pupils": pupils}).dropna()
    pooled = rows[["school_id", "district_id"]].merge(frame, on="school_id")
    return pooled.groupby("district_id", sort=True)[["total", "pupils"]].sum()


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
