"""Somebody's own table of blocks and schools beside a plan: spellings the plan was made with are known, and a fault names its row and column."""

import dataclasses

import pytest

import districting as dt
from districting.model.settings import InputSpec
from districting.outputs.geopackage import read_plan, write_plan
from districting.reading.assignment import read_assignment_table
from tests.cli.test_commands import call
from tests.planning.strip_city import QUARTERS, strip_city

SPELT = ["old A"] * 3 + ["school B"] * 3 + ["C"] * 3 + ["D-town"] * 3


@pytest.fixture(scope="module")
def plan():
    city = strip_city()
    inputs = {
        "schools": (InputSpec("schools.csv", aliases={"old A": "school A", "gone": "no such school"}),),
        "today": (InputSpec("t.csv", aliases={"D-town": "D"}),),
    }
    return dt.make_plan(dataclasses.replace(city, settings=dataclasses.replace(city.settings, inputs=inputs)))


def written(folder, schools, header="unit,zone"):
    path = folder / "theirs.csv"
    path.write_text("\n".join([header, *(f"b{x:02d},{s}" for x, s in enumerate(schools))]), encoding="utf-8")
    return path


def test_ids_names_and_the_aliases_of_the_config_all_name_a_school(plan, tmp_path):
    theirs = dt.plan_from_assignment(plan, read_assignment_table(written(tmp_path, SPELT)), "primary")
    assert theirs.blocks["zone_id_primary"].tolist() == QUARTERS


def test_the_plan_file_keeps_the_aliases_for_compare(plan, tmp_path):
    write_plan(plan, tmp_path / "plan.gpkg")
    assert dict(read_plan(tmp_path / "plan.gpkg").aliases.to_numpy().tolist()) == {"old A": "school A", "gone": "no such school", "D-town": "D"}
    result = call("compare", tmp_path / "plan.gpkg", written(tmp_path, SPELT), "--json")
    assert result.exit_code == 0, result.stderr


def test_what_export_writes_compare_reads(plan, tmp_path):
    write_plan(plan, tmp_path / "plan.gpkg")
    assert call("export", tmp_path / "plan.gpkg", tmp_path / "out.csv", "--as", "unit,zone").exit_code == 0
    assert call("compare", tmp_path / "plan.gpkg", tmp_path / "out.csv").exit_code == 0


def test_an_unknown_school_and_block_are_told_with_file_row_and_their_own_column(plan, tmp_path):
    path = written(tmp_path, ["A", "A", "Hill", *SPELT[3:], "Hill"])
    with pytest.raises(dt.DataError) as caught:
        dt.plan_from_assignment(plan, read_assignment_table(path), "primary")
    places = [(f.problem.key, f.file, f.row, f.column) for f in caught.value.faults]
    assert places == [("planning.strange_school", "theirs.csv", 4, "zone"), ("planning.unknown_block", "theirs.csv", 14, "unit")]
    assert "'Hill' (2 block(s))" in caught.value.faults[0].say("en")
    assert "[inputs.aliases.schools]" in caught.value.faults[0].say("zh")


def test_a_missing_table_is_said_before_a_stage_is_asked_for(grid_city, tmp_path):
    write_plan(dt.make_plan(grid_city), tmp_path / "two_stages.gpkg")
    result = call("compare", tmp_path / "two_stages.gpkg", tmp_path / "nosuch.csv")
    assert result.exit_code == 4
    assert "nosuch.csv" in result.stderr
    assert "--stage" not in result.stderr
