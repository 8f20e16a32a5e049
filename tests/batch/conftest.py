"""A province of two counties of sixteen blocks, and what a plain serial batch makes of it."""

from __future__ import annotations

import shutil

import pytest

from districting.batch import find_counties, run_batch
from districting.executing import open_executor
from scripts.synthetic_province import synthetic_province


@pytest.fixture(scope="session")
def province(tmp_path_factory):
    folder = tmp_path_factory.mktemp("province")
    synthetic_province(folder, 2, 16, language="en", steps=500)
    return folder


@pytest.fixture(scope="session")
def serial(province, tmp_path_factory):
    """The folder of results of the serial batch."""
    folder = tmp_path_factory.mktemp("serial")
    run_batch(find_counties(province), folder, open_executor("serial"))
    return folder


@pytest.fixture
def started(province, serial, tmp_path):
    """Copies of the counties and of their results, to be changed."""
    shutil.copytree(province, tmp_path / "counties")
    shutil.copytree(serial, tmp_path / "out")
    return tmp_path / "counties", tmp_path / "out"


def results(folder):
    """Every file of results by its place, but for the record of the batch, which holds times."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file() and p.name not in ("manifest.jsonl", ".batch.lock")}
