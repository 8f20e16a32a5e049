"""Coefficients of variation between schools and between districts, the composite, and Gini, Theil and range of what every pupil has."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from districting.auditing.finding import finding, under_line
from districting.measures.balance import coefficients_of_variation, composite, gini, range_ratio, theil_parts
from districting.measures.balance.population import COMPULSORY, Population, district_of, quality_columns, schemes_of
from districting.model.balance_profile import BalanceProfile
from districting.model.plan import Plan


def coefficient_findings(plan: Plan, of: Population, profile: BalanceProfile) -> list[dict[str, Any]]:
    """差异系数 of every resource between schools, those of quality balance against their line; and between districts, with no verdict.

    Pooling evens out whatever the districts are, so a number between districts is not better than one between schools: it may only be compared with the same number
    of other districts (``compare``), as the plan knows none of today.
    """
    columns, quality = of.resources, profile.quality
    cv = np.atleast_1d(coefficients_of_variation(of.totals(columns), of.pupils)) if columns else np.zeros(0)
    lined = set(quality_columns(of, profile))
    official = set(profile.basic.indicators) | set(quality.indicators)
    more = {"stage": of.stage}
    rows = []
    for k, column in enumerate(columns):
        line = quality.cv.get(of.stage, math.nan) if column in lined else math.nan
        known = int(np.isfinite(of.of(column)).sum())
        verdict = "single" if known == 1 else under_line(cv[k], line)
        source = (quality.source if column in lined else profile.basic.source) if column in official and of.stage in COMPULSORY else ""
        rows.append(finding(f"cv.{column}", float(cv[k]), "cv", scope="schools", threshold=line, verdict=verdict, source=source, **more))
        for scheme in schemes_of(plan):
            value = _between_districts(of.of(column), of.pupils, district_of(plan, scheme, of))
            if value is not None:
                rows.append(finding(f"cv.{column}", value, "cv", scope=f"districts:{scheme}", source=source, **more))
    return rows + _composites(of, profile, dict(zip(columns, cv.tolist(), strict=True)))


def _between_districts(total: Any, pupils: Any, district: Any) -> float | None:
    """The coefficient between districts that pool what their schools report; None without any."""
    inside = (district >= 0) & np.isfinite(total)
    if not inside.any():
        return None
    size = int(district.max()) + 1
    pooled = [np.bincount(district[inside], v[inside], minlength=size) for v in (total, pupils)]
    return float(coefficients_of_variation(*pooled))


def _composites(of: Population, profile: BalanceProfile, cv: dict[str, float]) -> list[dict[str, Any]]:
    """The composite of basic balance, and how many coefficients of quality balance are over their line; 2.1 and 2.2 are never mixed."""
    rows = []
    basic, quality = profile.basic, profile.quality
    line = basic.composite.get(of.stage, math.nan)
    if not math.isnan(line) and set(basic.indicators) & set(cv):
        value = composite([cv.get(c, math.nan) for c in basic.indicators])
        verdict = "single" if len(of.school_ids) == 1 else under_line(value, line) or "unknown"
        rows.append(finding("basic_composite", value, "cv", stage=of.stage, scope="schools", threshold=line, verdict=verdict, source=basic.source))
    columns = quality_columns(of, profile)
    most = quality.cv.get(of.stage, math.nan)
    if columns and not math.isnan(most):
        given = np.array([cv.get(c, math.nan) for c in columns])
        over = int((given > most).sum())
        verdict = "fail" if over else "pass" if np.isfinite(given).all() else "unknown"
        more = {"stage": of.stage, "scope": "schools", "source": quality.source}
        rows.append(finding("coefficients_over_line", float(over), "indicator", threshold=0.0, verdict=verdict, **more))
        rows.append(finding("quality_mean", composite(given), "cv", **more))
    return rows


def inequality_findings(plan: Plan, of: Population, profile: BalanceProfile) -> list[dict[str, Any]]:
    """Gini, Theil and largest by smallest of the official indicators; the share of Theil that lies between districts, and between urban, fringe and rural schools."""
    official = dict.fromkeys([*profile.basic.indicators, *profile.quality.indicators])
    columns = [c for c in official if c in of.columns]
    if not columns or not of.school_ids:
        return []
    values = of.values(columns)
    g, spread = gini(values, of.pupils), range_ratio(values, of.pupils)
    areas = theil_parts(values, of.pupils, of.area)
    several = len(np.unique(of.area)) > 1
    rows: list[dict[str, Any]] = []
    more = {"stage": of.stage, "scope": "schools"}
    for k, column in enumerate(columns):
        rows.append(finding(f"gini.{column}", float(g[k]), "1", **more))
        rows.append(finding(f"theil.{column}", float(areas.total[k]), "1", **more))
        rows.append(finding(f"range_ratio.{column}", float(spread[k]), "1", **more))
        if several:
            rows.append(finding(f"theil_areas.{column}", float(areas.between_share[k]), "share", **more))
    for scheme in schemes_of(plan):
        district = district_of(plan, scheme, of)
        if (district < 0).all():
            continue
        parts = theil_parts(values, of.pupils, np.where(district < 0, district.max() + 1, district))
        rows += [
            finding(f"theil_districts.{c}", float(parts.between_share[k]), "share", stage=of.stage, scope=f"districts:{scheme}") for k, c in enumerate(columns)
        ]
    return rows
