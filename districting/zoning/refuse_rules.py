"""No plan under goals and rules: which rules clash, by how much, and the least that has to give."""

from __future__ import annotations

from typing import NoReturn

import numpy as np
import scipy.sparse as sp
from scipy.optimize import linprog

from districting.checking.zoning import Violation
from districting.errors import Conflict, DistrictingError, InfeasibleError
from districting.model.rules import Connected, Forbidden, HomeBlock, Rule, Seats
from districting.model.zoning_problem import ZoningProblem
from districting.wording import Text, text
from districting.zoning.any_plan import any_plan
from districting.zoning.lowering import Lowered, lower
from districting.zoning.relaxed import Programme, RelaxedBound

SLIP = 1e-6


def refuse_relaxed(low: Lowered, relaxed: RelaxedBound) -> NoReturn:
    """Not even split blocks hold the rules: the smallest set of rules that clash, and the least each must give way."""
    assert relaxed.programme is not None
    programme, u = relaxed.programme, low.problem.block_count
    rules = list(dict.fromkeys(r for r in programme.rule_of_row if r not in ("balance", "mix")))
    clash = rules
    for rule in rules:
        without = [r for r in clash if r != rule]
        if _least_breach(programme, u, without, {}) > SLIP:
            clash = without
    conflicts, offers = [], []
    for rule in clash:
        amount = _least_breach(programme, u, clash, {r: r == rule for r in clash})
        if np.isfinite(amount):
            said = text("zoning.rules_clash", rule=text(f"rules.{rule}"), with_rules=_others(clash, rule), amount=amount)
            conflicts.append(Conflict(rule, amount, "pupil", said))
            offers.append(text("zoning.relax_rule", rule=text(f"rules.{rule}"), amount=amount))
    if not conflicts:
        said = text("zoning.rules_clash_all", rules=[text(f"rules.{r}") for r in clash])
        conflicts = [Conflict(r, 0.0, "pupil", said) for r in clash]
    raise InfeasibleError(conflicts, offers)


def _others(clash: list[str], rule: str) -> list[Text]:
    return [text(f"rules.{r}") for r in clash if r != rule] or [text("zoning.itself")]


def _least_breach(programme: Programme, u: int, kept: list[str], soft: dict[str, bool]) -> float:
    """Least total amount by which the rows of the rules in ``soft`` marked True (all of ``kept`` when empty) must be broken; inf when that cannot help."""
    rows = np.array([r in kept for r in programme.rule_of_row], dtype=np.bool_)
    gives = np.array([rows[t] and (soft.get(r, False) if soft else True) for t, r in enumerate(programme.rule_of_row)], dtype=np.bool_)
    arcs, slack = len(programme.unit), np.flatnonzero(gives[rows])
    matrix = programme.matrix[rows][:, :arcs]
    count = int(rows.sum())
    relief = sp.csr_array((-np.ones(len(slack)), (slack, np.arange(len(slack)))), shape=(count, len(slack)))
    one = sp.csr_array((np.ones(arcs), (programme.unit, np.arange(arcs))), shape=(u, arcs + len(slack)))
    cost = np.concatenate([np.zeros(arcs), np.ones(len(slack))])
    found = linprog(cost, A_ub=sp.hstack([matrix, relief]).tocsr(), b_ub=programme.right[rows], A_eq=one, b_eq=np.ones(u), bounds=(0, None), method="highs")
    return float(found.fun) if found.status == 0 else np.inf


def refuse_unfound(low: Lowered, broken: float, steps: int) -> NoReturn:
    """No plan found and no proof that there is none."""
    names: list[str] = [rule.name for rule in low.given.rules if not _around_a_change(rule)]
    said = text("zoning.none_found_rules", broken=broken, steps=steps)
    offers = [text("zoning.more_time"), *(text("zoning.lift_rule", rule=text(f"rules.{n}")) for n in dict.fromkeys(names))]
    raise InfeasibleError([Conflict("rules", broken, "pupil", said, proven=False)], offers)


def refuse_broken(broken: list[Violation]) -> NoReturn:
    """The best plan of the search breaks rules: they are named, and nothing is proven."""
    raise InfeasibleError([Conflict(v.rule, v.amount, v.unit, v.problem, proven=False) for v in broken], [text("zoning.more_time")])


def refuse_proven(low: Lowered) -> NoReturn:
    """Proven that no plan holds all the rules in force together."""
    given = low.given
    switched = {"seats": low.draft.seat_price_m is None, "connected": given.contiguous, "home_block": given.keep_home}
    names = [name for name, on in switched.items() if on]
    names += ["untouched" if _around_a_change(rule) else rule.name for rule in given.rules if rule.name not in switched]
    rules = [text(f"rules.{name}") for name in dict.fromkeys(names)]
    said = text("zoning.none_exists", blocks=given.block_count, schools=given.school_count, rules=rules)
    lifts = {"seats": Seats(hard=False), "connected": Connected(hard=False), "home_block": HomeBlock(hard=False)}
    helps = [name for name in names if name in lifts and _has_any_plan(given.replace(rules=(*given.rules, lifts[name])))]
    raise InfeasibleError([Conflict("rules", 1.0, "rule", said)], [text("zoning.lift_rule", rule=text(f"rules.{name}")) for name in helps])


def _around_a_change(rule: Rule) -> bool:
    return isinstance(rule, Forbidden) and not rule.asked


def _has_any_plan(problem: ZoningProblem) -> bool:
    try:
        return any_plan(lower(problem)).label is not None
    except DistrictingError:
        return False
