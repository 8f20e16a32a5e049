"""The table of a city that says which columns of the blocks are estimates, and of what."""

from __future__ import annotations

from typing import Final

import pandas as pd

ESTIMATES: Final = ("column", "file", "method", "on_blocks", "outside")


def no_estimates() -> pd.DataFrame:
    """The table of a city that has none."""
    return pd.DataFrame({c: pd.Series(dtype="float64" if c in ("on_blocks", "outside") else "str") for c in ESTIMATES})
