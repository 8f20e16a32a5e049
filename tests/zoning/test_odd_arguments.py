"""Arguments that make no sense are refused in words, never with a bare TypeError."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pytest

from districting import ZoningProblem, assign_blocks, check_zoning
from districting.errors import DataError
from districting.model.goals import OBJECTIVES, Distance, Goal
from districting.model.rules import (
    Barriers,
    ChangeCap,
    Connected,
    Forbidden,
    Forecast,
    HomeBlock,
    KeepTogether,
    Locked,
    MaximumDistance,
    MinimumFill,
    NeighboursTogether,
    Rule,
    Seats,
    SizeBand,
    TravelGrowth,
    WholeUnits,
)

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


@pytest.mark.parametrize(
    "rule",
    [
        Seats(hard=False, price=np.inf),
        Seats(hard=False, price=np.nan),
        Seats(hard=False, price=[1.0, 2.0]),  # type: ignore[arg-type]
        Seats(hard="soft"),  # type: ignore[arg-type]
        Connected(hard=None),  # type: ignore[arg-type]
        HomeBlock(hard="off"),  # type: ignore[arg-type]
        MinimumFill(np.nan),
        MinimumFill([0.1, 0.2]),  # type: ignore[arg-type]
        MaximumDistance([np.nan] * 3),
        MaximumDistance([[1.0, 2.0, 3.0]]),
        MaximumDistance(-1),
        Locked([1.7], [0]),
        Locked([1], [np.nan]),
        Locked(1, 0),
        Locked([[1]], [[0]]),
        Locked([1, 2], [0]),
        Forbidden([1], [0.5]),
        Forbidden([np.inf], [0]),
        Forbidden([1], [2]),
        TravelGrowth(np.nan),
        TravelGrowth(0.5, np.inf),
        TravelGrowth([0.5]),  # type: ignore[arg-type]
        SizeBand(np.nan, 1),
        SizeBand(0.5, np.inf),
        SizeBand([0.5], [1.5]),  # type: ignore[arg-type]
        NeighboursTogether(np.nan),
        NeighboursTogether(1.5),
        ChangeCap(np.inf),
        ChangeCap(None),  # type: ignore[arg-type]
        KeepTogether([0, 0, np.nan]),
        KeepTogether([0, 0.5, 1]),
        KeepTogether([0, 0]),
        KeepTogether([[0, 0, 1]]),
        WholeUnits([0, np.inf, 1]),
        Forecast([[np.nan], [1], [1]]),
        Forecast([[np.inf], [1], [1]]),
        Forecast([1, 1, 1]),
        Forecast(3),
        Forecast([[1], [1], [1]], capacity=3),
        Forecast([[1], [1], [1]], capacity=[np.nan, 6]),
        Barriers(cut=[0, 2, 1]),
        Barriers(cut=[0, 1]),
        Barriers(bridges=[(0, 1, 2)]),
        Barriers(bridges=[(0.5, 1)]),
        Barriers(cut=[(0, np.nan)]),
        Barriers(cut=[(0, 1), (2,)]),
        Barriers(cut=[(0, 7)]),
    ],
    ids=lambda rule: f"{rule.name} {vars(rule)}",
)
def test_a_rule_with_numbers_that_make_no_sense_is_refused_at_its_name_with_a_remedy(rule: Rule) -> None:
    with pytest.raises(DataError) as refused:
        ZoningProblem(**SOUND, today=[0, 0, 1], rules=(rule,))
    assert {fault.column for fault in refused.value.faults} == {rule.name}
    for lang in ("en", "zh"):
        assert all(fault.remedy.say(lang) for fault in refused.value.faults)


@pytest.mark.parametrize("weight", [np.nan, np.inf, -1, None, "x", [1.0, 2.0]])
@pytest.mark.parametrize("goal", OBJECTIVES.values())
def test_a_goal_with_a_weight_that_makes_no_sense_is_refused_at_its_name(goal: type[Goal], weight: Any) -> None:
    with pytest.raises(DataError) as refused:
        ZoningProblem(**SOUND, objectives=(Distance(), goal(weight)))
    assert goal.name in {fault.column for fault in refused.value.faults}


def test_an_unknown_rule_hides_no_other_fault() -> None:
    odd = {
        "demand": [3, -1, 4],
        "capacity": [6, np.nan],
        "edges": [(0, 9)],
        "home_block": [0, 7],
        "rules": ("foo", MinimumFill(2)),
        "objectives": ("speed", Distance(-1)),
    }
    with pytest.raises(DataError) as refused:
        ZoningProblem(**{**SOUND, **odd})
    assert {f.column for f in refused.value.faults} == {"demand", "capacity", "edges", "home_block", "rules", "objectives", "minimum_fill", "distance"}


def test_a_field_that_is_missing_or_no_number_hides_no_fault_of_another_and_makes_up_none() -> None:
    odd = {"demand": None, "capacity": ["a", 1], "xy": "b", "distance_m": [["c"]], "today": [0.5, 0, 1], "edges": [(0, -1)], "objectives": ("stability",)}
    with pytest.raises(DataError) as refused:
        ZoningProblem(**{**SOUND, **odd})
    assert sorted(f.column for f in refused.value.faults) == ["capacity", "demand", "distance_m", "today", "xy"]


@pytest.mark.parametrize(
    "odd", [{"demand": 5}, {"capacity": 6}, {"edges": 1}, {"home_block": 0}, {"today": 0}, {"group_counts": 1}, {"rules": 5}, {"objectives": None}]
)
def test_a_number_where_a_list_belongs_is_refused_by_its_name(odd: dict[str, Any]) -> None:
    with pytest.raises(DataError) as refused:
        ZoningProblem(**{**SOUND, **odd})
    assert set(odd) <= {f.column for f in refused.value.faults}
