"""Is there any plan at all? For tiny cities exactly, whatever the rules: whole units to zones as a mixed-integer programme, zones joined by cuts.

Seats and other sums, the change cap and neighbours together are rows; allowed pairs (distances, locks, homes) and units that stay together are in the
columns; connectedness comes as separators that a solution breaks. Sums are loosened by what the check of a plan lets pass, and every plan is checked, so
that neither answer rests on rounding.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components, dijkstra

from districting.checking.zoning import check_zoning
from districting.solvers.milp import Milp, Row
from districting.zoning.exact.instance import Instance, drop_unreached
from districting.zoning.exact.separators import find_separators
from districting.zoning.land import build_land
from districting.zoning.lowering import Lowered, written_out
from districting.zoning.relaxed import Programme, build_programme, names_of_sums

TINY_ARCS = 2_000
"""Allowed pairs of unit and zone at most."""
CHEAPEST_ARCS, CHEAPEST_S = 400, 2.0
"""The same and seconds for the cheapest plan, where homes are free: the search is weak there."""
SECONDS = 20.0
SLIP = 2e-6
"""Share of a sum (at least of one pupil) by which it is loosened; the check of a plan lets half of it pass."""
RELAXED_ROUNDS, RELAXED_SHARE = 30, 0.3
"""Rounds of cuts on the relaxation before the first whole solution, and their share of the clock."""
MOST_CUTS = 20
SOFT_GOALS = ("balance", "mix")


@dataclass(frozen=True, eq=False)
class AnyPlan:
    """``label`` (u,) zones of a plan that holds every rule, None where none is known; ``impossible``: proven that there is none. Neither: not settled in time."""

    label: NDArray[np.int64] | None
    impossible: bool


OPEN = AnyPlan(None, False)


def is_tiny(low: Lowered) -> bool:
    """Whether the question can be settled exactly."""
    arcs = low.problem.block_count * low.problem.school_count
    return arcs <= TINY_ARCS or (not low.same and int(np.isfinite(low.problem.distance_m).sum()) <= TINY_ARCS)


def any_plan(low: Lowered, seconds: float = SECONDS) -> AnyPlan:
    """A plan that holds every rule, or the proof that there is none; :data:`OPEN` where ``seconds`` do not suffice or the city is not tiny."""
    if not is_tiny(low):
        return OPEN
    return _Question(written_out(low)).answer(time.perf_counter() + seconds)


def cheapest_plan(low: Lowered, seconds: float) -> NDArray[np.int64] | None:
    """(u,) zones of the plan of least linear cost (distance, stability) that holds every rule; None where it is not settled in time or the city is not small."""
    arcs = low.problem.block_count * low.problem.school_count if low.same else int(np.isfinite(low.problem.distance_m).sum())
    if arcs > CHEAPEST_ARCS:
        return None
    return _Question(written_out(low), cheapest=True).answer(time.perf_counter() + seconds).label


class _Question:
    """Columns: the allowed pairs (``alive``); rows grow by cuts. ``cheapest``: the plan of least linear cost is asked for, not just any."""

    def __init__(self, low: Lowered, *, cheapest: bool = False) -> None:
        self.low, self.land = low, build_land(low)
        self.gap = 0.0 if cheapest else 1.0
        self.alive = self.land.cost < self.land.far
        programme = build_programme(self.land, names_of_sums(low))
        land = self.land
        seats = land.high[:, 0] + _slip(land.high[:, 0]) if low.draft.seat_price_m is None else np.full(len(land.seats), np.inf)
        self.instance = Instance(land.cost, land.pupils, seats, land.start, land.neighbour, land.home, land.connected, land.home_kept)
        if land.home_kept and np.isfinite(seats).all():
            drop_unreached(self.instance, self.alive)
        self.unit, self.zone = np.nonzero(self.alive)
        self.column = np.full(self.alive.shape, -1, dtype=np.int64)
        self.column[self.unit, self.zone] = np.arange(len(self.unit))
        arcs = len(self.unit)
        cost = self.land.cost[self.unit, self.zone] if cheapest else self._steps_from_home()
        self.model = Milp(cost, np.zeros(arcs), np.ones(arcs), np.ones(arcs, dtype=np.bool_))
        self.model.add_rows([*self._one_zone_each(), *self._sums(programme), *self._mates(), *self._never_alone()])

    def answer(self, deadline: float) -> AnyPlan:
        """Solve, check, cut, until one of the two is certain or the clock ends."""
        if not self.alive.any(axis=1).all() or self._relaxation_is_empty(deadline):
            return AnyPlan(None, True)
        while (left := deadline - time.perf_counter()) > 0:
            found = self.model.solve(time_limit_s=left, gap=self.gap)
            if found.status == "infeasible":
                return AnyPlan(None, True)
            if found.x is None:
                break
            value = np.zeros(self.alive.shape)
            value[self.unit, self.zone] = found.x
            label = value.argmax(axis=1).astype(np.int64)
            cuts = self._joining(label)
            if not cuts:
                if not check_zoning(self.low.given, label[self.low.unit_of_block]):
                    return AnyPlan(label, False)
                cuts = [(self.column[np.arange(len(label)), label], np.ones(len(label)), -np.inf, float(len(label) - 1))]
            self.model.add_rows(cuts)
        return OPEN

    def _steps_from_home(self) -> NDArray[np.float64]:
        """Cost of a column: units on the way from home, so that first solutions hang together; any plan will do, so it is no more than a hint."""
        if not (self.land.connected and self.land.home_kept):
            return np.zeros(len(self.unit))
        steps = dijkstra(self._graph(), directed=False, indices=self.land.home, unweighted=True)
        return np.where(np.isfinite(steps), steps, 0.0)[self.zone, self.unit]

    def _graph(self) -> sp.csr_array:
        land, u = self.land, len(self.land.pupils)
        return sp.csr_array((np.ones(len(land.neighbour)), land.neighbour, land.start), shape=(u, u))

    def _one_zone_each(self) -> list[Row]:
        mine = [self.column[i][self.alive[i]] for i in range(len(self.alive))]
        return [(columns, np.ones(len(columns)), 1.0, 1.0) for columns in mine]

    def _sums(self, programme: Programme) -> list[Row]:
        """Rows of the hard sums and the change cap."""
        arcs = len(programme.unit)
        column = self.column[programme.unit, programme.zone]
        rows: list[Row] = []
        for t, rule in enumerate(programme.rule_of_row):
            at, value = (x[programme.matrix.indptr[t] : programme.matrix.indptr[t + 1]] for x in (programme.matrix.indices, programme.matrix.data))
            if rule in SOFT_GOALS or (at >= arcs).any():
                continue
            kept = column[at] >= 0
            right = float(programme.right[t])
            rows.append((column[at][kept], value[kept], -np.inf, right + float(_slip(abs(right)))))
        return rows

    def _mates(self) -> list[Row]:
        """Of the mates of a row, as many as it needs are in the owner's zone."""
        land = self.land
        rows: list[Row] = []
        for t, owner in enumerate(land.mate_owner.tolist()):
            mates = land.row_mate[land.row_start[t] : land.row_start[t + 1]]
            for j in np.flatnonzero(self.alive[owner]).tolist() if land.mate_need[t] > 0 else ():
                columns = self.column[mates, j]
                together, times = np.unique(np.append(columns[columns >= 0], self.column[owner, j]), return_counts=True)
                value = times.astype(np.float64)
                value[together == self.column[owner, j]] -= 1.0 + land.mate_need[t]
                rows.append((together, value, 0.0, np.inf))
        return rows

    def _never_alone(self) -> list[Row]:
        """A unit of a connected zone that is not the school's own has a neighbour in the zone."""
        land = self.land
        if not (land.connected and land.home_kept):
            return []
        rows: list[Row] = []
        for i, j in zip(self.unit.tolist(), self.zone.tolist(), strict=True):
            if land.home[j] != i:
                beside = self.column[land.neighbour[land.start[i] : land.start[i + 1]], j]
                beside = beside[beside >= 0]
                rows.append((np.append(beside, self.column[i, j]), np.append(np.ones(len(beside)), -1.0), 0.0, np.inf))
        return rows

    def _relaxation_is_empty(self, deadline: float) -> bool:
        """Whether not even split units can hold the rules, separators of connected zones among them."""
        if not (self.land.connected and self.land.home_kept):
            return False
        until = time.perf_counter() + RELAXED_SHARE * (deadline - time.perf_counter())
        for _ in range(RELAXED_ROUNDS):
            found = self.model.relaxed(time_limit_s=max(until - time.perf_counter(), 0.01))
            if found.status == "infeasible":
                return True
            if found.x is None or time.perf_counter() > until:
                break
            value = np.zeros(self.alive.shape)
            value[self.unit, self.zone] = np.clip(found.x, 0.0, 1.0)
            cuts = self._separators(value, 0.05)
            if not cuts:
                break
            self.model.add_rows(cuts)
        return False

    def _joining(self, label: NDArray[np.int64]) -> list[Row]:
        """Cuts that labels with zones in pieces break."""
        if not self.land.connected:
            return []
        if not self.land.home_kept:
            return self._between_pieces(label)
        value = np.zeros(self.alive.shape)
        value[np.arange(len(label)), label] = 1.0
        return self._separators(value, 0.1)

    def _separators(self, value: NDArray[np.float64], violation: float) -> list[Row]:
        rows: list[Row] = []
        for s in find_separators(self.instance, self.alive, value, violation=violation, most=MOST_CUTS):
            between = self.column[s.between, s.school]
            between = between[between >= 0]
            rows.append((np.append(between, self.column[s.block, s.school]), np.append(np.ones(len(between)), -1.0), 0.0, np.inf))
        return rows

    def _between_pieces(self, label: NDArray[np.int64]) -> list[Row]:
        """Where homes are free no unit is sure to be in a zone: two units of different pieces need one of the units between them."""
        rows: list[Row] = []
        graph = self._graph()
        for j in range(len(self.land.seats)):
            mine = np.flatnonzero(label == j)
            piece = connected_components(graph[mine][:, mine], directed=False)[1] if len(mine) else np.zeros(0, dtype=np.int64)
            first = mine[piece == 0]
            for other in range(1, int(piece.max(initial=0)) + 1):
                a, b = int(first[0]), int(mine[piece == other][0])
                between = self.column[_border_towards(graph, self.alive[:, j], mine[piece == other], a), j]
                ends = self.column[[a, b], j]
                rows.append((np.append(between, ends), np.append(np.ones(len(between)), [-1.0, -1.0]), -1.0, np.inf))
        return rows


def _border_towards(graph: sp.csr_array, allowed: NDArray[np.bool_], piece: NDArray[np.int64], goal: int) -> NDArray[np.int64]:
    """Allowed units around ``piece`` that a way from ``goal`` meets first: without them nothing joins the two."""
    inside = np.zeros(len(allowed), dtype=np.bool_)
    inside[piece] = True
    around = allowed & ~inside & ((graph @ inside.astype(np.float64)) > 0)
    free = np.flatnonzero(allowed & ~around & ~inside)
    part = connected_components(graph[free][:, free], directed=False)[1]
    reached = np.zeros(len(allowed), dtype=np.bool_)
    reached[free[part == part[np.flatnonzero(free == goal)[0]]]] = True
    return np.flatnonzero(around & ((graph @ reached.astype(np.float64)) > 0))


def _slip(amount: NDArray[np.float64] | float) -> NDArray[np.float64]:
    return SLIP * np.maximum(1.0, np.asarray(amount, dtype=np.float64))
