"""The problem as the solver reads it: schools in the order of their codes, sizes in whole schools where all are alike, a table of costs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from districting.model.incubation_problem import IncubationProblem

SLIP = 1e-9
"""Share of a size that counts as rounding."""


@dataclass(frozen=True, eq=False)
class Case:
    """``centre`` (m,) positions of the incubators; ``cost`` (m, n) what a school costs at an incubator, inf = not allowed; ``size`` (n,) with the limits ``low`` and
    ``high`` of an area, all 1 where schools are alike (``alike``); ``areas`` their number; ``beside`` the neighbours of every school, or None, and ``pairs`` the same as two columns; ``order`` (n,) positions in
    the problem.
    """

    centre: NDArray[np.int64]
    cost: NDArray[np.float64]
    size: NDArray[np.float64]
    low: float
    high: float
    areas: int
    alike: bool
    beside: tuple[NDArray[np.int64], ...] | None
    order: NDArray[np.int64]
    pairs: tuple[NDArray[np.int64], NDArray[np.int64]] | None = None

    @property
    def n(self) -> int:
        """Number of schools."""
        return len(self.size)

    @property
    def m(self) -> int:
        """Number of incubators."""
        return len(self.centre)

    def fits(self, label: NDArray[np.int64], chosen: NDArray[np.int64]) -> bool:
        """Whether every area of a plan (incubator of each school) is within the limits of size."""
        held = np.bincount(label, self.size, self.m)[chosen]
        return bool((held >= self.low * (1 - SLIP)).all() and (held <= self.high * (1 + SLIP)).all())

    def total(self, label: NDArray[np.int64]) -> float:
        """What a plan costs."""
        return float(self.cost[label, np.arange(self.n)].sum())


def case_of(problem: IncubationProblem) -> Case:
    """The arrays of a problem."""
    n = len(problem.size)
    order = np.array(sorted(range(n), key=lambda i: (problem.code[i], i)) if problem.code else range(n), dtype=np.int64)
    xy, size = problem.xy[order], problem.size[order].astype(np.float64)
    centre = np.flatnonzero(problem.is_incubator[order])
    cost = np.hypot(*(xy[centre][:, None, :] - xy[None, :, :]).transpose(2, 0, 1)) * problem.weight[order][None, :]
    if problem.allowed is not None:
        cost = np.where(problem.allowed[np.ix_(order[centre], order)], cost, np.inf)
    mean = float(size.sum()) / problem.areas
    low, high = (1 - problem.tolerance) * mean, (1 + problem.tolerance) * mean
    alike = bool((size == size[0]).all())
    if alike:
        low, high = float(np.ceil(low / size[0] - SLIP * n)), float(np.floor(high / size[0] + SLIP * n))
        size = np.ones(n)
    beside = _beside(problem.edges, order)
    pairs = None if beside is None else (np.repeat(np.arange(n), [len(b) for b in beside]), np.concatenate(beside).astype(np.int64))
    return Case(centre, cost, size, max(low, 0.0), high, problem.areas, alike, beside, order, pairs)


def _beside(edges: NDArray[np.int64] | None, order: NDArray[np.int64]) -> tuple[NDArray[np.int64], ...] | None:
    if edges is None:
        return None
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    found: list[set[int]] = [set() for _ in order]
    for a, b in place[np.asarray(edges, dtype=np.int64).reshape(-1, 2)].tolist():
        if a != b:
            found[a].add(b)
            found[b].add(a)
    return tuple(np.array(sorted(f), dtype=np.int64) for f in found)
