"""Schools keep about today's size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from districting.errors import Fault
from districting.model.draft import Draft, ZoneSum
from districting.model.rules.rule import Rule, needs_today, wrong

if TYPE_CHECKING:
    from districting.model.zoning_problem import ZoningProblem


@dataclass(frozen=True, eq=False)
class SizeBand(Rule):
    """``low`` x today's pupils <= pupils of the zone <= ``high`` x today's."""

    low: float = 0.85
    high: float = 1.15
    name = "size_band"

    def faults(self, problem: ZoningProblem) -> list[Fault]:
        number = np.ndim(self.low) == np.ndim(self.high) == 0
        bad = [] if number and 0 <= self.low <= self.high < np.inf else [wrong(self.name, "band", low=self.low, high=self.high)]
        return needs_today(self.name, problem) + bad

    def lower(self, problem: ZoningProblem, draft: Draft) -> None:
        now = pupils_today(problem)
        draft.sums.append(ZoneSum(self.name, "pupil", problem.demand, self.low * now, self.high * now))


def pupils_today(problem: ZoningProblem) -> np.ndarray:
    """(k,) pupils of the blocks of today's zones."""
    assert problem.today is not None
    known = problem.today >= 0
    return np.bincount(problem.today[known], problem.demand[known], problem.school_count).astype(np.float64)
