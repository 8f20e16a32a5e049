"""A table or view of PostGIS as an input: its columns as text has them, its shapes, its own CRS, in an order that does not depend on the server."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from districting.model.settings import InputSpec
from districting.reading.database import DatabaseAddress, connected, database_address, reason
from districting.reading.table import RawTable, fail
from districting.reading.where import WhereError
from districting.reading.where_columns import where_columns
from districting.reading.where_sql import SqlColumn, SqlKind, SqlWhere, sql_where
from districting.wording import text

_SHAPES = ("geometry", "geography")
_COLUMNS = """
SELECT a.attname, t.typname, coalesce(a.attnum = ANY(i.indkey), false), a.attnotnull
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
WHERE n.nspname = %s AND c.relname = %s AND c.relkind IN ('r', 'v', 'm', 'f', 'p') AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""
_TABLES = """
SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'v', 'm', 'f', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'topology') AND n.nspname NOT LIKE 'pg_toast%'
AND c.relname NOT IN ('spatial_ref_sys', 'geometry_columns', 'geography_columns') ORDER BY 1 LIMIT 20
"""


_KINDS: Final[Mapping[str, SqlKind]] = {"text": "text", "varchar": "text", "int2": "integer", "int4": "integer", "int8": "integer"}
_NUMBER: Final = "_number_of_row_"


def read_table(spec: InputSpec, table: str | None = None) -> RawTable:
    """Read a table, in the order of its primary key, else of its columns. ``layer`` names the column of shapes where there are several.

    ``table``: what it is read as; with it the server leaves out rows that ``spec.where`` leaves out, where it can tell. Rows keep their numbers.

    Raises
    ------
    DataError : the address is none, there is no such table, or it may not be read
    DependencyError : no psycopg, no server, no PostGIS
    """
    address = database_address(spec.path, spec.password)
    with connected(address, read_only=True) as connection:
        import psycopg

        columns = connection.execute(_COLUMNS, (address.schema, address.table)).fetchall()
        if not columns:
            raise fail(spec.path, text("database.no_table"), text("database.choose_table", names=[r[0] for r in connection.execute(_TABLES)]))
        shape = _shape_column([name for name, kind, _, _ in columns if kind in _SHAPES], spec)
        kept = [(name, key) for name, kind, key, _ in columns if kind not in _SHAPES]
        where = None if table is None else _where(spec, table, columns)
        try:
            rows = [] if where is None else connection.execute(_query(address, kept, shape, where), where.values).fetchall()
            number = np.array([row[-1] for row in rows], dtype=np.int64)
            rows = [row[:-1] for row in rows]
            if not rows:  # all, or what is wrong with the condition is said of all
                rows = connection.execute(_query(address, kept, shape)).fetchall()
                number = np.arange(1, len(rows) + 1, dtype=np.int64)
        except psycopg.Error as error:
            raise fail(spec.path, text("database.unread", why=reason(error, address)), text("database.ask_rights")) from None
        return replace(_table(rows, [name for name, _ in kept], shape is not None, connection, spec), row=number)


def _shape_column(names: list[str], spec: InputSpec) -> str | None:
    if spec.layer is not None and spec.layer not in names:
        raise fail(spec.path, text("reading.no_layer", layer=spec.layer), text("reading.choose_layer", names=names), sheet=spec.layer)
    if spec.layer is None and len(names) > 1:
        raise fail(spec.path, text("database.many_shapes"), text("reading.choose_layer", names=names))
    return spec.layer or (names[0] if names else None)


def _where(spec: InputSpec, table: str, columns: list[Any]) -> SqlWhere | None:
    """The part of ``spec.where`` that the server sees as we do: bound values, quoted names; text in the order of its code points."""
    plain = {name: (_KINDS[kind], not never_blank) for name, kind, _, never_blank in columns if kind in _KINDS}
    headers = [name for name, kind, _, _ in columns if kind not in _SHAPES]
    if spec.where is None or _NUMBER in headers or any("%" in name for name, *_ in columns):
        return None
    ours, unsure = where_columns(headers, table, spec)

    def column(name: str) -> SqlColumn | None:
        header = ours.get(name, name)
        if header not in plain or name in unsure:
            return None
        kind, blanks = plain[header]
        quoted = '"' + header.replace('"', '""') + '"'
        return SqlColumn(header, kind, blanks, f'{quoted} COLLATE "C"' if kind == "text" else quoted)

    try:
        return sql_where(spec.where, column, mark="%s")
    except WhereError:
        return None


def _query(address: DatabaseAddress, columns: list[tuple[str, bool]], shape: str | None, where: SqlWhere | None = None) -> Any:
    from psycopg import sql

    asked: list[Any] = [sql.Identifier(name) for name, _ in columns]
    keys: list[Any] = [sql.Identifier(name) for name, is_key in columns if is_key]
    order = keys or [sql.SQL('{}::text COLLATE "C"').format(name) for name in asked]
    if shape is not None:
        asked.append(sql.SQL("ST_AsEWKB({}::geometry)").format(sql.Identifier(shape)))
        order += [] if keys else asked[-1:]
    if where is not None:
        inner = sql.SQL("SELECT *, row_number() OVER (ORDER BY {}) AS {} FROM {}").format(
            sql.SQL(", ").join(order), sql.Identifier(_NUMBER), sql.Identifier(address.schema, address.table)
        )
        number = sql.Identifier(_NUMBER)
        outer = sql.SQL("SELECT {}, {} FROM ({}) AS numbered WHERE ").format(sql.SQL(", ").join(asked), number, inner)
        return outer + sql.SQL(where.condition) + sql.SQL(" ORDER BY {}").format(number)
    query = sql.SQL("SELECT {} FROM {} ORDER BY {}")
    return query.format(sql.SQL(", ").join(asked), sql.Identifier(address.schema, address.table), sql.SQL(", ").join(order))


def _table(rows: list[Any], names: list[str], has_shapes: bool, connection: Any, spec: InputSpec) -> RawTable:
    digest = hashlib.sha256(repr(names).encode())
    for row in rows:
        digest.update(repr(row).encode())
    count = len(rows)
    columns = list(zip(*rows, strict=True)) if rows else [()] * (len(names) + has_shapes)
    frame = pd.DataFrame({name: pd.Series([_plain(v) for v in columns[i]]) for i, name in enumerate(names)}, index=range(count))
    shapes = crs = None
    if has_shapes:
        shapes = np.asarray(shapely.from_wkb(np.array(columns[-1], dtype=object)), dtype=object)
        crs = _crs(shapes, connection, spec)
        shapes = shapely.set_srid(shapes, 0)
    return RawTable(frame, np.arange(1, count + 1, dtype=np.int64), "", shapes, crs, digest=digest.hexdigest())


def _plain(value: Any) -> Any:
    """Numbers, truth and text; anything else (days, keys, lists) as text."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return float(value) if isinstance(value, Decimal) else str(value)


def _crs(shapes: NDArray[Any], connection: Any, spec: InputSpec) -> Any:
    """The CRS all shapes are in; None where the table names none."""
    from pyproj import CRS

    known = sorted({int(i) for i in shapely.get_srid(shapes[~shapely.is_missing(shapes)])})
    if len(known) > 1:
        raise fail(spec.path, text("database.many_crs", names=[str(i) for i in known]), text("database.one_crs"))
    if not known or known[0] == 0:
        return None
    found = connection.execute("SELECT auth_name, auth_srid, srtext FROM spatial_ref_sys WHERE srid = %s", (known[0],)).fetchone()
    if found is None:
        return None
    return CRS.from_authority(found[0], found[1]) if found[0] else CRS.from_wkt(found[2])
