"""Shapes a person can check by eye."""

import sys
from pathlib import Path

import pytest
import shapely

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def make_city():
    """The generator of synthetic cities in scripts/."""
    folder = str(ROOT / "scripts")
    sys.path.insert(0, folder)
    try:
        from synthetic_city import synthetic_city
    finally:
        sys.path.remove(folder)
    return synthetic_city


@pytest.fixture
def grid():
    """A function that draws rows x columns squares of 100 m, row by row from the lower left."""

    def draw(rows, columns, side=100.0):
        return [shapely.box(c * side, r * side, (c + 1) * side, (r + 1) * side) for r in range(rows) for c in range(columns)]

    return draw
