"""A RawTable as the bytes of a GeoParquet 1.1 file (plain Parquet without shapes), and back: exactly the same, or not at all.

Cells of a worksheet have kinds that a column of Parquet cannot hold together (text beside numbers, dates, errors of formulas): such a column is written as text with a
letter for the kind before it. What the table says beside its cells stands in the metadata ``PANDAS_ATTRS``, and with it the SHA-256 of the file, counted with
zeros in its own place.
"""

from __future__ import annotations

import datetime
import hashlib
import io
import json
from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from districting.errors import Fault
from districting.reading.table import LostCell, RawTable
from districting.wording import Text

FORMAT: Final = 1
_MARK: Final = b"districting-sha256:"
_ZEROS: Final = b"0" * 64
_OWN_NAMES: Final = frozenset({"row", "geometry", "bbox"})


class CannotKeepError(Exception):
    """Something of the table has no exact form in the file."""


def kept_bytes(raw: RawTable) -> bytes:
    """The file of a table.

    Raises
    ------
    CannotKeepError : it would not come back exactly the same
    """
    try:
        data = _sealed(_written(raw))
        same = is_same(raw, table_of(data))
    except (ValueError, TypeError, OverflowError, NotImplementedError, KeyError) as error:  # the kinds in which pandas, pyarrow and shapely refuse
        raise CannotKeepError(str(error)) from None
    if not same:
        raise CannotKeepError("it comes back otherwise")
    return data


def table_of(data: bytes) -> RawTable:
    """The table of a file of :func:`kept_bytes`.

    Raises
    ------
    ValueError : the bytes are not such a file, whole and unchanged
    """
    at = data.rfind(_MARK) + len(_MARK)
    if at < len(_MARK) or _digest(data, at) != data[at : at + 64]:
        raise ValueError("not what was written")
    import pyarrow as pa
    import pyarrow.parquet

    table = pyarrow.parquet.read_table(pa.BufferReader(data))
    told = json.loads(table.schema.metadata[b"PANDAS_ATTRS"])["table"]
    shapes = None
    if told["shapes"]:
        import shapely

        shapes = shapely.from_wkb(table.column("geometry").to_numpy(zero_copy_only=False))
    frame = table.select(told["names"]).replace_schema_metadata(_without_attrs(table.schema.metadata)).to_pandas()
    columns = {}
    for header, name, kind in zip(told["headers"], told["names"], told["kinds"], strict=True):
        columns[header] = frame[name] if kind == "plain" else pd.Series(_BACK[kind](table.column(name).to_numpy(zero_copy_only=False)), dtype="object")
    made = pd.DataFrame(columns, index=pd.RangeIndex(table.num_rows))
    made.columns = pd.Index(told["headers"], dtype=told["header_kind"])
    notes = tuple(_note_of(n) for n in told["notes"])
    return RawTable(made, table.column("row").to_numpy().astype(np.int64), told["sheet"], shapes, _crs_of(told["crs"]), notes, told["digest"])


def is_same(a: RawTable, b: RawTable) -> bool:
    """Whether two tables agree in everything: kinds of columns and cells, shapes point by point, what is said of them."""
    plain = (a.sheet, a.digest, a.notes, list(a.frame.columns)) == (b.sheet, b.digest, b.notes, list(b.frame.columns))
    kinds = (a.frame.columns.dtype, a.frame.dtypes.tolist(), a.row.dtype) == (b.frame.columns.dtype, b.frame.dtypes.tolist(), b.row.dtype)
    if not (plain and kinds and a.frame.index.equals(b.frame.index) and type(a.frame.index) is type(b.frame.index) and a.frame.attrs == b.frame.attrs):
        return False
    columns = ((a.frame.iloc[:, i], b.frame.iloc[:, i]) for i in range(len(a.frame.columns)))
    if not (np.array_equal(a.row, b.row) and all(_same_cells(x, y) for x, y in columns)):
        return False
    return type(a.crs) is type(b.crs) and bool(a.crs == b.crs) and _same_shapes(a.geometry, b.geometry)


def _same_cells(a: pd.Series, b: pd.Series) -> bool:
    if a.dtype != object:
        return bool(a.equals(b))
    return all(type(x) is type(y) and (x == y or x != x) for x, y in zip(a.tolist(), b.tolist(), strict=True))


def _same_shapes(a: Any, b: Any) -> bool:
    import shapely

    if a is None or b is None:
        return a is b
    none = shapely.is_missing(a)
    return a.dtype == b.dtype and np.array_equal(none, shapely.is_missing(b)) and bool((shapely.equals_identical(a, b) | none).all())


def _written(raw: RawTable) -> bytes:
    headers = [str(c) for c in raw.frame.columns]
    if len(set(headers)) < len(headers):
        raise CannotKeepError("two columns have one name")
    names = [f"c{i}" for i in range(len(headers))] if _OWN_NAMES & {h.lower() for h in headers} else headers
    columns, kinds = {}, []
    for i, name in enumerate(names):
        cells = raw.frame.iloc[:, i]
        kind = "plain" if cells.dtype != object else "text" if all(type(c) is str or c is None for c in cells) else "cells"
        kinds.append(kind)
        columns[name] = cells if kind == "plain" else pd.Series(cells.tolist() if kind == "text" else [_lettered(c) for c in cells], dtype="str")
    frame: Any = pd.DataFrame({**columns, "row": raw.row})
    told = {"names": names, "headers": headers, "kinds": kinds, "header_kind": str(raw.frame.columns.dtype), "shapes": raw.geometry is not None}
    told |= {"sheet": raw.sheet, "digest": raw.digest, "crs": _crs_told(raw.crs), "notes": [_note_told(n) for n in raw.notes]}
    attrs = {"table": told, "seal": (_MARK + _ZEROS).decode()}
    out = io.BytesIO()
    if raw.geometry is None:
        frame.attrs = attrs
        frame.to_parquet(out, index=False, compression="zstd")
    else:
        import geopandas

        layer = geopandas.GeoDataFrame(frame, geometry=list(raw.geometry), crs=raw.crs)
        layer.attrs = attrs
        layer.to_parquet(out, index=False, compression="zstd", schema_version="1.1.0", write_covering_bbox=True)
    return out.getvalue()


def _sealed(data: bytes) -> bytes:
    at = data.rfind(_MARK) + len(_MARK)
    return data[:at] + _digest(data, at) + data[at + 64 :]


def _digest(data: bytes, at: int) -> bytes:
    whole = hashlib.sha256(memoryview(data)[:at])
    whole.update(_ZEROS)
    whole.update(memoryview(data)[at + 64 :])
    return whole.hexdigest().encode()


def _without_attrs(metadata: Mapping[bytes, bytes]) -> dict[bytes, bytes]:
    """The metadata without ours, which pandas would hang on the frame."""
    kept = {k: v for k, v in metadata.items() if k not in (b"PANDAS_ATTRS", b"geo")}
    if b"pandas" in kept:
        kept[b"pandas"] = json.dumps({**json.loads(kept[b"pandas"]), "attributes": {}}).encode()
    return kept


def _naive(moment: Any) -> str:
    if getattr(moment, "tzinfo", None) is not None or getattr(moment, "fold", False):
        raise CannotKeepError("a time with a zone")
    return str(moment.isoformat())


_TO_LETTER: Final[Mapping[type, tuple[str, Callable[[Any], str]]]] = {
    str: ("s", str),
    int: ("i", str),
    float: ("f", repr),
    bool: ("b", lambda v: "1" if v else ""),
    datetime.datetime: ("m", _naive),
    datetime.date: ("d", _naive),
    datetime.time: ("t", _naive),
    datetime.timedelta: ("w", lambda v: f"{v.days} {v.seconds} {v.microseconds}"),
    LostCell: ("l", lambda v: v.error),
}
_OF_LETTER: Final[Mapping[str, Callable[[str], Any]]] = {
    "s": str,
    "i": int,
    "f": float,
    "b": bool,
    "m": datetime.datetime.fromisoformat,
    "d": datetime.date.fromisoformat,
    "t": datetime.time.fromisoformat,
    "w": lambda v: datetime.timedelta(**dict(zip(("days", "seconds", "microseconds"), map(int, v.split()), strict=True))),
    "l": LostCell,
}


def _lettered(cell: Any) -> str | None:
    if cell is None:
        return None
    if type(cell) not in _TO_LETTER:
        raise CannotKeepError(type(cell).__name__)
    letter, said = _TO_LETTER[type(cell)]
    return letter + said(cell)


_BACK: Final[Mapping[str, Callable[[Any], list[Any]]]] = {
    "text": lambda cells: list(cells),
    "cells": lambda cells: [None if c is None else _OF_LETTER[c[0]](c[1:]) for c in cells],
}


def _crs_told(crs: Any) -> list[str] | None:
    if crs is None:
        return None
    return ["text", crs] if isinstance(crs, str) else ["crs", crs.srs]


def _crs_of(told: list[str] | None) -> Any:
    from pyproj import CRS

    return None if told is None else told[1] if told[0] == "text" else CRS.from_user_input(told[1])


def _note_told(note: Fault) -> list[Any]:
    said = [[t.key, dict(t.values)] for t in (note.problem, note.remedy)]
    return [*said, note.file, note.sheet, note.row, note.column, note.severity]


def _note_of(told: list[Any]) -> Fault:
    problem, remedy = (Text(key, values) for key, values in told[:2])
    return Fault(problem, remedy, *told[2:])
