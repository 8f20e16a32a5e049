"""Coverage of the layers of sharing: counts a person can check, and laws."""

import dataclasses

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from districting.checking.pairing.six_shares import wrong_coverage
from districting.model.share_problem import ShareProblem
from districting.pairing import cover_shares


def problem_of(links, district, **changes):
    """``links`` as (layer, giver, taker)."""
    table = np.array(links, dtype=np.int64).reshape(-1, 3)
    label = np.array(district, dtype=np.int64)
    return dataclasses.replace(ShareProblem(table[:, 0], table[:, 1], table[:, 2], label, int(label.max(initial=-1)) + 1), **changes)


def test_a_layer_covers_the_schools_that_give_or_take_in_it():
    found = cover_shares(problem_of([(0, 0, 1), (0, 0, 2), (5, 3, 2)], [0, 0, 0, 0]))
    assert found.covered.tolist() == [[3, 0, 0, 0, 0, 2]]
    assert found.share[0].tolist() == [0.75, 0, 0, 0, 0, 0.5]
    assert found.score.tolist() == [1.25 / 6]


def test_a_link_across_counts_in_both_districts_unless_only_inner_ones_do():
    problem = problem_of([(0, 0, 2)], [0, 0, 1, 1])
    assert cover_shares(problem).covered[:, 0].tolist() == [1, 1]
    assert cover_shares(dataclasses.replace(problem, inside=True)).covered[:, 0].tolist() == [0, 0]


def test_schools_outside_count_for_nobody():
    assert cover_shares(problem_of([(0, -1, 1), (1, 0, -1)], [0, -1])).covered.tolist() == [[0, 1, 0, 0, 0, 0]]


def test_the_independent_count_sees_a_wrong_number():
    problem = problem_of([(0, 0, 1)], [0, 0])
    found = cover_shares(problem)
    assert wrong_coverage(problem, found) == []
    assert wrong_coverage(problem, dataclasses.replace(found, covered=found.covered + 1)) == ["coverage"]
    assert wrong_coverage(problem, dataclasses.replace(found, score=found.score + 0.1)) == ["score"]


@given(st.data())
def test_the_counts_agree_with_an_independent_count_and_a_link_more_never_covers_less(data):
    n = data.draw(st.integers(1, 6))
    end = st.integers(-1, n - 1)
    links = data.draw(st.lists(st.tuples(st.integers(0, 5), end, end), max_size=12))
    district = data.draw(st.lists(st.integers(-1, 2), min_size=n, max_size=n))
    problem = problem_of(links, district, inside=data.draw(st.booleans()))
    found = cover_shares(problem)
    assert wrong_coverage(problem, found) == []
    assert ((found.share >= 0) & (found.share <= 1)).all()
    if links:
        fewer = cover_shares(problem_of(links[:-1], district, inside=problem.inside))
        assert (fewer.covered <= found.covered).all()
