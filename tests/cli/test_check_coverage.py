"""`check` says of the blocks' outlines what `run` says of them, and --strict fails on it."""

import json

import geopandas as gpd
import pandas as pd
import pytest
import shapely
import shapely.affinity
from click.testing import CliRunner

from districting.cli.commands import cli
from districting.outputs.geopackage import read_plan, write_plan
from districting.outputs.public import public_plan
from districting.planning.start import start_plan
from districting.workflow import read_city
from tests.reading.small_city import blocks_frame, city_in

CONFIG = """
[project]
language = "en"
[inputs]
schools = "schools.csv"
blocks = "blocks.gpkg"
[inputs.datum]
schools = "wgs84"
[zoning.primary]
"""


@pytest.fixture
def folder(tmp_path):
    """The small city with a config; a test may write other blocks over it."""

    def write(blocks):
        city_in(tmp_path, blocks=blocks)
        (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
        return tmp_path

    return write


def call(*words):
    return CliRunner().invoke(cli, [str(w) for w in words], prog_name="districting")


def problems(folder):
    """What check lists, after seeing that --strict fails exactly when it lists anything."""
    shown = call("check", folder / "config.toml", "--json")
    tree = json.loads(shown.stdout)
    found = [f["problem"] for f in tree.get("notes", tree.get("faults", []))]
    assert call("check", folder / "config.toml", "--strict").exit_code == (4 if found else 0)
    return found


def moved(frame, block, shape):
    frame.loc[frame["地块编号"] == block, "geometry"] = shape
    return frame


def cell(frame, block):
    return frame.loc[frame["地块编号"] == block, "geometry"].iloc[0]


def test_a_clean_coverage_has_no_note(folder):
    assert problems(folder(blocks_frame())) == []


def test_a_block_with_the_outline_of_another_is_refused_by_name(folder):
    frame = blocks_frame()
    place = folder(moved(frame, "b22", cell(frame, "b11")))
    (same,) = problems(place)
    assert same.startswith("block 'b22' has the same outline as 'b11' (row 8) under another id: 85,")  # 256 m x 333 m


def test_blocks_that_truly_overlap_are_refused_by_check_and_by_run_with_amount_and_place(folder):
    frame = blocks_frame()
    wide = shapely.box(*(cell(frame, "b22").bounds[:2]), cell(frame, "b22").bounds[2] + 0.0005, cell(frame, "b22").bounds[3])
    place = folder(moved(frame, "b22", wide))
    (listed,) = problems(place)
    assert listed.startswith("block 'b32' and 'b22' (row 15) both cover 14,2")  # 42.7 m x 333.1 m
    assert "up to 42.7" in listed
    assert "16.7% of the smaller one" in listed
    result = call("run", place / "config.toml", "-o", place / "out")
    assert result.exit_code == 4
    assert listed in result.output


def test_what_was_repaired_is_written_even_where_errors_stand(folder):
    frame = with_faults(blocks_frame())
    west, south, east, north = cell(frame, "b40").bounds
    wide = moved(frame, "b40", shapely.box(west, south, east + 0.0005, north))  # an overlap that is too wide to mend
    west, south, east, north = cell(frame, "b05").bounds
    place = folder(moved(wide, "b05", shapely.Polygon([(west, south), (east, north), (east, south), (west, north)])))
    shown = call("check", place / "config.toml", "--repairs", place / "record.csv")
    assert shown.exit_code == 4
    written = pd.read_csv(place / "record.csv")
    assert {"b05", "b32", "b12", "b55"} <= set(written["block"]) | set(written["block beside"].dropna())
    (bow,) = written.loc[written["block"] == "b05", "change of area (m2)"]
    assert bow == pytest.approx(0, abs=0.01)  # the same two triangles, not ground out of nothing


SLIVER = 1e-6  # degrees: 8.5 cm east and west


def with_faults(frame):
    """b22 reaches 8.5 cm into b32, keeps 8.5 cm off b12, and b55 has a corner twice."""
    west, south, east, north = cell(frame, "b22").bounds
    frame = moved(frame, "b22", shapely.box(west + SLIVER, south, east + SLIVER, north))
    corners = list(cell(frame, "b55").exterior.coords)
    return moved(frame, "b55", shapely.Polygon([corners[0], *corners]))


def test_check_lists_every_repair_in_words_in_json_and_in_a_file(folder):
    place = folder(with_faults(blocks_frame()))
    shown = call("check", place / "config.toml", "--repairs", place / "record.csv")
    assert shown.exit_code == 0
    assert "outlines repaired: 3 (1 outlines with corners that stand twice, 1 slivers of overlap, 1 narrow gaps)" in shown.output
    tree = json.loads(call("check", place / "config.toml", "--json").stdout)
    assert tree["repair_counts"] == {"duplicate_vertices": 1, "overlap": 1, "gap": 1}
    rows = {r["kind"]: r for r in tree["repairs"]}
    assert (rows["overlap"]["block_id"], rows["overlap"]["other_id"], rows["overlap"]["row"]) == ("b32", "b22", "16")
    assert rows["overlap"]["area_m2"] == pytest.approx(-0.0854 * 333.1, rel=0.01)
    assert rows["gap"]["area_m2"] == pytest.approx(0.0854 * 333.1, rel=0.01)
    written = pd.read_csv(place / "record.csv", dtype=str)
    assert written["block"].tolist() == [r["block_id"] for r in tree["repairs"]]
    assert call("check", place / "config.toml", "--repairs", place / "record.csv").exit_code == 2  # it is there already
    assert call("check", place / "config.toml", "--repairs", place / "record.txt").exit_code == 2
    assert call("check", place / "config.toml", "--repairs", place / "record.xlsx", "--lang", "zh").exit_code == 0
    assert pd.read_excel(place / "record.xlsx", header=None, engine="openpyxl").iloc[0, 0] == "图形修复记录"


@pytest.mark.parametrize("command", ["check", "run"])
def test_strict_refuses_and_lists_every_repair_instead_of_making_it(folder, command):
    place = folder(with_faults(blocks_frame()))
    result = call(command, place / "config.toml", "--strict")
    assert result.exit_code == 4
    lines = [line for line in result.output.splitlines() if "would be repaired" in line]
    assert len(lines) == 3
    assert all("blocks.gpkg · row" in line for line in lines)
    assert any("'b32' would be repaired: a sliver of overlap left to b22, area -28." in line for line in lines)
    assert not (place / "out").exists()


def test_islands_and_blocks_in_parts_are_listed(folder):
    frame = blocks_frame()
    side = cell(frame, "b55").bounds[2] - cell(frame, "b55").bounds[0]
    parts = [shapely.affinity.translate(cell(frame, "b53"), side * k) for k in (1.5, 3)]
    listed = problems(folder(moved(frame, "b53", shapely.union_all(parts))))
    assert any("border no other block, such as b53 (nearest is b54, 128.3 m away)" in p for p in listed)  # half a block east of the grid
    assert any("consist of several separate parts, such as b53 (2 parts of 85," in p for p in listed)


def test_a_coverage_that_holds_every_block_twice_is_named_as_that_by_check_and_by_run(folder):
    frame = blocks_frame()
    twin = frame.assign(地块编号=["x" + b for b in frame["地块编号"]])
    place = folder(gpd.GeoDataFrame(pd.concat([frame, twin], ignore_index=True), crs=frame.crs))
    for command in (["check", place / "config.toml"], ["run", place / "config.toml", "-o", place / "out"]):
        result = call(*command)
        assert result.exit_code == 4
        assert "holds everything twice: 36 pairs" in result.output
        assert "seats short" not in result.output
    assert not (place / "out").exists()


def test_the_plan_keeps_the_record_in_its_file_and_the_public_does_not_see_it(folder):
    place = folder(with_faults(blocks_frame()))
    city = read_city(place / "config.toml")
    plan = start_plan(city)
    write_plan(plan, place / "plan.gpkg")
    kept = read_plan(place / "plan.gpkg").repairs
    assert kept["kind"].tolist() == city.repairs["kind"].tolist() == ["duplicate_vertices", "overlap", "gap"]
    assert kept["area_m2"].tolist() == pytest.approx(city.repairs["area_m2"].tolist())
    assert len(public_plan(plan).repairs) == 0
    gained = city.repairs.loc[city.repairs["kind"] == "gap", "area_m2"].sum()
    lost = city.repairs.loc[city.repairs["kind"] == "overlap", "area_m2"].sum()
    assert gained > 0 > lost


def test_blocks_whose_neighbours_are_listed_are_not_mended(folder):
    place = folder(with_faults(blocks_frame()))
    pd.DataFrame({"block_a": ["b00"], "block_b": ["b10"]}).to_csv(place / "edges.csv", index=False)
    config = (place / "config.toml").read_text(encoding="utf-8").replace('blocks = "blocks.gpkg"', 'blocks = "blocks.gpkg"\nedges = "edges.csv"')
    (place / "config.toml").write_text(config, encoding="utf-8")
    assert read_city(place / "config.toml").repairs["kind"].tolist() == ["duplicate_vertices"]


@pytest.mark.parametrize(("width", "said"), [("25", "25 m is too wide"), ("-1", "-1"), ("nan", "nan")])
def test_a_width_that_makes_no_sense_is_refused(folder, width, said):
    place = folder(blocks_frame())
    config = (place / "config.toml").read_text(encoding="utf-8").replace("[project]", f"[project]\nrepair_width_m = {width}")
    (place / "config.toml").write_text(config, encoding="utf-8")
    result = call("check", place / "config.toml")
    assert result.exit_code == 4
    assert "project.repair_width_m" in result.output
    assert said in result.output


def test_a_wider_overlap_is_mended_where_the_config_allows_it(folder):
    frame = blocks_frame()
    west, south, east, north = cell(frame, "b22").bounds
    place = folder(moved(frame, "b22", shapely.box(west, south, east + 20 * SLIVER, north)))  # 1.7 m
    assert call("check", place / "config.toml").exit_code == 4
    config = (place / "config.toml").read_text(encoding="utf-8").replace("[project]", "[project]\nrepair_width_m = 2")
    (place / "config.toml").write_text(config, encoding="utf-8")
    result = call("check", place / "config.toml")
    assert result.exit_code == 0
    assert "1 slivers of overlap" in result.output
