"""Large moves: a few neighbouring zones at a time are drawn anew to their optimum, everything else stays."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from districting.errors import InfeasibleError
from districting.model.zoning_problem import ZoningProblem
from districting.solvers.transport import TransportSolution, solve_transport
from districting.zoning.exact import Tree, prove

ARCS = 900
"""Blocks x zones of a group at most, beyond two zones: larger ones take longer than they are worth, except where groups are taken around every zone only (wide)."""
NODES, WIDE_NODES = 400, 1_000
SECONDS = 20.0
"""One group at most; the limit on nodes is met first."""
WORTH = 1e-9


class Redrawing:
    """Labels that get better group by group, around every zone only where ``wide``. ``calls`` counts solved groups, ``cut_short`` says that the clock cut the work."""

    def __init__(self, problem: ZoningProblem, label: NDArray[np.int64], transport: TransportSolution, seconds: float, *, wide: bool = False) -> None:
        self.problem, self.label = problem, label.astype(np.int64).copy()
        self.wide, self.nodes = wide, WIDE_NODES if wide else NODES
        self.deadline = time.perf_counter() + seconds
        self.price = np.asarray(transport.seat_price_m)
        blocks = np.arange(problem.block_count)
        best = transport.candidates[:, 0].astype(np.int64)
        self.least = problem.distance_of(blocks, best) + self.price[best]
        self.objective = float((problem.demand * problem.distance_of(blocks, self.label)).sum())
        self.tried: set[tuple[tuple[int, ...], int]] = set()
        self.calls = 0
        self.cut_short = False

    def run(self, calls: int, sizes: tuple[int, ...], target: float = 0.0) -> NDArray[np.int64]:
        """Redraw groups of ``sizes`` zones, those that waste most first, until none of any size gives more, ``calls`` are spent or the objective is at most ``target``."""
        size = 0
        while size < len(sizes):
            improved = self._pass(sizes[size], calls, target)
            if self.calls >= calls or self.objective <= target or self._late():
                break
            size = size - 1 if improved and size else size + 1
        return self.label

    def _late(self) -> bool:
        self.cut_short |= time.perf_counter() > self.deadline
        return self.cut_short

    def _pass(self, size: int, calls: int, target: float) -> bool:
        """One look at every group of this size; whether any got better."""
        improved = False
        for group in self._groups(size):
            if self.calls >= calls or self.objective <= target or self._late():
                break
            mark = (group, hash(np.flatnonzero(np.isin(self.label, group)).tobytes()))
            if mark in self.tried:
                continue
            self.tried.add(mark)
            if self._redraw(np.array(group)):
                improved = True
                self.tried.add((group, hash(np.flatnonzero(np.isin(self.label, group)).tobytes())))
        return improved

    def _groups(self, size: int) -> Iterator[tuple[int, ...]]:
        """Connected groups of zones, the most wasteful first; the labels at the start of the pass decide the order."""
        beside = self._beside()
        if self.wide:
            yield from self._around(size, beside)
            return
        groups: set[tuple[int, ...]] = {(zone,) for zone in range(self.problem.school_count)}
        for _ in range(size - 1):
            groups = {tuple(sorted((*group, other))) for group in groups for zone in group for other in beside[zone] if other not in group}
        waste, blocks = self._waste(), np.bincount(self.label, minlength=self.problem.school_count)
        sized = [g for g in groups if size == 2 or size * int(blocks[list(g)].sum()) <= ARCS]
        yield from sorted(sized, key=lambda g: (-float(waste[list(g)].sum()) / len(g), g))

    def _around(self, size: int, beside: list[set[int]]) -> Iterator[tuple[int, ...]]:
        """Around every zone, the most wasteful first: it and the zones nearest to it, each beside one that is in already."""
        homes = self.problem.home_block
        for zone in np.argsort(-self._waste(), kind="stable").tolist():
            metres = self.problem.distance_of(homes, np.full(len(homes), zone))
            group = {zone}
            while len(group) < size:
                next_to = {other for member in group for other in beside[member]} - group
                if not next_to:
                    break
                group.add(min(next_to, key=lambda other: (float(metres[other]), other)))
            if len(group) == size:
                yield tuple(sorted(group))

    def _beside(self) -> list[set[int]]:
        a, b = self.label[self.problem.edges].T
        beside: list[set[int]] = [set() for _ in range(self.problem.school_count)]
        for x, y in np.unique(np.column_stack([a, b])[a != b], axis=0).tolist():
            beside[x].add(y)
            beside[y].add(x)
        return beside

    def _waste(self) -> NDArray[np.float64]:
        """(k,) what each zone adds to the distance from the transport bound: reduced costs of its blocks, and priced seats left empty."""
        problem, k = self.problem, self.problem.school_count
        reduced = problem.distance_of(np.arange(problem.block_count), self.label) + self.price[self.label] - self.least
        empty = problem.capacity - np.bincount(self.label, problem.demand, k)
        return np.bincount(self.label, problem.demand * reduced, k) + self.price * empty

    def _redraw(self, group: NDArray[np.int64]) -> bool:
        """Solve the group by itself; whether it got better."""
        rows = np.flatnonzero(np.isin(self.label, group))
        part = _part(self.problem, rows, group)
        now = np.searchsorted(group, self.label[rows])
        before = _length(part, now)
        self.calls += 1
        try:
            found = prove(part, now, solve_transport(part), seconds=min(SECONDS, max(self.deadline - time.perf_counter(), 0.05)), tree=Tree(nodes=self.nodes))
        except InfeasibleError:  # the group as it stands is a plan, so this is a solver's slip: leave it
            return False
        if found.interrupted:
            raise KeyboardInterrupt
        if found.labels is None:
            return False
        gained = before - _length(part, found.labels)
        if gained <= WORTH * self.objective:
            return False
        self.label[rows] = group[found.labels]
        self.objective -= gained
        return True


def _part(problem: ZoningProblem, rows: NDArray[np.int64], group: NDArray[np.int64]) -> ZoningProblem:
    """The group as a problem of its own."""
    position = np.full(problem.block_count, -1)
    position[rows] = np.arange(len(rows))
    edges = position[problem.edges]
    where = {"xy": problem.xy[rows], "school_xy": problem.school_xy[group]} if problem.distance_m is None else _table(problem, rows, group)  # type: ignore[index]
    return ZoningProblem(
        demand=problem.demand[rows],
        capacity=problem.capacity[group],
        edges=edges[(edges >= 0).all(axis=1)],
        home_block=position[problem.home_block[group]],
        **where,
    )


def _table(problem: ZoningProblem, rows: NDArray[np.int64], group: NDArray[np.int64]) -> dict[str, NDArray[np.float64]]:
    pairs = np.meshgrid(rows, group, indexing="ij")
    return {"distance_m": problem.distance_of(pairs[0].ravel(), pairs[1].ravel()).reshape(pairs[0].shape)}


def _length(problem: ZoningProblem, label: NDArray[np.int64]) -> float:
    return float((problem.demand * problem.distance_of(np.arange(problem.block_count), label)).sum())
