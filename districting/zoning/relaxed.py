"""A bound for any goals and rules: the linear relaxation over units x zones, its duals evaluated by hand so that no solver has to be trusted.

Left out, which can only lower the bound: connectedness, whole units, compactness (at least 0), borders (at least 0), mates.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.optimize import linprog

from districting.model.goals import Balance, Mix
from districting.zoning.land import MOST_SEATS, Land, build_land
from districting.zoning.lowering import Lowered

LARGEST_PROGRAMME = 80_000
"""Arcs of the programme at most."""


@dataclass(frozen=True, eq=False)
class Programme:
    """min cost x, A x <= b, each unit's arcs sum to 1, x >= 0, extra variables within 0..top. Arcs first: ``unit``, ``zone`` of each."""

    cost: NDArray[np.float64]
    matrix: sp.csr_array
    right: NDArray[np.float64]
    unit: NDArray[np.int64]
    zone: NDArray[np.int64]
    top: NDArray[np.float64]
    rule_of_row: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class RelaxedBound:
    """``bound`` evaluated from ``dual`` (rows,) >= 0; ``infeasible`` when not even split units can hold the rules."""

    bound: float
    dual: NDArray[np.float64]
    infeasible: bool
    programme: Programme | None


def relaxed_bound(low: Lowered, seconds: float) -> RelaxedBound:
    """Solve the relaxation and evaluate its duals; bound -inf where the problem is too large or the clock cuts it."""
    if low.problem.block_count * low.problem.school_count > LARGEST_PROGRAMME:
        return RelaxedBound(-np.inf, np.zeros(0), False, None)
    programme = build_programme(build_land(low), names_of_sums(low))
    u, arcs = low.problem.block_count, len(programme.unit)
    one = sp.csr_array((np.ones(arcs), (programme.unit, np.arange(arcs))), shape=(u, len(programme.cost)))
    top = np.concatenate([np.ones(arcs), programme.top])
    found = linprog(
        programme.cost,
        A_ub=programme.matrix if len(programme.right) else None,
        b_ub=programme.right if len(programme.right) else None,
        A_eq=one,
        b_eq=np.ones(u),
        bounds=np.column_stack([np.zeros(len(top)), top]),
        method="highs",
        options={"time_limit": max(seconds, 0.1)},
    )
    if found.status == 2:
        return RelaxedBound(-np.inf, np.zeros(0), True, programme)
    if found.x is None or found.status != 0:
        return RelaxedBound(-np.inf, np.zeros(0), False, programme)
    dual = np.maximum(-found.ineqlin.marginals, 0.0) if len(programme.right) else np.zeros(0)
    return RelaxedBound(evaluate(programme, dual, u), dual, False, programme)


def evaluate(programme: Programme, dual: NDArray[np.float64], u: int) -> float:
    """The Lagrangian value at any ``dual`` >= 0: a lower bound whatever the numbers are."""
    arcs = len(programme.unit)
    reduced = programme.cost + programme.matrix.T @ dual if len(dual) else programme.cost
    least = np.full(u, np.inf)
    np.minimum.at(least, programme.unit, reduced[:arcs])
    extra = np.minimum(reduced[arcs:], 0.0) * programme.top
    return float(least.sum() + extra.sum() - programme.right @ dual)


def names_of_sums(low: Lowered) -> tuple[str, ...]:
    """The rule of each sum of the land, seats first."""
    return ("seats", *(one.rule for one in low.draft.sums))


def build_programme(land: Land, names: tuple[str, ...]) -> Programme:
    """Rows and columns of the relaxation."""
    unit, zone = np.nonzero(land.cost < land.far)
    rows = _Rows(unit, zone, land)
    for r in range(land.amount.shape[1]):
        if land.price[r] < 0:
            rows.hard(r, names[r])
        elif land.price[r] > 0:
            rows.soft(r, names[r])
    if land.weight[0] > 0:
        rows.balance()
    if land.weight[2] > 0:
        rows.mix()
    if land.moved_cap < MOST_SEATS:
        rows.change_cap()
    return rows.programme(land.cost[unit, zone])


class _Rows:
    """Collects rows (A x <= b) and extra variables."""

    def __init__(self, unit: NDArray[np.int64], zone: NDArray[np.int64], land: Land) -> None:
        self.unit, self.zone, self.land = unit, zone, land
        self.entries: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]] = []
        self.right: list[float] = []
        self.rule: list[str] = []
        self.extra_cost: list[float] = []
        self.extra_top: list[float] = []
        self.by_zone = [np.flatnonzero(zone == j) for j in range(len(land.seats))]

    def add(self, rule: str, column: NDArray[np.int64], value: NDArray[np.float64], right: float) -> None:
        self.entries.append((np.full(len(column), len(self.right)), column, value))
        self.right.append(right)
        self.rule.append(rule)

    def variable(self, cost: float, top: float) -> int:
        self.extra_cost.append(cost)
        self.extra_top.append(top)
        return len(self.unit) + len(self.extra_cost) - 1

    def hard(self, r: int, rule: str) -> None:
        land = self.land
        for j, arcs in enumerate(self.by_zone):
            amount = land.amount[self.unit[arcs], r]
            if land.high[j, r] < MOST_SEATS:
                self.add(rule, arcs, amount, float(land.high[j, r]))
            if land.low[j, r] > 0:
                self.add(rule, arcs, -amount, -float(land.low[j, r]))

    def soft(self, r: int, rule: str) -> None:
        land = self.land
        for j, arcs in enumerate(self.by_zone):
            over = self.variable(float(land.price[r]), float(land.amount[:, r].sum()))
            self.add(rule, np.append(arcs, over), np.append(land.amount[self.unit[arcs], r], -1.0), float(land.high[j, r]))

    def distance_from(self, goal: str, cost: float, arcs: NDArray[np.int64], value: NDArray[np.float64], target: float) -> None:
        """Cost x |target - sum of value x|, written as one variable above both sides."""
        top = abs(target) + float(np.abs(value).sum())
        t = self.variable(cost, top)
        self.add(goal, np.append(arcs, t), np.append(value, -1.0), target)
        self.add(goal, np.append(arcs, t), np.append(-value, -1.0), -target)

    def balance(self) -> None:
        land = self.land
        for j, arcs in enumerate(self.by_zone):
            if land.seats[j] > 0:
                self.distance_from(Balance.name, float(land.weight[0]), arcs, land.pupils[self.unit[arcs]] / land.seats[j], 1.0)

    def mix(self) -> None:
        land = self.land
        for q in range(land.group.shape[1]):
            ours, others = land.group_total[q]
            if ours <= 0 or others <= 0:
                continue
            lean = land.group[:, q] / ours - (land.pupils - land.group[:, q]) / others
            for arcs in self.by_zone:
                self.distance_from(Mix.name, float(land.weight[2]) / 2, arcs, lean[self.unit[arcs]], 0.0)

    def change_cap(self) -> None:
        self.add("change_cap", np.arange(len(self.unit)), self.land.moved[self.unit, self.zone], float(self.land.moved_cap))

    def programme(self, cost: NDArray[np.float64]) -> Programme:
        columns = len(cost) + len(self.extra_cost)
        empty = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0)
        row, column, value = (np.concatenate(x) for x in zip(*self.entries, strict=True)) if self.entries else empty
        matrix = sp.csr_array((value, (row, column)), shape=(len(self.right), columns))
        full = np.concatenate([cost, np.array(self.extra_cost)])
        return Programme(full, matrix, np.array(self.right), self.unit, self.zone, np.array(self.extra_top), tuple(self.rule))
