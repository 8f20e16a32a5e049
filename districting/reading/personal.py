"""Tables about persons hold codes, never names or identity numbers; what is said about them never repeats a cell."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.errors import Fault
from districting.reading.schema import normal
from districting.reading.table import Found, RawTable
from districting.reading.typed import text_cells
from districting.wording import Text, text

PERSONAL: Final[frozenset[str]] = frozenset({"teachers"})
"""Tables whose rows are persons."""
_NAME_HEADERS: Final = frozenset({"name", "teachername", "fullname", "nameofteacher", "名字", "idcard", "idnumber", "idcardnumber", "identitynumber"})
_NAME_WORDS: Final = ("姓名", "身份证")
_IDENTITY: Final = re.compile(r"\d{17}[\dXx]")
_CHINESE_NAME: Final = re.compile(r"[\u4e00-\u9fff]{1,6}(?:·[\u4e00-\u9fff]{1,8})*")


def personal_faults(raw: RawTable, code_header: str | None, found: Found) -> bool:
    """Faults of a file that names persons: by a header, by identity numbers in any column, or by names in the column of codes (``code_header``).

    One fault for each such column, with the first row; no cell is repeated. True where the codes themselves are names or numbers, so that nothing may be said of any row.
    """
    before = len(found.faults)
    for position, header in enumerate(raw.frame.columns):
        label, cells = str(header), raw.frame.iloc[:, position]
        plain = normal(label)
        if plain in _NAME_HEADERS or any(word in plain for word in _NAME_WORDS):
            found.add(text("reading.names_persons"), text("reading.codes_for_persons"), column=label)
            continue
        patterns = [("reading.identity_numbers", _IDENTITY)] + ([("reading.names_as_codes", _CHINESE_NAME)] if label == code_header else [])
        for key, pattern in patterns:
            rows = _matching(cells, pattern)
            if len(rows):
                found.add(text(key, count=len(rows)), text("reading.codes_for_persons"), row=int(raw.row[rows[0]]), column=label)
    return any(f.column == code_header for f in found.faults[before:])


def _matching(cells: pd.Series, pattern: re.Pattern[str]) -> NDArray[np.int64]:
    """Positions of the cells that are wholly of a pattern; looked up among the different cells first, for most columns have few."""
    for some in (cells.drop_duplicates(), cells):
        rows = np.flatnonzero(text_cells(some).str.fullmatch(pattern).fillna(False).to_numpy(dtype=bool))
        if not len(rows):
            break
    return rows


def without_cells(faults: Iterable[Fault]) -> list[Fault]:
    """The same faults with an ellipsis where they would repeat a cell."""
    return [dataclasses.replace(f, problem=_masked(f.problem), remedy=_masked(f.remedy)) for f in faults]


def _masked(said: Text) -> Text:
    return Text(said.key, {**said.values, "value": "…"}) if "value" in said.values else said
