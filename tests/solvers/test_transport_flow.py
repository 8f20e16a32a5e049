"""The exact finish: any first prices lead to the optimum, and what cannot be seated is counted."""

import warnings

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from ortools.graph.python import max_flow

from districting.errors import InfeasibleError
from districting.model.zoning_problem import ZoningProblem
from districting.solvers import transport
from districting.solvers.places import places_of
from districting.solvers.pricing import best_candidates, price_bound
from districting.solvers.shortest_paths import board_of, settle
from districting.solvers.transport import solve_transport
from districting.solvers.transport_newton import warm_prices
from scripts.synthetic_city import synthetic_city


def problem_of(demand, capacity, **distances):
    return ZoningProblem(demand=demand, capacity=capacity, edges=np.empty((0, 2)), home_block=np.zeros(len(capacity), dtype=int), keep_home=False, **distances)


def random_problem(rng, n, k, slack=1.05):
    demand = rng.integers(0, 20, n)
    share = rng.random(k) * (rng.random(k) < 0.8) + 0.01
    capacity = np.ceil(demand.sum() * slack * share / share.sum())
    return problem_of(demand, capacity, xy=rng.random((n, 2)) * 1000, school_xy=rng.random((k, 2)) * 1000)


def all_metres(problem):
    return np.hypot(*(problem.xy[:, None] - problem.school_xy[None]).transpose(2, 0, 1))


def earth_mover(problem):
    """The optimum by POT: empty seats are one more place, at no distance from any school."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its own docstrings, when it is compiled
        import ot
    metres = np.vstack([all_metres(problem), np.zeros(problem.school_count)])
    demand = np.append(problem.demand, problem.capacity.sum() - problem.demand.sum())
    total = demand.sum()
    return total * ot.emd2(demand / total, problem.capacity / total, metres)


def cost_of(problem, found):
    return float((found.flow_pupils * problem.distance_of(found.flow_block, found.flow_school)).sum())


@pytest.mark.parametrize("seed", range(5))
def test_the_bound_is_the_earth_movers_distance(seed):
    problem = random_problem(np.random.default_rng(seed), 150, 12)
    assert solve_transport(problem).bound == pytest.approx(earth_mover(problem), rel=1e-7)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 40), st.integers(2, 7), st.integers(0, 10_000))
def test_any_first_prices_lead_to_the_same_optimum(n, k, seed):
    rng = np.random.default_rng(seed)
    problem = random_problem(rng, n, k)
    school, metres = best_candidates(problem, np.zeros(k), k)
    board = board_of(school, metres, problem.demand.copy(), problem.capacity)
    board.price[:-1] = rng.random(k) * rng.choice([1, 100, 5000])
    assert settle(board, 1e-9) == 0
    assert (board.flow * metres).sum() == pytest.approx(solve_transport(problem).bound, rel=1e-9, abs=1e-6)
    assert (board.load == problem.capacity).all()  # pupils and empty seats together fill every school


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_without_first_prices_rounds_of_pricing_find_the_missing_arcs(seed):
    """Six candidates by distance alone are not enough: the flow is mended until it meets the bound."""
    problem = random_problem(np.random.default_rng(seed), 60, 14, slack=1.01)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transport, "warm_prices", lambda places, seats, count: np.zeros(len(seats)))
        found = solve_transport(problem, candidates=2, rounds=50)
    assert cost_of(problem, found) == pytest.approx(found.bound, rel=1e-8)
    assert found.bound == pytest.approx(solve_transport(problem).bound, rel=1e-8)


def test_first_prices_leave_little_to_be_proved():
    city = synthetic_city(2000, 20, seed=5, kind="hard", polygons=False)
    problem = problem_of(city.demand, city.capacity, xy=city.xy, school_xy=city.school_xy)
    best = solve_transport(problem).bound
    first = price_bound(problem, warm_prices(places_of(problem, problem.demand > 0), problem.capacity, 8))
    nearest = price_bound(problem, np.zeros(20))
    assert nearest < first <= best * (1 + 1e-12)
    assert best - first < 0.01 * (best - nearest)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 25), st.integers(1, 6), st.integers(0, 10_000), st.booleans())
def test_what_forbidden_arcs_leave_unseated_is_what_a_maximum_flow_leaves(n, k, seed, stored):
    rng = np.random.default_rng(seed)
    demand = rng.integers(1, 10, n)
    capacity = np.ceil(demand.sum() * 1.05 * (share := rng.random(k) + 0.05) / share.sum()).astype(np.int64)
    allowed = rng.random((n, k)) < 0.4
    metres = np.where(allowed, rng.random((n, k)) * 100 + 1, np.inf)
    block, school = np.nonzero(allowed)
    flow = max_flow.SimpleMaxFlow()
    flow.add_arcs_with_capacity(np.full(n, n + k), np.arange(n), demand)
    flow.add_arcs_with_capacity(block, n + school, demand[block])
    flow.add_arcs_with_capacity(n + np.arange(k), np.full(k, n + k + 1), capacity)
    flow.solve(n + k, n + k + 1)
    short = int(demand.sum()) - flow.optimal_flow()
    problem = problem_of(demand, capacity, distance_m=sp.csr_array(np.where(allowed, metres, 0)) if stored else metres)
    if short == 0:
        found = solve_transport(problem, candidates=1)
        assert cost_of(problem, found) == pytest.approx(found.bound, rel=1e-8)
        return
    with pytest.raises(InfeasibleError) as caught:
        solve_transport(problem)
    assert sum(c.amount for c in caught.value.conflicts) == short
    for conflict in caught.value.conflicts:
        if conflict.rule == "seats":  # Hall: the blocks that are allowed only these schools have more pupils than these have seats
            schools = conflict.problem.values["schools"]
            confined = ~np.delete(allowed, schools, axis=1).any(axis=1) & allowed.any(axis=1)
            assert demand[confined].sum() - capacity[schools].sum() == conflict.amount
            assert confined.sum() == conflict.problem.values["count"]
        else:
            assert demand[~allowed.any(axis=1)].sum() == conflict.amount


def test_a_block_with_no_allowed_school_is_named():
    metres = np.array([[1.0, 2.0], [np.inf, np.inf], [3.0, 1.0]])
    with pytest.raises(InfeasibleError) as caught:
        solve_transport(problem_of([2, 7, 2], [10, 10], distance_m=metres))
    (conflict,) = caught.value.conflicts
    assert (conflict.rule, conflict.amount, conflict.problem.values["first"]) == ("allowed", 7, [1])
    assert "1 block(s) with 7 pupils" in str(caught.value)


def test_fractions_of_pupils_are_seated_to_the_last_bit():
    rng = np.random.default_rng(8)
    demand = rng.random(300) * 3
    share = rng.random(9)
    problem = problem_of(demand, share / share.sum() * demand.sum(), xy=rng.random((300, 2)), school_xy=rng.random((9, 2)))
    found = solve_transport(problem)
    assert np.bincount(found.flow_block, found.flow_pupils, 300) == pytest.approx(demand)
    assert cost_of(problem, found) == pytest.approx(found.bound, rel=1e-8)
    assert found.bound == pytest.approx(earth_mover(problem), rel=1e-7)


def test_as_many_seats_as_pupils_lower_every_price_by_what_the_cheapest_costs():
    # 10 pupils at 0 m and 10 seats on either side of them, 5 each: every seat is taken, and only the difference of the prices matters
    found = solve_transport(problem_of([10], [5, 5], xy=[(0, 0)], school_xy=[(-3, 0), (7, 0)]))
    assert found.bound == 5 * 3 + 5 * 7
    assert found.seat_price_m == pytest.approx([4, 0])


def test_one_school_takes_everybody():
    found = solve_transport(problem_of([2, 3], [9], xy=[(0, 0), (4, 0)], school_xy=[(0, 0)]))
    assert (found.bound, found.seat_price_m.tolist(), found.flow_pupils.tolist()) == (12, [0], [2, 3])


def test_a_block_larger_than_any_school_is_split():
    found = solve_transport(problem_of([10], [4, 4, 4], xy=[(0, 0)], school_xy=[(1, 0), (2, 0), (3, 0)]))
    assert found.bound == 4 * 1 + 4 * 2 + 2 * 3
    assert found.seat_price_m == pytest.approx([2, 1, 0])


def test_blocks_on_a_grid_with_many_equal_distances_are_proved_too():
    x, y = np.meshgrid(np.arange(12), np.arange(12))
    xy = np.column_stack([x.ravel(), y.ravel()]).astype(float)
    problem = problem_of(np.full(144, 5), [100, 200, 150, 270], xy=xy, school_xy=[(0, 0), (11, 0), (0, 11), (11, 11)])
    found = solve_transport(problem)
    assert found.bound == pytest.approx(earth_mover(problem), rel=1e-9)
    assert cost_of(problem, found) == pytest.approx(found.bound, rel=1e-9)


def test_everybody_in_one_place_beside_every_school_costs_nothing():
    found = solve_transport(problem_of([5, 5], [6, 6], xy=[(1, 1), (1, 1)], school_xy=[(1, 1), (1, 1)]))
    assert found.bound == 0
    assert found.flow_pupils.sum() == 10


def test_a_town_without_pupils_still_has_candidates():
    found = solve_transport(problem_of([0, 0], [5, 5], xy=[(0, 0), (9, 0)], school_xy=[(0, 0), (9, 0)]))
    assert found.bound == 0
    assert len(found.flow_block) == 0
    assert found.candidates.tolist() == [[0, 1], [1, 0]]


def test_the_same_problem_gives_the_same_bytes():
    city = synthetic_city(1500, 15, seed=2, polygons=False)
    problem = problem_of(city.demand, city.capacity, xy=city.xy, school_xy=city.school_xy)
    one, two = solve_transport(problem), solve_transport(problem)
    for name in ("seat_price_m", "flow_block", "flow_school", "flow_pupils", "candidates", "candidate_m"):
        assert getattr(one, name).tobytes() == getattr(two, name).tobytes()
