"""The trade between goals: every point lawful, none beaten by another, its bound below it, and on tiny cities the truth."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from districting import check_zoning
from districting.errors import DataError, InfeasibleError
from districting.measures.zoning_terms import zoning_terms
from districting.model.goals import OBJECTIVES
from districting.planning.pareto import ParetoFront, pareto
from tests.planning.drawn_grids import grid

TODAY = np.array([(x >= 2) + 2 * (y >= 3) for y in range(6) for x in range(6)])
"""Quarters of which the left two are a column too narrow."""
SHAPES = {"area_m2": np.full(36, 1e4), "perimeter_m": np.full(36, 400.0), "shared_border_m": np.full(60, 100.0)}


def values(problem, goals, label):
    terms = zoning_terms(problem.replace(objectives=tuple(OBJECTIVES[g]() for g in goals)), label)
    return np.array([terms[g] for g in goals])


def assert_a_front(problem, goals, front: ParetoFront):
    found = front.table[list(goals)].to_numpy()
    for t, solution in enumerate(front.solutions):
        assert check_zoning(problem, solution.school_of_block) == []
        assert values(problem, goals, solution.school_of_block) == pytest.approx(found[t])
        assert 0 <= front.table["bound"][t] <= found[t, 0] + 1e-9
        for s in range(len(found)):
            assert s == t or not (found[s] <= found[t] + 1e-9).all()
    assert (np.diff(found[:, 0]) >= 0).all()


def test_today_and_the_nearest_plan_are_the_ends_of_the_curve():
    """Four corner schools of a 6 x 6 grid, today's uneven quarters: nobody moves at one end; the other end is the nearest plan."""
    problem = grid(6, 6, [0, 5, 30, 35], [12.0] * 4, today=TODAY)
    goals = ("distance", "stability")
    front = pareto(problem, goals, points=6, steps=60_000)
    assert_a_front(problem, goals, front)
    assert front.table["stability"].iloc[-1] == 0
    assert front.solutions[-1].school_of_block.tolist() == TODAY.tolist()
    nearest = pareto(problem.replace(today=np.full(36, 0)), goals, points=1, steps=60_000)
    assert front.table["distance"].iloc[0] == pytest.approx(nearest.table["distance"].iloc[0], rel=1e-9)
    assert (front.table["gap"] <= 0.02).all()


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_on_a_tiny_city_no_lawful_plan_beats_a_point_or_its_bound(seed):
    """2 x 4 blocks, two schools, all 256 labellings."""
    rng = np.random.default_rng(seed)
    homes = rng.choice(8, 2, replace=False).tolist()
    problem = grid(2, 4, homes, [30.0, 30.0], demand=rng.integers(1, 8, 8).astype(float), today=rng.integers(0, 2, 8))
    goals = ("distance", "stability")
    try:
        front = pareto(problem, goals, points=8, seed=seed, steps=3000)
    except InfeasibleError:
        return
    assert_a_front(problem, goals, front)
    truth = np.array([values(problem, goals, x) for x in product(range(2), repeat=8) if not check_zoning(problem, np.array(x))])
    for (distance, moved), bound in zip(front.table[list(goals)].to_numpy(), front.table["bound"], strict=True):
        rivals = truth[truth[:, 1] <= moved + 1e-9]
        assert rivals[:, 0].min() >= bound - 1e-6
        assert not ((truth < np.array([distance, moved]) - 1e-6).all(axis=1)).any()


def test_three_goals_trade_against_each_other():
    problem = grid(6, 6, [0, 5, 30, 35], [12.0] * 4, today=TODAY, **SHAPES)
    goals = ("distance", "stability", "border")
    front = pareto(problem, goals, points=4, steps=40_000)
    assert_a_front(problem, goals, front)
    assert len(front) >= 2


def test_compactness_has_its_price():
    problem = grid(6, 6, [0, 3, 30, 33], [14.0] * 4, **SHAPES)
    front = pareto(problem, ("distance", "compactness"), points=4, steps=60_000)
    assert_a_front(problem, ("distance", "compactness"), front)


@pytest.mark.parametrize("goals", [("distance",), ("distance", "distance"), ("distance", "beauty")])
def test_other_than_two_or_three_known_goals_are_refused_by_name(goals):
    with pytest.raises(DataError, match="goals"):
        pareto(grid(2, 2, [0, 3], [3.0, 3.0]), goals)


def test_no_lawful_plan_no_curve():
    with pytest.raises(InfeasibleError):
        pareto(grid(2, 2, [0, 3], [1.0, 1.0], today=np.array([0, 0, 1, 1])))
