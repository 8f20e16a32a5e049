"""Shapefiles. GDAL reads a DBF that names no encoding as Latin-1 in silence, so its text is decoded strictly here first."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from districting.model.settings import InputSpec
from districting.reading.formats.vector import read_source
from districting.reading.table import Found, RawTable, fail
from districting.wording import text

ENCODINGS = ("utf-8", "gb18030", "big5")
_LDID_AT = 29
_SAYS_NOTHING = (0x00, 0x57)
"""Code-page marks of a DBF that name none: unset, and "the ANSI page of the computer that wrote it", which GDAL takes for Latin-1."""


def read(path: Path, spec: InputSpec, table: str) -> RawTable:
    """Read a shapefile (one layer, so ``layer`` says nothing); the encoding is the one named by the config, the .cpg or the DBF, else the first that fits."""
    dbf = sibling(path, ".dbf")
    if dbf is None or sibling(path, ".shx") is None:
        raise fail(spec.path, text("reading.no_sibling"), text("reading.copy_siblings"))
    data = dbf.read_bytes()
    found = Found(spec.path)
    encoding = spec.encoding
    if encoding is None and sibling(path, ".cpg") is None and _is_silent(data):
        encoding = guess_encoding(data, spec.path)
        if not data.isascii() or encoding != "utf-8":
            found.add(text("reading.dbf_decoded", encoding=encoding), text("reading.name_encoding"), warning=True)
    elif encoding is not None:
        _check_encoding(data, encoding, spec.path)
    raw = read_source(str(path), dataclasses.replace(spec, layer=None), encoding=encoding)
    return dataclasses.replace(raw, notes=tuple(found.faults))


def sibling(path: Path, suffix: str) -> Path | None:
    """The file beside ``path`` with another suffix in either case, or None."""
    return next((p for p in (path.with_suffix(suffix), path.with_suffix(suffix.upper())) if p.is_file()), None)


def _is_silent(data: bytes) -> bool:
    return len(data) > _LDID_AT and data[_LDID_AT] in _SAYS_NOTHING


def text_of(data: bytes) -> list[bytes]:
    """Field names and cells of a DBF, each cut at its blanks (a cut inside a character would make any encoding look wrong)."""
    header = int.from_bytes(data[8:10], "little")
    record = int.from_bytes(data[10:12], "little")
    fields = [data[at : at + 32] for at in range(32, header - 1, 32) if data[at] != 0x0D]
    names = [f[:11].split(b"\0")[0] for f in fields]
    widths = [f[16] for f in fields]
    count = int.from_bytes(data[4:8], "little")
    cells = []
    for start in range(header, min(header + record * count, len(data)), record):
        at = start + 1
        for kind, width in zip((f[11:12] for f in fields), widths, strict=True):
            if kind == b"C":
                cells.append(data[at : at + width].rstrip(b" \0"))
            at += width
    return names + cells


def _fits(parts: list[bytes], encoding: str) -> bool:
    try:
        for part in parts:
            part.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return False
    return True


def guess_encoding(data: bytes, file: str) -> str:
    """The first of UTF-8, GB18030 and Big5 that decodes every cell."""
    parts = [p for p in text_of(data) if not p.isascii()]
    for encoding in ENCODINGS:
        if _fits(parts, encoding):
            return encoding
    raise fail(file, text("reading.wrong_encoding", tried=list(ENCODINGS)), text("reading.give_encoding"))


def _check_encoding(data: bytes, encoding: str, file: str) -> None:
    if not _fits([p for p in text_of(data) if not p.isascii()], encoding):
        raise fail(file, text("reading.wrong_encoding", tried=[encoding]), text("reading.give_encoding"))
