"""File formats. A new format is one file here with a ``read`` function, and one line in READERS."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from districting.model.settings import InputSpec
from districting.reading.formats import delimited, geoparquet, kml, osm, shapefile, sheets, vector, zipped
from districting.reading.table import RawTable

Reader = Callable[[Path, InputSpec, str], RawTable]
"""(path, spec, name of the table) -> RawTable; raises DataError where the file cannot be read."""

READERS: Final[Mapping[str, Reader]] = {
    ".xlsx": sheets.read,
    ".xls": sheets.read,
    ".ods": sheets.read,
    ".csv": delimited.read,
    ".txt": delimited.read,
    ".gpkg": vector.read,
    ".geojson": vector.read,
    ".json": vector.read,
    ".fgb": vector.read,
    ".kml": kml.read,
    ".shp": shapefile.read,
    ".parquet": geoparquet.read,
    ".zip": zipped.read,
    ".pbf": osm.read,
    ".osm": osm.read,
}
