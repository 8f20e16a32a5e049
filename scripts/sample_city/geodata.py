"""Layers as GeoJSON and Shapefile whose bytes depend on nothing but their content."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from scripts.sample_city.coordinates import METRE_CRS, to_zone_metres

DBF_DATE = "2026-01-01"


def write_geojson(path: Path, shapes: Sequence[Any], columns: Mapping[str, Sequence[Any]]) -> None:
    """One feature per line; coordinates as they are (degrees)."""
    lines = []
    for i, shape in enumerate(shapes):
        properties = {name: _plain(values[i]) for name, values in columns.items()}
        feature = {"type": "Feature", "properties": properties, "geometry": _geometry(shape)}
        lines.append(json.dumps(feature, ensure_ascii=False, separators=(",", ":")))
    path.write_bytes(('{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n").encode())


def write_gbk_shapefile(path: Path, shapes: Sequence[Any], columns: Mapping[str, Sequence[str]]) -> None:
    """Polygons in metres (CGCS2000, three-degree zone), text in GBK, no .cpg beside it."""
    metres = [shapely.transform(s, lambda c: np.round(to_zone_metres(c), 3)) for s in shapes]
    frame = gpd.GeoDataFrame({k: list(v) for k, v in columns.items()}, geometry=metres, crs=METRE_CRS)
    frame.to_file(path, driver="ESRI Shapefile", encoding="GBK", engine="pyogrio", layer_options={"DBF_DATE_LAST_UPDATE": DBF_DATE})
    path.with_suffix(".cpg").unlink(missing_ok=True)


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def _geometry(shape: Any) -> dict[str, Any]:
    """GeoJSON of a shape, numbers as short as they read."""
    return {"type": shape.geom_type, "coordinates": shape.__geo_interface__["coordinates"]}
