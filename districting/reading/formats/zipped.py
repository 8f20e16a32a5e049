"""A zipped shapefile, also inside a folder of the zip: unpacked into a temporary folder and read from there."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from pathlib import Path, PurePosixPath

from districting.model.settings import InputSpec
from districting.reading.formats import shapefile
from districting.reading.table import RawTable, fail, unreadable
from districting.wording import text


def read(path: Path, spec: InputSpec, table: str) -> RawTable:
    """Read the one shapefile of a zip; ``layer`` chooses where there are several."""
    try:
        with zipfile.ZipFile(path) as archive, tempfile.TemporaryDirectory() as folder:
            stem = _choose(archive.namelist(), spec)
            for member in archive.namelist():
                name = PurePosixPath(member)
                if str(name.with_suffix("")) == stem and not member.endswith("/"):
                    # written under a name of our own: member names may be in any encoding, or climb out of the folder
                    with archive.open(member) as source, (Path(folder) / f"layer{name.suffix.lower()}").open("wb") as target:
                        shutil.copyfileobj(source, target)
            return shapefile.read(Path(folder) / "layer.shp", spec, table)
    except (zipfile.BadZipFile, OSError, RuntimeError) as error:
        raise unreadable(spec.path, error) from None


def _choose(members: list[str], spec: InputSpec) -> str:
    stems = [str(PurePosixPath(m).with_suffix("")) for m in members if m.lower().endswith(".shp") and not m.startswith("__MACOSX")]
    if spec.layer is not None:
        stems = [s for s in stems if PurePosixPath(s).name == spec.layer]
    if not stems:
        raise fail(spec.path, text("reading.zip_without_shape"), text("reading.zip_shape"))
    if len(stems) > 1:
        raise fail(spec.path, text("reading.many_layers"), text("reading.choose_layer", names=[PurePosixPath(s).name for s in stems]))
    return stems[0]
