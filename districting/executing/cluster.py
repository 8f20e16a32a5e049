"""A Dask cluster: one on this machine, or the one whose scheduler has the address. A worker that is lost is made up for by the scheduler."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from typing import Any

from districting.errors import DependencyError
from districting.executing.processes import cores
from districting.executing.seam import RETRIES, Closing, Ended, LostWorkerError, Task
from districting.executing.threads import ONE_THREAD
from districting.wording import text

_PATIENCE_S = 10
"""So long a scheduler may take to answer."""
_QUIET = logging.CRITICAL


class Cluster(Closing):
    """``address`` of a scheduler (``tcp://host:8786``), whose workers must have this package and see the same files; or ``workers`` processes of this machine.

    Raises
    ------
    DependencyError : ``distributed`` is not installed, or nobody answers at ``address``
    """

    name = "dask"

    def __init__(self, workers: int | None = None, address: str | None = None, retries: int = RETRIES) -> None:
        self.retries = retries
        dask, distributed = _libraries()
        self._cluster: Any = None
        logging.getLogger("distributed").setLevel(_QUIET)  # a lost worker is told of by us, in words
        with dask.config.set({"distributed.scheduler.allowed-failures": retries, **_pre_spawn(dask)}):
            if address is None:
                self._cluster = distributed.LocalCluster(
                    n_workers=workers or cores(),
                    threads_per_worker=1,
                    processes=True,
                    dashboard_address=None,
                    host="127.0.0.1",
                    memory_limit=0,
                    silence_logs=_QUIET,
                )
            try:
                if address == "":  # the library would start a cluster then
                    raise ValueError(address)
                self._client = distributed.Client(self._cluster if address is None else address, timeout=_PATIENCE_S, set_as_default=False)
            except (OSError, ValueError, TypeError) as error:
                raise DependencyError(text("executing.no_scheduler", address=str(address))) from error
        self.workers = workers or max(len(self._client.scheduler_info(n_workers=-1)["workers"]), 1)

    def each(self, function: Task, items: Sequence[Any]) -> Iterator[Ended]:
        """As they end. At most two tasks for each worker are handed out: one at work, one ready."""
        import distributed

        waiting = list(range(len(items)))[::-1]
        done = distributed.as_completed(loop=self._client.loop)
        running: dict[str, tuple[int, Any]] = {}

        def submit() -> None:
            index = waiting.pop()
            future = self._client.submit(function, items[index], pure=False)
            running[future.key] = (index, future)
            done.add(future)

        while waiting and len(running) < 2 * self.workers:
            submit()
        while running:
            future = next(done)
            index, _ = running.pop(future.key)
            if waiting:
                submit()
            yield self._ended(future, index)

    def _ended(self, future: Any, index: int) -> Ended:
        import distributed

        try:
            return Ended(index, future.result())
        except distributed.scheduler.KilledWorker:
            return Ended(index, error=LostWorkerError(self.retries + 1), tries=self.retries + 1)
        except Exception as error:
            return Ended(index, error=error)
        finally:
            future.release()

    def close(self) -> None:
        """Leaves the scheduler; a cluster that was started here ends."""
        self._client.close()
        if self._cluster is not None:
            self._cluster.close()


def _libraries() -> tuple[Any, Any]:
    try:
        import dask
        import distributed
    except ImportError as error:
        raise DependencyError(text("executing.no_dask")) from error
    return dask, distributed


def _pre_spawn(dask: Any) -> dict[str, Any]:
    """The environment that workers started here begin with: one thread of arithmetic."""
    return {"distributed.nanny.pre-spawn-environ": {**(dask.config.get("distributed.nanny.pre-spawn-environ", {}) or {}), **ONE_THREAD}}
