"""`check` says of the blocks' outlines what `run` says of them, and --strict fails on it."""

import json

import geopandas as gpd
import pandas as pd
import pytest
import shapely
import shapely.affinity
from click.testing import CliRunner

from districting.cli.commands import cli
from districting.outputs.geopackage import read_plan
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


def test_a_block_with_the_outline_of_another_is_named_and_so_is_the_hole_it_leaves(folder):
    frame = blocks_frame()
    same, hole = problems(folder(moved(frame, "b22", cell(frame, "b11"))))
    assert same == "1 pairs of blocks have the same outline under two ids: b11–b22"
    assert hole.startswith("1 holes are enclosed by blocks, the largest of 85,")  # 256 m x 333 m


def test_check_lists_what_run_notes(folder):
    frame = blocks_frame()
    wide = shapely.box(*(cell(frame, "b22").bounds[:2]), cell(frame, "b22").bounds[2] + 0.0005, cell(frame, "b22").bounds[3])
    place = folder(moved(frame, "b22", wide))
    listed = problems(place)
    assert any(p.startswith("2 pairs of blocks overlap") for p in listed)
    assert call("run", place / "config.toml", "-o", place / "out").exit_code == 0
    notes = " ".join(read_plan(place / "out" / "plan.gpkg").notes.astype("str").to_numpy().ravel())
    assert all(p in notes for p in listed)


def test_islands_and_blocks_in_parts_are_listed(folder):
    frame = blocks_frame()
    side = cell(frame, "b55").bounds[2] - cell(frame, "b55").bounds[0]
    parts = [shapely.affinity.translate(cell(frame, "b53"), side * k) for k in (1.5, 3)]
    listed = problems(folder(moved(frame, "b53", shapely.union_all(parts))))
    assert any("border no other block" in p for p in listed)
    assert any("consist of several separate parts" in p for p in listed)


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
