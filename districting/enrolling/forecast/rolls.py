"""Rolls of past years: pupils by grade now, by block, and how they move up."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array, eye_array

from districting.enrolling.forecast.tables import Told, filled, places_of, refuse_twice
from districting.enrolling.spellings import Spellings
from districting.enrolling.zones import StageZones, stage_zones
from districting.enrolment.forecast import progression_rates
from districting.errors import DataError, Fault
from districting.model.forecast_rules import ForecastRules
from districting.reading.enrolment_tables import Table, first_few, load_table
from districting.wording import text

GRADES = {"primary": 6, "junior": 3}
"""Grades of a stage; a primary of five years has rolls of five grades."""


def rolls_of(rules: ForecastRules, zones: StageZones, first_year: int, told: Told) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """(n, g) pupils of each grade in the year before ``first_year``, (g - 1,) progression. A junior forecast takes the rolls of primaries, who are its entrants.

    The rolls of a school are spread over the blocks of its zone by the plan's demand, which leaves sums by zone as they are.
    """
    if rules.rolls is None:
        return None
    table = load_table(rules.folder, rules.rolls, "rolls")
    told.notes += table.notes
    year, grade, pupils = filled(table, "year").astype(np.int64), filled(table, "grade").astype(np.int64), filled(table, "pupils")
    grades = int(grade.max())
    if grades > GRADES["primary"] or not np.isin(np.arange(1, grades + 1), grade).all():
        raise DataError(table.fault(text("forecast.bad_grades", most=GRADES["primary"]), text("forecast.bad_grades_remedy"), column="grade"))
    if not (year == first_year - 1).any():
        raise DataError(table.fault(text("forecast.no_roll_now", year=first_year - 1), text("forecast.no_roll_now_remedy", first=first_year), column="year"))
    place, spread = _places(table, zones, told)
    refuse_twice(table, (place, year, grade), "grade")
    nowhere = np.flatnonzero((np.asarray(spread.sum(axis=0)).ravel()[place] == 0) & (pupils > 0))
    if len(nowhere):
        raise DataError(table.faults(nowhere, text("forecast.school_without_blocks"), text("forecast.school_without_blocks_remedy"), "school"))
    now = year == first_year - 1
    of_place = np.zeros((spread.shape[1], grades))
    of_place[place[now], grade[now] - 1] = pupils[now]
    return np.asarray(spread @ of_place), _progression(rules, table, (year, grade, pupils), grades)


def _places(table: Table, zones: StageZones, told: Told) -> tuple[NDArray[np.int64], csr_array]:
    """(rows,) block or zone of each row, and the (n, places) shares by which places are spread over blocks."""
    by_block = "block_id" in table.columns
    if by_block == ("school" in table.columns):
        raise DataError(table.fault(text("forecast.rolls_place"), text("forecast.rolls_place_remedy"), column="school"))
    if by_block:
        return places_of(table, "block_id", zones.block_ids), csr_array(eye_array(len(zones.block_ids)))
    primary = zones if zones.stage == "primary" else stage_zones(zones.plan, "primary")
    return school_places(table, primary, told), _shares(primary)


def school_places(table: Table, zones: StageZones, told: Told) -> NDArray[np.int64]:
    """(rows,) position of the school in the list of all schools of the stage's zones: zone by zone. Another spelling of a name that is taken is told.

    Raises
    ------
    DataError : no such school in the stage
    """
    index = zones.zone_of_school
    cells = table.columns["school"].tolist()
    order = school_order(zones)
    position = {s: i for i, s in enumerate(order)}
    names = {str(n): str(s) for s, n in zones.plan.schools[["school_id", "name"]].drop_duplicates("name", keep=False).itertuples(index=False)}
    spelt = {str(s): names.get(str(n), "") for s, n in zones.plan.aliases[["spelling", "name"]].itertuples(index=False)}
    at = [position.get(str(c), position.get(names.get(str(c), spelt.get(str(c), "")), -1)) if c in index else -1 for c in cells]
    named = zones.plan.schools[["school_id", "name"]].itertuples(index=False)
    spellings = Spellings(((str(n), position[str(s)]) for s, n in named if str(s) in position), table)
    at = [spellings.position(str(cells[i]), i) if place < 0 and cells[i] is not None else place for i, place in enumerate(at)]
    told.notes += spellings.notes
    unknown = [i for i, place in enumerate(at) if place < 0]
    if unknown:
        problem = text("forecast.unknown_school", stage=text(f"word.{zones.stage}"))
        remedies = [spellings.remedy(str(cells[i] or ""), text("enrolment.unknown_school_remedy")) for i in unknown]
        raise DataError(first_few([table.fault(problem, remedy, i, "school") for i, remedy in zip(unknown, remedies, strict=True)]))
    return np.array(at, dtype=np.int64)


def school_order(zones: StageZones) -> list[str]:
    """Ids of the schools of the stage, zone by zone."""
    return [s for members in zones.schools for s in members]


def _shares(zones: StageZones) -> csr_array:
    zone = np.repeat(np.arange(len(zones.schools)), [len(m) for m in zones.schools])
    size = np.bincount(zones.zone[zones.zone >= 0], minlength=len(zones.schools))
    load = np.bincount(zones.zone[zones.zone >= 0], zones.pupils[zones.zone >= 0], len(zones.schools))
    first = {z: np.flatnonzero(zones.zone == z) for z in np.unique(zone).tolist()}
    block = np.concatenate([first[z] for z in zone.tolist()])
    school = np.repeat(np.arange(len(zone)), size[zone])
    of = zone[school]
    share = np.where(load[of] > 0, zones.pupils[block] / np.where(load[of] > 0, load[of], 1.0), 1.0 / np.maximum(size[of], 1))
    return csr_array((share, (block, school)), shape=(len(zones.block_ids), len(zone)))


def _progression(
    rules: ForecastRules, table: Table, rows: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]], grades: int
) -> NDArray[np.float64]:
    """As given, else the mean of the last years of all schools together."""
    given = rules.rates.progression
    if given:
        if len(given) != grades - 1:
            raise DataError(
                Fault(
                    text("forecast.progression_length", given=len(given), needed=grades - 1),
                    text("forecast.progression_length_remedy"),
                    file=rules.file,
                    column="rates.progression",
                )
            )
        return np.array(given)
    year, grade, pupils = rows
    sums = pd.DataFrame({"year": year, "grade": grade, "pupils": pupils}).pivot_table(index="year", columns="grade", values="pupils", aggfunc="sum")
    full = sums.reindex(range(int(year.min()), int(year.max()) + 1))
    if grades == 1:
        return np.zeros(0)
    if len(full) < 2 or full.isna().to_numpy().any():
        raise DataError(table.fault(text("forecast.no_history"), text("forecast.no_history_remedy"), column="year"))
    try:
        return progression_rates(full.to_numpy(), rules.history_years)
    except ValueError:
        raise DataError(table.fault(text("forecast.no_history"), text("forecast.no_history_remedy"), column="pupils")) from None
