"""Blocks that are never parted: the parts of a compound, or all blocks of a street, village or primary zone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from districting.errors import Fault
from districting.model.draft import Draft
from districting.model.rules.rule import Rule, not_whole, wrong

if TYPE_CHECKING:
    from districting.model.zoning_problem import ZoningProblem


@dataclass(frozen=True, eq=False)
class KeepTogether(Rule):
    """``group_of_block`` (n,): blocks of one number go to one school; -1 = on its own."""

    group_of_block: ArrayLike
    name = "keep_together"

    def faults(self, problem: ZoningProblem) -> list[Fault]:
        given = np.asarray(self.group_of_block)
        if given.shape != (problem.block_count,):
            return [wrong(self.name, "wrong_length", given=given.size, wanted=problem.block_count)]
        return not_whole(self.name, given)

    def lower(self, problem: ZoningProblem, draft: Draft) -> None:
        draft.tie(np.asarray(self.group_of_block, dtype=np.int64))


@dataclass(frozen=True, eq=False)
class WholeUnits(KeepTogether):
    """The same for administrative units (streets, villages) or the zones of the stage below: ``group_of_block`` numbers the units."""

    name = "whole_units"
