"""Grids of blocks of 100 m that a person can draw: block (column, row) is number row * columns + column."""

from __future__ import annotations

import numpy as np

from districting import ZoningProblem


def grid(rows: int, columns: int, homes: list[int], seats: list[float], **changes: object) -> ZoningProblem:
    """One pupil per block unless ``demand`` says otherwise; schools in the middle of their blocks; straight metres."""
    at = np.array([(x, y) for y in range(rows) for x in range(columns)])
    n = rows * columns
    edges = [(i, i + 1) for i in range(n) if at[i][0] < columns - 1] + [(i, i + columns) for i in range(n - columns)]
    xy = 100.0 * at
    fields: dict[str, object] = {"demand": np.ones(n), "capacity": seats, "edges": edges, "home_block": homes, "xy": xy, "school_xy": xy[homes]}
    return ZoningProblem(**{**fields, **changes})  # type: ignore[arg-type]


def quarters() -> np.ndarray:
    """(36,) the four 3 x 3 quarters of a 6 x 6 grid: 0 1 above 2 3."""
    return np.array([(x >= 3) + 2 * (y >= 3) for y in range(6) for x in range(6)])
