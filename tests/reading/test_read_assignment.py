"""Two columns of block and school are read under any header; ids stay text and a block that stands twice is refused."""

import pytest
import xlsxwriter

from districting.errors import DataError
from districting.reading.assignment import read_assignment

ROWS = "001,第一小学\n002,第一小学\n010,第二小学\n"
WANTED = {"001": "第一小学", "002": "第一小学", "010": "第二小学"}


@pytest.mark.parametrize("header", ["block_id,school", "地块编号,学校", "甲,乙", "小区编号,片区", "unit,zone"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_two_columns_under_any_header(tmp_path, header, encoding):
    (tmp_path / "plan.csv").write_bytes(f"{header}\n{ROWS}".encode(encoding))
    assert read_assignment(tmp_path / "plan.csv").to_dict() == WANTED


@pytest.mark.parametrize("header", ["学校,地块编号", "片区,地块编号", "school,甲"])
def test_a_known_header_is_found_in_either_place(tmp_path, header):
    turned = "".join(",".join(reversed(line.split(","))) + "\n" for line in ROWS.split())
    (tmp_path / "plan.csv").write_text(f"{header}\n{turned}", encoding="utf-8")
    assert read_assignment(tmp_path / "plan.csv").to_dict() == WANTED


def test_whole_numbers_of_a_workbook_become_plain_ids(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "plan.xlsx") as book:
        sheet = book.add_worksheet()
        for r, row in enumerate([["block", "zone"], [451, "A"], [452.0, "B"]]):
            sheet.write_row(r, 0, row)
    assert read_assignment(tmp_path / "plan.xlsx").to_dict() == {"451": "A", "452": "B"}


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("甲,乙\n1,A\n1,B\n", "block_twice"),
        ("甲,乙\n" + "".join(f"{i},A\n{i},B\n" for i in range(1762)), "blocks_twice"),
        ("地块编号,学段,学校\n1,小学,A\n1,大学,B\n", "rows_without_stage"),
        ("地块编号,学段,学校\n1,小学,A\n1,初中,B\n", "several_stages"),
        ("甲,乙\n", "empty"),
        ("甲\n1\n", "empty"),
        ("甲,乙\n,A\n2,B\n", "no_id"),
    ],
)
def test_a_table_that_cannot_be_used(tmp_path, content, problem):
    (tmp_path / "plan.csv").write_text(content, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_assignment(tmp_path / "plan.csv")
    (fault,) = caught.value.faults
    assert (fault.problem.key, fault.file) == (f"reading.{problem}", "plan.csv")
    assert "\n" not in fault.say("zh")


def test_a_missing_file_and_an_unknown_kind(tmp_path):
    for name, problem in (("plan.csv", "missing_file"), ("plan.docx", "unknown_format")):
        with pytest.raises(DataError) as caught:
            read_assignment(tmp_path / name)
        assert caught.value.faults[0].problem.key == f"reading.{problem}"
