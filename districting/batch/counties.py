"""Where the counties of a batch are named: a folder of folders, a CSV, or a table of PostGIS. Another source is one more line in _SOURCES."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd

from districting.errors import DataError, Fault
from districting.model.database_address import is_database, without_password
from districting.model.settings import InputSpec
from districting.reading.formats import delimited
from districting.reading.typed import text_cells
from districting.wording import text

CONFIG: Final = "config.toml"
MOST_LETTERS: Final = 64
_CODE_HEADERS: Final = ("county_code", "county", "区县代码", "县级代码", "县区代码")
_CONFIG_HEADERS: Final = ("config", "配置", "配置文件")
_NAME_HEADERS: Final = ("name", "county_name", "区县名称", "县区名称", "名称")
_WHERE_HEADERS: Final = ("where", "条件", "筛选条件")
_OURS: Final = ("province.xlsx", "index.html", "manifest.jsonl")
_UNSAFE: Final = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]|^[. ]|[. ]$')
"""What no folder of all the systems may be called."""


@dataclass(frozen=True)
class County:
    """One county of a batch: ``code`` names its folder of results and its seed; ``config`` what it is run with.

    ``name``: of the county, in place of the config's; ``where``: the rows of ``blocks`` and ``schools`` that are the county's; "" leaves both to the config.
    """

    code: str
    config: Path
    name: str = ""
    where: str = ""


def find_counties(source: str | Path) -> list[County]:
    """The counties that ``source`` names, by code.

    Parameters
    ----------
    source : a folder in which every county has a folder with a ``config.toml``; or a CSV with the columns county_code and config (path, relative to the CSV);
        or ``postgresql://user@host/db/schema.table``, one row a county, with the columns county_code, config (path of a config, relative to the working folder;
        counties may share one), and if wanted name and where (which rows of ``blocks`` and ``schools`` are the county's; blank: ``county_code in ['CODE']``)

    Raises
    ------
    DataError : nothing is there, a code cannot be the name of a folder, or two counties have the same
    DependencyError : a database is named, and psycopg is missing or the server cannot be reached
    """
    path = str(source)
    counties, places = next(read for fits, read in _SOURCES if fits(path))(path)
    faults = _code_faults(counties, places)
    shown = without_password(path)[0]
    if not counties:
        faults.append(Fault(text("batch.no_counties", path=shown), text("batch.give_counties"), file=Path(shown).name))
    if faults:
        raise DataError(faults)
    return sorted(counties, key=lambda c: c.code)


@dataclass(frozen=True)
class Place:
    """Where a source names a county."""

    file: str
    row: int | None = None


def _of_folder(source: str) -> tuple[list[County], list[Place]]:
    folder = Path(source)
    if not folder.is_dir():
        raise DataError(Fault(text("batch.no_folder", path=str(folder)), text("batch.give_counties"), file=folder.name))
    found = sorted(p for p in folder.glob(f"*/{CONFIG}") if not p.parent.name.startswith("."))
    return [County(p.parent.name, p) for p in found], [Place(p.parent.name) for p in found]


def _of_database(source: str) -> tuple[list[County], list[Place]]:
    from districting.reading.database_table import read_table

    spec = InputSpec(path=source)
    frame = read_table(spec).frame
    head = {str(c).casefold(): str(c) for c in frame.columns}
    chosen = [next((head[n] for n in names if n in head), None) for names in (_CODE_HEADERS, _CONFIG_HEADERS, _NAME_HEADERS, _WHERE_HEADERS)]
    missing = [names[0] for names, header in zip((_CODE_HEADERS, _CONFIG_HEADERS), chosen[:2], strict=True) if header is None]
    if missing:
        raise DataError([Fault(text("batch.no_column", name=name), text("batch.database_columns"), file=spec.path, column=name) for name in missing])
    blank = pd.Series([""] * len(frame), dtype="object")
    cells = [blank if header is None else text_cells(frame[header]).fillna("") for header in chosen]
    counties = [County(str(c), Path(config), str(name), str(where) or f"county_code in [{str(c)!r}]") for c, config, name, where in zip(*cells, strict=True)]
    return counties, [Place(spec.path, i + 1) for i in range(len(counties))]


def _of_table(source: str) -> tuple[list[County], list[Place]]:
    path = Path(source)
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


_SOURCES: Final[tuple[tuple[Callable[[str], bool], Callable[[str], tuple[list[County], list[Place]]]], ...]] = (
    (is_database, _of_database),
    (lambda path: Path(path).suffix.lower() in (".csv", ".txt"), _of_table),
    (lambda path: True, _of_folder),
)
"""(whether a source is of this kind, what reads it): the first that fits."""
