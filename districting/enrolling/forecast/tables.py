"""The tables of a forecast as arrays by block and year. What a table does not say stays NaN: unknown, not none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.enrolling.zones import StageZones
from districting.enrolment.cohort import ENTRY_AGE, entry_cohorts
from districting.errors import DataError, Fault
from districting.model.forecast_rules import ForecastRules
from districting.reading.enrolment_tables import Table, load_table
from districting.reading.schema.forecast import BIRTH_HEADER, ENTRY_HEADER
from districting.reading.typed import text_cells
from districting.wording import Text, text


@dataclass
class Told:
    """What is said beside the numbers: notes of reading and remarks on the method."""

    notes: list[Fault] = field(default_factory=list)
    remarks: list[Text] = field(default_factory=list)


def places_of(table: Table, column: str, index: pd.Index[str]) -> NDArray[np.int64]:
    """(rows,) position of each cell in ``index``.

    Raises
    ------
    DataError : blank or unknown, each row named
    """
    cells = table.columns[column]
    blank = cells.isna().to_numpy()
    at = index.get_indexer(pd.Index(cells.where(~blank, "")))
    faults = table.faults(np.flatnonzero(blank), text("enrolment.blank"), text("enrolment.fill_cell"), column)
    faults += table.faults(np.flatnonzero(~blank & (at < 0)), text("forecast.unknown_block"), text("forecast.unknown_block_remedy"), column)
    if faults:
        raise DataError(faults)
    return np.asarray(at, dtype=np.int64)


def numbers_of(table: Table, column: str) -> NDArray[np.float64]:
    """(rows,) a typed column, blank as NaN."""
    return table.columns[column].to_numpy(dtype=np.float64)


def filled(table: Table, column: str) -> NDArray[np.float64]:
    """As :func:`numbers_of`; a blank is a fault."""
    values = numbers_of(table, column)
    faults = table.faults(np.flatnonzero(np.isnan(values)), text("enrolment.blank"), text("enrolment.fill_cell"), column)
    if faults:
        raise DataError(faults)
    return values


def refuse_twice(table: Table, keys: Sequence[NDArray[Any]], column: str) -> None:
    """DataError where two rows have the same keys."""
    twice = pd.DataFrame({str(i): k for i, k in enumerate(keys)}).duplicated().to_numpy()
    if twice.any():
        raise DataError(table.faults(np.flatnonzero(twice), text("forecast.row_twice"), text("forecast.row_twice_remedy"), column))


def births_of(rules: ForecastRules, zones: StageZones, years: NDArray[np.int64], told: Told) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(n, h) children who reach school age in each year, NaN unknown; (h,) years in which they may still move."""
    n, age = len(zones.block_ids), ENTRY_AGE[rules.stage]
    unknown = np.full((n, len(years)), np.nan), np.full(len(years), float(age))
    if rules.births is None:
        return unknown
    table = load_table(rules.folder, rules.births, "births")
    told.notes += table.notes
    block = places_of(table, "block_id", zones.block_ids)
    long = [name for name in ("birth_year", "entry_year") if name in table.columns]
    wide = {"birth_year": _year_columns(table, BIRTH_HEADER), "entry_year": _year_columns(table, ENTRY_HEADER)}
    wide["birth_year"] = {y: h for y, h in wide["birth_year"].items() if h not in wide["entry_year"].values()}
    kinds = long or [kind for kind, found in wide.items() if found]
    if len(kinds) != 1:
        raise DataError(table.fault(text("forecast.births_kind", found=len(kinds)), text("forecast.births_kind_remedy"), column="birth_year"))
    kind = kinds[0]
    if long and "births" not in table.columns:
        raise DataError(table.fault(text("enrolment.no_column", name="births"), text("forecast.births_kind_remedy"), column="births"))
    known, first = _long(table, block, kind, n) if long else _wide(table, block, wide[kind], n)
    if kind == "entry_year":
        column = years - first
        inside = (column >= 0) & (column < known.shape[1])
        unknown[0][:, inside] = known[:, column[inside]]
        told.remarks.append(text("forecast.remark_registered"))
        return unknown[0], np.maximum(0.0, years - float(rules.data_date[:4]))
    told.remarks.append(text("forecast.remark_births", cutoff=rules.cutoff))
    return entry_cohorts(known, first, years, cutoff=rules.cutoff, age=age), unknown[1]


def _year_columns(table: Table, pattern: re.Pattern[str]) -> dict[int, str]:
    found = {}
    for header in table.columns:
        match = pattern.match(str(header).strip())
        if match:
            found[int(next(g for g in match.groups() if g))] = str(header)
    return found


def _long(table: Table, block: NDArray[np.int64], kind: str, n: int) -> tuple[NDArray[np.float64], int]:
    year = filled(table, kind).astype(np.int64)
    refuse_twice(table, (block, year), kind)
    first = int(year.min())
    known = np.full((n, int(year.max()) - first + 1), np.nan)
    known[block, year - first] = numbers_of(table, "births")
    return known, first


def _wide(table: Table, block: NDArray[np.int64], columns: dict[int, str], n: int) -> tuple[NDArray[np.float64], int]:
    refuse_twice(table, (block,), "block_id")
    first = min(columns)
    known = np.full((n, max(columns) - first + 1), np.nan)
    faults: list[Fault] = []
    for year, header in columns.items():
        plain = text_cells(table.columns[header])
        numbers = pd.to_numeric(plain, errors="coerce").astype("float64").to_numpy()
        wrong = (plain.notna().to_numpy() & ~np.isfinite(numbers)) | (numbers < 0)
        faults += table.faults(np.flatnonzero(wrong), text("enrolment.not_number"), text("enrolment.write_number"), header)
        known[block, year - first] = numbers
    if faults:
        raise DataError(faults)
    return known, first


def kindergarten_of(rules: ForecastRules, zones: StageZones, told: Told) -> NDArray[np.float64] | None:
    """(n,) children of the last kindergarten year, NaN unknown."""
    if rules.kindergarten is None:
        return None
    table = load_table(rules.folder, rules.kindergarten, "kindergarten")
    told.notes += table.notes
    block = places_of(table, "block_id", zones.block_ids)
    refuse_twice(table, (block,), "block_id")
    out = np.full(len(zones.block_ids), np.nan)
    out[block] = numbers_of(table, "pupils")
    return out


def estates_of(rules: ForecastRules, zones: StageZones, years: NDArray[np.int64], told: Told) -> NDArray[np.float64] | None:
    """(n, h) dwellings delivered in each year; several rows of one block and year add up; those delivered before the first year are lived in already and left out."""
    if rules.estates is None:
        return None
    table = load_table(rules.folder, rules.estates, "estates")
    told.notes += table.notes
    block, year, units = places_of(table, "block_id", zones.block_ids), filled(table, "year").astype(np.int64), filled(table, "units")
    out = np.zeros((len(zones.block_ids), len(years)))
    inside = (year >= years[0]) & (year <= years[-1])
    np.add.at(out, (block[inside], year[inside] - years[0]), units[inside])
    if (year < years[0]).any():
        told.remarks.append(text("forecast.remark_delivered", count=int((year < years[0]).sum()), year=int(years[0])))
    return out


def block_rates_of(rules: ForecastRules, zones: StageZones, told: Told) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(n,) net migration and (n,) presence: those of the block where given, else those of all."""
    n = len(zones.block_ids)
    out = {"net_migration": np.full(n, rules.rates.net_migration), "presence": np.full(n, rules.rates.presence)}
    if rules.block_rates is not None:
        table = load_table(rules.folder, rules.block_rates, "block_rates")
        told.notes += table.notes
        block = places_of(table, "block_id", zones.block_ids)
        refuse_twice(table, (block,), "block_id")
        for name, values in out.items():
            if name in table.columns:
                given = numbers_of(table, name)
                values[block[~np.isnan(given)]] = given[~np.isnan(given)]
        low = rules.rates.migration_spread - 1.0
        wrong = np.flatnonzero(out["net_migration"][block] < low)
        if len(wrong):
            raise DataError(table.faults(wrong, text("enrolment.not_number"), text("enrolment.write_number"), "net_migration"))
    return out["net_migration"], out["presence"]
