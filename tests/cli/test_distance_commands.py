"""Distances and blocks without outlines from the command line: hand-made tables in, exit codes and tables out."""

import json

import pandas as pd
import pytest

from districting.outputs.geopackage import read_plan
from districting.outputs.projects import sample_files, write_project
from tests.cli.test_commands import call

TABLES = {
    "blocks.csv": "地块编号,小学一年级适龄儿童数,初中一年级适龄儿童数,甲2027,甲2028\na,3,2,3,4\nb,2,2,2,2\nc,4,3,4,3\nd,1,1,1,1\n",
    "edges.csv": "地块甲,地块乙,共享边长\na,b,100\nb,c,100\n",
    "bridges.csv": "地块甲,地块乙\nc,d\n",
    "schools.csv": "学校标识码,学校名称,学段,招生计划,所在地块,合划,s27,s28\n"
    "1,一小,小学,6,a,,6,6\n2,二小,小学,6,c,,6,6\n3,一中,初中,5,a,X,5,5\n4,二中,初中,5,c,X,5,5\n",
    "primary.csv": "地块编号,学校编号,距离\na,1,0\na,2,900\nb,1,300\nb,2,350\nc,1,800\nc,2,0\nd,2,100\nd,1,1000\n",
    "junior.csv": "地块编号,学校编号,距离\na,3,0\nb,3,300\nc,4,0\nd,4,100\na,4,900\nb,4,300\nc,3,900\nd,3,900\n",
}
CONFIG = """
[project]
name = "tiny"
language = "en"
[inputs]
schools = "schools.csv"
blocks = "blocks.csv"
edges = "edges.csv"
bridges = "bridges.csv"
[zoning.primary]
distance = "primary.csv"
[zoning.primary.rules]
forecast = ["甲2027", "甲2028"]
forecast_seats = ["s27", "s28"]
[zoning.junior]
distance = "junior.csv"
[zoning.junior.rules]
shared_zones = "合划"
"""


@pytest.fixture
def project(tmp_path):
    for name, words in TABLES.items():
        (tmp_path / name).write_text(words, encoding="utf-8")

    def write(config=CONFIG, **tables):
        (tmp_path / "config.toml").write_text(config, encoding="utf-8")
        for name, words in tables.items():
            (tmp_path / f"{name}.csv").write_text(words, encoding="utf-8")
        return tmp_path / "config.toml"

    return write


def zones(folder, stage):
    rows = pd.read_csv(folder / "zones.csv", dtype=str)
    return rows[rows["stage"] == stage].drop_duplicates("block_id").set_index("block_id")["zone_id"].to_dict()


def faults(config, *words):
    result = call("check", config, "--json", *words)
    assert result.exit_code == 4
    return [(f["row"], f["column"], f["problem"]) for f in json.loads(result.stdout)["faults"]]


def test_two_stages_a_forecast_a_shared_zone_and_a_bridge_from_tables_alone(project, tmp_path):
    result = call("run", project(), "-o", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert zones(tmp_path / "out", "primary") == {"a": "P-1", "b": "P-1", "c": "P-2", "d": "P-2"}
    assert set(zones(tmp_path / "out", "junior").values()) == {"J-3"}
    plan = read_plan(tmp_path / "out" / "plan.gpkg")
    assert plan.recorded("zoning.primary", "distance") == "primary.csv"
    assert plan.recorded("zoning.primary", "objective") == "700.0"  # b: 2 x 300, d: 1 x 100


def test_without_the_bridge_the_block_beyond_cannot_be_reached(project, tmp_path):
    result = call("run", project(CONFIG.replace('bridges = "bridges.csv"\n', "")), "-o", tmp_path / "out")
    assert result.exit_code == 3
    assert "bridge" in result.stderr


def test_seats_that_fail_in_a_forecast_year_are_no_plan(project, tmp_path):
    result = call("run", project(blocks=TABLES["blocks.csv"].replace("d,1,1,1,1", "d,1,1,1,9")), "-o", tmp_path / "out", "--json")
    assert result.exit_code == 3
    assert {c["rule"] for c in json.loads(result.stdout)["conflicts"]} == {"forecast"}


def test_a_table_may_be_named_with_its_sheet_and_headers(project, tmp_path):
    pd.DataFrame({"小区": list("aabbccdd"), "校": [1, 2] * 4, "米": [0, 900, 300, 350, 800, 0, 1000, 100]}).to_excel(
        tmp_path / "ways.xlsx", sheet_name="路", index=False
    )
    given = '{ path = "ways.xlsx", sheet = "路", columns = { block_id = "小区", school = "校", distance_m = "米" } }'
    result = call("run", project(CONFIG.replace('"primary.csv"', given)), "-o", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert zones(tmp_path / "out", "primary") == {"a": "P-1", "b": "P-1", "c": "P-2", "d": "P-2"}


def test_every_fault_of_a_table_is_told_once_with_its_row(project):
    bad = "地块编号,学校编号,距离\na,1,-5\na,1,10\nzz,1,900\nb,7,300\nc,3,300\nd,2,x\nd,1,\n"
    found = faults(project(primary=bad))
    assert [row for row, _, _ in found if row is not None] == [7, 2, 4, 5, 6, 8, 3]
    assert len([f for f in found if f[0] is None]) == 0
    assert any("stands twice" in problem for _, _, problem in found)


def test_a_block_without_any_pair_is_a_fault(project):
    found = faults(project(primary=TABLES["primary.csv"].replace("d,2,100\nd,1,1000\n", "")))
    assert found == [(None, "地块编号", "the table of distances has no row for block 'd'")]


def test_a_school_that_its_own_block_may_not_go_to_is_a_fault(project, tmp_path):
    result = call("run", project(primary=TABLES["primary.csv"].replace("c,2,0\n", "")), "-o", tmp_path / "out", "--json")
    assert result.exit_code == 4
    assert json.loads(result.stdout)["faults"][0]["column"] == "zoning.primary.distance"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ('"wlak"', "the distance 'wlak' is not available"),
        ('"walk"', "there is no road that people may walk along"),
        ('"none.csv"', "the file is missing"),
        ("5", "'5' is none of the choices"),
        ('{ path = "primary.csv", shet = "x" }', "unknown setting"),
    ],
)
def test_distances_that_mean_nothing_are_refused_in_words(project, given, said):
    found = faults(project(CONFIG.replace('"primary.csv"', given)))
    assert len(found) == 1
    assert said in found[0][2]


def test_a_walk_without_places_says_so(project, tmp_path):
    (tmp_path / "roads.geojson").write_text(
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":{"type":"LineString","coordinates":[[108.1,34.2],[108.2,34.2]]}}]}',
        encoding="utf-8",
    )
    config = CONFIG.replace('distance = "primary.csv"', 'distance = "walk"').replace(
        "[zoning.primary]", 'roads = "roads.geojson"\n[inputs.datum]\nroads = "wgs84"\n[zoning.primary]', 1
    )
    result = call("run", project(config), "-o", tmp_path / "out", "--json")
    assert result.exit_code == 4
    assert json.loads(result.stdout)["faults"][0]["column"] == "zoning.primary.objective.distance"


def test_plans_of_blocks_without_places_are_audited_compared_exported_and_changed_and_the_map_refuses_in_words(project, tmp_path):
    call("run", project(), "-o", tmp_path / "out")
    plan = tmp_path / "out" / "plan.gpkg"
    assert call("audit", plan).exit_code == 0
    assert call("compare", plan, plan).exit_code == 0
    assert call("export", plan, tmp_path / "pairs.csv", "--stage", "primary").exit_code == 0
    refused = call("map", plan, "-o", tmp_path / "m.html")
    assert refused.exit_code == 4, refused.output
    assert "Remedy" in refused.stderr
    closed = call("scenario", plan, "--stage", "primary", "--close", "2", "-o", tmp_path / "w.gpkg", "--json")
    assert closed.exit_code == 3
    assert json.loads(closed.stdout)["conflicts"][0]["amount"] == 4
    assert not (tmp_path / "w.gpkg").exists()


@pytest.fixture(scope="module")
def walked_sample(tmp_path_factory):
    folder = tmp_path_factory.mktemp("walked")
    write_project(folder, sample_files())
    config = folder / "config.toml"
    config.write_text(config.read_text(encoding="utf-8").replace("[zoning.primary]\n", '[zoning.primary]\ndistance = "walk"\n', 1), encoding="utf-8")
    result = call("zone", config, "--stage", "primary", "-o", folder / "out", "--steps", "200000", "--json")
    assert result.exit_code == 0, result.output
    return folder, json.loads(result.stdout)


def test_the_sample_city_walks_along_its_roads(walked_sample):
    folder, said = walked_sample
    plan = read_plan(folder / "out" / "plan.gpkg")
    assert said["violations"] == []
    assert 0 <= said["gap"] < 0.05
    assert plan.distance_word("primary") == "walk"
    straight = plan.schools.set_index("school_id").geometry.reindex(plan.distances["school_id"]).reset_index(drop=True)
    middle = plan.blocks.set_index("block_id").geometry.centroid.reindex(plan.distances["block_id"]).reset_index(drop=True)
    assert (plan.distances["distance_m"].to_numpy() >= straight.distance(middle).to_numpy() - 1e-6).all()


def test_what_reads_the_walked_plan_goes_on_walking(walked_sample):
    folder, said = walked_sample
    plan = folder / "out" / "plan.gpkg"
    audited = json.loads(call("audit", plan, "--json").stdout)["findings"]
    mean = next(f for f in audited if f["measure"] == "mean_distance_m")
    pupils = next(f for f in audited if f["measure"] == "pupils")
    assert mean["value"] * pupils["value"] == pytest.approx(said["objective"])
    closed = read_plan(plan).zone_schools["school_id"].iloc[0]
    scenario = call("scenario", plan, "--close", closed, "-o", folder / "w.gpkg", "--steps", "20000")
    assert scenario.exit_code in (0, 3), scenario.output
    refused = call("scenario", plan, "--open", f"new,90,{read_plan(plan).blocks['block_id'].iloc[0]}", "-o", folder / "x.gpkg")
    assert refused.exit_code == 4
    assert "Remedy" in refused.stderr or "处理" in refused.stderr
