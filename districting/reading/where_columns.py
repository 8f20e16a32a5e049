"""Which column of a file a name in a ``where`` stands for, known from the headers alone."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from districting.model.settings import InputSpec
from districting.reading.columns import our_columns
from districting.reading.schema import TABLES, WITHOUT_OUTLINES
from districting.reading.table import Found, RawTable


def where_columns(headers: Iterable[str], table: str, spec: InputSpec) -> tuple[Mapping[str, str], frozenset[str]]:
    """(our name -> its header, our names whose header hangs on more than the headers)."""
    skip = WITHOUT_OUTLINES.get(table, frozenset())
    empty = pd.DataFrame({n: pd.Series(dtype="object") for n in headers})
    ours = our_columns(RawTable(empty, np.zeros(0, dtype=np.int64)), table, spec, Found(spec.path), skip=skip)
    return ours, frozenset({c.name for c in TABLES[table]} & (skip - set(spec.columns)))


def with_where(spec: InputSpec, where: str) -> InputSpec:
    """``spec`` with one more condition."""
    return dataclasses.replace(spec, where=where if spec.where is None else f"({spec.where}) and ({where})")
