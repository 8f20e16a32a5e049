"""What comes before the number: tiers, reserved seats and order keys, from expressions over columns (no code is run) and from dates and numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.errors import DataError, Fault
from districting.model.lottery_rules import LotteryRules
from districting.reading.enrolment_tables import Table, iso_date
from districting.reading.schema import normal
from districting.reading.schema.enrolment import ENROLMENT_TABLES
from districting.reading.typed import text_cells
from districting.reading.where import WhereError, rows_where
from districting.wording import text


def tiers_of(pupils: Table, rules: LotteryRules) -> NDArray[np.int64]:
    """(n,) tier from 1; one more than there are tiers for those of none."""
    tier = np.full(len(pupils), len(rules.tiers) + 1, dtype=np.int64)
    holds = expressions(pupils, [(f"tiers.{i}.when", t.when) for i, t in enumerate(rules.tiers, 1)], rules.file)
    for i in range(len(rules.tiers) - 1, -1, -1):
        tier[holds[i]] = i + 1
    return tier


def pools_of(pupils: Table, rules: LotteryRules) -> list[tuple[int, ...]]:
    """(n,) the reserved seats each may take, by their positions in the rules."""
    if not rules.reserved:
        return [()] * len(pupils)
    holds = np.array(expressions(pupils, [(f"reserved.{i}.when", p.when) for i, p in enumerate(rules.reserved, 1)], rules.file))
    found: list[tuple[int, ...]] = [()] * len(pupils)
    for i in np.flatnonzero(holds.any(axis=0)).tolist():
        found[i] = tuple(np.flatnonzero(holds[:, i]).tolist())
    return found


def expressions(pupils: Table, given: Sequence[tuple[str, str]], file: str) -> list[NDArray[np.bool_]]:
    """(n,) truth of each (place, expression).

    Raises
    ------
    DataError : each expression that cannot be read or asks for a column that is not there
    """
    found, faults = [], []
    seen = _of_nobody(pupils)
    for place, when in given:
        try:
            found.append(rows_where(when, seen, len(pupils)))
        except WhereError as error:
            if _allowed(when, pupils):
                faults.append(Fault(text("enrolment.when_of_one"), text("enrolment.when_of_one_remedy"), file=file, column=place))
                continue
            faults.append(Fault(text("enrolment.bad_when", part=str(error)), text("enrolment.where_language"), file=file, column=place))
    if faults:
        raise DataError(faults)
    return found


_WHO = ("pupil_id", "name", "bundle", "siblings")
"""Columns that say who a pupil is: a condition on them would name a child in the record that everybody reads."""


def _of_nobody(pupils: Table) -> dict[str, pd.Series]:
    """The columns that a condition may ask for."""
    who = {normal(h) for c in ENROLMENT_TABLES["enrolment_pupils"] if c.name in _WHO for h in (c.name, *c.headers, pupils.headers.get(c.name, c.name))}
    return {name: cells for name, cells in pupils.columns.items() if normal(name) not in who}


def _allowed(when: str, pupils: Table) -> bool:
    """Whether the expression can be read once every column may be asked for."""
    try:
        rows_where(when, pupils.columns, len(pupils))
    except WhereError:
        return False
    return True


def keys_of(pupils: Table, rules: LotteryRules) -> list[tuple[int, ...]]:
    """(n,) rank of each key of a pupil, 1 first; equal values share a rank, so that the list shows an order and no date.

    Raises
    ------
    DataError : a column that is not there, a blank, something that is neither date nor number
    """
    faults: list[Fault] = []
    ranks = []
    for key in rules.order_keys:
        name = key.removeprefix("-")
        cells = pupils.find(name)
        if cells is None:
            faults.append(Fault(text("enrolment.no_key_column"), text("enrolment.no_key_column_remedy"), file=rules.file, column=f"order_keys.{key}"))
            continue
        values = _comparable(cells)
        wrong = np.flatnonzero(values.isna().to_numpy())
        if len(wrong):
            faults += pupils.faults([int(i) for i in wrong], text("enrolment.bad_key"), text("enrolment.bad_key_remedy"), name)
            continue
        ranks.append(values.rank(method="dense", ascending=not key.startswith("-")).astype("int64").tolist())
    if faults:
        raise DataError(faults)
    return list(zip(*ranks, strict=True)) if ranks else [()] * len(pupils)


def _comparable(cells: pd.Series) -> pd.Series:
    """Numbers as numbers, dates as sortable text; NaN for anything else. A column of eight-digit dates sorts alike as either."""
    if pd.api.types.is_numeric_dtype(cells) and cells.dtype != bool:
        return cells
    plain = text_cells(cells)
    numbers = pd.to_numeric(plain, errors="coerce")
    return numbers if numbers.notna().sum() * 2 > len(cells) else plain.map({value: iso_date(value) for value in plain.dropna().unique()}).astype("str")
