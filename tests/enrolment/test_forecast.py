"""Entrants, grades and seat warnings."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from districting.enrolment.forecast import ForecastProblem, forecast_pupils, progression_rates, seat_outlook


def one(**given):
    plain = {"births": np.array([[100.0, 90.0, 80.0]]), "roll": np.array([[80.0, 70.0]]), "progression": np.array([0.9])}
    return ForecastProblem(**{**plain, **given})


def test_a_cohort_moves_up_a_grade_each_year_and_leaves_for_a_junior():
    mid = forecast_pupils(one(direct_feed=0.5))["mid"]
    assert mid.roll[0].tolist() == [[100, 72], [90, 90], [80, 81]]
    assert mid.juniors[0].tolist() == [35, 36, 45]


def test_migration_counts_for_the_six_years_to_school():
    found = forecast_pupils(one(net_migration=0.01, migration_spread=0.01))
    assert found["mid"].entrants[0, 0] == pytest.approx(100 * 1.01**6)
    assert found["low"].entrants[0, 0] == pytest.approx(100)
    assert found["high"].entrants[0, 0] == pytest.approx(100 * 1.02**6)


def test_high_and_low_move_every_year_that_passes_the_years_at_school_too():
    """Juniors of 2026 are one year older, those of 2027 were first-graders two years ago: one and two years of spread."""
    found = forecast_pupils(one(migration_spread=0.02, direct_feed=0.5))
    for name, way in (("low", 0.98), ("mid", 1.0), ("high", 1.02)):
        assert found[name].juniors[0, :2].tolist() == pytest.approx([70 * 0.5 * way, 80 * 0.9 * 0.5 * way**2])
    assert (found["low"].juniors < found["mid"].juniors).all()
    assert (found["mid"].juniors < found["high"].juniors).all()


def test_an_estate_sends_children_from_the_year_of_its_delivery_on():
    mid = forecast_pupils(one(new_units=np.array([[0.0, 1000.0, 0.0]]), occupancy=0.5, entrants_per_unit=0.04))["mid"]
    assert mid.entrants[0].tolist() == [100, 110, 100]


def test_where_births_are_not_known_the_kindergarten_speaks_for_the_first_year_only():
    mid = forecast_pupils(one(births=np.array([[np.nan, np.nan, 80.0]]), kindergarten=np.array([50.0]), capture=0.8))["mid"]
    assert mid.entrants[0].tolist() == [40, 0, 80]
    assert mid.unknown[0].tolist() == [False, True, False]


def test_the_warning_of_the_policy_has_its_boundaries():
    """Demand 100 on a plan of 100 is red, 90 yellow, 89 none (policy 7, fixture 7)."""
    found = seat_outlook([[100, 90, 89, 0]], [[100, 100, 100, 0]])
    assert found.level.tolist() == [[2, 1, 0, 0]]


def test_a_school_without_seats_and_with_children_is_red():
    assert seat_outlook([[1]], [[0]]).level.tolist() == [[2]]


@given(st.integers(0, 5000), st.integers(0, 5000))
def test_as_many_seats_as_are_said_clear_the_warning_and_one_fewer_does_not(demand, seats):
    found = seat_outlook([[demand]], [[seats]])
    more, fit = int(found.to_clear[0, 0]), int(found.to_fit[0, 0])
    assert seat_outlook([[demand]], [[seats + more]]).level[0, 0] == 0
    assert more == 0 or seat_outlook([[demand]], [[seats + more - 1]]).level[0, 0] > 0
    assert seats + fit >= demand


def test_progression_is_the_mean_of_the_last_three_years():
    history = [[50, 50], [100, 90], [100, 95], [100, 100], [100, 105]]
    assert progression_rates(history).tolist() == [pytest.approx((0.95 + 1.0 + 1.05) / 3)]
    with pytest.raises(ValueError, match="two years"):
        progression_rates([[1, 2]])


def test_negative_births_are_refused():
    with pytest.raises(ValueError, match="births"):
        forecast_pupils(one(births=np.array([[-1.0, 0.0, 0.0]])))
