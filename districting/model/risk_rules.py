"""Parameters of a risk assessment: errors of what a plan rests on, seat warnings, and the lines of its levels (policy R41)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

LEVELS: Final = ("low", "medium", "high")
"""Levels in rising order; a number 0..2 is a position here."""
FRAMES: Final = ("legality", "reasonableness", "feasibility", "controllability")
"""The four questions of a risk assessment: 合法性, 合理性, 可行性, 可控性."""
INDICATORS: Final = ("rules_broken", "pupils_without_zone", "share_moved", "fullest_receiving", "share_much_farther", "share_newly_across")
"""Measures that a level may rest on."""


@dataclass(frozen=True)
class LevelLine:
    """From (or ``above``) which value an indicator is of medium and of high risk, and which question it answers; ``high_at`` where the line of high differs from ``at``."""

    frame: str
    at: Literal["from", "above"]
    medium: float
    high: float
    high_at: Literal["from", "above"] | None = None

    @property
    def above(self) -> tuple[bool, bool]:
        """Whether the lines of medium and of high are passed only beyond them.

        >>> LevelLine("feasibility", "from", 0.9, 1.0, "above").above
        (False, True)
        """
        return self.at == "above", (self.high_at or self.at) == "above"


@dataclass(frozen=True)
class Errors:
    """Standard deviations of what a plan rests on.

    ``common`` share by which all blocks' pupils are off together; ``dispersion`` variance of a block's pupils over their mean (1: chance alone, 0: none);
    ``travel`` share by which a block's distance is off; ``score`` points by which a school's score is.
    """

    common: float = 0.05
    dispersion: float = 1.0
    travel: float = 0.10
    score: float = 2.0


@dataclass(frozen=True)
class RiskRules:
    """Everything of ``profiles/risk.toml``; ``bands_m`` rise."""

    errors: Errors
    yellow: float
    red: float
    bands_m: tuple[float, ...]
    sibling_share: float
    change: float
    consult_days: float
    levels: Mapping[str, LevelLine]
