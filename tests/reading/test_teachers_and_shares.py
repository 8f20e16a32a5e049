"""Teachers by code and the table of sharing: read like any other table, every fault listed, no teacher named."""

import dataclasses

import pytest

from districting.model.settings import InputSpec
from districting.reading.read_city import check_city
from tests.reading.small_city import city_in, keys, lines, said, schools_table, with_input

HEAD = "教师编号,学校,学段,任教学科,本校任教年限,骨干教师,职称,可用课时"
NINE = {
    "办学类型": ["小学", "小学", "小学", "九年一贯制"],
    "学段": ["小学", "小学", "小学", "小学、初中"],
    "小学招生计划": 120,
    "初中招生计划": ["", "", "", 60],
}


def with_teachers(folder, rows, head=HEAD, schools=None, **changes):
    (folder / "teachers.csv").write_bytes((head + "\n" + rows).encode("gb18030"))
    return with_input(city_in(folder, schools), teachers=dataclasses.replace(InputSpec(path="teachers.csv", encoding="gb18030"), **changes))


def with_shares(folder, rows, schools=None, **changes):
    (folder / "shares.csv").write_text("共享类别,提供方,接受方\n" + rows, encoding="utf-8")
    return with_input(city_in(folder, schools), shares=dataclasses.replace(InputSpec(path="shares.csv"), **changes))


def faults_of(settings, file, severity="error"):
    return {(key, row) for key, path, row, _, s in said(settings) if path == file and s == severity}


def test_teachers_find_their_school_by_id_by_name_and_by_alias(tmp_path):
    rows = "a1,S0,小学,语文,3,是,一级教师,2\na2,第1小学,小学,数学,,否,,\na3,二小,小学,英语,1,,高级教师,0\n"
    city, faults = check_city(with_teachers(tmp_path, rows, aliases={"二小": "第2小学"}))
    assert city is not None, faults
    assert city.teachers["school_id"].tolist() == ["S0", "S1", "S2"]
    assert city.teachers["backbone"].tolist() == [True, False, False]
    assert city.teachers["years_here"].fillna(-1).tolist() == [3.0, -1.0, 1.0]
    assert city.teachers["title"].tolist() == ["一级教师", "", "高级教师"]


def test_without_a_stage_the_one_stage_of_the_school_is_meant_and_two_stages_are_asked_for(tmp_path):
    table = schools_table().drop(columns="招生计划").assign(**NINE)
    city, faults = check_city(with_teachers(tmp_path, "a1,S0,语文\n", "教师编号,学校,任教学科", table))
    assert city is not None, faults
    assert city.teachers["stage"].tolist() == ["primary"]
    settings = with_teachers(tmp_path, "a1,S0,语文\na2,S3,语文\n", "教师编号,学校,任教学科", table)
    assert faults_of(settings, "teachers.csv") == {("teacher_without_stage", 3)}


def test_every_fault_of_the_teachers_is_listed_at_once_with_row_and_column(tmp_path):
    rows = "a1,S0,小学,语文,-3,是,,\na1,S9,小学,数学,3,也许,,\n,S1,小学,英语,3,否,,\na4,,小学,英语,3,否,,\na5,S1,初中,英语,3,否,,\na6,S1,大学,英语,,,,\n"
    assert faults_of(with_teachers(tmp_path, rows), "teachers.csv") == {
        ("negative", 2),
        ("duplicate", 3),
        ("unknown_teacher_school", 3),
        ("not_bool", 3),
        ("no_id", 4),
        ("blank_cell", 5),
        ("teacher_of_other_stage", 6),
        ("teacher_without_stage", 7),
    }


@pytest.mark.parametrize("header", ["姓名", "教师姓名", "Name", "teacher_name", "身份证号码"])
def test_a_column_of_names_is_refused_with_the_remedy_to_use_codes(tmp_path, header):
    settings = with_teachers(tmp_path, "a1,S0,小学,张三丰\na2,S0,小学,李四\n", f"教师编号,学校,学段,{header}")
    assert faults_of(settings, "teachers.csv") == {("names_persons", None)}
    (line,) = [n for n in lines(settings, "zh") if "teachers.csv" in n]
    assert "散列码" in line
    assert "张三丰" not in line


@pytest.mark.parametrize("code", ["11010119900307757X", "110101199003077571", "张三", "阿依·古丽"])
def test_identity_numbers_and_names_as_codes_are_refused_and_never_repeated(tmp_path, code):
    settings = with_teachers(tmp_path, f"{code},S0,小学,语文,多年,是,,\n{code},S0,小学,语文,3,是,,\n")
    assert {key for key, _ in faults_of(settings, "teachers.csv")} <= {"identity_numbers", "names_as_codes"}
    assert all(code not in line and "多年" not in line for lang in ("zh", "en") for line in lines(settings, lang))


def test_an_identity_number_in_any_other_column_is_found(tmp_path):
    settings = with_teachers(tmp_path, "a1,S0,小学,110101199003077571\n", "教师编号,学校,学段,备注")
    assert faults_of(settings, "teachers.csv") == {("identity_numbers", 2)}


def test_what_is_said_of_a_teacher_repeats_no_cell_but_the_code(tmp_path):
    settings = with_teachers(tmp_path, "a1,S0,小学,语文,三十七,是,,\n")
    (line,) = [n for n in lines(settings) if "teachers.csv" in n]
    assert "三十七" not in line
    assert "row 2" in line


def test_teachers_of_schools_that_where_left_out_are_noted_and_left_out(tmp_path):
    settings = with_teachers(tmp_path, "a1,S0,小学,语文,3,是,,\na2,S3,小学,语文,3,是,,\n", schools=schools_table())
    first = dataclasses.replace(settings.inputs["schools"][0], where="学校标识码 != 'S3'")
    city, faults = check_city(dataclasses.replace(settings, zoning={}, inputs={"schools": (first,), "teachers": settings.inputs["teachers"]}))
    assert city is not None, faults
    assert city.teachers["school_id"].tolist() == ["S0"]
    assert "unknown_teacher_school" in {f.problem.key.removeprefix("reading.") for f in faults}


def test_without_the_tables_there_are_none(tmp_path):
    city, _ = check_city(city_in(tmp_path))
    assert city.teachers is None
    assert city.shares is None


def test_layers_are_known_by_code_and_in_chinese(tmp_path):
    city, faults = check_city(with_shares(tmp_path, "好书共读,S0,第1小学\nlesson,二小,S1\n联片教研,S3,S0\n", aliases={"二小": "第2小学"}))
    assert city is not None, faults
    assert city.shares.to_numpy().tolist() == [["book", "S0", "S1"], ["lesson", "S2", "S1"], ["joint_research", "S3", "S0"]]


def test_every_fault_of_the_sharing_is_listed_at_once(tmp_path):
    settings = with_shares(tmp_path, "食堂,S0,S1\nbook,S0,S0\nbook,S0,S8\nbook,S0,S1\n好书共读,S0,S1\nbook,,S1\n")
    assert faults_of(settings, "shares.csv") == {("unknown_layer", 2), ("shares_with_itself", 3), ("unknown_share_school", 4), ("blank_cell", 7)}
    assert faults_of(settings, "shares.csv", "warning") == {("share_twice", 6)}
    assert any("joint_research" in line and "好邻居联片教研" in line for line in lines(settings))


def test_a_school_name_that_several_bear_is_asked_for_by_id(tmp_path):
    table = schools_table()
    table.loc[1, "学校名称"] = "第0小学"
    settings = with_shares(tmp_path, "book,第0小学,S2\n", table)
    assert "ambiguous_school" in keys(settings, "error")
