"""The executor of a run: chosen once at its beginning, used wherever the work comes to independent tasks, and here, one after another, where none is chosen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from districting.executing.seam import Executor
from districting.executing.serial import Serial

_chosen: ContextVar[Executor | None] = ContextVar("executor", default=None)


@contextmanager
def working_in(executor: Executor) -> Iterator[None]:
    """Independent tasks inside go to ``executor``; what they give does not depend on it.

    >>> with working_in(Serial()):
    ...     chosen_executor().name
    'serial'
    """
    token = _chosen.set(executor)
    try:
        yield
    finally:
        _chosen.reset(token)


def chosen_executor() -> Executor:
    """The executor of the run."""
    return _chosen.get() or Serial()
