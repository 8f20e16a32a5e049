"""Early warning (R27): how near each coefficient is to its line this year, and where its trend over the years leads."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from districting.auditing.finding import finding
from districting.measures.balance import coefficients_of_variation, levels, trend, warning_coefficient
from districting.measures.balance.population import Population, quality_columns
from districting.model.balance_profile import BalanceProfile
from districting.model.plan import Plan

_VERDICT = {"green": "pass", "yellow": "yellow", "red": "red", "": "unknown"}


def warning_findings(plan: Plan, of: Population, profile: BalanceProfile) -> list[dict[str, Any]]:
    """W of every indicator of quality balance with its level, and W at the end of the horizon as its trend has it; a trend without enough years is unknown."""
    columns, rules = quality_columns(of, profile), profile.warning
    line = profile.quality.cv.get(of.stage, math.nan)
    if not columns or math.isnan(line):
        return []
    totals = of.totals(columns)
    many = (np.isfinite(totals) & (of.pupils > 0)[:, None]).sum(axis=0) >= rules.least_schools
    now = np.where(many, warning_coefficient(coefficients_of_variation(totals, of.pupils), line), np.nan)
    years, w = _by_year(plan, of, columns, line, now, rules.least_schools)
    led = trend(years, w, rules.red, rules.least_years)
    ahead = np.maximum(led.now + led.slope * rules.horizon_years, 0.0)
    more = {"stage": of.stage, "scope": "schools", "threshold": rules.red, "source": rules.source}
    rows = []
    for k, column in enumerate(columns):
        level = _VERDICT[str(levels(now, rules.yellow, rules.red)[k])]
        rows.append(finding(f"warning.{column}", float(now[k]), "1", verdict=level if many[k] else "few", **more))
        known = math.isfinite(ahead[k])
        soon = known and led.crossing[k] <= rules.horizon_years
        verdict = "unknown" if not known else "trend" if soon else "pass"
        rows.append(finding(f"warning_trend.{column}", float(ahead[k]), "1", today=float(now[k]), verdict=verdict, **more))
    return rows


def _by_year(plan: Plan, of: Population, columns: list[str], line: float, now: Any, least_schools: int) -> tuple[Any, Any]:
    """(y,) years and (y, k) their W, this year last. A school without pupils of that year is left out of it; a year in which an indicator stands for fewer schools than
    half of today's, or than are meaningful, is not known for it.
    """
    older = plan.history[(plan.history["stage"] == of.stage) & plan.history["school_id"].isin(of.school_ids)] if len(plan.history) else plan.history
    years, rows = [], []
    for year in sorted(pd.to_numeric(older["year"]).unique()) if len(older) else ():
        if year >= plan.year:
            continue
        wide = older[older["year"] == year].pivot_table(index="school_id", columns="indicator", values="value", aggfunc="first")
        wide = wide.reindex(index=list(of.school_ids), columns=["pupils", *columns])
        pupils = wide["pupils"].to_numpy(dtype=np.float64)
        totals = wide[columns].to_numpy(dtype=np.float64)
        given = (np.isfinite(totals) & (np.nan_to_num(pupils) > 0)[:, None]).sum(axis=0)
        enough = given >= np.maximum(least_schools, np.isfinite(of.totals(columns)).sum(axis=0) / 2)
        years.append(int(year))
        rows.append(np.where(enough, warning_coefficient(coefficients_of_variation(totals, pupils), line), np.nan))
    return np.array([*years, plan.year]), np.vstack([*rows, now])
