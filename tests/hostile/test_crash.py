"""A process that is killed at any of its writes leaves the previous output: every file whole, the old or the new one, never a part of one."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import districting as dt
from tests.planning.strip_city import strip_city

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def strip(tmp_path_factory):
    path = tmp_path_factory.mktemp("strip") / "plan.gpkg"
    dt.write_plan(dt.make_plan(strip_city()), path)
    return path


def killed(strip, folder, kind, kills):
    command = [sys.executable, "-W", "ignore", "-m", "tests.hostile.killed_at", str(strip), str(folder), kind, str(kills)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["old"] != told["new"]
    return told["old"], told["new"], list(told["states"].values())


def test_a_plan_file_is_the_old_one_until_it_is_the_new_one(strip, tmp_path):
    old, new, states = killed(strip, tmp_path / "out", "plan", 30)
    assert len(states) > 4
    assert all(files in (old, new) for files in states)
    assert states == [old] * states.count(old) + [new] * states.count(new), "once the new plan stands there it stays"
    assert states[0] == old


def test_a_run_folder_holds_whole_files_and_only_old_ones_until_all_the_new_ones_are_written(strip, tmp_path):
    old, new, states = killed(strip, tmp_path / "out", "run", 12)
    for files in states:
        assert set(files) == set(old)
        assert all(digest in (old[name], new[name]) for name, digest in files.items())
    assert states[: len(states) // 2] == [old] * (len(states) // 2)
