"""How long a joint plan may take, and what each of its steps may spend of that."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from time import perf_counter

from districting.model.settings import SolveSettings

TOTAL_S = 100.0
"""Where the planner names no limit, zonings end by counted work, and no further round begins after this clock."""
PRIMARY_SHARE, JUNIOR_SHARE = 0.25, 0.12
"""Shares of a limit for the zonings without districts."""
ROUND_SHARE = 0.3
"""Share of what is left for each zoning and each grouping of a round, and for the bound."""
MOST_S, LEAST_S = 30.0, 1.0
"""For a grouping, or for a zoning of a round."""


@dataclass(frozen=True)
class Watch:
    """The clock of one joint plan."""

    settings: SolveSettings
    begin: float = field(default_factory=perf_counter)

    @property
    def total_s(self) -> float:
        return self.settings.time_limit_s or TOTAL_S

    @property
    def left_s(self) -> float:
        return max(0.0, self.total_s - (perf_counter() - self.begin))

    @property
    def over(self) -> bool:
        return self.left_s <= 0.0

    def share_s(self, share: float = ROUND_SHARE, most: float = MOST_S) -> float:
        """Seconds for a step that ends by the clock."""
        return max(LEAST_S, min(most, share * self.left_s))

    def first(self, share: float) -> SolveSettings:
        """For a zoning without districts: the planner's own settings, or a share of the planner's limit."""
        limit = self.settings.time_limit_s
        return self.settings if limit is None else dataclasses.replace(self.settings, time_limit_s=max(LEAST_S, share * limit))

    def again(self) -> SolveSettings:
        """For a zoning of a round."""
        limit = self.settings.time_limit_s
        return self.settings if limit is None else dataclasses.replace(self.settings, time_limit_s=self.share_s())
