"""What each column of the plan file holds: ids and words as text, counts as whole numbers, measures as floats, switches as booleans."""

from __future__ import annotations

from functools import cache
from typing import Any, Final, Literal

import numpy as np
import pandas as pd

from districting.errors import DataError, Fault
from districting.model.plan import OPTIONAL_COLUMNS, PLAN_TABLES
from districting.wording import text

Kind = Literal["text", "int", "float", "bool"]

INT_COLUMNS: Final = frozenset(
    {"level", "year", "term", "temporary_until", "rank", "seat", "term_years", "term_from", "term_to", "meetings_per_month", "meeting", "month", "load"}
    | {"members_scored", "without_score"}
    | {"teachers", "schools", "sharing", "covered", "terms", "class_number"}
)
BOOL_COLUMNS: Final = frozenset({"remote", "holds", "cut", "pinned"})
FLOAT_COLUMNS: Final = frozenset(
    {"distance_m", "score_gap", "shared_m", "pupils", "seats", "price_m", "score", "threshold", "nearest_m", "assigned_m", "weight", "loading"}
    | {"plan", "graduates", "lead_score", "members_mean", "lead_share", "tied_score"}
    | {"area_m2", "perimeter_m", "line", "share_of_line"}
    | {"entrants", "in_zone", "in_zone_today", "specialty", "pupils_today"}
    | {"score_margin", "gain_from", "gain_to", "amount", "gap_then", "gap_now", "closed_share", "hours", "share"}
    | {"before", "after", "cv_mean", "change"}
)
_FLOAT_IN: Final = {"value": {"findings", "indicators", "history", "school_lines"}, "today": {"findings"}}
"""Columns that are numbers in these tables and text in the others."""


MISSING: Final[dict[Kind, Any]] = {"text": "", "int": np.nan, "float": np.nan, "bool": False}
"""What stands in a column that an older plan file lacks, or that is not for the public."""


def kind_of(table: str, column: str) -> Kind:
    """What ``column`` of ``table`` holds.

    >>> kind_of("findings", "value"), kind_of("provenance", "value"), kind_of("blocks", "zone_id_primary")
    ('float', 'text', 'text')
    """
    if column in INT_COLUMNS:
        return "int"
    if column in BOOL_COLUMNS:
        return "bool"
    if column in FLOAT_COLUMNS or table in _FLOAT_IN.get(column, ()):
        return "float"
    return "text"


def typed(table: str, frame: pd.DataFrame, *, file: str = "") -> Any:
    """A copy of ``frame`` with the table's columns first, each of its kind; index 0..n-1; without ``geometry``. Further columns are kept behind the known ones, as they are.

    Raises
    ------
    DataError : a column is missing or holds something else (every one listed)
    """
    frame = frame.assign(**{c: MISSING[kind_of(table, c)] for c in OPTIONAL_COLUMNS.get(table, ()) if c not in frame.columns and c != "geometry"})
    known = [c for c in PLAN_TABLES[table] if c != "geometry"]
    extra = [c for c in frame.columns if c not in known and c != "geometry"]
    remedy = text("outputs.make_again")
    needed = [c for c in PLAN_TABLES[table] if c not in frame.columns and c not in OPTIONAL_COLUMNS.get(table, ())]
    faults = [Fault(text("outputs.column_missing", table=table), remedy, file=file, column=c) for c in needed]
    columns: dict[str, Any] = {}
    for column in [*(c for c in known if c in frame.columns), *extra]:
        of_blocks = table == "blocks" and column.startswith("zone_id_")
        try:
            columns[column] = _of_kind(frame[column], kind_of(table, column)) if column in known or of_blocks else frame[column].reset_index(drop=True)
        except (TypeError, ValueError):
            kind = text(f"outputs.kind_{kind_of(table, column)}")
            faults.append(Fault(text("outputs.column_kind", table=table, kind=kind), remedy, file=file, column=column))
    if faults:
        raise DataError(faults)
    return pd.DataFrame(columns, index=pd.RangeIndex(len(frame)))


def _of_kind(values: Any, kind: Kind) -> Any:
    if not len(values):
        return _nothing(kind)
    values = values.reset_index(drop=True)
    if kind == "text" and isinstance(values.dtype, pd.StringDtype) and values.dtype.na_value is np.nan:
        return values
    if kind == "text":
        return values.where(values.isna(), values.astype("str")).astype("str")
    if kind == "float":
        return pd.to_numeric(values).astype(np.float64)
    if kind == "int":
        numbers = pd.to_numeric(values)
        return numbers.astype("Int64") if numbers.isna().any() else numbers.astype(np.float64).astype(np.int64)
    if values.isna().any() or not values.isin([True, False]).all():
        raise ValueError(kind)
    return values.astype(bool)


@cache
def _nothing(kind: Kind) -> Any:
    """An empty column of ``kind``: most tables of a small plan have no rows."""
    return pd.Series(dtype={"text": "str", "int": "int64", "float": "float64", "bool": "bool"}[kind])
