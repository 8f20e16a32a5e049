"""One run of the whole job on the sample city, made once for both processes of a test session."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from pathlib import Path

import pytest

from districting.outputs.projects import sample_files, write_project
from tests.cli.test_commands import call

STEPS = ("--steps", "60000")
"""Enough for a lawful plan with a small gap; the proof that the default goes on to is tested on smaller cities."""


@pytest.fixture(scope="session")
def sample_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project of the sample city with the files of its run in ``out`` and what the command said in ``out.json``. To be copied, not changed."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = shared / "sample_run"
    with (shared / "sample_run.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "out.json").exists():
            shutil.rmtree(folder, ignore_errors=True)
            write_project(folder, sample_files())
            result = call("run", folder / "config.toml", "-o", folder / "out", "--json", *STEPS)
            assert result.exit_code == 0, result.stderr
            assert json.loads(result.stdout)
            (folder / "out.json").write_text(result.stdout, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def demo(sample_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of ``sample_run`` that the tests of one file may add to."""
    return Path(shutil.copytree(sample_run, tmp_path_factory.mktemp("sample") / "demo"))
