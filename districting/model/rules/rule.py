"""What every rule of an attendance-zone plan is: numbers that say it, a check of those numbers, and its plain form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from districting.errors import Fault
from districting.model.draft import Draft
from districting.wording import text

if TYPE_CHECKING:
    from districting.model.zoning_problem import ZoningProblem


LARGEST_WHOLE = 2.0**53
"""Whole numbers beyond are no longer told apart."""


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
    return [wrong(rule, "not_a_share", given=s, most=most) for s in shares if np.ndim(s) or not 0 <= s <= most]


def not_whole(rule: str, *given: ArrayLike) -> list[Fault]:
    """Positions or numbers of groups that are no whole numbers."""
    faults = []
    for numbers in given:
        array = np.asarray(numbers, dtype=np.float64).ravel()
        odd = array[~np.isfinite(array) | (array != np.floor(array)) | (np.abs(array) > LARGEST_WHOLE)]
        if len(odd):
            faults.append(wrong(rule, "not_whole", given=odd[:5].tolist()))
    return faults


def pairs_faults(rule: str, blocks: ArrayLike, schools: ArrayLike, problem: ZoningProblem) -> list[Fault]:
    """What is wrong with positions of blocks and of the school beside each."""
    if np.ndim(blocks) != 1 or np.shape(blocks) != np.shape(schools):
        return (
            [wrong(rule, "wrong_length", given=np.size(schools), wanted=np.size(blocks))] if np.size(schools) != np.size(blocks) else [wrong(rule, "no_list")]
        )
    upper = ((blocks, problem.block_count), (schools, problem.school_count))
    return not_whole(rule, blocks, schools) or [f for given, most in upper for f in positions_outside(rule, np.asarray(given, dtype=np.int64), most)]


def not_a_switch(rule: str, hard: object) -> list[Fault]:
    """``hard`` that is neither true nor false."""
    return [] if isinstance(hard, (bool, np.bool_)) else [wrong(rule, "no_switch", given=str(hard))]


def not_a_number(rule: str, *given: float) -> list[Fault]:
    """Single numbers that are lists, words, negative, NaN or without end."""
    return [wrong(rule, "negative", given=x) for x in given if np.ndim(x) or not 0 <= x < np.inf]


def positions_outside(rule: str, given: NDArray[np.int64], upper: int) -> list[Fault]:
    """Positions outside 0..upper-1."""
    bad = given[(given < 0) | (given >= upper)]
    return [wrong(rule, "outside", given=bad[:5].tolist(), upper=upper - 1)] if len(bad) else []


def all_pairs_m(problem: ZoningProblem) -> NDArray[np.float64]:
    """(n, k) metres, ``inf`` where a pair is not allowed."""
    n, k = problem.block_count, problem.school_count
    return np.stack([problem.distance_of(np.arange(n), np.full(n, j)) for j in range(k)], axis=1)
