"""The plan file: one GeoPackage that holds the whole plan and needs none of its input files. The same plan gives the same bytes."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError
from pyproj import CRS
from pyproj.exceptions import CRSError

from districting.errors import DataError, Fault
from districting.model.database_address import is_database, without_password
from districting.model.kinds import refuse_kind
from districting.model.plan import LAYERS, OPTIONAL_TABLES, PLAN_TABLES, Plan, empty_table
from districting.outputs.atomic import atomic_path
from districting.outputs.attributes import read_attributes, storable, write_attributes
from districting.outputs.plan_columns import typed
from districting.outputs.qgis import layer_styles, write_styles
from districting.wording import LANGUAGES, text

FORMAT_VERSION: Final = "1"
HEAD_TABLE: Final = "plan"
"""Name, year, language and coordinate system of the plan, and the version of this format: (key, value)."""

_GEOMETRY: Final = {"blocks": "MultiPolygon", "zones": "MultiPolygon", "districts": "MultiPolygon", "schools": "Point", "links": "LineString"}
_POLYGON, _MULTIPOLYGON = 3, 6


def write_plan(plan: Plan, path: str | Path) -> None:
    """Write ``plan`` as a GeoPackage 1.2 with styles for QGIS, whole or not at all.

    Single polygons are stored as multipolygons, as desktop programs expect of a layer; :func:`read_plan` turns them back.

    Raises
    ------
    DataError : ``plan`` is no Plan, a table lacks a column or holds something else than it must, or a layer is not in the plan's coordinate system
    OutputError : the file cannot be written; what stood there is unchanged
    """
    frames = plan_frames(plan)
    plain = {name: table for name, table in frames.items() if name not in LAYERS and storable(table)}
    with atomic_path(path) as temporary:
        for position, name in enumerate(name for name in frames if name not in plain):
            _append(temporary, name, frames[name], first=position == 0)
        _finish(temporary, plan, plain)


def plan_frames(plan: Plan) -> dict[str, pd.DataFrame]:
    """Every table of the plan as it is kept: typed, layers with their shapes, the head last.

    Raises
    ------
    DataError : ``plan`` is no Plan, a table lacks a column or holds something else than it must, or a layer is not in the plan's coordinate system
    """
    refuse_kind(plan, Plan, "plan")
    tables = {name: typed(name, frame) for name, frame in plan.tables().items()}
    head = {"format_version": FORMAT_VERSION, "name": plan.name, "year": str(plan.year), "language": plan.language, "crs": plan.crs}
    frames = {name: _layer(plan, name, table) if name in LAYERS else table for name, table in tables.items()}
    return frames | {HEAD_TABLE: pd.DataFrame({"key": list(head), "value": list(head.values())}, dtype="str")}


def read_plan(path: str | Path) -> Plan:
    """Read a plan file; nothing else is needed.

    Raises
    ------
    DataError : the file is missing, is no GeoPackage, is no plan, has another format version, or lacks tables or columns (every one listed)
    """
    _refuse_database(path)
    path = Path(path)
    head = _read_head(path)
    try:
        with closing(_open_to_read(path)) as base:
            present = {row[0] for row in base.execute("SELECT table_name FROM gpkg_contents")}
            frames = {
                name: _read_table(path, base, name, head["crs"]) if name in present or name not in OPTIONAL_TABLES else empty_table(name)
                for name in PLAN_TABLES
            }
    except (sqlite3.Error, DataSourceError, DataLayerError, shapely.errors.GEOSException) as error:
        raise _no_plan(path, "outputs.not_geopackage") from error
    return Plan(name=head["name"], year=int(head["year"]), language=head["language"], crs=head["crs"], **frames)


def _refuse_database(path: str | Path) -> None:
    """An address of a database is no path; a path made of it has lost a slash."""
    given = re.sub(r"^(postgres(?:ql)?:/)(?!/)", r"\1/", str(path), flags=re.IGNORECASE)
    if is_database(given):
        raise DataError(Fault(text("outputs.plan_in_database"), text("outputs.plan_in_database_remedy"), file=without_password(given)[0]))


def _layer(plan: Plan, name: str, table: pd.DataFrame) -> Any:
    """The typed table with its shapes; a layer that nobody filled is a plain frame without shapes."""
    frame = getattr(plan, name)
    if getattr(frame, "crs", None) not in (None, plan.crs):
        raise DataError(
            Fault(text("outputs.layer_crs", layer=name, found=str(frame.crs), wanted=plan.crs), text("outputs.layer_crs_remedy"), column="geometry")
        )
    shapes = np.asarray(frame["geometry"].array, dtype=object) if "geometry" in frame.columns else np.full(len(frame), None, dtype=object)
    kinds = shapely.get_type_id(shapes)
    if name in _GEOMETRY and "Polygon" in _GEOMETRY[name]:
        single = kinds == _POLYGON
        shapes = shapes.copy()
        shapes[single] = [shapely.MultiPolygon([s]) for s in shapes[single]]
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(shapes, index=table.index, crs=plan.crs))


def _append(path: Path, name: str, table: pd.DataFrame, *, first: bool) -> None:
    options: dict[str, Any] = {"driver": "GPKG", "layer": name, "append": not first}
    if first:
        options["dataset_options"] = {"VERSION": "1.2"}  # read by desktop programs of 2018 too
    if isinstance(table, gpd.GeoDataFrame):
        options |= {"layer_options": {"GEOMETRY_NAME": "geometry"}, "geometry_type": _geometry_type(name, table)}
    pyogrio.write_dataframe(table, path, **options)


def _geometry_type(name: str, table: Any) -> str:
    wanted = _GEOMETRY.get(name, "Unknown")
    present = set(table.geometry.geom_type.dropna())
    return wanted if present <= {wanted} else "Unknown"


def _finish(path: Path, plan: Plan, plain: Mapping[str, pd.DataFrame]) -> None:
    """Plain tables and styles, and nothing left that differs between two runs: the day of writing, the order of pages, the count of changes."""
    moment = f"{plan.year:04d}-01-01T00:00:00.000Z"
    with atomic_path(path) as packed, closing(sqlite3.connect(path, isolation_level=None)) as base:
        base.execute("PRAGMA synchronous = OFF")  # nobody but us sees this file; what is kept is the packed copy
        base.execute("BEGIN")
        for name, table in plain.items():
            write_attributes(base, name, table)
        write_styles(base, layer_styles(plan), moment)
        base.execute("UPDATE gpkg_contents SET last_change = ?", (moment,))
        base.execute("COMMIT")
        base.execute("VACUUM INTO ?", (str(packed),))


def _read_head(path: Path) -> Mapping[str, str]:
    if not path.is_file():
        raise DataError(Fault(text("outputs.plan_missing", path=str(path)), text("outputs.plan_missing_remedy"), file=path.name))
    try:
        with closing(_open_to_read(path)) as base:
            present = {row[0] for row in base.execute("SELECT table_name FROM gpkg_contents")}
            head = dict(base.execute(f"SELECT key, value FROM {HEAD_TABLE}")) if HEAD_TABLE in present else {}
    except sqlite3.Error as error:
        raise _no_plan(path, "outputs.not_geopackage") from error
    if not {"format_version", "name", "year", "language", "crs"} <= set(head):
        raise _no_plan(path, "outputs.not_plan")
    if head["format_version"] != FORMAT_VERSION:
        problem = text("outputs.plan_version", found=head["format_version"], supported=FORMAT_VERSION)
        raise DataError(Fault(problem, text("outputs.plan_version_remedy"), file=path.name))
    if not _is_sound(head):
        raise _no_plan(path, "outputs.not_plan")
    missing = [
        Fault(text("outputs.table_missing", table=t), text("outputs.make_again"), file=path.name)
        for t in PLAN_TABLES
        if t not in present and t not in OPTIONAL_TABLES
    ]
    if missing:
        raise DataError(missing)
    return head


def _is_sound(head: Mapping[str, str]) -> bool:
    """Whether the head says a year, a language of ours and a system that is one."""
    try:
        CRS.from_user_input(head["crs"])
    except CRSError:
        return False
    return str(head["year"]).isdecimal() and len(head["year"]) == 4 and head["language"] in LANGUAGES


def _open_to_read(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)


def _read_table(path: Path, base: sqlite3.Connection, name: str, crs: str) -> Any:
    frame: Any = None if name in LAYERS else read_attributes(base, name)
    if frame is None:
        frame = pyogrio.read_dataframe(path, layer=name)
    table = typed(name, frame, file=path.name)
    if name not in LAYERS:
        return table
    shapes = np.asarray(frame["geometry"].array, dtype=object) if "geometry" in frame.columns else np.full(len(frame), None, dtype=object)
    if "geometry" in frame.columns and base.execute(f"SELECT count(geometry) FROM {name}").fetchone()[0] != np.sum(~shapely.is_missing(shapes)):
        raise DataLayerError(name)  # the library reads a shape it cannot make out as none
    lone = (shapely.get_type_id(shapes) == _MULTIPOLYGON) & (shapely.get_num_geometries(shapes) == 1)
    shapes[lone] = shapely.get_geometry(shapes[lone], 0)
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(shapes, index=table.index, crs=crs))


def _no_plan(path: Path, key: str) -> DataError:
    return DataError(Fault(text(key), text("outputs.not_plan_remedy"), file=path.name))
