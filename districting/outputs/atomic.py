"""Files that appear whole or not at all: written under a temporary name beside the target, then renamed. Several are renamed together or none."""

from __future__ import annotations

import json
import math
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np

from districting.errors import OutputError
from districting.wording import Text, text


@contextmanager
def atomic_path(path: str | Path) -> Iterator[Path]:
    """A temporary path with the same suffix; it takes the name ``path`` when the block ends well, and is removed when it does not.

    Raises
    ------
    OutputError : the folder or the file cannot be written (read-only, or open in another program)

    >>> import tempfile
    >>> target = Path(tempfile.mkdtemp()) / "a.txt"
    >>> with atomic_path(target) as temporary:
    ...     _ = temporary.write_text("whole", encoding="utf-8")
    ...     target.exists()
    False
    >>> target.read_text(encoding="utf-8")
    'whole'
    """
    with atomic_paths([path]) as (temporary,):
        yield temporary


@contextmanager
def atomic_paths(paths: Sequence[str | Path]) -> Iterator[list[Path]]:
    """One temporary path per target, in order. When the block ends well all of them are renamed; if one cannot be, those already renamed are put back.

    Every temporary path must have been written by then. Missing folders are made.

    Raises
    ------
    OutputError : as for :func:`atomic_path`; nothing has changed then
    """
    targets = [Path(os.path.realpath(p)) for p in paths]  # a link stays a link, what it points to is replaced
    token = uuid4().hex[:8]
    temporaries = [t.with_name(f".{t.stem}.{token}{t.suffix}") for t in targets]
    try:
        for target, temporary in zip(targets, temporaries, strict=True):
            with _worded(target):
                target.parent.mkdir(parents=True, exist_ok=True)
                temporary.touch(exist_ok=False)  # said now, in words, rather than after the work and in a library's
                temporary.unlink()
        yield list(temporaries)
        _rename_all(temporaries, targets, token)
    finally:
        for temporary in temporaries:
            _remove_with_sidecars(temporary)


def refuse_unwritable(folder: str | Path) -> None:
    """Said before the work: whether files can be written into ``folder``. Folders that are made to find out are removed again.

    Raises
    ------
    OutputError : they cannot
    """
    folder = Path(os.path.realpath(folder))
    missing = [f for f in (folder, *folder.parents) if not f.exists()]
    probe = folder / f".{uuid4().hex[:8]}"
    try:
        with _worded(folder):
            folder.mkdir(parents=True, exist_ok=True)
            probe.touch(exist_ok=False)
            probe.unlink()
    finally:
        for made in missing:
            with suppress(OSError):
                made.rmdir()


def write_text(content: str, path: str | Path) -> None:
    """Write ``content`` as UTF-8 with the line ends it has, whole or not at all."""
    with atomic_path(path) as temporary, _worded(Path(path)):
        temporary.write_bytes(content.encode("utf-8"))


def write_json(obj: Any, path: str | Path) -> None:
    """Write one JSON value: UTF-8, keys in their order, indented by 2, a line end at the end.

    NaN and infinity, which JSON does not have, become ``null``; numpy numbers and arrays, paths and sentences are written as what they hold.
    """
    write_text(json.dumps(plain(obj), ensure_ascii=False, indent=2, allow_nan=False) + "\n", path)


def plain(value: Any) -> Any:
    """``value`` with nothing in it that JSON lacks.

    >>> plain({"gap": np.float64(0.5), "bound": float("nan"), "steps": (np.int64(3),)})
    {'gap': 0.5, 'bound': None, 'steps': [3]}
    """
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(v) for v in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return str(value) if isinstance(value, (Path, Text)) else value


def _rename_all(temporaries: Sequence[Path], targets: Sequence[Path], token: str) -> None:
    kept: list[tuple[Path, Path | None]] = []
    try:
        for temporary, target in zip(temporaries, targets, strict=True):
            with _worded(target):
                kept.append((target, _second_name(target, token) if len(targets) > 1 else None))
                os.replace(temporary, target)
    except BaseException:
        if len(targets) > 1:
            _put_back(kept)
        raise
    finally:
        for _, old in kept:
            if old is not None:
                old.unlink(missing_ok=True)


def _put_back(kept: Sequence[tuple[Path, Path | None]]) -> None:
    for target, old in reversed(kept):
        if old is not None:
            os.replace(old, target)
        else:
            target.unlink(missing_ok=True)


def _second_name(target: Path, token: str) -> Path | None:
    """A second name for the file that stands there, to put it back from; None where there is no file."""
    if not target.exists():
        return None
    old = target.with_name(f".{target.stem}.{token}.old{target.suffix}")
    try:
        os.link(target, old)
    except OSError:  # a file system without hard links
        shutil.copy2(target, old)
    return old


def _remove_with_sidecars(temporary: Path) -> None:
    """GDAL and SQLite may leave a journal beside the file when a write fails."""
    for suffix in ("", "-journal", "-wal", "-shm"):
        with suppress(OSError):
            temporary.with_name(temporary.name + suffix).unlink(missing_ok=True)


@contextmanager
def _worded(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(text("outputs.cannot_write", path=str(target), reason=error.strerror or str(error))) from error
