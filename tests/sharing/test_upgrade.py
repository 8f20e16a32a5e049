"""Schools brought up to the lines within a budget: by hand, and against trying everything."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from districting.checking.sharing.upgrade import broken_upgrades
from districting.model.upgrade_problem import UpgradeProblem
from districting.sharing.upgrade import least_costs, plan_upgrades


def problem(total: list[list[float]], need: list[list[float]], **more: object) -> UpgradeProblem:
    s, k = np.shape(total)
    given = {"step": np.ones(k), "unit_cost_yuan": np.ones((s, k)), "weight": np.ones(s), "least_met": k, "floor": 0.85, "budget_yuan": 100.0}
    return UpgradeProblem(np.array(total, dtype=float), np.array(need, dtype=float), **{**given, **more})


def test_the_dearest_shortfall_is_the_one_left_at_the_floor() -> None:
    # two of three: 4 computers, 40 m2 and 3 rooms are short; floors of 85 % leave 2, 20 and 1
    p = problem([[16, 160, 7]], [[20, 200, 10]], least_met=2, floor=0.9, unit_cost_yuan=np.array([[5.0, 2.0, 30.0]]))
    cost, units = least_costs(p)  # savings: 2 x 5, 20 x 2, 1 x 30: the square metres stay at the floor
    assert units.tolist() == [[4, 20, 3]]
    assert cost.tolist() == [4 * 5 + 20 * 2 + 3 * 30]


def test_what_cannot_be_added_must_be_the_one_that_is_spared_and_above_the_floor() -> None:
    free = np.array([[np.nan, 1.0]])
    near, far, two = (
        least_costs(problem(t, [[10, 10]], least_met=1, unit_cost_yuan=c))[0][0] for t, c in (([[9, 8]], free), ([[8, 10]], free), ([[9, 9]], free * np.nan))
    )
    assert near == 2.0  # the first stays at 9 of 10, the second gets two units
    assert far == np.inf
    assert two == np.inf


def test_a_school_that_passes_costs_nothing_and_one_with_a_gap_in_its_data_is_not_planned() -> None:
    p = problem([[10, 9], [np.nan, 10]], [[10, 10], [10, 10]], least_met=1)
    cost, units = least_costs(p)
    assert cost[0] == 0
    assert np.isnan(cost[1])
    found = plan_upgrades(p)
    assert not found.chosen.any()
    assert not units.any()
    assert (found.objective, found.bound, found.gap, found.status) == (0.0, 0.0, 0.0, "optimal")


def test_rooms_come_whole() -> None:
    cost, units = least_costs(problem([[2.2]], [[3.5]], unit_cost_yuan=np.array([[10.0]])))
    assert (cost[0], units[0, 0]) == (20.0, 2)


def test_the_cheapest_of_equally_good_plans_is_taken() -> None:
    p = problem([[8], [9], [5]], [[10], [10], [10]], budget_yuan=2.0, weight=np.array([7.0, 7.0, 99.0]))
    found = plan_upgrades(p)
    assert found.chosen.tolist() == [False, True, False]
    assert (found.objective, found.bound, found.status) == (7.0, 7.0, "optimal")


CASE = st.tuples(
    st.lists(st.tuples(*[st.integers(0, 6)] * 3), min_size=1, max_size=5),
    st.lists(st.integers(0, 9), min_size=5, max_size=5),
    st.lists(st.sampled_from([1.0, 2.0, 5.0, np.nan]), min_size=15, max_size=15),
    st.integers(0, 30),
    st.lists(st.sampled_from([0.0, 1.0, 3.0, np.inf]), min_size=15, max_size=15),
)


@settings(max_examples=60)
@given(CASE)
def test_no_other_way_to_spend_the_money_brings_more_pupils_to_a_school_that_passes(case: tuple[list, list, list, int, list]) -> None:
    total, weight, price, budget, most = case
    s = len(total)
    p = problem(
        total,
        [[5, 5, 5]] * s,
        least_met=2,
        floor=0.6,
        weight=np.array(weight[:s], dtype=float),
        unit_cost_yuan=np.array(price).reshape(5, 3)[:s],
        budget_yuan=float(budget),
        most_units=np.array(most).reshape(5, 3)[:s],
    )
    found = plan_upgrades(p)
    assert broken_upgrades(p, found) == []
    least = [min(_ways(total[i], p.unit_cost_yuan[i], p.most_units[i]), default=np.inf) for i in range(s)]
    best = max(
        sum(w for w, take in zip(p.weight, picks, strict=True) if take)
        for picks in product((False, True), repeat=s)
        if sum(c for c, take in zip(least, picks, strict=True) if take) <= budget and not any(take and c == 0 for c, take in zip(least, picks, strict=True))
    )
    np.testing.assert_allclose(found.cost_yuan, least)
    assert found.objective == pytest.approx(best)
    assert found.bound == pytest.approx(best)
    assert found.status == "optimal"


def _ways(has: tuple[int, ...], price: np.ndarray, most: np.ndarray) -> list[float]:
    """The cost of every way to buy 0..5 units of each of three, that ends in a pass: two of three at 5, the other at 3 or more."""
    ways = []
    for units in product(range(6), repeat=3):
        level = [h + u for h, u in zip(has, units, strict=True)]
        if any(u > m or (u and np.isnan(c)) for u, c, m in zip(units, price, most, strict=True)):
            continue
        if sum(v >= 5 for v in level) >= 2 and min(level) >= 3:
            ways.append(sum(u * c for u, c in zip(units, price, strict=True) if u))
    return ways


def test_a_plan_that_overspends_or_misses_the_line_is_caught() -> None:
    p = problem([[8]], [[10]], budget_yuan=1.0)
    found = plan_upgrades(problem([[8]], [[10]], budget_yuan=2.0))
    assert broken_upgrades(p, found) == ["budget"]
    found.units[0, 0] = 1
    assert broken_upgrades(p, found) == ["line"]
