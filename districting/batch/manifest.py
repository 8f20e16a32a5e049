"""The record of a batch, one line of JSON a county as it ends, so that a second start knows what is done; and the lock that keeps two batches out of one folder."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from districting import __version__
from districting.errors import OutputError
from districting.model.province import CountyResult
from districting.outputs.atomic import plain, write_text
from districting.outputs.numbers import tidied
from districting.wording import text

MANIFEST: Final = "manifest.jsonl"
_FORMAT: Final = "districting batch 1"
_LOCK: Final = ".batch.lock"


class Manifest:
    """``manifest.jsonl`` in ``folder``: the first line names the format, each other one a county; of several for a county the last holds."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / MANIFEST
        self.entries = _read(self.path)

    @property
    def is_ours(self) -> bool:
        """Whether a batch has begun here before."""
        return self.path.exists()

    def begin(self) -> None:
        """Write what is known anew, whole: a line that was cut off by the end of the process is gone."""
        lines = [{"format": _FORMAT}, *(self.entries[code] for code in sorted(self.entries))]
        write_text("".join(_line(entry) for entry in lines), self.path)

    def add(self, result: CountyResult, input_hash: str | None, tries: int) -> None:
        """One more county has ended; on the disk before this returns."""
        entry = {
            "county": result.code,
            "name": result.name,
            "input_hash": input_hash,
            "version": __version__,
            "status": result.status,
            "exit_code": result.exit_code,
            "seconds": round(result.seconds, 3),
            "tries": tries,
            "objective": result.objective,
            "bound": result.bound,
            "gap": result.gap,
            "trouble": result.trouble,
            "faults_file": result.faults_file,
            "audience": result.audience,
        }
        self.entries[result.code] = entry
        with self.path.open("ab") as file:
            file.write(_line(entry).encode())
            file.flush()
            os.fsync(file.fileno())


def _line(entry: Mapping[str, Any]) -> str:
    return json.dumps(plain(tidied(entry)), ensure_ascii=False, allow_nan=False) + "\n"


def _read(path: Path) -> dict[str, dict[str, Any]]:
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError:
        return {}
    entries = {}
    for line in lines:
        try:
            entry = json.loads(line)
        except ValueError:  # cut off
            continue
        if isinstance(entry, dict) and isinstance(entry.get("county"), str):
            entries[entry["county"]] = entry
    return entries


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """No other batch writes into ``folder`` meanwhile. The system lets go of the lock when this process ends, however it ends.

    Raises
    ------
    OutputError : another is at work there
    """
    path = folder / _LOCK
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = path.open("a+b")
    except OSError as error:
        raise OutputError(text("outputs.cannot_write", path=str(path), reason=error.strerror or str(error))) from error
    with file:
        try:
            _lock(file)
        except OSError as error:
            raise OutputError(text("batch.busy", path=str(folder))) from error
        yield


def _lock(file: Any) -> None:
    try:
        import fcntl
    except ImportError:
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        return
    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
