"""Full coverage counted over all schools of every stage."""

import numpy as np
import pytest

from districting.model.pairing_settings import PairingSettings
from districting.outputs.public import public_plan
from districting.outputs.summary import summary_lines
from districting.planning import start_plan
from districting.planning.links import add_links
from districting.planning.links.inclusion import with_inclusion
from tests.planning.county_city import at, county_city

SCHOOLS = [
    at("s", 2, county="A", tier="lead", score=95.0),
    at("w", 5, county="A", tier="weak", score=50.0),
    at("tiny", 6, county="A", pupils=12.0, school_type="teaching_point"),
    at("n", 15, "primary"),
    at("n", 15, "junior"),
    at("k", 25, "preschool", county="X"),
    at("h", 26, "senior", county="X"),
    at("p", 27, county="X", ownership="private"),
    at("nowhere", np.nan, county="X"),
]


def linked(city, **general):
    return add_links(start_plan(city), city, PairingSettings(**general))


def table(plan):
    return {(r["stage"], r["county_code"]): (r["schools"], r["covered"]) for r in plan.inclusion.to_dict(orient="records")}


def left(plan):
    rows = plan.coverage[plan.coverage["decision"] == "pairing.inclusion"]
    return set(zip(rows["school_id"], rows["stage"], rows["reason"], strict=True))


def test_every_school_of_every_stage_counts_and_who_is_in_nothing_is_named():
    plan = linked(county_city(SCHOOLS), stages=("primary",))
    assert table(plan) == {
        ("preschool", "X"): (1, 0),
        ("primary", "A"): (3, 2),
        ("primary", "X"): (1, 0),
        ("primary", "高新区"): (1, 0),
        ("junior", "高新区"): (1, 0),
        ("senior", "X"): (1, 0),
    }
    assert plan.inclusion["stage"].tolist() == ["preschool", "primary", "primary", "primary", "junior", "senior"]
    names = {("tiny", "primary"), ("n", "primary"), ("n", "junior"), ("k", "preschool"), ("h", "senior")}
    assert left(plan) == {(*key, "in_no_alliance") for key in names}


def test_a_school_whose_reason_is_said_already_is_not_named_twice_and_is_not_covered():
    plan = linked(county_city(SCHOOLS), stages=("primary",))
    assert plan.coverage["school_id"].tolist().count("nowhere") == 1
    assert table(plan)["primary", "X"] == (1, 0)


def test_private_schools_count_where_they_may_take_part():
    assert table(linked(county_city(SCHOOLS), stages=("primary",), private=True))["primary", "X"] == (2, 0)


def test_a_link_between_counties_covers_no_school():
    assert linked(county_city(SCHOOLS), form="county").inclusion["covered"].sum() == 0


def test_membership_in_an_alliance_covers_the_stages_it_holds():
    found = table(linked(county_city(SCHOOLS), form=("county", "second_level")))
    assert found["primary", "A"] == (3, 3)
    assert found["junior", "高新区"] == found["primary", "高新区"] == (1, 1)
    assert found["senior", "X"] == (1, 0)


def test_a_link_without_a_stage_covers_all_stages_of_a_school():
    city = county_city(SCHOOLS)
    plan = linked(city, stages=("primary",))
    every = plan.replace(links=plan.links.assign(stage="", to_id="n"))
    assert table(with_inclusion(every, city, PairingSettings()))["junior", "高新区"] == (1, 1)


def test_counting_again_changes_nothing():
    city = county_city(SCHOOLS)
    plan = linked(city, stages=("primary",))
    again = with_inclusion(plan, city, PairingSettings())
    assert again.inclusion.equals(plan.inclusion)
    assert again.coverage.equals(plan.coverage)
    assert again.provenance.equals(plan.provenance)


@pytest.mark.parametrize(("lang", "words"), [("zh", "学校纳入率25.0%（目标100%）"), ("en", "25.0% of schools included (target 100%)")])
def test_the_share_is_said_in_the_terminal_and_not_to_the_public(lang, words):
    plan = linked(county_city(SCHOOLS), stages=("primary",))
    assert words in "\n".join(summary_lines(plan, lang))
    assert words not in "\n".join(summary_lines(public_plan(plan), lang, "public"))
