"""Alternatives: none dearer than asked, each apart from every other, lawful; and an honest word where there are fewer."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from districting import check_zoning
from districting.errors import InfeasibleError
from districting.measures.zoning_terms import objective_of
from districting.model.goals import Compactness, Distance, Stability
from districting.model.rules import MaximumDistance
from districting.planning.alternatives import Alternatives, alternatives
from districting.planning.surcharge import repeats, with_surcharge
from tests.planning.drawn_grids import grid, quarters

CORNERS = [0, 5, 30, 35]
STEPS = 40_000


def share_apart(problem, a, b):
    return problem.demand[a != b].sum() / problem.demand.sum()


def assert_as_promised(problem, found: Alternatives, within: float, apart: float):
    best = found[0].solution.objective
    for one in found:
        label = one.solution.school_of_block
        assert check_zoning(problem, label) == []
        assert objective_of(problem, label) == pytest.approx(one.solution.objective)
        assert one.solution.objective <= (1 + within) * best * (1 + 1e-8)
        assert one.cost_over_best == pytest.approx(one.solution.objective / best - 1)
        assert one.moved_from_best == pytest.approx(share_apart(problem, label, found[0].solution.school_of_block))
        assert one.solution.bound <= one.solution.objective * (1 + 1e-12)
    for a, b in combinations(found, 2):
        assert share_apart(problem, a.solution.school_of_block, b.solution.school_of_block) >= apart - 1e-9


@pytest.mark.parametrize(("within", "apart"), [(0.1, 0.05), (0.3, 0.2), (0.05, 0.02)])
def test_four_schools_in_the_corners_of_a_grid_give_plans_as_near_and_as_different_as_asked(within, apart):
    problem = grid(6, 6, CORNERS, [10.0] * 4)
    found = alternatives(problem, 4, within=within, apart=apart, steps=STEPS)
    assert len(found) >= 2
    assert_as_promised(problem, found, within, apart)


def test_a_line_with_one_lawful_plan_has_no_alternative_and_that_is_proved():
    """A 1 x 4 line, schools at both ends with two seats each: only the cut in the middle is lawful."""
    found = alternatives(grid(1, 4, [0, 3], [2.0, 2.0]), 3, within=0.5, apart=0.25, steps=2000)
    assert [a.solution.school_of_block.tolist() for a in found] == [[0, 0, 1, 1]]
    assert found.ended in ("none_exists", "none_found")
    assert "1" in str(found.remark)


def test_more_difference_than_the_seats_allow_for_the_price_is_proved_impossible():
    """Half of all pupils elsewhere at no extra cost: the bound under the surcharge proves that there is no such plan."""
    found = alternatives(grid(6, 6, CORNERS, [10.0] * 4), 3, within=0.0, apart=0.5, steps=STEPS)
    assert len(found) == 1
    assert found.ended == "none_exists"


def test_proofs_of_none_agree_with_all_plans_of_a_tiny_city():
    """2 x 4 blocks, two schools: every labelling is tried, and "none exists" is never said where one does."""
    problem = grid(2, 4, [0, 7], [5.0, 5.0], demand=np.array([1.0, 2, 1, 1, 1, 1, 2, 1]))
    lawful = [np.array(x) for x in product(range(2), repeat=8) if not check_zoning(problem, np.array(x))]
    cost = [objective_of(problem, x) for x in lawful]
    proved = 0
    for within in (0.0, 0.05, 0.2, 0.5):
        for apart in (0.1, 0.3, 0.6):
            found = alternatives(problem, 2, within=within, apart=apart, steps=3000)
            best = found[0].solution.school_of_block
            others = [
                x for x, c in zip(lawful, cost, strict=True) if c <= (1 + within) * min(cost) * (1 + 1e-9) and share_apart(problem, x, best) >= apart - 1e-9
            ]
            if len(found) == 1 and found.ended == "none_exists":
                assert not others
                proved += 1
            if len(found) == 2:
                assert others
    assert proved


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000), within=st.sampled_from([0.02, 0.1, 0.3]), apart=st.sampled_from([0.05, 0.15]))
def test_every_city_keeps_the_promise(seed, within, apart):
    rng = np.random.default_rng(seed)
    homes = np.sort(rng.choice(30, 3, replace=False)).tolist()
    problem = grid(5, 6, homes, [120.0] * 3, demand=rng.integers(0, 12, 30).astype(float))
    try:
        found = alternatives(problem, 3, within=within, apart=apart, seed=seed, steps=8000)
    except InfeasibleError:
        return
    assert_as_promised(problem, found, within, apart)


def test_alternatives_hold_further_goals_and_rules():
    problem = grid(
        6,
        6,
        CORNERS,
        [11.0] * 4,
        today=quarters(),
        objectives=(Distance(1.0), Stability(30.0), Compactness(200.0)),
        rules=(MaximumDistance(450.0),),
        area_m2=np.full(36, 1e4),
        perimeter_m=np.full(36, 400.0),
        shared_border_m=np.full(60, 100.0),
    )
    found = alternatives(problem, 3, within=0.3, apart=0.06, steps=60_000)
    assert_as_promised(problem, found, 0.3, 0.06)
    assert len(found) >= 2


def test_same_seed_same_plans():
    problem = grid(6, 6, CORNERS, [10.0] * 4)
    a, b = (alternatives(problem, 3, within=0.1, apart=0.05, seed=3, steps=STEPS) for _ in range(2))
    assert [x.solution.school_of_block.tolist() for x in a] == [x.solution.school_of_block.tolist() for x in b]


def test_a_surcharge_changes_what_plans_cost_and_not_what_is_lawful():
    """Objective under the surcharge = objective + pupils x surcharge; a cap on metres still reads true metres."""
    problem = grid(3, 3, [0, 8], [6.0, 6.0], rules=(MaximumDistance(250.0),))
    label = np.array([0, 0, 1, 0, 0, 1, 1, 1, 1])
    dear = with_surcharge(problem, 40.0 * repeats(problem, [label]))
    assert objective_of(dear, label) == pytest.approx(objective_of(problem, label) + 9 * 40.0)
    for other in product(range(2), repeat=9):
        assert bool(check_zoning(problem, np.array(other))) == bool(check_zoning(dear, np.array(other)))
