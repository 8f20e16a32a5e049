"""Tables of a GeoPackage that have no shapes, through one connection: opening the file anew for each of forty tables would cost more than all the rest."""

from __future__ import annotations

import sqlite3
from typing import Any, Final

import numpy as np
import pandas as pd

_NUMBERS: Final = {"int64": "INTEGER", "float64": "REAL", "bool": "BOOLEAN"}
_TYPES: Final = ("TEXT", *_NUMBERS.values())
_KEY: Final = "fid"

_COUNT: Final = (
    "CREATE TRIGGER {trigger} AFTER {event} ON {table}"
    " BEGIN UPDATE gpkg_ogr_contents SET feature_count = feature_count {change} WHERE lower(table_name) = lower({name}); END"
)


def storable(table: pd.DataFrame) -> bool:
    """Whether every column is text, a whole number of 64 bits, a float of 64 bits or a switch, under a name of its own.

    >>> storable(pd.DataFrame({"key": ["seed"], "rank": [1]})), storable(pd.DataFrame({"day": pd.to_datetime(["2026-09-01"])}))
    (True, False)
    """
    names = [str(c).lower() for c in table.columns]
    return len(set(names)) == len(names) and _KEY not in names and all(_sql_type(table[c].dtype) for c in table.columns)


def write_attributes(base: sqlite3.Connection, name: str, table: pd.DataFrame) -> None:
    """Add a table that is :func:`storable` to an open GeoPackage, registered as GDAL registers it; what is missing is NULL."""
    columns = {str(c): _sql_type(table[c].dtype) for c in table.columns}
    listed = "".join(f", {_quoted(c)} {kind}" for c, kind in columns.items())
    base.execute(f"CREATE TABLE {_quoted(name)} ( {_quoted(_KEY)} INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL{listed})")
    base.execute("INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) VALUES (?, 'attributes', ?, 0)", (name, name))
    base.execute("INSERT INTO gpkg_ogr_contents (table_name, feature_count) VALUES (?, ?)", (name, len(table)))
    if len(table) and columns:
        slots = ", ".join("?" * len(columns))
        base.executemany(
            f"INSERT INTO {_quoted(name)} ({', '.join(map(_quoted, columns))}) VALUES ({slots})", zip(*(_values(table[c]) for c in table.columns), strict=True)
        )
    for event, change in (("insert", "+ 1"), ("delete", "- 1")):
        trigger, text = _quoted(f"trigger_{event}_feature_count_{name}"), "'" + name.replace("'", "''") + "'"
        base.execute(_COUNT.format(trigger=trigger, event=event.upper(), table=_quoted(name), change=change, name=text))


def read_attributes(base: sqlite3.Connection, name: str) -> pd.DataFrame | None:
    """The table ``name`` without its key, in the order of the key; None where it holds more than :func:`write_attributes` writes."""
    columns = {column: kind for _, column, kind, *_ in base.execute(f"PRAGMA table_info({_quoted(name)})")}
    if columns.pop(_KEY, None) != "INTEGER" or not set(columns.values()) <= set(_TYPES):
        return None
    rows = base.execute(f"SELECT {', '.join(map(_quoted, columns))} FROM {_quoted(name)} ORDER BY {_quoted(_KEY)}").fetchall() if columns else []
    values = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
    return pd.DataFrame({c: _column(v, kind) for (c, kind), v in zip(columns.items(), values, strict=True)}, index=pd.RangeIndex(len(rows)))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _sql_type(dtype: Any) -> str:
    if isinstance(dtype, pd.StringDtype):
        return "TEXT"
    return _NUMBERS.get(str(dtype).lower(), "")


def _values(column: Any) -> list[Any]:
    values = column.astype(object)
    return list(values.where(column.notna(), None)) if column.isna().any() else list(values.to_numpy().tolist())


def _column(values: tuple[Any, ...], kind: str) -> Any:
    """As GDAL gives it: whole numbers with gaps are floats; text in a column of numbers stays what it is and is refused by whoever asks for its kind."""
    if kind == "TEXT":
        return pd.Series(values, dtype="str")
    column = pd.Series(values, dtype="object")
    if any(v is not None and not isinstance(v, int | float) for v in values):
        return column
    if kind == "REAL":
        return column.astype(np.float64)
    gaps = any(v is None for v in values)
    if kind == "INTEGER":
        return column.astype(np.float64 if gaps else np.int64)
    return column if gaps else column.astype(bool)
