"""Connected zones, each holding its school's own block: on unless lifted."""

from __future__ import annotations

from dataclasses import dataclass

from districting.model.draft import Draft
from districting.model.rules.rule import Rule


@dataclass(frozen=True, eq=False)
class Connected(Rule):
    """Every zone hangs together over shared borders; ``hard=False`` lifts the rule."""

    hard: bool = True
    name = "connected"

    def lower(self, problem: object, draft: Draft) -> None:
        draft.contiguous = self.hard
