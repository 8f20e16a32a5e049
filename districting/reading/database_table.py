"""A table or view of PostGIS as an input: its columns as text has them, its shapes, its own CRS, in an order that does not depend on the server."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from districting.model.settings import InputSpec
from districting.reading.database import DatabaseAddress, connected, database_address, reason
from districting.reading.table import RawTable, fail
from districting.wording import text

_SHAPES = ("geometry", "geography")
_COLUMNS = """
SELECT a.attname, t.typname, coalesce(a.attnum = ANY(i.indkey), false)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
WHERE n.nspname = %s AND c.relname = %s AND c.relkind IN ('r', 'v', 'm', 'f', 'p') AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""
_TABLES = """
SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'v', 'm', 'f', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'topology') AND n.nspname NOT LIKE 'pg_toast%'
AND c.relname NOT IN ('spatial_ref_sys', 'geometry_columns', 'geography_columns') ORDER BY 1 LIMIT 20
"""


def read_table(spec: InputSpec) -> RawTable:
    """Read a table, in the order of its primary key, else of its columns. ``layer`` names the column of shapes where there are several.

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
        shape = _shape_column([name for name, kind, _ in columns if kind in _SHAPES], spec)
        kept = [(name, key) for name, kind, key in columns if kind not in _SHAPES]
        try:
            rows = connection.execute(_query(address, kept, shape)).fetchall()
        except psycopg.Error as error:
            raise fail(spec.path, text("database.unread", why=reason(error, address)), text("database.ask_rights")) from None
        return _table(rows, [name for name, _ in kept], shape is not None, connection, spec)


def _shape_column(names: list[str], spec: InputSpec) -> str | None:
    if spec.layer is not None and spec.layer not in names:
        raise fail(spec.path, text("reading.no_layer", layer=spec.layer), text("reading.choose_layer", names=names), sheet=spec.layer)
    if spec.layer is None and len(names) > 1:
        raise fail(spec.path, text("database.many_shapes"), text("reading.choose_layer", names=names))
    return spec.layer or (names[0] if names else None)


def _query(address: DatabaseAddress, columns: list[tuple[str, bool]], shape: str | None) -> Any:
    from psycopg import sql

    asked: list[Any] = [sql.Identifier(name) for name, _ in columns]
    keys: list[Any] = [sql.Identifier(name) for name, is_key in columns if is_key]
    order = keys or [sql.SQL('{}::text COLLATE "C"').format(name) for name in asked]
    if shape is not None:
        asked.append(sql.SQL("ST_AsEWKB({}::geometry)").format(sql.Identifier(shape)))
        order += [] if keys else asked[-1:]
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
