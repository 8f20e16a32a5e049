"""Their headers and cells to our columns and kinds; every cell that does not fit is a fault with its row and column."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from districting.model.settings import InputSpec
from districting.reading.damaged_ids import is_id, sound_ids
from districting.reading.schema import Column, column_of
from districting.reading.table import Found, LostCell, RawTable
from districting.wording import text

YES: Final = frozenset({"是", "有", "寄宿", "y", "yes", "true", "1", "1.0", "t", "可", "√"})
NO: Final = frozenset({"否", "无", "走读", "n", "no", "false", "0", "0.0", "f", "不可", "×"})
_FEW: Final = 20


US_FOOT_M: Final = 1200 / 3937
"""Metres of the US survey foot."""


def typed_frame(raw: RawTable, table: str, spec: InputSpec, chosen: Mapping[str, str], found: Found) -> pd.DataFrame:
    """Frame of our columns in our kinds: text as str, numbers as float (NaN = blank), flags as bool objects, stages as the text given."""
    out: dict[str, pd.Series] = {}
    for name, header in chosen.items():
        column = column_of(table, name)
        assert column is not None
        cells = _mapped(raw.frame[header], spec.values.get(name))
        out[name] = _typed(cells, column, header, raw, found)
    return pd.DataFrame(out, index=range(len(raw.frame)))


def in_metres(frame: pd.DataFrame, table: str, spec: InputSpec) -> pd.DataFrame:
    """Lengths and areas of the table in metres and square metres."""
    if spec.length_unit == "m":
        return frame
    factor = {"m": US_FOOT_M, "m2": US_FOOT_M**2}
    units = {name: column.unit for name in frame.columns if (column := column_of(table, str(name))) is not None}
    return frame.assign(**{name: frame[name] * factor[unit] for name, unit in units.items() if unit in factor})


def _mapped(cells: pd.Series, values: Mapping[str, Any] | None) -> pd.Series:
    if not values:
        return cells
    as_text = text_cells(cells)
    return cells.astype("object").where(~as_text.isin(list(values)), as_text.map(values))


def _typed(cells: pd.Series, column: Column, header: str, raw: RawTable, found: Found) -> pd.Series:
    cells = _without_lost(cells, header, raw, found)
    if column.kind in ("number", "integer"):
        return _numbers(cells, column, header, raw, found)
    plain = text_cells(cells)
    if column.kind == "bool":
        low = plain.str.casefold()
        wrong = plain.notna() & ~low.isin(YES | NO)
        _each(wrong, plain, raw, found, header, "reading.not_bool", "reading.write_bool")
        return low.isin(YES).astype("object").where(plain.notna() & ~wrong, None)
    return sound_ids(cells, plain, header, raw, found) if is_id(column.name) else plain


def _without_lost(cells: pd.Series, header: str, raw: RawTable, found: Found) -> pd.Series:
    """Cells without those that hold no value: one fault for the formulas of a column, one for each error."""
    if cells.dtype != object:
        return cells
    lost = cells.map(lambda c: isinstance(c, LostCell)).to_numpy(dtype=bool)
    if not lost.any():
        return cells
    empty = [int(raw.row[i]) for i in np.flatnonzero(lost) if not cells.iloc[i].error]
    if empty:
        found.add(text("reading.formula_without_value", count=len(empty)), text("reading.compute_formulas"), row=empty[0], column=header)
    errors = lost & cells.map(lambda c: isinstance(c, LostCell) and bool(c.error)).to_numpy(dtype=bool)
    _each(errors, cells, raw, found, header, "reading.error_cell", "reading.mend_cell")
    return cells.mask(lost, None)


def typed_column(cells: pd.Series, column: Column, header: str, raw: RawTable, found: Found) -> pd.Series:
    """One column in its kind, as :func:`typed_frame` does it."""
    return _typed(cells, column, header, raw, found)


def text_cells(cells: pd.Series) -> pd.Series:
    """Cells as trimmed text without width differences; whole numbers without ``.0``; blanks are NaN."""
    if pd.api.types.is_integer_dtype(cells):
        return cells.astype("str")
    if pd.api.types.is_float_dtype(cells):
        whole = cells.notna() & (cells == np.floor(cells))
        return cells.map(lambda v: str(v)).where(~whole, cells.map(lambda v: f"{v:.0f}")).where(cells.notna()).astype("str")
    return cells.map(_as_text, na_action="ignore").replace("", np.nan).astype("str")


def _as_text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return f"{value:.0f}"
    return unicodedata.normalize("NFKC", str(value)).strip() if not str(value).isascii() else str(value).strip()


def _numbers(cells: pd.Series, column: Column, header: str, raw: RawTable, found: Found) -> pd.Series:
    if pd.api.types.is_numeric_dtype(cells) and cells.dtype != bool:
        numbers = cells.astype("float64")
        wrong: Any = np.isinf(numbers)
        plain = cells
    else:
        plain = text_cells(cells)
        bare = plain.str.replace(r"(?<=\d)[,\s](?=\d{3})", "", regex=True)
        numbers = pd.to_numeric(bare, errors="coerce").astype("float64")
        wrong = plain.notna() & ~np.isfinite(numbers)
    _each(wrong, plain, raw, found, header, "reading.not_number", "reading.write_number")
    if column.minimum is not None:
        _each(numbers < column.minimum, plain, raw, found, header, "reading.negative", "reading.write_positive")
    return numbers.where(np.isfinite(numbers))


def _each(wrong: Any, plain: pd.Series, raw: RawTable, found: Found, header: str, problem: str, remedy: str) -> None:
    """One fault per wrong cell; beyond the first 20 of a column, one fault that counts the rest."""
    places = np.flatnonzero(np.asarray(wrong, dtype=bool))
    for i in places[:_FEW]:
        found.add(text(problem, value=str(plain.iloc[i])), text(remedy), row=int(raw.row[i]), column=header)
    if len(places) > _FEW:
        found.add(text("reading.and_more", count=len(places) - _FEW), text(remedy), column=header)
