"""Tables and layers written to PostGIS: filled under temporary names and renamed in one transaction, so that the database holds the old ones or the new ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import uuid4

import numpy as np
import pandas as pd
import shapely

from districting.errors import OutputError
from districting.reading.database import DatabaseAddress, connected, reason
from districting.wording import text

_KINDS = """
SELECT c.relname, c.relkind IN ('r', 'p') FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = %s AND c.relname = ANY(%s) ORDER BY 1
"""


_FEW: Final = 3
"""Tables that a refusal names; of more it says how many there are."""


def write_tables(address: DatabaseAddress, tables: Mapping[str, pd.DataFrame], *, overwrite: bool = False, dry_run: bool = False) -> list[str]:
    """Write every table into the schema of ``address``, all or none; a missing schema is made. Frames of geopandas become layers with an index.

    Returns the addresses of the tables, without password. ``dry_run``: only look whether it could be done.

    Raises
    ------
    OutputError : a table is there and ``overwrite`` is not given, it is a view, others depend on it, or the user may not write; nothing has changed then
    DependencyError : no psycopg, no server, no PostGIS
    """
    with connected(address) as connection:
        import psycopg

        try:
            _refuse_existing(connection, address, list(tables), overwrite)
            if not dry_run:
                _write(connection, address.schema, tables)
        except psycopg.Error as error:
            raise OutputError(text("database.unwritten", address=address.shown, why=reason(error, address))) from None
    return [address.of(name) for name in tables]


def _refuse_existing(connection: Any, address: DatabaseAddress, names: list[str], overwrite: bool) -> None:
    there = connection.execute(_KINDS, (address.schema, names)).fetchall()
    if len(there) > _FEW and not overwrite:
        raise OutputError(text("database.schema_exists", schema=address.of(), count=len(there), names=sorted(str(name) for name, _ in there)[:3]))
    if there and not overwrite:
        raise OutputError(text("database.exists", names=[address.of(name) for name, _ in there]))
    for name, is_table in there:
        if not is_table:
            raise OutputError(text("database.not_a_table", name=f"{address.schema}.{name}"))


def _write(connection: Any, schema: str, tables: Mapping[str, pd.DataFrame]) -> None:
    from psycopg import sql

    if not connection.execute("SELECT to_regnamespace(quote_ident(%s))", (schema,)).fetchone()[0]:
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
    token = uuid4().hex[:12]
    staged = {name: f"_staging_{token}_{i}" for i, name in enumerate(tables)}
    for name, frame in tables.items():
        _fill(connection, sql.Identifier(schema, staged[name]), frame)
    for name, frame in tables.items():
        connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(sql.Identifier(schema, name)))
        connection.execute(sql.SQL("ALTER TABLE {} RENAME TO {}").format(sql.Identifier(schema, staged[name]), sql.Identifier(name)))
        if "geometry" in frame.columns:
            connection.execute(sql.SQL("CREATE INDEX ON {} USING gist (geometry)").format(sql.Identifier(schema, name)))


def _fill(connection: Any, staging: Any, frame: pd.DataFrame) -> None:
    from psycopg import sql

    srid = _srid(connection, frame)
    kinds = [f"geometry(Geometry, {srid})" if name == "geometry" else _kind(frame[name]) for name in frame.columns]
    names = [sql.Identifier(str(name)) for name in frame.columns]
    declared = sql.SQL(", ").join(sql.SQL("{} {}").format(n, sql.SQL(k)) for n, k in zip(names, kinds, strict=True))
    connection.execute(sql.SQL("CREATE TABLE {} ({})").format(staging, declared))
    values = [_shapes(frame[name], srid) if name == "geometry" else _cells(frame[name]) for name in frame.columns]
    with connection.cursor().copy(sql.SQL("COPY {} ({}) FROM STDIN").format(staging, sql.SQL(", ").join(names))) as copy:
        for row in zip(*values, strict=True):
            copy.write_row(row)


def _srid(connection: Any, frame: pd.DataFrame) -> int:
    """The number by which the database knows the CRS of the shapes; 0 where there are none."""
    crs = getattr(frame, "crs", None)
    if "geometry" not in frame.columns or crs is None:
        return 0
    code = crs.to_epsg()
    known = connection.execute("SELECT srid FROM spatial_ref_sys WHERE auth_name = 'EPSG' AND auth_srid = %s", (code,)).fetchone()
    if known is None:
        raise OutputError(text("database.no_srid", crs=crs.name))
    return int(known[0])


def _kind(column: pd.Series) -> str:
    if pd.api.types.is_bool_dtype(column):
        return "boolean"
    if pd.api.types.is_integer_dtype(column):
        return "bigint"
    return "double precision" if pd.api.types.is_float_dtype(column) else "text"


def _cells(column: pd.Series) -> Iterable[Any]:
    """Python's own values, None where one is missing."""
    missing = column.isna().to_numpy()
    values = column.astype(object) if _kind(column) != "text" else column.astype(object).map(str, na_action="ignore")
    return [None if lost else value for value, lost in zip(values.tolist(), missing.tolist(), strict=True)]


def _shapes(column: Any, srid: int) -> Iterable[Any]:
    shapes = np.asarray(column.array, dtype=object)
    return shapely.to_wkb(shapely.set_srid(shapes, srid), hex=True, include_srid=True).tolist()
