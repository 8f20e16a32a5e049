"""Neighbours of today's zones stay together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from districting.errors import Fault
from districting.model.draft import Draft
from districting.model.rules.rule import Rule, needs_today, not_a_share

if TYPE_CHECKING:
    from districting.model.zoning_problem import ZoningProblem


@dataclass(frozen=True, eq=False)
class NeighboursTogether(Rule):
    """Of the neighbours that share a block's school today, at least ``share`` share its school in the plan (Gillani et al. 2023)."""

    share: float = 0.5
    name = "neighbours_together"

    def faults(self, problem: ZoningProblem) -> list[Fault]:
        return needs_today(self.name, problem) + not_a_share(self.name, self.share)

    def lower(self, problem: ZoningProblem, draft: Draft) -> None:
        draft.mates_share = max(draft.mates_share, self.share)
