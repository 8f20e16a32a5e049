"""The trade between two or three goals: plans of which none is better in every goal, each with its gap to a bound of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise, product

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.checking import check_zoning
from districting.errors import DataError, Fault, InfeasibleError
from districting.measures.zoning_terms import seat_price, zoning_terms
from districting.model.goals import OBJECTIVES, Goal
from districting.model.rules import ChangeCap
from districting.model.solution import ZoningSolution, relative_gap
from districting.model.zoning_problem import ZoningProblem
from districting.planning.budget import PROOF_NODES, SAFETY_S
from districting.progress import tell_part
from districting.wording import text
from districting.zoning import assign_blocks

TRACE = 1e-3
"""Weight of the other goals, by their ranges, where one goal alone is sought: enough to break ties."""
LARGEST_CAPPED = 80_000
"""Blocks x schools up to which points between the weighted ones are sought by capping the pupils moved."""
EQUAL = 1e-9


@dataclass(frozen=True, eq=False)
class ParetoFront:
    """``table``: one row per plan, the first goal ascending: the value of each goal in its own unit, ``bound`` and ``gap`` of the first goal given that the
    others are no worse, and ``found_by`` (``weights`` or ``cap``). ``solutions`` beside its rows.
    """

    goals: tuple[str, ...]
    table: pd.DataFrame
    solutions: tuple[ZoningSolution, ...]

    def __len__(self) -> int:
        return len(self.solutions)


def pareto(
    problem: ZoningProblem, goals: Sequence[str] = ("distance", "stability"), points: int = 9, *, seed: int = 0, steps: int | None = None
) -> ParetoFront:
    """Plans between the best for each goal alone, none of which another found plan beats in every goal.

    Weighted sums give the corners of the trade (for two goals always between the neighbours that lie farthest apart); where stability is among two goals
    and the problem is small, caps on the pupils moved, evenly spaced, give the points between corners that no weights reach.

    Parameters
    ----------
    goals : two or three names of ``OBJECTIVES``; the weights of the problem's own goals play no part
    points : weighted solves, and again caps, to aim for

    Raises
    ------
    DataError : not two or three different known goals, or a goal without the data it needs
    InfeasibleError : no lawful plan

    Examples
    --------
    >>> line = ZoningProblem(demand=[1, 1, 1, 1], capacity=[3, 3], edges=[(0, 1), (1, 2), (2, 3)], home_block=[0, 3], today=[0, 0, 0, 1],
    ...                      xy=[(0, 0), (100, 0), (200, 0), (300, 0)], school_xy=[(0, 0), (300, 0)])
    >>> pareto(line, points=3, steps=2000).table[["distance", "stability", "gap"]].to_numpy().tolist()
    [[200.0, 1.0, 0.0], [300.0, 0.0, 0.0]]
    """
    _check(goals)
    sweep = _Sweep(problem, tuple(goals), seed, steps)
    sweep.anchors()
    if len(goals) == 2:
        if len(sweep.best()) < 2:
            sweep.spread()
        sweep.between(points)
    else:
        sweep.lattice(points)
    if len(goals) == 2 and "stability" in goals and problem.block_count * problem.school_count <= LARGEST_CAPPED:
        sweep.capped(points)
    return sweep.front()


def _check(goals: Sequence[str]) -> None:
    if len(goals) not in (2, 3) or len(set(goals)) < len(goals) or set(goals) - set(OBJECTIVES):
        raise DataError(Fault(text("variants.wrong_goals", given=list(goals)), text("variants.give_goals", known=sorted(OBJECTIVES)), column="goals"))


@dataclass
class _Point:
    value: NDArray[np.float64]
    priced: float
    solution: ZoningSolution
    found_by: str


@dataclass
class _Proof:
    """``bound`` <= ``weight`` . values (+ the price of pupils over soft seats) of every lawful plan whose goal ``capped`` is at most ``cap``."""

    weight: NDArray[np.float64]
    bound: float
    cap: float = np.inf
    capped: int = 0


@dataclass
class _Sweep:
    problem: ZoningProblem
    goals: tuple[str, ...]
    seed: int
    steps: int | None
    points: list[_Point] = field(default_factory=list)
    proofs: list[_Proof] = field(default_factory=list)
    solves: int = 0

    def weighted(self, weight: NDArray[np.float64], cap: float = np.inf) -> _Point | None:
        """The best plan for the weights, kept with its proof; with at most ``cap`` pupils moved."""
        tell_part("curve")
        aims: tuple[Goal, ...] = tuple(OBJECTIVES[g](float(w)) for g, w in zip(self.goals, weight, strict=True))
        rules = self.problem.rules
        if np.isfinite(cap):
            rules = (*rules, ChangeCap(min(1.0, cap * (1 + EQUAL) / float(self.problem.demand.sum()))))
        self.solves += 1
        try:
            aimed = self.problem.replace(objectives=aims, rules=rules)
            found = assign_blocks(aimed, time_limit_s=SAFETY_S, seed=self.seed + self.solves, steps=self.steps, proof_nodes=PROOF_NODES)
        except InfeasibleError:
            if not self.points:
                raise
            return None
        if check_zoning(self.problem, found.school_of_block):
            return None
        values = zoning_terms(self.problem.replace(objectives=tuple(OBJECTIVES[g]() for g in self.goals)), found.school_of_block)
        priced = seat_price(self.problem) * values.get("seats_over", 0.0)
        point = _Point(np.array([values[g] for g in self.goals]), priced, found, "cap" if np.isfinite(cap) else "weights")
        self.points.append(point)
        capped = self.goals.index("stability") if "stability" in self.goals else 0
        self.proofs.append(_Proof(weight, found.bound, cap, capped))
        return point

    def anchors(self) -> None:
        """The best plan for each goal, the others breaking ties."""
        count = len(self.goals)
        alone = [self.weighted(np.eye(count)[g]) for g in range(count)]
        values = np.stack([p.value for p in alone if p is not None])
        self.span = np.where(np.ptp(values, axis=0) > 0, np.ptp(values, axis=0), 1.0)
        for g in range(count):
            self.weighted(np.where(np.arange(count) == g, 1.0, TRACE) / self.span)

    def between(self, points: int) -> None:
        """Weights perpendicular to the line between neighbours, the widest pair first (Aneja and Nair 1979)."""
        tried: set[tuple[float, ...]] = set()
        for _ in range(points):
            best = [p.value / self.span for p in self.best()]
            pairs = [(np.abs(b - a).max(), a, b) for a, b in pairwise(best) if (*a, *b) not in tried]
            if not pairs:
                return
            _, a, b = max(pairs, key=lambda pair: pair[0])
            tried.add((*a, *b))
            normal = np.array([a[1] - b[1], b[0] - a[0]])
            self.weighted(normal / normal.sum() / self.span)

    def spread(self) -> None:
        """Even weights where one goal alone gave plans that beat all others, so that no two are left to look between."""
        for share in (0.5, 0.2, 0.8, 0.05):
            self.weighted(np.array([1 - share, share]) / self.span)

    def lattice(self, points: int) -> None:
        """Evenly spread weights over three goals."""
        parts = next(p for p in range(2, points + 3) if (p - 1) * (p - 2) // 2 >= points)
        inner = [w for w in product(range(1, parts), repeat=3) if sum(w) == parts]
        for weight in inner[:: max(1, len(inner) // points)]:
            self.weighted(np.array(weight) / parts / self.span)

    def capped(self, points: int) -> None:
        """The best plan for the other goal with ever fewer pupils moved."""
        s = self.goals.index("stability")
        most, least = max(p.value[s] for p in self.best()), min(p.value[s] for p in self.best())
        weight = np.where(np.arange(2) == s, TRACE, 1.0) / self.span
        for cap in np.linspace(least, most, points + 2)[1:-1]:
            self.weighted(weight, float(cap))

    def best(self) -> list[_Point]:
        """Points that no other beats or equals, the first goal ascending."""
        kept: list[_Point] = []
        for p in sorted(self.points, key=lambda p: tuple(p.value)):
            tolerance = EQUAL * np.maximum(1.0, np.abs(p.value))
            if not any((q.value <= p.value + tolerance).all() for q in kept):
                kept.append(p)
        return kept

    def bound_of(self, value: NDArray[np.float64], priced: float) -> float:
        """The highest proven bound on the first goal over the plans whose other goals (and price of pupils over soft seats) are no higher."""
        found = 0.0
        for proof in self.proofs:
            covers = np.isinf(proof.cap) or (proof.capped > 0 and value[proof.capped] <= proof.cap * (1 + EQUAL))
            if proof.weight[0] > 0 and covers:
                found = max(found, float((proof.bound - priced - proof.weight[1:] @ value[1:]) / proof.weight[0]))
        return found

    def front(self) -> ParetoFront:
        best = self.best()
        solutions = tuple(self._proved(p) for p in best)
        rows = [{**s.terms, "bound": s.bound, "gap": s.gap, "found_by": p.found_by} for p, s in zip(best, solutions, strict=True)]
        return ParetoFront(self.goals, pd.DataFrame(rows), solutions)

    def _proved(self, point: _Point) -> ZoningSolution:
        """The point's plan with the first goal as its objective."""
        first = float(point.value[0])
        bound = min(self.bound_of(point.value, point.priced), first)
        gap = relative_gap(first, bound)
        terms = dict(zip(self.goals, point.value.tolist(), strict=True))
        return replace(point.solution, objective=first, bound=bound, gap=gap, status="optimal" if gap <= EQUAL else "feasible", terms=terms)
