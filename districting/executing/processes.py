"""Processes of this machine. One that dies takes its pool with it: a new pool goes on, and each task that was at work is done again alone, so that one that kills shows itself."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from districting.executing.seam import RETRIES, Closing, Ended, LostWorkerError, Task
from districting.executing.threads import one_thread_each

_SPAWN = multiprocessing.get_context("spawn")  # a fork would copy locks that threads of numerical libraries hold


class Processes(Closing):
    """``workers`` processes, None = one for each core. They are started with the first task, and end with this process, even if it is killed."""

    name = "processes"

    def __init__(self, workers: int | None = None, retries: int = RETRIES) -> None:
        self.workers, self.retries = workers or cores(), retries
        self._pools: list[ProcessPoolExecutor] = []

    def each(self, function: Task, items: Sequence[Any]) -> Iterator[Ended]:
        """As they end. At most one task for each worker is handed out, so that a lost worker puts few under suspicion."""
        waiting = list(range(len(items)))[::-1]
        while waiting:
            suspects: list[int] = []
            yield from self._together(function, items, waiting, suspects)
            for index in suspects:
                yield self._alone(function, items[index], index)

    def _together(self, function: Task, items: Sequence[Any], waiting: list[int], suspects: list[int]) -> Iterator[Ended]:
        """Takes from the end of ``waiting`` until nothing is left or a worker is lost; ``suspects`` are those that were at work then."""
        pool = self._open(min(self.workers, len(waiting)))
        running: dict[Future[Any], int] = {}
        whole = True
        try:
            while running or (waiting and whole):
                while whole and waiting and len(running) < self.workers:
                    try:
                        future = _submit(pool, function, items[waiting[-1]])
                    except BrokenProcessPool:
                        whole = False
                        break
                    running[future] = waiting.pop()
                for future in sorted(wait(running, return_when=FIRST_COMPLETED)[0], key=lambda f: running[f]):
                    index = running.pop(future)
                    if isinstance(future.exception(), BrokenProcessPool):
                        whole = False
                        suspects.append(index)
                    else:
                        yield _ended(future, index)
        finally:
            self._end(pool)

    def _alone(self, function: Task, item: Any, index: int) -> Ended:
        """A task that was at work when a worker was lost, with nobody beside it. If it is lost again as often as is allowed, it is to blame."""
        for tries in range(2, self.retries + 2):
            pool = self._open(1)
            try:
                future = _submit(pool, function, item)
                wait([future])
                if not isinstance(future.exception(), BrokenProcessPool):
                    return _ended(future, index, tries)
            except BrokenProcessPool:
                pass
            finally:
                self._end(pool)
        return Ended(index, error=LostWorkerError(self.retries + 1), tries=self.retries + 1)

    def _open(self, workers: int) -> ProcessPoolExecutor:
        self._pools.append(ProcessPoolExecutor(workers, mp_context=_SPAWN, initializer=_end_with_parent))
        return self._pools[-1]

    def _end(self, pool: ProcessPoolExecutor) -> None:
        """Nobody waits for what still runs: it is read no more."""
        for process in list((getattr(pool, "_processes", None) or {}).values()):
            process.terminate()
        pool.shutdown(wait=True, cancel_futures=True)
        self._pools.remove(pool)

    def close(self) -> None:
        """Ends the processes."""
        for pool in list(self._pools):
            self._end(pool)


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _submit(pool: ProcessPoolExecutor, function: Task, item: Any) -> Future[Any]:
    with one_thread_each():  # a pool starts its processes when it is given tasks
        return pool.submit(function, item)


def _ended(future: Future[Any], index: int, tries: int = 1) -> Ended:
    error = future.exception()
    return Ended(index, None if error is not None else future.result(), error, tries)


def _end_with_parent() -> None:
    """Nobody ends a worker whose parent was killed: it looks itself."""
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, name="parent", daemon=True).start()
