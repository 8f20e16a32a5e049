"""The command line: help, exit codes, one JSON object, nothing half-written."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from districting.cli.commands import COMMANDS, cli
from districting.cli.inputs import TABLE_NAMES
from districting.reading.schema import TABLES
from districting.wording import LANGUAGES
from tests.reading.small_city import city_in


def call(*words, lang="en", **environment):
    result = CliRunner(env={"DISTRICTING_LANG": lang, **environment}).invoke(cli, [str(w) for w in words], prog_name="districting")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    return result


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_an_example(command, lang, monkeypatch):
    monkeypatch.setenv("DISTRICTING_LANG", lang)
    shown = call(command, "--help", lang=lang).stdout
    if command != "config":
        assert f"districting {command}" in shown.split("\n", 1)[1]
        assert ("例：" if lang == "zh" else "Example:") in shown


def test_help_is_fast_because_nothing_heavy_is_imported():
    code = "import sys, districting.cli.commands as c; c.cli.main(['--help'], standalone_mode=False); print([m for m in sys.modules if m in ('numpy', 'pandas', 'geopandas', 'numba', 'folium')], file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


def test_a_console_that_cannot_show_a_character_does_not_fail():
    done = subprocess.run(
        [sys.executable, "-c", "from districting.cli import main; main()", "--help"],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "ascii", "DISTRICTING_LANG": "zh"},
    )
    assert done.returncode == 0, done.stderr


def test_version_and_unknown_commands():
    assert call("--version").stdout.startswith("districting ")
    assert call("nonsense").exit_code == 2
    assert call("run").exit_code == 2


def test_a_missing_config_is_exit_4_in_one_line_without_a_traceback(tmp_path):
    result = call("run", tmp_path / "absent.toml")
    assert result.exit_code == 4
    assert "absent.toml" in result.stderr
    assert "Traceback" not in result.output


def test_a_fault_under_json_is_one_object_on_stdout(tmp_path):
    config = tmp_path / "c.toml"
    config.write_text("[project]\nsed = 1\n", encoding="utf-8")
    result = call("run", config, "--json")
    tree = json.loads(result.stdout)
    assert result.exit_code == 4
    assert tree["status"] == "invalid"
    assert {"file", "sheet", "row", "column", "problem", "remedy"} <= set(tree["faults"][0])
    assert tree["faults"][0]["column"] == "project.sed"


def test_config_show_prints_the_merged_settings_and_a_flag_wins_over_the_environment_and_the_file(tmp_path):
    config = tmp_path / "c.toml"
    config.write_text("[project]\nseed = 1\n", encoding="utf-8")
    assert json.loads(call("config", "show", config, "--json").stdout)["project"]["seed"] == 1
    assert json.loads(call("config", "show", config, "--json", DISTRICTING_SEED="2").stdout)["project"]["seed"] == 2
    assert json.loads(call("config", "show", config, "--json", DISTRICTING_CACHE="kept").stdout)["project"]["cache"] == os.path.abspath("kept")
    assert json.loads(call("config", "show", config, "--json", "--seed", "3", DISTRICTING_SEED="2").stdout)["project"]["seed"] == 3


@pytest.mark.parametrize("lang", LANGUAGES)
def test_config_columns_lists_every_column_with_its_headers_and_meaning(lang):
    shown = call("config", "columns", "--table", "blocks", lang=lang).stdout
    (line,) = [x for x in shown.splitlines() if x.strip().startswith("current_school_primary")]
    assert "小学现学校" in line
    assert {"zh": "当前对口学校", "en": "today's school"}[lang] in line
    tables = json.loads(call("config", "columns", "--json", lang=lang).stdout)["tables"]
    assert list(tables) == list(TABLE_NAMES) == list(TABLES)
    assert all(c["meaning"] for table in tables.values() for c in table)
    assert call("config", "columns", "--table", "nonsense").exit_code == 2


def test_config_show_prints_settings_that_are_not_set_too(tmp_path):
    config = tmp_path / "c.toml"
    config.write_text("[grouping]\nmin_tiers = 2\n", encoding="utf-8")
    shown = call("config", "show", config).stdout
    assert tomllib.loads(shown)["grouping"]["min_tiers"] == 2
    assert all(f"\n# {line}" in shown for line in ("connected = true ", "radius_m ", "complementarity = 500.0 ", "evenness = 500.0 ", "crs ", "steps "))
    tree = json.loads(call("config", "show", config, "--json").stdout)
    assert tree["grouping"]["radius_m"] is None
    assert tree["solve"]["steps"] is None


def test_a_made_up_column_is_answered_with_ours_and_the_listing(tmp_path):
    assert call("init", tmp_path / "mine").exit_code == 0
    city_in(tmp_path)
    config = tmp_path / "config.toml"
    config.write_text(
        '[inputs]\nschools = { path = "schools.csv", datum = "wgs84" }\nblocks = "blocks.gpkg"\n[inputs.columns.blocks]\ntoday_primary = "小学现学校"\n',
        "utf-8",
    )
    answer = call("check", config).output
    assert "current_school_primary" in answer
    assert "districting config columns --table blocks" in answer


def test_sample_writes_a_project_and_does_not_replace_one_unasked(tmp_path):
    assert call("sample", tmp_path / "demo").exit_code == 0
    assert (tmp_path / "demo" / "config.toml").is_file()
    again = call("sample", tmp_path / "demo")
    assert again.exit_code == 2
    assert "--overwrite" in again.stderr
    assert call("sample", tmp_path / "demo", "--overwrite").exit_code == 0


def test_a_dry_run_writes_nothing(tmp_path):
    assert call("sample", tmp_path / "demo", "--dry-run").exit_code == 0
    assert not list(Path(tmp_path).iterdir())


def test_init_writes_a_workbook_whose_headers_reading_knows(tmp_path):
    assert call("init", tmp_path / "mine").exit_code == 0
    assert {p.name for p in (tmp_path / "mine").iterdir()} == {"config.toml", "template.xlsx"}
    assert call("config", "show", tmp_path / "mine" / "config.toml").exit_code == 0
    unfilled = call("check", tmp_path / "mine" / "config.toml", "--json")
    assert unfilled.exit_code == 4
    assert json.loads(unfilled.stdout)["faults"]


@pytest.mark.parametrize("command", ["group", "pair"])
def test_forms_are_listed_and_an_unknown_form_is_a_usage_error(command, tmp_path):
    forms = json.loads(call(command, "--list", "--json").stdout)["forms"]
    assert {"group": "alliance", "pair": "school"}[command] in forms
    assert call(command, tmp_path / "c.toml", "--form", "nonsense").exit_code == 2


@pytest.mark.parametrize("command", ["audit", "map", "export"])
def test_something_that_is_no_plan_is_exit_4(command, tmp_path):
    other = tmp_path / "other.gpkg"
    other.write_bytes(b"not a geopackage")
    more = {"map": ["-o", tmp_path / "m.html"], "export": [tmp_path / "out.csv"]}.get(command, [])
    result = call(command, other, *more)
    assert result.exit_code == 4
    assert "other.gpkg" in result.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["other.gpkg"]
