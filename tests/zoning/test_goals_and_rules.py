"""Every goal and rule against all assignments of tiny cities: what the search returns is lawful, is the best there is, and its bound is below it."""

from __future__ import annotations

import dataclasses
from itertools import product

import numpy as np
import pytest
import scipy.sparse as sp

from districting import ZoningProblem, assign_blocks, check_zoning
from districting.errors import InfeasibleError
from districting.measures.zoning_terms import objective_of
from districting.model.goals import OBJECTIVES, Balance, Border, Compactness, Distance, Goal, Mix, Stability
from districting.model.rules import (
    RULES,
    Barriers,
    ChangeCap,
    Connected,
    ExcusedIslands,
    Forbidden,
    Forecast,
    HomeBlock,
    KeepTogether,
    Locked,
    MaximumDistance,
    MinimumFill,
    NeighboursTogether,
    Seats,
    SharedZones,
    SizeBand,
    TravelGrowth,
    WholeUnits,
)
from districting.zoning import assign


def tiny_city(seed: int, rows: int = 2, columns: int = 4, schools: int = 2, **changes: object) -> ZoningProblem:
    """A grid of unit squares of 100 m with random pupils; schools in random blocks; today by nearest school."""
    rng = np.random.default_rng(seed)
    n = rows * columns
    at = np.array([(c, r) for r in range(rows) for c in range(columns)])
    edges = [(i, j) for i in range(n) for j in range(i + 1, n) if np.abs(at[i] - at[j]).sum() == 1]
    demand = rng.integers(0, 9, n)
    home = rng.choice(n, schools, replace=False)
    xy = 100.0 * at + rng.uniform(-20, 20, (n, 2))
    metres = np.hypot(xy[:, None, 0] - xy[home, 0], xy[:, None, 1] - xy[home, 1])
    seats = np.ceil(demand.sum() / schools * rng.uniform(1.05, 1.6, schools))
    problem = ZoningProblem(
        demand=demand,
        capacity=np.maximum(seats, demand[home]),
        edges=edges,
        home_block=home,
        distance_m=metres,
        today=metres.argmin(axis=1),
        area_m2=np.full(n, 1e4),
        perimeter_m=np.full(n, 400.0),
        shared_border_m=np.full(len(edges), 100.0),
        group_counts=rng.binomial(demand, 0.4),
    )
    return problem.replace(**changes)


def best_of_all(problem: ZoningProblem, zones: int) -> float:
    """The least objective over every assignment that breaks no rule; inf when there is none."""
    found = np.inf
    for label in product(range(zones), repeat=problem.block_count):
        value = objective_of(problem, label)
        if value < found - 1e-12 and not check_zoning(problem, np.array(label)):
            found = value
    return found


GOALS = {
    "distance": (Distance(),),
    "stability": (Distance(), Stability(120.0)),
    "balance": (Balance(),),
    "compactness": (Compactness(), Distance(1e-4)),
    "mix": (Mix(), Distance(1e-5)),
    "border": (Border(), Distance(0.1)),
    "all": (Distance(), Stability(50.0), Balance(900.0), Compactness(400.0), Mix(700.0), Border(0.5)),
}

RULES_TRIED = {
    "seats": (Seats(hard=False, price=80.0),),
    "connected": (Connected(hard=False),),
    "home_block": (HomeBlock(hard=False),),
    "minimum_fill": (MinimumFill(0.6),),
    "maximum_distance": (MaximumDistance(260.0),),
    "locked": (Locked([0, 5], [1, 0]),),
    "forbidden": (Forbidden([1, 6], [0, 1]),),
    "travel_growth": (TravelGrowth(0.6, free_m=150.0),),
    "size_band": (SizeBand(0.7, 1.3),),
    "neighbours_together": (NeighboursTogether(0.5),),
    "keep_together": (KeepTogether([0, 0, -1, 1, -1, -1, -1, 1]),),
    "whole_units": (WholeUnits([0, 0, 1, 1, 0, 0, 1, 1]),),
    "excused_islands": (ExcusedIslands(),),
    "change_cap": (ChangeCap(0.2),),
    "forecast": (Forecast(np.arange(16).reshape(8, 2) % 5),),
    "barriers": (Barriers(cut=[(0, 1), (4, 5)], bridges=[(0, 6)]),),
    "shared_zones": (SharedZones([0, 1, 0]),),
}


def solve_and_compare(problem: ZoningProblem, zones: int) -> None:
    least = best_of_all(problem, zones)
    if not np.isfinite(least):
        with pytest.raises(InfeasibleError) as refused:
            assign_blocks(problem, steps=30_000)
        assert refused.value.conflicts
        return
    found = assign_blocks(problem, steps=60_000)
    assert check_zoning(problem, found.school_of_block) == []
    assert found.objective == pytest.approx(objective_of(problem, found.school_of_block), rel=1e-9, abs=1e-9)
    assert found.bound <= least * (1 + 1e-9) + 1e-9
    assert found.objective <= least * (1 + 1e-6) + 1e-9
    if found.status == "optimal":
        assert found.objective == pytest.approx(least, rel=1e-6, abs=1e-9)
    assert set(found.terms) >= {goal.name for goal in problem.goals}


def test_every_goal_and_rule_has_a_case_here() -> None:
    assert set(RULES_TRIED) == set(RULES)
    assert set(GOALS) >= set(OBJECTIVES)


@pytest.mark.parametrize("name", GOALS)
@pytest.mark.parametrize("seed", [0, 1])
def test_a_goal_is_brought_to_its_least_value(name: str, seed: int) -> None:
    solve_and_compare(tiny_city(seed, objectives=GOALS[name]), 2)


@pytest.mark.parametrize("name", RULES_TRIED)
@pytest.mark.parametrize("seed", [0, 3])
def test_a_rule_holds_and_costs_no_more_than_it_must(name: str, seed: int) -> None:
    schools = 3 if name == "shared_zones" else 2
    solve_and_compare(tiny_city(seed, schools=schools, rules=RULES_TRIED[name]), 2)


@pytest.mark.parametrize("seed", range(4))
def test_rules_hold_together_with_all_goals(seed: int) -> None:
    rules = (MinimumFill(0.4), ChangeCap(0.5), NeighboursTogether(0.3), MaximumDistance(400.0))
    solve_and_compare(tiny_city(seed, objectives=GOALS["all"], rules=rules), 2)


@pytest.mark.parametrize("numbers", [[1, 0], [7, 3], [1, 0, 1], [2, 1, 0], [1, 1, 0]])
def test_zones_may_be_numbered_in_any_order(numbers: list[int]) -> None:
    """The school of the higher number comes first: its block, its seats and its distances are still its own."""
    solve_and_compare(tiny_city(3, schools=len(numbers), rules=(SharedZones(numbers),)), len(set(numbers)))


def test_zones_of_one_school_each_cost_the_same_whatever_their_numbers() -> None:
    city = tiny_city(0, schools=2)
    straight = assign_blocks(city.replace(rules=(SharedZones([0, 1]),)), steps=60_000)
    turned = assign_blocks(city.replace(rules=(SharedZones([1, 0]),)), steps=60_000)
    assert turned.objective == pytest.approx(straight.objective)
    assert turned.school_of_block.tolist() == [1 - zone for zone in straight.school_of_block.tolist()]


@pytest.mark.parametrize("goal", [Stability(), Balance(), Border(), Mix(), Compactness()])
@pytest.mark.parametrize("sparse", [False, True])
def test_a_pair_that_the_table_does_not_allow_stays_so_when_distance_is_no_goal(goal: Goal, sparse: bool) -> None:
    """Block 1 goes to the left school today, which its row of the table no longer allows."""
    table = np.array([[1, 2], [np.inf, 1], [1, 1], [2, 1]])
    kept = np.isfinite(table)
    row = ZoningProblem(
        demand=[1] * 4,
        capacity=[5, 5],
        edges=[(0, 1), (1, 2), (2, 3)],
        home_block=[0, 3],
        distance_m=sp.csr_array((table[kept], np.nonzero(kept)), shape=table.shape) if sparse else table,
        today=[0, 0, 1, 1],
        area_m2=[1] * 4,
        perimeter_m=[4] * 4,
        shared_border_m=[1] * 3,
        group_counts=[1, 0, 1, 0],
        objectives=(goal,),
    )
    found = assign_blocks(row, steps=20_000)
    assert found.school_of_block.tolist() == [0, 1, 1, 1]
    assert check_zoning(row, found.school_of_block) == []


@pytest.mark.parametrize("solver", ["solve_plain", "_general"])
def test_a_plan_that_breaks_a_rule_is_refused_whatever_found_it(solver: str, monkeypatch: pytest.MonkeyPatch) -> None:
    city = tiny_city(0, objectives=GOALS["distance" if solver == "solve_plain" else "all"])
    wrong = dataclasses.replace(assign_blocks(city, steps=5_000), school_of_block=np.zeros(8, dtype=np.int64))
    monkeypatch.setattr(assign, solver, lambda *_, **__: wrong)
    with pytest.raises(InfeasibleError) as refused:
        assign_blocks(city, steps=5_000)
    assert {c.rule for c in refused.value.conflicts} == {v.rule for v in check_zoning(city, wrong.school_of_block)}
    assert not refused.value.proven


@pytest.mark.parametrize("goals", [(Border(),), (Compactness(900.0), Border(0.1)), (Border(), Distance(0.01))])
@pytest.mark.parametrize("seed", range(4))
def test_a_border_that_a_barrier_closes_is_as_long_for_the_search_as_for_the_report(seed: int, goals: tuple[Goal, ...]) -> None:
    city = tiny_city(seed, objectives=goals)
    length = np.random.default_rng(seed).integers(5, 100, len(city.edges)).astype(float)
    solve_and_compare(city.replace(shared_border_m=length, rules=(Barriers(cut=city.edges[length > 70]),)), 2)


def test_a_barrier_that_the_best_plan_does_not_need_changes_no_border() -> None:
    fields = {"demand": [1] * 6, "capacity": [4, 4], "home_block": [0, 5], "distance_m": [[0, 0]] * 6, "objectives": (Border(),)}
    borders = {"edges": [(0, 1), (1, 2), (3, 4), (4, 5), (0, 3), (1, 4), (2, 5)], "shared_border_m": [5, 4, 1, 1, 1, 10, 1]}
    both = [ZoningProblem(**fields, **borders, rules=rules) for rules in ((), (Barriers(cut=[(1, 4)]),))]  # type: ignore[arg-type]
    assert [assign_blocks(problem, steps=60_000).objective for problem in both] == [5, 5]


def test_a_rule_without_todays_zones_is_refused_by_name() -> None:
    from districting.errors import DataError

    with pytest.raises(DataError, match="cap on changes"):
        tiny_city(0, today=None, rules=(ChangeCap(0.1),))


def test_rules_that_clash_are_named_with_the_least_that_must_give() -> None:
    """Six pupils in each of two blocks; the schools' size today 6 and 6; the band asks for at least 12 at both."""
    problem = ZoningProblem(
        demand=[6, 6], capacity=[20, 20], edges=[(0, 1)], home_block=[0, 1], xy=[(0, 0), (100, 0)], school_xy=[(0, 0), (100, 0)], today=[0, 1],
        rules=(SizeBand(2.0, 3.0),),
    )  # fmt: skip
    with pytest.raises(InfeasibleError) as refused:
        assign_blocks(problem)
    (conflict,) = refused.value.conflicts
    assert conflict.rule == "size_band"
    assert conflict.amount == pytest.approx(12.0)


def test_a_goal_of_weight_zero_changes_nothing() -> None:
    one = assign_blocks(tiny_city(2), steps=20_000)
    two = assign_blocks(tiny_city(2, objectives=(Distance(), Mix(0.0), Border(0.0))), steps=20_000)
    assert one.school_of_block.tolist() == two.school_of_block.tolist()
    assert two.objective == one.objective
    assert set(two.terms) == {"distance"}


def test_the_same_seed_gives_the_same_labels_with_goals_and_rules() -> None:
    problem = tiny_city(5, rows=4, columns=6, schools=4, objectives=GOALS["all"], rules=(ChangeCap(0.6),))
    one, two = (assign_blocks(problem, seed=7, steps=40_000) for _ in range(2))
    assert one.school_of_block.tolist() == two.school_of_block.tolist()


def test_an_island_of_today_may_stay_with_its_school_but_no_new_one_may_arise() -> None:
    """A row of five, A at its left end and B at its right; today they alternate: A B A B B."""
    row = ZoningProblem(
        demand=[1, 1, 1, 1, 1], capacity=[2, 3], edges=[(0, 1), (1, 2), (2, 3), (3, 4)], home_block=[0, 4], today=[0, 1, 0, 1, 1],
        xy=[(x, 0) for x in (0, 100, 200, 300, 400)], school_xy=[(0, 0), (400, 0)], rules=(ExcusedIslands(),),
    )  # fmt: skip
    assert check_zoning(row, [0, 1, 0, 1, 1]) == []  # today's zones as they are
    assert [v.rule for v in check_zoning(row.replace(rules=()), [0, 1, 0, 1, 1])] == ["connected", "connected"]
    assert [v.rule for v in check_zoning(row, [0, 1, 1, 0, 1])] == ["connected"]  # block 3 was B's and would lie apart from A


def test_a_rule_that_alone_stands_in_the_way_is_named_with_what_it_would_take() -> None:
    """A row of four blocks 100 m apart with the only school at its head: a limit of 150 m leaves blocks 2 and 3 without one, the farther by 150 m."""
    xy = np.array([(100.0 * i, 0.0) for i in range(4)])
    row = ZoningProblem(
        np.ones(4), np.array([4.0]), np.array([(0, 1), (1, 2), (2, 3)]), np.array([0]), xy=xy, school_xy=xy[:1], rules=(MaximumDistance(150.0),)
    )
    with pytest.raises(InfeasibleError) as refused:
        assign_blocks(row, steps=1000)
    assert [(c.rule, c.amount, c.unit) for c in refused.value.conflicts] == [("maximum_distance", 150.0, "metre")]
    assert "300 m" in refused.value.say("en")


def test_a_lock_that_cuts_a_zone_in_two_is_named() -> None:
    """Schools at both ends of a row of four: block 3's own school is B, so locking block 2 to A is fine, and locking block 2 to A and block 1 to B is not."""
    xy = np.array([(100.0 * i, 0.0) for i in range(4)])
    ends = np.array([0, 3])
    row = ZoningProblem(np.ones(4), np.array([3.0, 3.0]), np.array([(0, 1), (1, 2), (2, 3)]), ends, xy=xy, school_xy=xy[ends])
    assert assign_blocks(row.replace(rules=(Locked([2], [0]),)), steps=1000).school_of_block.tolist() == [0, 0, 0, 1]
    with pytest.raises(InfeasibleError) as refused:
        assign_blocks(row.replace(rules=(Locked([1, 2], [1, 0]),)), steps=1000)
    assert [c.rule for c in refused.value.conflicts] == ["locked"]
