"""Blocks whose school is settled beforehand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from districting.errors import Fault
from districting.model.draft import Draft
from districting.model.rules.rule import Rule, positions_outside, wrong

if TYPE_CHECKING:
    from districting.model.zoning_problem import ZoningProblem


@dataclass(frozen=True, eq=False)
class Locked(Rule):
    """Block ``blocks[t]`` goes to school ``schools[t]``; positions."""

    blocks: ArrayLike
    schools: ArrayLike
    name = "locked"

    def faults(self, problem: ZoningProblem) -> list[Fault]:
        blocks, schools = np.asarray(self.blocks, dtype=np.int64), np.asarray(self.schools, dtype=np.int64)
        if blocks.shape != schools.shape:
            return [wrong(self.name, "wrong_length", given=schools.size, wanted=blocks.size)]
        return positions_outside(self.name, blocks, problem.block_count) + positions_outside(self.name, schools, problem.school_count)

    def lower(self, problem: ZoningProblem, draft: Draft) -> None:
        for block, school in zip(np.asarray(self.blocks).tolist(), np.asarray(self.schools).tolist(), strict=True):
            only = np.zeros(problem.school_count, dtype=np.bool_)
            only[school] = True
            draft.marks()[block] &= only
