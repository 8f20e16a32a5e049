"""A zipped shapefile, also inside a folder of the zip: unpacked into a temporary folder and read from there."""

from __future__ import annotations

import re
import tempfile
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import IO, Final

from districting.model.settings import InputSpec
from districting.reading.formats import shapefile
from districting.reading.formats.limits import MOST_BYTES, refuse_bomb
from districting.reading.table import RawTable, fail, unreadable
from districting.wording import text

_SAYS_UTF8: Final = 0x800
_CHINESE: Final = re.compile(r"[\u3400-\u9fff]")
_CHUNK: Final = 1 << 20


def read(path: Path, spec: InputSpec, table: str) -> RawTable:
    """Read the one shapefile of a zip; ``layer`` chooses where there are several."""
    try:
        with zipfile.ZipFile(path) as archive, tempfile.TemporaryDirectory() as folder:
            refuse_bomb(archive, spec.path)
            members = {member_name(info): info for info in archive.infolist() if not info.is_dir()}
            stem = _choose(list(members), spec)
            for name, info in members.items():
                path_in = PurePosixPath(name)
                if str(path_in.with_suffix("")) == stem:
                    # written under a name of our own: member names may climb out of the folder
                    with archive.open(info) as source, (Path(folder) / f"layer{path_in.suffix.lower()}").open("wb") as target:
                        _copy(source, target, path_in.name, spec)
            return shapefile.read(Path(folder) / "layer.shp", spec, table)
    except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, NotImplementedError, EOFError) as error:
        raise unreadable(spec.path, error) from None


def member_name(info: zipfile.ZipInfo) -> str:
    """The name of a member. Without the mark of UTF-8 the format says CP437; Chinese programs write GBK there.

    >>> member_name(zipfile.ZipInfo("学校/小学.shp".encode("gbk").decode("cp437")))
    '学校/小学.shp'
    """
    if info.flag_bits & _SAYS_UTF8:
        return info.filename
    try:
        raw = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            name = raw.decode(encoding).replace("\\", "/")
        except UnicodeDecodeError:
            continue
        if encoding != "utf-8" or name.isascii() or _CHINESE.search(name):  # some words of GBK happen to be Cyrillic in UTF-8
            return name
    return info.filename


def _copy(source: IO[bytes], target: IO[bytes], name: str, spec: InputSpec) -> None:
    """No more than a part of a shapefile can hold, whatever the archive says of its size."""
    written = 0
    while chunk := source.read(_CHUNK):
        written += len(chunk)
        if written > MOST_BYTES:
            raise fail(spec.path, text("sources.zip_too_large", name=name), text("reading.zip_shape"))
        target.write(chunk)


def _choose(members: list[str], spec: InputSpec) -> str:
    stems = [str(PurePosixPath(m).with_suffix("")) for m in members if m.lower().endswith(".shp") and not m.startswith("__MACOSX")]
    if spec.layer is not None:
        stems = [s for s in stems if PurePosixPath(s).name == spec.layer]
    if not stems:
        raise fail(spec.path, text("reading.zip_without_shape"), text("reading.zip_shape"))
    if len(stems) > 1:
        raise fail(spec.path, text("reading.many_layers"), text("reading.choose_layer", names=[PurePosixPath(s).name for s in stems]))
    return stems[0]
