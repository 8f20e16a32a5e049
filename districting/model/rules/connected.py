"""Connected zones, each holding its school's own block: on unless lifted."""

from __future__ import annotations

from dataclasses import dataclass

from districting.errors import Fault
from districting.model.draft import Draft
from districting.model.rules.rule import Rule, not_a_switch


@dataclass(frozen=True, eq=False)
class Connected(Rule):
    """Every zone hangs together over shared borders; ``hard=False`` lifts the rule."""

    hard: bool = True
    name = "connected"

    def faults(self, problem: object) -> list[Fault]:
        return not_a_switch(self.name, self.hard)

    def lower(self, problem: object, draft: Draft) -> None:
        draft.contiguous = self.hard
