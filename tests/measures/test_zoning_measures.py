"""Measures of a zoning on a street of four blocks.

block   0    1    2    3        two schools, at blocks 0 and 3, 100 m apart each
pupils  10   20   30   40       seats 50 and 60
"""

import math

import numpy as np
import pytest

from districting.measures import access, pieces, seat_use
from districting.measures.zoning_view import ZoningView

DEMAND = np.array([10.0, 20, 30, 40])
EDGES = np.array([[0, 1], [1, 2], [2, 3]])
TO_FIRST = np.array([0.0, 100, 200, 300])
TO_SECOND = TO_FIRST[::-1]


def view(labels, radius=150.0):
    label = np.array(labels)
    metres = np.where(label == 0, TO_FIRST, np.where(label == 1, TO_SECOND, np.nan))
    return ZoningView(DEMAND, label, metres, np.minimum(TO_FIRST, TO_SECOND), np.array([50.0, 60.0]), EDGES, radius)


def test_mean_distance_is_weighted_by_pupils():
    # 10*0 + 20*100 + 30*100 + 40*0 = 5000 pupil-metres over 100 pupils
    assert access.mean_distance_m(view([0, 0, 1, 1])) == 50


def test_longest_distance_and_the_95_percent_distance():
    assert access.max_distance_m(view([0, 0, 0, 1])) == 200
    assert access.p95_distance_m(view([0, 0, 0, 1])) == 200
    assert access.weighted_quantile([1, 2, 3], [94, 1, 5], 0.95) == 2


def test_share_beyond_the_service_radius_counts_pupils_not_blocks():
    assert access.share_beyond_radius(view([0, 0, 0, 1])) == 0.3
    assert math.isnan(access.share_beyond_radius(view([0, 0, 1, 1], radius=math.nan)))


def test_share_at_the_nearest_school():
    assert access.share_at_nearest(view([0, 0, 1, 1])) == 1
    assert access.share_at_nearest(view([0, 0, 0, 1])) == pytest.approx(0.7)


def test_seats_are_counted_over_schools():
    assert seat_use.pupils_over_seats(view([0, 0, 1, 1])) == 10
    assert seat_use.fullest_school(view([0, 0, 1, 1])) == pytest.approx(70 / 60)
    assert seat_use.emptiest_school(view([0, 0, 1, 1])) == pytest.approx(30 / 50)
    assert seat_use.pupils_over_seats(view([0, 0, -1, 1])) == 0


def test_a_zone_in_two_pieces_has_one_detached_piece():
    assert pieces.detached_pieces(view([0, 0, 1, 1])) == 0
    assert pieces.detached_pieces(view([0, 1, 0, 1])) == 2
    assert pieces.detached_pieces(view([0, -1, 0, 1])) == 1
