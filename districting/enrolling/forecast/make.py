"""FORECAST.toml and a plan to entrants by block, demand and seats by school, and warnings."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.enrolling.forecast.remedies import Balance, Remedy, balances_of, remedies_of
from districting.enrolling.forecast.rolls import rolls_of
from districting.enrolling.forecast.seats import SchoolOutlook, judged, seats_of
from districting.enrolling.forecast.tables import Told, births_of, block_rates_of, estates_of, kindergarten_of
from districting.enrolling.zones import StageZones, stage_zones
from districting.enrolment.cohort import ENTRY_AGE, cutoff_day
from districting.enrolment.forecast import Forecast, ForecastProblem, forecast_pupils
from districting.enrolment.what_if import demand_of_zones
from districting.errors import DataError, Fault, Gathered
from districting.model.forecast_rules import ForecastRules, Rates
from districting.model.plan import Plan
from districting.model.settings import InputSpec
from districting.reading.rules_file import load_rules_file
from districting.wording import Text, text

_TABLES = ("births", "kindergarten", "rolls", "estates", "seats", "block_rates")
MOST_YEARS = 30


@dataclass(frozen=True, eq=False)
class Outlook:
    """``children`` scenario -> (n, h) by block: entrants (of a junior: leavers of primaries), or the whole roll; ``unknown`` (n, h); ``schools`` what it means for seats."""

    rules: ForecastRules
    zones: StageZones
    years: NDArray[np.int64]
    basis: str
    method: str
    children: dict[str, NDArray[np.float64]]
    unknown: NDArray[np.bool_]
    schools: SchoolOutlook
    progression: tuple[float, ...]
    notes: tuple[Fault, ...]
    remarks: tuple[Text, ...]

    @property
    def by_feeders(self) -> bool:
        """Whether children go to schools by the plan's table of feeders, not by their blocks."""
        return self.method == "graduates" and len(self.zones.plan.feeders) > 0

    @cached_property
    def remedies(self) -> dict[int, Remedy]:
        """Zone -> what clears its warnings."""
        return remedies_of(self)

    @cached_property
    def balances(self) -> tuple[Balance, ...]:
        """Whether seats suffice, whatever the zones."""
        return balances_of(self)

    @property
    def zoneless(self) -> dict[str, NDArray[np.float64]]:
        """Scenario -> (h,) children who count at no school, because their block has no zone: what schools have and this are all children."""
        return {name: np.maximum(0.0, values.sum(axis=0) - self.schools.demand[name].sum(axis=0)).round(6) for name, values in self.children.items()}

    def block_rows(self) -> pd.DataFrame:
        """One row for each block and scenario, a column for each year, NaN where nothing is known of it."""
        known = {name: np.where(self.unknown, np.nan, values).round(3) for name, values in self.children.items()}
        parts = [
            pd.concat([pd.DataFrame({"block_id": self.zones.block_ids, "scenario": name}), pd.DataFrame(values, columns=[str(y) for y in self.years])], axis=1)
            for name, values in known.items()
        ]
        return pd.concat(parts, ignore_index=True)


def load_forecast(path: str | Path) -> ForecastRules:
    """Read FORECAST.toml.

    Raises
    ------
    DataError : every fault of the file
    """
    rules = load_rules_file(path, ForecastRules, {**dict.fromkeys(_TABLES, InputSpec), "rates": Rates})
    faults = [Fault(problem, remedy, file=rules.file, column=place) for place, problem, remedy in _misfits(rules)]
    if faults:
        raise DataError(faults)
    return rules


def _misfits(rules: ForecastRules) -> Iterator[tuple[str, Text, Text]]:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", rules.data_date) or not _is_date(rules.data_date):
        yield "data_date", text("enrolment.not_date"), text("enrolment.write_date")
    try:
        cutoff_day(rules.cutoff)
    except ValueError:
        yield "cutoff", text("forecast.bad_cutoff"), text("forecast.bad_cutoff_remedy")
    yield from _misfit_rates(rules.rates)
    if not 0 < rules.yellow <= rules.red < np.inf:
        yield "yellow", text("forecast.bad_lines"), text("forecast.bad_lines_remedy")
    for name, most in (("years", MOST_YEARS), ("warn_years", MOST_YEARS), ("history_years", MOST_YEARS), ("class_size", 1000)):
        value = getattr(rules, name)
        if value is not None and not 1 <= value <= most:
            yield name, text("forecast.out_of_range", low=1, high=most), text("enrolment.write_number")
    if rules.births is None and rules.kindergarten is None and (rules.stage == "primary" or rules.rolls is None):
        yield "births", text("forecast.no_source"), text("forecast.no_source_remedy")
    if rules.basis == "roll" and (rules.rolls is None or rules.stage == "junior"):
        yield "basis", text("forecast.no_rolls"), text("forecast.no_rolls_remedy")


def _misfit_rates(rates: Rates) -> Iterator[tuple[str, Text, Text]]:
    for name in ("survival", "presence", "occupancy", "direct_feed", "migration_spread"):
        if not 0 <= getattr(rates, name) <= 1:
            yield f"rates.{name}", text("forecast.no_share"), text("forecast.no_share_remedy")
    for name in ("capture", "entrants_per_unit"):
        if not 0 <= getattr(rates, name) < np.inf:
            yield f"rates.{name}", text("forecast.below_zero"), text("forecast.below_zero_remedy")
    if not -1.0 + rates.migration_spread <= rates.net_migration < np.inf:
        yield "rates.net_migration", text("forecast.no_share"), text("forecast.migration_remedy")
    if any(not 0 <= p < np.inf for p in rates.progression):
        yield "rates.progression", text("forecast.below_zero"), text("forecast.below_zero_remedy")


def _is_date(value: str) -> bool:
    try:
        dt.date.fromisoformat(value)
    except ValueError:
        return False
    return True


def make_forecast(rules: ForecastRules, plan: Plan) -> Outlook:
    """The outlook of a stage of ``plan``.

    Raises
    ------
    DataError : every fault of the tables and of how they fit the plan
    """
    zones = stage_zones(plan, rules.stage)
    first = plan.year if rules.first_year is None else rules.first_year
    years = np.arange(first, first + rules.years)
    told, gathered = Told(), Gathered()
    n = len(zones.block_ids)
    births, moving = np.full((n, len(years)), np.nan), np.full(len(years), float(ENTRY_AGE[rules.stage]))
    kindergarten, estates, rolls, seats = None, None, None, np.zeros((len(zones.schools), len(years)))
    migration, presence = np.zeros(n), np.ones(n)
    with gathered:
        births, moving = births_of(rules, zones, years, told)
    with gathered:
        kindergarten = kindergarten_of(rules, zones, told)
    with gathered:
        estates = estates_of(rules, zones, years, told)
    with gathered:
        rolls = rolls_of(rules, zones, first, told)
    with gathered:
        migration, presence = block_rates_of(rules, zones, told)
    with gathered:
        seats = seats_of(rules, zones, years, told)
    gathered.refuse()
    roll, progression = rolls if rolls is not None else (np.zeros((n, 1)), np.zeros(0))
    graduates = rules.stage == "junior" and rolls is not None
    if graduates and rules.births is not None:
        births, moving = births_of(_as_primary(rules), zones, years, Told())
    rates = rules.rates
    problem = ForecastProblem(
        births=births,
        roll=roll,
        progression=progression,
        kindergarten=kindergarten,
        capture=rates.capture,
        net_migration=migration,
        migration_spread=rates.migration_spread,
        migration_years=moving,
        survival=rates.survival,
        presence=presence,
        new_units=estates,
        occupancy=rates.occupancy,
        entrants_per_unit=rates.entrants_per_unit,
        direct_feed=rates.direct_feed,
    )
    found = forecast_pupils(problem)
    basis = "intake" if rules.stage == "junior" else rules.basis or _basis_of(plan, rules, rolls is not None, told)
    children, unknown = _counted(found, basis, graduates=graduates)
    demand, blocks = _by_zone(zones, children, unknown, graduates=graduates, told=told)
    lost = children["mid"].sum(axis=0) - demand["mid"].sum(axis=0)
    if (lost > 0.005).any():
        told.remarks.append(text("forecast.remark_unzoned", children=f"{lost.max():,.1f}", year=int(years[lost.argmax()])))
    schools = judged(rules, (zones.names, zones.schools), years, demand, seats, blocks)
    method = "graduates" if graduates else "births" if rules.births is not None else "kindergarten"
    return Outlook(rules, zones, years, basis, method, children, unknown, schools, tuple(float(p) for p in progression), tuple(told.notes), tuple(told.remarks))


def _as_primary(rules: ForecastRules) -> ForecastRules:
    """The births of a forecast of graduates are those of primary entrants."""
    from dataclasses import replace

    return replace(rules, stage="primary")


def _basis_of(plan: Plan, rules: ForecastRules, rolls: bool, told: Told) -> str:
    """As the plan counted; a plan of whole rolls needs rolls."""
    word = plan.recorded(f"zoning.{rules.stage}", "demand") or "intake"
    if word == "roll" and not rolls:
        raise DataError(Fault(text("forecast.no_rolls"), text("forecast.no_rolls_remedy"), file=rules.file, column="basis"))
    return word


def _counted(found: dict[str, Forecast], basis: str, *, graduates: bool) -> tuple[dict[str, NDArray[np.float64]], NDArray[np.bool_]]:
    mid = found["mid"]
    if graduates:
        return {name: f.juniors for name, f in found.items()}, mid.unknown_juniors
    if basis == "roll":
        return {name: f.roll.sum(axis=2) for name, f in found.items()}, mid.unknown_roll
    return {name: f.entrants for name, f in found.items()}, mid.unknown


def _by_zone(
    zones: StageZones, children: dict[str, NDArray[np.float64]], unknown: NDArray[np.bool_], *, graduates: bool, told: Told
) -> tuple[dict[str, NDArray[np.float64]], NDArray[np.int64]]:
    """(z, h) demand by scenario and blocks that are not known: by the zones of the plan, or of graduates by its table of feeders where it has one."""
    z = len(zones.zone_ids)
    of = np.repeat(zones.zone[:, None], unknown.shape[1], axis=1)
    if graduates and len(zones.plan.feeders):
        told.remarks.append(text("forecast.remark_feeders"))
        primary = stage_zones(zones.plan, "primary")
        share = _feeder_shares(zones, primary)
        below = np.repeat(primary.zone[:, None], unknown.shape[1], axis=1)
        sums = {name: share @ demand_of_zones(below, values, len(primary.zone_ids)) for name, values in children.items()}
        return sums, np.ceil((share > 0) @ demand_of_zones(below, unknown.astype(np.float64), len(primary.zone_ids))).astype(np.int64)
    return {name: demand_of_zones(of, values, z) for name, values in children.items()}, demand_of_zones(of, unknown.astype(np.float64), z).astype(np.int64)


def _feeder_shares(zones: StageZones, primary: StageZones) -> NDArray[np.float64]:
    """(z, p) share of the graduates of each primary zone who go to each junior zone."""
    out = np.zeros((len(zones.zone_ids), len(primary.zone_ids)))
    for row in zones.plan.feeders.itertuples(index=False):
        junior, of = zones.zone_of_school.get(str(row.to_id)), primary.zone_of_school.get(str(row.from_id))
        pupils = float(str(row.pupils))
        if junior is not None and of is not None and pupils > 0:
            out[junior, of] += pupils
    total = out.sum(axis=0)
    without = [primary.names[p] for p in np.flatnonzero(total == 0)]
    if without:
        raise DataError(Fault(text("forecast.no_feeder", count=len(without), schools=without[:5]), text("forecast.no_feeder_remedy"), column="feeders"))
    return out / total
