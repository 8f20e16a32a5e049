"""The commands on a town of five schools along a road, drawn by hand: from files to tables, in both languages."""

from __future__ import annotations

import dataclasses
import json

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely
from click.testing import CliRunner

from districting.cli.commands import cli
from districting.config import load_settings
from districting.errors import DataError
from districting.model.plan import Plan
from districting.model.settings import InputSpec, OutputSettings
from districting.model.sharing_settings import AccessSettings, CourseShareSettings, FacilityShareSettings, LedgerSettings, ReachSettings
from districting.outputs.share_files import share_texts
from districting.planning.sharing import share
from districting.reading.read_city import read_city

CONFIG = """
[project]
name = "小城"
year = 2026
crs = "EPSG:4545"
[inputs]
schools = "schools.csv"
facilities = "facilities.csv"
facility_demand = "facility_demand.csv"
courses = "courses.csv"
course_demand = "course_demand.csv"
ledger = "ledger.csv"
social_resources = "social.csv"
roads = "roads.gpkg"
[inputs.datum]
schools = "EPSG:4545"
social_resources = "EPSG:4545"
"""
FILES = {
    # 甲 strong, with a pool; 乙 400 m away, weak; 丙 800 m away; 丁 2000 m away: by ride; 戊 in another county
    "schools.csv": "学校标识码,学校名称,学段,经度,纬度,在校生数,班数,网络多媒体教室数,学位数,等次,县级代码,办学类型\n"
    "1,甲,小学,500000,3800000,400,10,10,400,优质校,610101,小学\n2,乙,小学,500400,3800000,90,2,0,90,薄弱校,610101,教学点\n"
    "3,丙,小学,500800,3800000,200,5,5,200,普通校,610101,小学\n4,丁,小学,502000,3800000,200,5,,200,普通校,610101,小学\n"
    "5,戊,小学,500100,3800000,100,3,3,100,普通校,610102,小学\n",
    "facilities.csv": "名称,所属学校,类别,同时容纳班数,每周可用课时数,空闲时段\n甲池,甲,游泳馆,1,,周一 9:00-12:00\n甲馆,甲,体育馆,2,1,\n",
    "facility_demand.csv": "学校,类别,每周需要课时,可去时段\n乙,游泳馆,2,\n丙,游泳馆,2,\n丁,体育馆,1,\n戊,体育馆,1,\n丁,攀岩馆,1,\n甲,科技馆,1,\n丙,科技馆,9,周日 9:00-10:00\n",
    "courses.csv": "课程名称,开课学校,授课方式,每周课时,可接收学生数\n合唱,甲,到校,1,30\n编程,甲,直播,2,\n合唱,丙,平台,1,\n",
    "course_demand.csv": "课程名称,学校,选课人数\n合唱,乙,20\n合唱,丙,20\n编程,乙,10\n编程,丙,500\n围棋,丁,5\n编程,戊,7\n",
    "ledger.csv": "提供方,接受方,项目,数量,日期\n甲,乙,教师日,10,2026-03\n乙,甲,场馆课时,20,2026-04\n甲,丙,课时,8,2025\n",
    "social.csv": "名称,类别,可接待人数,经度,纬度,每周可用课时数,空闲时段\n县科技馆,科技馆,100,500000,3800100,,周一 9:00-10:00\n",
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("town")
    for name, content in FILES.items():
        (path / name).write_text(content, "utf-8")
    road = shapely.LineString([(500000, 3800000), (500000, 3801000), (500400, 3801000), (500400, 3800000)])
    gpd.GeoDataFrame({"名称": ["环路"]}, geometry=[road], crs="EPSG:4545").to_file(path / "roads.gpkg")
    (path / "city.toml").write_text(CONFIG, "utf-8")
    return path


@pytest.fixture(scope="module")
def town(folder):
    return read_city(load_settings(folder / "city.toml"))


def with_sharing(city, **sections):
    settings = dataclasses.replace(city.settings, sharing=dataclasses.replace(city.settings.sharing, **sections))
    return dataclasses.replace(city, settings=settings)


def rows(table, *columns):
    return [tuple(r) for r in table[list(columns)].itertuples(index=False, name=None)]


def test_the_booking_plan_names_school_venue_hour_and_way(town):
    """The pool has three hours: two go to the weak school, one to 丙; 丁 rides to the hall; 甲 walks to the museum of the town."""
    made = share("facilities", town)
    bookings = made.tables["bookings"].groupby(["taker", "venue", "giver", "way"], as_index=False)["class_hours"].sum()
    assert rows(bookings, "taker", "venue", "giver", "way", "class_hours") == [
        ("丁", "甲馆", "甲", "ride", 1),
        ("丙", "甲池", "甲", "walk", 1),
        ("乙", "甲池", "甲", "walk", 2),
        ("甲", "县科技馆", "town", "walk", 1),
    ]
    pool = made.tables["bookings"].query("venue == '甲池'")
    assert sorted(pool["hour"]) == ["09:00-10:00", "10:00-11:00", "11:00-12:00"]
    assert set(pool["day"]) == {"mon"}
    assert made.facts["status"] == "optimal"
    assert (made.facts["needed_hours"], made.facts["met_hours"], made.facts["weak_met_hours"]) == (17, 5, 2)


def test_what_is_not_met_has_its_reason_and_use_and_net_add_up(town):
    made = share("facilities", town)
    assert set(rows(made.tables["facility_unmet"], "name", "venue_kind", "unmet", "reason")) == {
        ("丁", "攀岩馆", 1, "no_such_venue"),
        ("丙", "游泳馆", 1, "full"),
        ("丙", "科技馆", 9, "no_common_time"),
        ("戊", "体育馆", 1, "none_in_area"),
    }
    assert rows(made.tables["facility_use"], "venue", "offered", "booked") == [("甲馆", 2, 1), ("甲池", 3, 3), ("县科技馆", 2, 1)]
    net = made.tables["facility_net"]
    assert rows(net, "name", "given", "taken", "net", "from_town") == [("甲", 4, 0, 4, 1), ("丙", 0, 1, -1, 0), ("丁", 0, 1, -1, 0), ("乙", 0, 2, -2, 0)]
    assert net["net"].sum() == 0
    assert set(rows(made.tables["facility_entries"], "giver", "taker", "amount")) == {("1", "2", 40), ("1", "3", 20), ("1", "4", 20)}


def test_on_foot_only_and_along_the_road_less_is_within_reach(town):
    on_foot = share("facilities", with_sharing(town, reach=ReachSettings(ride_min=0)))
    assert ("丁", "体育馆", "too_far") in rows(on_foot.tables["facility_unmet"], "name", "venue_kind", "reason")
    along = share("facilities", with_sharing(town, reach=ReachSettings(ride_min=0, distance="walk")))
    assert ("乙", "too_far") in rows(along.tables["facility_unmet"], "name", "reason"), "2400 m along the road"
    city_wide = share("facilities", with_sharing(town, facilities=FacilityShareSettings(area="city")))
    assert "none_in_area" not in set(city_wide.tables["facility_unmet"]["reason"])


def test_demand_follows_from_classes_and_the_town_may_be_left_out(town):
    made = share("facilities", with_sharing(town, facilities=FacilityShareSettings(hours_per_class={"体育馆": 0.5}, social=False)))
    unmet = made.tables["facility_unmet"]
    assert ("甲", "科技馆", "no_such_venue") in rows(unmet, "name", "venue_kind", "reason")
    assert made.facts["needed_hours"] == 17 + 5 + 1 + 2, "甲 10, 乙 2 and 丙 5 classes (2.5 hours are 2); 丁 and 戊 say themselves what they need"


def test_what_a_school_does_in_its_own_hall_is_use_and_not_sharing(town):
    """The hall of 甲 has two hours: one goes to the weak 乙, the other to 甲 itself, which has no way to go."""
    made = share("facilities", with_sharing(town, facilities=FacilityShareSettings(hours_per_class={"体育馆": 0.5})))
    hall = made.tables["facility_use"].query("venue == '甲馆'")
    assert rows(hall, "booked", "own_use", "shared") == [(2, 1, 1)]
    booked = made.tables["bookings"]
    own = int(booked.loc[booked["way"] == "own", "class_hours"].sum())
    assert own == made.facts["own_hours"] == made.tables["facility_use"]["own_use"].sum() == 1
    assert made.facts["shared_hours"] == made.facts["met_hours"] - 1 == made.tables["facility_net"][["given", "from_town"]].to_numpy().sum()
    assert any("自用1班课时，真正共享" in line.say("zh") for line in made.lines)


def plan_of(members):
    schools = pd.DataFrame(
        [("alliance", d, s, "primary", "") for d, ids in members.items() for s in ids], columns=["scheme", "district_id", "school_id", "stage", "role"]
    )
    districts = pd.DataFrame([("alliance", d, 1, "") for d in members], columns=["scheme", "district_id", "level", "parent_id"])
    return Plan("小城", 2026, "zh", "EPSG:4545", memberships=schools, districts=districts)


def test_districts_bound_the_bookings_and_are_asked_for_when_they_are_missing(town):
    inside = with_sharing(town, facilities=FacilityShareSettings(area="district"))
    made = share("facilities", inside, plan_of({"A": ["1", "3"], "B": ["2", "4", "5"]}))
    assert set(made.tables["bookings"]["taker"]) == {"丙"}
    assert made.facts["hours_in_district"] == 2
    with pytest.raises(DataError, match="districts"):
        share("facilities", inside)


def test_the_gap_between_lead_schools_and_teaching_points(town):
    """The score falls with the way to the pool, and over all pupils it is its three hours."""
    made = share("accessibility", with_sharing(town, accessibility=AccessSettings(area="city")))
    pool = made.tables["accessibility"].query("venue_kind == '游泳馆'").set_index("name")
    assert (pool["hours_per_100"] * pool["pupils"]).sum() / 100 == pytest.approx(3)
    assert pool["hours_per_100"][["甲", "戊", "乙", "丙", "丁"]].is_monotonic_decreasing
    groups = made.tables["accessibility_groups"].query("venue_kind == '游泳馆'").set_index("group")
    assert groups.loc["teaching_point", ["schools", "pupils", "within_share"]].tolist() == [1, 90.0, 1.0]
    assert groups.loc["lead", "hours_per_100"] == pool.loc["甲", "hours_per_100"]
    assert any("教学点" in line.say("zh") for line in made.lines)
    # 30 minutes by vehicle are 15 km: the whole town; 15 minutes at 4.5 km/h are 1125 m: 丁, 2000 m away, is out
    assert made.facts["limit_m"] == 15000
    assert made.lines[0].say("zh") == "时限：乘车30分钟，时速30公里，即直线距离15,000米"
    assert "15,000" in made.notes["accessibility"].say("en")
    near = share("accessibility", with_sharing(town, accessibility=AccessSettings(ride_min=15, ride_kmh=4.5)))
    assert (near.facts["limit_m"], near.facts["limit_min"], near.facts["mode"]) == (1125, 15, "vehicle")
    assert near.tables["accessibility_groups"].query("venue_kind == '游泳馆' and group == 'all'")["within_share"].tolist() == [790 / 990]
    same = share("accessibility", with_sharing(town, reach=ReachSettings(ride_min=0)))  # how far classes go to what they book is another matter
    assert same.facts["limit_m"] == 15000
    with pytest.raises(DataError, match="limit"):
        share("accessibility", with_sharing(town, accessibility=AccessSettings(ride_min=0)))


def test_nothing_public_tells_tiers(town):
    public = dataclasses.replace(town, settings=dataclasses.replace(town.settings, output=OutputSettings(audience="public")))
    assert set(share("accessibility", public).tables["accessibility_groups"]["group"]) == {"all", "teaching_point"}
    for name in ("facilities", "courses"):
        made = share(name, public)
        assert not any("weak" in key for key in made.facts)
        assert not any("薄弱" in line.say("zh") or "weak" in line.say("en") for line in made.lines)


def test_courses_go_to_schools_they_reach_and_the_rest_has_its_reason(town):
    """乙 has no connected room: it goes to 甲 for the choir; 丙 offers the choir itself, and its five rooms seat 225 for the live lesson."""
    made = share("courses", town)
    assert rows(made.tables["course_links"], "course", "mode", "giver", "taker", "pupils_served") == [
        ("合唱", "place", "甲", "乙", 20),
        ("编程", "live", "甲", "丙", 225),
    ]
    assert set(rows(made.tables["course_unmet"], "course", "name", "unserved", "reason")) == {
        ("编程", "乙", 10, "no_room"),
        ("编程", "丙", 275, "rooms_full"),
        ("围棋", "丁", 5, "no_such_course"),
        ("编程", "戊", 7, "none_in_area"),
    }
    assert made.facts["own_courses"] == 1
    assert set(rows(made.tables["course_entries"], "giver", "taker", "amount")) == {("1", "2", 20.0), ("1", "3", 40.0)}
    everyone = share("courses", with_sharing(town, courses=CourseShareSettings(area="city", room_modes=())))
    assert everyone.facts["served_pupils"] == 20 + 10 + 500 + 7


def test_the_fund_goes_to_who_gives_net_and_a_year_without_entries_is_said(town):
    """甲 gives 10 teacher-days and 8 lessons, takes 20 facility-hours: 10 + 2 - 4 = 8; 乙 -6, 丙 -2."""
    made = share("ledger", with_sharing(town, ledger=LedgerSettings(fund_yuan=1001)))
    assert rows(made.tables["ledger"], "name", "net_points", "yuan") == [("甲", 8.0, 1001), ("丙", -2.0, 0), ("乙", -6.0, 0)]
    this_year = share("ledger", with_sharing(town, ledger=LedgerSettings(year=2026, weights={"facility_hours": 0.5}, fund_yuan=9)))
    assert rows(this_year.tables["ledger"], "name", "net_points", "yuan") == [("甲", 0.0, 0), ("乙", 0.0, 0)]
    alike = share("ledger", with_sharing(town, ledger=LedgerSettings(year=2026, weights={"facility_hours": 0.5}, fund_yuan=9, if_none="equal")))
    assert alike.tables["ledger"]["yuan"].tolist() == [5, 4]
    empty = share("ledger", with_sharing(town, ledger=LedgerSettings(year=1999, fund_yuan=9)))
    assert len(empty.tables["ledger"]) == 0
    assert "1999" in empty.lines[0].say("zh")


@pytest.mark.parametrize(
    ("name", "missing", "places"),
    [
        ("facilities", ("facilities", "social_resources", "facility_demand"), {"inputs.facilities", "inputs.facility_demand"}),
        ("courses", ("courses", "course_demand"), {"inputs.courses", "inputs.course_demand"}),
        ("accessibility", ("facilities", "social_resources"), {"inputs.facilities"}),
        ("ledger", ("ledger",), {"inputs.ledger"}),
    ],
)
def test_what_is_missing_is_said_all_at_once(town, name, missing, places):
    with pytest.raises(DataError) as refused:
        share(name, dataclasses.replace(town, **dict.fromkeys(missing)))
    assert {f.column for f in refused.value.faults} == places


def test_what_facilities_and_courses_write_is_read_as_a_ledger_again(town, folder, tmp_path):
    """In Chinese and in English; 甲 gives 80 facility-hours and 60 lessons: 16 + 15."""
    for lang in ("zh", "en"):
        for name in ("facilities", "courses"):
            for file, content in share_texts(name, share(name, town), lang).items():
                (tmp_path / f"{lang}_{file}").write_text(content, "utf-8")
        specs = tuple(InputSpec(path=str(tmp_path / f"{lang}_{file}_entries.csv")) for file in ("facility", "course"))
        given = dataclasses.replace(town.settings, inputs={"schools": town.settings.inputs["schools"], "ledger": specs})
        assert share("ledger", read_city(given)).facts["points_given"] == 31


def test_the_command_writes_tables_a_workbook_and_facts(folder, tmp_path):
    result = CliRunner().invoke(cli, ["share", "facilities", str(folder / "city.toml"), "-o", str(tmp_path), "--lang", "zh", "--json"])
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["met_hours"] == 5
    assert (tmp_path / "bookings.csv").read_text("utf-8-sig").splitlines()[0].startswith("接受方标识码,接受方,场馆类别,场馆")
    assert openpyxl.load_workbook(tmp_path / "facilities.xlsx").sheetnames == ["预约安排", "场馆利用", "未满足需求", "净贡献", "台账条目"]


def test_a_term_in_which_nothing_was_shared_is_an_empty_file_and_a_note(town, folder, tmp_path):
    (tmp_path / "none.csv").write_text("提供方,接受方,项目,数量,日期\n", "utf-8")
    specs = (InputSpec(path=str(tmp_path / "none.csv")), InputSpec(path="ledger.csv"))
    city = read_city(dataclasses.replace(town.settings, inputs={"schools": town.settings.inputs["schools"], "ledger": specs}))
    assert len(city.ledger) == 3
    assert "none.csv" in {n.file.rpartition("/")[2] for n in city.notes}


def test_settings_that_make_no_sense_are_all_named_at_once(folder):
    wrong = '[sharing.facilities]\nschool_times = "下午"\nweak_weight = 0.5\n[sharing.ledger]\nfund_yuan = -1\n[sharing.reach]\nwalk_kmh = -1\n'
    (folder / "wrong.toml").write_text(CONFIG + wrong, "utf-8")
    result = CliRunner().invoke(cli, ["share", "facilities", str(folder / "wrong.toml"), "-o", "x", "--json"])
    assert result.exit_code == 4
    assert {f["column"] for f in json.loads(result.stdout)["faults"]} == {
        "sharing.facilities.school_times", "sharing.facilities.weak_weight", "sharing.ledger.fund_yuan", "sharing.reach.walk_kmh",
    }  # fmt: skip


def ledger_of(folder, target, words, year=None):
    """What the command says of another ledger of the town."""
    for name in (*FILES, "roads.gpkg"):
        (target / name).write_bytes((folder / name).read_bytes())
    (target / "ledger.csv").write_text(words, "utf-8")
    (target / "config.toml").write_text(CONFIG + (f"[sharing.ledger]\nyear = {year}\n" if year else ""), "utf-8")
    return CliRunner(env={"DISTRICTING_LANG": "zh"}).invoke(cli, ["share", "ledger", str(target / "config.toml"), "-o", str(target / "out"), "--json"])


def test_an_empty_ledger_is_a_term_without_sharing_and_an_empty_file_is_named(folder, tmp_path):
    head = FILES["ledger.csv"].split("\n")[0] + "\n"
    result = ledger_of(folder, tmp_path, head)
    assert result.exit_code == 0, result.output
    assert "台账没有条目" in result.output
    result = ledger_of(folder, tmp_path, "")
    assert result.exit_code == 4
    assert "ledger.csv" in result.output
    assert "inputs.ledger" not in result.output


def test_entries_without_a_date_are_counted_where_a_year_is_asked_for(folder, tmp_path):
    """Of the three entries two are of 2026; one without a date is told, not lost in silence."""
    result = ledger_of(folder, tmp_path, FILES["ledger.csv"] + "甲,丙,课时,8,\n", year=2026)
    assert result.exit_code == 0, result.output
    facts = json.loads(result.stdout)
    assert (facts["entries"], facts["undated"]) == (2, 1)
    assert "另有1条没有日期" in result.output


@pytest.mark.parametrize(("command", "table"), [("facilities", "facility_entries"), ("courses", "course_entries")])
def test_the_year_of_an_entry_is_a_number_in_the_workbook(town, command, table):
    from districting.outputs.share_files import share_book

    sheets, _ = share_book(share(command, town), "小城", "zh")
    sheet = next(s for s in sheets if s.name == "台账条目")
    assert {row[sheet.columns.index("日期")] for row in sheet.rows} == {2026}
