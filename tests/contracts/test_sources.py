"""What every source of counties in _SOURCES keeps to: the same three counties told in its way come back the same, by code, whatever the order they are told in."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from districting.batch import counties
from districting.batch.counties import County, find_counties
from districting.errors import DataError
from districting.reading import database_table
from districting.reading.table import RawTable

CODES = ["0102", "0103", "甲县"]


def folders(folder, codes, _patch):
    for code in codes:
        (folder / code).mkdir(exist_ok=True)
        (folder / code / "config.toml").touch()
    return folder


def table(folder, codes, _patch):
    path = folder / "counties.csv"
    path.write_text("\n".join(["county_code,config", *(f"{c},{c}/config.toml" for c in codes)]), encoding="utf-8")
    return path


def database(folder, codes, patch):
    """No server: what one would answer. With a server: tests/databases."""
    frame = pd.DataFrame({"county_code": codes, "config": [str(folder / c / "config.toml") for c in codes]})
    patch.setattr(database_table, "read_table", lambda spec, table="": RawTable(frame, np.arange(1, len(frame) + 1)))
    return "postgresql://user@host/db/city.counties"


EXAMPLES = {"_of_folder": folders, "_of_table": table, "_of_database": database}
KINDS = [read.__name__ for _, read in counties._SOURCES]


def broken(kind: str, folder: Path, patch) -> set[str]:
    """The laws that a source breaks."""
    if kind not in EXAMPLES:
        return {"no example"}
    found = set()
    for codes in (CODES, CODES[::-1]):
        source = EXAMPLES[kind](folder, codes, patch)
        reads = next(read for fits, read in counties._SOURCES if fits(str(source)))
        found |= set() if reads.__name__ == kind else {"another source takes it"}
        told = find_counties(source)
        found |= set() if [c.code for c in told] == CODES else {"codes"}
        found |= set() if [c.config for c in told] == [folder / c / "config.toml" for c in CODES] else {"configs"}
    if kind != "_of_folder":  # two folders of one name are none
        try:
            find_counties(EXAMPLES[kind](folder, [*CODES, CODES[0]], patch))
            found.add("twice")
        except DataError as error:
            found |= set() if [f.problem.key for f in error.faults] == ["batch.twice"] else {"twice"}
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_a_source_keeps_every_law(kind, tmp_path, monkeypatch):
    assert broken(kind, tmp_path, monkeypatch) == set()


def test_a_source_without_an_example_and_one_that_loses_a_county_are_caught(tmp_path, monkeypatch):
    def of_nowhere(_source):
        return [], []

    assert broken(of_nowhere.__name__, tmp_path, monkeypatch) == {"no example"}
    fits, real = counties._SOURCES[1]

    def _of_table(source: str) -> tuple[list[County], list]:
        found, places = real(source)
        return found[:2], places[:2]

    monkeypatch.setattr(counties, "_SOURCES", (counties._SOURCES[0], (fits, _of_table), counties._SOURCES[2]))
    assert broken("_of_table", tmp_path, monkeypatch) == {"codes", "configs", "twice"}
