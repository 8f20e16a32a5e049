"""Pieces of today's zones that lie apart may stay with their school."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from districting.errors import Fault
from districting.model.draft import Draft
from districting.model.rules.rule import Rule, needs_today

if TYPE_CHECKING:
    from districting.model.zoning_problem import ZoningProblem


@dataclass(frozen=True, eq=False)
class ExcusedIslands(Rule):
    """A block that lies apart from its school's zone today counts as connected to that school; everything else stays bound."""

    name = "excused_islands"

    def faults(self, problem: ZoningProblem) -> list[Fault]:
        return needs_today(self.name, problem)

    def lower(self, problem: ZoningProblem, draft: Draft) -> None:
        draft.join(excused_pairs(problem))


def excused_pairs(problem: ZoningProblem) -> NDArray[np.int64]:
    """(e, 2) a block apart from its school today, and that school's own block. The link serves no other school: a home block is in its own zone."""
    assert problem.today is not None
    n, (a, b) = problem.block_count, problem.edges.T
    same = (problem.today[a] == problem.today[b]) & (problem.today[a] >= 0)
    graph = coo_array((np.ones(same.sum()), (a[same], b[same])), shape=(n, n))
    piece = connected_components(graph, directed=False)[1]
    known = np.flatnonzero(problem.today >= 0)
    home = problem.home_block[problem.today[known]]
    apart = (piece[known] != piece[home]) | (problem.today[home] != problem.today[known])
    return np.column_stack([known[apart], home[apart]]).astype(np.int64)
