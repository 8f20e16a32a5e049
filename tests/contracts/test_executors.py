"""What every executor in EXECUTORS keeps to: the same results everywhere, in whatever order; a task that raises stops no other; a worker that is killed loses nothing."""

from __future__ import annotations

import builtins
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from districting.errors import DependencyError
from districting.executing import EXECUTORS, LostWorkerError, in_order, open_executor
from tests.executing.tasks import killed_once, killing, refusing_three, squared, threads_of_arithmetic

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module", params=EXECUTORS)
def executor(request):
    with open_executor(request.param, workers=1 if request.param == "dask" else 2) as opened:
        yield opened


def test_an_executor_goes_by_its_name_and_another_name_is_none(executor):
    assert executor.name in EXECUTORS
    assert executor.workers >= 1
    with pytest.raises(ValueError, match="nowhere"):
        open_executor("nowhere")


def test_values_stand_in_the_order_of_the_items_everywhere(executor):
    heard = []
    assert in_order(executor, squared, [5, 3, 4], lambda done, total: heard.append((done, total))) == [25, 9, 16]
    assert heard == [(0, 3), (1, 3), (2, 3), (3, 3)]
    assert in_order(executor, squared, []) == []


def test_a_task_that_raises_ends_with_its_error_and_stops_no_other(executor):
    ended = {one.index: one for one in executor.each(refusing_three, [1, 3, 2])}
    assert [(ended[i].value, str(ended[i].error or "")) for i in range(3)] == [(1, ""), (None, "three"), (2, "")]
    with pytest.raises(ValueError, match="three"):
        in_order(executor, refusing_three, [1, 3])


def test_a_killed_worker_loses_nothing_and_what_was_done_is_not_done_again(executor, tmp_path):
    if executor.name == "serial":
        return  # its worker is this very process
    ended = sorted(executor.each(killed_once, [(i, str(tmp_path)) for i in range(4)]), key=lambda one: one.index)
    assert [one.value for one in ended] == [0, 1, 4, 9]
    assert [one.error for one in ended] == [None] * 4
    assert (tmp_path / "killed").exists()
    assert (tmp_path / "done1").read_text() == "x"


def test_workers_have_one_thread_of_arithmetic_and_this_process_keeps_its_own(executor):
    before = os.environ.get("OMP_NUM_THREADS")
    if executor.name != "serial":
        assert in_order(executor, threads_of_arithmetic, [None]) == [["1", "1"]]
    assert os.environ.get("OMP_NUM_THREADS") == before


def test_a_task_that_kills_every_worker_ends_as_lost_and_the_others_have_their_values():
    with open_executor("processes", workers=2, retries=1) as executor:
        ended = {one.index: one for one in executor.each(killing, [0, 1, 2])}
    assert [ended[i].value for i in (0, 2)] == [0, 2]
    assert isinstance(ended[1].error, LostWorkerError)
    assert ended[1].tries == 2
    assert "2" in ended[1].error.say("zh")


def test_workers_end_when_the_process_that_started_them_is_killed(tmp_path):
    code = "from districting.executing import open_executor, in_order\nfrom tests.executing.tasks import named_worker\nimport sys\n"
    code += "if __name__ == '__main__': in_order(open_executor('processes', workers=1), named_worker, sys.argv[1:])"
    script = tmp_path / "main.py"
    script.write_text(code, encoding="utf-8")
    parent = subprocess.Popen([sys.executable, str(script), str(tmp_path)], env={**os.environ, "PYTHONPATH": str(ROOT)})
    worker = int(_soon(lambda: [p.name.removeprefix("worker") for p in tmp_path.glob("worker*")])[0])
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    assert _soon(lambda: not _alive(worker))


def test_without_distributed_it_is_said_in_words(monkeypatch):
    real = builtins.__import__

    def missing(name, *args, **kwargs):
        if name in ("dask", "distributed"):
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(DependencyError) as raised:
        open_executor("dask")
    assert raised.value.exit_code == 5
    assert "districting[dask]" in raised.value.say("zh")


def _alive(process: int) -> bool:
    stat = Path(f"/proc/{process}/stat")
    try:
        return stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _soon(asked, seconds: float = 60.0):
    """What is asked, as soon as it is true."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := asked():
            return found
        time.sleep(0.05)
    return asked()
