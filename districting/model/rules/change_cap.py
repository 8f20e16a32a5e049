"""At most a share of the pupils changes school."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from districting.errors import Fault
from districting.model.draft import Draft
from districting.model.rules.rule import Rule, needs_today, not_a_share

if TYPE_CHECKING:
    from districting.model.zoning_problem import ZoningProblem


@dataclass(frozen=True, eq=False)
class ChangeCap(Rule):
    """Pupils of blocks that leave today's school <= ``share`` x all pupils; blocks without a known school today do not count."""

    share: float = 0.1
    name = "change_cap"

    def faults(self, problem: ZoningProblem) -> list[Fault]:
        return needs_today(self.name, problem) + not_a_share(self.name, self.share)

    def lower(self, problem: ZoningProblem, draft: Draft) -> None:
        draft.moved_cap = min(draft.moved_cap, self.share * float(problem.demand.sum()))
