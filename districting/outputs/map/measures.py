"""Measures of the blocks that a page paints in classes: their names and where classes begin; the values stand in the page already, or are made from what does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

CLASSES: Final = 5
SEAT_USE: Final = (0.6, 0.8, 0.95, 1.0)
"""Upper ends of the classes of seat use: the last but one ends where the seats do."""
DISTANCE: Final = (500, 1000, 2000, 3000)
"""Upper ends in metres, about what a child walks in 7, 15, 30 and 45 minutes; a town whose ways are all shorter than the second gets quantiles."""
_STEP: Final = {"metre": (10.0, 50.0, 100.0), "pupil": (1.0, 1.0, 5.0)}
"""Ends are rounded to the first step below 100, to the second below 1,000, to the third above, so that they read well."""


def measures(stages: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """One entry per stage and measure that says anything: ``name`` of its word, ``stage``, ``unit``, ``ends`` (upper ends of all classes but the last), ``rule`` (fixed or quantile).

    ``stages``: the blocks' lists by stage, as :mod:`content` makes them.
    """
    found: list[dict[str, Any]] = []
    for stage, here in stages.items():
        known = [v for v in here["metres"] if v is not None]
        if known and max(known) > DISTANCE[1]:
            found.append({"name": "distance", "stage": stage, "unit": "metre", "ends": [e for e in DISTANCE if e < max(known)], "rule": "fixed"})
        elif ends := quantile_ends(known, "metre"):
            found.append({"name": "distance", "stage": stage, "unit": "metre", "ends": ends, "rule": "quantile"})
        if ends := quantile_ends([p for p in here["pupils"] if p is not None], "pupil"):
            found.append({"name": "pupils", "stage": stage, "unit": "pupil", "ends": ends, "rule": "quantile"})
        found.append({"name": "seat_use", "stage": stage, "unit": "share", "ends": list(SEAT_USE), "rule": "fixed"})
        if any(t >= 0 for t in here["today"]):
            found.append({"name": "change", "stage": stage, "unit": "kind", "ends": [0], "rule": "fixed"})
    return found


def quantile_ends(values: Sequence[float], unit: str) -> list[float | int]:
    """Ends of classes with about the same number of blocks each, rounded to read well; fewer than ``CLASSES`` - 1 where values repeat, none where all are the same.

    Examples
    --------
    >>> quantile_ends([120, 260, 480, 740, 1260, 2280, 90, 330, 610, 1800], "metre")
    [250, 400, 650, 1400]
    >>> quantile_ends([3, 3, 3], "pupil")
    []
    """
    known: NDArray[np.float64] = np.asarray([v for v in values if np.isfinite(v)], dtype=np.float64)
    if not len(known) or known.min() == known.max():
        return []
    small, middle, large = _STEP[unit]
    found: list[float | int] = []
    for end in np.quantile(known, np.arange(1, CLASSES) / CLASSES).tolist():
        step = small if end < 100 else middle if end < 1000 else large
        rounded = round(round(end / step) * step)
        if rounded < known.max() and (not found or rounded > found[-1]):
            found.append(rounded)
    return found
