"""One indicator or many: (s,) and (s, k) in one shape inside, and back."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def as_columns(values: ArrayLike, weights: ArrayLike | None) -> tuple[Floats, Floats, bool]:
    """Values as (s, k), weights as (s, k) with 0 where a school does not count for an indicator (no pupils, nothing given), and whether one indicator was given."""
    x = np.asarray(values, dtype=np.float64)
    alone = x.ndim == 1
    x = x[:, None] if alone else x
    given = np.ones(len(x)) if weights is None else np.asarray(weights, dtype=np.float64)
    w = np.where(np.isfinite(x) & (given > 0)[:, None], np.nan_to_num(given)[:, None], 0.0)
    return np.where(w > 0, x, 0.0), w, alone


def as_given(out: Floats, alone: bool) -> Any:
    """(k,) for many indicators, a number for one."""
    return float(out[0]) if alone else out


def ratio(a: Any, b: Any) -> Floats:
    """A / b, NaN where b is 0 or either is missing."""
    top, bottom = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    return np.divide(top, bottom, out=np.full(np.broadcast(top, bottom).shape, np.nan), where=bottom != 0)
