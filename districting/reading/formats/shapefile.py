"""Shapefiles. GDAL reads a DBF that names no encoding as Latin-1 in silence, so its text is decoded strictly here first."""

from __future__ import annotations

import codecs
import dataclasses
import glob
import shutil
import tempfile
from pathlib import Path

from districting.model.settings import InputSpec
from districting.reading.formats.vector import read_source
from districting.reading.table import Found, RawTable, fail
from districting.wording import text

ENCODINGS = ("utf-8", "gb18030", "big5")
_LDID_AT = 29
_NAME_BYTES = 10
_SAYS_NOTHING = (0x00, 0x57)
"""Code-page marks of a DBF that name none: unset, and "the ANSI page of the computer that wrote it", which GDAL takes for Latin-1."""


def read(path: Path, spec: InputSpec, table: str) -> RawTable:
    """Read a shapefile (one layer, so ``layer`` says nothing); the encoding is the one named by the config, the .cpg or the DBF, else the first that fits."""
    dbf = sibling(path, ".dbf")
    if dbf is None or sibling(path, ".shx") is None:
        raise fail(spec.path, text("reading.no_sibling"), text("reading.copy_siblings"))
    data = dbf.read_bytes()
    if not is_whole(data):
        raise fail(spec.path, text("sources.damaged_dbf"), text("reading.copy_siblings"))
    found = Found(spec.path)
    encoding = spec.encoding
    if encoding is None and _page(path) is None and _is_silent(data):
        encoding = guess_encoding(data, spec.path)
        if not data.isascii() or encoding != "utf-8":
            found.add(text("reading.dbf_decoded", encoding=encoding), text("reading.name_encoding"), warning=True)
    elif encoding is not None:
        _check_encoding(data, encoding, spec.path)
    raw = _read_mended(path, dbf, dataclasses.replace(spec, layer=None), encoding)
    return dataclasses.replace(raw, notes=tuple(found.faults))


def _read_mended(path: Path, dbf: Path, spec: InputSpec, encoding: str | None) -> RawTable:
    """Read the layer; where a field name was cut inside a character, from a copy without that half: GDAL's reader stops at it."""
    said = encoding or _page(path) or "utf-8"
    data = dbf.read_bytes()
    mended = _whole_names(data, said)
    if mended == data:
        return read_source(str(path), spec, encoding=encoding)
    with tempfile.TemporaryDirectory() as folder:
        for part in path.parent.glob(f"{glob.escape(path.stem)}.*"):
            shutil.copyfile(part, Path(folder) / f"layer{part.suffix.lower()}")
        (Path(folder) / "layer.dbf").write_bytes(mended)
        return read_source(str(Path(folder) / "layer.shp"), spec, encoding=encoding)


def _whole_names(data: bytes, encoding: str) -> bytes:
    """The DBF with the half character at the end of a field name taken off."""
    out = bytearray(data)
    for at in _fields(data):
        name = data[at : at + 11].split(b"\0")[0]
        try:
            name.decode(encoding)
        except UnicodeDecodeError as error:
            if error.end == len(name) and len(name) - error.start < 4:
                out[at : at + 11] = name[: error.start].ljust(11, b"\0")
        except LookupError:
            return data
    return bytes(out)


def _fields(data: bytes) -> list[int]:
    """Where the field descriptors of a DBF begin."""
    return [at for at in range(32, int.from_bytes(data[8:10], "little") - 1, 32) if data[at] != 0x0D]


def sibling(path: Path, suffix: str) -> Path | None:
    """The file beside ``path`` with another suffix in either case, or None."""
    return next((p for p in (path.with_suffix(suffix), path.with_suffix(suffix.upper())) if p.is_file()), None)


def _page(path: Path) -> str | None:
    """The encoding a .cpg names; None where there is none, or where it names nothing that is one."""
    page = sibling(path, ".cpg")
    if page is None:
        return None
    name = page.read_bytes()[:40].decode("ascii", "replace").strip()
    try:
        return name if name.isdigit() or codecs.lookup(name) else None
    except LookupError:
        return None


def is_whole(data: bytes) -> bool:
    """Whether the header of a DBF is there, ends as it says, and describes rows that have a width."""
    header, record = (int.from_bytes(data[at : at + 2], "little") for at in (8, 10))
    return len(data) >= header > 32 and record > 0 and 0x0D in data[32:header]


def _is_silent(data: bytes) -> bool:
    return len(data) > _LDID_AT and data[_LDID_AT] in _SAYS_NOTHING


def text_of(data: bytes) -> list[bytes]:
    """Field names and cells of a DBF, each cut at its blanks (a cut inside a character would make any encoding look wrong)."""
    header = int.from_bytes(data[8:10], "little")
    record = int.from_bytes(data[10:12], "little")
    fields = [data[at : at + 32] for at in _fields(data)]
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
            # a field name of ten bytes may end inside a character
            codecs.getincrementaldecoder(encoding)().decode(part, final=len(part) != _NAME_BYTES)
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
