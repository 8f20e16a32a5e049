"""What the documents say, read off the plan once: the schools of every zone, its pupils and seats, its bounds, whoever leads a district."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from districting.geography.four_bounds import PartBounds, Surroundings, zone_bounds
from districting.model.plan import Plan
from districting.model.risk_rules import RiskRules
from districting.outputs.public import public_plan
from districting.reading.risk_profile import read_risk_rules

Audience = Literal["internal", "public"]
STAGES = ("preschool", "primary", "junior", "senior")


@dataclass(frozen=True)
class ZoneSeats:
    """Pupils and seats of a zone in one year, ``pupils`` NaN where they are too few to tell. ``ratio``: pupils over seats, NaN without either; ``level``: red, yellow or "" (none)."""

    year: int
    pupils: float
    seats: float
    ratio: float
    level: str


@dataclass(frozen=True, eq=False)
class ZoneFacts:
    """One row of the notice. ``number``: its place in the notice of its stage, from 1; ``shape``: None where blocks have no outline."""

    number: int
    zone_id: str
    stage: str
    school_ids: tuple[str, ...]
    block_ids: tuple[str, ...]
    shape: Any
    bounds: tuple[PartBounds, ...]
    seats: tuple[ZoneSeats, ...]

    @property
    def now(self) -> ZoneSeats | None:
        """The first year, which is the plan's."""
        return self.seats[0] if self.seats else None


@dataclass(frozen=True, eq=False)
class Report:
    """What is reported, for whom, in which language. ``plan`` is what the audience may see: of a public report nothing else is kept."""

    plan: Plan
    audience: Audience
    lang: str
    rules: RiskRules
    zones: Mapping[str, tuple[ZoneFacts, ...]]
    school_name: Mapping[str, str]
    zone_name: Mapping[str, str]
    map_number: str = ""

    def school(self, school_id: str) -> str:
        """Its name, or the id where it has none."""
        return self.school_name.get(school_id) or school_id

    def schools(self, ids: tuple[str, ...] | list[str]) -> str:
        """Names in one sentence."""
        return ("、" if self.lang == "zh" else ", ").join(self.school(i) for i in ids)

    def column(self, column: str) -> dict[str, str]:
        """A column of the schools by id, empty where the plan lacks it."""
        schools = self.plan.schools
        if column not in schools.columns:
            return {}
        return {str(i): str(v) for i, v in zip(schools["school_id"], schools[column], strict=True) if pd.notna(v) and str(v) != ""}


def make_report(plan: Plan, audience: Audience = "public", lang: str | None = None, map_number: str = "") -> Report:
    """Read the facts off ``plan``; for the public off :func:`districting.outputs.public.public_plan`."""
    seen = public_plan(plan) if audience == "public" else plan
    rules = read_risk_rules()
    names = {str(i): str(n) for i, n in zip(seen.schools["school_id"], seen.schools["name"], strict=True)} if len(seen.schools) else {}
    schools_of: dict[str, list[str]] = {}
    for zone, school in zip(seen.zone_schools["zone_id"].astype(str), seen.zone_schools["school_id"].astype(str), strict=True):
        schools_of.setdefault(zone, []).append(school)
    speak = lang or seen.language
    comma = "、" if speak == "zh" else ", "
    zone_name = {z: comma.join(names.get(s) or s for s in sorted(ids)) for z, ids in schools_of.items()}
    zones = {stage: _zones(seen, stage, schools_of, names, rules) for stage in STAGES if stage in seen.zoned_stages}
    return Report(seen, audience, speak, rules, zones, names, zone_name, map_number)


def _zones(plan: Plan, stage: str, schools_of: Mapping[str, list[str]], names: Mapping[str, str], rules: RiskRules) -> tuple[ZoneFacts, ...]:
    mine = plan.zones[plan.zones["stage"] == stage] if len(plan.zones) else plan.zones
    shapes = dict(zip(mine["zone_id"].astype(str), mine["geometry"], strict=True)) if "geometry" in mine.columns else {}
    of_block = plan.blocks[f"zone_id_{stage}"].astype(str)
    ids = sorted({str(z) for z in plan.zone_schools.loc[plan.zone_schools["stage"] == stage, "zone_id"]})
    ids.sort(key=lambda z: (z not in shapes, z))  # as the map page numbers them: one number in page, editor and documents
    blocks: dict[str, list[str]] = {}
    for block, zone in zip(plan.blocks["block_id"].astype(str), of_block, strict=True):
        blocks.setdefault(str(zone), []).append(block)
    around = _surroundings(plan, shapes)
    seats = _seats(plan, stage, of_block, schools_of, rules)
    return tuple(
        ZoneFacts(
            number,
            zone,
            stage,
            tuple(sorted(schools_of.get(zone, []))),
            tuple(blocks.get(zone, ())),
            shapes.get(zone),
            tuple(zone_bounds(shapes.get(zone), around, zone)),
            seats.get(zone, ()),
        )
        for number, zone in enumerate(ids, start=1)
    )


def _surroundings(plan: Plan, shapes: Mapping[str, Any]) -> Surroundings:
    ground = plan.backdrop
    rows = list(zip(ground["kind"], ground["name"], ground["geometry"], strict=True)) if len(ground) and "geometry" in ground.columns else []
    rows = [("road" if str(k) == "street" else str(k), str(n), g) for k, n, g in rows if g is not None and not g.is_empty and str(n)]
    areas = {kind: [(n, g) for k, n, g in rows if k == kind] for kind in ("county", "admin")}
    areas["zone"] = sorted(((z, g) for z, g in shapes.items() if g is not None), key=lambda pair: pair[0])
    return Surroundings([r for r in rows if r[0] in ("road", "barrier")], areas)


def _seats(plan: Plan, stage: str, of_block: pd.Series[Any], schools_of: Mapping[str, list[str]], rules: RiskRules) -> dict[str, tuple[ZoneSeats, ...]]:
    """Year by year, the first three."""
    room = plan.seats[plan.seats["stage"] == stage]
    seats = dict(zip(room["school_id"].astype(str), room["seats"].astype(float), strict=True))
    zone_of = dict(zip(plan.blocks["block_id"].astype(str), of_block, strict=True))
    asked = plan.demand[plan.demand["stage"] == stage]
    of = asked["block_id"].astype(str).map(zone_of)
    if plan.for_public:
        asked = plan.school_demand[plan.school_demand["stage"] == stage]
        of = asked["school_id"].astype(str).map({school: zone for zone, ids in schools_of.items() for school in ids if school in seats})
    sums = asked.groupby([of, asked["year"]])["pupils"].agg(lambda v: v.sum(skipna=False)) if len(asked) else pd.Series(dtype=float)
    found: dict[str, tuple[ZoneSeats, ...]] = {}
    years = sorted({int(y) for y in asked["year"]})[:3]
    for zone, ids in schools_of.items():
        if not years or not any(i in seats for i in ids):
            continue
        held = sum(seats.get(i, 0.0) for i in ids)
        found[zone] = tuple(_zone_seats(year, float(sums.get((zone, year), 0.0)), held, rules) for year in years)
    return found


def _zone_seats(year: int, pupils: float, seats: float, rules: RiskRules) -> ZoneSeats:
    ratio = pupils / seats if seats > 0 else math.inf if pupils > 0 else math.nan
    return ZoneSeats(year, pupils, seats, ratio, warning_level(ratio, rules.yellow, rules.red))


def warning_level(ratio: float, yellow: float = 0.9, red: float = 1.0) -> str:
    """The seat warning (学位预警) of pupils over seats; bounds count to the higher level.

    Source: 浙教基〔2018〕100号.

    >>> warning_level(1.0), warning_level(0.9), warning_level(0.89)
    ('red', 'yellow', '')
    """
    return "red" if ratio >= red - 1e-9 else "yellow" if ratio >= yellow - 1e-9 else ""
