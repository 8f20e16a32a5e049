"""GeoParquet through pyarrow, or DuckDB where only some rows are wanted; a Parquet file without geometry is a plain table, one with a column of WKB has shapes."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any, Final

import numpy as np

from districting.model.settings import InputSpec
from districting.reading.formats.vector import as_table
from districting.reading.table import RawTable, unreadable

_SHAPES: Final = ("geometry", "geom", "wkb_geometry", "the_geom", "wkb", "shape")
"""Columns, by name, that hold the shapes where no metadata say which one does."""


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
    return as_table(frame) if is_geo else _with_wkb(as_table(frame))


def _with_wkb(raw: RawTable) -> RawTable:
    """The shapes that pandas or Spark left as plain bytes of WKB. Their reference system is what the bytes say (EWKB), else not known and asked for as ever."""
    import shapely

    columns = {str(c).casefold(): c for c in reversed(raw.frame.columns)}
    for name in (columns[n] for n in _SHAPES if n in columns):
        cells = raw.frame[name].to_numpy(dtype=object)
        given = np.array([isinstance(c, (bytes, bytearray)) for c in cells], dtype=bool)
        shapes = np.full(len(cells), None, dtype=object)
        shapes[given] = shapely.from_wkb([bytes(c) for c in cells[given]], on_invalid="ignore")
        if not shapely.is_missing(shapes).all():
            return dataclasses.replace(raw, frame=raw.frame.drop(columns=name), geometry=shapes, crs=_said_by(shapes))
    return raw


def _said_by(shapes: Any) -> Any:
    """The one system that all shapes name; None where they name none, several, or one that nobody knows."""
    import shapely
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    codes = np.unique(shapely.get_srid(shapes[~shapely.is_missing(shapes)]))
    try:
        return CRS.from_epsg(int(codes[0])) if len(codes) == 1 and codes[0] else None
    except CRSError:
        return None
