"""Blocks whose school is settled beforehand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from districting.errors import Fault
from districting.model.draft import Draft
from districting.model.rules.rule import Rule, pairs_faults

if TYPE_CHECKING:
    from districting.model.zoning_problem import ZoningProblem


@dataclass(frozen=True, eq=False)
class Locked(Rule):
    """Block ``blocks[t]`` goes to school ``schools[t]``; positions."""

    blocks: ArrayLike
    schools: ArrayLike
    name = "locked"

    def faults(self, problem: ZoningProblem) -> list[Fault]:
        return pairs_faults(self.name, self.blocks, self.schools, problem)

    def lower(self, problem: ZoningProblem, draft: Draft) -> None:
        for block, school in zip(np.asarray(self.blocks, dtype=np.int64).tolist(), np.asarray(self.schools, dtype=np.int64).tolist(), strict=True):
            only = np.zeros(problem.school_count, dtype=np.bool_)
            only[school] = True
            draft.marks()[block] &= only
