"""Tables read from slow formats, kept beside as GeoParquet so that the next read is quick (``[project] cache``, or ``DISTRICTING_CACHE``).

Off unless a folder is named. Tables whose rows are persons are never kept. A kept table is found by the bytes of its source, by what the reader was asked for and by the
reader itself, so that nothing is ever out of date; the folder may be deleted at any time. A kept file that is damaged is read as if it were not there, and written anew.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import logging
import os
from contextlib import suppress
from functools import cache as once
from pathlib import Path
from typing import Final
from uuid import uuid4

from districting.model.settings import InputSpec
from districting.reading.file_hash import file_hash, parts_of
from districting.reading.formats import READERS
from districting.reading.kept_table import FORMAT, CannotKeepError, kept_bytes, table_of
from districting.reading.personal import PERSONAL
from districting.reading.table import RawTable
from districting.wording import Text, text

SLOW: Final = frozenset({".xlsx", ".xls", ".ods", ".geojson", ".json", ".kml", ".shp", ".zip", ".pbf", ".osm"})
"""Formats whose tables are kept; the others, GeoPackage among them, are read as quickly as what would be kept."""
_LIBRARIES: Final = ("geopandas", "numpy", "osmium", "pandas", "pyarrow", "pyogrio", "pyproj", "python-calamine", "shapely")


def read_kept(path: Path, spec: InputSpec, table: str, folder: Path | None) -> tuple[RawTable, Text | None]:
    """Read a file, or what was kept of it in ``folder`` (None = nothing is kept), and why it could not be kept, if so for a reason that the user can mend.

    Raises
    ------
    DataError : the file cannot be read
    """
    reader = READERS[path.suffix.lower()]
    if folder is None or path.suffix.lower() not in SLOW or table in PERSONAL:
        return reader(path, spec, table), None
    asked = InputSpec(path=spec.path, sheet=spec.sheet, layer=spec.layer, encoding=spec.encoding, columns=spec.columns)
    try:
        before = _state(path)
        target = folder / f"{_key(path, asked, table)}.parquet"
    except (OSError, ValueError):
        return reader(path, spec, table), None
    with suppress(Exception):  # whatever is wrong with a kept file, the source is there
        return table_of(target.read_bytes()), None
    raw = reader(path, asked, table)  # sees nothing that the key does not hold
    try:
        data = kept_bytes(raw)
        if before == _state(path):  # a source that is being written while it is read is not kept
            _write(data, target, mode=path.stat().st_mode)
    except CannotKeepError as error:
        logging.getLogger(__name__).info("%s: not kept: %s", spec.path, error)
    except OSError as error:
        return raw, text("cache.cannot_write", folder=str(folder), reason=error.strerror or str(error))
    return raw, None


def _key(path: Path, asked: InputSpec, table: str) -> str:
    told = [table, asked.path, asked.sheet, asked.layer, asked.encoding, dict(asked.columns)]
    whole = json.dumps([FORMAT, _readers_version(), path.suffix.lower(), file_hash(path), told])
    return hashlib.sha256(whole.encode()).hexdigest()


@once
def _readers_version() -> str:
    """Our readers and the headers they know by their source, and the libraries they use by their versions."""
    digest = hashlib.sha256()
    for source in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(source.read_bytes())
    for name in _LIBRARIES:
        with suppress(importlib.metadata.PackageNotFoundError):
            digest.update(f"{name} {importlib.metadata.version(name)};".encode())
    return digest.hexdigest()


def _state(path: Path) -> list[tuple[str, int, int, int]]:
    """Names, sizes, times and places of what is read."""
    seen = [(p.name, p.stat()) for p in parts_of(path)]
    return [(name, s.st_size, s.st_mtime_ns, s.st_ino) for name, s in seen]


def _write(data: bytes, target: Path, mode: int) -> None:
    """Whole or not at all, also where two processes write the same; readable for nobody who may not read the source."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.stem[:16]}.{uuid4().hex}.tmp")
    try:
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode & 0o666), "wb") as file:
            file.write(data)
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)
