"""Proximity targets at their lines."""

import math

import pytest

from districting.measures.proximity import in_zone_share, meets_line, specialty_share, zoned_share


def test_the_share_of_schools_that_are_zoned():
    assert zoned_share([1, 1, 1, 0]) == 0.75
    assert math.isnan(zoned_share([]))


@pytest.mark.parametrize(
    ("inside", "intake", "line", "holds"), [(90, 100, 0.9, True), (89, 100, 0.9, False), (95, 100, 0.95, True), (94, 100, 0.95, False), (0, 0, 0.95, False)]
)
def test_an_intake_meets_its_line_from_the_line_on(inside, intake, line, holds):
    assert meets_line(in_zone_share([inside], [intake]), line).tolist() == [holds]


def test_specialty_entrants_of_the_intake():
    assert specialty_share([5, 6], [100, 100]).tolist() == [0.05, 0.06]


def test_a_count_that_is_not_known_makes_no_share():
    assert math.isnan(in_zone_share([math.nan], [100])[0])
    assert math.isnan(in_zone_share([90], [math.nan])[0])


@pytest.mark.parametrize(("inside", "intake"), [([2], [1]), ([-1], [1]), ([1, 1], [1])])
def test_counts_that_cannot_be_are_refused(inside, intake):
    with pytest.raises(ValueError, match="in_zone"):
        in_zone_share(inside, intake)
