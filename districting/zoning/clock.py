"""How much work a run may take."""

from __future__ import annotations

import time
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Clock:
    """Runs from the moment it is made."""

    limit_s: float
    began: float = field(default_factory=time.perf_counter)

    @property
    def deadline(self) -> float:
        return self.began + self.limit_s

    def seconds(self) -> float:
        return time.perf_counter() - self.began

    def left_s(self) -> float:
        return self.deadline - time.perf_counter()


@dataclass(frozen=True)
class Effort:
    """``gap``: good enough; ``steps``: proposals, None = by size; ``proof_nodes``: of the proof's tree, None = what is left of the clock, 0 = no proof."""

    clock: Clock
    gap: float
    seed: int
    steps: int | None
    proof_nodes: int | None
