"""Blocks that come as points: four compounds and one river, as files."""

import dataclasses

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from click.testing import CliRunner

from districting.cli.commands import cli
from districting.config import load_settings
from districting.model.settings import InputSpec
from districting.planning.block_graph import block_graph
from districting.reading.read_city import read_city
from districting.workflow import make_plan
from tests.reading.small_city import keys, said

CRS = "EPSG:4548"
AT = np.array([500_000.0, 4_000_000.0])
POINTS = np.array([[200, 200], [800, 200], [200, 800], [800, 800]]) + AT
RIVER = [[-100, 300], [1100, 300]]
CONFIG = f"""
[inputs]
schools = "schools.csv"
blocks = {{ path = "compounds.csv" }}
admin = "admin.parquet"
barriers = "rivers.parquet"
[inputs.datum]
schools = "{CRS}"
blocks = "{CRS}"
[zoning.primary]
"""


def compounds(points=POINTS):
    ids = [f"小区{i}" for i in range(len(points))]
    return pd.DataFrame(
        {"地块编号": ids, "小学适龄儿童数": [10 + i for i in range(len(points))], "经度": np.transpose(points)[0], "纬度": np.transpose(points)[1]}
    )


@pytest.fixture(scope="module")
def ground(tmp_path_factory):
    """A square of 1 km, a river 300 m from its southern edge, a school on each bank."""
    folder = tmp_path_factory.mktemp("town")
    schools = {
        "学校标识码": ["S1", "S2"],
        "学校名称": ["南岸小学", "北岸小学"],
        "学段": "小学",
        "经度": [500_210.0, 500_790.0],
        "纬度": [4_000_190.0, 4_000_810.0],
    }
    pd.DataFrame({**schools, "招生计划": [60, 60]}).to_csv(folder / "schools.csv", index=False)
    gpd.GeoDataFrame({"name": ["甲街道"]}, geometry=[shapely.box(*AT, *(AT + 1000))], crs=CRS).to_parquet(folder / "admin.parquet")
    gpd.GeoDataFrame({"name": ["清河"]}, geometry=[shapely.LineString(np.array(RIVER) + AT)], crs=CRS).to_parquet(folder / "rivers.parquet")
    return folder


@pytest.fixture
def town(ground):
    """The function writes the compounds, four unless told, and the config, and gives the settings."""

    def write(table=None, *, config=CONFIG):
        (compounds() if table is None else table).to_csv(ground / "compounds.csv", index=False)
        (ground / "config.toml").write_text(config, encoding="utf-8")
        return load_settings(ground / "config.toml")

    return write


def test_four_compounds_and_a_river_become_four_blocks_and_the_plan_keeps_to_the_banks(town):
    city = read_city(town())
    assert shapely.area(city.blocks.geometry.array).round().tolist() == [150_000.0, 150_000.0, 350_000.0, 350_000.0]
    assert [n.problem.key for n in city.notes] == ["cells.drawn"]
    graph = block_graph(city)
    assert graph.edges[graph.cut].tolist() == [[0, 2], [1, 3]]
    assert graph.xy.tolist() == POINTS.tolist()  # the ways begin at the compounds, not in the middle of their cells
    plan = make_plan(city)
    assert dict(zip(plan.blocks["block_id"], plan.blocks["zone_id_primary"], strict=True)) == {
        "小区0": "P-S1",
        "小区1": "P-S1",
        "小区2": "P-S2",
        "小区3": "P-S2",
    }
    near = plan.distances[(plan.distances["block_id"] == "小区0") & (plan.distances["school_id"] == "S1")]["distance_m"].item()
    assert near == pytest.approx(np.hypot(10, 10))


def test_check_says_what_was_drawn_and_accepts_it(town):
    folder = town().folder
    done = CliRunner(env={"DISTRICTING_LANG": "zh"}).invoke(cli, ["check", str(folder / "config.toml")], prog_name="districting")
    assert done.exit_code == 0, done.output
    assert "划出4个泰森多边形地块" in done.output + done.stderr


def test_compounds_in_one_place_keep_their_ids_and_pupils(town):
    table = compounds(np.vstack([POINTS, POINTS[0]]))
    city = read_city(town(table))
    assert city.blocks["block_id"].tolist() == [f"小区{i}" for i in range(5)]
    assert city.blocks["entrants_primary"].sum() == table["小学适龄儿童数"].sum()
    assert "cells.together" in [n.problem.key for n in city.notes]


def test_a_compound_outside_is_a_fault_with_its_row_and_within_the_tolerance_stands_at_the_rim(town):
    table = compounds(np.vstack([POINTS, AT + np.array([500, -30])]))
    settings = town(table)
    assert ("cells.outside", "compounds.csv", 6, "经度", "error") in said(settings)
    lenient = dataclasses.replace(settings, project=dataclasses.replace(settings.project, outside_tolerance_m=50.0))
    assert keys(lenient, "error") == []


def test_compounds_without_coordinates_or_nowhere_on_earth_are_one_fault_each_with_their_rows(town):
    table = compounds()
    table.loc[1:2, "经度"] = [1e300, np.nan]
    settings = town(table, config=CONFIG.replace('admin = "admin.parquet"\n', ""))
    assert [(k, row) for k, _, row, _, severity in said(settings) if severity == "error"] == [("no_shape", 3), ("no_shape", 4)]


def test_points_without_streets_stand_in_their_hull_and_that_is_said(town):
    settings = town(config=CONFIG.replace('admin = "admin.parquet"\n', ""))
    drawn = next(n for n in read_city(settings).notes if n.problem.key == "cells.drawn")
    assert "凸包外扩600米" in drawn.say("zh")


def test_land_behind_a_river_where_nobody_lives_is_listed(town):
    asked = CONFIG.replace('"compounds.csv"', '"compounds.csv", cells = "voronoi"').replace("[zoning.primary]", "")
    notes = read_city(town(compounds(POINTS[2:]), config=asked)).notes
    assert "30.0公顷" in next(n for n in notes if n.problem.key == "cells.empty").say("zh")


def test_cells_do_not_go_with_outlines_or_with_neighbours_from_a_reach(town):
    settings = town()
    asked = (InputSpec(path="compounds.csv", datum=CRS, cells="voronoi", neighbours="voronoi", neighbours_reach_m=500.0),)
    assert "cells.and_neighbours" in keys(dataclasses.replace(settings, inputs={**settings.inputs, "blocks": asked}))
    areas = gpd.GeoDataFrame(compounds(), geometry=shapely.buffer(shapely.points(POINTS), 90), crs=CRS).drop(columns=["经度", "纬度"])
    areas.to_parquet(settings.folder / "areas.parquet")
    asked = (InputSpec(path="areas.parquet", cells="voronoi"),)
    assert keys(dataclasses.replace(settings, inputs={**settings.inputs, "blocks": asked}), "error") == ["cells.no_point"] * 4
