"""Quality balance: every school against every line, who passes, what is nearly reached, and what nobody knows."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from districting.auditing.finding import finding, under_line
from districting.measures.balance import Compliance, compliance
from districting.measures.balance.population import Population, quality_columns
from districting.model.balance_profile import BalanceProfile
from districting.model.plan import PLAN_TABLES


def line_findings(of: Population, profile: BalanceProfile) -> tuple[list[dict[str, Any]], pd.DataFrame]:
    """Findings over all schools, and the table of each school against each line (``school_lines``)."""
    columns = quality_columns(of, profile)
    if not columns or not of.school_ids:
        return [], pd.DataFrame(columns=list(PLAN_TABLES["school_lines"]))
    quality = profile.quality
    per = np.array([quality.indicators[c].per for c in columns])
    line = np.array([quality.indicators[c].line[of.stage] for c in columns])
    values = of.values(columns, per)
    found = compliance(values, line, quality.least_met, quality.floor)
    table = _table(of, columns, values, line, found, quality.floor)
    more = {"stage": of.stage, "scope": "schools", "source": quality.source}
    known, schools = int(found.known.sum()), len(of.school_ids)
    passing, failing, near = int(found.passes.sum()), int(found.fails.sum()), int((table["status"] == "near").sum())
    rows = [
        finding(
            "schools_passing", passing / schools, "share", threshold=1.0, verdict="pass" if passing == schools else "fail" if failing else "unknown", **more
        ),
        finding("schools_failing", float(failing), "school", threshold=0.0, verdict=under_line(failing, 0.0), **more),
        finding("near_lines", float(near), "line", **more),
        finding("schools_missing_indicators", float(schools - known), "school", **more),
    ]
    for k, column in enumerate(columns):
        given = np.isfinite(found.ratio[:, k])
        share = float(found.met[given, k].mean()) if given.any() else math.nan
        rows.append(finding(f"line_met.{column}", share, "share", **more))
        if not given.all():
            rows.append(finding(f"missing.{column}", float((~given).sum()), "school", **more))
    return rows, table


def _table(of: Population, columns: list[str], values: Any, line: Any, found: Compliance, floor: float) -> pd.DataFrame:
    """Missed lines first, nearest to the line on top (x / t descending), then what is missing, then what is met; ties by code."""
    s, k = values.shape
    share = found.ratio.ravel()
    status = np.where(np.isnan(share), "missing", np.where(found.met.ravel(), "met", np.where(share >= floor - 1e-12, "near", "short")))
    table = pd.DataFrame(
        {
            "school_id": np.repeat(np.array(of.school_ids, dtype=object), k),
            "stage": of.stage,
            "indicator": np.tile(np.array(columns, dtype=object), s),
            "value": values.ravel(),
            "line": np.tile(line, s),
            "share_of_line": share,
            "status": status,
        }
    )
    rank = table["status"].map({"near": 0, "short": 0, "missing": 1, "met": 2})
    order = table.assign(_rank=rank, _down=-np.nan_to_num(share)).sort_values(["_rank", "_down", "school_id"], kind="stable").index
    return table.loc[order].reset_index(drop=True)
