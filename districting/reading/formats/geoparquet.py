"""GeoParquet through pyarrow; a Parquet file without geometry is a plain table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from districting.model.settings import InputSpec
from districting.reading.formats.vector import as_table
from districting.reading.table import RawTable, unreadable


def read(path: Path, spec: InputSpec, table: str) -> RawTable:
    """Read one Parquet file."""
    import geopandas
    import pandas
    import pyarrow.parquet

    try:
        is_geo = b"geo" in (pyarrow.parquet.read_schema(path).metadata or {})
        frame: Any = geopandas.read_parquet(path) if is_geo else pandas.read_parquet(path)
    except Exception as error:  # pyarrow and geopandas raise many kinds
        raise unreadable(spec.path, error) from None
    return as_table(frame)
