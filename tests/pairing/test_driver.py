"""The matrix of drives: what one gains against what the other does."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from districting.model.pairing_settings import DriveSettings
from districting.pairing import DRIVES, drives_of

LINES = DriveSettings(mutual=0.2, large=0.5, least=0.0)


def drive(a, b):
    return drives_of(np.array([a]), np.array([b]), LINES).tolist()[0]


def test_both_gain_enough_and_agree_of_their_own_will():
    assert drive(0.2, 0.9) == "voluntary"


def test_little_help_one_way_is_a_contract_with_compensation():
    assert drive(0.0, 0.4) == drive(0.4, 0.1) == "compensated"


def test_much_help_one_way_takes_an_order():
    assert drive(0.0, 0.5) == drive(0.9, 0.19) == "administrative"


def test_no_gain_is_no_link():
    assert drive(0.0, 0.0) == "none"


def test_a_gain_that_is_not_known_has_no_drive():
    assert drive(np.nan, 0.4) == drive(0.4, np.nan) == ""


@given(st.floats(0, 2), st.floats(0, 2))
def test_it_does_not_matter_who_is_named_first(a, b):
    assert drive(a, b) == drive(b, a)
    assert drive(a, b) in DRIVES
