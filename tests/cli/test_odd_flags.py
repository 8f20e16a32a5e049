"""Odd flags and files are refused in words, with the right exit code, one JSON object where asked for, and nothing half-written."""

import json
import os
import subprocess
import sys
import tomllib

import openpyxl
import pytest

import districting as dt
from districting.outputs.geopackage import write_plan
from tests.cli.test_commands import call
from tests.planning.strip_city import strip_city


@pytest.fixture(scope="module")
def plan_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("plan") / "plan.gpkg"
    write_plan(dt.make_plan(strip_city()), path)
    return path


@pytest.mark.parametrize("flag", ["--gap=nan", "--time-limit=nan", "--time-limit=inf"])
def test_a_flag_that_is_no_finite_number_is_a_usage_error(flag, tmp_path):
    result = call("run", tmp_path / "c.toml", flag)
    assert result.exit_code == 2
    assert "not a finite number" in result.stderr


@pytest.mark.parametrize(
    "words", [("nonsense", "--json"), ("run", "--json"), ("export", "a.gpkg", "b.csv", "--as", "x", "--json"), ("run", "--json", "--gap", "2", "c.toml")]
)
def test_a_usage_error_under_json_is_one_object_too(words):
    result = call(*words)
    assert result.exit_code == 2
    tree = json.loads(result.stdout)
    assert tree["status"] == "usage"
    assert tree["problem"]
    assert result.stderr


def test_an_assignment_is_exported_as_a_real_workbook(plan_file, tmp_path):
    assert call("export", plan_file, tmp_path / "e.xlsx", "--as", "ID,ZONE").exit_code == 0
    rows = list(openpyxl.load_workbook(tmp_path / "e.xlsx").active.iter_rows(values_only=True))
    assert rows[:2] == [("ID", "ZONE"), ("b00", "A")]
    assert len(rows) == 13
    first = (tmp_path / "e.xlsx").read_bytes()
    assert call("export", plan_file, tmp_path / "e.xlsx", "--as", "ID,ZONE", "--overwrite").exit_code == 0
    assert (tmp_path / "e.xlsx").read_bytes() == first


@pytest.mark.parametrize("name", ["e.xls", "e.txt", "e"])
def test_a_table_under_any_other_name_is_refused(plan_file, tmp_path, name):
    result = call("export", plan_file, tmp_path / name)
    assert result.exit_code == 2
    assert ".csv, .xlsx" in result.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("words", [("init",), ("sample",)])
def test_a_folder_that_cannot_be_written_is_told_with_a_remedy(words, tmp_path):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    result = call(*words, tmp_path / "file" / "below", "--json")
    assert result.exit_code == 2
    assert "cannot write" in result.stderr
    assert "folder you may write to" in result.stderr
    assert json.loads(result.stdout)["status"] == "usage"


def test_a_run_says_so_before_it_solves_and_leaves_no_folder_behind(tmp_path, monkeypatch):
    from districting.outputs.atomic import refuse_unwritable

    refuse_unwritable(tmp_path / "new" / "deep")
    assert not (tmp_path / "new").exists()
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(dt.DistrictingError, match="cannot write"):
        refuse_unwritable(tmp_path / "file" / "out")


def test_the_english_template_speaks_english_and_keeps_the_chinese_headers(tmp_path):
    assert call("init", tmp_path / "en", "--lang", "en").exit_code == 0
    assert call("init", tmp_path / "zh", "--lang", "zh").exit_code == 0
    english, chinese = ((tmp_path / lang / "config.toml").read_text("utf-8") for lang in ("en", "zh"))
    trees = [tomllib.loads(t) for t in (english, chinese)]
    assert [t["project"]["language"] for t in trees] == ["en", "zh"]
    assert trees[0]["project"]["name"] == "My county"
    comments = "".join(line.partition("#")[2] for line in english.splitlines() if "sheet" not in line and "地块" not in line)
    assert comments.isascii()
    for tree in trees:
        tree["project"] = tree["tiers"] = None
    assert trees[0] == trees[1]
    assert call("config", "show", tmp_path / "en" / "config.toml").exit_code == 0
    assert openpyxl.load_workbook(tmp_path / "en" / "template.xlsx").sheetnames == openpyxl.load_workbook(tmp_path / "zh" / "template.xlsx").sheetnames


@pytest.mark.parametrize("words", [["--help"], ["config", "show", "CONFIG"]])
def test_a_reader_that_has_gone_is_no_error_and_nothing_is_complained_of(words, tmp_path):
    config = tmp_path / "c.toml"
    config.write_text("[project]\nseed = 1\n", encoding="utf-8")
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-c", "from districting.cli import main; main()", *(str(config) if w == "CONFIG" else w for w in words)]
    done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, text=True, check=False)
    os.close(write)
    assert (done.returncode, done.stderr) == (0, "")
