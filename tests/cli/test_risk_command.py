"""``risk`` from the command line: files, exit codes, the same bytes."""

import json

import pytest

import districting as dt
from districting.model.draft_mark import is_draft
from districting.outputs.geopackage import read_plan, write_plan
from districting.outputs.risk import FILES
from tests.cli.test_commands import call
from tests.planning.strip_city import strip_city


@pytest.fixture(scope="module")
def strip(tmp_path_factory):
    path = tmp_path_factory.mktemp("strip") / "plan.gpkg"
    write_plan(dt.make_plan(strip_city()), path)
    return path


def test_the_command_writes_report_workbook_json_and_plan_and_the_same_seed_gives_the_same_bytes(strip, tmp_path):
    for name in ("a", "b"):
        result = call("risk", strip, "--draws", 50, "--resolves", 2, "--steps", 500, "--seed", 4, "-o", tmp_path / name, "--json")
        assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    assert told["stages"]["primary"]["any_rule"]["low"] <= told["stages"]["primary"]["any_rule"]["share"] <= told["stages"]["primary"]["any_rule"]["high"]
    assert told["stages"]["primary"]["stability"]["plans"] + told["stages"]["primary"]["stability"]["without_plan"] == 2
    assert [p.rpartition("/")[2] for p in told["outputs"]] == list(FILES)
    assert all((tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes() for name in FILES)
    plan = read_plan(tmp_path / "a" / "plan.gpkg")
    assert plan.recorded("risk", "seed") == "4"
    assert told["level"] is None  # nothing is known of today
    assert is_draft(plan)
    assert call("audit", tmp_path / "a" / "plan.gpkg").exit_code == 0


def test_the_same_number_stands_in_the_json_and_in_the_findings(strip, tmp_path):
    told = json.loads(call("risk", strip, "--draws", 40, "--resolves", 0, "-o", tmp_path, "--json").stdout)
    findings = read_plan(tmp_path / "plan.gpkg").findings.set_index("measure")["value"]
    assert findings["chance_any_rule_breaks"] == told["stages"]["primary"]["any_rule"]["share"]
    assert findings["zones_over_expected"] == told["stages"]["primary"]["zones_over_expected"]


def test_existing_files_are_not_overwritten_a_dry_run_writes_nothing_and_a_bad_profile_is_exit_4(strip, tmp_path):
    (tmp_path / "risk.json").write_text("mine")
    assert call("risk", strip, "--resolves", 0, "-o", tmp_path).exit_code == 2
    assert (tmp_path / "risk.json").read_text() == "mine"
    assert call("risk", strip, "--resolves", 0, "--draws", 5, "-o", tmp_path / "dry", "--dry-run").exit_code == 0
    assert not (tmp_path / "dry").exists()
    (tmp_path / "p.toml").write_text("[errors]\n", encoding="utf-8")
    assert call("risk", strip, "--profile", tmp_path / "p.toml").exit_code == 4
    assert call("risk", strip, "--draws", 0).exit_code == 2
