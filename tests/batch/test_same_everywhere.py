"""Every executor leaves the same bytes as the serial one, also when a worker is killed in the midst of the batch, or the batch itself."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from districting.batch import find_counties, run_batch
from districting.executing import open_executor
from districting.progress import heard
from tests.batch.conftest import results

ROOT = Path(__file__).parents[2]


def test_a_batch_whose_worker_is_killed_leaves_the_bytes_of_the_serial_one(province, serial, tmp_path):
    killed = []

    def kill_once(told):
        if told.done == 1 and not killed:
            killed.extend(p.pid for pool in executor._pools for p in pool._processes.values())
            for process in killed:
                os.kill(process, signal.SIGKILL)

    with open_executor("processes", workers=1) as executor, heard(kill_once):
        done = run_batch(find_counties(province), tmp_path, executor)
    assert killed
    assert [c.status for c in done.province.counties] == ["ok"] * 2
    assert results(tmp_path) == results(serial)
    assert {f"37010{i}/plan.gpkg" for i in (1, 2)} | {"province.xlsx", "index.html"} <= set(results(tmp_path))


def test_a_batch_on_dask_leaves_the_bytes_of_the_serial_one(province, serial, tmp_path):
    with open_executor("dask", workers=1) as executor:
        run_batch(find_counties(province), tmp_path, executor)
    assert results(tmp_path) == results(serial)


def test_a_batch_that_is_killed_goes_on_where_it_was(province, serial, tmp_path):
    words = [sys.executable, "-m", "districting", "batch", str(province), "--executor", "serial", "-o", str(tmp_path)]
    process = subprocess.Popen(words, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.DEVNULL)
    manifest, until = tmp_path / "manifest.jsonl", time.monotonic() + 120
    while time.monotonic() < until and not (manifest.exists() and manifest.read_bytes().count(b"\n") > 1):
        time.sleep(0.01)
    process.kill()
    process.wait()
    ended = [json.loads(line)["county"] for line in manifest.read_text(encoding="utf-8").splitlines()[1:]]
    assert ended[:1] == ["370101"]
    assert not (tmp_path / "province.xlsx").exists()
    with manifest.open("a", encoding="utf-8") as file:
        file.write('{"county": "370102", "status": "o')  # the end came in the midst of a line
    done = run_batch(find_counties(province), tmp_path, open_executor("serial"))
    assert done.kept == tuple(ended)
    remains = {name for name in results(tmp_path) if "/." in name}  # files that the killed process had begun
    assert {k: v for k, v in results(tmp_path).items() if k not in remains} == results(serial)
