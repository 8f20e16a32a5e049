"""Columns that the settings name by their header: which of them a table must have, and as what kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np
import pandas as pd

from districting.errors import Fault
from districting.model.resources import RESOURCES
from districting.model.settings import Settings
from districting.model.stages import STAGES
from districting.reading.schema import Column, Kind, header_index, normal
from districting.reading.table import Found, RawTable
from districting.reading.typed import typed_column
from districting.wording import text

_FEW: Final = 20
_FILLED: Final = ("town_code", "county_code")
"""Our columns that are filled in from the layers of streets and counties where a table does not have them."""
_PREFIX: Final = "named:"


def named(header: str) -> str:
    """Name under which a column that the settings name stands in the City, apart from our own columns.

    >>> named("小区代码")
    'named:小区代码'
    """
    return f"{_PREFIX}{header}"


def is_named(column: object) -> bool:
    """Whether a column of the City is one that the settings name."""
    return str(column).startswith(_PREFIX)


def named_columns(settings: Settings, table: str) -> dict[str, tuple[Kind, str]]:
    """Header -> its kind and the key of the config that names it, for ``blocks`` or ``schools``."""
    return {header: (kind, key) for of, header, kind, key in _all(settings) if of == table}


def indicator_column(name: str) -> str:
    """Column of a school that an indicator of ``[scores]`` means: one of our resources by its name or a known header, else a column of the planner's own.

    >>> indicator_column("books"), indicator_column("图书册数"), indicator_column("毕业合格率")
    ('books', 'books', 'named:毕业合格率')
    """
    own = header_index("schools").get(normal(name))
    return own if own in RESOURCES else named(name)


def _all(settings: Settings) -> Iterator[tuple[str, str, Kind, str]]:
    for key, names in (("scores.weights", settings.scores.weights), ("scores.indicators", settings.scores.indicators)):
        for header in names:
            if is_named(indicator_column(header)):
                yield "schools", header, "number", key
    for stage, zoning in settings.zoning.items():
        place, rules = f"zoning.{stage}", zoning.rules
        for header in zoning.objective.groups:
            yield "blocks", header, "number", f"{place}.objective.groups"
        if rules.keep_together:
            yield "blocks", rules.keep_together, "text", f"{place}.rules.keep_together"
        if rules.whole_units and rules.whole_units not in STAGES:
            yield "blocks", rules.whole_units, "text", f"{place}.rules.whole_units"
        if rules.shared_zones:
            yield "schools", rules.shared_zones, "text", f"{place}.rules.shared_zones"
        for table, name in (("blocks", "forecast"), ("schools", "forecast_seats")):
            given = getattr(rules, name)
            for header in given if isinstance(given, tuple) else ():
                yield table, header, "number", f"{place}.rules.{name}"


def named_frame(raw: RawTable, table: str, settings: Settings, chosen: Mapping[str, str], found: Found) -> pd.DataFrame:
    """The named columns of a file under :func:`named`. A header may also be one of our own names.

    A file of blocks must have every one, with a number in every cell of a count; a file of schools may leave to the others what it does not have.
    """
    out: dict[str, pd.Series] = {}
    for header, (kind, key) in named_columns(settings, table).items():
        own = {normal(str(c)): str(c) for c in reversed(list(raw.frame.columns))}
        column = header if header in raw.frame.columns else chosen.get(header) or own.get(normal(header))
        if column is None:
            if table == "blocks" and header_index(table).get(normal(header)) not in _FILLED:
                found.add(text("reading.no_named", header=header, key=key), text("reading.headers_are", names=list(raw.frame.columns)[:20]), column=header)
            continue
        cells = typed_column(raw.frame[column], Column(header, kind, (header,), minimum=0.0 if kind == "number" else None), column, raw, found)
        if kind == "number" and table == "blocks":
            for i in np.flatnonzero(cells.isna())[:_FEW]:
                found.add(text("reading.blank_number"), text("reading.fill_number"), row=int(raw.row[i]), column=column)
        out[named(header)] = cells
    return pd.DataFrame(out, index=range(len(raw.frame)))


def missing_in_all(settings: Settings, files: list[tuple[str, pd.DataFrame]]) -> list[Fault]:
    """Columns of the schools that no file of schools has. ``files``: path and columns of each."""
    out = []
    for header, (_, key) in named_columns(settings, "schools").items():
        if not any(named(header) in frame.columns for _, frame in files):
            out.append(Fault(text("reading.no_named", header=header, key=key), text("reading.name_header"), file=files[0][0] if files else "", column=header))
    return out
