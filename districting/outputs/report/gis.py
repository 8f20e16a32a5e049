"""Layers for other programs: the plan's GeoPackage with its styles, GeoJSON, and Shapefiles in GBK for those who must."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from districting.outputs.report.facts import Report
from districting.outputs.report.parts import clean
from districting.wording import say

SHP_FIELDS: Final = {
    "zone_id": "zone_id", "district_id": "dist_id", "scheme": "scheme", "stage": "stage", "school_ids": "school_ids", "school_id": "school_id", "name": "name",
    "county_code": "county", "number": "number",
}  # fmt: skip
"""Column -> field of at most 10 bytes, the most a DBF file takes."""

SHP_PARTS: Final = ("shp", "shx", "dbf", "prj", "cpg")
_DBF_TEXT = 254
_DEGREES = 7
"""Decimals of degrees: about a centimetre."""


def layers(report: Report) -> dict[str, Any]:
    """zones, districts and schools with what a map of theirs needs and no more, in the plan's CRS; only those with shapes."""
    plan = report.plan
    rows = [z for zones in report.zones.values() for z in zones if z.shape is not None]
    made: dict[str, Any] = {}
    if rows:
        told = {
            "number": [z.number for z in rows], "zone_id": [z.zone_id for z in rows], "stage": [z.stage for z in rows],
            "school_ids": [",".join(z.school_ids) for z in rows], "name": [clean(report.schools(z.school_ids)) for z in rows],
        }  # fmt: skip
        made["zones"] = gpd.GeoDataFrame(told, geometry=[z.shape for z in rows], crs=plan.crs)
    for layer, columns in (("districts", ["district_id", "scheme", "name", "county_code"]), ("schools", ["school_id", "name", "county_code"])):
        frame = getattr(plan, layer)
        if len(frame) and "geometry" in frame.columns:
            kept = [g is not None and not shapely.is_empty(g) for g in frame["geometry"]]
            if any(kept):
                plain = pd.DataFrame({c: [clean(v) for v in frame.loc[kept, c]] for c in columns})
                made[layer] = gpd.GeoDataFrame(plain, geometry=list(frame.loc[kept, "geometry"]), crs=plan.crs)
    return made


def write_geojson(frame: Any, path: Path) -> None:
    """RFC 7946: degrees on WGS84, 7 decimals, one feature a line."""
    there = frame.to_crs("EPSG:4326")
    columns = [c for c in there.columns if c != "geometry"]
    features = []
    for row, shape in zip(there[columns].to_dict(orient="records"), there.geometry, strict=True):
        rounded = shapely.transform(_oriented(shape), lambda xy: np.round(xy, _DEGREES))
        features.append({"type": "Feature", "properties": {k: _plain(v) for k, v in row.items()}, "geometry": json.loads(shapely.to_geojson(rounded))})
    lines = ",\n".join(json.dumps(f, ensure_ascii=False) for f in features)
    path.write_text(f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}\n', encoding="utf-8", newline="\n")


def write_shapefile(frame: Any, path: Path, year: int) -> int:
    """ESRI Shapefile with GBK text and a .cpg that says so; returns how many texts had to be changed (letters that GBK lacks, or more than 254 bytes)."""
    changed, columns = 0, dict[str, Any]()
    for column in (c for c in frame.columns if c != "geometry"):
        values = [_plain(v) for v in frame[column]]
        fitted = [_gbk(v) if isinstance(v, str) else v for v in values]
        changed += sum(a != b for a, b in zip(values, fitted, strict=True))
        columns[SHP_FIELDS[column]] = fitted
    out = gpd.GeoDataFrame(columns, geometry=list(frame.geometry), crs=frame.crs)
    pyogrio.write_dataframe(out, path, driver="ESRI Shapefile", encoding="GBK", promote_to_multi=False)
    path.with_suffix(".cpg").write_text("GBK", encoding="ascii")
    dbf = path.with_suffix(".dbf")
    held = bytearray(dbf.read_bytes())
    held[1:4] = bytes([year - 1900, 1, 1])  # the day of writing, which would make every file another
    dbf.write_bytes(bytes(held))
    return changed


def fields_text(report: Report, changed: dict[str, int]) -> str:
    """The legend of the short field names, as CSV: field, column, meaning; then what had to be changed."""
    held = io.StringIO()
    out = csv.writer(held, lineterminator="\r\n")
    out.writerow([say(f"report.field_{c}", report.lang) for c in ("field", "column", "meaning")])
    for column, name in SHP_FIELDS.items():
        out.writerow([name, column, say(f"report.meaning_{column}", report.lang)])
    for layer, count in changed.items():
        if count:
            out.writerow([layer, "", say("report.gbk_changed", report.lang, count=count)])
    return "\ufeff" + held.getvalue()


def _gbk(words: str) -> str:
    """Cut between letters, and what GBK lacks as a question mark."""
    packed = words.encode("gbk", "replace")
    return packed[:_DBF_TEXT].decode("gbk", "ignore")


def _oriented(shape: Any) -> Any:
    return shapely.orient_polygons(shape)  # RFC 7946 wants outer rings against the clock


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value
