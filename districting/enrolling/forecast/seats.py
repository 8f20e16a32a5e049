"""Seats by zone and year, and what they say of a forecast: ratios, warnings, seats that are missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.enrolling.forecast.rolls import school_order, school_places
from districting.enrolling.forecast.tables import Told, filled, refuse_twice
from districting.enrolling.zones import StageZones
from districting.enrolment.forecast import SCENARIOS, SeatOutlook, seat_outlook
from districting.enrolment.what_if import least_classes
from districting.errors import DataError
from districting.model.forecast_rules import ForecastRules
from districting.reading.enrolment_tables import load_table
from districting.wording import text

LEVELS = ("none", "yellow", "red")


@dataclass(frozen=True, eq=False)
class SchoolOutlook:
    """z zones, h years. ``demand`` scenario -> (z, h); ``seats`` (z, h); ``outlook`` scenario -> warnings; ``unknown`` (z, h) blocks of which nothing is known: there demand is a lower bound."""

    years: NDArray[np.int64]
    names: tuple[str, ...]
    schools: tuple[tuple[str, ...], ...]
    demand: dict[str, NDArray[np.float64]]
    seats: NDArray[np.float64]
    outlook: dict[str, SeatOutlook]
    unknown: NDArray[np.int64]
    class_size: int

    def level(self, scenario: str, zone: int, year: int) -> str:
        """``none``, ``yellow``, ``red``; ``unknown`` where no warning stands and part of the children is not known."""
        level = LEVELS[int(self.outlook[scenario].level[zone, year])]
        return "unknown" if level == "none" and self.unknown[zone, year] else level

    def worst(self, zone: int, years: int, scenario: str = "mid") -> str:
        """The highest level of the first ``years``; unknown before none."""
        order = ("none", "unknown", "yellow", "red")
        return max((self.level(scenario, zone, y) for y in range(min(years, len(self.years)))), key=order.index)

    def classes(self, zone: int, years: int, scenario: str = "mid") -> int:
        """Least classes that clear every warning of the first ``years``."""
        return least_classes(self.outlook[scenario].to_clear[zone, :years], self.class_size)

    def rows(self) -> pd.DataFrame:
        """One row for each zone and year."""
        z, h = self.seats.shape
        out: dict[str, Any] = {
            "school": np.repeat(self.names, h),
            "school_id": np.repeat([";".join(m) for m in self.schools], h),
            "year": np.tile(self.years, z),
        }
        for name in SCENARIOS:
            out[f"demand_{name}"] = self.demand[name].ravel().round(2)
        out["seats"] = self.seats.ravel()
        for name in SCENARIOS:
            out[f"ratio_{name}"] = self.outlook[name].ratio.ravel().round(4)
        for name in SCENARIOS:
            out[f"level_{name}"] = [self.level(name, i, j) for i in range(z) for j in range(h)]
        out["seats_to_clear"] = self.outlook["mid"].to_clear.ravel()
        out["seats_to_fit"] = self.outlook["mid"].to_fit.ravel()
        out["blocks_unknown"] = self.unknown.ravel()
        return pd.DataFrame(out)


def seats_of(rules: ForecastRules, zones: StageZones, years: NDArray[np.int64], told: Told) -> NDArray[np.float64]:
    """(z, h) seats: those of the plan, and of each school named in the table its own from a year on until another row."""
    held = zones.plan.seats[zones.plan.seats["stage"] == zones.stage].groupby("school_id")["seats"].sum()
    order = school_order(zones)
    own = np.repeat(np.array([float(held.get(s, 0.0)) for s in order])[:, None], len(years), axis=1)
    if rules.seats is not None:
        table = load_table(rules.folder, rules.seats, "seat_years")
        told.notes += table.notes
        if ("seats" in table.columns) == ("classes" in table.columns):
            raise DataError(table.fault(text("forecast.seats_or_classes"), text("forecast.seats_or_classes_remedy"), column="seats"))
        school, since = school_places(table, zones, told), filled(table, "year").astype(np.int64)
        refuse_twice(table, (school, since), "school")
        name = "seats" if "seats" in table.columns else "classes"
        given = filled(table, name) * (1 if name == "seats" else rules.pupils_of_class)
        for at in np.argsort(since, kind="stable").tolist():
            own[school[at], years >= since[at]] = given[at]
    zone = np.repeat(np.arange(len(zones.schools)), [len(m) for m in zones.schools])
    out = np.zeros((len(zones.schools), len(years)))
    np.add.at(out, zone, own)
    return out


def judged(
    rules: ForecastRules, zones: tuple[tuple[str, ...], tuple[tuple[str, ...], ...]], years: NDArray[np.int64],
    demand: dict[str, NDArray[np.float64]], seats: NDArray[np.float64], unknown: NDArray[np.int64],
) -> SchoolOutlook:  # fmt: skip
    """Demand against seats in every scenario; ``zones``: names and school ids."""
    outlook = {name: seat_outlook(wanted, seats, yellow=rules.yellow, red=rules.red) for name, wanted in demand.items()}
    return SchoolOutlook(years, *zones, demand, seats, outlook, unknown, rules.pupils_of_class)
