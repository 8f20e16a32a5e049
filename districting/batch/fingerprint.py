"""What a county's result hangs on, as one hash: the config, every file it names, and what the command lays over it. Equal hashes and an equal version: an equal result."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from districting import __version__
from districting.config import settings_tree
from districting.errors import DistrictingError
from districting.model.database_address import is_database
from districting.model.settings import Settings
from districting.outputs.atomic import plain
from districting.reading.database_table import read_table


def input_hash(settings: Settings, more: Mapping[str, Any]) -> str | None:
    """SHA-256 in hex; None where a result may change without a change of what is read here (a database that cannot be reached), so that it is always made again.

    A table of a database counts with the rows that the county reads.

    A setting that is the path of a file counts with what is in the file, and with the files of the same name beside it (a Shapefile has several); of a folder, all in it.

    Parameters
    ----------
    more : what is laid over the config
    """
    words = list(dict.fromkeys(_texts(settings_tree(settings))))
    tables = [(name, spec) for name, specs in settings.inputs.items() for spec in specs if is_database(spec.path)]
    if any("://" in word and word not in {spec.path for _, spec in tables} for word in words):
        return None
    whole = hashlib.sha256(json.dumps([__version__, plain(settings_tree(settings)), plain(more)], sort_keys=True, ensure_ascii=False).encode())
    for path in dict.fromkeys(path for word in words for path in _files(settings.folder, word)):
        whole.update(f"{path.name}\0".encode())
        with path.open("rb") as file:
            whole.update(hashlib.file_digest(file, "sha256").digest())
    for name, spec in tables:
        try:
            whole.update(read_table(spec, name).digest.encode())
        except DistrictingError:
            return None
    return whole.hexdigest()


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from _texts(part)
    elif isinstance(value, str):
        yield value


def _files(folder: Path, word: str) -> list[Path]:
    """The files that a text names, if it names any; in order."""
    if not word or "\0" in word or word in (".", ".."):
        return []
    path = folder / word
    try:
        if path.is_file():
            beside = [p for p in path.parent.iterdir() if p.name.startswith(f"{path.stem}.") and p.is_file()] if path.suffix.lower() == ".shp" else [path]
            return sorted(beside)
        if path.is_dir() and path.suffix:  # a file geodatabase; a folder of results has none
            return sorted(p for p in path.rglob("*") if p.is_file())
    except OSError:  # a text too long for a path
        pass
    return []
