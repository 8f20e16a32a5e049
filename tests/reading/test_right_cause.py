"""A fault names its cause: axes, units or a wrong declaration once for the layer, not a shape missing for every block."""

import dataclasses
import json

import openpyxl
import pandas as pd
import pytest
import shapely
import xlsxwriter

from districting.model.settings import InputSpec
from districting.reading.read_city import check_city, read_city
from tests.reading.small_city import HEADERS, blocks_frame, city_in, keys, lines, said, schools_table, with_input


def turned(frame):
    frame["geometry"] = shapely.transform(frame.geometry.array, lambda xy: xy[:, ::-1])
    return frame


def test_blocks_with_latitude_first_are_one_fault_about_axes(tmp_path):
    assert said(city_in(tmp_path, blocks=turned(blocks_frame()))) == [("swapped_axes", "blocks.gpkg", None, "inputs.datum.blocks", "error")]


@pytest.mark.parametrize("system", ["EPSG:4548", "EPSG:4527", "EPSG:4509", "EPSG:32650"])
def test_blocks_in_metres_with_the_northing_first_are_one_fault_about_axes(tmp_path, system):
    settings = city_in(tmp_path, blocks=turned(blocks_frame().to_crs(system)))
    assert said(settings) == [("swapped_metres", "blocks.gpkg", None, "inputs.datum.blocks", "error")]
    assert "axes are swapped" in lines(settings)[0]
    assert keys(city_in(tmp_path, blocks=blocks_frame().to_crs(system)), "error") == []


def test_blocks_in_metres_declared_as_degrees_are_one_fault_that_names_the_system_of_the_file(tmp_path):
    settings = with_input(city_in(tmp_path, blocks=blocks_frame().to_crs("EPSG:4548")), blocks=InputSpec(path="blocks.gpkg", datum="wgs84"))
    assert keys(settings) == ["not_degrees"]
    assert "EPSG:4548" in lines(settings)[0]


def test_an_easting_of_eight_digits_tells_the_system(tmp_path):
    blocks = blocks_frame().to_crs("EPSG:4527").set_crs("EPSG:4326", allow_override=True)
    settings = city_in(tmp_path, blocks=blocks)
    assert keys(settings) == ["not_degrees"]
    assert 'blocks = "EPSG:4527"' in lines(settings)[0]


def test_degrees_declared_as_a_system_in_metres(tmp_path):
    assert keys(with_input(city_in(tmp_path), blocks=InputSpec(path="blocks.gpkg", datum="EPSG:4548"))) == ["not_metres"]


def test_a_geojson_whose_own_system_contradicts_the_declaration(tmp_path):
    settings = city_in(tmp_path)
    blocks_frame().to_crs("EPSG:4548").to_file(tmp_path / "blocks.geojson", driver="GeoJSON")
    assert json.loads((tmp_path / "blocks.geojson").read_text(encoding="utf-8"))["crs"]
    assert keys(with_input(settings, blocks=InputSpec(path="blocks.geojson", datum="wgs84"))) == ["not_degrees"]


def test_another_system_in_metres_than_the_file_names_is_a_note(tmp_path):
    settings = with_input(city_in(tmp_path, blocks=blocks_frame().to_crs("EPSG:4548")), blocks=InputSpec(path="blocks.gpkg", datum="EPSG:4547"))
    assert "other_crs" in keys(settings, "warning")


@pytest.mark.parametrize("columns", [("经度", "纬度")])
def test_one_school_with_swapped_coordinates_is_said_to_be_swapped(tmp_path, columns):
    at = {c: list(v) for c, v in zip(columns, ([-76.7, -76.69, -76.7, 39.31], [39.3, 39.3, 39.31, -76.69]), strict=True)}
    blocks = blocks_frame()
    blocks["geometry"] = shapely.transform(blocks.geometry.array, lambda xy: (xy - (116.3, 39.9)) * 2 + (-76.71, 39.29))
    settings = city_in(tmp_path, schools_table().assign(**at), blocks)
    assert [s for s in said(settings) if s[4] == "error"] == [("outside_swapped", "schools.csv", 5, "经度", "error")]


def test_a_name_that_two_schools_bear_is_said_to_be_ambiguous(tmp_path):
    table = schools_table()
    table.loc[1, "学校名称"] = "第0小学"
    blocks = blocks_frame().replace("第1小学", "第0小学")
    settings = city_in(tmp_path, table, blocks)
    assert keys(settings, "error") == ["ambiguous_current"]
    assert "S0, S1" in lines(settings)[0]


def workbook(path, header=HEADERS):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "学校"
    for row in [header, *schools_table().to_numpy().tolist()]:
        sheet.append(row)
    return book, sheet


def test_formulas_that_no_program_computed_are_named_with_the_remedy(tmp_path):
    settings = city_in(tmp_path, path="schools.xlsx")
    book, sheet = workbook(tmp_path)
    for r in range(2, 6):
        sheet[f"F{r}"] = "=100+20"
    book.save(tmp_path / "schools.xlsx")
    assert said(settings) == [("formula_without_value", "schools.xlsx", 2, "招生计划", "error")]
    assert "WPS" in lines(settings)[0]


def test_a_formula_whose_text_is_empty_is_a_blank_cell(tmp_path):
    settings = city_in(tmp_path, path="schools.xlsx")
    with xlsxwriter.Workbook(tmp_path / "schools.xlsx") as book:
        sheet = book.add_worksheet("学校")
        for r, row in enumerate([[*HEADERS, "地址"], *([*x, ""] for x in schools_table().to_numpy().tolist())]):
            sheet.write_row(r, 0, row)
        sheet.write_formula(1, 7, '=IF(A1="","x","")', None, "有")
    assert keys(settings) == []


def test_an_error_in_a_cell_is_named_by_its_row(tmp_path):
    settings = city_in(tmp_path, path="schools.xlsx")
    book, sheet = workbook(tmp_path)
    sheet["F3"].value, sheet["F3"].data_type = "#REF!", "e"
    book.save(tmp_path / "schools.xlsx")
    assert said(settings) == [("error_cell", "schools.xlsx", 3, "招生计划", "error")]
    assert "#REF!" in lines(settings, "zh")[0]


def test_formulas_below_the_table_that_compute_nothing_are_no_schools(tmp_path):
    settings = city_in(tmp_path, path="schools.xlsx")
    book, sheet = workbook(tmp_path)
    for r in range(6, 12):
        sheet[f"F{r}"] = "=SUM(D1:D2)"
    book.save(tmp_path / "schools.xlsx")
    assert len(read_city(settings).schools) == 4


def book_of(folder, rows, *, merge=()):
    with xlsxwriter.Workbook(folder / "schools.xlsx") as book:
        sheet = book.add_worksheet("学校")
        for r, row in enumerate(rows):
            sheet.write_row(r, 0, row)
        for r, first, last, label in merge:
            sheet.merge_range(r, first, r, last, label)
    return city_in(folder, path="schools.xlsx")


def test_a_header_of_two_lines_without_merged_cells(tmp_path):
    top = ["学校标识码", "学校名称", "学段", "坐标", "", "招生计划", "得分"]
    settings = book_of(tmp_path, [["示范市小学一览表"], top, ["", "", "", "经度", "纬度", "（人）", ""], *schools_table().to_numpy().tolist()])
    assert keys(settings) == []
    assert len(read_city(settings).schools) == 4


def test_a_group_title_merged_over_its_columns_only(tmp_path):
    top = ["学校标识码", "学校名称", "学段", "", "", "招生计划", "得分"]
    rows = [top, ["", "", "", "经度", "纬度", "", ""], *schools_table().to_numpy().tolist()]
    assert keys(book_of(tmp_path, rows, merge=[(0, 3, 4, "坐标")])) == []


def test_a_second_line_of_units_is_no_school(tmp_path):
    assert keys(book_of(tmp_path, [HEADERS, ["", "", "", "", "", "（人）", ""], *schools_table().to_numpy().tolist()])) == []


def test_footers_are_left_out_with_one_note_that_names_their_rows(tmp_path):
    rows = [
        HEADERS,
        *schools_table().to_numpy().tolist(),
        ["注：招生计划按班额核定"],
        ["不含民办学校"],
        ["填表人：张三", "", "审核人：李四"],
        ["制表日期", "2026-03-01"],
    ]
    settings = book_of(tmp_path, rows)
    assert said(settings) == [("footer_rows", "schools.xlsx", 6, "", "warning")]
    assert "6、7、8、9" in lines(settings, "zh")[0]
    assert len(read_city(settings).schools) == 4


def test_footers_of_a_csv_are_left_out_too(tmp_path):
    settings = city_in(tmp_path, schools_table().to_csv(index=False) + "填表人：张三\n制表日期：2026年3月1日\n")
    assert said(settings) == [("footer_rows", "schools.csv", 6, "", "warning")]


def test_a_school_whose_name_begins_like_a_footer_stays(tmp_path):
    table = schools_table()
    table.loc[3, ["学校标识码", "学校名称"]] = ["注S3", "说明镇小学"]
    blocks = blocks_frame().replace("第3小学", "说明镇小学")
    assert len(read_city(city_in(tmp_path, table, blocks)).schools) == 4


def test_cells_under_no_header_are_noted(tmp_path):
    rows = [HEADERS, *([*r, "备用"] for r in schools_table().to_numpy().tolist())]
    assert said(book_of(tmp_path, rows)) == [("no_header_above", "schools.xlsx", 2, "H", "warning")]


def test_every_file_of_blocks_needs_the_demand(tmp_path):
    settings = city_in(tmp_path, blocks=blocks_frame().iloc[:18])
    blocks_frame().iloc[18:].drop(columns="小学适龄儿童数").to_file(tmp_path / "more.gpkg", layer="blocks")
    both = (InputSpec(path="blocks.gpkg"), InputSpec(path="more.gpkg"))
    _, faults = check_city(dataclasses.replace(settings, inputs={**settings.inputs, "blocks": both}))
    assert [(f.problem.key, f.file) for f in faults] == [("reading.no_demand", "more.gpkg")]


def test_the_ids_of_a_table_stay_text(tmp_path):
    assert pd.api.types.is_string_dtype(read_city(city_in(tmp_path)).schools["school_id"])


def test_what_a_library_says_stays_in_the_log(tmp_path, caplog):
    settings = city_in(tmp_path, path="schools.xlsx")
    (tmp_path / "schools.xlsx").write_bytes(b"no zip")
    (tmp_path / "blocks.gpkg").write_bytes(b"SQLite format 3\0 and nonsense")
    with caplog.at_level("INFO", logger="districting"):
        zh = lines(settings, "zh")
    assert len(zh) == 2
    assert all("文件已损坏或不是" in line and "invalid" not in line.casefold() for line in zh)
    assert "schools.xlsx" in caplog.text


def test_why_a_shape_was_repaired_is_said_in_the_readers_language(tmp_path):
    blocks = blocks_frame()
    west, south, east, north = blocks.geometry.iloc[0].bounds
    blocks.loc[0, "geometry"] = shapely.Polygon([(west, south), (east, north), (east, south), (west, north), (west, south)])
    (line,) = [x for x in lines(city_in(tmp_path, blocks=blocks), "zh") if "已自动修复" in x]
    assert "边界自相交" in line
