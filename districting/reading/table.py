"""A table as a reader hands it over: cells under the file's own headers, and where each row stands."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.errors import DataError, Fault
from districting.wording import Text, text


@dataclass(frozen=True, eq=False)
class RawTable:
    """``frame``: cells under the headers of the file. ``row``: (n,) row of each record as the file's own program counts. ``geometry``: (n,) shapes or None.

    ``crs`` is what the file itself says (None = nothing). ``notes`` are warnings and choices made while reading.
    ``digest``: SHA-256 of the content, where there is no file to take it from.
    """

    frame: pd.DataFrame
    row: NDArray[np.int64]
    sheet: str = ""
    geometry: NDArray[Any] | None = None
    crs: Any = None
    notes: tuple[Fault, ...] = ()
    digest: str = ""

    def take(self, keep: NDArray[np.bool_]) -> RawTable:
        """The rows where ``keep`` holds."""
        shapes = None if self.geometry is None else self.geometry[keep]
        return RawTable(self.frame.loc[keep].reset_index(drop=True), self.row[keep], self.sheet, shapes, self.crs, self.notes, self.digest)


@dataclass(frozen=True)
class LostCell:
    """What stands in the place of a value: the error's name, or "" for a formula without a value."""

    error: str = ""

    def __str__(self) -> str:
        return self.error or "="


@dataclass(eq=False)
class Found:
    """Collects faults of one file, so that each carries its place.

    ``header_of``: our column -> its header in the file, by which a fault names it; ``told``: rows and headers of the cells that have a fault already.
    """

    file: str
    sheet: str = ""
    faults: list[Fault] = field(default_factory=list)
    header_of: Mapping[str, str] = field(default_factory=dict)
    told: set[tuple[int, str]] = field(default_factory=set)

    def add(self, problem: Text, remedy: Text, *, row: int | None = None, column: str = "", warning: bool = False) -> None:
        """One more fault of this file; a cell that has an error already is given no second one: what was unreadable there then seems blank."""
        header = self.header_of.get(column, column)
        if row is not None and header and not warning:
            if (row, header) in self.told:
                return
            self.told.add((row, header))
        if problem.values.get("column") == column != header:
            problem = Text(problem.key, {**problem.values, "column": header})
        self.faults.append(Fault(problem, remedy, self.file, self.sheet, row, header, "warning" if warning else "error"))


def fail(file: str, problem: Text, remedy: Text, *, sheet: str = "", column: str = "") -> DataError:
    """A single fault that makes a file unreadable."""
    return DataError(Fault(problem, remedy, file=file, sheet=sheet, column=column))


def is_file(path: Path) -> bool:
    """Whether a file stands there. A path that no system can hold (far too long, with a nought byte) names none."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def unreadable(file: str, error: Exception) -> DataError:
    """A file a library could not open: one line of ours; the library's own words go to the log, which ``-v`` shows."""
    logging.getLogger(__name__).info("%s: %s: %s", file, type(error).__name__, " ".join(str(error).split()))
    kind = Path(file).suffix.lower().lstrip(".")
    return fail(file, text("reading.unreadable", kind=kind), text("reading.open_and_save"))
