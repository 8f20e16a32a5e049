"""Pupils whose school is full: seats in the order of scopes, then near."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from districting.enrolment.overflow import locked_dwellings, place_overflow, solve_overflow
from districting.model.overflow_problem import OverflowProblem


def test_the_own_district_comes_before_a_nearer_school_elsewhere():
    found = place_overflow([[3000.0, 500.0]], [1, 1], [[0, 2]])
    assert (found.school_of_pupil.tolist(), found.scope_of_pupil.tolist(), found.distance_m.tolist()) == ([0], [0], [3000.0])


def test_with_one_seat_near_both_the_other_goes_where_it_costs_least():
    assert place_overflow([[100.0, 300.0], [200.0, 900.0]], [1, 5], [[0, 1], [0, 1]]).school_of_pupil.tolist() == [1, 0]


def test_who_finds_no_seat_is_said():
    found = place_overflow([[100.0], [50.0]], [1], [[0], [0]])
    assert sorted(found.school_of_pupil.tolist()) == [-1, 0]
    assert found.spare_left.tolist() == [0]


def test_siblings_are_seated_at_one_school():
    found = place_overflow([[100.0, 900.0]] * 3, [1, 2], [[0, 1]] * 3, group=[7, 7, -1])
    assert found.school_of_pupil.tolist() == [1, 1, 0]


def test_a_dwelling_is_locked_for_six_years_and_open_to_the_same_family():
    register = [("d1", "f1", 2020), ("d2", "f2", 2021)]
    assert locked_dwellings(["d1", "d2", "d2", "d3"], ["f9", "f9", "f2", "f9"], 2026, register).tolist() == [False, True, False, False]


cases = st.integers(1, 5).flatmap(lambda n: st.tuples(
    st.lists(st.lists(st.integers(1, 9), min_size=3, max_size=3), min_size=n, max_size=n),
    st.lists(st.integers(0, 3), min_size=3, max_size=3),
    st.lists(st.lists(st.integers(-1, 3), min_size=3, max_size=3), min_size=n, max_size=n),
    st.lists(st.integers(-1, 1), min_size=n, max_size=n)))  # fmt: skip


@given(cases, st.booleans())
@settings(max_examples=150, deadline=None)
def test_no_assignment_seats_more_or_seats_them_in_better_scopes_or_nearer(case, bundled):
    """Every assignment is tried: first the number seated, then those in the first scope, the second ..., then the way."""
    metres, spare, scope, group = (np.array(c) for c in case)
    group = group if bundled else np.full(len(group), -1)
    found = place_overflow(metres, spare, scope, group=group)

    def last(i, s):
        return max(int(scope[j, s]) for j in range(len(group)) if j == i or (group[i] >= 0 and group[j] == group[i]))

    def key(choice):
        rows = [(i, s) for i, s in enumerate(choice) if s >= 0]
        return (-len(rows), *(-sum(last(i, s) == k for i, s in rows) for k in range(4)), sum(int(metres[i, s]) for i, s in rows))

    def fits(choice):
        together = all(len({s for s, g in zip(choice, group, strict=True) if g == h}) <= 1 for h in set(group.tolist()) - {-1})
        return together and all(s < 0 or scope[i, s] >= 0 for i, s in enumerate(choice)) and all(choice.count(s) <= spare[s] for s in range(3))

    mine = found.school_of_pupil.tolist()
    assert fits(tuple(mine))
    assert key(mine) == min(key(c) for c in itertools.product(range(-1, 3), repeat=len(metres)) if fits(c))


def test_one_in_the_first_scope_outweighs_two_in_the_second():
    """Pupil 0 may go to A (first) or B (second), pupil 1 to B (second) or C (last); B has one seat."""
    found = place_overflow([[9.0, 1.0, np.inf], [np.inf, 1.0, 1.0]], [1, 1, 1], [[0, 1, -1], [-1, 1, 3]])
    assert found.school_of_pupil.tolist() == [0, 1]


def test_when_the_time_is_up_groups_stay_whole_and_seats_are_held():
    rng = np.random.default_rng(1)
    spare, group = rng.integers(0, 4, 5), np.array([0, 0, 1, 1, 1, *[-1] * 15])
    at_once = np.zeros(20, dtype=np.int64)
    problem = OverflowProblem(rng.random((20, 5)), np.zeros((20, 5), dtype=np.int64), at_once, spare[:, None], spare, group, at_once > 0)
    found = solve_overflow(problem, time_limit_s=0.0)
    assert all(len(set(found.school_of_pupil[group == g].tolist())) == 1 for g in (0, 1))
    assert (found.spare_left >= 0).all()
    assert (found.school_of_pupil >= 0).sum() == min(20, spare.sum())


def test_nobody_to_place_is_an_empty_plan():
    assert place_overflow(np.empty((0, 2)), [1, 1], np.empty((0, 2))).spare_left.tolist() == [1, 1]


def test_negative_seats_are_refused():
    with pytest.raises(ValueError, match="spare"):
        place_overflow([[1.0]], [-1], [[0]])
