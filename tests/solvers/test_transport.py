"""The transportation bound against other solvers, and the law that any prices prove a bound."""

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from ortools.graph.python import min_cost_flow
from scipy.optimize import linprog

from districting.errors import InfeasibleError
from districting.model.zoning_problem import ZoningProblem
from districting.solvers.transport import price_bound, solve_transport
from scripts.synthetic_city import synthetic_city


def problem_of(demand, capacity, **distances):
    return ZoningProblem(demand=demand, capacity=capacity, edges=np.empty((0, 2)), home_block=np.zeros(len(capacity), dtype=int), keep_home=False, **distances)


def random_problem(rng, n, k, slack=1.1):
    demand = rng.integers(0, 20, n)
    share = rng.random(k) + 0.05
    capacity = np.ceil(demand.sum() * slack * share / share.sum())
    return problem_of(demand, capacity, xy=rng.random((n, 2)) * 1000, school_xy=rng.random((k, 2)) * 1000)


def cost_of(problem, found):
    return float((found.flow_pupils * problem.distance_of(found.flow_block, found.flow_school)).sum())


def linear_programme(problem):
    n, k = problem.block_count, problem.school_count
    metres = np.array([problem.distance_of(np.full(k, i), np.arange(k)) for i in range(n)])
    rows = sp.kron(sp.eye(n), np.ones((1, k))).tocsr()
    columns = sp.kron(np.ones((1, n)), sp.eye(k)).tocsr()
    return linprog(metres.ravel(), A_eq=rows, b_eq=problem.demand, A_ub=columns, b_ub=problem.capacity).fun


@pytest.mark.parametrize("seed", range(6))
def test_flow_and_bound_meet_at_the_value_of_a_linear_programme(seed):
    rng = np.random.default_rng(seed)
    problem = random_problem(rng, 60, 7, slack=1.02)
    found = solve_transport(problem, candidates=3)
    assert found.bound == pytest.approx(linear_programme(problem), rel=1e-7)
    assert cost_of(problem, found) == pytest.approx(found.bound, rel=1e-9)


@pytest.mark.parametrize("kind", ["real", "hard"])
def test_a_city_of_2000_blocks_gives_the_optimum_of_a_min_cost_flow_over_all_arcs(kind):
    city = synthetic_city(2000, 20, seed=3, kind=kind, polygons=False)
    problem = problem_of(city.demand, city.capacity, xy=city.xy, school_xy=city.school_xy)
    found = solve_transport(problem)
    metres = np.rint(np.hypot(*(city.xy[:, None] - city.school_xy[None]).transpose(2, 0, 1)) * 1000).astype(np.int64)
    flow = min_cost_flow.SimpleMinCostFlow()
    n, k = metres.shape
    block, school = np.repeat(np.arange(n), k), np.tile(np.arange(k), n)
    flow.add_arcs_with_capacity_and_unit_cost(block, n + school, city.demand[block], metres.ravel())
    flow.add_arcs_with_capacity_and_unit_cost(n + np.arange(k), np.full(k, n + k), city.capacity, np.zeros(k, dtype=np.int64))
    flow.set_nodes_supplies(np.arange(n + k + 1), np.concatenate([city.demand, np.zeros(k, dtype=np.int64), [-city.demand.sum()]]))
    assert flow.solve() == flow.OPTIMAL
    assert found.bound == pytest.approx(flow.optimal_cost() / 1000, rel=1e-6)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 30), st.integers(1, 6), st.integers(0, 10_000))
def test_any_prices_prove_a_bound_that_no_plan_undercuts(n, k, seed):
    rng = np.random.default_rng(seed)
    problem = random_problem(rng, n, k)
    found = solve_transport(problem, candidates=2)
    anything = rng.random(k) * rng.choice([0, 10, 1000])
    assert price_bound(problem, anything) <= found.bound * (1 + 1e-9) + 1e-6
    assert found.bound == pytest.approx(price_bound(problem, found.seat_price_m), rel=1e-12)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 40), st.integers(1, 6), st.integers(0, 10_000))
def test_the_flow_seats_every_pupil_and_only_full_schools_have_a_price(n, k, seed):
    problem = random_problem(np.random.default_rng(seed), n, k)
    found = solve_transport(problem)
    assert np.bincount(found.flow_block, found.flow_pupils, n) == pytest.approx(problem.demand)
    load = np.bincount(found.flow_school, found.flow_pupils, k)
    assert (load <= problem.capacity + 1e-6).all()
    assert (found.seat_price_m >= 0).all()
    assert load[found.seat_price_m > 1e-6] == pytest.approx(problem.capacity[found.seat_price_m > 1e-6])


def test_plenty_of_seats_sends_everybody_to_the_nearest_school_at_price_zero():
    problem = problem_of([5, 5], [100, 100], xy=[(0, 0), (10, 0)], school_xy=[(1, 0), (8, 0)])
    found = solve_transport(problem)
    assert found.bound == 5 * 1 + 5 * 2
    assert found.seat_price_m.tolist() == [0, 0]


def test_a_seat_is_worth_the_detour_it_saves():
    # school 0 takes 4 of the 6 pupils beside it; the other 2 go 100 m farther, so one more seat there would save 100 m
    problem = problem_of([6, 1], [4, 10], xy=[(0, 0), (100, 0)], school_xy=[(0, 0), (100, 0)])
    found = solve_transport(problem)
    assert found.bound == 200
    assert found.seat_price_m == pytest.approx([100, 0])


def test_too_few_seats_are_counted():
    with pytest.raises(InfeasibleError) as caught:
        solve_transport(problem_of([5, 5], [4, 3], xy=[(0, 0), (1, 0)], school_xy=[(0, 0), (1, 0)]))
    assert caught.value.conflicts[0].amount == 3


def test_forbidden_arcs_that_leave_pupils_unseated_name_the_schools():
    # blocks 0 and 1 may only go to school 0, which is 3 seats short of their 8 pupils; school 1 stands empty
    metres = np.array([[1.0, np.inf], [2.0, np.inf], [9.0, 1.0]])
    for table in (metres, sp.csr_array(np.where(np.isfinite(metres), metres, 0))):
        with pytest.raises(InfeasibleError) as caught:
            solve_transport(problem_of([4, 4, 1], [5, 20], distance_m=table))
        assert caught.value.conflicts[0].amount == 3
        assert "can only reach 0" in str(caught.value)


def test_a_table_of_distances_gives_the_same_as_the_coordinates_it_was_made_from():
    problem = random_problem(np.random.default_rng(5), 50, 5)
    table = np.hypot(*(problem.xy[:, None] - problem.school_xy[None]).transpose(2, 0, 1))
    other = problem.replace(xy=None, school_xy=None, distance_m=table)
    assert solve_transport(other).bound == pytest.approx(solve_transport(problem).bound)


def test_schools_without_seats_and_blocks_in_one_place_are_no_trouble():
    found = solve_transport(problem_of([3, 0, 3], [0, 3, 3], xy=[(0, 0)] * 3, school_xy=[(0, 0), (3, 4), (0, 10)]))
    assert found.bound == 3 * 5 + 3 * 10
    assert set(found.flow_block.tolist()) == {0, 2}
