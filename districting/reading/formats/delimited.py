"""Delimited text: strict decoding (UTF-8, then GB18030), the separator found in the header line; both choices are noted."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from districting.model.settings import InputSpec
from districting.reading.formats.limits import refuse_wide
from districting.reading.header import from_rows
from districting.reading.table import Found, RawTable, fail
from districting.wording import text

ENCODINGS = ("utf-8-sig", "gb18030")
SEPARATORS = (",", ";", "\t")


def read(path: Path, spec: InputSpec, table: str) -> RawTable:
    """Read one delimited file; every cell stays text."""
    content, encoding = decode(path.read_bytes(), spec.encoding, spec.path)
    if not content.strip():
        raise fail(spec.path, text("reading.empty"), text("reading.fill_table"))
    separator = find_separator(content)
    found = Found(spec.path)
    if (encoding != "utf-8-sig" and not spec.encoding) or separator != ",":
        shown = {"\t": "TAB"}.get(separator, separator)
        found.add(text("reading.decoded", encoding=encoding, separator=shown), text("reading.name_encoding"), warning=True)
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=separator)
    rows: list[list[Any]] = []
    lines: list[int] = []
    start = 1
    try:
        for cells in reader:
            refuse_wide(len(cells), spec.path)
            rows.append(list(cells))
            lines.append(start)
            start = reader.line_num + 1
    except csv.Error:  # a cell longer than the library's limit, most often behind a quote that never ends
        raise fail(spec.path, text("sources.cell_too_long", row=start, most=csv.field_size_limit()), text("sources.check_quotes")) from None
    frame, row = from_rows(rows, table, spec, found, lines)
    return RawTable(frame, row, notes=tuple(found.faults))


def decode(data: bytes, encoding: str | None, file: str) -> tuple[str, str]:
    """Text of ``data`` and the encoding that fits it without a single wrong byte.

    >>> decode("学校名称".encode("gbk"), None, "a.csv")
    ('学校名称', 'gb18030')
    """
    for candidate in (encoding,) if encoding else ENCODINGS:
        try:
            return data.decode(candidate), candidate
        except (UnicodeDecodeError, LookupError):
            continue
    tried = [encoding] if encoding else ["utf-8", "gb18030"]
    raise fail(file, text("reading.wrong_encoding", tried=tried), text("reading.give_encoding"))


def find_separator(content: str) -> str:
    """The separator that is most frequent in the first lines; a comma where none is."""
    head = "\n".join(content.splitlines()[:5])
    return max(SEPARATORS, key=lambda s: (head.count(s), -SEPARATORS.index(s)))
