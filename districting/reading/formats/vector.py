"""GeoPackage, GeoJSON and FlatGeobuf through GDAL: the layer, its shapes, its own CRS."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from districting.errors import DataError
from districting.model.settings import InputSpec
from districting.reading.formats.limits import refuse_wide
from districting.reading.table import RawTable, fail, unreadable
from districting.wording import text


def read(path: Path, spec: InputSpec, table: str) -> RawTable:
    """Read one layer; several layers and none named is refused with their names."""
    return read_source(str(path), spec, path.suffix.lower() == ".gpkg")


def read_source(source: str, spec: InputSpec, arrow: bool = False, encoding: str | None = None) -> RawTable:
    """Read what GDAL calls ``source``."""
    import pyogrio

    try:
        layer = _choose(source, spec) if encoding is None else None
        refuse_wide(len(pyogrio.read_info(source, layer=layer)["fields"]), spec.path)
        frame: Any = pyogrio.read_dataframe(source, layer=layer, use_arrow=arrow, encoding=encoding)
    except DataError:
        raise
    except UnicodeDecodeError:
        raise fail(spec.path, text("reading.wrong_encoding", tried=[encoding or "utf-8"]), text("reading.give_encoding")) from None
    except Exception as error:  # GDAL errors come in many kinds
        raise unreadable(spec.path, error) from None
    return as_table(frame, layer or "")


def as_table(frame: Any, layer: str = "") -> RawTable:
    """A frame of geopandas or pandas as a RawTable; records count from 1."""
    import geopandas

    shapes = crs = None
    if isinstance(frame, geopandas.GeoDataFrame) and frame.active_geometry_name is not None:
        shapes, crs = np.asarray(frame.geometry.array, dtype=object), frame.crs
        frame = frame.drop(columns=frame.geometry.name)
    plain = pd.DataFrame(frame).reset_index(drop=True)
    plain.columns = [str(c) for c in plain.columns]
    return RawTable(plain, np.arange(1, len(plain) + 1, dtype=np.int64), layer, shapes, crs)


def _choose(source: str, spec: InputSpec) -> str | None:
    import pyogrio

    names = [str(n) for n in pyogrio.list_layers(source)[:, 0]]
    if spec.layer is not None and spec.layer not in names:
        raise fail(spec.path, text("reading.no_layer", layer=spec.layer), text("reading.choose_layer", names=names), sheet=spec.layer)
    if spec.layer is None and len(names) > 1:
        raise fail(spec.path, text("reading.many_layers"), text("reading.choose_layer", names=names))
    return spec.layer or (names[0] if names else None)
