"""One thread of arithmetic in each worker: many workers with many threads each slow one another down (OpenMP and BLAS would take every core, in every worker)."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

ONE_THREAD: Final[Mapping[str, str]] = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")


@contextmanager
def one_thread_each() -> Iterator[None]:
    """Processes started inside have one thread of arithmetic. The libraries read the variables once, when they are loaded, so they must stand before a process begins."""
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update(ONE_THREAD)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
