"""What a plan puts at risk, stage by stage, measured from its tables alone, and the level that follows (policy R41, 4.3)."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from districting.auditing.families import Families
from districting.auditing.finding import finding
from districting.auditing.views import StageViews, stage_views
from districting.geography.block_middles import block_middles
from districting.measures.risk import communities_split, newly_true, pupils_by_distance_change, risk_level, seat_ratio, seat_warning
from districting.model.plan import Plan
from districting.model.risk_rules import LEVELS, RiskRules
from districting.reading.risk_profile import read_risk_rules, rules_of_text

RISK: Final = "risk"
"""Key of the record of an audit that holds them."""
SOURCE: Final = "重大行政决策程序暂行条例（2019）"
WARNED_YEARS: Final = 3
"""Years that a seat warning looks ahead, where the plan knows the pupils of more than one."""
_TIERS: Final = {"weak": 0, "regular": 1, "lead": 2}
_GRADES: Final = {"preschool": 3, "primary": 6, "junior": 3, "senior": 3}
_GROUP: Final = re.compile(r"^(.{2,}?)第?(?:[0-9]+|[一二三四五六七八九十]+)(?:组|队|社|区|期|栋|幢|号楼|号院|号)$")


_ESSENTIAL: Final = "share_moved"
"""Without this indicator nothing is called low or medium."""


def joint_level(levels: Sequence[int]) -> int:
    """The highest level; high as soon as one is, else not known (-1) where the first is not known.

    >>> joint_level([-1, 1]), joint_level([-1, 2]), joint_level([0, -1, 1])
    (-1, 2, 1)
    """
    top = max(levels, default=-1)
    return top if top == len(LEVELS) - 1 or not levels or levels[0] >= 0 else -1


@dataclass(frozen=True, eq=False)
class StageRisk:
    """One stage: ``facts`` measure -> (value, today, unit), NaN where it is not known; ``bands`` pupils who change school by change of distance;
    ``level_of`` indicator -> 0..2, -1 where it is not known; ``level`` the highest, -1 where not known who moves and nothing is high; ``ratio`` (z,) and ``receiving`` (z,) of the zones ``zone_ids``.
    """

    stage: str
    facts: Mapping[str, tuple[float, float, str]]
    bands: NDArray[np.float64]
    moved_pupils: float
    moved_blocks: int
    level_of: Mapping[str, int]
    zone_ids: NDArray[Any]
    ratio: NDArray[np.float64]
    receiving: NDArray[np.bool_]

    @property
    def level(self) -> int:
        return joint_level([-1 if self.level_of.get(_ESSENTIAL) == -1 else 0, *self.level_of.values()] if self.level_of else [])


def stage_risk(plan: Plan, stage: str, rules: RiskRules, families: Families | None = None) -> StageRisk:
    """Every indicator that the plan's tables allow; what they do not allow is NaN, not 0. ``families``: counts those with children at two schools instead of an estimate."""
    views = stage_views(plan, stage)
    zone_ids, ratio, receiving = _seats(plan, stage, views)
    facts = {**_moves(plan, stage, views, rules), **_crossings(plan, stage, views), **_split(plan, stage, views)}
    if families is not None:
        facts.pop("families_parted", None)
        facts["families_counted"] = (*families.parted(stage, views), "family")
    before = None if views.today is None else seat_ratio(views.today.load, views.today.seats)
    for name, warned in (("zones_red", 2), ("zones_yellow", 1)):
        facts[name] = (_warned(ratio, rules, warned), math.nan if before is None else _warned(before, rules, warned), "zone")
    facts["fullest_receiving"] = (float(ratio[receiving].max()) if receiving.any() else 0.0 if views.today is not None else math.nan, math.nan, "share")
    lost = float(views.plan.demand[plan.blocks[f"zone_id_{stage}"].fillna("").astype("str").to_numpy() == ""].sum())
    facts["pupils_without_zone"] = (lost, math.nan, "pupil")
    mine = plan.rules[plan.rules["stage"].isin([stage, ""])] if len(plan.rules) else plan.rules
    facts["rules_broken"] = (float((~mine["holds"].astype(bool)).sum()), math.nan, "rule")
    level_of = {
        name: risk_level(facts[name][0] if name in facts else math.nan, line.medium, line.high, above=line.above) for name, line in rules.levels.items()
    }
    moved = _moved(views)
    pupils, blocks = float(views.plan.demand[moved].sum()), int(moved.sum())
    return StageRisk(stage, facts, _bands(views, rules), pupils, blocks, level_of, zone_ids, ratio, receiving)


def _warned(ratio: NDArray[np.float64], rules: RiskRules, level: int) -> float:
    """How many have a seat warning of that level; not known where the seats of one are not."""
    return math.nan if np.isnan(ratio).any() else float((seat_warning(ratio, rules.yellow, rules.red) == level).sum())


def recorded_risk(plan: Plan) -> RiskRules:
    """The errors, lines and levels that the plan was made with; those of the package where it says nothing."""
    said = plan.recorded("audit", RISK)
    return read_risk_rules() if said is None else rules_of_text(said)


def risk_findings(plan: Plan, rules: RiskRules, found: Mapping[str, StageRisk] | None = None) -> list[dict[str, Any]]:
    """The rows of every zoned stage, and the level of the whole plan."""
    risks = found or {stage: stage_risk(plan, stage, rules) for stage in plan.zoned_stages}
    rows: list[dict[str, Any]] = []
    for stage, one in risks.items():
        for name, (value, today, unit) in one.facts.items():
            if name not in rules.levels and not math.isnan(value):
                rows.append(finding(f"risk.{name}", value, unit, stage=stage, today=today))
        for low, high, pupils in bands_of(one, rules):
            rows.append(finding("distance_change", pupils, "pupil", stage=stage, scope=f"band:{_band(low, high)}"))
        for name, level in one.level_of.items():
            if level >= 0:
                line = rules.levels[name]
                shown = line.high if level == len(LEVELS) - 1 else line.medium
                value, today, unit = one.facts[name]
                rows.append(finding(f"risk.{name}", value, unit, stage=stage, today=today, threshold=shown, verdict=LEVELS[level], source=SOURCE))
        if one.level >= 0:
            rows.append(finding("risk_level", float(one.level), "level", stage=stage, verdict=LEVELS[one.level], source=SOURCE))
    whole = plan_level(risks)
    if whole >= 0 and len(risks) > 1:
        rows.append(finding("risk_level", float(whole), "level", verdict=LEVELS[whole], source=SOURCE))
    return rows


def plan_level(risks: Mapping[str, StageRisk]) -> int:
    """The highest level of the stages; not known (-1) where that of one is not, unless another is high."""
    levels = [one.level for one in risks.values()]
    return joint_level([min(levels), *levels]) if levels else -1


def bands_of(one: StageRisk, rules: RiskRules) -> list[tuple[float, float, float]]:
    """(low, high, pupils) of each band of change, the outer ones without end; empty where nothing is known."""
    if not one.bands.sum():
        return []
    edge = [-math.inf, *rules.bands_m, math.inf]
    return [(edge[i], edge[i + 1], float(p)) for i, p in enumerate(one.bands)]


def _band(low: float, high: float) -> str:
    ends = ["" if math.isinf(e) else f"{e:g}" for e in (low, high)]
    return "..".join(ends)


def _moved(views: StageViews) -> NDArray[np.bool_]:
    """(n,) blocks whose school changes, counted as the audit counts them."""
    if views.today is None:
        return np.zeros(len(views.plan.demand), dtype=np.bool_)
    return (views.today.school_of_block >= 0) & (views.plan.school_of_block != views.today.school_of_block)


def _bands(views: StageViews, rules: RiskRules) -> NDArray[np.float64]:
    moved = _moved(views)
    if views.today is None or not moved.any():
        return np.zeros(len(rules.bands_m) + 1)
    return pupils_by_distance_change(views.today.distance_m[moved], views.plan.distance_m[moved], views.plan.demand[moved], rules.bands_m)


def _moves(plan: Plan, stage: str, views: StageViews, rules: RiskRules) -> dict[str, tuple[float, float, str]]:
    """Pupils moved, those who go much farther, families that may be parted, and those who come to a school of a lower tier."""
    total = float(views.plan.demand.sum())
    if views.today is None or not total:
        return {}
    moved = _moved(views)
    pupils = float(views.plan.demand[moved].sum())
    facts = {"share_moved": (pupils / total, 0.0, "share"), "families_parted": (rules.sibling_share * pupils / _years(plan, stage), 0.0, "family")}
    if views.measured:
        much = moved & (views.plan.distance_m - views.today.distance_m > rules.bands_m[-1])
        facts["share_much_farther"] = (float(views.plan.demand[much].sum()) / total, 0.0, "share")
    tier = plan.school_stages[plan.school_stages["stage"] == stage].drop_duplicates("school_id").set_index("school_id")["tier"].reindex(list(views.school_ids))
    number = np.append(tier.map(_TIERS).to_numpy(dtype=np.float64), math.nan)
    if np.isfinite(number).any():
        lower = moved & (number[views.plan.school_of_block] < number[views.today.school_of_block])
        facts["share_to_lower_tier"] = (float(views.plan.demand[lower].sum()) / total, 0.0, "share")
    return facts


def _years(plan: Plan, stage: str) -> int:
    """Grades that the pupils of the plan are of: one where they are entrants, all of the stage where they are its roll."""
    return _GRADES.get(stage, 1) if plan.recorded(f"zoning.{stage}", "demand") == "roll" else 1


def _seats(plan: Plan, stage: str, views: StageViews) -> tuple[NDArray[Any], NDArray[np.float64], NDArray[np.bool_]]:
    """Zones, the highest ratio of pupils to seats of the years ahead that the plan knows, and which zones gain blocks."""
    members = plan.zone_schools[plan.zone_schools["stage"] == stage]
    zone_ids, zone = np.unique(members["zone_id"].to_numpy(dtype=object).astype(str), return_inverse=True)
    seats = plan.seats[plan.seats["stage"] == stage].drop_duplicates("school_id").set_index("school_id")["seats"].reindex(members["school_id"])
    places = np.bincount(zone, seats.to_numpy(dtype=np.float64), len(zone_ids))
    label = pd.Index(zone_ids).get_indexer(plan.blocks[f"zone_id_{stage}"].astype("str"))
    years = plan.demand[(plan.demand["stage"] == stage) & (plan.demand["year"] >= plan.year) & (plan.demand["year"] < plan.year + WARNED_YEARS)]
    ratio = np.zeros(len(zone_ids))
    for _, rows in years.groupby("year"):
        pupils = rows.set_index("block_id")["pupils"].reindex(plan.blocks["block_id"]).fillna(0.0).to_numpy(dtype=np.float64)
        ratio = np.maximum(ratio, seat_ratio(np.bincount(label[label >= 0], pupils[label >= 0], len(zone_ids)), places))
    gained = label[_moved(views) & (label >= 0) & (views.plan.demand > 0)]
    return zone_ids, ratio, np.isin(np.arange(len(zone_ids)), gained)


def _crossings(plan: Plan, stage: str, views: StageViews) -> dict[str, tuple[float, float, str]]:
    """Pupils whose straight way to school crosses a barrier, or a main road: a road of the map, unless the roads are a network to walk on, all of one kind.

    The straight way is taken with ``distance = "walk"`` too. A plan holds the metres of the ways on foot and not the streets they follow, and an audit sees nothing but
    the plan, so that it can be asked of any plan file; the straight way misses a detour over a road and counts a road that the walked way goes round.
    """
    facts: dict[str, tuple[float, float, str]] = {}
    told_apart = len(plan.backdrop) > 0 and (plan.backdrop["kind"] == "street").any()
    kinds = {"barrier": "across", "road": "across_road"} if plan.distance_word(stage) != "walk" or told_apart else {"barrier": "across"}
    for kind, name in kinds.items():
        lines = plan.backdrop[plan.backdrop["kind"] == kind] if len(plan.backdrop) else plan.backdrop
        if not len(lines):
            continue
        shapes = np.asarray(lines.geometry.array, dtype=object)
        after = _crosses(plan, views, views.plan.school_of_block, shapes)
        pupils = views.plan.demand
        if views.today is None:
            facts[f"pupils_{name}"] = (float(pupils[after].sum()), math.nan, "pupil")
            continue
        before = _crosses(plan, views, views.today.school_of_block, shapes)
        facts[f"pupils_{name}"] = (float(pupils[after].sum()), float(pupils[before].sum()), "pupil")
        new = newly_true(before | ~_moved(views), after, pupils)
        facts[f"share_newly_{name}"] = (new / float(pupils.sum()) if pupils.sum() else math.nan, 0.0, "share")
    return facts


def _crosses(plan: Plan, views: StageViews, school: NDArray[np.int64], lines: NDArray[Any]) -> NDArray[np.bool_]:
    """(n,) whether the straight line from a block to its school meets one of the lines."""
    start = block_middles(plan.blocks)
    place = plan.schools.drop_duplicates("school_id").set_index("school_id")["geometry"].reindex(list(views.school_ids)).to_numpy(dtype=object)
    found = np.zeros(len(school), dtype=np.bool_)
    known = np.flatnonzero((school >= 0) & ~shapely.is_missing(start) & ~shapely.is_missing(place)[np.maximum(school, 0)])
    ends = np.stack([shapely.get_coordinates(start[known]), shapely.get_coordinates(place[school[known]])], axis=1).reshape(-1, 2, 2)
    parts = shapely.get_parts(lines)
    met = shapely.STRtree(parts).query(shapely.linestrings(ends), predicate="intersects")[0] if len(known) and len(parts) else np.empty(0, dtype=np.int64)
    found[known[np.unique(met)]] = True
    return found


def _split(plan: Plan, stage: str, views: StageViews) -> dict[str, tuple[float, float, str]]:
    """Communities in several zones; known where the blocks bear the name of their community and a number."""
    names = plan.blocks["name"].fillna("").astype("str")
    of = [(m.group(1), str(c)) if (m := _GROUP.match(n)) else None for n, c in zip(names, plan.blocks["county_code"], strict=True)]
    number = pd.factorize(pd.Series(of, dtype="object"))[0].astype(np.int64)
    if not (np.bincount(number[number >= 0]) > 1).any():
        return {}
    label = pd.factorize(plan.blocks[f"zone_id_{stage}"].replace("", None))[0].astype(np.int64)
    today = float(communities_split(number, views.today.zone_of_block)) if views.today is not None else math.nan
    return {"communities_split": (float(communities_split(number, label)), today, "community")}
