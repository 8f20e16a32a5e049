"""What a proof returns and the trace it leaves."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from districting.checking.zoning import check_zoning
from districting.model.solution import relative_gap
from districting.model.zoning_problem import ZoningProblem
from districting.progress import tell_gap

Method = Literal["scip", "columns+scip", "highs"]
SAFE = 1e-9
"""Relative allowance for rounding: a bound is lowered by it, and an optimum is proved when bound and objective are this close."""

HISTORY_S = 0.5
"""Seconds between two entries of the history at least."""


@dataclass(frozen=True)
class ProofRecord:
    """How a bound came about. ``arcs_left``: step -> arcs that survived it; ``history``: seconds, bound in pupil-metres."""

    method: Method
    solver: str
    arcs_left: tuple[tuple[str, int], ...]
    cuts: int
    nodes: int
    history: tuple[tuple[float, float], ...]


@dataclass(frozen=True, eq=False)
class Proof:
    """``bound`` in pupil-metres, never above the optimum; ``labels`` a plan at least as good as the given one, checked, or None where none is known."""

    bound: float
    labels: NDArray[np.int64] | None
    optimal: bool
    method: Method
    seconds: float
    certificate: ProofRecord
    interrupted: bool = False


@dataclass(eq=False)
class Progress:
    """The state of a running proof: best plan, best bound, the clock and the trace."""

    began: float
    deadline: float
    problem: ZoningProblem
    method: Method
    solver: str = ""
    labels: NDArray[np.int64] | None = None
    objective: float = np.inf
    bound: float = -np.inf
    arcs_left: list[tuple[str, int]] = field(default_factory=list)
    history: list[tuple[float, float]] = field(default_factory=list)
    cuts: int = 0
    nodes: int = 0
    most_nodes: int | None = None

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self.began

    @property
    def seconds_left(self) -> float:
        return self.deadline - time.perf_counter()

    @property
    def closed(self) -> bool:
        """Whether bound and plan meet."""
        return np.isfinite(self.objective) and self.bound >= self.objective - SAFE * abs(self.objective)

    def within(self, gap: float) -> bool:
        """Whether the gap is at most ``gap``, as a share of the objective."""
        return self.closed or (np.isfinite(self.objective) and self.objective - self.bound <= gap * self.objective)

    def raise_bound(self, bound: float) -> None:
        """Take a bound; one above the plan means that nothing is better than the plan."""
        bound = min(bound, self.objective)
        if bound > self.bound:
            self.bound = bound
            if np.isfinite(self.objective):
                tell_gap(relative_gap(self.objective, bound))
            if len(self.history) > 1 and self.seconds - self.history[-2][0] < HISTORY_S:
                self.history.pop()
            self.history.append((self.seconds, bound))

    def take_plan(self, labels: NDArray[np.int64]) -> bool:
        """Take a plan if it is better and holds every rule."""
        blocks = np.arange(self.problem.block_count)
        objective = float((self.problem.demand * self.problem.distance_of(blocks, labels)).sum())
        if objective < self.objective and not check_zoning(self.problem, labels):
            self.labels, self.objective = labels, objective
            return True
        return False

    def note(self, step: str, alive: NDArray[np.bool_]) -> None:
        """Write down how many arcs a step left."""
        self.arcs_left.append((step, int(alive.sum())))

    def proof(self, interrupted: bool = False) -> Proof:
        """What is known now."""
        record = ProofRecord(self.method, self.solver, tuple(self.arcs_left), self.cuts, self.nodes, tuple(self.history))
        bound = self.bound - SAFE * abs(self.bound) if np.isfinite(self.bound) else self.bound
        return Proof(bound, self.labels, self.labels is not None and self.closed, self.method, self.seconds, record, interrupted)
