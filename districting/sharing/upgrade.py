"""Which weak schools to bring up to the lines within a budget: the least cost of each, then a knapsack with its proof (policy R29)."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from districting.model.upgrade_problem import UpgradePlan, UpgradeProblem

_SLACK: Final = 1e-9


def plan_upgrades(problem: UpgradeProblem) -> UpgradePlan:
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
    open_ = np.flatnonzero(np.isfinite(cost) & (cost > 0) & (problem.weight > 0) & (cost <= problem.budget_yuan))
    chosen = np.zeros(len(cost), dtype=np.bool_)
    objective, bound, proved = 0.0, 0.0, True
    if len(open_):
        picked, bound, proved = _knapsack(problem.weight[open_], cost[open_], problem.budget_yuan)
        chosen[open_[picked]] = True
        objective = float(problem.weight[chosen].sum())
        bound = max(bound, objective)
    return UpgradePlan(cost, units, chosen, objective, bound, "optimal" if proved and bound - objective <= _SLACK * max(1.0, bound) else "feasible")


def least_costs(problem: UpgradeProblem) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """(s,) least cost to pass (0 passes, inf cannot, NaN not known) and (s, k) the units it buys."""
    to_line, line_cost = _bought(problem, problem.need)
    to_floor, floor_cost = _bought(problem, problem.floor * problem.need)
    s, k = problem.total.shape
    spared = k - problem.least_met
    saving = np.where(np.isinf(line_cost) & np.isinf(floor_cost), 0.0, line_cost - np.where(np.isinf(floor_cost), 0.0, floor_cost))
    saving = np.where(np.isinf(floor_cost), 0.0, saving)
    order = np.argsort(-saving, axis=1, kind="stable")
    left = np.zeros((s, k), dtype=np.bool_)
    np.put_along_axis(left, order[:, :spared], True, axis=1)
    left &= saving > 0
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
    return units, np.where(units == 0, 0.0, np.where(np.isnan(price), np.inf, units * np.nan_to_num(price)))


def _knapsack(weight: NDArray[np.float64], cost: NDArray[np.float64], budget: float) -> tuple[NDArray[np.bool_], float, bool]:
    """Chosen (n,), a bound on the weight, and whether the choice is proved best."""
    within = LinearConstraint(cost[None, :] / max(budget, 1.0), -np.inf, budget / max(budget, 1.0))
    kind = {"integrality": np.ones(len(weight)), "bounds": Bounds(0, 1)}
    first = milp(-weight, constraints=[within], options={"mip_rel_gap": 0.0}, **kind)
    picked = _within(first.x > 0.5, weight, cost, budget)
    bound = -float(first.mip_dual_bound)
    best = float(weight[picked].sum())
    proved = bool(first.success)
    cheaper = milp(cost, constraints=[within, LinearConstraint(weight[None, :], best - 1e-6, np.inf)], options={"mip_rel_gap": 0.0}, **kind)
    if cheaper.x is not None:
        again = _within(cheaper.x > 0.5, weight, cost, budget)
        if weight[again].sum() >= best - 1e-6 and cost[again].sum() <= cost[picked].sum():
            picked = again
    return picked, bound, proved


def _within(picked: NDArray[np.bool_], weight: NDArray[np.float64], cost: NDArray[np.float64], budget: float) -> NDArray[np.bool_]:
    """The choice without what rounding let over the budget: the least weight goes first."""
    kept = picked.copy()
    while kept.any() and cost[kept].sum() > budget:
        inside = np.flatnonzero(kept)
        kept[inside[int(np.argmin(weight[inside]))]] = False
    return kept
