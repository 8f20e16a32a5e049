"""Pairs a person can check, and laws that every answer keeps."""

import dataclasses
from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ortools.graph.python import min_cost_flow

from districting.checking.pairing.school import check_school_pairs
from districting.errors import DataError, InfeasibleError
from districting.model.pairing_problem import PairingProblem
from districting.pairing import pair_schools


def schools(score, x, donors, **changes):
    """The first ``donors`` schools are donors, the rest recipients, on a line at ``x`` metres."""
    n = len(score)
    first = np.arange(n) < donors
    xy = np.column_stack([np.array(x, dtype=float), np.zeros(n)])
    codes = tuple(f"S{i:02d}" for i in range(n))
    return dataclasses.replace(PairingProblem(np.array(score, dtype=float), first, ~first, xy, gap_weight_m=0.0, code=codes), **changes)


def pairs(found):
    return dict(zip(found.recipient_of_pair.tolist(), found.donor_of_pair.tolist(), strict=True))


def test_the_nearest_donors_are_taken_when_only_distance_counts():
    found = pair_schools(schools([90, 90, 60, 60], [0, 1000, 1100, 100], 2))
    assert pairs(found) == {2: 1, 3: 0}
    assert found.objective == found.bound == 200.0


def test_a_wide_score_gap_is_preferred_when_it_weighs_more():
    problem = schools([95, 80, 60], [0, 400, 500], 2, gap_weight_m=10_000.0)
    assert pairs(pair_schools(problem)) == {2: 0}


def test_a_recipient_no_donor_surpasses_is_left_out_and_named():
    found = pair_schools(schools([80, 60, 80], [0, 10, 20], 1))
    assert pairs(found) == {1: 0}
    assert found.unpaired.tolist() == [2]


def test_a_remote_pair_is_flagged_and_taken_only_when_nothing_nearer_is_left():
    found = pair_schools(schools([90, 90, 60, 60], [0, 9000, 100, 200], 2, max_distance_m=5000.0))
    assert found.remote.sum() == 1
    near = pair_schools(schools([90, 90, 60, 60], [0, 9000, 100, 200], 2, max_distance_m=5000.0, donor_cap=2))
    assert not near.remote.any()


def test_too_few_donors_gives_the_number_and_the_least_cap():
    with pytest.raises(InfeasibleError) as caught:
        pair_schools(schools([90, 60, 60, 60], [0, 1, 2, 3], 1))
    (conflict,) = caught.value.conflicts
    assert (conflict.rule, conflict.amount) == ("donor_cap", 2.0)
    assert "donor_cap >= 3" in caught.value.relaxations[0].say("en")
    assert len(pair_schools(schools([90, 60, 60, 60], [0, 1, 2, 3], 1, donor_cap=3)).donor_of_pair) == 3


def test_the_runner_up_is_the_donor_of_the_best_plan_without_the_pair():
    found = pair_schools(schools([90, 90, 60], [0, 300, 10], 2))
    assert found.donor_of_pair.tolist() == [0]
    assert found.runner_up_of_pair.tolist() == [1]
    alone = pair_schools(schools([90, 60], [0, 10], 1))
    assert alone.runner_up_of_pair.tolist() == [-1]


def test_no_recipient_means_no_pair():
    assert len(pair_schools(schools([90, 80], [0, 1], 2)).donor_of_pair) == 0


def test_equal_schools_are_paired_in_the_order_of_their_codes():
    found = pair_schools(schools([90, 90, 60, 60], [0, 0, 0, 0], 2))
    assert pairs(found) == {2: 0, 3: 1}


places = st.lists(st.integers(0, 10_000), min_size=8, max_size=8)
scores = st.lists(st.integers(50, 100), min_size=8, max_size=8)


def solved(problem):
    try:
        return pair_schools(problem)
    except InfeasibleError:
        return None


@settings(max_examples=60, deadline=None)
@given(scores, places)
def test_no_other_assignment_is_cheaper(score, x):
    problem = schools(score, x, 4)
    found = solved(problem)
    stronger = [[score[d] > score[r] for d in range(4)] for r in range(4, 8)]
    served = [r for r in range(4) if any(stronger[r])]
    costs = [
        sum(abs(x[d] - x[r + 4]) for r, d in zip(served, chosen, strict=False))
        for chosen in permutations(range(4), len(served))
        if all(stronger[r][d] for r, d in zip(served, chosen, strict=True))
    ]
    if found is None:
        assert not costs
        return
    assert found.objective == pytest.approx(min(costs))


@settings(max_examples=40, deadline=None)
@given(scores, places, st.permutations(range(8)))
def test_the_order_of_the_schools_changes_nothing(score, x, order):
    problem = schools(score, x, 4, gap_weight_m=100.0)
    index = np.array(order)
    shuffled = dataclasses.replace(
        problem,
        score=problem.score[index],
        is_donor=problem.is_donor[index],
        is_recipient=problem.is_recipient[index],
        xy=problem.xy[index],
        code=tuple(problem.code[i] for i in order),
    )
    first, second = solved(problem), solved(shuffled)
    assert (first is None) == (second is None)
    if first is not None and second is not None:
        assert pairs(first) == {int(index[r]): int(index[d]) for r, d in pairs(second).items()}


@settings(max_examples=40, deadline=None)
@given(scores, places)
def test_a_higher_cap_never_costs_more(score, x):
    problem = schools(score, x, 4)
    tight, loose = solved(problem), solved(dataclasses.replace(problem, donor_cap=2))
    if tight is not None:
        assert loose is not None
        assert loose.objective <= tight.objective + 1e-9


def test_like_gaps_are_wanted_so_the_strongest_goes_to_the_strongest():
    # gaps 95-70, 85-60 are 25 and 25; 95-60, 85-70 are 35 and 15: the mean gap is 25
    problem = schools([95, 85, 70, 60], [0, 0, 0, 0], 2, gap_weight_m=1000.0, gap_goal="alike")
    found = pair_schools(problem)
    assert pairs(found) == {2: 0, 3: 1}
    assert found.objective == pytest.approx(0.0)


def test_wide_gaps_choose_among_donors_in_surplus_and_nothing_else():
    every = schools([95, 85, 70, 60], [0, 300, 0, 300], 2, gap_weight_m=1e6)
    assert pairs(pair_schools(every)) == {2: 0, 3: 1}, "distance alone decides where both donors are needed"
    surplus = schools([95, 85, 90, 60], [0, 300, 250, 300], 3, gap_weight_m=1e6)
    assert pairs(pair_schools(surplus)) == {3: 0}


def test_size_weighs_metres_for_every_doubling():
    problem = schools([90, 90, 60], [0, 500, 0], 2, pupils=np.array([1600.0, 400.0, 200.0]), size_weight_m=400.0)
    # 0 m and three doublings are 1200; 500 m and one doubling are 900
    found = pair_schools(problem)
    assert pairs(found) == {2: 1}
    assert found.objective == pytest.approx(900.0)


def test_a_school_without_pupils_counts_as_one():
    problem = schools([90, 60], [0, 0], 1, pupils=np.array([8.0, 0.0]), size_weight_m=100.0)
    assert pair_schools(problem).objective == pytest.approx(300.0)


def test_a_pin_stands_whatever_it_costs_and_wherever_it_is():
    problem = schools([90, 90, 60, 60], [0, 9000, 0, 9000], 2, pinned=np.array([[0, 3]]), allowed=np.zeros((4, 4), dtype=bool) | (np.arange(4) == 2))
    found = pair_schools(problem)
    assert pairs(found) == {2: 1, 3: 0}
    assert found.pinned.tolist() == [False, True]
    assert found.runner_up_of_pair.tolist() == [-1, -1]
    assert found.score_margin_of_pair[1] == 30.0


def test_a_pinned_school_that_is_no_donor_otherwise_carries_nobody_else():
    problem = schools([90, 80, 60, 60], [0, 100, 100, 100], 1, donor_cap=5, pinned=np.array([[1, 2]]))
    problem = dataclasses.replace(problem, is_recipient=np.array([False, False, True, True]))
    assert pairs(pair_schools(problem)) == {2: 1, 3: 0}


def test_pins_that_contradict_the_rules_are_named():
    with pytest.raises(DataError) as caught:
        pair_schools(schools([90, 80, 85], [0, 0, 0], 2, pinned=np.array([[1, 2], [0, 2], [0, 0]])))
    assert [f.problem.key for f in caught.value.faults] == ["pairing.pin_not_stronger", "pairing.pin_twice", "pairing.pin_itself"]


def test_more_pins_than_a_donor_may_carry_ask_for_a_higher_cap_which_works():
    problem = schools([90, 90, 60, 60], [0, 0, 0, 0], 2, pinned=np.array([[0, 2], [0, 3]]))
    with pytest.raises(InfeasibleError) as caught:
        pair_schools(problem)
    assert (caught.value.conflicts[0].rule, caught.value.conflicts[0].amount) == ("donor_cap", 1.0)
    assert "donor_cap >= 2" in caught.value.relaxations[0].say("en")
    assert pairs(pair_schools(dataclasses.replace(problem, donor_cap=2))) == {2: 0, 3: 0}


@settings(max_examples=80, deadline=None)
@given(scores, places, st.lists(st.integers(1, 2000), min_size=8, max_size=8), st.sampled_from(["wide", "alike"]), st.sampled_from([1, 2]), st.data())
def test_no_plan_that_keeps_the_pins_is_cheaper(score, x, pupils, goal, cap, data):
    problem = schools(score, x, 4, gap_goal=goal, gap_weight_m=3000.0, pupils=np.array(pupils, dtype=float), size_weight_m=700.0, donor_cap=cap)
    stronger = {r: [d for d in range(4) if score[d] > score[r]] for r in range(4, 8)}
    served = [r for r in stronger if stronger[r]]
    if not served:
        return
    kept = data.draw(st.sampled_from(served))
    donor = data.draw(st.sampled_from(stronger[kept]))
    problem = dataclasses.replace(problem, pinned=np.array([[donor, kept]]))
    options = [[donor] if r == kept else stronger[r] for r in served]
    gaps = [score[d] - score[r] for r, ds in zip(served, options, strict=True) for d in ds]
    reference, spread = (max(gaps) if goal == "wide" else sum(gaps) / len(gaps)), float(np.std(score))

    def price(d, r):
        gap = score[d] - score[r]
        size = abs(np.log2(pupils[d] / pupils[r]))
        return abs(x[d] - x[r]) + 3000.0 / spread * (reference - gap if goal == "wide" else abs(gap - reference)) + 700.0 * size

    plans = [plan for plan in product(*options) if max(plan.count(d) for d in plan) <= cap]
    found = solved(problem)
    if found is None:
        assert not plans
        return
    assert pairs(found)[kept] == donor
    assert check_school_pairs(problem, found.donor_of_pair, found.recipient_of_pair, found.unpaired) == []
    assert found.objective == pytest.approx(min(sum(price(d, r) for d, r in zip(plan, served, strict=True)) for plan in plans))


@pytest.mark.parametrize(("cap", "goal", "seed"), [(1, "wide", 0), (2, "alike", 1), (3, "wide", 2), (3, "alike", 3)])
def test_a_min_cost_flow_of_another_library_finds_nothing_cheaper(cap, goal, seed):
    rng = np.random.default_rng(seed)
    first = np.arange(70) < 30 + 15 * (cap == 1)
    score = np.where(first, 76.0, 62.0) + np.round(rng.uniform(-8, 8, 70))
    pupils = rng.integers(50, 2000, 70).astype(float)
    problem = PairingProblem(
        score, first, ~first, rng.uniform(0, 30_000, (70, 2)), donor_cap=cap, gap_goal=goal, gap_weight_m=4000.0, pupils=pupils, size_weight_m=900.0
    )
    found = pair_schools(problem)
    gap = score[first][None, :] - score[~first][:, None]
    reference = gap[gap > 0].max() if goal == "wide" else gap[gap > 0].mean()
    wanted = reference - gap if goal == "wide" else np.abs(gap - reference)
    distance = np.hypot(*(problem.xy[~first][:, None] - problem.xy[first][None]).transpose(2, 0, 1))
    cost = distance + 4000.0 / score.std() * wanted + 900.0 * np.abs(np.log2(pupils[first][None, :] / pupils[~first][:, None]))
    flow = min_cost_flow.SimpleMinCostFlow()
    rows, donors = cost.shape
    for i, j in zip(*np.nonzero(gap > 0), strict=True):
        flow.add_arc_with_capacity_and_unit_cost(int(i), rows + int(j), 1, round(1000 * cost[i, j]))
    for j in range(donors):
        flow.add_arc_with_capacity_and_unit_cost(rows + j, rows + donors, cap, 0)
    served = (gap > 0).any(axis=1)
    for i in range(rows):
        flow.set_node_supply(i, int(served[i]))
    flow.set_node_supply(rows + donors, -int(served.sum()))
    assert flow.solve() == flow.OPTIMAL
    assert found.objective == pytest.approx(flow.optimal_cost() / 1000, abs=rows / 1000)
