"""Pupils from a grid, from census areas and from addresses, on blocks that have none."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import districting as dt
from districting.model.settings import InputSpec
from districting.planning.start import start_plan
from districting.reading.read_city import read_city
from tests.reading.small_city import STEP, blocks_frame, city_in, keys, said, with_input

WEST, SOUTH = 116.3, 39.9


def square(x0, y0, x1, y1):
    """A box in steps of the grid of blocks, from its lower left corner."""
    return shapely.box(WEST + STEP * x0, SOUTH + STEP * y0, WEST + STEP * x1, SOUTH + STEP * y1)


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """The small city without pupils, and the same blocks with pupils beside it."""
    settings = city_in(tmp_path_factory.mktemp("city"), blocks=blocks_frame().drop(columns="小学适龄儿童数"))
    blocks_frame().to_parquet(settings.folder / "counted.parquet")
    return settings


@pytest.fixture
def counted(bare):
    """The function gives the small city a layer of people, and of buildings."""

    def write(amounts, shapes, houses=None, *, column="小学适龄儿童数", floors=None):
        gpd.GeoDataFrame({column: amounts}, geometry=shapes, crs="EPSG:4326").to_parquet(bare.folder / "people.parquet")
        specs = {"population": InputSpec(path="people.parquet")}
        if houses is not None:
            gpd.GeoDataFrame({"层数": floors or [1] * len(houses)}, geometry=houses, crs="EPSG:4326").to_parquet(bare.folder / "houses.parquet")
            specs["buildings"] = InputSpec(path="houses.parquet")
        return with_input(bare, **specs)

    return write


def test_four_census_areas_that_fill_nine_blocks_each_give_a_ninth_to_each(counted):
    city = read_city(counted([90, 180, 270, 360], [square(x, y, x + 3, y + 3) for x in (0, 3) for y in (0, 3)]))
    pupils = dict(zip(city.blocks["block_id"], city.blocks["entrants_primary"], strict=True))
    assert (pupils["b00"], pupils["b05"], pupils["b50"], pupils["b55"]) == (10, 20, 30, 40)
    assert [n.problem.key for n in city.notes] == ["population.estimated"]


def test_estimates_are_whole_keep_their_total_and_are_marked_in_the_plan(counted):
    city = read_city(counted([100], [square(0, 0, 6, 6)]))
    pupils = city.blocks["entrants_primary"]
    assert pupils.sum() == 100
    assert set(pupils) == {2, 3}
    assert city.estimates.to_dict("records") == [
        {"table": "blocks", "column": "entrants_primary", "file": "people.parquet", "method": "area", "on_blocks": 100.0, "outside": 0.0}
    ]
    record = start_plan(city).provenance
    assert record.loc[record["part"] == "estimated", ["key", "value"]].to_numpy().tolist() == [["blocks.entrants_primary", "area people.parquet 100+0"]]


def test_pupils_beyond_the_blocks_are_told_with_their_row(counted):
    city = read_city(counted([36, 40], [square(0, 0, 6, 6), square(5, 6, 6, 7)]))
    outside = next(n for n in city.notes if n.problem.key == "population.outside")
    assert (outside.row, outside.severity) == (2, "warning")
    assert "40 of 76" in outside.say("en")
    assert city.estimates["outside"].tolist() == [40.0]


def test_buildings_say_where_in_an_area_the_pupils_live(counted):
    tower, bungalow = square(0.2, 0.2, 0.4, 0.4), square(5.2, 5.2, 5.4, 5.4)
    city = read_city(counted([40], [square(0, 0, 6, 6)], [tower, bungalow], floors=[9, 1]))
    pupils = dict(zip(city.blocks["block_id"], city.blocks["entrants_primary"], strict=True))
    assert (pupils["b00"], pupils["b55"], sum(pupils.values())) == (36, 4, 40)
    assert city.estimates["method"].tolist() == ["buildings"]


def test_a_table_of_addresses_is_counted_into_the_blocks(bare):
    pd.DataFrame({"名称": ["甲", "乙"], "经度": [WEST + STEP / 2] * 2, "纬度": [SOUTH + STEP / 2] * 2, "小学新生数": [3, 4]}).to_csv(
        bare.folder / "people.csv", index=False
    )
    city = read_city(with_input(bare, population=InputSpec(path="people.csv", datum="wgs84")))
    assert city.blocks.set_index("block_id")["entrants_primary"]["b00"] == 7


def test_pupils_that_the_blocks_have_already_are_not_replaced(counted):
    settings = counted([36], [square(0, 0, 6, 6)])
    assert keys(with_input(settings, blocks=InputSpec(path="counted.parquet")), "error") == ["population.twice"]


def test_a_layer_that_lies_elsewhere_or_says_nothing_is_a_fault(counted):
    assert "population.elsewhere" in keys(counted([36], [square(60, 0, 66, 6)]), "error")
    assert "population.no_amounts" in keys(counted([36], [square(0, 0, 6, 6)], column="VALUE"), "error")


def test_a_raster_is_refused_with_the_way_to_points(counted):
    settings = counted([36], [square(0, 0, 6, 6)])
    (settings.folder / "people.tif").write_bytes(b"II*\0")
    assert ("population.raster", "people.tif", None, "", "error") in said(with_input(settings, population=InputSpec(path="people.tif")))


def test_frames_go_in_and_frames_come_out():
    points = gpd.GeoDataFrame({"block_id": ["a", "b"]}, geometry=gpd.points_from_xy([20, 80], [50, 50]), index=[7, 9], crs="EPSG:4548")
    blocks = dt.voronoi_blocks(points, shapely.box(0, 0, 100, 100), gpd.GeoSeries([shapely.LineString([(40, 0), (40, 100)])], crs="EPSG:4548"))
    assert blocks.area.to_dict() == {7: 4000.0, 9: 6000.0}
    census = gpd.GeoDataFrame({"pupils_primary": [10, 5]}, geometry=[shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 100)], crs="EPSG:4548")
    filled, outside = dt.interpolate_population(blocks, census, ["pupils_primary"])
    assert filled["pupils_primary"].to_dict() == {7: 4.0, 9: 6.0}
    assert outside["pupils_primary"].tolist() == [0.0, 5.0]


def test_frames_in_degrees_or_in_two_systems_are_refused():
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy([116.3, 116.4], [39.9, 39.9]), crs="EPSG:4326")
    with pytest.raises(ValueError, match="degrees"):
        dt.voronoi_blocks(points)
    blocks = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 1, 1)], crs="EPSG:4548")
    with pytest.raises(ValueError, match="one metre CRS"):
        dt.interpolate_population(blocks, points.assign(residents=1), ["residents"])
