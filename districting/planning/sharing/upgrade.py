"""``share upgrade``: which schools to bring to the lines of quality balance within a budget, and what each would get (policy R29)."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.checking.sharing.upgrade import broken_upgrades
from districting.errors import DataError, DistrictingError, Fault
from districting.measures.balance.population import COMPULSORY, Population, population, quality_columns
from districting.model.balance_profile import BalanceProfile
from districting.model.plan import Plan
from districting.model.share_result import ShareResult
from districting.model.sharing_settings import UpgradeSettings
from districting.model.upgrade_problem import UpgradePlan, UpgradeProblem
from districting.planning.sharing.upgrade_tables import curve_table, item_table, school_table, spared_table, upgrade_lines
from districting.planning.start import start_plan
from districting.reading.balance_profile import balance_of
from districting.reading.city import City
from districting.sharing.upgrade import choose, least_costs, out_of_reach
from districting.wording import text

_OUTCOMES: Final = ("chosen", "passes", "budget", "cannot", "missing")


@dataclass(frozen=True, eq=False)
class UpgradeGround:
    """Rows of (school, stage): ``school_id``, ``name``, ``stage``, ``pupils``; ``columns`` of the problem; ``lines`` (s, k) bool: the stage has a line for it."""

    schools: pd.DataFrame
    columns: tuple[str, ...]
    lines: NDArray[np.bool_]


def share_upgrade(city: City, plan: Plan | None = None) -> ShareResult:
    """The cheapest way for each school, the best choice within the budget, and the best choice for budgets between nothing and everything.

    Raises
    ------
    DataError : no prices, prices of what is no indicator, no school that can be costed
    """
    settings, profile = city.settings.sharing.upgrade, balance_of(city.settings)
    _refuse(settings, profile, city.upgrades)
    ground, problem = upgrade_problem(city, settings, profile)
    cost, units = least_costs(problem)
    found = choose(problem, cost, units, time_limit_s=settings.time_limit_s)
    wrong = broken_upgrades(problem, found)
    if wrong:
        raise DistrictingError(text("planning.broken_rule", rules=wrong))
    payable = np.isfinite(cost) & (cost > 0)
    outcome = np.select([found.chosen, cost == 0, payable, np.isinf(cost)], _OUTCOMES[:4], "missing")
    tables = {
        "upgrade_schools": school_table(ground, problem, found, outcome, _hindered(ground, problem, outcome)),
        "upgrade_items": item_table(ground, problem, found),
        "upgrade_curve": curve_table(ground, problem, found, _plans(problem, found, settings)),
        "upgrade_spared": spared_table(ground, problem, found),
    }
    facts = {
        "status": found.status, "objective": found.objective, "bound": found.bound, "gap": found.gap, "unit": settings.weight,
        "budget_yuan": settings.budget_yuan, "spent_yuan": float(cost[found.chosen].sum()), "all_pass_yuan": float(cost[payable].sum()),
        "pupils": float(ground.schools["pupils"].to_numpy()[found.chosen].sum()), "schools": len(cost),
        "outcomes": {name: int((outcome == name).sum()) for name in _OUTCOMES}, "profile": profile.name,
    }  # fmt: skip
    return ShareResult(tables, facts, upgrade_lines(facts))


def upgrade_problem(city: City, settings: UpgradeSettings, profile: BalanceProfile) -> tuple[UpgradeGround, UpgradeProblem]:
    """The schools in scope that balance is measured over, both stages together: they share one budget.

    A stage without a line for an indicator has it at nothing of nothing: met at once, and counted on top of what must be met.
    """
    plan = start_plan(city)
    columns = tuple(profile.quality.indicators)
    parts = [(of, _scope(plan, of, settings)) for s in COMPULSORY if quality_columns(of := population(plan, s, profile), profile)]
    if not any(kept.any() for _, kept in parts):
        raise DataError(Fault(text("upgrade.needs_schools"), text("upgrade.give_schools"), file="schools", column="sharing.upgrade.schools"))
    lines = [np.array([of.stage in profile.quality.indicators[c].line for c in columns]) for of, _ in parts]
    each = [[profile.quality.indicators[c].line.get(of.stage, 0.0) / profile.quality.indicators[c].per for c in columns] for of, _ in parts]
    pupils = np.concatenate([of.pupils[kept] for of, kept in parts])
    stage = np.concatenate([np.full(int(kept.sum()), of.stage, dtype=object) for of, kept in parts])
    ids = np.concatenate([np.array(of.school_ids, dtype=object)[kept] for of, kept in parts])
    has = np.vstack([np.repeat(line[None, :], int(kept.sum()), axis=0) for line, (_, kept) in zip(lines, parts, strict=True)])
    total = np.where(has, np.vstack([of.totals(columns)[kept] for of, kept in parts]), 0.0)
    need = np.vstack([of.pupils[kept, None] * np.array(one) for one, (of, kept) in zip(each, parts, strict=True)])
    name = plan.schools.drop_duplicates("school_id").set_index("school_id")["name"].reindex(ids).to_numpy(dtype=object)
    ground = UpgradeGround(pd.DataFrame({"school_id": ids, "name": name, "stage": stage, "pupils": pupils}), columns, has)
    price, most = _limits(ground, settings, city.upgrades)
    step = np.array([settings.step.get(c, 1.0) for c in columns])
    weight = pupils if settings.weight == "pupils" else np.ones(len(pupils))
    least = profile.quality.least_met + (~has).sum(axis=1)
    return ground, UpgradeProblem(total, need, step, price, weight, least, profile.quality.floor, settings.budget_yuan, most)


def _scope(plan: Plan, of: Population, settings: UpgradeSettings) -> NDArray[np.bool_]:
    """(s,) schools in scope that have pupils."""
    own = plan.school_stages[plan.school_stages["stage"] == of.stage].drop_duplicates("school_id").set_index("school_id")
    weak = (own["tier"].reindex(list(of.school_ids)) == "weak").to_numpy(dtype=np.bool_)
    inside = {"weak": weak, "public": of.public, "all": np.ones(len(weak), dtype=np.bool_)}[settings.schools]
    return np.asarray(inside & (np.nan_to_num(of.pupils) > 0))


def _limits(ground: UpgradeGround, settings: UpgradeSettings, given: pd.DataFrame | None) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(s, k) price of a unit and most units: those of the table where it says so, a row for the stage before one for the school."""
    s = len(ground.schools)
    price = np.tile(np.array([settings.price_yuan.get(c, np.nan) for c in ground.columns]), (s, 1))
    most = np.full(price.shape, np.inf)
    if given is None:
        return price, most
    at: dict[Any, list[int]] = {}
    for i, (school, stage) in enumerate(zip(ground.schools["school_id"], ground.schools["stage"], strict=True)):
        at.setdefault((school, ""), []).append(i)
        at.setdefault((school, stage), []).append(i)
    rows: list[dict[Any, Any]] = given.sort_values("stage", kind="stable").to_dict(orient="records")
    for row in rows:
        for i in at.get((row["school_id"], row["stage"]), []):
            k = ground.columns.index(row["indicator"])
            price[i, k] = row["unit_price_yuan"] if np.isfinite(row["unit_price_yuan"]) else price[i, k]
            most[i, k] = row["most_units"] if np.isfinite(row["most_units"]) else most[i, k]
    return price, most


def _hindered(ground: UpgradeGround, problem: UpgradeProblem, outcome: NDArray[Any]) -> list[tuple[Any, ...]]:
    """What a school fails by: indicators that no money brings to the line, or that are not given."""
    barred, unknown = out_of_reach(problem), np.isnan(problem.total)
    words = [text(f"measure.of_{c}") for c in ground.columns]
    shown = np.where((outcome == "cannot")[:, None], barred, np.where((outcome == "missing")[:, None], unknown, False))
    return [tuple(words[k] for k in np.flatnonzero(row)) for row in shown]


def _plans(problem: UpgradeProblem, found: UpgradePlan, settings: UpgradeSettings) -> list[tuple[float, UpgradePlan]]:
    """The best plan for each budget of the curve, that of the config among them."""
    cost = found.cost_yuan
    whole = float(cost[np.isfinite(cost)].sum())
    budgets = sorted({*np.ceil(np.linspace(0.0, whole, settings.curve_steps + 1)).tolist(), settings.budget_yuan})
    limit = settings.time_limit_s / len(budgets)
    each = [dataclasses.replace(problem, budget_yuan=b) for b in budgets]
    return [(p.budget_yuan, found if p.budget_yuan == problem.budget_yuan else choose(p, cost, found.units, time_limit_s=limit)) for p in each]


def _refuse(settings: UpgradeSettings, profile: BalanceProfile, table: pd.DataFrame | None) -> None:
    """Prices that are missing, or of indicators without a line."""
    known = list(profile.quality.indicators)
    places = [(f"sharing.upgrade.{part}.{name}", name) for part in ("price_yuan", "step") for name in getattr(settings, part)]
    places += [("inputs.upgrades", name) for name in sorted(set(table["indicator"]))] if table is not None else []
    faults = [Fault(text("upgrade.no_indicator", given=name), text("config.choose", names=known), column=place) for place, name in places if name not in known]
    if not settings.price_yuan and (table is None or not table["unit_price_yuan"].notna().any()):
        faults.append(Fault(text("upgrade.needs_prices"), text("upgrade.give_prices"), column="sharing.upgrade.price_yuan"))
    if faults:
        raise DataError(faults)
