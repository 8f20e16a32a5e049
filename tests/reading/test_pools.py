"""Venues, courses, what is asked for and the ledger: read like any other table, every fault at once."""

import pytest

from districting.model.settings import InputSpec
from districting.model.weekly_times import hours_of
from districting.reading.read_city import check_city
from tests.reading.small_city import city_in, said, with_input

GOOD = {
    "facilities": "名称,所属学校,类别,同时容纳班数,每周可用课时数,空闲时段,开放时间,经度,纬度,坐标系\n"
    "东池,S0,游泳馆,2,,周一 9:00-11:00,周一至周五 8:00-18:00,,,\n公园馆,,体育馆,,4,,,116.301,39.901,wgs84\n",
    "facility_demand": "学校,类别,每周需要课时,可去时段\n第1小学,游泳馆,3,\nS2,体育馆,1,周五 8:00-9:00\n",
    "courses": "课程名称,开课学校,授课方式,每周课时,可接收学生数\n合唱,S0,直播,,\n书法,第1小学,place,2,30\n",
    "course_demand": "课程名称,学校,选课人数\n合唱,S1,20\n",
    "ledger": "提供方,接受方,项目,数量,日期\nS0,S1,教师日,3.5,2026-05\nS1,S2,lessons,2,\n",
}


def city(folder, **tables):
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return with_input(city_in(folder), **{name: InputSpec(path=f"{name}.csv") for name in tables})


def faults(found, file):
    return {(key, row) for key, path, row, _, severity in found if path == file and severity == "error"}


def test_the_pools_are_read_with_their_times_codes_and_places(tmp_path):
    read, found = check_city(city(tmp_path, **GOOD))
    assert read is not None, found
    assert read.facilities["free_times"].tolist() == [(9, 10), None]
    assert read.facilities["classes_at_once"].tolist() == [2.0, 1.0]
    assert read.facilities["school_id"].fillna("").tolist() == ["S0", ""]
    assert read.facilities.geometry.isna().tolist() == [True, False]
    assert read.facility_demand["school_id"].tolist() == ["S1", "S2"]
    assert read.courses[["mode", "lesson_hours"]].to_numpy().tolist() == [["live", 1.0], ["place", 2.0]]
    assert read.course_demand["course_pupils"].tolist() == [20.0]
    assert read.ledger[["item", "amount", "date"]].to_numpy().tolist() == [["teacher_days", 3.5, "2026-05"], ["lessons", 2.0, ""]]


def test_every_fault_of_the_pools_is_listed_at_once_with_its_row(tmp_path):
    head = {name: text.split("\n")[0] + "\n" for name, text in GOOD.items()}
    settings = city(
        tmp_path,
        facilities=head["facilities"]
        + "甲,S0,游泳馆,1,,下午,,,,\n乙,S9,游泳馆,1,3,,,,,\n丙,,游泳馆,1,3,,,,,\n丁,S0,游泳馆,1,,,,,,\n戊,S0,游泳馆,1,,周六 9:00-10:00,周一 8:00-9:00,,,\n己,S0,游泳馆,1,3,周一 9:00-11:00,,,,\n庚,S0,,1.5,1,,,,,\n",
        facility_demand=head["facility_demand"] + "S0,游泳馆,1.5,\nS0,游泳馆,2,\nS8,游泳馆,2,\nS1,游泳馆,-2,傍晚\n",
        courses=head["courses"] + "合唱,S0,函授,1,\n合唱,S0,直播,1,\n合唱,S0,直播课堂,1,\n",
        course_demand=head["course_demand"] + "合唱,,3\n",
        ledger=head["ledger"] + "S0,S0,课时,1,\nS0,S1,钱,1,\nS0,S1,课时,,\n",
    )
    found = said(settings)
    assert faults(found, "facilities.csv") == {
        ("no_times", 2),
        ("facility_without_hours", 2),
        ("unknown_pool_school", 3),
        ("facility_nowhere", 4),
        ("facility_without_hours", 5),
        ("free_while_closed", 6),
        ("more_than_open", 7),
        ("blank_cell", 8),
        ("not_whole", 8),
    }
    assert faults(found, "facility_demand.csv") == {("not_whole", 2), ("pool_row_twice", 3), ("unknown_pool_school", 4), ("negative", 5), ("no_times", 5)}
    assert faults(found, "courses.csv") == {("unknown_word", 2), ("pool_row_twice", 4)}
    assert faults(found, "course_demand.csv") == {("blank_cell", 2)}
    assert faults(found, "ledger.csv") == {("gives_itself", 2), ("unknown_word", 3), ("blank_cell", 4)}


@pytest.mark.parametrize(
    ("words", "hours"),
    [
        ("周一 8:00-10:00", (8, 9)),
        ("星期日、周一 8点-9点", (8, 152)),
        ("Tue-Wed 23:00-24:00", (47, 71)),
        ("monday 8:00-9:00, 10:00-11:00; mon 8:00-9:00", (8, 10)),
        ("周一至周五８：００－９：００", (8, 32, 56, 80, 104)),
        ("周一、周三至周四 0:00-1:00", (0, 48, 72)),
        ("周五至周一 8:00-9:00", None),
        ("周一 10:00-9:00", None),
        ("周一 8:30-9:30", None),
        ("周一", None),
        ("", None),
    ],
)
def test_times_of_the_week(words, hours):
    assert hours_of(words) == hours
