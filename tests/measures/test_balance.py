"""The official coefficient and its fixtures."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from districting.measures.balance import coefficient_of_variation, value_range

PUPILS = [45, 37, 89, 76, 55]
BOOKS = [279, 137, 935, 160, 402]


def test_the_worked_example_of_the_source_gives_its_published_value():
    # total 302 pupils, 1913 books: mean 6.334, S 3.264
    assert coefficient_of_variation(BOOKS, PUPILS) == pytest.approx(0.5153, abs=5e-5)


def test_the_unweighted_coefficients_are_not_what_is_returned():
    per_pupil = np.array(BOOKS) / np.array(PUPILS)
    unweighted, sample = per_pupil.std() / per_pupil.mean(), per_pupil.std(ddof=1) / per_pupil.mean()
    assert unweighted == pytest.approx(0.489, abs=5e-4)
    assert sample == pytest.approx(0.546, abs=5e-4)
    assert coefficient_of_variation(BOOKS, PUPILS) not in (pytest.approx(unweighted, abs=1e-3), pytest.approx(sample, abs=1e-3))


def test_schools_without_pupils_are_left_out():
    assert coefficient_of_variation([*BOOKS, 999], [*PUPILS, 0]) == coefficient_of_variation(BOOKS, PUPILS)


def test_a_mean_of_zero_is_undefined_and_one_school_is_even():
    assert math.isnan(coefficient_of_variation([0, 0], [10, 20]))
    assert math.isnan(coefficient_of_variation([], []))
    assert coefficient_of_variation([30], [10]) == 0


@given(st.lists(st.tuples(st.floats(0.1, 1e4), st.integers(1, 3000)), min_size=2, max_size=30), st.floats(0.01, 100))
def test_the_coefficient_does_not_depend_on_the_unit_of_the_resource(schools, factor):
    total, pupils = np.array([s[0] for s in schools]), np.array([s[1] for s in schools])
    assert coefficient_of_variation(total * factor, pupils) == pytest.approx(coefficient_of_variation(total, pupils), rel=1e-9, abs=1e-12)


@given(st.lists(st.integers(1, 500), min_size=1, max_size=20), st.floats(0.1, 50))
def test_equal_resources_per_pupil_have_no_variation(pupils, each):
    assert coefficient_of_variation(np.array(pupils) * each, pupils) == pytest.approx(0, abs=1e-7)


def test_range_ignores_groups_without_weight():
    assert value_range([1.0, 5.0, 100.0], [1, 1, 0]) == 4.0
