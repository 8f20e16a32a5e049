"""The seam: what an executor is, and how a task ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Protocol

from districting.errors import DistrictingError
from districting.wording import text

RETRIES: Final = 2
"""So often a task is given to another worker after its own was lost."""

Task = Callable[[Any], Any]


class LostWorkerError(DistrictingError):
    """The process that worked on a task ended in the midst of it (killed, out of memory), as often as it was tried."""

    exit_code: ClassVar[int] = 1

    def __init__(self, tries: int) -> None:
        super().__init__(text("executing.lost", tries=tries))


@dataclass(frozen=True)
class Ended:
    """Task ``index`` has ended: with ``value``, or with the ``error`` that its function raised or :class:`LostWorkerError`. ``tries``: 1, and one more for every worker lost."""

    index: int
    value: Any = None
    error: BaseException | None = None
    tries: int = 1


class Executor(Protocol):
    """Runs ``function`` on every item. A task that raises ends with its error and stops no other; a task whose worker is lost is done again by another."""

    name: str
    workers: int

    def each(self, function: Task, items: Sequence[Any]) -> Iterator[Ended]:
        """Every item once, in the order in which they end."""
        ...

    def close(self) -> None:
        """Ends the workers; what runs is given up."""
        ...

    def __enter__(self) -> Executor: ...

    def __exit__(self, *_: object) -> None: ...


class Closing:
    """An executor closes at the end of its block."""

    def close(self) -> None:
        """Nothing to end."""

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def ended(function: Task, index: int, item: Any, tries: int = 1) -> Ended:
    """The task done here and now."""
    try:
        return Ended(index, function(item), tries=tries)
    except Exception as error:
        return Ended(index, error=error, tries=tries)


def in_order(executor: Executor, function: Task, items: Sequence[Any], told: Callable[[int, int], None] = lambda done, total: None) -> list[Any]:
    """The values in the order of ``items``, whatever order they ended in; so the same list from every executor. The first error, in that order, is raised.

    ``told(done, total)`` hears of every task that ends.

    >>> from districting.executing import open_executor
    >>> in_order(open_executor("serial"), abs, [-3, 2, -1])
    [3, 2, 1]
    """
    found: dict[int, Ended] = {}
    told(0, len(items))
    for one in executor.each(function, items):
        found[one.index] = one
        told(len(found), len(items))
    for index in range(len(items)):
        error = found[index].error
        if error is not None:
            raise error
    return [found[index].value for index in range(len(items))]
