"""School pairs of a plan: what the planner pins or forbids, who counts, and what is said."""

import dataclasses

import pytest

import districting as dt
from districting.errors import DataError, InfeasibleError
from districting.model.pairing_settings import SchoolSettings
from districting.model.settings import TierSettings
from districting.outputs.public import public_plan
from districting.outputs.summary import summary_lines
from tests.planning.road_city import changed, road_city, row

ROAD = [row("A", 0, "lead", 90), row("B", 10, "lead", 88), row("X", 1, "weak", 60), row("Y", 9, "weak", 62)]


def of_form(coverage):
    """What a form leaves out, without the list of who is in no link at all."""
    return coverage[coverage["decision"] != "pairing.inclusion"]


def links(city):
    plan = dt.make_plan(city)
    return plan, dict(zip(plan.links["to_id"], plan.links["from_id"], strict=True))


def faults(city):
    with pytest.raises(DataError) as caught:
        dt.make_plan(city)
    return [(f.column, f.problem.key) for f in caught.value.faults]


def test_every_pair_gets_the_channels_of_the_config_and_its_margin():
    plan, made = links(road_city(ROAD))
    assert made == {"X": "A", "Y": "B"}
    assert set(plan.links["channel"]) == {"team_exchange,project_support,joint_research"}
    assert (plan.links["score_margin"] > 0).all()
    assert float(plan.recorded("pairing.school.junior", "least_margin")) == plan.links["score_margin"].min()
    assert plan.recorded("pairing.school.junior", "margin") == "exact"
    plan, _ = links(road_city(ROAD, school=SchoolSettings(channels=("joint_research",))))
    assert set(plan.links["channel"]) == {"joint_research"}


def test_a_pin_by_name_and_a_forbidden_pair_by_id_turn_the_plan():
    city = road_city(ROAD, school=SchoolSettings(pins=(("school B", "X"),)))
    plan, made = links(city)
    assert made == {"X": "B", "Y": "A"}
    assert dict(zip(plan.links["to_id"], plan.links["pinned"], strict=True)) == {"X": True, "Y": False}
    assert links(changed(city, school=SchoolSettings(forbidden=(("A", "X"),))))[1] == {"X": "B", "Y": "A"}


def test_pins_may_name_schools_that_are_neither_lead_nor_weak():
    city = road_city([*ROAD, row("R", 2, "regular", 75), row("S", 3, "regular", 70)], school=SchoolSettings(pins=(("R", "S"),)))
    assert links(city)[1] == {"X": "A", "Y": "B", "S": "R"}


def test_unknown_and_contradictory_pins_are_faults_at_their_place():
    place = "pairing.school.pins."
    assert faults(road_city(ROAD, school=SchoolSettings(pins=(("A", "X"), ("Nobody", "X"))))) == [(place + "1", "pairing.unknown_school")]
    assert faults(road_city(ROAD, school=SchoolSettings(pins=(("A", "X"), ("B", "X"))))) == [(place + "1", "pairing.pin_twice")]
    assert faults(road_city(ROAD, school=SchoolSettings(pins=(("X", "A"),)))) == [(place + "0", "pairing.pin_not_stronger")]
    both = SchoolSettings(pins=(("A", "X"),), forbidden=(("school A", "school X"),))
    assert faults(road_city(ROAD, school=both)) == [(place + "0", "pairing.pin_forbidden")]
    twins = [*ROAD, row("A2", 4, "lead", 91, name="school A")]
    assert faults(road_city(twins, school=SchoolSettings(forbidden=(("school A", "X"),)))) == [("pairing.school.forbidden.0", "pairing.several_schools")]
    primary = [*ROAD, row("P", 4, "weak", 50, stage="primary"), row("Q", 5, "lead", 90, stage="primary")]
    assert faults(road_city(primary, stages=("primary", "junior"), school=SchoolSettings(pins=(("A", "P"),)))) == [(place + "0", "pairing.no_common_stage")]
    across = [r | {"county_code": c} for r, c in zip(ROAD, "ABAB", strict=True)]
    assert faults(road_city(across, within_county=True, school=SchoolSettings(pins=(("B", "X"),)))) == [(place + "0", "pairing.pin_across")]


def test_more_pins_than_the_cap_are_refused_with_the_cap_that_works():
    city = road_city(ROAD, school=SchoolSettings(pins=(("A", "X"), ("A", "Y"))))
    with pytest.raises(InfeasibleError) as caught:
        dt.make_plan(city)
    assert caught.value.conflicts[0].rule == "donor_cap"
    assert "school A" in caught.value.say("zh")
    twins = road_city([*ROAD, row("Z", 5, "regular", 75, name="school A")], school=SchoolSettings(pins=(("A", "X"), ("A", "Y"))))
    with pytest.raises(InfeasibleError) as caught_twins:
        dt.make_plan(twins)
    assert "school A (A)" in caught_twins.value.say("zh")
    assert links(changed(city, donor_cap=2))[1] == {"X": "A", "Y": "A"}


def test_a_school_whose_only_stronger_donor_is_forbidden_is_left_out_in_those_words():
    plan, made = links(road_city([*ROAD[:1], *ROAD[2:3]], school=SchoolSettings(forbidden=(("A", "X"),))))
    assert made == {}
    assert of_form(plan.coverage)[["school_id", "reason"]].to_numpy().tolist() == [["X", "only_forbidden_donor"]]
    assert any("those it may not be paired with" in line for line in summary_lines(plan, "en"))


def test_equal_scores_everywhere_leave_everybody_unpaired_and_say_so():
    plan, made = links(road_city([r | {"score": 70.0} for r in ROAD]))
    assert made == {}
    assert of_form(plan.coverage)["reason"].tolist() == ["no_stronger_donor"] * 2
    assert any("no stronger school" in line for line in summary_lines(plan, "en"))


def test_small_schools_and_teaching_points_count_and_private_ones_by_switch():
    rows = [*ROAD, row("C", 20, "lead", 85, ownership="private"), row("T", 21, "weak", 50, pupils=12.0, school_type="teaching_point")]
    with pytest.raises(InfeasibleError):
        dt.make_plan(road_city(rows))
    assert links(road_city(rows, private=True))[1] == {"X": "A", "Y": "B", "T": "C"}


def test_remote_pairs_are_flagged_and_remarked_upon():
    plan, _ = links(road_city([row("A", 0, "lead", 90), row("X", 50, "weak", 60)]))
    assert plan.links["remote"].tolist() == [True]
    assert any("more than 30 km apart" in line for line in summary_lines(plan, "en"))
    assert any("30公里" in line and "线上" in line for line in summary_lines(plan, "zh"))
    assert not any("km apart" in line or "stable" in line for line in summary_lines(public_plan(plan), "en", "public"))


def test_a_weight_on_size_asks_for_pupils():
    rows = [ROAD[0] | {"pupils": 1600.0}, ROAD[1] | {"pupils": 400.0}, ROAD[2] | {"pupils": 200.0}]
    assert links(road_city(rows, school=SchoolSettings(size_weight_m=0.0)))[1] == {"X": "A"}
    assert links(road_city(rows, school=SchoolSettings(size_weight_m=5000.0)))[1] == {"X": "B"}
    missing = [*rows[:2], rows[2] | {"pupils": float("nan")}]
    assert faults(road_city(missing, school=SchoolSettings(size_weight_m=1.0))) == [("pupils", "pairing.school_without_pupils")]
    assert links(road_city(missing))[1] == {"X": "A"}


def test_the_margin_is_said_for_given_tiers_and_spread_and_not_to_cover_tiers_drawn_from_scores():
    city = road_city(ROAD)
    plain = dt.make_plan(city)
    said = "\n".join(summary_lines(plain, "en"))
    assert "with the tiers and the spread of the scores as they are" in said
    assert "在等次和得分离散程度不变的前提下" in "\n".join(summary_lines(plain, "zh"))
    assert "does not cover" not in said
    drawn = dt.make_plan(dataclasses.replace(city, settings=dataclasses.replace(city.settings, tiers=TierSettings(source="score"))))
    assert "a score that moves may change a tier, which this margin does not cover" in "\n".join(summary_lines(drawn, "en"))
    assert "等次由得分划定" in "\n".join(summary_lines(drawn, "zh"))
