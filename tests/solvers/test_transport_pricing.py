"""Prices over every arc: the kernels against plain numpy, whatever form the distances have."""

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from districting.model.zoning_problem import ZoningProblem
from districting.solvers.places import along_curve, places_of
from districting.solvers.pricing import best_candidates, price_bound


def problem_of(demand, capacity, **distances):
    return ZoningProblem(demand=demand, capacity=capacity, edges=np.empty((0, 2)), home_block=np.zeros(len(capacity), dtype=int), keep_home=False, **distances)


def all_metres(problem):
    return np.hypot(*(problem.xy[:, None] - problem.school_xy[None]).transpose(2, 0, 1))


@settings(max_examples=80, deadline=None)
@given(st.integers(1, 120), st.integers(1, 12), st.integers(1, 15), st.integers(0, 10_000))
def test_the_best_schools_by_coordinates_are_those_of_the_whole_table(n, k, count, seed):
    rng = np.random.default_rng(seed)
    origin = rng.choice([0.0, 4.2e6])  # northings are large numbers
    problem = problem_of(np.ones(n), np.full(k, n), xy=origin + rng.random((n, 2)) * 5000, school_xy=origin + rng.random((k, 2)) * 5000)
    price = rng.random(k) * rng.choice([0, 100, 20_000])
    school, metres = best_candidates(problem, price, count)
    priced = np.sort(all_metres(problem) + price, axis=1)[:, : min(count, k)]
    assert metres + price[school] == pytest.approx(priced, abs=1e-6)
    assert metres == pytest.approx(problem.distance_of(np.repeat(np.arange(n), school.shape[1]), school.ravel()).reshape(school.shape), abs=1e-6)
    assert price_bound(problem, price) == pytest.approx(priced[:, 0].sum() - (problem.capacity * price).sum())


def test_coordinates_a_table_and_a_sparse_table_agree():
    rng = np.random.default_rng(2)
    problem = problem_of(np.ones(70), np.full(9, 70), xy=rng.random((70, 2)), school_xy=rng.random((9, 2)))
    price = rng.random(9)
    school, metres = best_candidates(problem, price, 4)
    for table in (all_metres(problem), sp.csr_array(all_metres(problem))):
        other_school, other_m = best_candidates(problem.replace(xy=None, school_xy=None, distance_m=table), price, 4)
        assert (other_school == school).all()
        assert other_m == pytest.approx(metres)


def test_schools_that_cost_the_same_stand_in_their_order():
    problem = problem_of([1], [1, 1, 1], xy=[(0, 0)], school_xy=[(0, 5), (5, 0), (0, -5)])
    school, _ = best_candidates(problem, np.zeros(3), 2)
    assert school.tolist() == [[0, 1]]


def test_a_pair_that_is_not_allowed_is_no_candidate_and_a_stored_zero_is():
    # block 0 may only go to school 1, at no distance; block 1 may go nowhere
    stored = sp.csr_array((np.array([0.0]), np.array([1]), np.array([0, 1, 1])), shape=(2, 2))
    dense = np.array([[np.inf, 0.0], [np.inf, np.inf]])
    for table in (stored, dense):
        school, metres = best_candidates(problem_of([1, 0], [1, 1], distance_m=table), np.zeros(2), 2)
        assert school.tolist() == [[1, -1], [-1, -1]]
        assert metres.tolist() == [[0, np.inf], [np.inf, np.inf]]


def test_blocks_without_pupils_do_not_weigh_in_the_bound_even_with_no_school():
    problem = problem_of([2, 0], [5], distance_m=np.array([[3.0], [np.inf]]))
    assert price_bound(problem, np.array([1.0])) == 2 * 4 - 5


def test_neighbours_on_the_curve_are_near_each_other():
    xy = np.random.default_rng(0).random((4000, 2))
    ordered = xy[along_curve(xy)]
    steps = np.hypot(*np.diff(ordered, axis=0).T)
    assert sorted(along_curve(xy).tolist()) == list(range(4000))
    assert steps.mean() < 3 / np.sqrt(4000)  # a random order has a mean step of 0.52


def test_coarse_places_keep_every_pupil_and_their_middle():
    rng = np.random.default_rng(1)
    problem = problem_of(rng.integers(1, 9, 100), [900], xy=rng.random((100, 2)), school_xy=[(0, 0)])
    places = places_of(problem, problem.demand > 0)
    few = places.coarse(30)
    assert len(few.demand) <= 30
    assert few.demand.sum() == problem.demand.sum()
    assert few.demand @ few.xy == pytest.approx(problem.demand @ problem.xy)
