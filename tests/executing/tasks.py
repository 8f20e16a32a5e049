"""What the tests give an executor to do: functions of a module, as every task is."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path


def squared(number: int) -> int:
    return number * number


def refusing_three(number: int) -> int:
    if number == 3:
        raise ValueError("three")
    return number


def threads_of_arithmetic(_: object) -> list[str | None]:
    return [os.environ.get(name) for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")]


def killed_once(task: tuple[int, str]) -> int:
    """Task 1 kills its own worker the first time; all others do their work."""
    number, folder = task
    if number == 1:
        mark = Path(folder) / "killed"
        if not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
    with (Path(folder) / f"done{number}").open("a") as done:
        done.write("x")
    return number * number


def killing(number: int) -> int:
    """Task 1 kills every worker that takes it."""
    if number == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def named_worker(folder: str) -> None:
    """Leaves the number of its process and goes on for long."""
    (Path(folder) / f"worker{os.getpid()}").touch()
    time.sleep(60)
