"""What every rule of a plan costs: the least distance with all rules, and with each one lifted, as values with honest intervals."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.checking import check_zoning
from districting.errors import InfeasibleError
from districting.measures.zoning_terms import zoning_terms
from districting.model.goals import Distance
from districting.model.plan import Plan
from districting.model.rules import Seats
from districting.model.settings import SolveSettings
from districting.model.zoning_problem import ZoningProblem
from districting.planning.exceptions import exceptions_of
from districting.planning.neighbourhood import solve_counted
from districting.planning.plan_ground import placed_ground, zoned_stage
from districting.planning.plan_part import PlanPart, counties_of, part_of_plan
from districting.planning.reasons import other_goals
from districting.planning.recorded import recorded_slack_m
from districting.solvers.transport import solve_transport
from districting.zoning.lowering import lower

PRICED: Final = ("seats", "connected", "home_block", "within_county", "maximum_distance_m", "minimum_fill", "exceptions", "barriers")
"""Rules that the plan's tables carry and that can be lifted one by one."""
STEPS_PER_BLOCK, LEAST_STEPS, MOST_STEPS = 2_000, 50_000, 10_000_000
"""Proposals of each plan without a rule, where no number is set."""
PROVED_PAIRS: Final = 1_500
"""Block-zone pairs of a county up to which each plan is proved."""
TOP: Final = 10


@dataclass(frozen=True)
class RulePrice:
    """A rule and its price in pupils x metres: the difference of least distances with and without it lies between ``low_m`` and ``high_m`` (proved), ``value_m`` is that of
    the plans found. ``goals`` stands for what the plan weighs besides distance, and for rules that its file does not carry. ``possible``: there is a plan without it.
    """

    rule: str
    setting: str
    value_m: float
    low_m: float
    high_m: float

    def as_json(self) -> dict[str, Any]:
        """The object of ``--json``, in pupil-km."""
        return {"rule": self.rule, "setting": self.setting, "price_pupil_km": self.value_m / 1000, "interval_pupil_km": [self.low_m / 1000, self.high_m / 1000]}


@dataclass(frozen=True)
class RulePrices:
    """The price of every rule of a stage. ``distance_m`` of the plan and ``least_m`` of the best plan found under the same rules, with its ``bound_m``;
    ``seat_prices``: (school_id, name, metres per pupil), the dearest first. ``goals`` and ``not_carried`` are what the first row stands for.
    """

    stage: str
    distance_m: float
    least_m: float
    bound_m: float
    rules: tuple[RulePrice, ...]
    seat_prices: tuple[tuple[str, str, float], ...]
    goals: tuple[str, ...] = ()
    not_carried: tuple[str, ...] = ()
    without_plan: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The object of ``--json``; distances in pupil-km."""
        return {
            "stage": self.stage,
            "distance_pupil_km": self.distance_m / 1000,
            "least_pupil_km": self.least_m / 1000,
            "bound_pupil_km": self.bound_m / 1000,
            "rules": [r.as_json() for r in self.rules],
            "seat_prices": [{"school_id": i, "name": n, "price_m": p} for i, n, p in self.seat_prices],
            "goals": list(self.goals),
            "rules_not_carried": list(self.not_carried),
            "not_priced": list(self.without_plan),
        }


@dataclass(frozen=True, eq=False)
class _Best:
    """Least metres found and bound, summed over counties; ``price`` zone id -> metres per pupil."""

    metres: float
    bound: float
    price: dict[str, float]


def rule_prices(plan: Plan, stage: str, *, solve: SolveSettings | None = None, seed: int = 0) -> RulePrices:
    """The price tag of every rule that the plan holds at ``stage``.

    The least distance under all the rules lies between ``bound_m`` and ``least_m``, that without a rule between its own bound and the plan found: the price of the rule
    between the two differences. Work is counted, so the same plan gives the same prices, unless ``solve`` names a clock.

    Raises
    ------
    DataError : the stage has no zones, or there are no distances
    InfeasibleError : not even the rules as they are have a plan (a plan that breaks them was given)
    """
    options = solve or SolveSettings()
    placed_ground(plan, zoned_stage(plan, stage))
    parts = _parts(plan, stage)
    known = sum(_metres(part.problem, part.label) for part in parts)
    base = _best(parts, options, seed)
    base = dataclasses.replace(base, bound=min(base.metres, max(base.bound, known - recorded_slack_m(plan, stage))))
    held, setting = _held(plan, stage, parts)
    not_carried = tuple(sorted({rule for part in parts for rule in part.not_held}))
    goals = other_goals(plan, stage)
    beside = [RulePrice("goals", " ".join((*goals, *not_carried)), known - base.metres, known - base.metres, known - base.bound)]
    rows, lost = [], []
    for rule in held:
        lifted = _lifted(plan, stage, rule)
        try:
            free = _best(_parts(lifted, stage), options, seed)
        except InfeasibleError:
            lost.append(rule)
            continue
        metres, bound = min(free.metres, base.metres), min(free.bound, base.metres)
        rows.append(RulePrice(rule, setting[rule], base.metres - metres, max(0.0, base.bound - metres), base.metres - bound))
    rows.sort(key=lambda r: -r.value_m)
    first = beside if goals or not_carried else []
    return RulePrices(stage, known, base.metres, base.bound, (*first, *rows), _seat_prices(plan, stage, base), goals, not_carried, tuple(lost))


def _parts(plan: Plan, stage: str) -> list[PlanPart]:
    """The counties of the plan, or the whole where zones may cross county lines; a county without a zone has nobody to place."""
    return [part_of_plan(plan, stage, code) for code in sorted(set(counties_of(plan, stage).tolist()))]


def _held(plan: Plan, stage: str, parts: list[PlanPart]) -> tuple[list[str], dict[str, str]]:
    """Rules in force that can be priced, and how each is set."""
    rows = plan.rules[(plan.rules["decision"] == "zoning") & (plan.rules["stage"] == stage)]
    given = dict(zip(rows["rule"].astype("str"), rows["value"].astype("str"), strict=True))
    setting = {name: given.get(name, "on" if name in ("seats", "connected", "home_block") else "off") for name in PRICED}
    exceptions = exceptions_of(plan).active
    setting["exceptions"] = str(int((exceptions["stage"] == stage).sum()))
    setting["barriers"] = str(int(plan.edges["cut"].astype(bool).sum()))
    if len(parts) < 2:
        setting["within_county"] = "off"
    not_held = {rule for part in parts for rule in part.not_held}
    held = [r for r in PRICED if setting[r] not in ("off", "0") and r not in not_held and not (r == "barriers" and setting["connected"] == "off")]
    return held, setting


def _lifted(plan: Plan, stage: str, rule: str) -> Plan:
    """The plan's tables as if the rule did not exist."""
    if rule == "exceptions":
        return plan.replace(exceptions=plan.exceptions[plan.exceptions["stage"] != stage].reset_index(drop=True))
    if rule == "barriers":
        return plan.replace(edges=plan.edges.assign(cut=False))
    if rule == "seats" and not (plan.rules["rule"] == "minimum_fill").any():
        pupils = float(plan.demand.loc[plan.demand["stage"] == stage, "pupils"].sum())
        seats = plan.seats.assign(seats=plan.seats["seats"].where(plan.seats["stage"] != stage, pupils + 1.0))
        return _switched(plan.replace(seats=seats), stage, "seats", "on")
    return _switched(plan, stage, rule, "soft 0" if rule == "seats" else "off")


def _switched(plan: Plan, stage: str, rule: str, value: str) -> Plan:
    rows = plan.rules[~((plan.rules["decision"] == "zoning") & (plan.rules["stage"] == stage) & (plan.rules["rule"] == rule))]
    row = pd.DataFrame([{"decision": "zoning", "stage": stage, "rule": rule, "value": value, "holds": True}])
    return plan.replace(rules=pd.concat([rows, row], ignore_index=True) if len(rows) else row)


def _best(parts: list[PlanPart], solve: SolveSettings, seed: int) -> _Best:
    """The plan of least distance in every county, the plan's own zones where nothing better is found and they hold the rules."""
    metres = bound = 0.0
    price: dict[str, float] = {}
    for part in parts:
        aimed = part.problem.replace(objectives=(Distance(1.0),))
        own = _own(part, aimed)
        brief = solve
        pairs = aimed.block_count * aimed.school_count
        if solve.steps is None and solve.time_limit_s is None and pairs > PROVED_PAIRS:
            brief = dataclasses.replace(solve, steps=min(max(LEAST_STEPS, STEPS_PER_BLOCK * aimed.block_count), MOST_STEPS))
        try:
            found = solve_counted(aimed, brief, seed)
        except InfeasibleError:
            if not np.isfinite(own):
                raise
            transport = solve_transport(lower(aimed).problem)
            metres, bound = metres + own, bound + transport.bound
            price |= _by_zone(part, transport.seat_price_m)
            continue
        soft = any(isinstance(r, Seats) and not r.hard for r in aimed.rules)
        length = _metres(aimed, found.school_of_block)
        least = found.transport_bound if soft else found.bound
        metres, bound = metres + min(own, length), bound + min(least, own, length)
        price |= _by_zone(part, found.seat_price_m)
    return _Best(metres, bound, price)


def _own(part: PlanPart, aimed: ZoningProblem) -> float:
    """Pupil-metres of the plan's own zones, inf where they break a rule that is left."""
    broken = (part.label < 0).any() or check_zoning(aimed, part.label)
    return np.inf if broken else _metres(aimed, part.label)


def _metres(problem: ZoningProblem, label: NDArray[np.int64]) -> float:
    if (label < 0).any():
        return float("nan")
    return float(zoning_terms(problem.replace(objectives=(Distance(1.0),)), label)["distance"])


def _by_zone(part: PlanPart, price: Any) -> dict[str, float]:
    return dict(zip([str(z) for z in part.zone_ids], np.asarray(price, dtype=np.float64).tolist(), strict=True))


def _seat_prices(plan: Plan, stage: str, base: _Best) -> tuple[tuple[str, str, float], ...]:
    """The dearest seats: what the plan recorded, else what was found now."""
    members = plan.zone_schools[plan.zone_schools["stage"] == stage]
    recorded = plan.seat_prices[plan.seat_prices["stage"] == stage].drop_duplicates("school_id").set_index("school_id")["price_m"]
    price = recorded.reindex(members["school_id"]).to_numpy(dtype=np.float64)
    now = members["zone_id"].map(base.price).to_numpy(dtype=np.float64)
    price = np.where(np.isfinite(price), price, now)
    name = plan.schools.set_index("school_id")["name"].reindex(members["school_id"]).astype("str").tolist()
    rows = sorted(zip((-price).tolist(), members["school_id"].astype("str").tolist(), name, strict=True))
    return tuple((school, title, -minus) for minus, school, title in rows if minus < 0)[:TOP]
