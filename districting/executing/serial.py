"""One task after another, in this process."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from districting.executing.seam import Closing, Ended, Task, ended


class Serial(Closing):
    """The plainest executor, and the measure of the others."""

    name, workers = "serial", 1

    def each(self, function: Task, items: Sequence[Any]) -> Iterator[Ended]:
        """Every item in turn."""
        for index, item in enumerate(items):
            yield ended(function, index, item)
