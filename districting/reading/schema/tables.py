"""The one table of tables: kind of input to its columns, and what holds for whole tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from districting.reading.schema.column import Column
from districting.reading.schema.ground import AREAS, BLOCKS, BUILDINGS, LINES, POPULATION, ROADS
from districting.reading.schema.indicators import HISTORY, UPGRADES
from districting.reading.schema.pools import COURSE_DEMAND, COURSES, FACILITIES, FACILITY_DEMAND, LEDGER, SHARES, SOCIAL
from districting.reading.schema.schools import SCHOOLS
from districting.reading.schema.teaching import POSTS, RESEARCH_TOPICS, TEACHERS, TRAINING_DEMAND
from districting.reading.schema.zoning import DISTANCES, EDGES, EXCEPTIONS, FORECAST, FORECAST_SEATS, PAIRS, TODAY

TABLES: Final[Mapping[str, tuple[Column, ...]]] = {
    "schools": SCHOOLS,
    "blocks": BLOCKS,
    "admin": AREAS,
    "counties": AREAS,
    "roads": ROADS,
    "barriers": LINES,
    "population": POPULATION,
    "buildings": BUILDINGS,
    "social_resources": SOCIAL,
    "teachers": TEACHERS,
    "posts": POSTS,
    "shares": SHARES,
    "facilities": FACILITIES,
    "facility_demand": FACILITY_DEMAND,
    "courses": COURSES,
    "course_demand": COURSE_DEMAND,
    "ledger": LEDGER,
    "training_demand": TRAINING_DEMAND,
    "research_topics": RESEARCH_TOPICS,
    "history": HISTORY,
    "upgrades": UPGRADES,
    "today": TODAY,
    "exceptions": EXCEPTIONS,
    "edges": EDGES,
    "bridges": EDGES[:2],
    "pairs": PAIRS,
    "distances": DISTANCES,
    "forecast": FORECAST,
    "forecast_seats": FORECAST_SEATS,
}
"""Kind of table -> its columns, in the order of a template."""

OF_RULES: Final[frozenset[str]] = frozenset({"pairs", "distances", "forecast", "forecast_seats"})
"""Tables that are named by a key of the zoning; all others stand under ``[inputs]``."""

INPUTS: Final[tuple[str, ...]] = tuple(table for table in TABLES if table not in OF_RULES)

WITHOUT_OUTLINES: Final[Mapping[str, frozenset[str]]] = {"blocks": frozenset({"area_m2", "perimeter_m"})}
"""Columns that are read only where blocks come without outlines: an outline speaks for itself."""

MAY_BE_EMPTY: Final[frozenset[str]] = frozenset({"ledger"})
"""Tables that other commands write: a term in which nothing was shared is no fault."""

NEEDS_GEOMETRY: Final[frozenset[str]] = frozenset({"blocks", "admin", "counties", "roads", "barriers", "population", "buildings"})

NEEDS_POLYGONS: Final[frozenset[str]] = frozenset({"blocks", "admin", "counties"})
