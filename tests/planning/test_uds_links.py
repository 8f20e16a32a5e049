"""U-D-S communities on a city drawn by hand (see conftest): leads L (county A) and M (county B), weak W (A) and V (B), all junior."""

import dataclasses

import geopandas as gpd
import pytest
import shapely

import districting as dt
from districting.model.pairing_settings import UdsSettings
from districting.model.settings import PairingSettings
from tests.planning.conftest import CRS


def places(*rows):
    """(name, kind, x, y) as social resources."""
    return gpd.GeoDataFrame(
        {"name": [r[0] for r in rows], "kind": [r[1] for r in rows], "themes": ""},
        geometry=[None if r[2] is None else shapely.Point(r[2], r[3]) for r in rows],
        crs=CRS,
    )


NORMAL = ("示范师范学院", "高等学校", 50.0, 250.0)


def city_with(grid_city, social, **own):
    pairing = PairingSettings(form="uds", stages=("junior",), uds=UdsSettings(**own))
    settings = dataclasses.replace(grid_city.settings, zoning={}, grouping=None, pairing=pairing)
    return dataclasses.replace(grid_city, settings=settings, social_resources=social)


def test_each_community_is_named_by_its_three_parties_and_drawn_as_links(grid_city):
    plan = dt.make_plan(city_with(grid_city, places(NORMAL, ("市图书馆", "图书馆", 0.0, 0.0))))
    links = plan.links[["from_kind", "from_id", "to_id"]].to_numpy().tolist()
    assert sorted(links) == [
        ["school", "L", "W"], ["school", "M", "V"],
        ["university", "示范师范学院", "L"], ["university", "示范师范学院", "M"], ["university", "示范师范学院", "V"], ["university", "示范师范学院", "W"],
    ]  # fmt: skip
    assert set(plan.links["channel"]) == {"A教育局—示范师范学院—school L", "B教育局—示范师范学院—school M"}
    to_lead = plan.links.set_index(["from_kind", "to_id"])["distance_m"]
    assert to_lead[("university", "L")] == pytest.approx(100.0)
    assert plan.links.geometry.notna().all()
    record = {k: plan.recorded("pairing.uds", k) for k in ("status", "communities", "covered", "of")}
    assert record == {"status": "optimal", "communities": "2", "covered": "2", "of": "2"}


def test_a_full_university_leaves_a_weak_school_out_and_says_so(grid_city):
    plan = dt.make_plan(city_with(grid_city, places(NORMAL), university_cap=1))
    left = plan.coverage[plan.coverage["decision"] == "pairing.uds"]
    assert left[["school_id", "stage", "reason"]].to_numpy().tolist() == [["V", "junior", "communities_full"]]


def test_rural_schools_join_and_those_without_a_code_are_noted(grid_city):
    schools, stages = grid_city.schools.copy(), grid_city.school_stages.copy()
    schools["urban_rural_code"] = [{"V": "220", "P1": "220"}.get(i) for i in schools["school_id"]]
    stages.loc[stages["school_id"] == "V", "tier"] = "regular"
    stages.loc[stages["school_id"] == "P1", ["stage", "tier"]] = ["junior", "weak"]
    city = dataclasses.replace(city_with(grid_city, places(NORMAL), bureau="city"), schools=schools, school_stages=stages)
    plan = dt.make_plan(city)
    assert plan.recorded("pairing.uds", "covered_rural") == "2"
    assert "市教育局" in plan.links["channel"].iloc[0]
    assert "urban_rural_code" in set(plan.notes["column"])


def test_without_a_university_one_elsewhere_must_be_named_and_its_links_are_remote(grid_city):
    for social in (None, places(("市图书馆", "图书馆", 0.0, 0.0))):
        with pytest.raises(dt.DataError, match="remote_university") as caught:
            dt.make_plan(city_with(grid_city, social))
        assert "高校" in caught.value.say("zh")
    plan = dt.make_plan(city_with(grid_city, None, remote_university="某某大学"))
    online = plan.links[plan.links["from_kind"] == "university"]
    assert set(online["from_name"]) == {"某某大学"}
    assert online["remote"].all()
    assert online["distance_m"].isna().all()
    assert not plan.links.loc[plan.links["from_kind"] == "school", "remote"].any()


def test_two_campuses_of_one_name_are_told_apart_and_the_nearer_serves(grid_city):
    plan = dt.make_plan(city_with(grid_city, places(NORMAL, ("示范师范学院", "大学", 350.0, 250.0))))
    served = plan.links[plan.links["from_kind"] == "university"].set_index("to_id")["from_id"].to_dict()
    assert served == {"L": "示范师范学院", "W": "示范师范学院", "M": "示范师范学院 (2)", "V": "示范师范学院 (2)"}


def test_lead_and_weak_in_different_counties_is_refused_and_the_way_out_works(grid_city):
    stages = grid_city.school_stages.copy()
    stages.loc[stages["school_id"].isin(["W", "M"]), "tier"] = "regular"
    city = dataclasses.replace(city_with(grid_city, places(NORMAL)), school_stages=stages)
    with pytest.raises(dt.InfeasibleError, match="bureau = city"):
        dt.make_plan(city)
    plan = dt.make_plan(dataclasses.replace(city_with(grid_city, places(NORMAL), bureau="city"), school_stages=stages))
    assert plan.links.loc[plan.links["from_kind"] == "school", ["from_id", "to_id"]].to_numpy().tolist() == [["L", "V"]]


def test_without_tiers_it_says_what_is_missing(grid_city):
    stages = grid_city.school_stages.assign(tier="regular")
    with pytest.raises(dt.DataError, match="lead and a weak"):
        dt.make_plan(dataclasses.replace(city_with(grid_city, places(NORMAL)), school_stages=stages))


def test_the_same_run_gives_the_same_links(grid_city):
    first, second = (dt.make_plan(city_with(grid_city, places(NORMAL))).links for _ in range(2))
    assert first.drop(columns="geometry").equals(second.drop(columns="geometry"))
