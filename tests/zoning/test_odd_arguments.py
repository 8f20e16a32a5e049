"""Arguments that make no sense are refused in words, never with a bare TypeError."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pytest

from districting import ZoningProblem, assign_blocks, check_zoning
from districting.errors import DataError
from districting.model.rules import MinimumFill

SOUND: dict[str, Any] = {
    "demand": [3, 2, 4],
    "capacity": [6, 6],
    "edges": [(0, 1), (1, 2)],
    "home_block": [0, 2],
    "xy": [(0, 0), (90, 0), (200, 0)],
    "school_xy": [(0, 0), (200, 0)],
}


@pytest.mark.parametrize(
    "odd",
    [
        {"demand": None},
        {"demand": [3, np.inf, 4]},
        {"demand": [3, np.nan, 4]},
        {"demand": ["a", 2, 4]},
        {"demand": [[3, 2, 4]]},
        {"edges": [0, 1]},
        {"edges": [(0.5, 1)]},
        {"edges": [(0, 9)]},
        {"home_block": [0, 7]},
        {"capacity": [6]},
        {"capacity": [6, -1]},
        {"today": [0, 1, 2]},
        {"objectives": ("speed",)},
        {"rules": ("locked",)},
        {"xy": None},
    ],
)
def test_a_problem_with_odd_arrays_is_refused(odd: dict[str, Any]) -> None:
    with pytest.raises(DataError):
        ZoningProblem(**{**SOUND, **odd})


@pytest.mark.parametrize("odd", [{"gap": -1}, {"steps": 0}, {"steps": 1.5}, {"time_limit_s": -4}, {"time_limit_s": 0}, {"seed": "a"}, {"seed": -1}])
def test_limits_that_mean_nothing_are_refused(odd: dict[str, Any]) -> None:
    with pytest.raises(DataError):
        assign_blocks(ZoningProblem(**SOUND), **odd)


def test_something_else_than_a_problem_is_refused() -> None:
    with pytest.raises(DataError, match="ZoningProblem"):
        assign_blocks(5)  # type: ignore[arg-type]


def test_labels_that_are_no_numbers_are_blocks_without_a_school() -> None:
    (found,) = [v for v in check_zoning(ZoningProblem(**SOUND), ["a", 0, 1]) if v.rule == "whole"]
    assert found.blocks == (0,)


def test_points_of_a_frame_serve_as_coordinates() -> None:
    points = gpd.GeoSeries.from_xy([0, 90, 200], [0, 0, 0], crs=32649)
    problem = ZoningProblem(**{**SOUND, "xy": points, "school_xy": gpd.GeoDataFrame(geometry=points.iloc[[0, 2]])})
    assert assign_blocks(problem, steps=1000).school_of_block.tolist() == [0, 0, 1]


def test_a_rule_with_words_for_numbers_is_named() -> None:
    with pytest.raises(DataError) as refused:
        ZoningProblem(**{**SOUND, "rules": (MinimumFill(share="x"),)})  # type: ignore[arg-type]
    assert "minimum_fill" in refused.value.say("en")
