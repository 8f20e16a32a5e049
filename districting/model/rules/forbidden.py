"""Pairs of block and school that must not be."""

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
class Forbidden(Rule):
    """Block ``blocks[t]`` never goes to school ``schools[t]``; positions. Not ``asked``: it only keeps zones as they are around a change, so no refusal offers to lift it.

    ``why``: "district" where the pairs keep blocks to the schools of their district; the reasons say so.
    """

    blocks: ArrayLike
    schools: ArrayLike
    asked: bool = True
    why: str = ""
    name = "forbidden"

    def faults(self, problem: ZoningProblem) -> list[Fault]:
        return pairs_faults(self.name, self.blocks, self.schools, problem)

    def lower(self, problem: ZoningProblem, draft: Draft) -> None:
        draft.marks()[np.asarray(self.blocks, dtype=np.int64), np.asarray(self.schools, dtype=np.int64)] = False
