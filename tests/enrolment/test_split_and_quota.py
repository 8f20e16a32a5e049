"""Graduates over juniors, and quota places over juniors: whole numbers that fit in both directions."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from districting.enrolment.inside import draw_inside
from districting.enrolment.quota import apportion_quota, returned_seats
from districting.enrolment.split import dissimilarity, split_graduates
from districting.solvers.rounding import controlled_rounding


def test_a_split_that_comes_out_whole_is_the_proportion():
    assert split_graduates([60, 40], [75, 25]).pupils.tolist() == [[45, 15], [30, 10]]


def test_a_split_that_does_not_come_out_whole_rounds_each_cell_up_or_down():
    plan = split_graduates([7, 5], [6, 6])
    assert plan.pupils.sum(axis=1).tolist() == [7, 5]
    assert plan.pupils.sum(axis=0).tolist() == [6, 6]
    assert (np.abs(plan.pupils - plan.target) < 1).all()


def test_without_places_for_all_every_junior_is_full_and_the_surplus_is_shared():
    plan = split_graduates([60, 40], [30, 50])
    assert plan.pupils.sum(axis=0).tolist() == [30, 50]
    assert plan.left_over.tolist() == [12, 8]


def test_strata_are_split_in_proportion_each():
    plan = split_graduates([[30, 20], [10, 40]], [50, 50])
    assert plan.pupils.tolist() == [[[15, 15], [10, 10]], [[5, 5], [20, 20]]]


def test_the_quota_of_the_policy_comes_out_as_printed():
    """Policy 2.7: N = 120, 80, 50 and T = 30 give 14.4, 9.6, 6.0, so 14, 10, 6."""
    plan = apportion_quota([30], [120, 80, 50])
    assert plan.exact.round(9).tolist() == [[14.4, 9.6, 6.0]]
    assert plan.places.tolist() == [[14, 10, 6]]


def test_two_seniors_fit_in_both_directions():
    plan = apportion_quota([10, 7], [50, 30, 20])
    assert plan.places.sum(axis=1).tolist() == [10, 7]
    share = 17 * np.array([0.5, 0.3, 0.2])
    assert all(np.floor(s) <= c <= np.ceil(s) for s, c in zip(share, plan.places.sum(axis=0), strict=True))


def test_a_rural_uplift_and_a_floor_lift_the_small():
    plain, lifted = apportion_quota([20], [100, 90, 10]), apportion_quota([20], [100, 90, 10], uplift=[1, 1, 3])
    assert plain.places[0, 2] == 1
    assert lifted.places[0, 2] == 3
    assert apportion_quota([20], [100, 98, 2], floor=2).places.tolist() == [[9, 9, 2]]


def test_floors_that_need_more_than_there_is_are_refused():
    with pytest.raises(ValueError, match="floors need 4 places, there are 3"):
        apportion_quota([3], [5, 5], floor=2)


def test_equal_remainders_go_to_whom_the_draw_puts_first():
    first, last = apportion_quota([1], [5, 5], order=[0, 1]), apportion_quota([1], [5, 5], order=[1, 0])
    assert (first.places.tolist(), last.places.tolist()) == ([[1, 0]], [[0, 1]])


def test_places_that_nobody_takes_return():
    assert returned_seats([[14, 10, 6], [3, 3, 3]], [[20, 8, 6], [0, 3, 9]]).tolist() == [2, 3]


def test_siblings_go_to_one_junior():
    for seed in range(50):
        rng = np.random.default_rng(seed)
        juniors = draw_inside([3, 3, 2], rng.permutation(8), rng.permutation(8), bundles=[(0, 1), (4, 7)])
        assert np.bincount(juniors).tolist() == [3, 3, 2]
        assert juniors[0] == juniors[1]
        assert juniors[4] == juniors[7]


def test_every_pupil_has_the_same_chance_in_the_draw_inside():
    """4,000 draws of 6 pupils for 2 and 4 places: each is at the first junior in a third of them (chi-square, 5 degrees of freedom, p > 0.001)."""
    rng = np.random.default_rng(1)
    hits = np.zeros(6)
    for _ in range(4000):
        hits += draw_inside([2, 4], rng.permutation(6), rng.permutation(6)) == 0
    assert ((hits - 4000 / 3) ** 2 / (4000 / 3)).sum() < 20.5


def test_dissimilarity_of_the_split_is_small_where_separate_schools_are_half():
    assert dissimilarity([[10, 0], [0, 10]]) == 0.5
    assert split_graduates([10, 10], [10, 10]).dissimilarity == 0


tables = st.integers(1, 4).flatmap(lambda p: st.integers(1, 4).flatmap(lambda j: st.tuples(
    st.lists(st.integers(0, 30), min_size=p, max_size=p), st.lists(st.integers(0, 30), min_size=j, max_size=j).filter(any))))  # fmt: skip


@given(tables)
@settings(max_examples=60, deadline=None)
def test_a_split_keeps_every_pupil_and_no_junior_takes_more_than_its_plan(case):
    graduates, plans = case
    plan = split_graduates(graduates, plans)
    assert (plan.pupils.sum(axis=1) + plan.left_over == graduates).all()
    assert (plan.pupils.sum(axis=0) <= plans).all()
    assert plan.left_over.sum() == max(0, sum(graduates) - sum(plans))
    assert (np.abs(plan.pupils - plan.target) < 1 + 1e-9).all()
    assert plan.off >= plan.bound - 1e-9


@given(st.lists(st.lists(st.integers(0, 9), min_size=3, max_size=3), min_size=2, max_size=2))
@settings(max_examples=30, deadline=None)
def test_rounding_is_as_near_as_any_table_with_the_same_sums(cells):
    target = np.array(cells) / 3.0
    target[:, 0] += np.ceil(target.sum(axis=1) - 1e-9) - target.sum(axis=1)
    found = controlled_rounding(target)
    floor = np.floor(target + 1e-9)
    best = np.inf
    for ups in itertools.product((0, 1), repeat=6):
        table = floor + np.array(ups).reshape(2, 3)
        columns, total = target.sum(axis=0), table.sum(axis=0)
        fits = np.allclose(table.sum(axis=1), target.sum(axis=1)) and (total >= np.floor(columns + 1e-8)).all() and (total <= np.ceil(columns - 1e-8)).all()
        if fits and (np.abs(table - target) < 1 - 1e-9).all():
            best = min(best, float(np.abs(table - target).sum()))
    assert found.off == pytest.approx(best)
