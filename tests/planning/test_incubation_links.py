"""Incubation areas in a plan: rows, shapes, roles, links, what crosses a border, what is far, what is missing."""

import dataclasses

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import districting as dt
from districting.errors import DataError, InfeasibleError
from districting.model.pairing_settings import IncubationSettings, PairingSettings
from districting.model.setting_values import number_faults
from districting.model.settings import Settings
from districting.outputs.map.content import page_content
from districting.outputs.public import public_plan
from districting.outputs.scheme_names import scheme_name
from districting.outputs.summary import summary_lines, summary_tree
from districting.reading.city import City

CRS = "EPSG:4546"


def row_city(**incubation) -> City:
    """Six senior highs 1 km apart in a row, the first three in county A; S0 and S5 lead; the ground is a strip of 6 km x 1 km."""
    ids = [f"S{i}" for i in range(6)]
    county = ["A"] * 3 + ["B"] * 3
    ground = gpd.GeoDataFrame(
        {"name": ["west", "east"], "county_code": ["A", "B"]}, geometry=[shapely.box(0, 0, 3000, 1000), shapely.box(3000, 0, 6000, 1000)], crs=CRS
    )
    campus = gpd.GeoDataFrame(
        {"school_id": ids, "name": [f"school {i}" for i in ids], "county_code": county, "town_code": "", "ownership": "public", "boarding": False},
        geometry=[shapely.Point(1000 * i + 500, 500) for i in range(6)],
        crs=CRS,
    )
    tier = ["lead", "weak", "regular", "regular", "regular", "lead"]
    stages = pd.DataFrame({"school_id": ids, "stage": "senior", "seats": 900.0, "plan": 300.0, "pupils": [100.0] * 5 + [500.0], "tier": tier, "score": 75.0})
    given = IncubationSettings(**({"areas": {"senior": 2}} | incubation))
    return City(settings=Settings(pairing=PairingSettings(form="incubation", incubation=given)), schools=campus, school_stages=stages, crs=CRS, admin=ground)


def with_pairing(city, **changes):
    return dataclasses.replace(city, settings=Settings(pairing=dataclasses.replace(city.settings.pairing, **changes)))


def test_two_areas_cover_every_school_once_and_the_centre_leads():
    plan = dt.make_plan(row_city())
    members = plan.memberships
    assert members["scheme"].unique().tolist() == ["incubation_senior"]
    assert dict(zip(members["school_id"], members["district_id"], strict=True)) == {
        "S0": "I01",
        "S1": "I01",
        "S2": "I01",
        "S3": "I02",
        "S4": "I02",
        "S5": "I02",
    }
    assert dict(zip(members["school_id"], members["role"], strict=True)) == {"S0": "lead", "S5": "lead"} | dict.fromkeys(("S1", "S2", "S3", "S4"), "member")


def test_the_ground_is_divided_without_rest():
    districts = dt.make_plan(row_city()).districts
    assert districts["level"].tolist() == [1, 1]
    assert districts.geometry.area.tolist() == pytest.approx([3e6, 3e6])


@pytest.mark.parametrize("audience", ["internal", "public"])
def test_the_page_and_the_terminal_say_that_areas_are_made_of_the_cells_of_schools(audience):
    plan = dt.make_plan(row_city())
    shown = public_plan(plan) if audience == "public" else plan
    assert [g["ground"] for g in page_content(shown, audience, "en")["groupings"]] == ["cells"]
    assert any("made of the cells of their schools" in line for line in summary_lines(shown, "en", audience))
    kept = shown.provenance[shown.provenance["part"].str.startswith("pairing.")]
    assert audience == "internal" or kept[["part", "key", "value"]].to_numpy().tolist() == [["pairing.incubation.senior", "territory", "cells"]]


def test_links_go_from_the_centre_to_every_other_school():
    links = dt.make_plan(row_city()).links
    assert list(zip(links["from_id"], links["to_id"], links["distance_m"], strict=True)) == [
        ("S0", "S1", 1000.0),
        ("S0", "S2", 2000.0),
        ("S5", "S3", 2000.0),
        ("S5", "S4", 1000.0),
    ]
    assert set(links["kind"]) == {"incubation"}
    assert not links["remote"].any()


def test_members_beyond_the_reach_are_flagged_and_said():
    plan = dt.make_plan(with_pairing(row_city(), max_distance_m=1500.0))
    assert plan.links.loc[plan.links["remote"], "to_id"].tolist() == ["S2", "S3"]
    assert any("2 school(s) farther than 1,500 m" in line for line in summary_lines(plan, "en"))


def test_the_record_says_objective_bound_and_sizes():
    made, *_ = summary_tree(dt.make_plan(row_city()))["decisions"]
    assert made["decision"] == "pairing.incubation.senior"
    assert (made["status"], made["gap"], made["unit"], made["areas"], made["pairs"]) == ("optimal", 0.0, "pupil-metre", 2, 4)
    assert (made["objective"], made["bound"], made["smallest"], made["largest"]) == (600_000.0, 600_000.0, 3.0, 3.0)
    plain, *_ = summary_tree(dt.make_plan(row_city(travel="schools")))["decisions"]
    assert (plain["objective"], plain["unit"]) == (6000.0, "school-metre")


def test_schools_across_the_county_border_are_counted_and_named():
    """Sizes in pupils: 1,000 in all, 500 an area, S5 alone fills one; the others belong to S0."""
    plan = dt.make_plan(row_city(size="pupils", tolerance=0.1))
    assert plan.recorded("pairing.incubation.senior", "crossings") == "2"
    lines = summary_lines(plan, "en")
    assert any("2 school(s) in an area of another county's incubator: school S3, school S4" in line for line in lines)
    assert any("跨县区的学校2所" in line for line in summary_lines(plan, "zh"))


def test_within_a_county_nothing_crosses():
    plan = dt.make_plan(row_city(within_county=True))
    assert plan.recorded("pairing.incubation.senior", "crossings") == "0"
    with pytest.raises(InfeasibleError):
        dt.make_plan(row_city(size="pupils", tolerance=0.1, within_county=True))


def test_the_pairing_switch_for_counties_holds_where_the_form_says_nothing():
    plan = dt.make_plan(with_pairing(row_city(), within_county=True))
    assert plan.recorded("pairing.incubation.senior", "within_county") == "on"


def test_connected_ground_is_asked_for_and_kept():
    plan = dt.make_plan(row_city(contiguous=True))
    assert plan.recorded("pairing.incubation.senior", "contiguous") == "on"
    assert (plan.districts.geometry.geom_type == "Polygon").all()


@pytest.mark.parametrize("named", ["S2", "school S2"])
def test_incubators_may_be_named_by_id_or_name(named):
    plan = dt.make_plan(row_city(incubators=(named, "S5")))
    assert plan.memberships.loc[plan.memberships["role"] == "lead", "school_id"].tolist() == ["S2", "S5"]


def test_a_stage_in_which_no_incubator_is_named_takes_its_lead_schools():
    city = row_city(areas={"senior": 2, "junior": 1}, incubators=("J0",))
    campus = pd.concat([city.schools, city.schools.iloc[:2].assign(school_id=["J0", "J1"], name=["J0", "J1"])], ignore_index=True)
    juniors = city.school_stages.iloc[:2].assign(school_id=["J0", "J1"], stage="junior", tier=["regular", "lead"])
    stages = pd.concat([city.school_stages, juniors], ignore_index=True)
    plan = dt.make_plan(dataclasses.replace(city, schools=campus, school_stages=stages))
    assert plan.memberships.loc[plan.memberships["role"] == "lead", "school_id"].tolist() == ["S0", "S5", "J0"]


def test_neither_tiers_nor_incubators_is_a_fault_of_the_input():
    city = row_city()
    with pytest.raises(DataError) as caught:
        dt.make_plan(dataclasses.replace(city, school_stages=city.school_stages.assign(tier=None)))
    assert caught.value.faults[0].column == "tier"


def test_an_unknown_incubator_is_a_fault_at_its_key():
    with pytest.raises(DataError) as caught:
        dt.make_plan(row_city(incubators=("nobody", "S5")))
    (fault,) = caught.value.faults
    assert fault.column == "pairing.incubation.incubators"
    assert "nobody" in fault.say("en")


def test_missing_pupils_are_a_fault_where_they_count():
    city = row_city()
    lost = city.school_stages.assign(pupils=[None, *city.school_stages["pupils"][1:]])
    with pytest.raises(DataError) as caught:
        dt.make_plan(dataclasses.replace(city, school_stages=lost))
    assert caught.value.faults[0].column == "pupils"
    other = row_city(travel="schools")
    assert len(dt.make_plan(dataclasses.replace(other, school_stages=lost)).links) == 4


def test_a_stage_without_a_school_is_a_note_and_no_stage_at_all_a_fault():
    plan = dt.make_plan(row_city(areas={"senior": 2, "preschool": 3}))
    assert plan.notes["problem"].str.contains("preschool|学前|幼儿").sum() == 1
    assert plan.memberships["scheme"].unique().tolist() == ["incubation_senior"]
    with pytest.raises(DataError):
        dt.make_plan(row_city(areas={"preschool": 3}))


def test_conflicts_of_all_stages_are_raised_together_with_their_stage():
    city = row_city(areas={"senior": 3, "junior": 4})
    both = pd.concat([city.school_stages, city.school_stages.assign(stage="junior")], ignore_index=True)
    with pytest.raises(InfeasibleError) as caught:
        dt.make_plan(dataclasses.replace(city, school_stages=both))
    assert [c.amount for c in caught.value.conflicts] == [1.0, 2.0]
    assert [c.problem.say("en").partition(":")[0] for c in caught.value.conflicts] == ["senior", "junior"]


def test_private_schools_join_by_switch_and_are_named_as_left_out_else():
    city = row_city(tolerance=0.5)
    campus = city.schools.assign(ownership=["public"] * 4 + ["private", "public"])
    city = dataclasses.replace(city, schools=campus)
    plan = dt.make_plan(city)
    assert list(zip(plan.coverage["school_id"], plan.coverage["reason"], plan.coverage["decision"], strict=True)) == [
        ("S4", "private", "pairing.incubation.senior")
    ]
    assert len(dt.make_plan(with_pairing(city, private=True)).memberships) == 6


def test_two_schools_in_one_place_share_its_ground():
    city = row_city(contiguous=True)
    places = list(city.schools.geometry)
    places[1] = places[0]
    plan = dt.make_plan(dataclasses.replace(city, schools=city.schools.set_geometry(gpd.GeoSeries(places, crs=CRS))))
    assert plan.districts.geometry.area.sum() == pytest.approx(6e6)
    assert len(plan.memberships) == 6


def test_the_scheme_has_a_name_for_people():
    assert scheme_name("incubation_senior", "zh") == "普通高中孵化片区"
    assert scheme_name("incubation_preschool", "zh") == "学前孵化片区"
    assert scheme_name("incubation_senior", "en") == "Senior-high incubation areas"
    assert scheme_name("incubation_junior", "zh") == "孵化片区（初中）"


def test_numbers_out_of_range_are_faults_at_their_keys():
    wrong = Settings(pairing=PairingSettings(incubation=IncubationSettings(areas={"senior": 0}, tolerance=-0.1)))
    assert [f.column for f in number_faults(wrong)] == ["pairing.incubation.areas.senior", "pairing.incubation.tolerance"]
    none = Settings(pairing=PairingSettings(incubation=IncubationSettings(areas={})))
    assert [f.column for f in number_faults(none)] == ["pairing.incubation.areas"]
    assert "senior = 7" in number_faults(none)[0].remedy.say("zh")
