"""``districting batch``: what it says, its exit codes, and what it refuses before any work."""

from __future__ import annotations

import json
import shutil

from click.testing import CliRunner

from districting.cli.commands import cli


def batch(counties, *words):
    result = CliRunner().invoke(cli, ["batch", str(counties), "--lang", "en", *[str(w) for w in words]], prog_name="districting")
    assert "Traceback" not in result.output
    return result


def test_a_batch_says_what_it_did_and_what_it_could_not(started):
    counties, out = started
    (counties / "bad").mkdir()
    (counties / "bad" / "config.toml").write_text("no toml", encoding="utf-8")
    words = ("--executor", "serial", "-o", out, "--name", "示范省")
    mixed = batch(counties, *words)
    assert mixed.exit_code == 4, mixed.output
    assert "3 counties, 2 with a plan" in mixed.stdout
    assert "bad  · bad data: config.toml" in mixed.stderr
    assert str(out / "bad" / "faults.txt") in mixed.stderr
    told = batch(counties, *words, "--json")
    tree = json.loads(told.stdout)
    assert (told.exit_code, tree["status"], tree["kept"], tree["total"]["blocks"]) == (4, "partial", ["370101", "370102"], 32)
    assert tree["counties"][2]["problem"].startswith("config.toml")
    shutil.rmtree(counties / "bad")
    whole = batch(counties, *words)
    assert whole.exit_code == 0
    assert "2 county result(s) kept" in whole.stdout
    assert "示范省" in (out / "index.html").read_text("utf-8")


def test_a_dry_run_writes_nothing(province, tmp_path):
    result = batch(province, "-o", tmp_path / "out", "--dry-run", "--json")
    assert json.loads(result.stdout)["todo"] == ["370101", "370102"]
    assert list(tmp_path.iterdir()) == []


def test_results_of_somebody_else_are_not_replaced(province, tmp_path):
    (tmp_path / "370101").mkdir()
    (tmp_path / "370101" / "plan.gpkg").write_text("mine", encoding="utf-8")
    result = batch(province, "--executor", "serial", "-o", tmp_path)
    assert result.exit_code == 2
    assert (tmp_path / "370101" / "plan.gpkg").read_text("utf-8") == "mine"


def test_an_address_needs_dask_and_somebody_who_answers(province, tmp_path, monkeypatch):
    assert batch(province, "--address", "tcp://127.0.0.1:1", "-o", tmp_path / "out").exit_code == 2
    monkeypatch.setattr("districting.executing.cluster._PATIENCE_S", 0.2)
    for address in ("tcp://127.0.0.1:1", "nonsense://x", ""):
        result = batch(province, "--executor", "dask", "--address", address, "-o", tmp_path / "out")
        assert result.exit_code == 5, result.output
        assert "no Dask scheduler answers" in result.output
    assert not (tmp_path / "out").exists()


def test_a_folder_without_counties_is_bad_data(tmp_path):
    result = batch(tmp_path, "-o", tmp_path / "out")
    assert result.exit_code == 4
    assert "names no county" in result.output
