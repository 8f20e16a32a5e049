"""Ids that a spreadsheet turned into something else are found at their cell; what does no harm is mended and told, and nothing is guessed."""

import datetime as dt

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from districting.model.settings import InputSpec
from districting.reading.assignment import read_assignment
from districting.reading.damaged_ids import sound_ids, was_before_date
from districting.reading.read_city import check_city
from districting.reading.table import Found, RawTable
from districting.reading.typed import text_cells
from tests.reading.small_city import blocks_frame, city_in, lines, said, with_input


def ids_of(*cells, column="block_id"):
    """(ids, [(key, row, severity)]) of a column."""
    found = Found("a.xlsx", "表", header_of={column: "地块编号"})
    raw = RawTable(pd.DataFrame({"地块编号": list(cells)}, dtype="object"), np.arange(2, len(cells) + 2))
    cells = raw.frame["地块编号"]
    ids = sound_ids(cells, text_cells(cells), "地块编号", raw, found)
    assert all((f.file, f.sheet, f.column) == ("a.xlsx", "表", "地块编号") for f in found.faults)
    assert all(f.say(lang) for f in found.faults for lang in ("zh", "en"))
    return list(ids), [(f.problem.key.split(".")[1], f.row, f.severity) for f in found.faults]


@pytest.mark.parametrize("cell", ["1.10101E+17", "1.1e17", 1.10101e17, 110101199003071234])
def test_a_number_where_an_id_was_is_a_fault(cell):
    assert ids_of("110101", cell)[1][0] == ("damaged_id", 3, "error")


@pytest.mark.parametrize("cell", ["2026-03-01", "2026/3/1", dt.datetime(2026, 3, 1), "3月1日", "Mar-01", "46082"])
def test_a_date_where_3_1_was_is_a_fault_that_says_so(cell):
    assert ids_of("2-4", cell, "2-5")[1] == [("date", 3, "error")]
    assert was_before_date(str(cell)) == ("3-1",)


def test_a_day_and_the_name_of_a_month_were_either_of_two_ids():
    assert ids_of("2-4", "1-May", "2-5")[1] == [("date_either", 3, "error")]
    assert was_before_date("1-May") == ("1-5", "5-1")
    assert was_before_date("5-May") == ("5-5",)


def test_five_digits_are_an_id_where_the_others_are_numbers_too():
    assert ids_of("46082", "46083", "46084")[1] == []
    assert ids_of("46082", "3-1", "46084", "46085", "a", "b")[1] == []


def test_marks_that_nobody_sees_are_taken_out_and_told():
    ids, told = ids_of("'0101", '="0102"', "\ufeff0103", "01\u200b04", "0105\u00a0", "0106")
    assert ids == [f"010{i}" for i in range(1, 7)]
    assert told == [("marks", 2, "warning")]


def test_a_decimal_zero_goes_where_all_ids_are_whole():
    assert ids_of("101.0", "102.0", "103") == (["101", "102", "103"], [("point_zero", 2, "warning")])
    assert ids_of("1.0", "1.1") == (["1.0", "1.1"], [])


def test_long_ids_that_all_end_in_zeros_were_rounded():
    assert ids_of("310101000000001000", "310101000000002000")[1] == [("rounded", 2, "warning")]
    assert ids_of("310101000000001000", "310101000000001000")[1] == [("rounded_alike", 2, "error"), ("rounded_alike", 3, "error")]
    assert ids_of("310101000000001000", "310101000000001234")[1] == []


def test_an_id_that_is_shorter_than_the_others_is_told():
    assert ids_of("0101", "0102", "103")[1] == [("short", 4, "warning")]
    assert ids_of("01", "02", "100")[1] == []


def test_zeros_that_one_table_has_lost_are_offered_with_row_and_remedy(tmp_path):
    blocks = blocks_frame().drop(columns="小学现学校")
    blocks["地块编号"] = [f"{i:03d}" for i in range(len(blocks))]
    (tmp_path / "today.csv").write_text("地块编号,学校\n012,S0\n7,S1\n9999,S1\n", encoding="utf-8")
    settings = with_input(city_in(tmp_path, blocks=blocks), today=InputSpec(path="today.csv"))
    assert [s for s in said(settings) if s[4] == "error"] == [("unknown_block", "today.csv", n, "地块编号", "error") for n in (3, 4)]
    assert "'7' may be 007" in lines(settings)[0]
    assert "may be" not in lines(settings)[1]


def test_two_spellings_of_one_id_still_collide(tmp_path):
    blocks = blocks_frame()
    blocks["地块编号"] = [*("'7", "7.0"), *(str(i + 100) for i in range(len(blocks) - 2))]
    found = said(city_in(tmp_path, blocks=blocks))
    assert [f[0] for f in found if f[4] == "error"] == ["duplicate", "block_twice"]
    assert {f[0] for f in found if f[4] == "warning"} == {"ids.marks", "ids.point_zero"}


def test_a_workbook_that_made_dates_of_ids_is_refused_at_the_cell(tmp_path):
    book = openpyxl.Workbook()
    for row in (["地块编号", "学校"], ["2-4", "S0"], [dt.datetime(2026, 3, 1), "S0"]):
        book.active.append(row)
    book.save(tmp_path / "today.xlsx")
    settings = with_input(city_in(tmp_path, blocks=blocks_frame().drop(columns="小学现学校")), today=InputSpec(path="today.xlsx"))
    assert ("ids.date", "today.xlsx", 3, "地块编号", "error") in said(settings)
    assert check_city(settings)[0] is None


def test_the_assignment_that_is_compared_is_mended_the_same_way(tmp_path):
    (tmp_path / "a.csv").write_text("block_id,zone_id\n'b00,S0\nb10,S1\n", encoding="utf-8")
    assert list(read_assignment(tmp_path / "a.csv").index) == ["b00", "b10"]


@given(st.lists(st.from_regex(r"[A-Z][A-Za-z]?[0-9]{1,10}", fullmatch=True), max_size=8))
def test_sound_ids_stay_as_they_are(ids):
    assert ids_of(*ids) == (ids, [])


def test_a_sound_column_is_not_copied():
    cells = pd.Series(["b1", "b2"]).astype("str")
    assert sound_ids(cells, cells, "a", RawTable(pd.DataFrame({"a": cells}), np.arange(2)), Found("a")) is cells
