"""Gaps between groups of pupils: what schools offer to the children of migrants, to girls and to boarders, against all others."""

from __future__ import annotations

from typing import Any

import numpy as np

from districting.auditing.finding import finding
from districting.measures.balance import dissimilarity, group_gaps, group_share
from districting.measures.balance.population import Population
from districting.model.balance_profile import BalanceProfile


def group_findings(of: Population, profile: BalanceProfile) -> list[dict[str, Any]]:
    """Of every group whose pupils are counted: its share, how far it is kept apart, and its gap in each indicator of quality balance (negative = it has less)."""
    rows: list[dict[str, Any]] = []
    columns = [c for c in profile.quality.indicators if c in of.columns]
    more = {"stage": of.stage, "scope": "schools"}
    for group in profile.groups.columns:
        number = of.of(group)
        if not np.isfinite(number).any():
            continue
        rows.append(finding(f"group_share.{group}", group_share(number, of.pupils), "share", **more))
        rows.append(finding(f"group_apart.{group}", dissimilarity(number, of.pupils), "1", **more))
        if columns:
            gaps = np.atleast_1d(group_gaps(of.values(columns), number, of.pupils))
            known = gaps[np.isfinite(gaps)]
            rows.append(finding(f"group_gap.{group}", float(known.mean()) if len(known) else float("nan"), "share", **more))
            rows += [finding(f"group_gap.{group}.{c}", float(g), "share", **more) for c, g in zip(columns, gaps, strict=True)]
    return rows + _in_public(of, profile)


def _in_public(of: Population, profile: BalanceProfile) -> list[dict[str, Any]]:
    """Children of migrants in public schools or in places bought for them."""
    migrants = of.of("migrant_pupils")
    known = np.isfinite(migrants)
    if not known.any() or migrants[known].sum() <= 0:
        return []
    bought = np.where(of.public, 0.0, np.minimum(np.nan_to_num(of.of("migrants_bought")), np.nan_to_num(migrants)))
    placed = np.where(of.public, np.nan_to_num(migrants), bought)
    share, line = float(placed[known].sum() / migrants[known].sum()), profile.groups.migrants_in_public
    more = {"stage": of.stage, "scope": "schools", "source": profile.groups.source}
    return [finding("migrants_in_public", share, "share", threshold=line, verdict="pass" if share >= line else "fail", **more)]
