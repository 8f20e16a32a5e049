"""A school is found under another spelling of its name where exactly one bears it, and that is told; what is only near is offered, and never taken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from districting.errors import DataError
from districting.model.settings import InputSpec
from districting.reading.read_city import check_city, read_city
from districting.reading.school_names import school_name
from tests.reading.small_city import blocks_frame, city_in, keys, lines, schools_table, with_input


def today(folder, *schools):
    """Settings of the small city with one row of today's assignment for each of ``schools``."""
    blocks = list(blocks_frame()["地块编号"])
    words = "".join(f"{b},{s}\n" for b, s in zip(blocks, schools, strict=False))
    (folder / "today.csv").write_text("地块编号,学校\n" + words, encoding="utf-8")
    plain = blocks_frame().drop(columns="小学现学校")
    return with_input(city_in(folder, renamed(), plain), today=InputSpec(path="today.csv"))


def renamed(*names):
    """The schools of the small city under other names."""
    table = schools_table()
    for i, name in enumerate(names or ("第一小学", "武侯区第二小学（东校区）", "武侯区第二小学（西校区）", "棠湖小学")):
        table.loc[i, "学校名称"] = name
    return table


def test_names_in_another_spelling_are_taken_and_told_with_both_names(tmp_path):
    spellings = ["第１小學校", "成都市第一小学", "一小", "第 一 小学", "（第一小学）", "第一小学（校本部）"]
    city, faults = check_city(today(tmp_path, "棠湖小学", *spellings))
    told = [f for f in faults if f.problem.key.startswith("names.")]
    assert {(f.problem.key, f.file, f.column, f.severity) for f in told} == {("names.taken", "today.csv", "学校", "warning")}
    assert sorted(f.row for f in told) == [3, 4, 5, 6, 7, 8]
    assert all("第一小学" in f.say("zh") for f in told)
    assert list(city.today["school_id"]) == ["S3", *["S0"] * 6]


@pytest.mark.parametrize(
    ("spelling", "offered"),
    [
        ("堂湖小学", "棠湖小学"),
        ("第一小学南校区", "第一小学"),
        ("武侯区第二小学", ""),
        ("金牛区第二小学（东校区）", "武侯区第二小学(东校区)"),
        ("外国语学校", ""),
    ],
)
def test_a_name_that_is_only_near_is_never_taken(tmp_path, spelling, offered):
    settings = today(tmp_path, spelling)
    with pytest.raises(DataError) as error:
        read_city(settings)
    (fault,) = error.value.faults
    assert (fault.row, fault.file) == (2, "today.csv")
    assert ("did you mean" in fault.say("en")) == bool(offered)
    assert offered in fault.say("zh")


def test_a_name_that_two_campuses_bear_is_refused_with_both_ids(tmp_path):
    settings = today(tmp_path, "第2小学")
    assert [line for line in lines(settings) if "2 primary schools are called '第2小学'" in line and "S1, S2" in line]
    assert list(check_city(today(tmp_path, "第二小学东区"))[0].today["school_id"]) == ["S1"]


def test_letter_for_letter_goes_before_another_spelling(tmp_path):
    (tmp_path / "today.csv").write_text("地块编号,学校\nb00,第1小学\nb10,第一小学\n", encoding="utf-8")
    plain = blocks_frame().drop(columns="小学现学校")
    settings = with_input(city_in(tmp_path, renamed("第一小学", "第1小学"), plain), today=InputSpec(path="today.csv"))
    assert list(check_city(settings)[0].today["school_id"]) == ["S1", "S0"]
    assert "names.alike" in keys(settings, "warning")


TABLES = {
    "teachers": "教师编号,学校,学段\na1,{},小学\n",
    "facilities": "名称,所属学校,类别,每周可用课时数\n东池,{},游泳馆,2\n",
    "courses": "课程名称,开课学校,授课方式\n合唱,{},线下\n",
    "ledger": "提供方,接受方,项目,数量\n{},S1,课时,2\n",
    "exceptions": "地块编号,学校\nb00,{}\n",
}


def test_every_table_that_names_schools_finds_them_so(tmp_path):
    def of(name):
        for table, words in TABLES.items():
            (tmp_path / f"{table}.csv").write_text(words.format(name), encoding="utf-8")
        return check_city(with_input(city_in(tmp_path), **{table: InputSpec(path=f"{table}.csv") for table in TABLES}))

    (spelt, told), (exact, _) = of("第０小學"), of("第0小学")
    assert {f.file for f in told if f.problem.key == "names.taken"} == {f"{table}.csv" for table in TABLES}
    assert [f for f in told if f.severity == "error"] == []
    assert all(getattr(exact, table).equals(getattr(spelt, table)) for table in TABLES)
    refused = {f.file for f in of("第五小学校外部")[1] if f.severity == "error" and "第五小学校外部" in f.say("zh")}
    assert refused == {f"{table}.csv" for table in TABLES}


def test_an_alias_may_name_its_school_in_another_spelling(tmp_path):
    settings = today(tmp_path, "红星校")
    settings = with_input(settings, schools=InputSpec(path="schools.csv", datum="wgs84", aliases={"红星校": "第1小学"}))
    assert list(check_city(settings)[0].today["school_id"]) == ["S0"]
    assert "names.taken_alias" in keys(settings, "warning")


@given(st.text(alphabet="第一二三十0１2小学中校区市县东西湖實験(（）) ·部本", max_size=14))
def test_writing_a_name_wider_or_with_blanks_changes_none_of_its_parts(name):
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in name)
    assert school_name(wide) == school_name(name) == school_name("\u3000" + name.replace("第", "第 "))


@given(st.integers(1, 999))
def test_numbers_in_characters_and_in_digits_are_one_number(number):
    digits = "零一二三四五六七八九"
    hundred, ten, one = number // 100, number // 10 % 10, number % 10
    spoken = (f"{digits[hundred]}百" if hundred else "") + (f"{digits[ten]}十" if ten else "零" if hundred and one else "") + (digits[one] if one else "")
    for written in {spoken, spoken.removeprefix("一") if number < 20 else spoken} - {""}:
        assert school_name(f"第{written}中学") == school_name(f"{number}中")
