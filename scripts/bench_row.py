"""One line of the benchmark table, and how a thing is timed: in turn with its peer, medians, on the same input."""

from __future__ import annotations

import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Row:
    """``measured`` and ``target`` in ``unit``; ``peer`` names what ran beside it on the same input and ``peer_measured`` what it took."""

    work: str
    measured: float
    unit: str
    target: float | None = None
    peer: str = ""
    peer_measured: float | None = None
    remark: str = ""
    at_least: bool = False

    @property
    def verdict(self) -> str:
        if self.target is None:
            return ""
        reached = self.measured >= self.target if self.at_least else self.measured <= self.target
        return "reached" if reached else "MISSED"

    @property
    def ratio(self) -> str:
        return "" if not self.peer_measured or not self.measured else f"{self.peer_measured / self.measured:.1f}x"


def seconds(function: Callable[[], Any]) -> tuple[float, Any]:
    """Wall seconds of one call, and its result."""
    start = time.perf_counter()
    result = function()
    return time.perf_counter() - start, result


def median_seconds(function: Callable[[], Any], runs: int = 3) -> tuple[float, Any]:
    """Median wall seconds of several calls, and the last result."""
    times = [seconds(function) for _ in range(runs)]
    return statistics.median(t for t, _ in times), times[-1][1]


def in_turn(ours: Callable[[], Any], theirs: Callable[[], Any], runs: int = 3) -> tuple[float, float]:
    """Median seconds of both, run A B A B ... so that a drifting machine hits both."""
    pairs = [(seconds(ours)[0], seconds(theirs)[0]) for _ in range(runs)]
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)


def cpu_seconds(function: Callable[[], Any]) -> float:
    """Processor seconds of one call: what a busy machine does not change."""
    start = time.process_time()
    function()
    return time.process_time() - start


def cpu_in_turn(ours: Callable[[], Any], theirs: Callable[[], Any], runs: int = 3) -> tuple[float, float]:
    """Median processor seconds of both, run A B A B ..."""
    pairs = [(cpu_seconds(ours), cpu_seconds(theirs)) for _ in range(runs)]
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)


def peak_memory_mb() -> float:
    """Largest memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def table(rows: list[Row]) -> str:
    """The rows as a Markdown table."""
    lines = ["| work | measured | target | | peer, same run | ratio | remark |", "|---|---|---|---|---|---|---|"]
    for r in rows:
        target = "" if r.target is None else f"{'>=' if r.at_least else '<='} {r.target:g} {r.unit}"
        peer = "" if not r.peer else f"{r.peer}: {r.peer_measured:.4g} {r.unit}" if r.peer_measured is not None else r.peer
        lines.append(f"| {r.work} | {r.measured:.4g} {r.unit} | {target} | {r.verdict} | {peer} | {r.ratio} | {r.remark} |")
    return "\n".join(lines)
