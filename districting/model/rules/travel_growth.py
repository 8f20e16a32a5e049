"""Nobody's way grows by more than a share of today's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from districting.errors import Fault
from districting.model.draft import Draft
from districting.model.rules.rule import Rule, all_pairs_m, needs_today, not_a_number

if TYPE_CHECKING:
    from districting.model.zoning_problem import ZoningProblem


@dataclass(frozen=True, eq=False)
class TravelGrowth(Rule):
    """Metres to the new school <= (1 + ``share``) x metres to today's, or ``free_m`` if that is more. Binds where today's school is known and pupils live."""

    share: float = 0.5
    free_m: float = 0.0
    name = "travel_growth"

    def faults(self, problem: ZoningProblem) -> list[Fault]:
        return needs_today(self.name, problem) + not_a_number(self.name, self.share, self.free_m)

    def lower(self, problem: ZoningProblem, draft: Draft) -> None:
        assert problem.today is not None
        known = np.flatnonzero((problem.today >= 0) & (problem.demand > 0))
        metres = all_pairs_m(problem)[known]
        limit = np.maximum((1 + self.share) * problem.distance_of(known, problem.today[known]), self.free_m)
        draft.marks()[known] &= metres <= limit[:, None] * (1 + 1e-12)
