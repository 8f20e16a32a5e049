"""Every form on a town drawn by hand, so small that the right districts can be seen; numbers are kilometres along a road."""

import dataclasses

import numpy as np
import pytest

from districting.errors import InfeasibleError
from districting.grouping import FORMS, district_form, group_units
from tests.grouping.towns import School, groups, is_lawful, least, town

pytestmark = pytest.mark.usefixtures("exact_part_alone")


def solved(problem):
    """The districts of a town, proven best and lawful."""
    found = group_units(problem, time_limit_s=20.0)
    assert is_lawful(problem, found)
    assert found.status == "optimal"
    if not problem.resources.shape[1]:
        assert found.objective == pytest.approx(least(problem))
    return groups(problem, found)


def test_alliance_a_lead_junior_with_one_or_two_weak_ones_and_primaries():
    """P L W W . L P W: the weak school in the middle goes to the nearer lead, which then has two."""
    schools = [School("P", 0), School("JL", 1), School("JW", 2), School("JW", 3), School("P", 6), School("JL", 7), School("JW", 8)]
    assert solved(town(district_form("alliance", {"evenness": 0.0}), schools)) == {"JL1": "P0 JL1 JW2 JW3", "JL5": "P4 JL5 JW6"}


def test_alliance_needs_no_more_than_two_weak_schools_with_a_lead():
    """W W W L . . L W: the third weak school must cross to the farther lead, and it is the one nearest to it... but only over its neighbours."""
    schools = [School("P", 0), School("JW", 1), School("JL", 2), School("JW", 3), School("JW", 4), School("JL", 7), School("P", 8), School("JW", 9)]
    assert solved(town(district_form("alliance", {"evenness": 0.0}), schools)) == {"JL2": "P0 JW1 JL2 JW3", "JL5": "JW4 JL5 P6 JW7"}


def test_street_whole_streets_in_a_given_number_with_a_lead_school_in_each_and_even_places():
    """Four streets in a row; the lead schools with the same places stand in the outer ones, so the even cut is in the middle."""
    schools = [School("PL", 0.5, unit=0, seats=600), School("P", 1.5, unit=1), School("P", 2.5, unit=2), School("PL", 3.5, unit=3, seats=600)]
    metres = 1000.0 * np.abs(np.arange(4)[:, None] - np.arange(4)[None, :]) * 100.0
    spec = district_form("street", {"districts": 2})
    found = solved(town(spec, schools, homes_m=metres, residents=[100, 100, 100, 100]))
    assert sorted(found.values()) == ["P2 PL3", "PL0 P1"]


def test_street_residents_move_the_cut_even_where_the_way_is_longer():
    """Homes weigh 300, 100, 100, 100: half of them live in the first street, which stays alone."""
    schools = [School("PL", 0.5, unit=0, seats=600), School("P", 1.5, unit=1), School("P", 2.5, unit=2), School("PL", 3.5, unit=3, seats=600)]
    spec = district_form("street", {"districts": 2})
    found = solved(town(spec, schools, homes_m=np.zeros((4, 4)), residents=[300, 100, 100, 100]))
    assert sorted(found.values()) == ["P1 P2 PL3", "PL0"]


def test_urban_rural_every_district_has_town_fringe_and_country():
    """Two towns in the middle, two fringes, two mountains at the ends; each lead takes its own side, in pieces if need be."""
    places = [("rural", 0), ("fringe", 1), ("urban", 2), ("urban", 4), ("rural", 9), ("fringe", 7)]
    schools = [School("PL" if area == "urban" else "P", x, area=area) for area, x in places]
    assert solved(town(district_form("urban_rural"), schools, edges=[])) == {"PL2": "P0 P1 PL2", "PL3": "PL3 P4 P5"}


def test_same_stage_four_to_six_schools_around_the_middle_one():
    """Five schools at 0..4 and four at 10..13: two clusters, each centred on a school in its middle."""
    schools = [School("P", x) for x in (0, 1, 2, 3, 4, 10, 11, 12, 13)]
    spec = district_form("same_stage").replace(stages=("primary",))
    found = group_units(town(spec, schools))
    assert sorted(groups(town(spec, schools), found).values()) == ["P0 P1 P2 P3 P4", "P5 P6 P7 P8"]
    assert groups(town(spec, schools), found)["P2"] == "P0 P1 P2 P3 P4"


def test_theme_the_schools_that_carry_a_theme_stand_together():
    """A a . b b b: the school without a theme joins the three of b, of which two thirds of four carry it, as it is nearer to them."""
    schools = [
        School("P", 0, themes="a"),
        School("P", 1, themes="a"),
        School("P", 2, themes="a"),
        School("P", 5),
        School("P", 6, themes="b"),
        School("P", 7, themes="b"),
    ]
    schools.append(School("P", 8, themes="b"))
    problem = town(district_form("theme"), schools, edges=[])
    found = group_units(problem)
    assert sorted(groups(problem, found).values()) == ["P0 P1 P2", "P3 P4 P5 P6"]
    assert [problem.theme_names[t] for t in found.theme_of_district] == ["a", "b"]
    assert is_lawful(problem, found)


def test_direct_feed_a_primary_feeds_the_junior_that_has_room_and_a_nine_year_school_feeds_itself():
    """N is a nine-year school; primaries at 2, 3, 4. J has 130 places: 60 + 60, so the third goes to N though J is nearer by the road."""
    schools = [
        School("P", 0, of="N", unit=0, graduates=50),
        School("J", 0, of="N", unit=0, seats=120),
        School("P", 2, unit=1, graduates=60),
        School("P", 3, unit=2, graduates=60),
        School("P", 4, unit=3, graduates=60),
        School("J", 5, unit=4, seats=130),
    ]
    metres = 100.0 * 1000.0 * np.abs(np.array([0, 2, 3, 4, 5])[:, None] - np.array([0, 0, 2, 3, 4, 5])[None, :])
    spec = district_form("direct_feed", {"fill_evenness": 0.0})
    found = solved(town(spec, schools, edges=[(0, 1), (1, 2), (2, 3)], ground=[True] * 4 + [False], homes_m=metres))
    assert found == {"N": "N P2", "J5": "P3 P4 J5"}


def test_direct_feed_the_territory_is_in_one_piece_though_the_junior_stands_elsewhere():
    """J1 stands beside the far end of K's ground: its own two zones adjoin each other and not its gate."""
    schools = [School("P", 0, graduates=50), School("P", 1, graduates=50), School("P", 2, graduates=50), School("J", 0.4, seats=50), School("J", 9, seats=100)]
    metres = np.array([[0, 0, 0, 1, 5], [0, 0, 0, 2, 5], [0, 0, 0, 9, 5], [0, 0, 0, 0, 99], [0, 0, 0, 99, 0]], dtype=float)
    spec = district_form("direct_feed", {"fill_evenness": 0.0})
    found = solved(town(spec, schools, edges=[(0, 1), (1, 2)], ground=[True] * 3 + [False] * 2, homes_m=metres))
    assert found == {"J3": "P0 J3", "J4": "P1 P2 J4"}


@pytest.mark.parametrize(("form", "schools_of_one"), [("big_district", 5), ("joint_development", 5)])
def test_big_districts_and_joint_development_a_lead_and_those_around_it(form, schools_of_one):
    """Two leads at 2 and 12, four schools around each."""
    schools = [School("PL" if x in (2, 12) else "P", x) for x in (0, 1, 2, 3, 4, 10, 11, 12, 13, 14)]
    spec = district_form(form, {"evenness": 0.0, "complementarity": 0.0}).replace(stages=("primary",))
    problem = town(spec, schools, edges=[])
    found = group_units(problem)
    assert is_lawful(problem, found)
    assert groups(problem, found) == {"PL2": "P0 P1 PL2 P3 P4", "PL7": "P5 P6 PL7 P8 P9"}
    assert [len(v.split()) for v in groups(problem, found).values()] == [schools_of_one] * 2


def test_school_group_a_lead_carries_only_as_many_weak_schools_as_it_has_backbone_teachers_for():
    """L1 is nearer to all three weak schools, but can spare three teachers and each of them lacks two."""
    schools = [School("PL", 0, spare=3), School("PW", 1, spare=-2), School("PW", 2, spare=-2), School("PW", 3, spare=-2), School("PL", 9, spare=4)]
    spec = district_form("school_group", {"complementarity": 0.0}).replace(stages=("primary",))
    assert solved(town(spec, schools, edges=[])) == {"PL0": "PL0 PW1", "PL4": "PW2 PW3 PL4"}


def test_vertical_chain_every_school_hangs_on_the_nearest_of_the_stage_above():
    """One step of the chain: the juniors at 0 and 10 take the primaries on their side (the whole tree is drawn in tests/planning/test_forms_on_a_city.py)."""
    schools = [School("J", 0), School("J", 10), School("P", 1), School("P", 4), School("P", 6), School("P", 12)]
    form = district_form("vertical_chain")
    spec = form.replace(stages=("junior", "primary"), centre="junior", counts={"junior": (1, 1), "primary": form.children})
    assert solved(town(spec, schools, edges=[])) == {"J0": "J0 P2 P3", "J1": "J1 P4 P5"}


def test_cross_stage_a_senior_leads_juniors_and_primaries_of_two_tiers():
    """All regular but one lead junior and one weak primary: each district needs one of them to hold two tiers."""
    schools = [School("S", 0), School("J", 1), School("P", 2), School("JL", 3), School("PW", 4), School("J", 5), School("P", 8), School("S", 9)]
    spec = district_form("cross_stage", {"complementarity": 0.0, "evenness": 0.0})
    problem = town(spec, schools, edges=[])
    found = group_units(problem)
    assert is_lawful(problem, found)
    assert groups(problem, found) == {"S0": "S0 J1 P2 JL3 PW4", "S7": "J5 P6 S7"} or found.objective == pytest.approx(least(problem))
    tiers = [{problem.tier_of_member[i] for i in np.flatnonzero(found.district_of_unit == d)} for d in range(len(found.lead_of_district))]
    assert all(len(t) >= 2 for t in tiers)


def test_multi_school_zones_hot_schools_are_spread_and_quality_is_even():
    """L L . . in a row: neighbours would put both hot schools in one zone; they are spread, two schools to a zone, in one piece."""
    schools = [School("J", 0), School("JL", 1), School("JL", 2), School("J", 3)]
    spec = district_form("multi_school_zone", {"counts": {"school": [2, 2]}})
    found = solved(town(spec, schools))
    assert sorted(found.values()) == ["J0 JL1", "JL2 J3"]


def test_multi_school_zones_of_three_would_hold_both_hot_schools_but_may_not():
    """With zones of 2 to 3, five schools make two zones; one lead in each."""
    schools = [School("JL", 0), School("JL", 0.1), School("J", 0.2), School("J", 5), School("J", 5.1)]
    problem = town(district_form("multi_school_zone", {"counts": {"school": [2, 3]}}), schools, edges=[(i, j) for i in range(5) for j in range(i)])
    found = solved(problem)
    assert all(sum("JL" in s for s in group.split()) == 1 for group in found.values())


def test_custom_is_what_the_config_says():
    """One junior and two primaries, none farther than 2 km."""
    schools = [School("P", 0), School("J", 1), School("P", 2), School("P", 5), School("J", 6), School("P", 7)]
    spec = district_form("custom", {"counts": {"junior": 1, "primary": 2}, "centre": "junior", "radius_m": 2000.0})
    assert solved(town(spec, schools)) == {"J1": "P0 J1 P2", "J4": "P3 J4 P5"}


def test_every_form_has_a_town_here():
    import tests.grouping.test_presets as here

    assert [form for form in FORMS if not any(form in name.replace("same_stage_four", "same_stage") for name in _names(here))] == []


def _names(module):
    words = {"big_district": "big_districts", "multi_school_zone": "multi_school_zones"}
    return [f"{name} {' '.join(k for k, v in words.items() if v in name)}" for name in vars(module) if name.startswith("test_")]


def test_two_leads_may_share_a_district():
    """Two leads, one weak school: no second district is possible, and that is lawful."""
    problem = town(district_form("alliance"), [School("P", 0), School("JL", 1), School("JW", 2), School("JL", 3)])
    assert len(solved(problem)) == 1


def test_a_nine_year_school_counts_in_both_stages_and_once_as_a_school():
    nine = [School("P", 0, of="N", unit=0), School("J", 0, of="N", unit=0), School("P", 1, unit=1), School("P", 2, unit=2)]
    assert solved(town(district_form("custom", {"counts": {"school": 3, "junior": 1, "primary": 3}}), nine)) == {"P2": "N P2 P3"}
    with pytest.raises(InfeasibleError):
        group_units(town(district_form("custom", {"counts": {"school": 4}}), nine))


def test_dearer_weights_change_nothing_that_is_not_weighed():
    problem = town(district_form("alliance", {"evenness": 0.0}), [School("P", 0), School("JL", 1), School("JW", 2)])
    twice = dataclasses.replace(problem, spec=problem.spec.replace(nearness=2.0))
    assert group_units(twice).objective == pytest.approx(2 * group_units(problem).objective)
