"""A large GeoParquet of which only some rows are wanted: DuckDB (extra ``duckdb``) reads those that the ``where`` may keep, and no others. Without it pyarrow reads all."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import pandas as pd

from districting.model.settings import InputSpec
from districting.reading.table import RawTable
from districting.reading.where import WhereError, rows_where
from districting.reading.where_columns import where_columns
from districting.reading.where_sql import SqlColumn, SqlWhere, sql_where

_CLOSED: Final = (
    "SET enable_geoparquet_conversion = false",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)
"""Nothing but the one file is opened, nothing is installed or loaded, and no query changes that."""
_OPTIONS: Final = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false", "allow_community_extensions": "false"}
_GLOB: Final = re.compile(r"[*?\[\]{}]")
Kind = Literal["text", "integer", "float", "bool"]
_ROW: Final = "file_row_number"


def read_rows(path: Path, spec: InputSpec, table: str) -> RawTable | None:
    """The rows that ``spec.where`` may keep, each with its number in the file; None where all have to be read: no DuckDB, a type or a rule that it would see otherwise, no row.

    What is left is exactly what :func:`districting.reading.formats.geoparquet.read` and the ``where`` leave, or a little more.
    """
    if spec.where is None or _GLOB.search(str(path)):
        return None
    try:
        import duckdb
        import pyarrow.parquet

        meta = pyarrow.parquet.read_metadata(path)
    except ImportError:
        return None
    except Exception:  # the plain reader says what is wrong with the file
        return None
    try:
        plan = _Plan.of(meta, spec, table)
        rows = None if plan is None else _query(duckdb, path, plan)
        return plan.table(rows) if plan is not None and rows is not None and rows.num_rows and plan.is_told_well(rows) else None
    except Exception as error:  # a damaged file raises many kinds: the plain reader says what is wrong with it
        logging.getLogger(__name__).info("%s: DuckDB: %s", spec.path, " ".join(str(error).split()))
        return None


def _query(duckdb: Any, path: Path, plan: _Plan) -> Any:
    with duckdb.connect(":memory:", config=dict(_OPTIONS)) as connection:
        connection.execute("SET allowed_paths = [" + _literal(str(path)) + "]")
        for closed in _CLOSED:
            connection.execute(closed)
        asked = ", ".join(_identifier(name) for name in (_ROW, *plan.names))
        query = f"SELECT {asked} FROM read_parquet(?, file_row_number = true) WHERE {plan.where.condition} ORDER BY {_ROW}"
        return connection.sql(query, params=[str(path), *plan.where.values]).to_arrow_table()


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(words: str) -> str:
    return "'" + words.replace("'", "''") + "'"


class _Plan:
    """What is asked of a file, and how its answer becomes the table that the plain reader gives."""

    def __init__(self, schema: Any, geo: Any, where: SqlWhere, blanks: Mapping[str, int], spec: InputSpec, ours: Mapping[str, str]) -> None:
        self.schema, self.geo, self.where, self._blanks, self._spec, self._ours = schema, geo, where, blanks, spec, ours
        self.names = tuple(schema.names)

    @classmethod
    def of(cls, meta: Any, spec: InputSpec, table: str) -> _Plan | None:
        """None where the file or the ``where`` is not of the kind that DuckDB reads the same."""
        import pyarrow

        schema = meta.schema.to_arrow_schema()
        geo = json.loads((schema.metadata or {}).get(b"geo", b"null"))
        shape = _shape_of(geo)
        if shape == "" or _has_index(schema) or len({_ROW, *(n.casefold() for n in schema.names)}) <= len(schema.names):
            return None
        covering = ((geo or {}).get("columns", {}).get(shape, {}).get("covering") or {}).get("bbox", {})
        boxes = {place[0] for place in covering.values()}
        schema = pyarrow.schema([f for f in schema if f.name not in boxes], metadata=schema.metadata)
        kinds = {f.name: _kind(f.type) for f in schema if f.name != shape}
        own = _own_kinds(schema)
        blanks = _blanks(meta)
        if any(k is None for k in kinds.values()) or any(n not in blanks for n in kinds):
            return None
        ours, unsure = where_columns(kinds, table, spec)

        def column(name: str) -> SqlColumn | None:
            header = ours.get(name, name)
            kind = kinds.get(header)
            return None if kind is None or kind == "bool" or name in unsure or header in own else SqlColumn(header, kind, blanks[header] > 0)

        try:
            where = sql_where(spec.where or "", column)
        except WhereError:
            return None
        return None if where is None else cls(schema, geo, where, blanks, spec, ours)

    def is_told_well(self, rows: Any) -> bool:
        """Whether the whole ``where`` can be asked at all: what it cannot be asked is said of the whole file."""
        frame = self._frame(rows)
        columns = {n: frame[n] for n in frame.columns} | {name: frame[header] for name, header in self._ours.items()}
        if self._spec.stage is not None:
            columns.setdefault("stage", pd.Series([self._spec.stage] * len(frame), dtype="str"))
        try:
            rows_where(self._spec.where or "", columns, len(frame))
        except WhereError:
            return False
        return True

    def _frame(self, rows: Any) -> pd.DataFrame:
        """Without shapes, in the kinds that the columns have in the whole file: a blank anywhere makes whole numbers floats, and truth objects."""
        shape = _shape_of(self.geo)
        kept = rows.select([n for n in self.names if n != shape])
        told = self.schema.pandas_metadata
        if told is not None:
            told = {**told, "index_columns": [], "columns": [c for c in told["columns"] if c["field_name"] in kept.column_names]}
        types = [self.schema.field(n) for n in kept.column_names]
        frame: pd.DataFrame = kept.cast(_schema(types, None if told is None else {b"pandas": json.dumps(told).encode()})).to_pandas()
        blank = [n for n in frame.columns if self._blanks[n] > 0]
        frame = frame.astype({n: "float64" for n in blank if frame[n].dtype.kind in "iu" and isinstance(frame[n].dtype, np.dtype)})
        frame = frame.astype({n: "object" for n in blank if frame[n].dtype == np.dtype(bool)})
        frame.columns = [str(c) for c in frame.columns]
        return frame

    def table(self, rows: Any) -> RawTable:
        """As the plain reader has it: kinds of columns as in the whole file, shapes from WKB, records counted from 1."""
        import shapely
        from pyproj import CRS

        number = rows.column(_ROW).to_numpy() + 1
        frame, shape = self._frame(rows), _shape_of(self.geo)
        shapes = crs = None
        if shape:
            shapes = np.asarray(shapely.from_wkb(np.array(rows.column(shape).to_pylist(), dtype=object)), dtype=object)
            said = self.geo["columns"][shape].get("crs", "OGC:CRS84")
            crs = None if said is None else CRS.from_user_input(said)
        return RawTable(frame, number.astype(np.int64), "", shapes, crs)


def _shape_of(geo: Any) -> str | None:
    """The column of shapes; None where there is none, "" where it is not one column of WKB."""
    if geo is None:
        return None
    columns = geo.get("columns", {})
    name = geo.get("primary_column", "")
    return name if len(columns) == 1 and columns.get(name, {}).get("encoding") == "WKB" else ""


def _schema(fields: list[Any], metadata: Any) -> Any:
    import pyarrow

    return pyarrow.schema(fields, metadata=metadata)


def _own_kinds(schema: Any) -> frozenset[str]:
    """Columns that pandas reads in kinds of its own, whose blanks compare otherwise."""
    told = schema.pandas_metadata or {"columns": []}
    return frozenset(c["field_name"] for c in told["columns"] if not re.fullmatch(r"u?int\d+|float\d+|bool|object|str", str(c["numpy_type"])))


def _has_index(schema: Any) -> bool:
    """Whether pandas keeps an index of its own among the columns."""
    kept = json.loads((schema.metadata or {}).get(b"pandas", b"{}")).get("index_columns", [])
    return any(isinstance(c, str) for c in kept)


def _kind(of: Any) -> Kind | None:
    import pyarrow.types as types

    if types.is_string(of) or types.is_large_string(of):
        return "text"
    if types.is_int64(of) or types.is_int32(of) or types.is_int16(of) or types.is_int8(of):
        return "integer"
    if types.is_float64(of):
        return "float"
    return "bool" if types.is_boolean(of) else None


def _blanks(meta: Any) -> dict[str, int]:
    """Blank cells of each column that says how many it has."""
    out: dict[str, int] = {}
    unsaid: set[str] = set()
    for group in range(meta.num_row_groups):
        for at in range(meta.num_columns):
            part = meta.row_group(group).column(at)
            said = part.statistics
            if said is None or not said.has_null_count:
                unsaid.add(part.path_in_schema)
            else:
                out[part.path_in_schema] = out.get(part.path_in_schema, 0) + said.null_count
    return {name: count for name, count in out.items() if name not in unsaid}
