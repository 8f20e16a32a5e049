"""Proximity targets at their lines."""

import math

import pytest

from districting.measures.proximity import IN_ZONE_LINE, SPECIALTY_LINE, in_zone_share, meets_line, specialty_share, zoned_share


def test_the_share_of_schools_that_are_zoned():
    assert zoned_share([1, 1, 1, 0]) == 0.75
    assert math.isnan(zoned_share([]))


@pytest.mark.parametrize(
    ("inside", "intake", "year", "holds"), [(90, 100, 2015, True), (89, 100, 2015, False), (95, 100, 2017, True), (94, 100, 2017, False), (0, 0, 2017, False)]
)
def test_an_intake_meets_its_line_from_the_line_on(inside, intake, year, holds):
    assert meets_line(in_zone_share([inside], [intake]), IN_ZONE_LINE[year]).tolist() == [holds]


def test_specialty_entrants_up_to_five_in_a_hundred():
    assert specialty_share([5, 6], [100, 100]).tolist() == [SPECIALTY_LINE, 0.06]


@pytest.mark.parametrize(("inside", "intake"), [([2], [1]), ([-1], [1]), ([1, 1], [1])])
def test_counts_that_cannot_be_are_refused(inside, intake):
    with pytest.raises(ValueError, match="in_zone"):
        in_zone_share(inside, intake)
