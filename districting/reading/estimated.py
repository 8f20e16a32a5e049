"""The table of a city that says which columns of its inputs are estimates, and of what."""

from __future__ import annotations

from typing import Final

import pandas as pd

from districting.model.settings import Settings

ESTIMATES: Final = ("table", "column", "file", "method", "on_blocks", "outside")
STATED: Final = "config"
"""The method of a column that the config calls an estimate."""


def no_estimates() -> pd.DataFrame:
    """The table of a city that has none."""
    return pd.DataFrame({c: pd.Series(dtype="float64" if c in ("on_blocks", "outside") else "str") for c in ESTIMATES})


def stated_estimates(settings: Settings) -> pd.DataFrame:
    """One row for each column that the config calls an estimate.

    >>> from districting.model.settings import InputSpec
    >>> marked = Settings(inputs={"schools": (InputSpec("a.csv", estimated=("seats",)),)})
    >>> stated_estimates(marked)[["table", "column", "file", "method"]].to_numpy().tolist()
    [['schools', 'seats', 'a.csv', 'config']]
    """
    rows = [
        {"table": table, "column": column, "file": spec.path, "method": STATED, "on_blocks": float("nan"), "outside": float("nan")}
        for table, specs in settings.inputs.items()
        for spec in specs
        for column in spec.estimated
    ]
    return all_estimates(pd.DataFrame(rows)) if rows else no_estimates()


def all_estimates(*tables: pd.DataFrame) -> pd.DataFrame:
    """The tables as one, with one row for each column: the last that says anything of it."""
    filled = [t.astype({c: k for c, k in no_estimates().dtypes.items() if c in t}) for t in tables if len(t)]
    return pd.concat(filled, ignore_index=True).drop_duplicates(["table", "column"], keep="last", ignore_index=True) if filled else no_estimates()


def estimate_record(estimates: pd.DataFrame) -> dict[str, str]:
    """``table.column`` -> how it came about, for the provenance: ``config``, or method, file, and amounts on the blocks + outside."""
    return {
        f"{row.table}.{row.column}": STATED if row.method == STATED else f"{row.method} {row.file} {row.on_blocks:.0f}+{row.outside:.0f}"
        for row in estimates.itertuples()
    }
