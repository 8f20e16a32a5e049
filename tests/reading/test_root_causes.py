"""One cause, one line: what only follows from a fault is not said beside it."""

import dataclasses

import pandas as pd
import pytest

from districting.model.settings import InputSpec
from tests.reading.small_city import blocks_frame, city_in, keys, lines, said, schools_table, with_input


def test_blocks_that_cannot_be_read_are_not_also_missing(tmp_path):
    settings = city_in(tmp_path)
    (tmp_path / "blocks.gpkg").write_bytes(b"nonsense")
    assert keys(settings) == ["unreadable"]


def test_blocks_that_cannot_be_read_do_not_make_every_block_of_today_unknown(tmp_path):
    settings = city_in(tmp_path)
    (tmp_path / "blocks.gpkg").unlink()
    pd.DataFrame({"地块编号": ["b00", "b10"], "学校": "第0小学"}).to_csv(tmp_path / "today.csv", index=False)
    assert keys(with_input(settings, today=InputSpec(path="today.csv"))) == ["missing_file"]


def test_a_missing_datum_is_one_line_and_not_one_for_each_school(tmp_path):
    assert keys(city_in(tmp_path, datum=None)) == ["no_datum"]


def test_a_missing_stage_does_not_also_say_that_no_school_teaches_it(tmp_path):
    assert keys(city_in(tmp_path, schools_table().assign(学段=None))) == ["no_stage"] * 4


def test_a_cell_that_is_no_number_is_not_also_blank(tmp_path):
    blocks = blocks_frame().astype({"小学适龄儿童数": "object"})
    blocks.loc[3, "小学适龄儿童数"] = "十"
    assert keys(city_in(tmp_path, blocks=blocks)) == ["not_number"]


@pytest.mark.parametrize("inputs", [{}, {"blocks": (InputSpec(path="blocks.gpkg"),)}])
def test_a_config_without_schools_names_the_config(tmp_path, inputs):
    settings = dataclasses.replace(city_in(tmp_path), inputs=inputs, zoning={})
    assert [s[:2] for s in said(settings)] == [("no_schools", "config.toml")]


def test_a_missing_demand_column_names_the_file_of_blocks_and_its_headers(tmp_path):
    settings = city_in(tmp_path, blocks=blocks_frame().rename(columns={"小学适龄儿童数": "人数"}))
    assert [s[:4] for s in said(settings)] == [("no_demand", "blocks.gpkg", None, "entrants_primary")]


def test_a_missing_seats_column_names_the_file_of_schools(tmp_path):
    settings = city_in(tmp_path, schools_table().drop(columns="招生计划"))
    assert [s[:4] for s in said(settings)] == [("no_seats", "schools.csv", None, "plan")]


def test_a_school_with_blank_seats_names_its_row(tmp_path):
    table = schools_table()
    table.loc[2, "招生计划"] = None
    assert said(city_in(tmp_path, table)) == [("blank_seats", "schools.csv", 4, "招生计划", "error")]


def test_a_table_without_names_and_ids_is_one_fault_that_lists_its_headers(tmp_path):
    settings = city_in(tmp_path, schools_table().rename(columns={"学校名称": "校名字", "学校标识码": "id"}))
    assert [s[:2] for s in said(settings)] == [("missing_column", "schools.csv")]
    assert "校名字" in lines(settings)[0]
