"""Several searches for the zones of one county from seeds of their own, side by side where the run has an executor for it: the best plan with the best bound."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from districting.errors import InfeasibleError
from districting.executing import chosen_executor, in_order
from districting.model.solution import ZoningSolution, relative_gap
from districting.model.zoning_problem import ZoningProblem
from districting.zoning import assign_blocks


@dataclass(frozen=True, eq=False)
class Start:
    """One search as a task: what :func:`districting.zoning.assign_blocks` is asked."""

    problem: ZoningProblem
    time_limit_s: float
    gap: float
    seed: int
    steps: int | None
    proof_nodes: int | None
    relaxing: bool

    def solved(self) -> ZoningSolution:
        """The zones of this search alone."""
        return assign_blocks(
            self.problem,
            time_limit_s=self.time_limit_s,
            gap=self.gap,
            seed=self.seed,
            steps=self.steps,
            proof_nodes=self.proof_nodes,
            relaxing=self.relaxing,
        )


def best_of_starts(first: Start, starts: int, *, clocked: bool = False) -> ZoningSolution:
    """The best of ``starts`` searches, of equal ones that of the first seed; its bound is the best that any has proven. ``clocked``: they share the clock.

    The same seed and steps give the same bytes whatever executor works.

    Raises
    ------
    InfeasibleError : no search finds a plan; as the first one says it
    """
    if starts == 1:
        return first.solved()
    limit = first.time_limit_s / (starts if clocked else 1)
    tasks = [dataclasses.replace(first, seed=start_seed(first.seed, k), time_limit_s=limit, relaxing=False) for k in range(starts)]
    found = [one for one in in_order(chosen_executor(), _solved, tasks) if one is not None]
    if not found:
        return first.solved()
    return _joined(found, first.seed)


def start_seed(seed: int, number: int) -> int:
    """The seed of a search: the run's own for the first.

    >>> start_seed(7, 0), start_seed(7, 1) == start_seed(7, 1) != start_seed(7, 2)
    (7, True)
    """
    return seed if number == 0 else int(np.random.SeedSequence([seed, number]).generate_state(1)[0])


def _solved(start: Start) -> ZoningSolution | None:
    try:
        return start.solved()
    except InfeasibleError:
        return None


def _joined(found: Sequence[ZoningSolution], seed: int) -> ZoningSolution:
    """Every bound is one of the same problem, so the highest holds for the best plan."""
    best = min(found, key=lambda one: one.objective)
    proof = max(found, key=lambda one: one.bound)
    proved = best.status == "optimal" or (proof.status == "optimal" and best.objective <= proof.objective)
    return dataclasses.replace(
        best,
        bound=proof.bound,
        gap=relative_gap(best.objective, proof.bound),
        status="optimal" if proved else "feasible",
        certificate=proof.certificate,
        seconds=sum(one.seconds for one in found),
        steps=sum(one.steps for one in found),
        seed=seed,
        ended="proved" if proved else best.ended,
    )
