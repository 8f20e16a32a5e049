"""What a change of zones puts at risk, by hand, and laws that hold for all numbers."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from districting.measures.quality_access import NEAR, OWN, access_share, quality_access
from districting.measures.risk import communities_split, families_parted, newly_true, pupils_by_distance_change, risk_level, seat_ratio, seat_warning


def test_a_hundred_children_for_a_hundred_seats_are_a_red_warning_ninety_a_yellow_one_and_eighty_nine_none():
    assert seat_warning(seat_ratio([100, 90, 89], [100, 100, 100]), 0.90, 1.00).tolist() == [2, 1, 0]


def test_a_school_without_seats_is_red_as_soon_as_anybody_is_sent_there():
    assert seat_warning(seat_ratio([1, 0], [0, 0]), 0.9, 1.0).tolist() == [2, 0]


def test_the_level_rule_of_moved_pupils_is_high_only_above_ten_percent_and_medium_only_above_three():
    assert [risk_level(v, 0.03, 0.10, above=(True, True)) for v in (0.03, 0.0301, 0.10, 0.1001)] == [0, 1, 1, 2]
    assert [risk_level(v, 0.90, 1.00) for v in (0.89, 0.90, 1.00)] == [0, 1, 2]


def test_what_is_not_known_has_no_level_instead_of_a_low_one():
    assert risk_level(math.nan, 0.03, 0.10) == -1


def test_a_pupil_exactly_at_the_border_of_a_band_counts_in_the_band_below():
    assert pupils_by_distance_change([0, 0, 0], [300, 301, -300], [1, 2, 4], [-300, 300]).tolist() == [4, 1, 2]


@given(st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 3000), st.integers(0, 50)), max_size=30))
def test_every_pupil_with_a_known_distance_is_in_exactly_one_band(rows):
    before, after, pupils = np.array(rows, dtype=float).reshape(-1, 3).T
    bands = pupils_by_distance_change(before, after, pupils, [-1000, -300, 300, 1000])
    assert bands.sum() == pupils.sum()
    assert (bands >= 0).all()


def test_a_crossing_counts_only_for_those_who_had_none():
    assert newly_true([True, False, False], [True, True, False], [10, 20, 40]) == 20


def test_a_village_is_split_once_however_many_zones_it_lies_in_and_blocks_without_zone_or_village_do_not_count():
    assert communities_split([0, 0, 0, 1, 1, -1, -1], [1, 2, 3, 4, -1, 1, 2]) == 1


def test_a_family_is_parted_when_a_younger_child_enters_another_school():
    assert families_parted([7, 7, 8, 8, 9], [0, 1, 1, 1, 0]) == 1


def test_good_schools_near_home_need_a_passing_school_within_the_radius_and_the_own_one_counts_more():
    access = quality_access([0, 1, 1, -1], [500.0, 100.0, 100.0, np.nan], [500.0, 500.0, 501.0, np.nan], [True, False], 500.0)
    assert access.tolist() == [2, 1, 0, 0]
    assert access_share(access, [10, 10, 10, 10], OWN) == 0.25
    assert access_share(access, [10, 10, 10, 10], NEAR) == 0.5
    assert math.isnan(access_share(access, [0, 0, 0, 0]))


@given(st.integers(1, 12), st.integers(0, 10**6))
def test_one_more_passing_school_never_lowers_access(count, seed):
    rng = np.random.default_rng(seed)
    school, own = rng.integers(0, 3, count), rng.uniform(0, 900, count)
    far = rng.uniform(own, 1500)
    few, more = np.array([True, False, False]), np.array([True, True, False])
    assert (quality_access(school, own, np.minimum(far, 1200), more, 500.0) >= quality_access(school, own, far, few, 500.0)).all()
