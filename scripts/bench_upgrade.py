"""Time of the upgrades under a budget: 3,000 schools x 7 indicators, least costs and the knapsack with its proof."""

from __future__ import annotations

import numpy as np

from districting.checking.sharing.upgrade import broken_upgrades
from districting.model.upgrade_problem import UpgradeProblem
from districting.sharing.upgrade import plan_upgrades
from scripts.bench_row import Row, median_seconds

SCHOOLS, INDICATORS = 3000, 7


def upgrade_row(seed: int = 1) -> Row:
    """A quarter of the whole cost as the budget."""
    rng = np.random.default_rng(seed)
    need = rng.uniform(50, 500, (SCHOOLS, INDICATORS))
    price = np.tile(rng.uniform(50, 5000, INDICATORS).round(), (SCHOOLS, 1))
    total = need * rng.uniform(0.6, 1.3, need.shape)
    pupils = rng.integers(60, 2500, SCHOOLS).astype(np.float64)
    made = UpgradeProblem(total, need, np.ones(INDICATORS), price, pupils, 6, 0.85, 0.0)
    whole = plan_upgrades(made).cost_yuan
    problem = UpgradeProblem(total, need, np.ones(INDICATORS), price, pupils, 6, 0.85, float(whole[np.isfinite(whole)].sum()) / 4)
    took, found = median_seconds(lambda: plan_upgrades(problem))
    if broken_upgrades(problem, found):
        raise AssertionError("the plan breaks a rule")
    return Row(f"upgrades, {SCHOOLS:,} schools x {INDICATORS}, seed {seed}", took, "s", remark=f"{found.status}, gap {found.gap:.2e}")


def rows(full: bool = False) -> list[Row]:
    """One row."""
    return [upgrade_row()]
