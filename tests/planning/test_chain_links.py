"""Mentor chains on the city drawn in conftest: two primaries of a county each, and what the plan says of them."""

import dataclasses

import pytest

import districting as dt
from districting.model.pairing_settings import ChainSettings, PairingSettings
from districting.planning.links.reach import chain_reach
from districting.wording import say


def city_with(city, levels, stages=("primary",), chain=None, **changes):
    """The city with school id -> level; ``chain``: settings of the form."""
    schools = city.schools.assign(level=[levels.get(i) for i in city.schools["school_id"]])
    pairing = PairingSettings(form="chain", stages=stages, chain=ChainSettings(**(chain or {})), **changes)
    return dataclasses.replace(city, schools=schools, settings=dataclasses.replace(city.settings, zoning={}, grouping=None, pairing=pairing))


LEVELS = {"P1": "市级", "P2": "县级", "P3": "镇级", "P4": "村级"}


def links(plan):
    return {row["to_id"]: row["from_id"] for row in plan.links.to_dict(orient="records")}


def test_each_school_hangs_below_the_nearest_higher_one(grid_city):
    # the corners of a square of 300 m: the village P4 is 300 m from P2 and P3, 424 m from P1; the town P3 300 m from P1
    plan = dt.make_plan(city_with(grid_city, LEVELS, chain={"level_gap_weight_m": 0.0}))
    found = links(plan)
    assert found["P2"] == "P1"
    assert found["P3"] == "P1"
    assert found["P4"] in ("P2", "P3")
    assert set(plan.links["channel"]) == {"mentor_chain"}
    assert plan.links.set_index("to_id").loc["P2", "distance_m"] == 300.0
    assert plan.recorded("pairing.chain.primary", "status") == "optimal"
    assert plan.recorded("pairing.chain.primary", "gap") == "0.0"


def test_reach_of_a_root_is_read_from_the_links(grid_city):
    reach = chain_reach(dt.make_plan(city_with(grid_city, LEVELS)))
    (row,) = reach.to_dict(orient="records")
    assert (row["root_id"], row["root_name"], row["schools"], row["pupils"]) == ("P1", "school P1", 4, 480.0)
    assert row["farthest_m"] == pytest.approx(300 * 2**0.5)
    assert row["depth"] == 3  # a skipped level costs 2 km: city, county, town, village


def test_a_plan_without_chains_has_no_reach(grid_city):
    assert len(chain_reach(dt.make_plan(dataclasses.replace(grid_city, settings=dataclasses.replace(grid_city.settings, pairing=None))))) == 0


def test_equal_levels_make_every_school_a_root_and_the_plan_says_so(grid_city):
    plan = dt.make_plan(city_with(grid_city, dict.fromkeys(LEVELS, "镇级")))
    assert len(plan.links) == 0
    assert plan.recorded("pairing.chain.primary", "ended") == "one_level"
    assert plan.notes["problem"].str.contains(say("pairing.chain_one_level", plan.language, stage=say("word.primary", plan.language), count=4)).any()
    from districting.outputs.summary import summary_lines

    assert any(say("summary.one_level", "en", stage="primary") == line for line in summary_lines(plan, "en"))


def test_schools_without_a_level_are_counted_and_named(grid_city):
    with pytest.raises(dt.DataError) as caught:
        dt.make_plan(city_with(grid_city, {"P1": "市级", "P2": "???"}))
    (fault,) = caught.value.faults
    assert fault.column == "level"
    assert "3 of 4 primary school(s) have no level" in fault.say("en")
    assert "levels =" in fault.say("zh")


def test_tiers_or_scores_stand_in_only_when_the_settings_say_so(grid_city):
    by_tier = dt.make_plan(city_with(grid_city, {}, stages=("junior",), chain={"levels": "tier"}))
    assert links(by_tier) == {"W": "L", "V": "M"}
    assert by_tier.links["score_gap"].tolist() == [30.0, 30.0]
    by_score = dt.make_plan(city_with(grid_city, {}, stages=("junior",), chain={"levels": "score", "score_levels": 2}))
    assert links(by_score) == {"W": "L", "V": "M"}
    no_score = dataclasses.replace(grid_city, school_stages=grid_city.school_stages.assign(score=float("nan"), tier=None))
    for levels in ("tier", "score"):
        with pytest.raises(dt.DataError, match=f"have no {levels}"):
            dt.make_plan(city_with(no_score, {}, stages=("junior",), chain={"levels": levels}))


def test_lead_schools_are_the_only_roots_when_asked(grid_city):
    levels = {"L": "县级", "M": "镇级", "W": "镇级", "V": "村级"}
    plan = dt.make_plan(city_with(grid_city, levels, stages=("junior",), chain={"roots": "lead", "level_gap_weight_m": 0.0}))
    assert links(plan) == {"W": "L", "V": "M"}
    with pytest.raises(dt.DataError, match="no primary school is a lead"):
        dt.make_plan(city_with(grid_city, LEVELS, chain={"roots": "lead"}))


def test_inside_a_county_its_highest_school_is_the_root(grid_city):
    plan = dt.make_plan(city_with(grid_city, LEVELS, within_county=True))
    assert links(plan) == {"P3": "P1", "P4": "P2"}


def test_a_county_with_a_single_school_keeps_it_as_a_root(grid_city):
    schools = grid_city.schools.assign(county_code=["A", "A", "A", "B", "A", "A", "A", "A"])
    plan = dt.make_plan(city_with(dataclasses.replace(grid_city, schools=schools), LEVELS, within_county=True))
    assert set(links(plan)) == {"P2", "P3"}
    assert plan.recorded("pairing.chain.primary", "roots") == "2"


def test_a_school_without_a_county_code_belongs_with_others_that_have_none(grid_city):
    schools = grid_city.schools.assign(county_code=["A", None, "A", None, "A", "A", "A", "A"])
    plan = dt.make_plan(city_with(dataclasses.replace(grid_city, schools=schools), LEVELS, within_county=True))
    assert links(plan) == {"P3": "P1", "P4": "P2"}


def test_what_cannot_be_carried_names_its_stage_and_level(grid_city):
    levels = {"P1": "市级", "P2": "县级", "P3": "县级", "P4": "县级"}
    with pytest.raises(dt.InfeasibleError) as caught:
        dt.make_plan(city_with(grid_city, levels, chain={"max_mentees": 2}))
    assert [(c.rule, c.amount) for c in caught.value.conflicts] == [("max_mentees", 1.0)]
    assert "primary" in caught.value.say("en")
    assert "county level" in caught.value.say("en")
    assert "max_mentees = 3" in caught.value.say("zh")
    plan = dt.make_plan(city_with(grid_city, levels, chain={"max_mentees": 2, "allow_new_roots": True}))
    assert plan.recorded("pairing.chain.primary", "new_roots") == "1"
    assert plan.notes["problem"].str.contains("school P4").any()  # the farthest of the three from P1


def test_a_remote_link_is_flagged(grid_city):
    plan = dt.make_plan(city_with(grid_city, LEVELS, chain={"level_gap_weight_m": 0.0}, max_distance_m=100.0))
    assert plan.links["remote"].all()
    assert plan.recorded("pairing.chain.primary", "remote") == "3"


def test_private_schools_take_part_by_switch_and_are_named_as_left_out_otherwise(grid_city):
    schools = grid_city.schools.assign(ownership=["private" if i == "P4" else "public" for i in grid_city.schools["school_id"]])
    city = dataclasses.replace(grid_city, schools=schools)
    without = dt.make_plan(city_with(city, LEVELS))
    assert set(links(without)) == {"P2", "P3"}
    left = without.coverage[without.coverage["decision"] == "pairing.chain.primary"]
    assert list(zip(left["school_id"], left["reason"], strict=True)) == [("P4", "private")]
    assert set(links(dt.make_plan(city_with(city, LEVELS, private=True)))) == {"P2", "P3", "P4"}


def test_a_small_school_counts(grid_city):
    stages = grid_city.school_stages.assign(pupils=[12.0 if i == "P4" else 120.0 for i in grid_city.school_stages["school_id"]])
    plan = dt.make_plan(city_with(dataclasses.replace(grid_city, school_stages=stages), {**LEVELS, "P4": "教学点"}))
    assert "P4" in links(plan)


def test_nothing_of_chains_is_for_the_public(grid_city):
    from districting.outputs.public import public_plan

    plan = public_plan(dt.make_plan(city_with(grid_city, LEVELS)))
    assert len(plan.links) == 0
    assert not plan.provenance["part"].str.startswith("pairing").any()
