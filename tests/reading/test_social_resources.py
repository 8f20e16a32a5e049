"""Columns that only some forms ask for, and social resources: read like any other table, every fault listed."""

import dataclasses

import pytest

from districting.model.settings import InputSpec
from districting.reading.read_city import check_city
from tests.reading.small_city import city_in, keys, said, schools_table, with_input

HEAD = "资源名称,类别,特色,可接待人数,经度,纬度\n"


def with_places(folder, rows, **changes):
    (folder / "social.csv").write_bytes((HEAD + rows).encode("gb18030"))
    spec = InputSpec(path="social.csv", encoding="gb18030", datum="bd09")
    return with_input(city_in(folder), social_resources=dataclasses.replace(spec, **changes))


def test_graduates_district_of_today_part_of_town_and_teaching_points_are_read(tmp_path):
    table = schools_table().assign(
        毕业生数=[100, 90, "", 80], 现属学区=["东片", "东片", "", "西片"], 城区片别=["老城", "老城", "新城", "新城"], 办学类型=["小学", "教学点", "218", "小学"]
    )
    city, faults = check_city(city_in(tmp_path, table))
    assert city is not None, faults
    assert city.school_stages["graduates"].tolist()[:2] == [100.0, 90.0]
    assert city.schools["district_today"].fillna("").tolist() == ["东片", "东片", "", "西片"]
    assert city.schools["town_part"].tolist() == ["老城", "老城", "新城", "新城"]
    assert city.schools["school_type"].tolist() == ["primary", "teaching_point", "teaching_point", "primary"]


def test_graduates_of_a_nine_year_school_stand_under_its_stages(tmp_path):
    table = schools_table().assign(
        小学毕业生数=[100, 90, 80, 70], 初中毕业生数=["", "", "", 60], 办学类型=["小学", "小学", "小学", "九年一贯制"], 小学招生计划=120
    )
    city, faults = check_city(city_in(tmp_path, table.drop(columns="招生计划")))
    assert city is not None, faults
    given = city.school_stages.set_index(["school_id", "stage"])["graduates"]
    assert (given[("S3", "primary")], given[("S3", "junior")]) == (70.0, 60.0)


def test_without_the_columns_no_graduates_are_made_up(tmp_path):
    city, _ = check_city(city_in(tmp_path))
    assert "graduates" not in city.school_stages.columns
    assert city.social_resources is None


def test_places_are_points_in_the_metres_of_the_city(tmp_path):
    city, faults = check_city(with_places(tmp_path, "科技馆,场馆,科技教育、航模,500,116.3167,39.9062\n"))
    assert city is not None, faults
    (place,) = city.social_resources.itertuples()
    assert (place.name, place.kind, place.themes, place.capacity) == ("科技馆", "场馆", "科技教育、航模", 500.0)
    assert city.social_resources.crs == city.schools.crs
    assert place.geometry.distance(city.blocks.geometry.union_all()) < 2000.0


def test_every_fault_of_the_places_is_listed_at_once(tmp_path):
    rows = "科技馆,场馆,科技教育,-5,116.31,39.91\n,场馆,戏曲,20,116.31,39.91\n博物馆,场馆,非遗,20,39.91,116.31\n剧院,场馆,戏曲,20,,\n"
    found = said(with_places(tmp_path, rows))
    places = {(key, row, severity) for key, file, row, _, severity in found if file == "social.csv"}
    assert places == {("negative", 2, "error"), ("blank_resource", 3, "error"), ("swapped", 4, "error"), ("unplaced_resource", 5, "warning")}


@pytest.mark.parametrize(("changes", "fault"), [({"datum": None}, "no_datum"), ({"columns": {"lng": "", "lat": ""}}, "no_geometry")])
def test_a_datum_and_a_place_are_asked_for(tmp_path, changes, fault):
    assert fault in keys(with_places(tmp_path, "科技馆,场馆,科技教育,500,116.3167,39.9062\n", **changes), "error")
