"""A first project out of an OpenStreetMap extract: a drawn town whose people, cells and seats a person can count, and Liechtenstein."""

import json

import geopandas as gpd
import numpy as np
import pytest
import shapely
from click.testing import CliRunner

from districting.cli.commands import cli
from districting.config import load_settings
from districting.geography.street_cells import street_cells
from districting.outputs.first_project import first_project_files
from districting.reading.first_city import first_city, first_rates
from districting.reading.first_people import people_of
from districting.reading.first_schools import first_schools
from districting.reading.first_seats import joining_pairs, seats_for
from districting.reading.osm_extract import Layer
from districting.reading.read_city import read_city
from tests.osm.drawn_town import Drawing, drawn_town, streets

HOUSE_M2 = 0.2**2 * 111.1**2


@pytest.fixture(scope="module")
def extract(tmp_path_factory):
    return drawn_town().write(tmp_path_factory.mktemp("osm") / "town.osm")


@pytest.fixture(scope="module")
def town(extract):
    return first_city(extract, "zh")


def refusal(tmp_path, town):
    path = town.write(tmp_path / "town.osm")
    done = CliRunner().invoke(cli, ["init", str(tmp_path / "new"), "--osm", str(path), "--lang", "en"], prog_name="districting")
    assert not (tmp_path / "new").exists()
    return done.exit_code, done.stderr


def test_the_kindergarten_is_left_out_by_name_and_the_school_drawn_twice_is_one(town):
    assert town.layers["schools"]["name"].tolist() == ["城南小学", "城北小学"]
    assert sorted(town.left_out["why"]) == ["duplicate", "kindergarten"]


def test_four_houses_of_two_floors_hold_their_people(town):
    """Ground of 22 m x 22 m, two floors, 100 m2 a dwelling, 2.62 people each: 26 people a house."""
    assert town.facts["people"] == pytest.approx(4 * 2 * HOUSE_M2 / 100 * 2.62, rel=0.02)
    assert town.facts["by"] == "buildings"


def test_pupils_follow_from_people_and_every_school_has_whole_classes(town):
    pupils = town.layers["blocks"]["pupils_primary"].sum()
    assert pupils == pytest.approx(town.facts["people"] * 77 / 1000, abs=0.05 * len(town.layers["blocks"]))
    assert town.layers["schools"]["seats"].tolist() == [45.0, 45.0]
    assert town.stages == ("primary",)


def test_each_school_has_a_cell_of_its_own_and_cells_fill_the_land(town):
    cells, schools = town.layers["blocks"].to_crs(32631), town.layers["schools"].to_crs(32631)
    home = shapely.STRtree(np.asarray(cells.geometry.array)).query(schools.geometry.array, predicate="within")[1]
    assert len(set(home.tolist())) == 2
    assert cells.area.sum() == pytest.approx(shapely.union_all(cells.geometry.array).area, rel=1e-6)


def test_the_project_names_every_estimate_and_reads_without_a_fault(extract, tmp_path):
    files, told = first_project_files(extract, "小镇（估算）", 2026, "zh")
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    settings = load_settings(tmp_path / "config.toml")
    marked = {table: set(spec.estimated) for table, (spec,) in settings.inputs.items() if spec.estimated}
    assert marked == {"schools": {"seats", "stage"}, "blocks": {"pupils_primary"}}
    city = read_city(settings)
    assert [n.problem.key for n in city.notes].count("osm.estimated_columns") == 2
    assert "估算" in told[-1]
    assert first_project_files(extract, "小镇（估算）", 2026, "zh")[0] == files


def test_from_a_file_to_a_plan_on_foot_that_says_it_is_estimated(extract, tmp_path):
    project = tmp_path / "town"
    made = CliRunner().invoke(cli, ["init", str(project), "--osm", str(extract), "--name", "小镇", "--year", "2026", "--lang", "zh"], prog_name="districting")
    assert made.exit_code == 0, made.output
    checked = CliRunner().invoke(cli, ["check", str(project / "config.toml"), "--json"], prog_name="districting")
    assert json.loads(checked.stdout)["estimated"] == ["schools.seats", "schools.stage", "blocks.pupils_primary"]
    done = CliRunner().invoke(cli, ["run", str(project / "config.toml"), "--steps", "200", "--lang", "zh"], prog_name="districting")
    assert done.exit_code == 0, done.output
    assert "估算数据：schools.seats、schools.stage、blocks.pupils_primary" in done.output
    summary = json.loads((project / "out" / "summary.json").read_text(encoding="utf-8"))
    assert summary["violations"] == []
    assert summary["estimated"] == ["schools.seats", "schools.stage", "blocks.pupils_primary"]
    assert "小镇（估算）" in (project / "out" / "map.html").read_text(encoding="utf-8")
    zones = gpd.read_file(project / "out" / "plan.gpkg", layer="blocks").dissolve("zone_id_primary")
    assert len(zones) == 2


def test_a_part_of_town_without_bridge_and_school_is_joined_and_named():
    edges, xy = np.array([(0, 1), (1, 2)]), np.array([(0.0, 0), (1, 0), (2, 0)])
    cut = np.array([True, False])
    assert joining_pairs(edges, cut, np.array([5.0, 9]), xy, [np.array([0])]).tolist() == [[0, 1]]
    assert joining_pairs(edges, cut, np.array([5.0, 9]), xy, [np.array([0, 2])]).tolist() == []
    assert joining_pairs(np.empty((0, 2), dtype=np.int64), np.zeros(0, dtype=bool), np.zeros(0), xy[[0, 2]], [np.array([1])]).tolist() == [[0, 1]]


def test_seats_hold_the_blocks_nearest_along_their_borders():
    """Blocks 0..4 in a row, schools in 0 and 4: block 2 is as near to both and goes to one of them, with all its 50 pupils."""
    row = np.column_stack([np.arange(5.0), np.zeros(5)])
    seats = seats_for(np.array([(i, i + 1) for i in range(4)]), row, np.array([0, 4]), np.array([10.0, 10, 50, 10, 10]), 0.1, 45.0)
    assert sorted(seats.tolist()) == [45.0, 90.0]
    assert seats.sum() >= 1.1 * 90


def test_small_cells_join_a_neighbour_on_their_side_of_the_river():
    """A strip of 25 m along the southern bank belongs to the south, though its northern border is as long."""
    river, strip = shapely.LineString([(0, 55), (100, 55)]), shapely.LineString([(0, 30), (100, 30)])
    cells = street_cells(shapely.box(0, 0, 100, 100), [river, strip], np.empty((0, 2)), least_m2=3000, barriers=[river])
    assert [round(c.area) for c in cells] == [5500, 4500]


def test_two_schools_of_one_cell_are_parted_half_way():
    cells = street_cells(shapely.box(0, 0, 100, 100), [], [[20, 50], [80, 50]])
    assert [round(c.area) for c in cells] == [5000, 5000]


def people(town, tmp_path, cells):
    from districting.reading.osm_extract import osm_layers

    found = osm_layers(town.write(tmp_path / "t.osm"), ("roads", "buildings", "residential"), "t.osm")
    shapes = {name: shapely.transform(layer.shapes, lambda xy: xy * 111_000) for name, layer in found.items()}
    return people_of(np.array(cells, dtype=object), found, shapes, first_rates())


def test_without_dwellings_land_speaks_and_without_land_streets_do(tmp_path):
    halves = [shapely.box(-200, -200, 555, 1110), shapely.box(555, -200, 1500, 1110)]
    land = Drawing()
    land.box(0, 0, 1.0, landuse="residential")
    count, by = people(land, tmp_path, halves)
    assert (by, count[1]) == ("land", 0.0)
    assert count[0] == pytest.approx(111**2 * 0.5 / 100 * 2.62, rel=1e-3)
    street = Drawing()
    street.way([(0, 5), (10, 5)], highway="residential")
    count, by = people(street, tmp_path, halves)
    assert by == "streets"
    assert count.tolist() == pytest.approx([1.11 * 75, 1.11 * 75], rel=1e-3)


def test_a_school_without_a_name_is_called_by_its_number():
    rows = [{"osm_id": "n7", "name": "", "kind": "school", "isced": "", "building": ""}]
    schools, _ = first_schools(Layer(rows, np.array([shapely.Point(0, 0)])), np.array([shapely.Point(0, 0)]), first_rates()["words"], "en")
    assert schools[["name", "named", "stages", "sure"]].to_numpy().tolist() == [["unnamed school n7", False, ("primary",), False]]


def test_a_town_without_schools_without_people_or_without_anything_is_refused_in_one_line(tmp_path):
    no_school, nobody = Drawing(), Drawing()
    streets(no_school)
    nobody.node(5, 5, amenity="school", name="Alone")
    nobody.way([(0, 0), (9, 9)], highway="primary")
    for drawn, words in ((no_school, "no school"), (nobody, "no dwellings"), (Drawing(), "no schools, buildings")):
        code, said = refusal(tmp_path, drawn)
        assert code == 4
        assert words in said
        assert "Traceback" not in said


def test_a_name_or_year_needs_an_extract(tmp_path):
    assert CliRunner().invoke(cli, ["init", str(tmp_path / "x"), "--year", "2026"], prog_name="districting").exit_code == 2


def test_liechtenstein_has_twelve_public_schools_in_its_eleven_towns(real_data):
    """16 drawings called school and a few more; one is private, one a university, others are drawn twice. People follow from uneven mapping: no census."""
    file = real_data / "liechtenstein_osm" / "liechtenstein.osm.pbf"
    if not file.is_file():
        pytest.skip("no extract of Liechtenstein among the real data")
    city = first_city(file, "en")
    assert len(city.layers["admin"]) == 11
    assert city.layers["schools"]["school_id"].nunique() == 12
    assert {"Universität Liechtenstein", "Kindergarten Schellenberg", "formatio Privatschule"} <= set(city.left_out["name"])
    assert not {"n58462", "w2742"} & set(city.layers["schools"]["school_id"])
    area = city.layers["blocks"].to_crs(32632).area.sum()
    assert area == pytest.approx(160e6, rel=0.02)
    for stage in city.stages:
        seats = city.layers["schools"].query("stage == @stage")["seats"].sum()
        assert seats >= 1.15 * city.facts[f"pupils_{stage}"] - 1e-6
