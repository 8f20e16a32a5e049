"""A second start does what is new, changed or failed and nothing else; one county's trouble is its own."""

from __future__ import annotations

import json
import shutil

import pandas as pd
import pytest

from districting.batch import BatchOptions, find_counties, planned_batch, run_batch
from districting.batch.manifest import Manifest, alone_in
from districting.batch.task import county_seed
from districting.errors import OutputError
from districting.executing import Ended, LostWorkerError, open_executor

SERIAL = open_executor("serial")


def to_do(counties, out, **options):
    return [code for code, kept in planned_batch(find_counties(counties), out, BatchOptions(**options)).items() if not kept]


def edit(path, **columns):
    pd.read_csv(path, dtype=str).assign(**columns).to_csv(path, index=False)


def test_nothing_is_done_twice(started):
    counties, out = started
    before = {path: path.stat().st_mtime_ns for path in out.rglob("plan.gpkg")}
    done = run_batch(find_counties(counties), out, SERIAL)
    assert done.kept == ("370101", "370102")
    assert {path: path.stat().st_mtime_ns for path in out.rglob("plan.gpkg")} == before


def test_what_a_result_hangs_on_is_done_again_when_it_changes(started):
    counties, out = started
    assert to_do(counties, out) == []
    (counties / "370101" / "notes.txt").write_text("nobody reads this", encoding="utf-8")
    assert to_do(counties, out) == []
    schools, config = counties / "370102" / "schools.csv", counties / "370102" / "config.toml"
    before = schools.read_bytes()
    edit(schools, name="renamed")
    assert to_do(counties, out) == ["370102"]
    schools.write_bytes(before)
    config.write_text(config.read_text("utf-8").replace("2026", "2027"), encoding="utf-8")
    assert to_do(counties, out) == ["370102"]
    (out / "370101" / "plan.gpkg").unlink()
    assert to_do(counties, out) == ["370101", "370102"]


def test_flags_and_the_version_are_part_of_what_a_result_hangs_on(started, monkeypatch):
    counties, out = started
    every = ["370101", "370102"]
    assert to_do(counties, out, overrides={"project.seed": 7}) == every
    assert to_do(counties, out, again=True) == every
    assert to_do(counties, out, lang="en") == []
    monkeypatch.setattr("districting.batch.run.__version__", "another")
    assert to_do(counties, out) == every


def test_an_input_out_of_a_database_is_read_again_every_time(started):
    counties, out = started
    config = counties / "370101" / "config.toml"
    config.write_text(config.read_text("utf-8").replace('"schools.csv"', '"postgresql://host/base"'), encoding="utf-8")
    assert to_do(counties, out) == ["370101"]


@pytest.fixture(scope="module")
def troubled(province, serial, tmp_path_factory):
    """Beside two counties that have plans, one with two seats for all, one with negative numbers."""
    folder = tmp_path_factory.mktemp("troubled")
    counties, out = (shutil.copytree(whole, folder / name) for whole, name in ((province, "counties"), (serial, "out")))
    for code, wrong in (("few", {"plan": "1", "seats": "6"}), ("wrong", {"plan": "-5"})):
        shutil.copytree(province / "370101", counties / code)
        edit(counties / code / "schools.csv", **wrong)
    return counties, out, run_batch(find_counties(counties), out, SERIAL, BatchOptions(lang="en"))


def test_a_county_in_trouble_stops_no_other_and_says_everything_in_its_file(troubled):
    _, out, done = troubled
    assert [(c.status, c.exit_code) for c in done.province.counties] == [("ok", 0), ("ok", 0), ("infeasible", 3), ("invalid", 4)]
    assert done.province.exit_code == 4
    assert "seats" in (out / "few" / "faults.txt").read_text("utf-8")
    faults = (out / "wrong" / "faults.txt").read_text("utf-8").splitlines()
    assert len([f for f in faults if "'-5' is negative" in f]) == 2
    assert not (out / "few" / "plan.gpkg").exists()
    entries = Manifest(out).entries
    assert [entries[c]["status"] for c in sorted(entries)] == ["ok", "ok", "infeasible", "invalid"]
    assert entries["370101"]["gap"] >= 0
    assert entries["few"]["objective"] is None


def test_an_answer_stays_an_answer_and_a_mended_county_gets_its_plan(troubled, province, tmp_path):
    counties, out = (shutil.copytree(folder, tmp_path / folder.name) for folder in troubled[:2])
    again = run_batch(find_counties(counties), out, SERIAL, BatchOptions(lang="en"))
    assert again.kept == ("370101", "370102", "few", "wrong")
    assert [(c.status, c.trouble) for c in again.province.counties] == [(c.status, c.trouble) for c in troubled[2].province.counties]
    shutil.copy(province / "370101" / "schools.csv", counties / "wrong" / "schools.csv")
    assert to_do(counties, out) == ["wrong"]
    mended = run_batch(find_counties(counties), out, SERIAL, BatchOptions(lang="en"))
    assert [c.status for c in mended.province.counties] == ["ok", "ok", "infeasible", "ok"]
    assert mended.province.exit_code == 3
    assert not (out / "wrong" / "faults.txt").exists()
    assert (out / "wrong" / "map.html").exists()


def test_a_county_for_the_public_has_no_file_of_faults(troubled, tmp_path):
    counties, out, _ = troubled
    shutil.copytree(out / "wrong", tmp_path / "wrong")
    codes = [c for c in find_counties(counties) if c.code in ("few", "wrong")]
    done = run_batch(codes, tmp_path, SERIAL, BatchOptions({"output.audience": "public"}, lang="en"))
    assert [c.faults_file for c in done.province.counties] == ["", ""]
    assert list(tmp_path.rglob("faults.txt")) == []
    assert "negative" not in (tmp_path / "index.html").read_text("utf-8")


class LosesEverything:
    name, workers = "loses", 1

    def each(self, function, items):
        for index, _ in enumerate(items):
            yield Ended(index, error=LostWorkerError(3), tries=3)


def test_a_county_whose_workers_were_lost_has_failed_and_is_done_next_time(province, tmp_path):
    done = run_batch(find_counties(province), tmp_path, LosesEverything(), BatchOptions(lang="en"))
    assert [c.status for c in done.province.counties] == ["failed"] * 2
    assert done.province.exit_code == 1
    assert to_do(province, tmp_path, lang="en") == ["370101", "370102"]
    assert json.loads((tmp_path / "manifest.jsonl").read_text("utf-8").splitlines()[1])["tries"] == 3


def test_two_batches_do_not_write_into_one_folder(province, tmp_path):
    with alone_in(tmp_path), pytest.raises(OutputError) as raised:
        run_batch(find_counties(province), tmp_path, SERIAL)
    assert raised.value.exit_code == 2
    with alone_in(tmp_path):
        pass


def test_seeds_hang_on_the_county_alone():
    assert county_seed(0, "370101") == county_seed(0, "370101")
    assert len({county_seed(s, c) for s in (0, 1) for c in ("370101", "370102")}) == 4
