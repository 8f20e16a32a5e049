"""Enrolment near home in the audit: lines from a file, entrants from a table, and nothing where nothing is known.

The plan of conftest: blocks a0 a1 a2 go to S, a3 a4 a5 to T; today a2 goes to T and a5 to S.
"""

import dataclasses
import json

import pandas as pd
import pytest
from click.testing import CliRunner

from districting.auditing import audit_plan
from districting.auditing.intake import with_intake
from districting.auditing.proximity_lines import read_lines
from districting.cli.commands import cli
from districting.errors import DataError
from districting.model.settings import AuditSettings
from districting.outputs.geopackage import read_plan, write_plan
from districting.outputs.public import public_plan
from districting.reading.read_city import check_city
from districting.workflow import make_plan
from tests.reading.small_city import city_in

ORIGINS = (
    "学校,地块编号,新生数,片内新生数,特长生数\nSouth,a0,10,,0\nSouth,a1,60,,3\nSouth,a2,25,,2\nSouth,,5,0,0\nTower,a3,90,,6\nTower,a5,6,,0\nTower,a0,4,,0\n"
)


@pytest.fixture
def told(row_plan, tmp_path):
    def tell(words, plan=row_plan):
        (tmp_path / "intake.csv").write_text(words, encoding="utf-8")
        return with_intake(plan, tmp_path / "intake.csv")

    return tell


def rows_of(plan, settings=None, **more):
    found = audit_plan(plan, settings, **more).findings
    return found.set_index(["measure", "scope"])


def test_zoned_schools_are_counted_without_private_and_boarding_ones(row_plan):
    third = row_plan.replace(
        schools=pd.concat([row_plan.schools, row_plan.schools.iloc[[1]].assign(school_id="U", name="Up")], ignore_index=True),
        school_stages=pd.concat([row_plan.school_stages, row_plan.school_stages.iloc[[1]].assign(school_id="U")], ignore_index=True),
    )
    one = rows_of(third).loc[("zoned_schools_share", "all")]
    assert (one["value"], one["threshold"], one["verdict"]) == (pytest.approx(2 / 3), 1.0, "fail")
    private = third.replace(schools=third.schools.assign(ownership=["public", "public", "private"]))
    boards = third.replace(coverage=pd.DataFrame({"school_id": ["U"], "name": "Up", "stage": "primary", "reason": "boarding", "decision": "zoning.primary"}))
    for plan in (private, boards, row_plan):
        assert rows_of(plan).loc[("zoned_schools_share", "all"), ["value", "verdict"]].tolist() == [1.0, "pass"]


def test_what_is_not_given_is_counted_and_not_guessed(row_plan, told):
    rows = rows_of(row_plan)
    assert rows.loc[("schools_without_intake", "all"), "value"] == 2
    assert not set(rows.index.get_level_values("measure")) & {"in_zone_intake", "schools_in_line", "specialty_intake"}
    rows = rows_of(told("学校,新生数,片内新生数\nSouth,100,95\nTower,100,\n"))
    assert rows.loc[("schools_without_intake", "all"), "value"] == 1
    assert rows.loc[("schools_without_specialty", "all"), "value"] == 2
    assert ("in_zone_intake", "school:T") not in rows.index


def test_entrants_by_origin_are_held_against_the_zones_of_the_plan_and_of_today(told, tmp_path):
    """S: 95 of 100 from a0 a1 a2, today's a0 a1 only: 70. T: 96 of 100 from a3 and a5, today's a3 only: 90. The primary stage has no line of its own: one is given."""
    (tmp_path / "lines.toml").write_text("[[targets]]\nyear = 2020\nprimary = { in_zone_intake = 0.96, schools_in_line = 0.5, specialty_intake = 0.05 }\n")
    rows = rows_of(told(ORIGINS), near=read_lines(tmp_path / "lines.toml", 2026))
    south, tower = (rows.loc[("in_zone_intake", f"school:{s}")] for s in "ST")
    assert (south["value"], south["today"], south["verdict"]) == (0.95, 0.7, "fail")
    assert (tower["value"], tower["today"], tower["verdict"]) == (0.96, 0.9, "pass")
    assert rows.loc[("schools_in_line", "all"), ["value", "threshold", "verdict"]].tolist() == [0.5, 0.5, "pass"]
    assert rows.loc[("specialty_intake", "school:S"), ["value", "verdict"]].tolist() == [0.05, "pass"]
    assert rows.loc[("specialty_intake", "school:T"), ["value", "verdict"]].tolist() == [0.06, "fail"]
    assert rows.loc[("schools_over_specialty", "all"), "value"] == 1
    assert rows.loc[("zoned_schools_share", "all"), "verdict"] == ""  # this file has no such line


def test_the_lines_grow_with_the_year():
    assert [read_lines(None, year).line("junior", "in_zone_intake") for year in (2015, 2016, 2017, 2030)] == [0.9, 0.9, 0.95, 0.95]
    assert read_lines(None, 2014).shares == {}


@pytest.mark.parametrize(
    ("words", "column"),
    [
        ("targets = 3\n", "targets"),
        ("[[targets]]\nyear = '2015'\n", "targets[1].year"),
        ("[[targets]]\nyear = 2015\n[[targets]]\nyear = 2015\n", "targets[2].year"),
        ("[[targets]]\nyear = 2015\njunior = { zoned_schools = 95 }\n", "targets[1].junior.zoned_schools"),
        ("[[targets]]\nyear = 2015\njunior = { zoned = 0.95 }\n", "targets[1].junior.zoned"),
        ("[[targets]]\nyear = 2015\nsenior = { zoned_schools = 0.95 }\n", "targets[1].senior"),
        ("[[targets]]\nyear = 2015\njunior = 0.9\n", "targets[1].junior"),
    ],
)
def test_lines_that_do_not_hold_together_are_refused(words, column, tmp_path):
    (tmp_path / "lines.toml").write_text(words)
    with pytest.raises(DataError) as caught:
        read_lines(tmp_path / "lines.toml", 2026)
    assert [f.column for f in caught.value.faults] == [column]


@pytest.mark.parametrize(
    ("words", "column"),
    [
        ("学校,新生数\nNowhere,3\n", "学校"),
        ("学校,新生数\nSouth,\n", "新生数"),
        ("学校,新生数\nSouth,-1\n", "新生数"),
        ("学校,新生数,片内新生数\nSouth,3,4\n", "片内新生数"),
        ("学校,新生数,特长生数\nSouth,3,4\n", "特长生数"),
        ("学校,新生数\nSouth,3\nS,3\n", "学校"),
        ("学校,学段,新生数\nSouth,初中,3\n", "学段"),
        ("学校,地块编号,新生数\nSouth,zz,3\n", "地块编号"),
        ("学校,地块编号,新生数,片内新生数\nSouth,a0,3,3\n", "片内新生数"),
    ],
)
def test_a_table_of_entrants_with_a_fault_is_refused_where_it_is(told, words, column):
    with pytest.raises(DataError) as caught:
        told(words)
    assert [f.column for f in caught.value.faults] == [column]


def test_the_command_reads_both_files_and_the_plan_keeps_the_entrants(told, tmp_path):
    write_plan(told(ORIGINS), tmp_path / "told.gpkg")

    def call(*words, code=0):
        found = CliRunner().invoke(cli, ["audit", str(tmp_path / "told.gpkg"), *map(str, words)], prog_name="districting")
        assert found.exit_code == code, found.output
        return found.stdout

    kept = json.loads(call("--json"))["findings"]
    assert {r["scope"] for r in kept if r["measure"] == "in_zone_intake"} == {"school:S", "school:T"}
    (tmp_path / "half.csv").write_text("school,entrants,in_zone\nSouth,10,5\n", encoding="utf-8")
    words = call("--intake", tmp_path / "half.csv", "--lang", "zh", "-v")
    (row,) = (line for line in words.splitlines() if line.startswith("片内新生占比 "))
    assert "South" in row
    assert "50.0%" in row
    assert "缺新生来源" in words
    call("--lines", tmp_path / "none.toml", code=4)
    assert not len(public_plan(read_plan(tmp_path / "told.gpkg")).intake)


def test_a_run_takes_both_files_from_its_config_and_refuses_them_before_the_search(tmp_path):
    settings = dataclasses.replace(city_in(tmp_path), audit=AuditSettings(proximity="lines.toml", intake="intake.csv"))
    city, _ = check_city(settings)
    for _ in range(2):  # neither file is there, then one
        with pytest.raises(DataError):
            make_plan(city)
        (tmp_path / "lines.toml").write_text("[[targets]]\nyear = 2000\nprimary = { zoned_schools = 1.0, in_zone_intake = 0.5 }\n")
    (tmp_path / "intake.csv").write_text("学校,新生数,片内新生数\n第0小学,90,45\n", encoding="utf-8")
    rows = make_plan(city).findings.set_index(["measure", "scope"])
    assert rows.loc[("in_zone_intake", "school:S0"), ["value", "threshold", "verdict"]].tolist() == [0.5, 0.5, "pass"]
    assert rows.loc[("schools_without_intake", "all"), "value"] == 3
