"""Odds of admission: numbers a person can check, laws, and what draws by lot really give."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from districting.enrolment.odds import odds as simulated
from districting.measures.admission import admission_odds
from tests.enrolment.lists import drawn_list


def test_a_zone_of_one_school_has_its_seats_over_its_children_and_never_more_than_all():
    found = admission_odds(np.array([40.0, 16.0, 0.0]), np.array([30.0, 20.0, 5.0]), np.arange(3))
    assert found.any_school.tolist() == found.by_lot.tolist() == found.first_wish.tolist() == [0.75, 1.0, 1.0]


def test_schools_of_one_zone_share_its_children():
    """40 children, seats 12 and 4: 16 get in; each draws one of the 16 seats or none. With room for all, half the seats are half the chance by lot, but a first wish is sure of more."""
    short = admission_odds(np.array([40.0]), np.array([12.0, 4.0]), np.array([0, 0]))
    assert (short.any_school.tolist(), short.by_lot.tolist(), short.first_wish.tolist()) == ([0.4], [0.3, 0.1], [0.3, 0.1])
    ample = admission_odds(np.array([20.0]), np.array([20.0, 20.0]), np.array([0, 0]))
    assert (ample.any_school.tolist(), ample.by_lot.tolist(), ample.first_wish.tolist()) == ([1.0], [0.5, 0.5], [1.0, 1.0])


def test_what_is_not_known_is_not_guessed():
    found = admission_odds(np.array([np.nan, 10.0, 0.0, 5.0]), np.array([3.0, np.nan, 0.0]), np.array([0, 1, 2]))
    assert np.isnan(found.any_school).all()
    assert np.isnan(found.by_lot).all()


@pytest.mark.parametrize("engine", ["number_first", "preference_first"])
def test_draws_give_no_less_than_the_least_of_a_first_wish_and_what_is_said_of_any_school(engine):
    """Nine children, seats 3 and 2. One wishes the large school first; then all others do (the worst that can happen), then all others the small one."""
    told = admission_odds(np.array([9.0]), np.array([3.0, 2.0]), np.array([0, 0]))
    for others in ((0, 1), (1, 0)):
        found = simulated(drawn_list(engine, [3, 2], [(0, 1), *[others] * 8]), draws=3000, seed=4)
        assert found.first[0] >= told.first_wish[0] - 0.03
        assert found.placed.mean() == pytest.approx(told.any_school[0])  # five of nine in every draw
        if others == (0, 1):
            assert found.first[0] == pytest.approx(told.first_wish[0], abs=0.03)


def test_seats_given_out_by_lot_come_as_often_as_is_said():
    rng = np.random.default_rng(1)
    for children, seats in ((9, (3, 2)), (4, (3, 2))):
        tickets = np.array([0] * seats[0] + [1] * seats[1] + [-1] * max(0, children - sum(seats)))
        drawn = np.array([rng.permutation(tickets)[0] for _ in range(4000)])  # what the first child draws
        told = admission_odds(np.array([float(children)]), np.array(seats, dtype=float), np.array([0, 0]))
        assert [float((drawn == s).mean()) for s in (0, 1)] == pytest.approx(told.by_lot.tolist(), abs=0.03)


@settings(max_examples=40, deadline=None)
@given(
    children=st.lists(st.floats(0, 500), min_size=3, max_size=3),
    seats=st.lists(st.floats(0, 300), min_size=5, max_size=5),
    zone=st.lists(st.integers(0, 2), min_size=5, max_size=5),
    more=st.floats(0, 100),
)
def test_odds_are_shares_that_sum_up_and_more_seats_never_lower_them(children, seats, zone, more):
    at, of, held = np.array(zone), np.array(children), np.array(seats)
    found, richer = admission_odds(of, held, at), admission_odds(of, held + np.array([more, 0, 0, 0, 0]), at)
    for values in (found.any_school, found.by_lot, found.first_wish):
        known = values[~np.isnan(values)]
        assert ((known >= 0) & (known <= 1)).all()
    whole = np.bincount(at, np.nan_to_num(found.by_lot), 3)
    assert np.allclose(whole, np.nan_to_num(found.any_school))
    assert (np.nan_to_num(richer.any_school) >= np.nan_to_num(found.any_school) - 1e-12).all()
    assert np.nan_to_num(richer.first_wish[0]) >= np.nan_to_num(found.first_wish[0]) - 1e-12
