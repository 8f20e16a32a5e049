"""Neighbours that a river or railway parts, and bridges that join blocks which do not touch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from districting.errors import Fault
from districting.model.draft import Draft
from districting.model.rules.rule import Rule, not_whole, positions_outside, wrong

if TYPE_CHECKING:
    from districting.model.zoning_problem import ZoningProblem


@dataclass(frozen=True, eq=False)
class Barriers(Rule):
    """``cut`` (c, 2) pairs of neighbours that do not count as such; ``bridges`` (b, 2) pairs that do though they share no border; positions."""

    cut: ArrayLike = ()
    bridges: ArrayLike = ()
    name = "barriers"

    def faults(self, problem: ZoningProblem) -> list[Fault]:
        given = (self.cut, self.bridges)
        odd = [
            wrong(self.name, "no_pairs", given=str(np.shape(pairs))) for pairs in given if np.size(pairs) and (np.ndim(pairs) != 2 or np.shape(pairs)[1] != 2)
        ]
        whole = np.concatenate([np.asarray(pairs, dtype=np.float64).ravel() for pairs in given])
        return odd + (not_whole(self.name, whole) or positions_outside(self.name, whole.astype(np.int64), problem.block_count))

    def lower(self, problem: ZoningProblem, draft: Draft) -> None:
        draft.cut(np.asarray(self.cut, dtype=np.int64))
        draft.join(np.asarray(self.bridges, dtype=np.int64))
