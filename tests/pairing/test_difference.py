"""Pairs in which both gain: cases a person can check, brute force, and laws."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from districting.checking.pairing.difference import check_difference
from districting.measures.composite import standardised
from districting.model.difference_problem import DifferenceProblem
from districting.pairing import gain_matrix, gifts, pair_differences


def schools(z, x=None, **changes):
    values = np.array(z, dtype=float)
    place = np.zeros(len(values)) if x is None else np.array(x, dtype=float)
    codes = tuple(f"S{i:02d}" for i in range(len(values)))
    base = DifferenceProblem(values, np.ones(values.shape[1]), np.column_stack([place, np.zeros(len(values))]), gain_value_m=10_000.0, code=codes)
    return dataclasses.replace(base, **changes)


def pairs(found):
    return set(zip(found.a.tolist(), found.b.tolist(), strict=True))


def test_a_gain_is_what_the_other_has_above_the_average_and_one_lacks_itself():
    z = np.array([[2.0, -1.0], [-1.0, 1.0], [-1.0, 0.0]])
    gain = gain_matrix(z, np.array([3.0, 1.0]))
    assert gain[1, 0] == pytest.approx(0.75 * 2.0 * 1.0)
    assert gain[0, 1] == pytest.approx(0.25 * 1.0 * 1.0)
    assert gain[2, 1] == 0.0  # the second has nothing that the third lacks
    assert gifts(z, np.array([3.0, 1.0]), np.array([0]), np.array([1])).tolist() == [[1.5, 0.0]]


def test_a_resource_that_does_not_vary_counts_nothing():
    z = np.array([[1.0, 0.5], [-1.0, 0.5]])
    assert gain_matrix(z, np.array([1.0, 1.0])).tolist() == gain_matrix(z[:, :1], np.array([1.0])).tolist()


def test_music_and_science_find_each_other_and_the_strong_and_the_weak_are_sent_elsewhere():
    problem = schools([[1, -1], [-1, 1], [-1, -1], [1, 1]])
    found = pair_differences(problem)
    assert pairs(found) == {(0, 1)}
    assert found.reason.tolist() == ["", "", "dominated", "nothing_to_gain"]
    assert found.gain_a.tolist() == found.gain_b.tolist() == [0.5]
    assert found.objective == found.bound == 5000.0
    assert check_difference(problem, found) == []


def test_the_way_is_weighed_against_the_gain():
    z = [[1, -1], [-1, 1], [-1, 1]]
    assert pairs(pair_differences(schools(z, [0, 900, 400]))) == {(0, 2)}
    none = pair_differences(schools(z, [0, 90_000, 90_000]))
    assert none.reason.tolist() == ["no_partner_near"] * 3


def test_a_school_whose_partners_are_all_taken_is_told_so():
    found = pair_differences(schools([[1, -1], [-1, 1], [-1, 1]], [0, 900, 400]))
    assert found.reason.tolist() == ["", "partners_taken", ""]


def test_a_pair_beyond_reach_is_made_and_flagged_only_where_asked_for():
    far = schools([[1, -1], [-1, 1]], [0, 3000], max_distance_m=1000.0)
    assert pair_differences(far).reason.tolist() == ["no_partner_near"] * 2
    flagged = pair_differences(dataclasses.replace(far, remote=True))
    assert flagged.remote.tolist() == [True]
    assert check_difference(dataclasses.replace(far, remote=True), flagged) == []


def test_pairs_across_a_border_are_not_made_where_they_are_not_allowed():
    county = np.array([0, 1, 1, 0])
    problem = schools([[1, -1], [-1, 1], [1, -1], [-1, 1]], [0, 1, 2, 3], allowed=county[:, None] == county[None, :])
    assert pairs(pair_differences(problem)) == {(0, 3), (1, 2)}


def test_schools_that_are_all_alike_make_no_pair():
    found = pair_differences(schools(np.zeros((4, 3))))
    assert pairs(found) == set()
    assert found.gap == 0.0


def test_a_least_gain_is_a_rule():
    assert pairs(pair_differences(schools([[1, -1], [-1, 1]], min_gain=0.5))) == set()
    assert pairs(pair_differences(schools([[1, -1], [-1, 1]], min_gain=0.49))) == {(0, 1)}


def test_the_check_finds_every_rule_that_is_broken():
    problem = schools([[1, -1], [-1, 1], [-1, -1], [1, 1]], [0, 0, 0, 5000], max_distance_m=1000.0, allowed=~np.eye(4, dtype=bool))
    found = pair_differences(problem)
    wrong = dataclasses.replace(found, a=np.array([0, 2]), b=np.array([2, 3]), gain_a=np.zeros(2), gain_b=np.zeros(2), remote=np.array([False, False]))
    assert check_difference(problem, wrong) == ["both_gain", "gain_said", "left_out", "max_distance_m", "objective", "one_partner"]
    shut = dataclasses.replace(problem, allowed=np.zeros((4, 4), dtype=bool))
    assert check_difference(shut, found) == ["within_county"]


def best_worth(problem):
    """Over all matchings, by hand: the first school stays alone or takes any other."""
    gain = gain_matrix(problem.z, problem.weight)

    def best(left):
        if not left:
            return 0.0
        first, rest = left[0], left[1:]
        found = best(rest)
        for other in rest:
            low = min(gain[first, other], gain[other, first])
            metres = abs(problem.xy[first, 0] - problem.xy[other, 0])
            if low > problem.min_gain and metres <= problem.max_distance_m:
                found = max(found, problem.gain_value_m * low - metres + best(tuple(o for o in rest if o != other)))
        return found

    return best(tuple(range(len(problem.z))))


vectors = st.integers(1, 7).flatmap(
    lambda n: st.tuples(
        st.lists(st.lists(st.integers(-3, 3), min_size=3, max_size=3), min_size=n, max_size=n),
        st.lists(st.integers(0, 4000), min_size=n, max_size=n),
        st.permutations(range(n)),
    )
)


def standard(values):
    return np.column_stack([standardised(column, np.zeros(len(column), dtype=int)) for column in np.array(values, dtype=float).T])


@settings(max_examples=120, deadline=None)
@given(vectors)
def test_no_other_pairs_are_worth_more_and_both_sides_of_every_pair_gain(drawn):
    values, x, _ = drawn
    problem = schools(standard(values), x, max_distance_m=3000.0)
    found = pair_differences(problem)
    assert found.objective == pytest.approx(best_worth(problem), abs=1e-6)
    assert found.bound == pytest.approx(found.objective, abs=1e-6)
    assert found.status == "optimal"
    assert (np.minimum(found.gain_a, found.gain_b) > 0).all()
    assert check_difference(problem, found) == []


@settings(max_examples=60, deadline=None)
@given(vectors)
def test_the_order_of_the_schools_changes_nothing(drawn):
    values, x, order = drawn
    problem, index = schools(standard(values), x), np.array(order)
    turned = dataclasses.replace(problem, z=problem.z[index], xy=problem.xy[index], code=tuple(problem.code[i] for i in order))
    first, second = pair_differences(problem), pair_differences(turned)
    assert pairs(first) == {(int(index[a]), int(index[b])) for a, b in pairs(second)}
    assert first.reason[index].tolist() == second.reason.tolist()


@settings(max_examples=60, deadline=None)
@given(vectors, st.sampled_from([0.125, 2.0, 1024.0]))
def test_another_unit_of_a_resource_changes_nothing(drawn, scale):
    values, x, _ = drawn
    scaled = np.array(values, dtype=float)
    scaled[:, 0] *= scale
    assert pairs(pair_differences(schools(standard(values), x))) == pairs(pair_differences(schools(standard(scaled), x)))


@settings(max_examples=60, deadline=None)
@given(vectors)
def test_a_wider_reach_never_makes_the_pairs_worth_less(drawn):
    values, x, _ = drawn
    near = pair_differences(schools(standard(values), x, max_distance_m=500.0))
    wide = pair_differences(schools(standard(values), x, max_distance_m=5000.0))
    assert wide.objective >= near.objective - 1e-6
