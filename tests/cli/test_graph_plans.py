"""Plans of a town without a map: every command that takes a plan works on them, or says why it cannot and writes nothing."""

import json
import sqlite3
from contextlib import closing

import pandas as pd
import pytest

from districting.outputs.geopackage import read_plan
from tests.cli.graph_files import BLOCKS, write_graph_files
from tests.cli.test_commands import call


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("graph")
    result = call("run", write_graph_files(folder), "-o", folder / "out")
    assert result.exit_code == 0, result.stderr
    return folder / "out" / "plan.gpkg", result.stdout


@pytest.fixture(scope="module")
def plan(made):
    return made[0]


def told(*words):
    result = call(*words, "--json")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_the_plan_file_says_in_which_block_every_school_stands(plan):
    schools = read_plan(plan).schools
    assert dict(zip(schools["school_id"], schools["home_block_id"], strict=True)) == {"W": "r1c0", "E": "r1c3"}
    assert read_plan(plan).blocks[["area_m2", "perimeter_m"]].drop_duplicates().to_numpy().tolist() == [[10000.0, 400.0]]


def test_neither_the_run_nor_the_audit_prints_a_row_about_distances(made):
    plan, lines = made
    assert "pupils over the seats" in lines
    audited = call("audit", plan).stdout
    for words in (lines, audited):
        assert "(m)" not in words
        assert "radius" not in words
    assert not [f for f in told("audit", plan)["findings"] if f["measure"].endswith("_m") or f["measure"] in ("pupils_farther", "share_at_nearest")]


def test_the_most_even_and_most_compact_plan_halves_the_grid(plan):
    zones = read_plan(plan).blocks.set_index("block_id")["zone_id_primary"]
    assert zones.to_dict() == {b: "P-W" if b[-1] in "01" else "P-E" for b in BLOCKS}


def test_explain_says_who_must_move_with_a_block_that_lies_apart(plan):
    """r0c0 reaches E over r0c1: two pupils more are one too many for the 7 seats of E, so one goes back to W."""
    one = told("explain", plan, "--block", "r0c0", "--to", "E")["stages"][0]
    assert (one["reason"], one["nearest"]) == ("connected", None)
    moved = one["if_moved"]
    assert (moved["found"], moved["pupils_moved"]) == (True, 3)
    assert set(moved["shifts"][0]["block_ids"]) == {"r0c0", "r0c1"}
    assert moved["shifts"][1]["to_name"] == "West"
    assert moved["change_pupil_km"] is None
    assert moved["change_goals"] > 0


def test_explain_counts_what_a_single_move_does_to_the_goals(plan):
    """Six and six of seven seats become seven and five: as uneven as before. Two zones of 3 x 2 blocks become one of 7 blocks with a border of 12 sides and one
    of 5 with 10: 6 x (1 - 28 pi / 144 + 1 - 20 pi / 100) against 6 x 2 x (1 - 24 pi / 100).
    """
    one = told("explain", plan, "--block", "r0c2", "--to", "W")["stages"][0]
    assert one["if_moved"]["blocks_moved"] == 1
    assert one["if_moved"]["change_goals"] == pytest.approx(1.612684, abs=1e-6)


def test_a_school_stays_in_its_own_block_and_explain_says_so_without_a_distance(plan):
    lines = call("explain", plan, "--block", "r1c0").stdout
    assert "Home block: West stands in this block" in lines
    assert " m," not in lines
    assert "distance not known" not in lines
    assert "Besides distance" not in lines
    assert "方案没有距离" in call("explain", plan, "--block", "r1c2", "--lang", "zh").stdout


def test_prices_of_rules_are_refused_in_words_as_there_are_no_metres(plan):
    result = call("explain", plan, "--rules")
    assert result.exit_code == 4
    assert "no distances to compare" in result.stderr


def test_alternatives_the_trade_and_the_ensemble_count_the_goals_instead_of_metres(plan, tmp_path):
    found = told("alternatives", plan, "--count", "2", "--within", "1", "-o", tmp_path / "more", "--steps", "5000")
    assert [row["alternative"] for row in found["alternatives"]] == [1, 2]
    assert all(row["goal_value"] > 0 and "distance_pupil_km" not in row for row in found["alternatives"])
    again = read_plan(tmp_path / "more" / "alternative_2.gpkg")
    assert again.recorded("zoning.primary", "weight.balance") == read_plan(plan).recorded("zoning.primary", "weight.balance")
    points = told("tradeoff", plan, "--points", "3", "--steps", "5000", "-o", tmp_path / "trade.csv")["points"]
    assert {"compactness", "pupils_moved"} <= set(points[0])
    assert "mean_distance_m" not in pd.read_csv(tmp_path / "trade.csv").columns
    drawn = told("ensemble", plan, "--size", "8", "--steps", "5000", "-o", tmp_path / "drawn.csv")
    assert {p["measure"] for p in drawn["places"]} == {"pupils_moved", "imbalance", "border_pairs", "border_m", "compactness"}
    assert len(pd.read_csv(tmp_path / "drawn.csv")) == 8


def test_a_school_that_opens_keeps_its_block_through_a_second_scenario(plan, tmp_path):
    first, second = tmp_path / "first.gpkg", tmp_path / "second.gpkg"
    report = told("scenario", plan, "--open", "New,6,r0c1", "-o", first)
    assert "price_pupil_km" not in report
    assert report["goal_price"] <= report["goal_price_at_most"] + 1e-9
    assert read_plan(first).schools.set_index("school_id")["home_block_id"].to_dict() == {"W": "r1c0", "E": "r1c3", "New": "r0c1"}
    assert read_plan(first).blocks.set_index("block_id")["zone_id_primary"]["r0c1"] == "P-New"
    told("scenario", first, "--close", "E", "-o", second, "--touch", "all")
    zones = read_plan(second).blocks.set_index("block_id")["zone_id_primary"]
    assert zones.value_counts().to_dict() in ({"P-W": 7, "P-New": 5}, {"P-W": 6, "P-New": 6})


def test_a_scenario_that_has_no_plan_writes_no_file(plan, tmp_path):
    result = call("scenario", plan, "--close", "E", "-o", tmp_path / "none.gpkg")
    assert result.exit_code == 3
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [("map", "PLAN"), ("compare", "PLAN", "PLAN")])
def test_a_map_without_outlines_is_refused_with_the_remedy_and_nothing_is_written(plan, tmp_path, words):
    result = call(*(plan if w == "PLAN" else w for w in words), "-o", tmp_path / "page.html", "--lang", "en")
    assert result.exit_code == 4
    assert "outlines" in result.stderr
    assert result.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_compare_and_export_work_as_tables(plan, tmp_path):
    rows = told("compare", plan, plan)["comparison"]
    assert {r["measure"]: r["b"] for r in rows}["pupils_differing"] == 0
    assert call("export", plan, tmp_path / "out.csv", "--as", "ID,ZONE").exit_code == 0
    assert pd.read_csv(tmp_path / "out.csv")["ID"].tolist() == BLOCKS


def test_a_plan_file_from_before_is_refused_by_naming_the_schools_without_a_block(plan, tmp_path):
    old = tmp_path / "old.gpkg"
    old.write_bytes(plan.read_bytes())
    with closing(sqlite3.connect(old)) as base:
        base.create_function("ST_IsEmpty", 1, lambda shape: 0)
        for name, columns in (("schools", ("home_block_id",)), ("blocks", ("area_m2", "perimeter_m"))):
            for (trigger,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", (name,)).fetchall():
                base.execute(f'DROP TRIGGER "{trigger}"')
            for column in columns:
                base.execute(f"ALTER TABLE {name} DROP COLUMN {column}")
        base.commit()
    assert call("audit", old).exit_code == 0
    result = call("ensemble", old, "--size", "8", "-o", tmp_path / "drawn.csv", "--json")
    assert result.exit_code == 4
    assert "E" in json.loads(result.stdout)["faults"][0]["problem"]
    assert not (tmp_path / "drawn.csv").exists()
