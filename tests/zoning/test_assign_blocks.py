"""Zones drawn by hand, zones found by trying every assignment, and laws that must hold for any town."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from districting.checking import check_zoning
from districting.errors import InfeasibleError
from districting.model.zoning_problem import ZoningProblem
from districting.zoning import assign_blocks


def grid_town(width: int, height: int, demand: Any, home: list[int], seats: Any, **changes: Any) -> ZoningProblem:
    """Blocks of a grid 100 m apart, numbered row by row, straight distances."""
    n = width * height
    xy = np.array([(100.0 * (i % width), 100.0 * (i // width)) for i in range(n)])
    edges = [(i, i + 1) for i in range(n) if i % width < width - 1] + [(i, i + width) for i in range(n - width)]
    return ZoningProblem(demand=demand, capacity=seats, edges=edges, home_block=home, xy=xy, school_xy=xy[home], **changes)


def best_by_trial(problem: ZoningProblem) -> float:
    """Least cost over every assignment that the checker accepts; inf when there is none."""
    n, k = problem.block_count, problem.school_count
    best = np.inf
    for labels in itertools.product(range(k), repeat=n):
        cost = float((problem.demand * problem.distance_of(np.arange(n), labels)).sum())
        if cost < best and not check_zoning(problem, labels):
            best = cost
    return best


def test_a_row_of_blocks_is_cut_where_seats_run_out() -> None:
    # A(4 seats) 1 1 1 1 1 1 B(9 seats): the nearest cut is 3|3, and seats allow it
    found = assign_blocks(grid_town(6, 1, np.ones(6), [0, 5], [4, 9]))
    assert found.school_of_block.tolist() == [0, 0, 0, 1, 1, 1]
    assert found.objective == 600.0
    assert found.status == "optimal"
    assert found.gap <= 1e-9


def test_a_full_school_sends_the_farthest_block_to_the_next() -> None:
    # A has 2 seats: blocks 0 1 | 2 3 4 5
    found = assign_blocks(grid_town(6, 1, np.ones(6), [0, 5], [2, 9]))
    assert found.school_of_block.tolist() == [0, 0, 1, 1, 1, 1]
    assert found.objective == 100 + 600


def test_a_zone_does_not_jump_over_another() -> None:
    # A in block 0, B in block 1, a row of four. Without connectedness A could take block 3; with it B closes the way and must take all.
    problem = grid_town(4, 1, [1, 1, 1, 1], [0, 1], [2, 3])
    assert assign_blocks(problem).school_of_block.tolist() == [0, 1, 1, 1]
    with pytest.raises(InfeasibleError) as refused:
        assign_blocks(problem.replace(capacity=[2, 2]), time_limit_s=0.5)
    # one seat more for B, or block 3 apart from A's zone: either would do
    assert [(c.rule, c.amount, c.unit) for c in refused.value.conflicts] == [("seats", 1.0, "seat"), ("connected", 1.0, "block")]
    assert "proved" in refused.value.say("en")
    assert "add 1 seats at school 1" in refused.value.say("en")
    loose = problem.replace(capacity=[2, 2], contiguous=False)
    assert check_zoning(loose, assign_blocks(loose).school_of_block) == []


def test_every_school_keeps_its_own_block_though_another_is_nearer() -> None:
    # both schools stand together in coordinates, in blocks 0 and 1
    problem = grid_town(3, 1, [1, 1, 1], [0, 1], [3, 3]).replace(school_xy=[(100.0, 0.0), (0.0, 0.0)])
    assert assign_blocks(problem).school_of_block[:2].tolist() == [0, 1]
    free = assign_blocks(problem.replace(keep_home=False, contiguous=False))
    assert free.school_of_block.tolist() == [1, 0, 0]


def test_empty_blocks_get_a_school_and_keep_zones_connected() -> None:
    problem = grid_town(5, 5, np.where(np.arange(25) % 2, 0, 2), [0, 24], [14, 14])
    found = assign_blocks(problem, steps=20_000)
    assert check_zoning(problem, found.school_of_block) == []


def test_pairs_that_are_not_allowed_are_not_used() -> None:
    base = grid_town(3, 3, np.ones(9), [0, 8], [6, 6])
    table = base.distance_of(*np.indices((9, 2)).reshape(2, -1)).reshape(9, 2)
    table[2, 0] = table[6, 1] = np.inf
    problem = base.replace(distance_m=table)
    found = assign_blocks(problem, steps=20_000)
    assert (found.school_of_block[2], found.school_of_block[6]) == (1, 0)
    assert check_zoning(problem, found.school_of_block) == []


def conflicts_of(problem: ZoningProblem) -> list[tuple[str, float, str]]:
    with pytest.raises(InfeasibleError) as refused:
        assign_blocks(problem, time_limit_s=0.5)
    assert refused.value.relaxations
    assert refused.value.say("zh")
    return [(c.rule, c.amount, c.unit) for c in refused.value.conflicts]


def test_seats_short_in_all_are_counted() -> None:
    assert conflicts_of(grid_town(3, 3, np.ones(9), [0, 8], [4, 3])) == [("seats", 2.0, "seat")]


def test_blocks_cut_off_without_a_school_are_counted() -> None:
    # 0 1 2 | 3 4, no edge between 2 and 3, both schools on the left
    problem = grid_town(5, 1, np.ones(5), [0, 2], [5, 5]).replace(edges=[(0, 1), (1, 2), (3, 4)])
    assert conflicts_of(problem) == [("connected", 2.0, "block")]
    assert check_zoning(problem.replace(contiguous=False), assign_blocks(problem.replace(contiguous=False)).school_of_block) == []


def test_a_part_with_too_few_seats_is_counted_though_the_town_has_enough() -> None:
    # A 1 1 | 1 B: three pupils for two seats on the left
    problem = grid_town(5, 1, np.ones(5), [0, 4], [2, 9]).replace(edges=[(0, 1), (1, 2), (3, 4)])
    assert conflicts_of(problem) == [("seats", 1.0, "seat")]


def test_a_block_larger_than_any_school_is_named() -> None:
    assert conflicts_of(grid_town(3, 1, [1, 7, 1], [0, 2], [5, 5])) == [("seats", 2.0, "seat")]


def test_a_home_block_larger_than_its_school_is_named() -> None:
    assert conflicts_of(grid_town(3, 1, [5, 1, 1], [0, 2], [3, 9])) == [("seats", 2.0, "seat")]


@st.composite
def small_towns(draw: st.DrawFn) -> ZoningProblem:
    width, height = draw(st.sampled_from([(3, 3), (4, 2), (9, 1), (2, 4)]))
    n = width * height
    k = draw(st.integers(2, 3))
    demand = draw(st.lists(st.integers(0, 5), min_size=n, max_size=n))
    home = draw(st.lists(st.integers(0, n - 1), min_size=k, max_size=k, unique=True))
    seats = draw(st.lists(st.integers(3, 12), min_size=k, max_size=k))
    return grid_town(width, height, demand, home, seats)


@given(small_towns())
@settings(max_examples=15, deadline=None)
def test_the_plan_is_sound_and_between_the_bound_and_what_trying_all_assignments_shows(problem: ZoningProblem) -> None:
    least = best_by_trial(problem)
    try:
        found = assign_blocks(problem, time_limit_s=0.5)
    except InfeasibleError:
        assert least == np.inf, "a plan exists and was not found"
        return
    assert check_zoning(problem, found.school_of_block) == []
    assert found.bound <= least + 1e-9 * max(1.0, least)
    assert least <= found.objective + 1e-9
    assert found.objective <= least + 1e-6 * max(1.0, least), "small enough to be solved to the optimum"
    if found.status == "optimal":
        assert found.objective == pytest.approx(least, rel=1e-9)


def bound_by_hand(problem: ZoningProblem, price: Any) -> float:
    n, k = problem.block_count, problem.school_count
    reach = problem.distance_of(*np.indices((n, k)).reshape(2, -1)).reshape(n, k) + price
    return float((problem.demand * reach.min(axis=1)).sum() - (problem.capacity * price).sum())


@given(st.integers(0, 10_000))
@settings(max_examples=10, deadline=None)
def test_laws_of_a_random_town(seed: int) -> None:
    """Sound; prices evaluate to the bound; same seed, same labels; renaming schools leaves the bound."""
    rng = np.random.default_rng(seed)
    home = rng.choice(64, 5, replace=False).tolist()
    problem = grid_town(8, 8, rng.integers(0, 9, 64), home, np.full(5, 90))
    found = assign_blocks(problem, steps=30_000, seed=seed)
    assert check_zoning(problem, found.school_of_block) == []
    assert found.transport_bound == pytest.approx(bound_by_hand(problem, found.seat_price_m), rel=1e-9)
    assert found.gap == pytest.approx((found.objective - found.bound) / found.objective)
    again = assign_blocks(problem, steps=30_000, seed=seed)
    assert again.school_of_block.tobytes() == found.school_of_block.tobytes()
    assert again.steps == found.steps
    turn = rng.permutation(5)
    renamed = problem.replace(home_block=problem.home_block[turn], school_xy=problem.school_xy[turn])
    assert assign_blocks(renamed, steps=30_000, seed=seed).bound == pytest.approx(found.bound, rel=1e-6)


def test_a_tight_town_is_filled_by_chains_of_moves() -> None:
    # 10 x 10 blocks of one pupil, four schools of 25 seats in one quarter: not one seat is spare, zones must pass blocks on
    problem = grid_town(10, 10, np.ones(100), [0, 2, 20, 22], [25, 25, 25, 25])
    found = assign_blocks(problem, time_limit_s=20, gap=0.5)
    assert check_zoning(problem, found.school_of_block) == []
    assert np.bincount(found.school_of_block).tolist() == [25, 25, 25, 25]
