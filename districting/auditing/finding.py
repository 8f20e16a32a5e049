"""One row of the audit."""

from __future__ import annotations

import math
from typing import Any


def finding(measure: str, value: float, unit: str, **more: Any) -> dict[str, Any]:
    """A row with its empty places filled; ``more`` gives stage, scope, today, threshold, verdict, source."""
    row = {"measure": measure, "stage": "", "scope": "all", "value": value, "today": math.nan, "unit": unit, "threshold": math.nan, "verdict": "", "source": ""}
    return row | more


def printed(value: float, unit: str) -> float:
    """The value as precisely as it is read: shares to 0.1 %, coefficients and points to 0.001, everything else in whole units.

    >>> printed(0.56012, "share"), printed(0.00042, "share"), printed(1245.6, "metre")
    (0.56, 0.00042, 1246.0)
    """
    if unit == "share":
        return round(value, 3 if abs(value) >= 0.001 else 5)
    return round(value, 3 if unit in ("cv", "point", "1") else 0)


def against_today(value: float, today: float, better: str, unit: str = "") -> str:
    """``better``, ``worse`` or ``same`` than today in the measure's direction; empty where there is no today.

    ``unit``: a difference that does not show in print is none. Without a unit the numbers themselves are compared.

    >>> against_today(0.56012, 0.56009, "lower", "share"), against_today(0.562, 0.56, "lower", "share")
    ('same', 'worse')
    """
    if math.isnan(value) or math.isnan(today) or better == "neutral":
        return ""
    if math.isclose(value, today, rel_tol=1e-9, abs_tol=1e-12) or (unit and printed(value, unit) == printed(today, unit)):
        return "same"
    return "better" if (value < today) == (better == "lower") else "worse"


def under_line(value: float, line: float) -> str:
    """``pass`` when the value does not exceed the line; empty where either is missing."""
    return "" if math.isnan(value) or math.isnan(line) else ("pass" if value <= line else "fail")
