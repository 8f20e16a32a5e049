"""No school stays emptier than a share of its seats."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from districting.errors import Fault
from districting.model.draft import Draft, ZoneSum
from districting.model.rules.rule import Rule, not_a_share

if TYPE_CHECKING:
    from districting.model.zoning_problem import ZoningProblem


@dataclass(frozen=True, eq=False)
class MinimumFill(Rule):
    """Pupils of every zone >= ``share`` x seats of its school."""

    share: float = 0.5
    name = "minimum_fill"

    def faults(self, problem: ZoningProblem) -> list[Fault]:
        return not_a_share(self.name, self.share)

    def lower(self, problem: ZoningProblem, draft: Draft) -> None:
        none = np.full(problem.school_count, np.inf)
        draft.sums.append(ZoneSum(self.name, "pupil", problem.demand, self.share * problem.capacity, none))
