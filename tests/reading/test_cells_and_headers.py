"""A fault names the header that stands in the file, speaks of a cell once, and repeats no code of a person."""

import pytest

from districting.model.settings import InputSpec
from tests.reading.small_city import city_in, lines, said, with_input


def faults(folder, table, words):
    (folder / f"{table}.csv").write_text(words, encoding="utf-8")
    settings = with_input(city_in(folder), **{table: InputSpec(path=f"{table}.csv")})
    return [(key, row, column) for key, file, row, column, severity in said(settings) if file == f"{table}.csv" and severity == "error"], lines(settings)


def test_a_cell_that_is_no_number_is_told_once_by_the_header_of_the_file(tmp_path):
    found, _ = faults(tmp_path, "ledger", "提供方,接受方,项目,数量\nS0,S1,课时,七十九\nS0,S1,课时,-6\nS0,S1,馒头,\nS9,S1,课时,1\n")
    assert set(found) == {
        ("not_number", 2, "数量"),
        ("negative", 3, "数量"),
        ("unknown_word", 4, "项目"),
        ("blank_cell", 4, "数量"),
        ("unknown_pool_school", 5, "提供方"),
    }
    assert len(found) == 5


@pytest.mark.parametrize(
    ("table", "words", "place"),
    [
        ("facilities", "名称,所属学校,类别,每周可用课时数,空闲时段\n东池,S0,游泳馆,很多,\n", (2, "每周可用课时数")),
        ("facilities", "名称,所属学校,类别,每周可用课时数,空闲时段\n东池,S0,游泳馆,2,周八 8:00-9:00\n", (2, "空闲时段")),
        ("teachers", "教师编号,学校,学段\na1,S9,小学\n", (2, "学校")),
        ("courses", "课程名称,开课学校,授课方式\n合唱,S0,函授\n", (2, "授课方式")),
    ],
)
def test_every_table_names_its_own_headers(tmp_path, table, words, place):
    found, _ = faults(tmp_path, table, words)
    assert [f[1:] for f in found] == [place]


def test_a_code_of_a_teacher_is_never_repeated(tmp_path):
    found, told = faults(tmp_path, "teachers", "教师编号,学校,学段\nTab2e1f28,S0,小学\nTab2e1f28,S1,小学\nTcd,S1,初中\nTef,S1,\n")
    assert ("duplicate", 3, "教师编号") in found
    assert not [line for line in told if "Tab2e1f28" in line or "Tcd" in line]


def test_a_date_that_is_none_and_a_sex_that_is_none_are_faults_at_their_cells(tmp_path):
    rows = "".join(f"S0,S1,课时,1,{date}\n" for date in ("2026-13-45", "昨天", "", "2026/3/5", "2026年3月", "2025-2026学年", "2026-02-30"))
    found, _ = faults(tmp_path, "ledger", "提供方,接受方,项目,数量,日期\n" + rows)
    assert found == [("no_date", 2, "日期"), ("no_date", 3, "日期"), ("no_date", 8, "日期")]
    found, told = faults(tmp_path, "teachers", "教师编号,学校,学段,性别\na1,S0,小学,火星\na2,S0,小学,女\na3,S0,小学,\na4,S0,小学,M\n")
    assert found == [("unknown_sex", 2, "性别")]
    assert any("write 男, 女, male or female" in line for line in told)
