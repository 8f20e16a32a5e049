"""How likely the fixed zones and districts of a plan are to break their rules when forecast, scores and distances are off (policy R41)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.auditing.finding import finding
from districting.auditing.views import stage_views
from districting.measures.risk_draws import FixedZones, draw_tiers, draw_zones, overflows, wilson
from districting.model.plan import Plan
from districting.model.risk_rules import Errors
from districting.model.stages import STAGES

DRAWS: Final = 1_000
_TIERS: Final = ("weak", "regular", "lead")
_DRAWN: Final = ("seats", "minimum_fill", "maximum_distance_m")
"""Rules of a zoning that draws can break; all others hold or not by the zones alone."""


@dataclass(frozen=True)
class Chance:
    """A share of draws with its 95 % interval."""

    share: float
    low: float
    high: float

    @classmethod
    def sure(cls, happens: bool) -> Chance:
        """What no draw changes."""
        return cls(float(happens), float(happens), float(happens))

    @classmethod
    def of(cls, hits: NDArray[np.bool_]) -> Chance:
        low, high = wilson(int(hits.sum()), len(hits))
        return cls(float(hits.mean()), float(low), float(high))


@dataclass(frozen=True, eq=False)
class StageOdds:
    """One stage. Per zone (z,): ``overflow`` share of draws with more pupils than seats, its interval ``low`` and ``high``, ``load_p05`` and ``load_p95``.

    ``rules`` rule -> chance that it breaks, ``breaking`` rule -> (z,) share of draws in which the zone breaks it, ``any_rule`` that any does; ``over_count`` mean number of zones over their seats;
    ``beyond`` 5 %, 50 %, 95 % quantile of the share of pupils beyond the service radius, NaN where it is not known.
    """

    stage: str
    zone_ids: NDArray[Any]
    names: tuple[str, ...]
    pupils: NDArray[np.float64]
    seats: NDArray[np.float64]
    overflow: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    load_p05: NDArray[np.float64]
    load_p95: NDArray[np.float64]
    rules: Mapping[str, Chance]
    breaking: Mapping[str, NDArray[np.float64]]
    any_rule: Chance
    over_count: float
    beyond: tuple[float, float, float]
    draws: int


def stage_odds(plan: Plan, stage: str, errors: Errors, rng: np.random.Generator, *, draws: int = DRAWS, radius_m: float = math.nan) -> StageOdds:
    """Draw ``draws`` futures of the stage's fixed zones; the same ``rng`` gives the same odds."""
    views = stage_views(plan, stage, radius_m)
    members = plan.zone_schools[plan.zone_schools["stage"] == stage]
    zone_ids, zone = np.unique(members["zone_id"].to_numpy(dtype=object).astype(str), return_inverse=True)
    places = plan.seats[plan.seats["stage"] == stage].drop_duplicates("school_id").set_index("school_id")["seats"].reindex(members["school_id"])
    seats = np.bincount(zone, places.fillna(0.0).to_numpy(dtype=np.float64), len(zone_ids)).astype(np.float64)
    label = pd.Index(zone_ids).get_indexer(plan.blocks[f"zone_id_{stage}"].astype("str")).astype(np.int64)
    rows = plan.rules[(plan.rules["decision"] == "zoning") & (plan.rules["stage"] == stage)] if len(plan.rules) else plan.rules
    setting = dict(zip(rows["rule"].astype("str"), rows["value"].astype("str"), strict=True))
    limit = _number(setting.get("maximum_distance_m", "off"))
    town = FixedZones(views.plan.demand, label, seats, views.plan.distance_m, radius_m, math.inf if limit is None else limit)
    found = draw_zones(town, draws, rng, common=errors.common, dispersion=errors.dispersion, travel=errors.travel)
    over = overflows(found.load, seats)
    low, high = wilson(over.sum(axis=0), draws)
    of_zone = _breaking(setting, found.load, seats, over, found.far if limit is not None else None)
    broken = {**{rule: _any(hits) for rule, hits in of_zone.items()}, **_settled(rows, of_zone, draws)}
    any_rule = Chance.of(_any(np.column_stack([np.zeros(draws, dtype=np.bool_), *broken.values()])))
    tail = np.quantile(found.load, [0.05, 0.95], axis=0) if len(seats) else np.zeros((2, 0))
    beyond = np.quantile(found.beyond, [0.05, 0.5, 0.95]).tolist() if np.isfinite(found.beyond).all() else [math.nan] * 3
    return StageOdds(
        stage=stage,
        zone_ids=zone_ids,
        names=_names(plan, members, zone_ids),
        pupils=np.bincount(label[label >= 0], views.plan.demand[label >= 0], len(zone_ids)).astype(np.float64),
        seats=seats,
        overflow=over.mean(axis=0),
        low=low,
        high=high,
        load_p05=tail[0],
        load_p95=tail[1],
        rules={rule: Chance.of(hits) if rule in _DRAWN else Chance.sure(bool(hits[0])) for rule, hits in broken.items()},
        breaking={rule: hits.mean(axis=0) for rule, hits in of_zone.items()},
        any_rule=any_rule,
        over_count=float(over.sum(axis=1).mean()),
        beyond=(beyond[0], beyond[1], beyond[2]),
        draws=draws,
    )


def _breaking(
    setting: Mapping[str, str], load: NDArray[np.float64], seats: NDArray[np.float64], over: NDArray[np.bool_], far: NDArray[np.bool_] | None
) -> dict[str, NDArray[np.bool_]]:
    """Rule that draws can break -> (d, z) whether the zone breaks it."""
    found: dict[str, NDArray[np.bool_]] = {}
    if not setting.get("seats", "on").startswith("soft"):
        found["seats"] = over
    fill = _number(setting.get("minimum_fill", "off"))
    if fill is not None:
        found["minimum_fill"] = load < fill * seats - 1e-9 * np.maximum(seats, 1.0)
    if far is not None:
        found["maximum_distance_m"] = far
    return found


def _settled(rows: pd.DataFrame, drawn: Mapping[str, Any], draws: int) -> dict[str, NDArray[np.bool_]]:
    """Rule that depends on the zones alone -> (d,) whether it is broken, in every draw or in none."""
    found: dict[str, NDArray[np.bool_]] = {}
    for rule, value, holds in zip(rows["rule"], rows["value"], rows["holds"], strict=True):
        if str(rule) not in found and str(rule) not in drawn and str(rule) not in _DRAWN and value != "off":
            found[str(rule)] = np.full(draws, not bool(holds))
    return found


def _any(table: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(d,) whether any column of a draw is true."""
    return np.asarray(table.any(axis=1), dtype=np.bool_)


@dataclass(frozen=True, eq=False)
class SchemeOdds:
    """One scheme of districts: ``rules`` rule that counts tiers -> chance that a district breaks it; ``any_rule``."""

    scheme: str
    rules: Mapping[str, Chance]
    any_rule: Chance


def scheme_odds(plan: Plan, scheme: str, errors: Errors, rng: np.random.Generator, *, draws: int = DRAWS) -> SchemeOdds | None:
    """How likely the districts are to break the rules that count schools by tier when scores are off; None where no rule counts them or no score is known.

    Tiers are drawn stage by stage (see :func:`districting.measures.risk_draws.draw_tiers`).
    """
    rows = plan.rules[(plan.rules["decision"] == f"grouping.{scheme}") & plan.rules["value"].astype("str").str.contains("..", regex=False)]
    counted = [(str(r), str(v)) for r, v in zip(rows["rule"], rows["value"], strict=True) if str(r).rpartition("_")[2] in _TIERS]
    members = plan.school_members(scheme).merge(plan.school_stages[["school_id", "stage", "tier", "score"]], on=["school_id", "stage"], how="left")
    if not counted or not members["score"].notna().any():
        return None
    tier = _drawn(members, errors, rng, draws)
    districts = pd.Index(sorted(plan.school_districts(scheme)["district_id"].astype("str")))
    at = districts.get_indexer(pd.Index(members["district_id"].astype("str")))
    found = {}
    for rule, value in counted:
        stage, _, name = rule.rpartition("_")
        fits = (members["stage"] == stage).to_numpy() if stage in STAGES else np.ones(len(members), dtype=np.bool_)
        held = np.zeros((draws, len(districts)))
        for i in np.flatnonzero(fits & (at >= 0)).tolist():
            held[:, at[i]] += tier[:, i] == _TIERS.index(name)
        low, _, high = value.partition("..")
        found[rule] = _any((held < int(low)) | (held > (int(high) if high else math.inf)))
    return SchemeOdds(scheme, {rule: Chance.of(hits) for rule, hits in found.items()}, Chance.of(_any(np.column_stack(list(found.values())))))


def _drawn(members: pd.DataFrame, errors: Errors, rng: np.random.Generator, draws: int) -> NDArray[np.int64]:
    """(draws, m) tiers of the members, -1 where none is given."""
    tier = np.full((draws, len(members)), -1, dtype=np.int64)
    given = members["tier"].map({t: i for i, t in enumerate(_TIERS)}).to_numpy(dtype=np.float64)
    for stage in STAGES:
        mine = np.flatnonzero((members["stage"] == stage).to_numpy() & np.isfinite(given))
        if len(mine):
            tier[:, mine] = draw_tiers(members["score"].to_numpy(dtype=np.float64)[mine], given[mine].astype(np.int64), draws, rng, errors.score)
    return tier


def odds_findings(stages: Mapping[str, StageOdds], schemes: Mapping[str, SchemeOdds]) -> list[dict[str, Any]]:
    """Rows of the findings table: the chances of every stage and scheme; those of each school stand in a table of their own."""
    rows: list[dict[str, Any]] = []
    for stage, one in stages.items():
        rows.append(finding("zones_over_expected", one.over_count, "zone", stage=stage))
        rows.append(finding("chance_any_rule_breaks", one.any_rule.share, "share", stage=stage))
        rows += [finding(f"chance_breaks.{r}", c.share, "share", stage=stage) for r, c in one.rules.items() if r in _DRAWN]
        if not math.isnan(one.beyond[2]):
            rows.append(finding("share_beyond_radius_p95", one.beyond[2], "share", stage=stage))
    rows += [finding("chance_tier_rule_breaks", one.any_rule.share, "share", scope=f"districts:{scheme}") for scheme, one in schemes.items()]
    return rows


def _names(plan: Plan, members: pd.DataFrame, zone_ids: NDArray[Any]) -> tuple[str, ...]:
    """(z,) the schools of each zone by name, joined as a list is."""
    name = plan.schools.drop_duplicates("school_id").set_index("school_id")["name"]
    named = members.assign(name=name.reindex(members["school_id"]).fillna("").astype("str").to_numpy())
    of = named.groupby(members["zone_id"].astype("str"))["name"].agg("、".join if plan.language == "zh" else ", ".join)
    return tuple(of.reindex(zone_ids).tolist())


def _number(value: str) -> float | None:
    try:
        return float(value)
    except ValueError:
        return None
