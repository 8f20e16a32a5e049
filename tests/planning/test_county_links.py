"""County alliances of a city: who gives, where a county is, what it needs, and counties without codes, schools or roles."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from districting.errors import DataError, InfeasibleError
from districting.model.pairing_settings import CountySettings, PairingSettings
from districting.outputs.public import public_plan
from districting.outputs.summary import summary_lines
from districting.planning import start_plan
from districting.planning.links import add_links
from districting.planning.links.counties import counties_of, county_of_schools
from districting.planning.links.county_needs import county_needs
from tests.planning.county_city import ROW, at, county_city, county_table

SCHOOLS = [at("a", 5, county="A"), at("g", 15), at("x", 25, county="X"), at("y", 35, county="Y")]


def linked(city, **county):
    general = {name: county.pop(name) for name in ("private", "stages", "max_distance_m") if name in county}
    return add_links(start_plan(city), city, PairingSettings(form="county", county=CountySettings(**county), **general))


def pairs(plan):
    return dict(zip(plan.links["to_id"], plan.links["from_id"], strict=True))


def refused(city, **county):
    with pytest.raises(DataError) as caught:
        linked(city, **county)
    return [(f.column, f.say("en"), f.say("zh")) for f in caught.value.faults]


def test_every_recipient_has_one_donor_and_a_zone_without_a_code_gives_by_its_name():
    plan = linked(county_city(SCHOOLS), pins=(("高新区", "X"),))
    assert pairs(plan) == {"X": "高新区", "Y": "A"}
    first = plan.links.set_index("to_id").loc["X"]
    assert (first["kind"], first["from_kind"], first["to_kind"], first["from_name"], first["to_name"]) == ("county", "county", "county", "高新区", "戊县")
    assert first["pinned"]
    assert first["distance_m"] == pytest.approx(10_000)
    assert list(first["geometry"].coords) == [(15_000, 5_000), (25_000, 5_000)]


def test_a_donor_is_named_by_code_or_name_and_the_settings_win_over_the_table():
    plan = linked(county_city(SCHOOLS), donors=("戊县",), recipients=("A", "高新区"))
    assert pairs(plan) == {"A": "X", "高新区": "X"}
    assert plan.recorded("pairing.county", "sides_from") == "settings"
    assert plan.recorded("pairing.county", "donor_cap") == "2"
    assert plan.notes["column"].tolist().count("county_type") == 1


def test_one_side_named_leaves_the_other_to_the_table():
    assert set(pairs(linked(county_city(SCHOOLS), donors=("A",)))) == {"X", "Y"}


def test_without_roles_the_land_of_the_counties_decides():
    plan = linked(county_city(SCHOOLS, county_table(without=["aid_role"])))
    assert set(pairs(plan)) == {"X", "Y"}
    assert plan.recorded("pairing.county", "sides_from") == "county_type"


def test_a_school_in_a_zone_without_a_code_is_of_the_zone_whatever_code_it_bears():
    city = county_city([*SCHOOLS, at("b", 16, county="A"), at("n", 3, county="高新区"), at("lost", 95)])
    counties = counties_of(city)
    assert county_of_schools(city, city.schools, counties).tolist() == ["A", "高新区", "X", "Y", "高新区", "高新区", ""]


def test_islands_of_one_county_are_one_county():
    counties = counties_of(county_city(SCHOOLS, county_table((*ROW, ("A", "甲区", "城区", "支援")))))
    assert counties.id.count("A") == 1
    assert counties.shape[counties.id.index("A")].area == pytest.approx(2e8)


def test_a_county_stands_where_its_pupils_are_and_private_schools_count_by_switch():
    schools = [*SCHOOLS[:3], at("y", 31, county="Y", pupils=300), at("y2", 39, county="Y"), at("y3", 39, county="Y", ownership="private", pupils=400)]
    line = linked(county_city(schools)).links.set_index("to_id").loc["Y", "geometry"]
    assert line.coords[1] == (33_000, 5_000)
    line = linked(county_city(schools), private=True).links.set_index("to_id").loc["Y", "geometry"]
    assert line.coords[1] == (36_000, 5_000)


def test_a_county_without_schools_stands_inside_its_outline_and_is_said():
    plan = linked(county_city(SCHOOLS[:3]))
    assert plan.recorded("pairing.county", "centre.Y") == "outline"
    assert plan.recorded("pairing.county", "centre.X") == "schools"
    assert "己县" in plan.notes.loc[plan.notes["column"] == "county_code", "problem"].iloc[0]
    assert list(plan.links.set_index("to_id").loc["Y", "geometry"].coords)[1] == (35_000, 5_000)


def test_the_share_of_a_shortage_that_the_donor_can_fill_is_told():
    teachers = {"a": 12.0, "g": 9.0, "x": 5.0, "y": 6.0}
    schools = [at(i, km, county=c, teachers=teachers[i]) for i, km, c in (("a", 5, "A"), ("g", 15, None), ("x", 25, "X"), ("y", 35, "Y"))]
    plan = linked(county_city(schools), pins=(("A", "X"),))
    assert sorted(plan.gains.to_dict(orient="records"), key=lambda r: r["taker_id"]) == [
        {"kind": "county", "stage": "primary", "giver_id": "A", "taker_id": "X", "resource": "teachers", "amount": 1.0},
        {"kind": "county", "stage": "primary", "giver_id": "高新区", "taker_id": "Y", "resource": "teachers", "amount": 0.5},
    ]
    assert float(plan.recorded("pairing.county", "unmet_m")) == pytest.approx(10_000)


def test_a_need_that_one_donor_alone_can_fill_turns_the_pairs():
    books = {"a": 9000.0, "g": 100.0, "x": 4500.0, "y": 900.0}
    schools = [at(i, km, county=c, books=books[i]) for i, km, c in (("a", 5, "A"), ("g", 15, None), ("x", 25, "X"), ("y", 35, "Y"))]
    assert pairs(linked(county_city(schools), need_weight_m=50_000.0))["Y"] == "A"


def test_a_line_of_the_planner_takes_the_place_of_the_mean():
    members = pd.DataFrame({"stage": "primary", "pupils": [100.0, 100.0], "teachers": [6.0, 4.0]})
    where = np.array(["A", "X"], dtype=object)
    by_mean = county_needs(members, where, ("A", "X"), {})
    assert by_mean.short.ravel().tolist() == [0.0, 1.0]
    assert by_mean.spare.ravel().tolist() == [1.0, 0.0]
    by_line = county_needs(members, where, ("A", "X"), {"teachers": 4.0})
    assert by_line.short.ravel().tolist() == [0.0, 0.0]
    assert by_line.unmet().tolist() == [[0.0, 0.0], [0.0, 0.0]]


def test_subjects_weigh_together_as_one_resource():
    members = pd.DataFrame({"stage": "primary", "pupils": [100.0], "books": [1.0], "music_teachers": [1.0], "art_teachers": [1.0]})
    needs = county_needs(members, np.array(["A"], dtype=object), ("A",), {})
    assert dict(zip([k[1] for k in needs.keys], needs.weight.tolist(), strict=True)) == {"books": 1.0, "music_teachers": 0.5, "art_teachers": 0.5}


def test_without_indicators_travel_alone_counts_and_the_plan_says_so():
    plan = linked(county_city(SCHOOLS))
    assert float(plan.recorded("pairing.county", "objective")) == pytest.approx(40_000)
    assert plan.recorded("pairing.county", "gap") == "0.0"
    assert "teachers" in plan.notes["column"].tolist()
    assert not len(plan.gains)


def test_spare_donors_are_named_and_may_be_made_to_give():
    row = (*ROW[:3], ("Y", "己县", "平原", "支援"))
    plan = linked(county_city(SCHOOLS, county_table(row)))
    assert pairs(plan) == {"X": "Y"}  # as near as 高新区, and first by code
    assert len(plan.recorded("pairing.county", "spare_donors").split(",")) == 2
    assert "甲区" in plan.notes.loc[plan.notes["column"] == "pairing.county", "problem"].iloc[0]
    every = linked(county_city(SCHOOLS, county_table(row)), every_donor=True)
    assert sorted(every.links["from_id"]) == ["A", "Y", "高新区"]
    assert set(every.links["to_id"]) == {"X"}


def test_pins_tell_what_they_cost_and_too_many_are_refused_with_a_way_out():
    schools = [at("a", 5, county="A"), at("g", 15), at("x", 25, county="X", north=9.0), at("y", 35, county="Y", north=1.0)]
    plan = linked(county_city(schools), pins=(("A", "戊县"),))
    assert float(plan.recorded("pairing.county", "pins_cost_m")) >= 0.0
    with pytest.raises(InfeasibleError) as caught:
        linked(county_city(schools), pins=(("A", "X"), ("A", "Y")))
    assert [c.rule for c in caught.value.conflicts] == ["donor_cap"]
    assert set(pairs(linked(county_city(schools), pins=(("A", "X"), ("A", "Y")), donor_cap=2)).values()) == {"A"}


def test_no_counties_table_is_said_with_what_to_give():
    ((column, en, zh),) = refused(county_city(SCHOOLS, table=False))
    assert column == "inputs.counties"
    assert "counties" in en
    assert "县区" in zh


def test_no_donor_and_no_recipient_are_both_said():
    nobody = county_table(tuple((code, name, "", "") for code, name, _, _ in ROW))
    assert len(refused(county_city(SCHOOLS, nobody))) == 2
    takers = county_table(tuple((code, name, land, "受援") for code, name, land, _ in ROW))
    ((column, en, _),) = refused(county_city(SCHOOLS, takers))
    assert column == "aid_role"
    assert "donor" in en


def test_unknown_names_words_and_sides_are_faults():
    city = county_city(SCHOOLS)
    assert [f[0] for f in refused(city, donors=("无此县",), recipients=("Q",))] == ["pairing.county.donors", "pairing.county.recipients"]
    assert "甲区" in refused(city, pins=(("无此县", "X"),))[0][1]
    assert [f[0] for f in refused(city, pins=(("X", "A"),))] == ["pairing.county.pins"] * 2
    assert [f[0] for f in refused(city, donors=("A", "X"), recipients=("X",))] == ["pairing.county"]
    odd = county_table(((*ROW[0][:3], "也许"), *ROW[1:]))
    assert "也许" in refused(county_city(SCHOOLS, odd))[0][1]
    assert set(pairs(linked(county_city(SCHOOLS, odd), donors=("A",), recipients=("X",)))) == {"X"}


def test_a_county_must_be_known_by_something_and_a_code_stands_for_one_county():
    nameless = county_table(((None, None, "城区", "支援"), *ROW[1:]))
    assert refused(county_city(SCHOOLS, nameless))[0][0] == "county_code"
    shared = county_table((ROW[0], ("A", "高新区", "城区", "支援"), *ROW[2:]))
    assert "高新区" in refused(county_city(SCHOOLS, shared))[0][1]
    twins = county_table((("A", "同名县", "城区", "支援"), ("B", "同名县", "城区", "支援"), *ROW[2:]))
    assert "several" in refused(county_city(SCHOOLS, twins), pins=(("同名县", "X"),))[0][1]


def test_the_terminal_names_the_pairs_and_the_public_sees_none_of_it():
    plan = linked(county_city(SCHOOLS), pins=(("A", "X"),), max_distance_m=15_000.0)
    said = "\n".join(summary_lines(plan, "zh"))
    assert "甲区→戊县（20.0公里，指定）" in said
    assert "高新区→己县（20.0公里，远程）" in said
    public = public_plan(plan)
    assert not len(public.links)
    assert not len(public.gains)
    assert not len(public.inclusion)
    assert "戊县" not in "\n".join(summary_lines(public, "zh", "public"))


def test_the_order_of_the_table_changes_nothing():
    city = county_city(SCHOOLS)
    turned = dataclasses.replace(city, counties=city.counties.iloc[::-1].reset_index(drop=True))
    assert linked(city).links.drop(columns="geometry").equals(linked(turned).links.drop(columns="geometry"))
