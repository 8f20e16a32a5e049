"""Before and after sharing: what the pupils of every school can use when their district shares, and how much of the gap between schools that closes (policy R20)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.auditing.finding import against_today, finding, under_line
from districting.auditing.sharing_rates import rates_with
from districting.measures.balance import coefficients_of_variation
from districting.measures.balance.population import COMPULSORY, Population, population, schemes_of
from districting.measures.pooling import hub_pool, pooled
from districting.model.balance_profile import BalanceProfile
from districting.model.plan import PLAN_TABLES, Plan
from districting.model.settings import AuditSettings
from districting.model.sharing_rates import SHARING_KINDS, SharingRates

_SOURCE = "教师〔2014〕4号；教督〔2017〕6号"


@dataclass(frozen=True, eq=False)
class _Ground:
    """The schools of one scheme and stage. ``district`` (s,): number of it, -1 none; ``near`` (s,): shares venues in its district; ``names``: ids by number."""

    of: Population
    district: NDArray[np.int64]
    near: NDArray[np.bool_]
    names: list[str]


def sharing_tables(plan: Plan, settings: AuditSettings, profile: BalanceProfile) -> dict[str, pd.DataFrame]:
    """``sharing_effect``: the coefficient of each indicator before and after, for every district and (``district_id`` empty) for all schools of the stage;
    ``sharing_steps``: the mean coefficient, and what each kind of sharing takes off it, from today to all of them.
    """
    effects: list[tuple[Any, ...]] = []
    steps: list[tuple[Any, ...]] = []
    rates = rates_with(settings.shared, settings.shared_reach_m)
    for scheme, stage, ground in _grounds(plan, profile, rates):
        found = _effects(settings, (scheme, stage), ground, rates)
        effects += found
        steps += _steps(scheme, stage, [row for row in found if row[1] == ""])
    tables = {"sharing_effect": effects, "sharing_steps": steps}
    return {name: pd.DataFrame(rows, columns=list(PLAN_TABLES[name])) for name, rows in tables.items()}


def sharing_findings(tables: Mapping[str, pd.DataFrame], profile: BalanceProfile) -> list[dict[str, Any]]:
    """For each scheme and stage: every coefficient with sharing, beside that without and the line; their mean; the share of the gap that closes."""
    rows: list[dict[str, Any]] = []
    whole = tables["sharing_effect"]
    whole = whole[whole["district_id"] == ""]
    cv_line = {str(stage): line for stage, line in profile.quality.cv.items()}
    for (scheme, stage), part in whole.groupby(["scheme", "stage"], sort=False):
        place: dict[str, Any] = {"stage": str(stage), "scope": f"districts:{scheme}", "source": _SOURCE}
        for name, one_before, one_after in zip(part["indicator"], part["before"], part["after"], strict=True):
            line = cv_line.get(str(stage), math.nan) if name in profile.quality.indicators else math.nan
            rows.append(finding(f"cv_shared.{name}", one_after, "cv", today=one_before, threshold=line, verdict=under_line(one_after, line), **place))
        before, after = float(part["before"].mean()), float(part["after"].mean())
        rows.append(finding("cv_mean_shared", after, "cv", today=before, verdict=against_today(after, before, "lower", "cv"), **place))
        rows.append(finding("gap_closed", 1 - after / before if before > 0 else math.nan, "share", **place))
    return rows


def _grounds(plan: Plan, profile: BalanceProfile, rates: SharingRates) -> Iterator[tuple[str, str, _Ground]]:
    """Every scheme and stage in which some district has two schools that are measured."""
    given = set(plan.indicators["stage"]) if len(plan.indicators) else set()
    placed = bool(given) and "geometry" in plan.schools.columns
    spots = dict(zip(plan.schools["school_id"].astype("str"), plan.schools["geometry"], strict=True)) if placed else {}
    for stage in (s for s in COMPULSORY if s in given):
        of = population(plan, stage, profile)
        for scheme in schemes_of(plan):
            members = plan.school_members(scheme)
            mine = members[members["stage"] == stage].drop_duplicates("school_id")
            district_of = dict(zip(mine["school_id"].astype("str"), mine["district_id"].astype("str"), strict=True))
            names = sorted({district_of[s] for s in of.school_ids if s in district_of})
            number = {name: i for i, name in enumerate(names)}
            district = np.array([number.get(district_of.get(s, ""), -1) for s in of.school_ids], dtype=np.int64)
            if (np.bincount(district[district >= 0], minlength=1) > 1).any():
                near = _near([spots.get(s) for s in of.school_ids], of.pupils, district, rates.reach_m)
                yield scheme, stage, _Ground(of, district, near, names)


def _near(spots: list[Any], pupils: NDArray[np.float64], district: NDArray[np.int64], reach_m: float) -> NDArray[np.bool_]:
    """(s,) whether a school shares venues: it is within reach of the hub of its district."""
    at = np.array([(math.nan, math.nan) if p is None or p.is_empty else (p.x, p.y) for p in spots]).reshape(-1, 2)
    near = np.zeros(len(spots), dtype=np.bool_)
    for number in np.unique(district[district >= 0]):
        mine = np.flatnonzero(district == number)
        apart = at[mine, None, :] - at[None, mine, :]
        near[mine] = hub_pool(np.hypot(apart[..., 0], apart[..., 1]), pupils[mine], reach_m)
    return near


def _effects(settings: AuditSettings, place: tuple[str, str], ground: _Ground, rates: SharingRates) -> list[tuple[Any, ...]]:
    """Rows of ``sharing_effect``: all schools first, then district by district."""
    of, rows = ground.of, []
    for name, one in rates.indicators.items():
        if name not in of.columns:
            continue
        total = of.of(name)
        pool = np.where(ground.near, ground.district, -1) if one.kind == "venue" else ground.district
        used = pooled(total, of.pupils, pool, one.share, weak_first=settings.weak_first)
        for number, district in [(-1, ""), *enumerate(ground.names)]:
            mine = np.ones(len(total), dtype=np.bool_) if number < 0 else ground.district == number
            known = np.isfinite(total[mine]) & (of.pupils[mine] > 0)
            before, after = (float(coefficients_of_variation(values[mine], of.pupils[mine])) for values in (total, used))
            sharing = int((known & (pool[mine] >= 0)).sum())
            rows.append(
                (place[0], district, place[1], name, one.kind, int(known.sum()), sharing, before, after, 1 - after / before if before > 0 else math.nan)
            )
    return rows


def _steps(scheme: str, stage: str, whole: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Each indicator is shared in one way, so what the ways take off the mean adds up, in any order."""
    rows = [row for row in whole if math.isfinite(row[7]) and math.isfinite(row[8])]
    if not rows:
        return []
    level = sum(row[7] for row in rows) / len(rows)
    found: list[tuple[Any, ...]] = [(scheme, stage, "today", level, 0.0)]
    for kind in SHARING_KINDS:
        change = sum(row[8] - row[7] for row in rows if row[4] == kind) / len(rows)
        level += change
        found.append((scheme, stage, kind, level, change))
    return found
