"""GeoParquet through pyarrow, or DuckDB where only some rows are wanted; a Parquet file without geometry is a plain table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from districting.model.settings import InputSpec
from districting.reading.formats.vector import as_table
from districting.reading.table import RawTable, unreadable


def read(path: Path, spec: InputSpec, table: str) -> RawTable:
    """Read one Parquet file: every row, or those that ``spec.where`` may keep."""
    from districting.reading.formats.pushed_down import read_rows

    some = read_rows(path, spec, table)
    return read_all(path, spec) if some is None else some


def read_all(path: Path, spec: InputSpec) -> RawTable:
    """Every row."""
    import geopandas
    import pandas
    import pyarrow.parquet

    try:
        is_geo = b"geo" in (pyarrow.parquet.read_schema(path).metadata or {})
        frame: Any = geopandas.read_parquet(path) if is_geo else pandas.read_parquet(path)
    except Exception as error:  # pyarrow and geopandas raise many kinds
        raise unreadable(spec.path, error) from None
    return as_table(frame)
