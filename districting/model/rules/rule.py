"""What every rule of an attendance-zone plan is: numbers that say it, a check of those numbers, and its plain form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from districting.errors import Fault
from districting.model.draft import Draft
from districting.wording import text

if TYPE_CHECKING:
    from districting.model.zoning_problem import ZoningProblem


@dataclass(frozen=True, eq=False)
class Rule:
    """Base of the rules. ``name`` is its word everywhere: in the config, in conflicts and findings."""

    name: ClassVar[str] = ""

    def faults(self, problem: ZoningProblem) -> list[Fault]:
        """What is wrong with the rule's own numbers."""
        return []

    def lower(self, problem: ZoningProblem, draft: Draft) -> None:
        """Write the plain form of the rule into the draft."""
        raise NotImplementedError


def wrong(rule: str, key: str, **values: Any) -> Fault:
    """A fault of a rule's numbers."""
    return Fault(text(f"rules.{key}", rule=text(f"rules.{rule}"), **values), text("rules.mend", rule=text(f"rules.{rule}")), column=rule)


def needs_today(rule: str, problem: ZoningProblem) -> list[Fault]:
    """A fault when nobody's school of today is known."""
    return [wrong(rule, "no_today")] if problem.today is None or not (problem.today >= 0).any() else []


def not_a_share(rule: str, *shares: float, most: float = 1.0) -> list[Fault]:
    """Shares outside 0..most."""
    return [wrong(rule, "not_a_share", given=s, most=most) for s in shares if not 0 <= s <= most]


def positions_outside(rule: str, given: NDArray[np.int64], upper: int) -> list[Fault]:
    """Positions outside 0..upper-1."""
    bad = given[(given < 0) | (given >= upper)]
    return [wrong(rule, "outside", given=bad[:5].tolist(), upper=upper - 1)] if len(bad) else []


def all_pairs_m(problem: ZoningProblem) -> NDArray[np.float64]:
    """(n, k) metres, ``inf`` where a pair is not allowed."""
    n, k = problem.block_count, problem.school_count
    return np.stack([problem.distance_of(np.arange(n), np.full(n, j)) for j in range(k)], axis=1)
