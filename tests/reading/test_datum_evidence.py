"""Evidence for a wrong datum beyond zones: the block a school names, roads along borders, blocks that stick out of their county; and nothing assumed in silence."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from districting.model.settings import InputSpec
from districting.reading.datum import wgs84_to_bd09, wgs84_to_gcj02
from tests.reading.small_city import blocks_frame, city_in, keys, lines, said, schools_table, with_input

HOMES = ["b00", "b50", "b05", "b55"]
ONE_ZONE = blocks_frame().drop(columns="小学现学校")


def shifted(table, way):
    lng, lat = way(table["经度"].astype(float), table["纬度"].astype(float))
    return table.assign(经度=lng, 纬度=lat)


@pytest.mark.parametrize(("datum", "way"), [("gcj02", wgs84_to_gcj02), ("bd09", wgs84_to_bd09)])
def test_the_blocks_that_schools_name_tell_the_datum_of_the_schools(tmp_path, datum, way):
    middle = schools_table().assign(
        经度=lambda t: t["经度"].clip(116.3045, 116.3105), 纬度=lambda t: t["纬度"].clip(39.9045, 39.9105), 所在地块=["b11", "b31", "b13", "b33"]
    )
    settings = city_in(tmp_path, shifted(middle, way), ONE_ZONE)
    assert keys(settings, "error")[0] == "mixed_datum"
    assert f'schools = "{datum}"' in lines(settings)[0]
    assert "homes_apart" not in keys(settings)
    assert keys(city_in(tmp_path, shifted(middle, way), ONE_ZONE, datum=datum)) == []


def test_schools_that_stand_in_another_block_than_they_say_are_counted(tmp_path):
    table = schools_table().assign(所在地块=["b00", "b10", "b20", "b55"])
    settings = city_in(tmp_path, table, ONE_ZONE)
    assert said(settings) == [("homes_apart", "schools.csv", 3, "所在地块", "warning")]
    assert "of 4 schools whose block is named, 2 have" in lines(settings)[0]
    assert keys(city_in(tmp_path, schools_table().assign(所在地块=HOMES), ONE_ZONE)) == []


def test_a_geojson_without_a_declared_datum_is_read_as_wgs84_and_that_is_said(tmp_path):
    settings = city_in(tmp_path)
    blocks_frame().to_file(tmp_path / "blocks.geojson", driver="GeoJSON")
    assert said(with_input(settings, blocks=InputSpec(path="blocks.geojson"))) == [
        ("assumed_wgs84", "blocks.geojson", None, "inputs.datum.blocks", "warning"),
    ]
    assert keys(with_input(settings, blocks=InputSpec(path="blocks.geojson", datum="wgs84"))) == []


def moved(shape, way=wgs84_to_gcj02):
    return shapely.transform(shape, lambda xy: np.column_stack(way(xy[:, 0], xy[:, 1])))


def layer(folder, name, shape, **columns):
    gpd.GeoDataFrame({"名称": ["甲"], **columns}, geometry=[shape], crs="EPSG:4326").to_file(folder / name, layer=name.split(".")[0])
    return InputSpec(path=name)


def outline():
    return shapely.union_all(blocks_frame().geometry.array)


@pytest.mark.parametrize("table", ["admin", "counties"])
def test_an_outline_in_another_datum_than_the_blocks_is_a_fault_of_the_outline_or_the_blocks(tmp_path, table):
    wide = shapely.box(116.2, 39.8, 116.5, 40.1)
    blocks = gpd.GeoDataFrame(
        {"地块编号": ["b0", "b1"], "小学适龄儿童数": [200, 200]},
        geometry=[shapely.box(116.2, 39.8, 116.35, 40.1), shapely.box(116.35, 39.8, 116.5, 40.1)],
        crs="EPSG:4326",
    )
    settings = with_input(city_in(tmp_path, blocks=blocks), **{table: layer(tmp_path, "area.gpkg", moved(wide))})
    (fault,) = [s for s in said(settings) if s[4] == "error"]
    assert (fault[0], fault[3]) in {("mixed_datum", f"inputs.datum.{table}"), ("mixed_datum", "inputs.datum.blocks")}


def test_roads_that_run_beside_the_borders_they_follow_are_noted(tmp_path):
    streets = shapely.union_all(shapely.boundary(blocks_frame().geometry.array))
    settings = with_input(city_in(tmp_path), roads=layer(tmp_path, "roads.gpkg", moved(streets)))
    assert said(settings) == [("maybe_datum", "roads.gpkg", None, "inputs.datum.roads", "warning")]
    assert keys(with_input(settings, roads=InputSpec(path="roads.gpkg", datum="gcj02"))) == []


def test_a_road_that_follows_no_border_tells_nothing(tmp_path):
    road = shapely.LineString([(116.301, 39.901), (116.3165, 39.9168)])
    assert keys(with_input(city_in(tmp_path), roads=layer(tmp_path, "roads.gpkg", road))) == []


def test_blocks_that_stick_out_of_their_county_and_would_not_in_another_datum_are_noted(tmp_path):
    county = shapely.box(116.25, 39.85, 116.3185, 39.9185)  # wide in the west and south; blocks and county end together in the east and north
    blocks = ONE_ZONE.copy()
    blocks["geometry"] = [moved(s) for s in blocks.geometry]
    settings = with_input(city_in(tmp_path, shifted(schools_table(), wgs84_to_gcj02), blocks), counties=layer(tmp_path, "county.gpkg", county))
    assert said(settings) == [("maybe_datum", "blocks.gpkg", None, "inputs.datum.blocks", "warning")]
    assert "read as gcj02" in lines(settings)[0]


@pytest.mark.parametrize(("datum", "way"), [("gcj02", wgs84_to_gcj02), ("bd09", wgs84_to_bd09)])
def test_schools_outside_that_another_datum_brings_in_are_one_fault_that_names_it(tmp_path, datum, way):
    settings = city_in(tmp_path, shifted(schools_table(), way), ONE_ZONE)
    assert said(settings) == [("outside_datum", "schools.csv", None, "inputs.datum.schools", "error")]
    (line,) = lines(settings)
    assert f'declare schools = "{datum}"' in line
    assert "tolerance" not in line
    assert keys(city_in(tmp_path, shifted(schools_table(), way), ONE_ZONE, datum=datum)) == []


def test_blocks_that_another_datum_brings_under_their_schools_are_one_fault(tmp_path):
    blocks = ONE_ZONE.assign(geometry=[moved(g) for g in ONE_ZONE.geometry])
    settings = city_in(tmp_path, blocks=blocks)
    assert said(settings) == [("outside_datum", "blocks.gpkg", None, "inputs.datum.blocks", "error")]
    assert 'declare blocks = "gcj02"' in lines(settings)[0]


def test_schools_outside_that_no_datum_brings_in_are_told_one_by_one(tmp_path):
    east_and_west = schools_table().assign(经度=[116.297, 116.321, 116.297, 116.321])
    assert keys(city_in(tmp_path, east_and_west, ONE_ZONE)) == ["outside"] * 4
