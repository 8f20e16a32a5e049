"""Birthdays at the cut-off, and births of calendar years as cohorts of entry."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from districting.enrolment.cohort import cutoff_day, entry_cohorts, entry_window, entry_year


@pytest.mark.parametrize(
    ("birth", "year"), [("2019-08-31", 2025), ("2019-09-01", 2026), ("2019-12-31", 2026), ("2020-02-29", 2026), ("2020-08-31", 2026), ("2020-09-01", 2027)]
)
def test_the_cohort_runs_from_september_to_august(birth, year):
    """Births 1 Sep (y - 7) to 31 Aug (y - 6) enter in y (policy 2.5)."""
    assert entry_year(dt.date.fromisoformat(birth)) == year


@pytest.mark.parametrize(("birth", "year"), [("2019-12-31", 2025), ("2020-01-01", 2026)])
def test_another_cut_off_moves_the_line(birth, year):
    assert entry_year(dt.date.fromisoformat(birth), cutoff="12-31") == year


def test_a_junior_is_twelve():
    assert entry_year(dt.date(2014, 8, 31), age=12) == 2026


@given(st.dates(dt.date(1990, 1, 1), dt.date(2040, 12, 31)), st.sampled_from(["08-31", "12-31", "06-30", "02-28"]), st.sampled_from([6, 7, 12]))
def test_every_birthday_lies_in_the_window_of_its_year_and_no_other(birth, cutoff, age):
    year = entry_year(birth, cutoff=cutoff, age=age)
    first, last = entry_window(year, cutoff=cutoff, age=age)
    assert first <= birth <= last
    assert entry_window(year - 1, cutoff=cutoff, age=age)[1] == first - dt.timedelta(days=1)


def test_even_births_make_even_cohorts_and_half_known_ones_none():
    found = entry_cohorts([[365.0, 365.0, 730.0, np.nan]], 2019, [2025, 2026, 2027, 2028])
    assert np.isnan(found[0, [0, 3]]).all()
    assert found[0, 1:3].tolist() == [pytest.approx(365), pytest.approx(122 + 2 * 243)]


def test_a_year_that_ends_with_december_needs_one_calendar_year_only():
    assert entry_cohorts([[10.0]], 2020, [2026], cutoff="12-31").tolist() == [[10.0]]


@pytest.mark.parametrize("cutoff", ["8-31", "02-29", "13-01", "x"])
def test_no_day_of_every_year_is_refused(cutoff):
    with pytest.raises(ValueError, match=r"."):
        cutoff_day(cutoff)
