"""No column, cell or row of a table is left out in silence: it is a fault, or a note where that does no harm."""

import pandas as pd
import pytest

from districting.model.settings import InputSpec
from districting.reading.read_city import read_city
from tests.reading.small_city import HEADERS, blocks_frame, city_in, keys, lines, said, schools_table, with_input


def csv(rows):
    """The schools as text, so that a test can break a line by hand."""
    own = [",".join(map(str, r)) for r in schools_table().to_numpy().tolist()]
    return "\n".join([",".join(HEADERS), *rows(own)]) + "\n"


def test_a_header_that_stands_twice_is_a_fault_at_the_first_row_that_differs(tmp_path):
    names = schools_table().assign(second=["甲", "乙", "丙", "丁"])
    text = names.to_csv(index=False).replace("second", "学校名称", 1)
    assert ("two_headers", "schools.csv", 2, "学校名称.2", "error") in said(city_in(tmp_path, text))


def test_our_name_and_a_chinese_header_for_the_same_column_are_a_fault_where_they_differ(tmp_path):
    assert keys(city_in(tmp_path, schools_table().assign(name="S1"))) == ["two_headers"]
    both = city_in(tmp_path, schools_table().assign(name="S1"), columns={"name": "学校名称"})
    assert keys(both) == []  # the config says which one is meant


def test_two_columns_that_say_the_same_are_a_note(tmp_path):
    table = schools_table()
    assert said(city_in(tmp_path, table.assign(name=table["学校名称"]))) == [("two_headers_alike", "schools.csv", None, "name", "warning")]


def test_a_school_by_id_and_by_name_in_the_table_of_today_is_a_note(tmp_path):
    blocks = blocks_frame()
    today = pd.DataFrame({"地块编号": blocks["地块编号"], "学校标识码": "S0", "学校名称": "第0小学"})
    today.to_csv(tmp_path / "today.csv", index=False)
    assert keys(with_input(city_in(tmp_path), today=InputSpec(path="today.csv"))) == ["two_headers"]
    assert keys(with_input(city_in(tmp_path), today=InputSpec(path="today.csv")), "error") == []


def test_a_row_with_a_cell_too_many_or_too_few_names_its_line(tmp_path):
    more = csv(lambda r: [r[0].replace("第0小学", "第0小学,东校区"), *r[1:]])
    assert said(city_in(tmp_path, more))[0] == ("extra_cells", "schools.csv", 2, "", "error")
    less = csv(lambda r: [r[0], r[1].removesuffix(",80"), *r[2:]])
    assert said(city_in(tmp_path, less))[0] == ("too_few_cells", "schools.csv", 3, "", "error")
    assert keys(city_in(tmp_path, csv(lambda r: [f"{x},," for x in r]))) == []  # empty cells behind the last column do no harm


def test_line_numbers_count_lines_of_the_file_also_after_a_cell_with_a_line_break(tmp_path):
    broken = csv(lambda r: [r[0].replace("第0小学", '"第0\n小学"'), r[1], f"{r[2]},x", r[3]])
    assert said(city_in(tmp_path, broken))[0][:3] == ("extra_cells", "schools.csv", 5)


def test_a_school_without_a_name_is_called_by_its_id_and_that_is_said(tmp_path):
    table = schools_table()
    table.loc[1, "学校名称"] = None
    blocks = blocks_frame().replace("第1小学", "S1")
    assert said(city_in(tmp_path, table, blocks)) == [("id_for_name", "schools.csv", 3, "学校名称", "warning")]


def test_a_school_with_neither_name_nor_id_is_a_fault_and_is_not_called_nan(tmp_path):
    table = schools_table().drop(columns="学校标识码")
    table.loc[1, ["学校名称", "经度"]] = None
    settings = city_in(tmp_path, table, blocks_frame().drop(columns="小学现学校"))
    assert [s for s in said(settings) if s[4] == "error"] == [("blank_name", "schools.csv", 3, "学校名称", "error")]
    assert not any("nan" in line for line in lines(settings))


def test_an_alias_to_a_school_that_is_not_there_names_the_nearest_school(tmp_path):
    settings = city_in(tmp_path, aliases={"一小": "第1小学分部"})
    assert said(settings) == [("alias_to_nobody", "schools.csv", None, "inputs.aliases.schools", "error")]
    assert "第1小学" in lines(settings, "zh")[0]
    assert keys(city_in(tmp_path, aliases={"一小": "第1小学"})) == []
    assert said(city_in(tmp_path, aliases={"一小": "第9小学"}, where="学段 == '小学'"))[0][4] == "warning"


@pytest.mark.parametrize("cut", ["小学适龄儿", "小学适"])
def test_a_header_that_a_dbf_cut_after_ten_bytes_is_recognised_and_said(tmp_path, cut):
    settings = city_in(tmp_path, blocks=blocks_frame().rename(columns={"小学适龄儿童数": cut}))
    assert said(settings) == [("cut_header", "blocks.gpkg", None, cut, "warning")]
    assert read_city(settings).blocks["entrants_primary"].sum() == 360


def test_a_cut_header_that_may_be_several_columns_is_not_guessed(tmp_path):
    assert keys(city_in(tmp_path, schools_table().assign(小学学=1))) == []  # 小学学位数 or 小学学生数


@pytest.mark.parametrize(("encoding", "named"), [("utf-8", True), ("utf-8", False), ("gbk", False)])
def test_a_shapefile_whose_field_names_are_cut_inside_a_character_is_read(tmp_path, encoding, named):
    settings = with_input(city_in(tmp_path), blocks=InputSpec(path="blocks.shp"))
    frame = blocks_frame()
    headers = list(frame.columns[:3])
    frame.set_axis(["a", "b", "c", "geometry"], axis=1).to_file(tmp_path / "blocks.shp", encoding=encoding)
    data = bytearray((tmp_path / "blocks.dbf").read_bytes())
    for i, header in enumerate(headers):
        data[32 + 32 * i : 43 + 32 * i] = header.encode(encoding)[:10].ljust(11, b"\0")
    if not named:
        (tmp_path / "blocks.cpg").unlink()
        data[29] = 0
    (tmp_path / "blocks.dbf").write_bytes(data)
    city = read_city(settings)
    assert city.blocks["entrants_primary"].sum() == 360
    assert len(city.today) == 36
    assert "cut_header" in keys(settings)


def test_a_looser_header_is_taken_only_where_the_usual_one_is_not_there(tmp_path):
    plain = schools_table().assign(教师数=30)
    city = read_city(city_in(tmp_path, plain))
    assert city.school_stages["teachers"].tolist() == [30.0] * len(city.school_stages)
    both = city_in(tmp_path, plain.assign(专任教师数=25))
    assert said(both) == [("two_headers", "schools.csv", 2, "教师数", "warning")]
    assert set(read_city(both).school_stages["teachers"]) == {25.0}
