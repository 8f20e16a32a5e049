"""Every kind of bad input gives one line that names the place and the remedy; nothing raises anything but DataError."""

import dataclasses

import numpy as np
import pytest
import shapely
import xlsxwriter

from districting.errors import DataError
from districting.model.settings import InputSpec
from districting.reading.datum import wgs84_to_bd09, wgs84_to_gcj02
from districting.reading.read_city import check_city, read_city
from tests.reading.small_city import HEADERS, blocks_frame, city_in, schools_table


@pytest.fixture
def city_of(tmp_path):
    """Settings over a small good city; a test changes the tables before they are written."""

    def make(schools=None, blocks=None, **changes):
        return city_in(tmp_path, schools, blocks, **changes)

    return make


def the_fault(settings, key):
    """The one error of this kind, after checking that it is said in one line in both languages and that nothing else went wrong."""
    with pytest.raises(DataError) as caught:
        read_city(settings)
    mine = [f for f in caught.value.faults if f.problem.key == f"reading.{key}"]
    assert mine, caught.value.say("en")
    for lang in ("zh", "en"):
        assert all("\n" not in f.say(lang) and f.say(lang) for f in caught.value.faults)
    return mine[0]


def test_the_good_city_reads_without_an_error(city_of):
    city = read_city(city_of())
    assert len(city.schools) == 4
    assert len(city.blocks) == 36
    assert len(city.today) == 36
    assert city.crs == "EPSG:4548"


def test_a_missing_file(city_of):
    settings = city_of()
    (settings.folder / "blocks.gpkg").unlink()
    assert the_fault(settings, "missing_file").file == "blocks.gpkg"


def test_a_file_that_is_no_workbook(city_of):
    settings = city_of(path="schools.xlsx")
    (settings.folder / "schools.xlsx").write_bytes(b"not a workbook")
    assert the_fault(settings, "unreadable").file == "schools.xlsx"


def test_a_damaged_geopackage(city_of):
    settings = city_of()
    (settings.folder / "blocks.gpkg").write_bytes(b"SQLite format 3\0 and nonsense")
    assert the_fault(settings, "unreadable").file == "blocks.gpkg"


def test_a_wrong_encoding(city_of):
    settings = city_of(encoding="ascii")
    assert the_fault(settings, "wrong_encoding").file == "schools.csv"


def test_gbk_is_read_and_said(city_of):
    settings = city_of()
    schools_table().to_csv(settings.folder / "schools.csv", index=False, encoding="gbk")
    city = read_city(settings)
    assert city.schools["name"].iloc[0] == "第0小学"
    assert any(n.problem.key == "reading.decoded" for n in city.notes)


def test_a_layer_without_crs(city_of):
    settings = city_of()
    (settings.folder / "blocks.gpkg").unlink()
    with pytest.warns(UserWarning, match="crs"):
        blocks_frame().set_crs(None, allow_override=True).to_file(settings.folder / "blocks.gpkg", layer="blocks")
    assert the_fault(settings, "no_crs").file == "blocks.gpkg"


def test_coordinates_without_a_datum(city_of):
    assert the_fault(city_of(datum=None), "no_datum").file == "schools.csv"


@pytest.mark.parametrize(("datum", "way"), [("gcj02", wgs84_to_gcj02), ("bd09", wgs84_to_bd09)])
def test_schools_of_a_web_map_declared_as_wgs84(city_of, datum, way):
    table = schools_table()
    lng, lat = way(table["经度"].astype(float), table["纬度"].astype(float))
    table["经度"], table["纬度"] = lng, lat
    fault = the_fault(city_of(table), "mixed_datum")
    assert (fault.file, fault.remedy.values["datum"]) == ("schools.csv", datum)
    assert len(read_city(city_of(table, datum=datum)).schools) == 4


def test_duplicate_ids(city_of):
    table = schools_table()
    table.loc[3, "学校标识码"] = "S0"
    fault = the_fault(city_of(table), "duplicate")
    assert (fault.row, fault.problem.values["first"]) == (5, 2)
    blocks = blocks_frame()
    blocks.loc[1, "地块编号"] = "b00"
    assert the_fault(city_of(blocks=blocks), "duplicate").file == "blocks.gpkg"


def test_negative_pupils(city_of):
    blocks = blocks_frame()
    blocks.loc[4, "小学适龄儿童数"] = -1
    fault = the_fault(city_of(blocks=blocks), "negative")
    assert (fault.row, fault.column) == (5, "小学适龄儿童数")


def test_nan_geometry(city_of):
    blocks = blocks_frame()
    blocks.loc[7, "geometry"] = None
    assert the_fault(city_of(blocks=blocks), "no_shape").row == 8


def test_a_school_outside_the_area(city_of):
    table = schools_table()
    table.loc[0, "纬度"] = 39.8
    assert the_fault(city_of(table), "outside").row == 2


def test_a_school_without_coordinates(city_of):
    table = schools_table()
    table.loc[0, "纬度"] = np.nan
    assert the_fault(city_of(table), "unplaced").row == 2
    settings = dataclasses.replace(city_of(table), zoning={})
    city = read_city(settings)
    assert city.unplaced[["school_id", "reason"]].to_numpy().tolist() == [["S0", "no_coordinates"]]


def test_swapped_coordinates(city_of):
    table = schools_table().rename(columns={"经度": "纬度", "纬度": "经度"})
    assert the_fault(city_of(table), "swapped").row == 2


def test_zero_seats(city_of):
    table = schools_table()
    table.loc[1, "招生计划"] = 0
    assert the_fault(city_of(table), "zero_seats").row == 3


def test_a_score_column_of_text(city_of):
    table = schools_table()
    table.loc[2, "得分"] = "同本部"
    fault = the_fault(city_of(table), "not_number")
    assert (fault.row, fault.column) == (4, "得分")


def test_an_empty_table(city_of):
    assert the_fault(city_of(schools_table().iloc[:0]), "empty").file == "schools.csv"


def test_a_filter_that_is_no_filter(city_of):
    assert the_fault(city_of(where="__import__('os')"), "bad_where").column == "where"


def test_an_unknown_current_school(city_of):
    blocks = blocks_frame()
    blocks.loc[0, "小学现学校"] = "没有的小学"
    assert the_fault(city_of(blocks=blocks), "unknown_current").file == "blocks.gpkg"


def test_missing_demand_names_both_ways_out(city_of):
    fault = the_fault(city_of(blocks=blocks_frame().drop(columns="小学适龄儿童数")), "no_demand")
    assert "entrants_primary" in fault.say("en")
    assert "roll" in fault.say("en")


def test_an_unknown_tier_names_the_list_to_put_it_in(city_of):
    table = schools_table().assign(等次=["优质校", "薄弱校", "中上", None])
    fault = the_fault(city_of(table), "unknown_tier")
    assert (fault.row, fault.column, fault.problem.values["label"]) == (4, "等次", "中上")


def test_ids_that_a_spreadsheet_turned_into_numbers(city_of):
    table = schools_table()
    table.loc[1, "学校标识码"] = "3.10E+11"
    fault = the_fault(city_of(table), "damaged_id")
    assert (fault.row, fault.column) == (3, "学校标识码")


def test_ids_longer_than_a_spreadsheet_keeps(city_of):
    """A cell holds 15 digits; a longer number has lost its end."""
    settings = city_of(path="schools.xlsx")
    with xlsxwriter.Workbook(settings.folder / "schools.xlsx") as book:
        sheet = book.add_worksheet("学校")
        for r, row in enumerate([HEADERS, *schools_table().to_numpy().tolist()]):
            sheet.write_row(r, 0, row)
        sheet.write_number(2, 0, 321000000000123456)
    fault = the_fault(settings, "damaged_id")
    assert (fault.sheet, fault.row) == ("学校", 3)


def test_a_shape_with_nan_corners(city_of):
    blocks = blocks_frame()
    with np.errstate(invalid="ignore"):
        blocks.loc[7, "geometry"] = shapely.Polygon([(116.3, 39.9), (np.nan, np.nan), (116.31, 39.91), (116.3, 39.9)])
    settings = city_of()
    blocks.to_parquet(settings.folder / "blocks.parquet")
    inputs = {**settings.inputs, "blocks": (InputSpec(path="blocks.parquet"),)}
    assert the_fault(dataclasses.replace(settings, inputs=inputs), "no_shape").row == 8


def test_a_layer_of_points_where_polygons_are_needed(city_of):
    blocks = blocks_frame()
    blocks["geometry"] = shapely.centroid(blocks.geometry.array)
    settings = city_of(blocks=blocks)
    inputs = {**settings.inputs, "blocks": (InputSpec(path="blocks.gpkg", cells="none"),)}
    assert the_fault(dataclasses.replace(settings, inputs=inputs), "not_polygon").file == "blocks.gpkg"


def test_an_unknown_datum(city_of):
    assert the_fault(city_of(datum="bd99"), "unknown_datum").file == "schools.csv"


def test_an_unknown_stage(city_of):
    table = schools_table()
    table.loc[2, "学段"] = "大学"
    fault = the_fault(city_of(table), "unknown_stage")
    assert (fault.row, fault.problem.values["value"]) == (4, "大学")


def test_an_unknown_ownership(city_of):
    table = schools_table().assign(办学性质=["公办", "民办", "地方教育部门", "外星"])
    assert the_fault(city_of(table), "unknown_ownership").row == 5


def test_an_unknown_layer_and_an_unknown_input(city_of):
    settings = city_of()
    layer = {**settings.inputs, "blocks": (InputSpec(path="blocks.gpkg", layer="地块"),)}
    fault = the_fault(dataclasses.replace(settings, inputs=layer), "no_layer")
    assert (fault.file, fault.sheet) == ("blocks.gpkg", "地块")
    wrong = {**settings.inputs, "shcools": settings.inputs["schools"]}
    assert the_fault(dataclasses.replace(settings, inputs=wrong), "unknown_input").column == "inputs.shcools"


def test_a_kind_of_file_nobody_reads(city_of):
    assert the_fault(city_of(path="schools.docx"), "unknown_format").file == "schools.docx"


def test_a_mapped_column_that_is_not_there(city_of):
    assert the_fault(city_of(columns={"plan": "计划数"}), "no_header").column == "计划数"
    assert the_fault(city_of(columns={"plans": "招生计划"}), "unknown_column").column == "plans"


def test_a_filter_that_keeps_nothing_or_names_no_column(city_of):
    assert the_fault(city_of(where="stage == '高中'"), "where_empty").column == "where"
    assert the_fault(city_of(where="学制 == 6"), "bad_where").problem.values["part"] == "学制"


def test_wrong_things_in_two_files_are_both_said_and_exit_with_4(city_of):
    table, blocks = schools_table(), blocks_frame()
    table.loc[2, "得分"] = "高"
    blocks.loc[4, "小学适龄儿童数"] = -1
    with pytest.raises(DataError) as caught:
        read_city(city_of(table, blocks))
    assert caught.value.exit_code == 4
    assert [(f.file, f.row, f.column) for f in caught.value.faults] == [("schools.csv", 4, "得分"), ("blocks.gpkg", 5, "小学适龄儿童数")]


def test_two_files_that_cannot_be_opened_are_both_said(city_of):
    settings = city_of()
    (settings.folder / "blocks.gpkg").unlink()
    (settings.folder / "schools.csv").write_bytes(b"")
    with pytest.raises(DataError) as caught:
        read_city(settings)
    assert [f.problem.key for f in caught.value.faults] == ["reading.empty", "reading.missing_file"]


def test_everything_wrong_is_listed_at_once(city_of):
    table = schools_table()
    table.loc[2, "得分"] = "高"
    table.loc[1, "招生计划"] = -5
    table.loc[0, "纬度"] = np.nan
    city, faults = check_city(city_of(table))
    assert city is None
    assert {f.problem.key.split(".")[1] for f in faults} >= {"not_number", "negative", "unplaced"}


def test_a_planners_workbook_with_title_two_line_header_total_and_full_width_digits(city_of):
    settings = city_of(path="schools.xlsx")
    with xlsxwriter.Workbook(settings.folder / "schools.xlsx") as book:
        sheet = book.add_worksheet("学校")
        sheet.merge_range(0, 0, 0, 6, "示范市小学一览表")
        sheet.merge_range(1, 3, 1, 4, "坐标")
        for c, h in enumerate(["学校标识码", "学校名称", "学段", None, None, "招生计划（人）", "得分"]):
            if h:
                sheet.merge_range(1, c, 2, c, h)
        sheet.write_row(2, 3, ["经度", "纬度"])
        for r, row in enumerate(schools_table().to_numpy().tolist(), start=3):
            sheet.write_row(r, 0, row)
        sheet.write(3, 5, "１２０")
        sheet.write_row(7, 0, ["合计", None, None, None, None, 480])
    spec = dataclasses.replace(settings.inputs["schools"][0], columns={"lng": "坐标经度", "lat": "坐标纬度"})
    city = read_city(dataclasses.replace(settings, inputs={**settings.inputs, "schools": (spec,)}))
    assert city.school_stages["plan"].tolist() == [120.0] * 4
    assert [n.row for n in city.notes if n.problem.key == "reading.total_row"] == [8]
