"""One input of the config to one checked frame of our columns: every file read, filtered, typed, located, repaired."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pyproj import CRS

from districting.errors import DataError, Fault
from districting.model.database_address import is_database
from districting.model.settings import InputSpec, Settings
from districting.reading.cache import read_kept
from districting.reading.columns import missing_columns, our_columns
from districting.reading.formats import READERS
from districting.reading.graph import without_outlines
from districting.reading.locate import is_ballpark, located
from districting.reading.named import named_frame
from districting.reading.personal import PERSONAL, personal_faults, without_cells
from districting.reading.schema import MAY_BE_EMPTY, NEEDS_GEOMETRY, WITHOUT_OUTLINES
from districting.reading.table import Found, RawTable, is_file
from districting.reading.typed import in_metres, typed_frame
from districting.reading.where import WhereError, rows_where
from districting.wording import text

_GIVE_PLACE: Final = {"blocks": "reading.give_layer_or_edges", "population": "population.give_place"}
_RASTERS: Final = (".tif", ".tiff", ".asc", ".img", ".vrt")


@dataclass(frozen=True, eq=False)
class Loaded:
    """One file of one input: our columns, shapes in ``crs``, and the place of every row. ``key``: the rule of the config that names it, if one does; ``headers`` those of the file.

    ``header_of``: our column -> its header; ``told``: rows and headers of the cells that have a fault already; ``digest``: SHA-256 of the content where it is no file.
    """

    table: str
    spec: InputSpec
    frame: pd.DataFrame
    row: NDArray[np.int64]
    sheet: str
    shapes: NDArray[Any] | None
    crs: CRS | None
    key: str = ""
    headers: tuple[str, ...] = ()
    digest: str = ""
    header_of: Mapping[str, str] = field(default_factory=dict)
    told: frozenset[tuple[int, str]] = frozenset()

    def place(self) -> Found:
        """Where the faults go that are found in this file later on."""
        return Found(self.spec.path, self.sheet, header_of=self.header_of, told=set(self.told))


def load(settings: Settings, table: str, spec: InputSpec) -> tuple[Loaded | None, tuple[Fault, ...]]:
    """Read one file; None where it cannot be used at all. Never raises DataError."""
    found = Found(spec.path)
    try:
        raw = _read(settings, spec, table, found)
    except DataError as error:
        return None, error.faults
    found.sheet = raw.sheet
    found.faults.extend(raw.notes)
    if not len(raw.frame):
        header_only = table in MAY_BE_EMPTY and len(raw.frame.columns) > 0
        found.add(text("reading.empty"), text("reading.fill_table"), warning=header_only)
        if not header_only:
            return None, tuple(found.faults)
    chosen = our_columns(raw, table, spec, found, skip=frozenset() if without_outlines(settings) else WITHOUT_OUTLINES.get(table, frozenset()))
    found.header_of = chosen
    if table in PERSONAL and personal_faults(raw, chosen.get("teacher_id"), found):
        return None, tuple(without_cells(found.faults))
    raw = _filtered(raw, chosen, spec, found)
    missing_columns(table, chosen, [str(c) for c in raw.frame.columns], found)
    frame = in_metres(typed_frame(raw, table, spec, chosen, found), table, spec)
    frame = pd.concat([frame, named_frame(raw, table, settings, chosen, found)], axis=1)
    shapes, crs = located(raw, frame, table, spec, found)
    if (
        shapes is None
        and table in NEEDS_GEOMETRY
        and not (table == "blocks" and settings.inputs.get("edges"))
        and not any(f.severity == "error" for f in found.faults)
    ):
        found.add(text("reading.no_geometry"), text(_GIVE_PLACE.get(table, "reading.give_layer")), column="geometry")
    if crs is not None and is_ballpark(crs):
        found.add(text("reading.ballpark", crs=crs.name), text("reading.transform_first"), warning=True)
    _say_estimated(spec, frame, found)
    frame = frame.drop(columns=["lng", "lat", "crs"], errors="ignore")
    headers = tuple(str(c) for c in raw.frame.columns)
    if table in PERSONAL:
        found.faults = without_cells(found.faults)
    return Loaded(table, spec, frame, raw.row, raw.sheet, shapes, crs, headers=headers, header_of=chosen, told=frozenset(found.told), digest=raw.digest), tuple(
        found.faults
    )


def _read(settings: Settings, spec: InputSpec, table: str, found: Found) -> RawTable:
    path = settings.folder / spec.path
    if is_database(spec.path):
        from districting.reading.database_table import read_table

        return read_table(spec, table)
    suffix = path.suffix.lower()
    if suffix in _RASTERS:
        raise DataError(Fault(text("population.raster", suffix=suffix), text("population.raster_remedy"), file=spec.path))
    if suffix not in READERS:
        raise DataError(Fault(text("reading.unknown_format", suffix=suffix), text("reading.known_formats", names=list(READERS)), file=spec.path))
    if not is_file(path):
        raise DataError(Fault(text("reading.missing_file"), text("reading.check_path", folder=path.parent.name or "."), file=spec.path))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # GDAL's own remarks about a file; what matters is found by the checks
        raw, unkept = read_kept(path, spec, table, None if settings.project.cache is None else settings.folder / settings.project.cache)
    if unkept is not None:
        found.faults.append(Fault(unkept, text("cache.cannot_write_remedy"), column="project.cache", severity="warning"))
    return raw


def _say_estimated(spec: InputSpec, frame: pd.DataFrame, found: Found) -> None:
    """A note on the columns that the config marks as estimates."""
    for column in sorted(set(spec.estimated) - set(frame.columns)):
        found.add(text("osm.unknown_estimated", column=column), text("osm.enter_counts"), column="estimated")
    if spec.estimated and set(spec.estimated) <= set(frame.columns):
        found.add(text("osm.estimated_columns", columns=list(spec.estimated)), text("osm.enter_counts"), warning=True)


def _filtered(raw: RawTable, chosen: dict[str, str], spec: InputSpec, found: Found) -> RawTable:
    if spec.where is None:
        return raw
    columns = {str(c): raw.frame[c] for c in raw.frame.columns}
    columns.update({name: raw.frame[header] for name, header in chosen.items()})
    if spec.stage is not None:
        columns.setdefault("stage", pd.Series([spec.stage] * len(raw.frame), dtype="str"))
    try:
        keep = rows_where(spec.where, columns, len(raw.frame))
    except WhereError as error:
        found.add(text("reading.bad_where", part=str(error)), text("reading.where_language", names=list(columns)[:20]), column="where")
        return raw
    if not keep.any():
        found.add(text("reading.where_empty", where=spec.where), text("reading.check_where"), column="where")
    return raw.take(keep)
