"""Which weak schools to bring up to the lines within a budget: the least cost of each, then a knapsack with its proof (policy R29)."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from districting.model.upgrade_problem import UpgradePlan, UpgradeProblem
from districting.solvers.milp import Milp, Row

_SLACK: Final = 1e-9


def plan_upgrades(problem: UpgradeProblem, *, time_limit_s: float = 60.0) -> UpgradePlan:
    """As much weight of schools brought to pass as the budget allows, and of such plans the cheapest.

    A school passes when ``least_met`` indicators meet their lines and every other reaches ``floor`` of its line (教督〔2017〕6号 art. 6: 6 of 7, 85 %). Prices are per
    unit, so the cheapest way for one school is known in closed form: the indicators left at the floor are those that save most. Between schools it is a 0/1 knapsack,
    solved by HiGHS; a second solve keeps the weight and saves money.

    >>> import numpy as np
    >>> p = UpgradeProblem(np.array([[8.0, 1.0], [2.0, 4.0]]), np.array([[10.0, 1.0], [4.0, 4.0]]), np.ones(2), np.full((2, 2), 100.0), np.array([300.0, 200.0]), 2, 0.85, 250.0)
    >>> found = plan_upgrades(p)
    >>> found.cost_yuan.tolist(), found.chosen.tolist(), found.objective
    ([200.0, 200.0], [True, False], 300.0)
    """
    cost, units = least_costs(problem)
    return choose(problem, cost, units, time_limit_s=time_limit_s)


def choose(problem: UpgradeProblem, cost: NDArray[np.float64], units: NDArray[np.int64], *, time_limit_s: float = 60.0) -> UpgradePlan:
    """The plan for the budget, where the least costs are known already: for one budget after another."""
    open_ = np.flatnonzero(np.isfinite(cost) & (cost > 0) & (problem.weight > 0) & (cost <= problem.budget_yuan))
    chosen = np.zeros(len(cost), dtype=np.bool_)
    objective, bound, proved = 0.0, 0.0, True
    if len(open_):
        picked, bound, proved = _knapsack(problem.weight[open_], cost[open_], problem.budget_yuan, time_limit_s)
        chosen[open_[picked]] = True
        objective = float(problem.weight[chosen].sum())
        bound = max(bound, objective)
    return UpgradePlan(cost, units, chosen, objective, bound, "optimal" if proved and bound - objective <= _SLACK * max(1.0, bound) else "feasible")


def least_costs(problem: UpgradeProblem) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """(s,) least cost to pass (0 passes, inf cannot, NaN not known) and (s, k) the units it buys."""
    to_line, line_cost = _bought(problem, problem.need)
    to_floor, floor_cost = _bought(problem, problem.floor * problem.need)
    spared = problem.total.shape[1] - np.broadcast_to(problem.least_met, len(problem.weight))
    saving = np.where(np.isinf(line_cost) & np.isinf(floor_cost), 0.0, line_cost - np.where(np.isinf(floor_cost), 0.0, floor_cost))
    saving = np.where(np.isinf(floor_cost), 0.0, saving)
    order = np.argsort(-saving, axis=1, kind="stable")
    left = (np.argsort(order, axis=1, kind="stable") < spared[:, None]) & (saving > 0)
    cost = np.where(left, floor_cost, line_cost).sum(axis=1)
    units = np.where(left, to_floor, to_line)
    unknown = np.isnan(problem.total).any(axis=1)
    cost[unknown] = np.nan
    units[unknown | ~np.isfinite(cost)] = 0
    return cost, units.astype(np.int64)


def _bought(problem: UpgradeProblem, level: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(s, k) whole units to reach a level, and their cost: inf where they cannot be bought."""
    short = np.nan_to_num(level - problem.total)
    units = np.where(short > _SLACK * np.maximum(level, 1.0), np.ceil(short / problem.step - _SLACK), 0.0)
    price = problem.unit_cost_yuan
    barred = np.isnan(price) if problem.most_units is None else np.isnan(price) | (units > problem.most_units)
    return units, np.where(units == 0, 0.0, np.where(barred, np.inf, units * np.nan_to_num(price)))


def out_of_reach(problem: UpgradeProblem) -> NDArray[np.bool_]:
    """(s, k) lines that no money reaches: without a price, or more units than can be added. A school may still pass when they are among those left at the floor."""
    return np.asarray(np.isinf(_bought(problem, problem.need)[1]))


def _knapsack(weight: NDArray[np.float64], cost: NDArray[np.float64], budget: float, time_limit_s: float) -> tuple[NDArray[np.bool_], float, bool]:
    """Chosen (n,), a bound on the weight, and whether the choice is proved best."""
    n, unit = len(weight), max(budget, 1.0)
    every, none, all_, whole = np.arange(n), np.zeros(n), np.ones(n), np.ones(n, dtype=np.bool_)
    within: Row = (every, cost / unit, -np.inf, budget / unit)
    model = Milp(-weight, none, all_, whole)
    model.add_rows([within])
    first = model.solve(time_limit_s=time_limit_s)
    picked = _by_return(weight, cost, budget) if first.x is None else _within(first.x > 0.5, weight, cost, budget)
    bound = min(-first.bound, float(weight.sum()))
    best = float(weight[picked].sum())
    model = Milp(cost / unit, none, all_, whole)
    model.add_rows([within, (every, weight, best - 1e-6, np.inf)])
    cheaper = model.solve(time_limit_s=time_limit_s)
    if cheaper.x is not None:
        again = _within(cheaper.x > 0.5, weight, cost, budget)
        if weight[again].sum() >= best - 1e-6 and cost[again].sum() <= cost[picked].sum():
            picked = again
    return picked, bound, first.status == "optimal"


def _by_return(weight: NDArray[np.float64], cost: NDArray[np.float64], budget: float) -> NDArray[np.bool_]:
    """The most weight for the money first, as long as the money lasts: where the time allowed no more."""
    picked, left = np.zeros(len(weight), dtype=np.bool_), budget
    for i in np.argsort(-weight / cost, kind="stable"):
        if cost[i] <= left:
            picked[i], left = True, left - cost[i]
    return picked


def _within(picked: NDArray[np.bool_], weight: NDArray[np.float64], cost: NDArray[np.float64], budget: float) -> NDArray[np.bool_]:
    """The choice without what rounding let over the budget: the least weight goes first."""
    kept = picked.copy()
    while kept.any() and cost[kept].sum() > budget:
        inside = np.flatnonzero(kept)
        kept[inside[int(np.argmin(weight[inside]))]] = False
    return kept
