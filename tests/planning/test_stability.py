"""Which blocks hang by little: margins against the optimality of a linear programme, plans drawn anew near a plan."""

import numpy as np
import pytest
from scipy.optimize import linprog

import districting as dt
from districting.checking import check_zoning
from districting.planning.stability import margins, rank_agreement, shaken, stability_map
from districting.solvers.transport import solve_transport
from districting.zoning.near import zones_near
from tests.planning.strip_city import strip_city


def row_of(pupils, seats, homes, places):
    n = len(pupils)
    return dt.ZoningProblem(
        demand=pupils, capacity=seats, edges=[(i, i + 1) for i in range(n - 1)], home_block=homes, xy=[(100.0 * i, 0) for i in range(n)], school_xy=places
    )


def test_margins_by_hand_count_distance_and_only_blocks_beside_another_zone_have_one():
    problem = row_of([1, 1, 1, 1], [4, 4], [0, 3], [(0, 0), (300, 0)])
    margin, rival = margins(problem, np.array([0, 0, 1, 1]))
    assert margin.tolist() == [np.inf, 100.0, 100.0, np.inf]
    assert rival.tolist() == [-1, 1, 0, -1]


@pytest.mark.parametrize("seed", range(6))
def test_at_the_zones_of_the_best_transport_no_margin_is_below_nothing_as_its_reduced_costs_are_not(seed):
    rng = np.random.default_rng(seed)
    n, k = 14, 3
    xy, at = rng.uniform(0, 1000, (n, 2)), rng.uniform(0, 1000, (k, 2))
    demand = rng.integers(1, 6, n).astype(float)
    edges = [(i, j) for i in range(n) for j in range(i + 1, n)]
    problem = dt.ZoningProblem(demand=demand, capacity=np.full(k, np.ceil(demand.sum() / k) + 2), edges=edges, home_block=[0, 1, 2], xy=xy, school_xy=at)
    metres = np.hypot(*(xy[:, None] - at[None]).transpose(2, 0, 1))
    free = problem.replace(keep_home=False)
    rows = [np.kron(np.eye(n), np.ones(k)), np.kron(np.ones(n), np.eye(k))]
    best = linprog((metres).ravel(), A_eq=rows[0], b_eq=demand, A_ub=rows[1], b_ub=problem.capacity)
    flow = best.x.reshape(n, k)
    whole = np.isclose(flow.max(axis=1), demand)
    margin, _ = margins(free, flow.argmax(axis=1))
    assert solve_transport(free).bound == pytest.approx(best.fun)
    assert (margin[whole] >= -1e-6).all()


def test_a_plan_that_passes_its_seats_after_a_change_is_drawn_anew_within_them():
    problem = row_of([2, 2, 2, 2, 2, 2], [6, 8], [0, 5], [(0, 0), (500, 0)])
    start = np.array([0, 0, 0, 0, 1, 1])
    found = zones_near(problem, start, steps=4000)
    assert found.tolist() == [0, 0, 0, 1, 1, 1]
    assert check_zoning(problem, found) == []


def test_where_no_plan_is_within_the_seats_none_is_given():
    assert zones_near(row_of([2, 2, 2], [3, 2], [0, 2], [(0, 0), (200, 0)]), np.array([0, 0, 1]), steps=500) is None


def test_a_small_change_keeps_the_sum_of_pupils_and_no_change_changes_nothing():
    problem = row_of([2, 3, 4, 5], [9, 9], [0, 3], [(0, 0), (300, 0)])
    label = np.array([0, 0, 1, 1])
    other = shaken(problem, label, np.random.default_rng(0), 0.2)
    assert other.demand.sum() == pytest.approx(14.0)
    assert not np.allclose(other.demand, problem.demand)
    same = shaken(problem, label, np.random.default_rng(0), 0.0)
    assert same.demand.tolist() == problem.demand.tolist()
    assert same.xy.tolist() == problem.xy.tolist()


def test_a_change_of_distances_from_a_table_keeps_pairs_that_are_not_allowed_so():
    problem = dt.ZoningProblem(demand=[1, 1], capacity=[2, 2], edges=[(0, 1)], home_block=[0, 1], distance_m=[[5.0, np.inf], [9.0, 4.0]])
    other = shaken(problem, np.array([0, 1]), np.random.default_rng(0), 0.1)
    assert np.isinf(other.distance_m[0, 1])
    assert other.distance_m[1, 0] != 9.0


def test_agreement_is_the_share_of_pairs_in_the_right_order():
    margin, moved = np.array([5.0, 1.0, 3.0, np.nan, 4.0]), np.array([False, True, True, True, False])
    pairs = [(a < b) + 0.5 * (a == b) for a in margin[moved][:2] for b in margin[~moved]]
    assert rank_agreement(margin, moved) == np.mean(pairs)
    assert np.isnan(rank_agreement(margin, np.zeros(5, dtype=bool)))


def test_the_map_of_a_strip_of_zones_is_the_same_for_the_same_seed_and_inner_blocks_have_no_margin():
    plan = dt.make_plan(strip_city())
    one, two = (stability_map(plan, "primary", np.random.default_rng(3), change=0.3, resolves=4, steps=2000) for _ in range(2))
    assert one.flips.tobytes() == two.flips.tobytes()
    assert one.resolves + one.without_plan == 4
    assert np.isinf(one.margin_m[[0, 1, 4, 7, 10, 11]]).all()
    assert (one.margin_m[[2, 3, 5, 6, 8, 9]] >= 0).all()
    assert one.rival[2] == "P-B"
    assert one.still.sum() == 0
