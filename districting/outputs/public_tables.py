"""What of a plan is public: the one list of tables and columns. What is not named here is private, so that a new table or column stays so until somebody decides otherwise."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from districting.model.estimate_mark import PART as ESTIMATED
from districting.model.plan import PLAN_TABLES, Plan, empty_table
from districting.outputs.plan_columns import MISSING, kind_of

PUBLIC_TABLES: Final[Mapping[str, tuple[str, ...]]] = {
    # the ground: who lives where is not told, see school_demand
    "blocks": ("block_id", "name", "county_code", "area_m2", "perimeter_m", "address_exceptions", "delivery_year", "geometry"),
    "zones": ("zone_id", "stage", "geometry"),
    "districts": ("district_id", "scheme", "level", "parent_id", "name", "theme", "county_code", "geometry"),
    "schools": ("school_id", "name", "county_code", "ownership", "urban_rural_code", "school_type", "home_block_id", "address", "geometry"),
    "backdrop": ("kind", "name", "geometry"),
    # decisions
    "zone_schools": ("zone_id", "stage", "school_id"),
    "memberships": ("scheme", "district_id", "school_id", "stage", "role"),
    "feeders": ("from_id", "to_id", "pupils"),
    "anchors": ("scheme", "district_id", "name", "kind", "distance_m"),
    "charter": ("scheme", "district_id", "seat", "office", "school_id", "also_heads", "stages", "term_years", "term_from", "term_to", "meetings_per_month"),
    "conference": ("scheme", "district_id", "meeting", "year", "month", "host_id"),
    "duties": ("scheme", "duty", "name", "actor", "actor_name", "letters"),
    "inspectors": ("scheme", "area", "inspector", "station_id", "school_id", "distance_m", "load"),
    "mechanisms": ("scheme", "district_id", "mechanism", "name", "owner", "owner_name", "evidence", "frequency"),
    # judgement, as far as its rows are public
    "findings": ("measure", "stage", "scope", "value", "today", "unit", "threshold", "verdict", "source"),
    "rules": ("decision", "stage", "rule", "value", "holds"),
    "coverage": ("school_id", "name", "stage", "reason", "decision"),
    "notes": ("file", "sheet", "row", "column", "problem", "remedy"),
    "provenance": ("part", "key", "value"),
    # evidence: seats and pupils of schools, today's schools, exceptions, reasons (policy 2.4 wants distances and rank by distance, which is no rank of schools)
    "seats": ("school_id", "stage", "seats"),
    "distances": ("block_id", "stage", "school_id", "distance_m"),
    "school_demand": ("school_id", "stage", "year", "pupils", "pupils_today"),
    "today": ("block_id", "stage", "school_id"),
    "exceptions": ("block_id", "stage", "school_id", "reason", "temporary_until"),
    "reasons": ("block_id", "stage", "reason", "nearest_school_id", "nearest_m", "assigned_m", "rank"),
    "school_stages": ("school_id", "stage", "pupils", "plan", "graduates"),
}
"""Table -> its public columns. Blocks have besides one column ``zone_id_STAGE`` per zoned stage; of some tables only some rows are public (:mod:`districting.outputs.public`)."""

PUBLIC_RECORDS: Final[Mapping[str, str]] = {
    r"run": r"name|year|language|crs|seed|audience",
    r"input|version|output": r".*",
    r"zoning\..+|grouping\..+|joint": (
        r"status|objective|bound|gap|unit|sense|steps|seed|ended|distance|demand|source|territory|districts|rounds|(?:term|unit|weight|baseline|price|gap|reach)\..+"
    ),
    r"governance\..+": r"inspectors\..+",
    r"pairing\..+": r"territory",
    r"risk": r"level",
    r"estimated": r".*",
    r"audit": r"settings\.service_radius_m",
}
"""Part of the provenance -> its public keys, both as patterns of the whole name."""

_ZONE_COLUMN: Final = re.compile(r"zone_id_[a-z]+")


def public_columns(table: str, frame: Any) -> Any:
    """``frame`` with its public columns alone; columns that the file format needs are there and empty. A private table has no rows.

    >>> public_columns("school_stages", pd.DataFrame({"school_id": ["S"], "stage": ["primary"], "tier": ["weak"], "mood": ["bad"]})).to_dict("records")
    [{'school_id': 'S', 'stage': 'primary', 'tier': ''}]
    """
    if table not in PUBLIC_TABLES:
        return frame.iloc[:0][[c for c in frame.columns if c in PLAN_TABLES[table]]] if "geometry" in frame.columns else empty_table(table)
    told = {c for c in frame.columns if c in PUBLIC_TABLES[table] or (table == "blocks" and _ZONE_COLUMN.fullmatch(str(c)))}
    kept = frame[[c for c in frame.columns if c in told or c in PLAN_TABLES[table]]]
    return kept.assign(**{c: MISSING[kind_of(table, c)] for c in kept.columns if c not in told})


def public_records(provenance: pd.DataFrame) -> pd.DataFrame:
    """The rows of the provenance that are public."""
    keep = np.zeros(len(provenance), dtype=np.bool_)
    for part, key in PUBLIC_RECORDS.items():
        keep |= (provenance["part"].astype("str").str.fullmatch(part) & provenance["key"].astype("str").str.fullmatch(key)).to_numpy(dtype=bool)
    told = provenance[keep].reset_index(drop=True)
    return told.assign(value=told["value"].where(told["part"] != ESTIMATED, ""))  # that it is an estimate, not of which file


def public_tables(plan: Plan) -> dict[str, Any]:
    """Every table of ``plan`` with its public columns."""
    return {name: public_columns(name, frame) for name, frame in plan.tables().items()}
