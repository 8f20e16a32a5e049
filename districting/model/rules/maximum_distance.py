"""Nobody lives farther from the school than a limit, which may differ by block (stage, urban or rural)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from districting.errors import Fault
from districting.model.draft import Draft
from districting.model.rules.rule import Rule, all_pairs_m, wrong

if TYPE_CHECKING:
    from districting.model.zoning_problem import ZoningProblem


@dataclass(frozen=True, eq=False)
class MaximumDistance(Rule):
    """``limit_m``: metres, one number or (n,) one for each block (``inf`` = none). Blocks without pupils are free."""

    limit_m: ArrayLike
    name = "maximum_distance"

    def faults(self, problem: ZoningProblem) -> list[Fault]:
        limit = np.asarray(self.limit_m, dtype=np.float64)
        if limit.shape not in ((), (problem.block_count,)):
            return [wrong(self.name, "wrong_length", given=limit.size, wanted=problem.block_count)]
        bad = limit[~(limit >= 0)]
        return [wrong(self.name, "negative", given=float(bad[0]))] if bad.size else []

    def lower(self, problem: ZoningProblem, draft: Draft) -> None:
        limit = np.broadcast_to(np.asarray(self.limit_m, dtype=np.float64), (problem.block_count,))
        living = problem.demand > 0
        draft.marks()[living] &= all_pairs_m(problem)[living] <= limit[living, None] * (1 + 1e-12)
