"""The key of a plan: a hash of what an edit is an edit of. Two plans with one key have the same blocks, zones and inputs."""

from __future__ import annotations

import hashlib
from typing import Any, Final

import numpy as np
import pandas as pd

from districting.model.plan import Plan

_TABLES: Final = (
    ("zone_schools", ("stage", "zone_id", "school_id"), ()),
    ("demand", ("stage", "block_id"), ("year", "pupils")),
    ("seats", ("stage", "school_id"), ("seats",)),
    ("distances", ("stage", "block_id", "school_id"), ("distance_m",)),
    ("edges", ("block_a", "block_b"), ("cut",)),
    ("today", ("stage", "block_id", "school_id"), ()),
    ("exceptions", ("stage", "block_id", "school_id"), ()),
    ("rules", ("decision", "stage", "rule", "value"), ()),
    ("memberships", ("scheme", "district_id", "school_id", "stage", "role"), ()),
)
"""Table -> its columns of text, which it is sorted by, and of numbers, in thousandths."""
_BREAK: Final = "\x1f"


def plan_key(plan: Plan) -> str:
    """64 hexadecimal digits: SHA-256 over the ids and zones of the blocks and the tables that zones are made from, each sorted, numbers in thousandths.

    Neither the order of rows nor how a table is stored matters; what the audit found does not, nor how the plan came about.

    >>> len(plan_key(Plan("示范市", 2026, "zh", "EPSG:4546")))
    64
    """
    said = hashlib.sha256(b"plan-key-1\n")
    said.update(f"{plan.year}\n".encode())
    _add(said, "blocks", plan.blocks, ("block_id", *(f"zone_id_{stage}" for stage in plan.zoned_stages)), ())
    for name, words, numbers in _TABLES:
        _add(said, name, getattr(plan, name), words, numbers)
    return said.hexdigest()


def _add(said: Any, name: str, frame: pd.DataFrame, words: tuple[str, ...], numbers: tuple[str, ...]) -> None:
    """One table, so written that no two tables read alike."""
    columns = [frame[c].astype("object").where(frame[c].notna(), "").astype("str").to_numpy(dtype=object) for c in words]
    codes = [pd.factorize(column, sort=True) for column in columns]
    amounts = [_thousandths(frame[c]) for c in numbers]
    order = np.lexsort([*amounts[::-1], *(code for code, _ in codes[::-1])]) if len(frame) else np.empty(0, dtype=np.int64)
    said.update(f"{name} {len(frame)} {' '.join(words)} {' '.join(numbers)}\n".encode())
    for code, names in codes:
        said.update(_BREAK.join(map(str, names)).encode() + b"\n")
        said.update(code[order].astype("<i8").tobytes())
    for amount in amounts:
        said.update(amount[order].astype("<i8").tobytes())


def _thousandths(column: pd.Series[Any]) -> Any:
    """Whole numbers; what is not known is -1."""
    values = pd.to_numeric(column.astype("object"), errors="coerce").to_numpy(dtype=np.float64) * 1000
    return np.where(np.isfinite(values), np.floor(np.where(np.isfinite(values), values, 0.0) + 0.5), -1).astype(np.int64)
