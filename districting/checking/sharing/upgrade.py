"""An upgrade plan counted again: every chosen school passes with what it gets, and the budget holds."""

from __future__ import annotations

import numpy as np

from districting.model.upgrade_problem import UpgradePlan, UpgradeProblem


def broken_upgrades(problem: UpgradeProblem, plan: UpgradePlan) -> list[str]:
    """Rules that the plan breaks: ``budget``, ``no_price``, ``most_units``, ``line`` (a chosen school that does not pass). Empty: none."""
    broken, spent = [], 0.0
    for s in np.flatnonzero(plan.chosen):
        met = 0
        near = True
        for k in range(problem.total.shape[1]):
            units = int(plan.units[s, k])
            if units < 0 or (units and not np.isfinite(problem.unit_cost_yuan[s, k])):
                broken.append("no_price")
                continue
            if problem.most_units is not None and units > problem.most_units[s, k]:
                broken.append("most_units")
            spent += units * float(np.nan_to_num(problem.unit_cost_yuan[s, k]))
            has = float(problem.total[s, k]) + units * float(problem.step[k])
            met += has >= float(problem.need[s, k]) * (1 - 1e-9)
            near = near and has >= problem.floor * float(problem.need[s, k]) * (1 - 1e-9)
        if met < (problem.least_met if isinstance(problem.least_met, int) else problem.least_met[s]) or not near:
            broken.append("line")
    if spent > problem.budget_yuan * (1 + 1e-9):
        broken.append("budget")
    return sorted(set(broken))
