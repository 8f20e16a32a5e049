"""Pupils whose school is full: seats in the order of scopes, then near."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from districting.enrolment.overflow import locked_dwellings, place_overflow


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


cases = st.integers(1, 4).flatmap(lambda n: st.tuples(
    st.lists(st.lists(st.integers(1, 9), min_size=3, max_size=3), min_size=n, max_size=n),
    st.lists(st.integers(0, 2), min_size=3, max_size=3),
    st.lists(st.lists(st.integers(-1, 2), min_size=3, max_size=3), min_size=n, max_size=n)))  # fmt: skip


@given(cases)
@settings(max_examples=80, deadline=None)
def test_no_assignment_seats_more_or_seats_them_in_better_scopes_or_nearer(case):
    metres, spare, scope = (np.array(c) for c in case)
    found = place_overflow(metres, spare, scope)

    def key(choice):
        rows = [(i, s) for i, s in enumerate(choice) if s >= 0]
        return -len(rows), sum(int(scope[i, s]) for i, s in rows), sum(int(metres[i, s]) for i, s in rows)

    options = [
        c for c in itertools.product(range(-1, 3), repeat=len(metres))
        if all(s < 0 or scope[i, s] >= 0 for i, s in enumerate(c)) and all(c.count(s) <= spare[s] for s in range(3))
    ]  # fmt: skip
    assert key(found.school_of_pupil.tolist()) == min(key(c) for c in options)


def test_negative_seats_are_refused():
    with pytest.raises(ValueError, match="spare"):
        place_overflow([[1.0]], [-1], [[0]])
