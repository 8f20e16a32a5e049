"""The checker of groupings finds a broken rule of every kind, and names the district, what it counted and what was allowed."""

import dataclasses

import pytest

from districting.checking.grouping import check_grouping
from districting.model.district_spec import DistrictSpec
from tests.grouping.towns import School, town

FREE = DistrictSpec("custom", ("primary", "junior"), centre="school", connected=False, within_county=False)
TOWN = [
    School("JL", 0, area="urban", seats=100, spare=3, themes="a"),
    School("JW", 1, area="rural", spare=-2, seats=40, themes="b"),
    School("P", 2, area="fringe", graduates=90, themes="b"),
    School("P", 3, of="N", unit=3, area="rural", graduates=60, themes="b"),
    School("J", 3, of="N", unit=3, area="rural", seats=50, themes="b"),
    School("PL", 9, unit=4, area="urban", graduates=10, spare=1, themes="a"),
]
BROKEN = {
    # rule: (changes of the form, district of each of the five units, leads, district that breaks it, found, least, most)
    "junior": ({"counts": {"junior": (1, 1)}}, [0, 0, 1, 1, 1], [0, 2], 0, 2, 1, 1),
    "junior_lead": ({"counts": {"junior_lead": (1, None)}}, [0, 0, 1, 1, 1], [0, 2], 1, 0, 1, float("inf")),
    "junior_weak": ({"counts": {"junior_weak": (0, 0)}}, [0, 0, 1, 1, 1], [0, 2], 0, 1, 0, 0),
    "primary": ({"counts": {"primary": (0, 2)}}, [0, 0, 1, 1, 1], [0, 2], 1, 3, 0, 2),
    "lead": ({"counts": {"lead": (1, 1)}}, [0, 0, 0, 0, 0], [0], 0, 2, 1, 1),
    "weak": ({"counts": {"weak": (1, None)}}, [0, 0, 1, 1, 1], [0, 2], 1, 0, 1, float("inf")),
    "regular": ({"counts": {"regular": (0, 1)}}, [0, 0, 1, 1, 1], [0, 2], 1, 2, 0, 1),
    "nine_year": ({"counts": {"nine_year": (1, None)}}, [0, 0, 1, 1, 1], [0, 2], 0, 0, 1, float("inf")),
    "urban": ({"counts": {"urban": (0, 1)}}, [0, 0, 0, 0, 0], [0], 0, 2, 0, 1),
    "fringe": ({"counts": {"fringe": (1, None)}}, [0, 0, 1, 1, 1], [0, 2], 0, 0, 1, float("inf")),
    "rural": ({"counts": {"rural": (2, None)}}, [0, 0, 1, 1, 1], [0, 2], 0, 1, 2, float("inf")),
    "school": ({"counts": {"school": (3, 3)}}, [0, 0, 1, 1, 1], [0, 2], 0, 2, 3, 3),
    "min_tiers": ({"min_tiers": 3}, [0, 0, 0, 1, 1], [0, 5], 1, 2, 3, 3),
    "districts": ({"districts": (3, 3)}, [0, 0, 1, 1, 1], [0, 2], -1, 2, 3, 3),
    "radius_m": ({"radius_m": 2000.0}, [0, 0, 0, 1, 1], [0, 5], 1, 6000, 0, 2000),
    "diameter_m": ({"diameter_m": 5000.0}, [0, 0, 0, 1, 1], [0, 5], 1, 6000, 0, 5000),
    "junior_seats": ({"junior_seats": 1.0}, [0, 1, 1, 0, 0], [0, 1], 1, 40, 90, float("inf")),
    "backbone_floor": ({"backbone_floor": 1.0}, [0, 1, 1, 1, 1], [0, 5], 1, -1, 0, float("inf")),
    "connected": ({"connected": True}, [0, 0, 1, 0, 1], [0, 2], 0, 2, 1, 1),
    "within_county": ({"within_county": True}, [0, 0, 0, 1, 1], [0, 5], 0, 2, 1, 1),
    "apart": ({"apart": True}, [0, 0, 0, 1, 1], [0, 5], 0, 2, 1, 1),
    "centre": ({"centre": "lead"}, [0, 0, 0, 1, 1], [1, 5], 0, 0, 1, 1),
}


@pytest.mark.parametrize("rule", BROKEN)
def test_each_rule_that_is_broken_is_named_with_what_was_counted(rule):
    changes, label, lead, district, count, low, high = BROKEN[rule]
    problem = town(FREE.replace(**changes), TOWN, county=[0, 0, 1, 1, 1], part=[0, 0, 1, 1, 1])
    found = [v for v in check_grouping(problem, label, lead) if v.rule == rule and v.district == district]
    assert [(v.found, v.least, v.most) for v in found] == [(count, low, high)]
    free = dataclasses.replace(problem, spec=FREE)
    assert check_grouping(free, label, lead) == []


def test_schools_to_be_spread_that_stand_together_are_found():
    """Five schools in districts of at most three make two districts; each may hold one of the two leads."""
    problem = town(FREE.replace(counts={"school": (1, 3)}, spread=("lead",)), TOWN)
    assert [(v.rule, v.district, v.found, v.most) for v in check_grouping(problem, [0, 1, 1, 1, 0], [0, 1])] == [("lead", 0, 2.0, 1.0)]
    assert check_grouping(problem, [0, 0, 1, 1, 1], [0, 2]) == []


def test_a_theme_that_too_few_carry_or_that_the_lead_does_not_carry_is_found():
    problem = town(FREE.replace(theme_share=0.6), TOWN)
    b = problem.theme_names.index("b")
    assert check_grouping(problem, [0, 1, 1, 1, 0], [0, 1], [1 - b, b]) == []
    assert [(v.rule, v.district) for v in check_grouping(problem, [1, 1, 1, 1, 0], [5, 0], [1 - b, b])] == [("theme_of_lead", 1)]
    assert {(v.rule, v.district) for v in check_grouping(problem, [1, 1, 1, 1, 0], [5, 0], [b, 1 - b])} >= {("theme_share", 0), ("theme_share", 1)}
    assert {v.rule for v in check_grouping(problem, [0, 1, 1, 1, 0], [0, 1], [-1, b])} == {"theme_share", "theme_of_lead"}


def test_ground_decides_what_is_in_one_piece():
    """A unit between two others that stands for a school without ground holds nothing together."""
    problem = town(FREE.replace(connected=True), TOWN[:3], ground=[True, False, True])
    assert {v.rule for v in check_grouping(problem, [0, 0, 0], [0])} == {"connected"}


def test_a_school_left_out_and_a_label_of_no_district_are_found():
    problem = town(FREE, TOWN)
    assert {v.rule for v in check_grouping(problem, [0, 0, 0, 0, -1], [0])} == {"covered"}
    assert {v.rule for v in check_grouping(problem, [0, 0, 0, 0, 7], [0])} == {"labels"}
