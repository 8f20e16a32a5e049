"""Tables and sentences of ``share upgrade``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.model.upgrade_problem import UpgradePlan, UpgradeProblem
from districting.wording import Text, text

if TYPE_CHECKING:
    from districting.planning.sharing.upgrade import UpgradeGround


def school_table(ground: UpgradeGround, problem: UpgradeProblem, found: UpgradePlan, outcome: NDArray[Any], hindered: Sequence[Any]) -> pd.DataFrame:
    """Every school: the cheapest per pupil first, then those that pass, cannot pass or lack data; ties by code."""
    cost = np.where(np.isfinite(found.cost_yuan), found.cost_yuan, np.nan)
    words = [text(f"measure.of_{c}") for c in ground.columns]
    gets = [tuple(text("upgrade.item", indicator=words[k], amount=float(u[k] * problem.step[k])) for k in np.flatnonzero(u)) for u in found.units]
    frame = ground.schools.assign(cost_yuan=cost, cost_per_pupil_yuan=cost / ground.schools["pupils"], outcome=outcome)
    frame = frame.assign(gets=pd.Series(gets, dtype="object"), hindered=pd.Series(list(hindered), dtype="object"))
    rank = frame["outcome"].map({"chosen": 0, "budget": 0, "cannot": 1, "missing": 2, "passes": 3})
    order = frame.assign(_rank=rank).sort_values(["_rank", "cost_per_pupil_yuan", "school_id", "stage"], kind="stable").index
    return frame.loc[order].reset_index(drop=True)


def item_table(ground: UpgradeGround, problem: UpgradeProblem, found: UpgradePlan) -> pd.DataFrame:
    """What is bought: a row for each school, stage and indicator, chosen schools first."""
    at, k = np.nonzero(found.units)
    units = found.units[at, k]
    frame = ground.schools.iloc[at][["school_id", "name", "stage"]].reset_index(drop=True)
    frame = frame.assign(
        indicator=np.array(ground.columns, dtype=object)[k],
        now=problem.total[at, k],
        needed_total=problem.need[at, k],
        units=units,
        added=units * problem.step[k],
        cost_yuan=units * problem.unit_cost_yuan[at, k],
        chosen=found.chosen[at],
    )
    return frame.sort_values(["chosen", "school_id", "stage"], ascending=[False, True, True], kind="stable").reset_index(drop=True)


def spared_table(ground: UpgradeGround, problem: UpgradeProblem, found: UpgradePlan) -> pd.DataFrame:
    """Lines that are missed and cost nothing: the school passes, or would pass, all the same; nearest to the line first."""
    with np.errstate(divide="ignore", invalid="ignore"):
        share = problem.total / problem.need
    missed = np.isfinite(found.cost_yuan)[:, None] & (found.units == 0) & (share < 1 - 1e-9)
    at, k = np.nonzero(missed)
    frame = ground.schools.iloc[at][["school_id", "name", "stage"]].reset_index(drop=True)
    frame = frame.assign(
        indicator=np.array(ground.columns, dtype=object)[k], now=problem.total[at, k], needed_total=problem.need[at, k], line_share=share[at, k]
    )
    return frame.sort_values(["line_share", "school_id", "stage"], ascending=[False, True, True], kind="stable").reset_index(drop=True)


def curve_table(ground: UpgradeGround, problem: UpgradeProblem, found: UpgradePlan, plans: Sequence[tuple[float, UpgradePlan]]) -> pd.DataFrame:
    """The best plan of every budget: what it spends, and who is in schools that pass; ``most_passing``: the bound, in the unit of the weight."""
    pupils, already = ground.schools["pupils"].to_numpy(dtype=np.float64), found.cost_yuan == 0
    base = float(problem.weight[already].sum())
    rows = [
        (
            budget,
            float(found.cost_yuan[plan.chosen].sum()),
            int((already | plan.chosen).sum()),
            float(pupils[already | plan.chosen].sum()),
            float(pupils[already | plan.chosen].sum() / pupils.sum()),
            base + plan.bound,
            plan.status,
        )
        for budget, plan in plans
    ]
    return pd.DataFrame(rows, columns=["budget_yuan", "spent_yuan", "schools_passing", "pupils_passing", "passing_share", "most_passing", "status"])


def upgrade_lines(facts: Mapping[str, Any]) -> tuple[Text, ...]:
    """What the screen says: the plan, its proof, the whole cost, the counts."""
    counts = facts["outcomes"]
    if facts["budget_yuan"] > 0:
        plan = [
            text("upgrade.line", budget=facts["budget_yuan"], spent=facts["spent_yuan"], schools=counts["chosen"], pupils=facts["pupils"]),
            text("upgrade.proof", bound=facts["bound"], unit=text(f"upgrade.{facts['unit']}"), gap=facts["gap"]),
        ]
    else:
        plan = [text("upgrade.no_budget")]
    whole = text("upgrade.all", yuan=facts["all_pass_yuan"], schools=counts["chosen"] + counts["budget"])
    told = text("upgrade.counts", measured=facts["schools"], **{name: counts[name] for name in ("passes", "budget", "cannot", "missing")})
    return (*plan, whole, told)
