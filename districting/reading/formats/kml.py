"""KML: placemarks with their names, and the table that a description often is, as columns again."""

from __future__ import annotations

import dataclasses
import html
import re
from pathlib import Path
from typing import Final

import pandas as pd

from districting.errors import DataError
from districting.model.settings import InputSpec
from districting.reading.formats.kml_data import with_data_names
from districting.reading.formats.vector import read_source
from districting.reading.table import Found, RawTable, fail
from districting.wording import text

_LOOKS: Final = frozenset({"id", "timestamp", "begin", "end", "altitudemode", "tessellate", "extrude", "visibility", "draworder", "icon", "snippet"})
"""Columns of the format itself that say how and when a place is drawn."""
_CELLS: Final = re.compile(r"<t[dh][^>]*>(.*?)</t[dh]>\s*<t[dh][^>]*>(.*?)</t[dh]>", re.IGNORECASE | re.DOTALL)
_PAIR: Final = re.compile(r"\s*([^:：=<>]{1,40}?)\s*[:：=]\s*(.*\S)\s*")
_LINE: Final = re.compile(r"<br\s*/?>|</?p>|</?li>|</?div>|\n", re.IGNORECASE)
_SAID_ENCODING: Final = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]{1,40})["']""")
_READ: Final = frozenset({"utf-8", "utf8", "utf-16", "us-ascii", "ascii", "iso-8859-1"})
"""Encodings that every reader of XML knows."""


def read(path: Path, spec: InputSpec, table: str) -> RawTable:
    """Read one folder of placemarks; ``Name`` is the name, and what descriptions hold as ``header: value`` lines or as a table of two columns becomes columns."""
    try:
        raw = read_source(str(path), spec)
    except DataError as error:
        raise _other_encoding(path, spec) or error from None
    frame = raw.frame.drop(columns=[c for c in raw.frame.columns if c.lower() in _LOOKS])
    frame = with_data_names(frame, raw.sheet, path, spec.path)
    frame = frame.drop(columns=[c for c in ("Name", "description") if c in frame.columns and frame[c].isna().all()])
    found = Found(spec.path, raw.sheet)
    if "description" in frame.columns:
        told = pd.DataFrame([pairs_of(d) if isinstance(d, str) else {} for d in frame["description"]], index=frame.index, dtype="object")
        told = told[[c for c in told.columns if c not in frame.columns]]
        if len(told.columns):
            found.add(text("sources.kml_description", names=list(told.columns)), text("sources.kml_check"), warning=True)
            frame = pd.concat([frame.drop(columns="description"), told], axis=1)
    return dataclasses.replace(raw, frame=frame, notes=(*raw.notes, *found.faults))


def _other_encoding(path: Path, spec: InputSpec) -> DataError | None:
    """What to say of a file that declares an encoding which readers of XML need not know, such as GBK."""
    with path.open("rb") as file:
        said = _SAID_ENCODING.match(file.read(400))
    encoding = said[1].decode("ascii", "replace") if said else ""
    if encoding.lower() in _READ | {""}:
        return None
    return fail(spec.path, text("sources.kml_encoding", encoding=encoding), text("sources.kml_as_utf8"))


def pairs_of(description: str) -> dict[str, str]:
    """Headers and values of a description; none where it is prose.

    >>> pairs_of("学段: 小学<br>学位数：120")
    {'学段': '小学', '学位数': '120'}
    >>> pairs_of("<table><tr><td>学段</td><td>小学</td></tr><tr><td>学位数</td><td>90</td></tr></table>")
    {'学段': '小学', '学位数': '90'}
    >>> pairs_of("a school by the river: nice"), pairs_of("a school")
    ({'a school by the river': 'nice'}, {})
    """
    cells = _CELLS.findall(description)
    if cells:
        return {_bare(header): _bare(value) for header, value in cells if _bare(header)}
    lines = [_bare(line) for line in _LINE.split(description)]
    pairs = [_PAIR.fullmatch(line) for line in lines if line]
    return {p[1]: p[2] for p in pairs if p}


def _bare(words: str) -> str:
    return html.unescape(re.sub(r"<[^<>]*>", "", words)).strip()
