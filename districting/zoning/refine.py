"""After the first search of a small city: more starts, groups of zones drawn anew, then the proof."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from districting.model.solution import Ending, relative_gap
from districting.model.zoning_problem import ZoningProblem
from districting.solvers.transport import TransportSolution
from districting.zoning.clock import Effort
from districting.zoning.exact import Better, Proof, Tree, prove
from districting.zoning.neighbouring_zones import Redrawing
from districting.zoning.search import PROVED, QUICK_ARCS

PROOF_ARCS = 100_000
"""A proof of the whole is tried up to this many block-school pairs."""
REDRAWN_BLOCKS = 3_000
STARTS, STARTS_BY_BUDGET = 5, 1
"""Searches from seeds of their own, the first included, where the clock ends the run and where a budget does."""
PAIRS, TRIPLES, LARGER = (2,), (2, 3), (2, 3, 4)
"""Zones drawn anew together: of every start, of the best few, of the best."""
BEST_FEW = 3
TREE_ARCS = 15_000
"""Up to this many block-school pairs the tree of the proof finds better plans sooner than groups of three zones do."""
CALLS_PER_SCHOOL, CALLS_BY_BUDGET = 40, 6
"""Groups drawn anew at most."""
STARTS_SHARE, REDRAWING_SHARE = 0.2, 0.35
"""Shares of the clock after which no further start is made and no further group is drawn, where a proof of the whole follows: its tree finds better plans too."""
WIDE, WIDE_CALLS = (6, 8, 10, 12), 400
"""Groups drawn anew where the relaxation stays far from the plan and the clock, not a budget, ends the run."""
LEAST_PROOF_S = 0.2

NextStart = Callable[[int], tuple[NDArray[np.int64] | None, int]]


@dataclass
class Refined:
    """``label`` (n,) the best plan, ``steps`` of the further searches."""

    label: NDArray[np.int64]
    proof: Proof | None
    ended: Ending
    steps: int = 0


def refine(plain: ZoningProblem, transport: TransportSolution, first: Refined, more: NextStart, effort: Effort) -> Refined:
    """The plan made better and its bound raised, as far as size, gap and clock allow. ``more``: number of a start -> its labels and steps."""
    arcs = plain.block_count * plain.school_count
    target = transport.bound / (1 - effort.gap) if effort.gap < 1 else np.inf
    sound = plain.contiguous and plain.keep_home and plain.block_count <= REDRAWN_BLOCKS
    done = length(plain, first.label) <= target * (1 + PROVED)
    if not sound or done or (first.ended == "gap" and arcs > QUICK_ARCS):
        return first
    found = _Refining(plain, transport, first, more, effort, target)
    try:
        found.run()
        if effort.proof_nodes == 0 or arcs > PROOF_ARCS or effort.clock.left_s() < LEAST_PROOF_S:
            return found.now
        tree = Tree(nodes=effort.proof_nodes, seed=effort.seed)
        proof = prove(plain, found.now.label, transport, seconds=effort.clock.left_s(), gap=effort.gap, tree=tree, better=found.wider())
    except KeyboardInterrupt:
        return Refined(found.now.label, None, "interrupt", found.now.steps)
    better = found.now.label if proof.labels is None else proof.labels
    within = relative_gap(length(plain, better), proof.bound) <= effort.gap
    spent: Ending = "time" if effort.clock.left_s() <= 0 or effort.proof_nodes is None else "steps"
    if proof.interrupted:
        return Refined(better, proof, "interrupt", found.now.steps)
    return Refined(better, proof, "gap" if within and effort.gap > 0 else spent, found.now.steps)


class _Refining:
    """Several starts; ``now`` is the best plan so far."""

    def __init__(self, plain: ZoningProblem, transport: TransportSolution, first: Refined, more: NextStart, effort: Effort, target: float) -> None:
        self.plain, self.transport, self.more, self.target = plain, transport, more, target
        self.now = first
        self.clocked = effort.proof_nodes is None
        self.clock = effort.clock
        self.proving = effort.proof_nodes != 0 and plain.block_count * plain.school_count <= PROOF_ARCS

    def run(self) -> None:
        """Pairs of zones of every start, triples of the best few, larger groups of the best."""
        plans = [self._redrawn(self.now.label, PAIRS)]
        self._take(plans[0])
        for start in range(1, STARTS if self.clocked else STARTS_BY_BUDGET):
            if self._enough(STARTS_SHARE):
                break
            label, steps = self.more(start)
            self.now.steps += steps
            if label is not None:
                plans.append(self._redrawn(label, PAIRS))
                self._take(plans[-1])
        if self.proving and self.clocked and self.plain.block_count * self.plain.school_count <= TREE_ARCS:
            return
        plans.sort(key=lambda label: length(self.plain, label))
        for label in plans[: BEST_FEW if self.clocked else 1]:
            if self._enough(REDRAWING_SHARE):
                break
            self._take(self._redrawn(label, TRIPLES))
        if not self._enough(REDRAWING_SHARE):
            self._take(self._redrawn(self.now.label, LARGER))

    def wider(self) -> Better | None:
        """Larger groups of a plan drawn anew, for the proof to call; None where a budget ends the run, or where its tree finds better plans sooner."""
        if not self.clocked or self.plain.block_count * self.plain.school_count <= TREE_ARCS:
            return None

        def better(label: NDArray[np.int64], seconds: float) -> NDArray[np.int64]:
            return Redrawing(self.plain, label, self.transport, seconds, wide=True).run(WIDE_CALLS, WIDE, self.target)

        return better

    def _take(self, label: NDArray[np.int64]) -> None:
        if length(self.plain, label) < length(self.plain, self.now.label):
            self.now.label = label

    def _enough(self, share: float) -> bool:
        late = self._deadline(share) <= 0
        return late or length(self.plain, self.now.label) <= self.target * (1 + PROVED)

    def _deadline(self, share: float) -> float:
        """Seconds left of a share of the clock; of all of it where no proof follows."""
        whole = self.clock.limit_s * (share if self.proving and self.clocked else 1.0)
        return whole - self.clock.seconds()

    def _redrawn(self, label: NDArray[np.int64], sizes: tuple[int, ...]) -> NDArray[np.int64]:
        redrawing = Redrawing(self.plain, label, self.transport, self._deadline(REDRAWING_SHARE))
        redrawing.run((CALLS_PER_SCHOOL if self.clocked else CALLS_BY_BUDGET) * self.plain.school_count, sizes, self.target)
        if redrawing.cut_short and self.clock.left_s() <= 0:
            self.now.ended = "time"
        return redrawing.label


def length(problem: ZoningProblem, label: NDArray[np.int64]) -> float:
    """Pupil-metres of a plan."""
    return float((problem.demand * problem.distance_of(np.arange(problem.block_count), label)).sum())
