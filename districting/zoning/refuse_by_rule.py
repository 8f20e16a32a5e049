"""Which of the rules that were added stands in the way: each is left out alone, and where that gives a plan it is named with what it would take."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from districting.errors import Conflict, InfeasibleError
from districting.model.rules import Connected, Forbidden, HomeBlock, MaximumDistance, Rule, Seats
from districting.model.rules.rule import all_pairs_m
from districting.model.zoning_problem import ZoningProblem
from districting.wording import Text, metres_said, text

HasPlan = Callable[[ZoningProblem], bool]


def named_by_rule(problem: ZoningProblem, error: InfeasibleError, has_plan: HasPlan) -> InfeasibleError:
    """The refusal with the rules of ``problem`` that clash in place of what follows from them; ``error`` itself where no single rule explains it."""
    added = {rule.name for rule in problem.rules if _added(rule)}
    if not added or added & {c.rule for c in error.conflicts}:
        return error
    conflicts: list[Conflict] = []
    offers: list[Text] = []
    for rule in dict.fromkeys(r for r in problem.rules if _added(r)):
        others = tuple(r for r in problem.rules if r is not rule)
        if not has_plan(problem.replace(rules=others)):
            continue
        conflict, offer = _said(problem, rule, error.proven)
        conflicts.append(conflict)
        offers.append(offer)
    if not conflicts:
        names = [text(f"rules.{r.name}") for r in problem.rules if _added(r)]
        return InfeasibleError([*error.conflicts], [*error.relaxations, text("zoning.lift_several", rules=names)])
    return InfeasibleError(conflicts, offers if error.proven else [text("zoning.more_time"), *offers])


def _added(rule: Rule) -> bool:
    return not isinstance(rule, (Seats, Connected, HomeBlock)) and not (isinstance(rule, Forbidden) and not rule.asked)


def _said(problem: ZoningProblem, rule: Rule, proven: bool) -> tuple[Conflict, Text]:
    name = text(f"rules.{rule.name}")
    if isinstance(rule, MaximumDistance):
        limit = np.broadcast_to(np.asarray(rule.limit_m, dtype=np.float64), (problem.block_count,))
        nearest = all_pairs_m(problem).min(axis=1)
        far = np.flatnonzero((problem.demand > 0) & (nearest > limit))
        if len(far):
            short = float((nearest[far] - limit[far]).max())
            said = text("zoning.cap_clash", count=len(far), block=int(far[np.argmax(nearest[far] - limit[far])]), short=metres_said(short))
            return Conflict(rule.name, short, "metre", said), text("zoning.widen_cap", needed=metres_said(float(nearest[far].max()), enough=True))
    said = text("zoning.rule_clash" if proven else "zoning.rule_in_the_way", rule=name)
    return Conflict(rule.name, 1.0, "rule", said, proven), text("zoning.lift_rule", rule=name)
