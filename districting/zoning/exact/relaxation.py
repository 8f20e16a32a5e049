"""The linear relaxation over arcs with separators: its bound from the prices alone, and the arcs that the bound forbids."""

from __future__ import annotations

from typing import NamedTuple

import highspy
import numpy as np
from highspy._core import _Highs
from numpy.typing import NDArray

from districting.zoning.exact.instance import Instance, drop_unreached
from districting.zoning.exact.record import SAFE, Progress
from districting.zoning.exact.separators import Separator, find_separators

ROUNDS = 200
VIOLATION, MOST = 0.005, 20
"""Share of a block by which a separator is broken at least, separators per school and round at most."""
STALLED, PATIENCE = 1e-6, 5
"""A rise of the best bound that is too small to go on, over so many rounds in a row."""

IDLE, WORTH_FORGETTING = 6, 0.1
"""A row without a price for so many solves is taken out, as soon as so large a share of the rows is."""
ROUNDING = 1e-12
"""Share of the prices by which sums of them may be wrong."""


class Relaxed(NamedTuple):
    """``bound`` in pupil-metres, ``value`` (n, k) and ``reduced`` (n, k) cost of every arc, ``price`` (n,) of every block, ``tight`` separators with a price."""

    bound: float
    value: NDArray[np.float64]
    reduced: NDArray[np.float64]
    price: NDArray[np.float64]
    tight: list[Separator]


class Tightened(NamedTuple):
    """``alive`` (n, k) arcs left, ``tight`` separators in use, ``bound``, ``reduced`` and ``price`` of the last relaxation: what a better plan would forbid."""

    alive: NDArray[np.bool_]
    tight: list[Separator]
    bound: float
    reduced: NDArray[np.float64]
    price: NDArray[np.float64]


class Relaxation:
    """Rows: one per block, one per school, then separators. Arcs that are dropped keep their column at 0."""

    def __init__(self, instance: Instance, alive: NDArray[np.bool_], scale: float) -> None:
        self.instance, self.alive, self.scale = instance, alive, scale
        self.block, self.school = np.nonzero(alive)
        self.column = np.full(alive.shape, -1, dtype=np.int64)
        self.column[self.block, self.school] = np.arange(len(self.block))
        self.separators: list[Separator] = []
        self.known: set[tuple[int, int, bytes]] = set()
        self.idle: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        self.open = np.ones(len(self.block), dtype=np.bool_)
        self.highs = _Highs()
        for option, value in (("output_flag", False), ("threads", 1), ("random_seed", 0), ("solver", "simplex")):
            self.highs.setOptionValue(option, value)
        self._pass()

    def _pass(self) -> None:
        n, k, arcs = self.instance.block_count, self.instance.school_count, len(self.block)
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = arcs, n + k
        lp.col_cost_ = self.instance.cost[self.block, self.school] / self.scale
        lp.col_lower_, lp.col_upper_ = np.zeros(arcs), np.ones(arcs)
        lp.row_lower_ = np.concatenate([np.ones(n), np.full(k, -np.inf)])
        lp.row_upper_ = np.concatenate([np.ones(n), self.instance.seats])
        index = np.stack([self.block, n + self.school], axis=1).ravel()
        value = np.stack([np.ones(arcs), self.instance.demand[self.block]], axis=1).ravel()
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.num_col_, lp.a_matrix_.num_row_ = arcs, n + k
        lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = np.arange(0, 2 * arcs + 1, 2), index, value
        self.highs.passModel(lp)

    def add(self, separators: list[Separator]) -> int:
        """Add those not yet there."""
        fresh = [s for s in separators if s.key not in self.known]
        if not fresh:
            return 0
        self.known.update(s.key for s in fresh)
        self.separators += fresh
        self.idle = np.append(self.idle, np.zeros(len(fresh), dtype=np.int64))
        rows = [self._row(s) for s in fresh]
        begin = np.cumsum([0, *(len(index) for index, _ in rows[:-1])]).astype(np.int32)
        index, value = (np.concatenate(x) for x in zip(*rows, strict=True))
        self.highs.addRows(len(rows), np.zeros(len(rows)), np.full(len(rows), np.inf), len(index), begin, index, value)
        return len(fresh)

    def forget(self, price: NDArray[np.float64]) -> None:
        """Take out rows that had no price for ``IDLE`` solves; they may come back."""
        self.idle = np.where(price > 0, 0, self.idle + 1)
        gone = np.flatnonzero(self.idle >= IDLE)
        if len(gone) < WORTH_FORGETTING * len(self.separators):
            return
        first = self.instance.block_count + self.instance.school_count
        self.highs.deleteRows(len(gone), (first + gone).astype(np.int32))
        kept = np.flatnonzero(self.idle < IDLE)
        self.known -= {self.separators[s].key for s in gone.tolist()}
        self.separators = [self.separators[s] for s in kept.tolist()]
        self.idle = self.idle[kept]

    def _row(self, s: Separator) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        columns = self.column[s.between, s.school]
        columns = columns[columns >= 0]
        index = np.append(columns, self.column[s.block, s.school]).astype(np.int32)
        return index, np.append(np.ones(len(columns)), -1.0)

    def drop(self, alive: NDArray[np.bool_]) -> None:
        """Close the columns of arcs that are no longer alive."""
        self.alive = alive
        shut = np.flatnonzero(self.open & ~alive[self.block, self.school])
        self.open[shut] = False
        if len(shut):
            self.highs.changeColsBounds(len(shut), shut.astype(np.int32), np.zeros(len(shut)), np.zeros(len(shut)))

    def solve(self, seconds: float) -> Relaxed | None:
        """None when no solution exists; a stopped solve gives its prices all the same."""
        self.highs.setOptionValue("time_limit", max(0.01, self.highs.getRunTime() + seconds))
        self.highs.run()
        if self.highs.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
            return None
        solution = self.highs.getSolution()
        return self._priced(np.array(solution.col_value), np.array(solution.row_dual))

    def _priced(self, x: NDArray[np.float64], dual: NDArray[np.float64]) -> Relaxed:
        """The bound that the row prices give by themselves: no trust in the solver's tolerances."""
        instance, n, k = self.instance, self.instance.block_count, self.instance.school_count
        if len(dual) != n + k + len(self.separators):
            dual = np.zeros(n + k + len(self.separators))
        seat, cut = np.minimum(dual[n : n + k], 0.0), np.maximum(dual[n + k :], 0.0)
        reduced = np.where(self.alive, instance.cost / self.scale - instance.demand[:, None] * seat[None, :], np.inf)
        for s, price in zip(self.separators, cut, strict=True):
            if price > 0:
                reduced[s.between, s.school] -= price
                reduced[s.block, s.school] += price
        least = reduced.min(axis=1)
        # the best block price is the least reduced cost of its arcs, whatever the solver says
        slip = ROUNDING * float(np.abs(least).sum() + np.abs(seat * instance.seats).sum())
        bound = float(least.sum() + (seat * instance.seats).sum()) - slip
        value = np.zeros(self.alive.shape)
        if len(x):
            value[self.block, self.school] = np.clip(x, 0.0, 1.0)
        tight = [s for s, price in zip(self.separators, cut, strict=True) if price > 1e-9]
        self.forget(cut)
        return Relaxed(bound * self.scale, value, (reduced - least[:, None]) * self.scale, least * self.scale, tight)


def tighten(instance: Instance, alive: NDArray[np.bool_], progress: Progress, scale: float) -> Tightened:
    """Solve, forbid, separate, until nothing moves. Returns the arcs left and the separators in use; a block without an arc means that no better plan exists."""
    alive = alive.copy()
    relaxation = Relaxation(instance, alive, scale)
    known = Tightened(alive, [], -np.inf, np.zeros(alive.shape), np.zeros(len(alive)))
    best, stalled = -np.inf, 0
    for _ in range(ROUNDS):
        if progress.seconds_left <= 0 or not alive.any(axis=1).all():
            break
        relaxed = relaxation.solve(progress.seconds_left)
        if relaxed is None:
            alive[:] = False
            break
        progress.raise_bound(relaxed.bound)
        stalled = 0 if relaxed.bound - best > STALLED * abs(relaxed.bound) else stalled + 1
        if relaxed.bound >= best:
            best = relaxed.bound
            known = Tightened(alive, relaxed.tight, relaxed.bound, relaxed.reduced, relaxed.price)
        dropped = forbid(instance, alive, relaxed.bound, relaxed.reduced, progress.objective)
        relaxation.drop(alive)
        fresh = relaxation.add(find_separators(instance, alive, relaxed.value, violation=VIOLATION, most=MOST)) if instance.connected else 0
        progress.cuts += fresh
        if not dropped and (not fresh or stalled > PATIENCE):
            break
    return known


def forbid(instance: Instance, alive: NDArray[np.bool_], bound: float, reduced: NDArray[np.float64], objective: float) -> int:
    """Drop, in place, the arcs that no plan below ``objective`` uses, then those cut off; how many."""
    if not np.isfinite(objective):
        return drop_unreached(instance, alive)
    costly = alive & (bound + reduced > objective + SAFE * abs(objective))
    alive[costly] = False
    return int(costly.sum()) + drop_unreached(instance, alive)
