"""One row of the audit."""

from __future__ import annotations

import math
from typing import Any


def finding(measure: str, value: float, unit: str, **more: Any) -> dict[str, Any]:
    """A row with its empty places filled; ``more`` gives stage, scope, today, threshold, verdict, source."""
    row = {"measure": measure, "stage": "", "scope": "all", "value": value, "today": math.nan, "unit": unit, "threshold": math.nan, "verdict": "", "source": ""}
    return row | more


def against_today(value: float, today: float, better: str) -> str:
    """``better``, ``worse`` or ``same`` than today in the measure's direction; empty where there is no today."""
    if math.isnan(value) or math.isnan(today) or better == "neutral":
        return ""
    if math.isclose(value, today, rel_tol=1e-9, abs_tol=1e-12):
        return "same"
    return "better" if (value < today) == (better == "lower") else "worse"


def under_line(value: float, line: float) -> str:
    """``pass`` when the value does not exceed the line; empty where either is missing."""
    return "" if math.isnan(value) or math.isnan(line) else ("pass" if value <= line else "fail")
