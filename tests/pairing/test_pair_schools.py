"""Pairs a person can check, and laws that every answer keeps."""

import dataclasses
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from districting.errors import InfeasibleError
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
