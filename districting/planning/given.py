"""Columns that the settings name by their header, and tables that rules are given as."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.errors import DataError, Fault
from districting.reading.named import named
from districting.reading.schema import header_index, normal
from districting.wording import text


def named_column(frame: Any, name: str, key: str) -> pd.Series:
    """The column that ``key`` of the config names.

    Raises
    ------
    DataError : there is no such column, or nothing in it
    """
    for column in (named(name), name, header_index("blocks").get(normal(name), "")):
        if column in frame.columns and frame[column].notna().any():
            return pd.Series(frame[column]).reset_index(drop=True)
    raise DataError(Fault(text("planning.no_named_column", column=name), text("planning.name_a_column"), column=key))


def group_numbers(labels: pd.Series) -> NDArray[np.int64]:
    """(n,) number of each label, -1 where it is blank.

    >>> group_numbers(pd.Series(["a", None, "b", "a", " "])).tolist()
    [0, -1, 1, 0, -1]
    """
    words = labels.astype("object").map(lambda v: str(v).strip(), na_action="ignore")
    number, _ = pd.factorize(words.where(words != ""), sort=True)
    return number.astype(np.int64)
