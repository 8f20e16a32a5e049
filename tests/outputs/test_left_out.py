"""Which decision leaves a school out, as the page, the console and the files say it."""

import dataclasses

import pytest

import districting as dt
from districting.outputs.geopackage import read_plan, write_plan
from districting.outputs.map.judgement import left_out
from districting.outputs.summary import summary_lines, summary_tree
from tests.planning.conftest import grid_city  # noqa: F401


@pytest.fixture
def plan(grid_city):  # noqa: F811
    """P1 is private, P2 a boarding school: neither has a zone, and P1 alone is in no district."""
    schools = grid_city.schools.assign(ownership=["private", *["public"] * 7], boarding=[False, True, *[False] * 6])
    return dt.make_plan(dataclasses.replace(grid_city, schools=schools, blocks=grid_city.blocks.assign(entrants_primary=3.0)))


def test_a_school_without_a_zone_may_be_in_a_district_and_nothing_says_otherwise(plan):
    assert {(r["name"], r["reason"], *r["of"]) for r in left_out(plan, "public")} == {
        ("school P1", "private", "zoning", "grouping"),
        ("school P2", "boarding", "zoning"),
    }
    assert "P2" in set(plan.memberships["school_id"])


def test_the_console_tells_decision_reason_and_names(plan):
    lines = "\n".join(summary_lines(plan, "en"))
    assert "no zone: 2 school-stage(s): private school 1 (school P1), boarding school 1 (school P2)" in lines
    assert "in no district: 1 school-stage(s): private school 1 (school P1)" in lines


def test_the_summary_names_every_exclusion_with_its_decision(plan):
    rows = {(r["school_id"], r["decision"]) for r in summary_tree(plan)["left_out"]}
    assert rows == {("P1", "zoning.primary"), ("P2", "zoning.primary"), ("P1", "grouping.alliance")}


def test_a_plan_file_written_before_decisions_were_named_is_still_read(plan, tmp_path):
    write_plan(plan, tmp_path / "plan.gpkg")
    import sqlite3

    with sqlite3.connect(tmp_path / "plan.gpkg") as base:
        base.execute("ALTER TABLE coverage DROP COLUMN decision")
    base.close()
    old = read_plan(tmp_path / "plan.gpkg")
    assert set(old.coverage["decision"]) == {""}
    assert summary_lines(old, "zh")
