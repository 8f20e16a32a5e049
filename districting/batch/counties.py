"""Where the counties of a batch are named: a folder of folders, or a table. Another source is one more line in _SOURCES."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from districting.errors import DataError, Fault
from districting.reading.formats import delimited
from districting.wording import text

CONFIG: Final = "config.toml"
MOST_LETTERS: Final = 64
_CODE_HEADERS: Final = ("county_code", "county", "区县代码", "县级代码", "县区代码")
_CONFIG_HEADERS: Final = ("config", "配置", "配置文件")
_OURS: Final = ("province.xlsx", "index.html", "manifest.jsonl")
_UNSAFE: Final = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]|^[. ]|[. ]$')
"""What no folder of all the systems may be called."""


@dataclass(frozen=True)
class County:
    """One county of a batch: ``code`` names its folder of results and its seed; ``config`` what it is run with."""

    code: str
    config: Path


def find_counties(source: str | Path) -> list[County]:
    """The counties that ``source`` names, by code.

    Parameters
    ----------
    source : a folder in which every county has a folder with a ``config.toml``; or a CSV with the columns county_code and config (path, relative to the CSV)

    Raises
    ------
    DataError : nothing is there, a code cannot be the name of a folder, or two counties have the same
    """
    path = Path(source)
    counties, places = next(read for fits, read in _SOURCES if fits(path))(path)
    faults = _code_faults(counties, places)
    if not counties:
        faults.append(Fault(text("batch.no_counties", path=str(path)), text("batch.give_counties"), file=path.name))
    if faults:
        raise DataError(faults)
    return sorted(counties, key=lambda c: c.code)


@dataclass(frozen=True)
class Place:
    """Where a source names a county."""

    file: str
    row: int | None = None


def _of_folder(folder: Path) -> tuple[list[County], list[Place]]:
    if not folder.is_dir():
        raise DataError(Fault(text("batch.no_folder", path=str(folder)), text("batch.give_counties"), file=folder.name))
    found = sorted(p for p in folder.glob(f"*/{CONFIG}") if not p.parent.name.startswith("."))
    return [County(p.parent.name, p) for p in found], [Place(p.parent.name) for p in found]


def _of_table(path: Path) -> tuple[list[County], list[Place]]:
    if not path.is_file():
        raise DataError(Fault(text("batch.no_folder", path=str(path)), text("batch.give_counties"), file=path.name))
    content, _ = delimited.decode(path.read_bytes(), None, path.name)
    rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(content, newline=""), delimiter=delimited.find_separator(content))]
    head = [cell.lower() for cell in rows[0]] if rows else []
    columns = [next((i for i, cell in enumerate(head) if cell in names), None) for names in (_CODE_HEADERS, _CONFIG_HEADERS)]
    missing = [names[0] for names, column in zip((_CODE_HEADERS, _CONFIG_HEADERS), columns, strict=True) if column is None]
    if missing:
        raise DataError([Fault(text("batch.no_column", name=name), text("batch.table_columns"), file=path.name, column=name) for name in missing])
    counties, places = [], []
    for number, row in enumerate(rows[1:], start=2):
        if any(row):
            code, config = (row[c] if c is not None and c < len(row) else "" for c in columns)
            counties.append(County(code, path.parent / config))
            places.append(Place(path.name, number))
    return counties, places


def _code_faults(counties: Sequence[County], places: Sequence[Place]) -> list[Fault]:
    faults, seen = [], set[str]()
    for county, place in zip(counties, places, strict=True):
        code = county.code
        if not code or len(code) > MOST_LETTERS or _UNSAFE.search(code) or code.lower() in _OURS:
            shown = "".join(c if c.isprintable() else "?" for c in code[:MOST_LETTERS])
            faults.append(Fault(text("batch.bad_code", code=shown), text("batch.give_code", most=MOST_LETTERS), file=place.file, row=place.row))
        elif code.casefold() in seen:
            faults.append(Fault(text("batch.twice", code=code), text("batch.give_once"), file=place.file, row=place.row))
        seen.add(code.casefold())
    return faults


_SOURCES: Final[tuple[tuple[Callable[[Path], bool], Callable[[Path], tuple[list[County], list[Place]]]], ...]] = (
    (lambda path: path.suffix.lower() in (".csv", ".txt"), _of_table),
    (lambda path: True, _of_folder),
)
"""(whether a source is of this kind, what reads it): the first that fits."""
