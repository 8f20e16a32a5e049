"""Each rule re-checked from labels alone: one line per rule; the rest of :mod:`districting.checking.zoning` holds seats, connectedness and home blocks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from districting.checking.rules import amounts, neighbours, pairs
from districting.checking.rules.violation import Violation

CHECKS: Final[Mapping[str, Callable[..., list[Violation]]]] = {
    "maximum_distance": pairs.maximum_distance,
    "travel_growth": pairs.travel_growth,
    "locked": pairs.locked,
    "forbidden": pairs.forbidden,
    "minimum_fill": amounts.minimum_fill,
    "size_band": amounts.size_band,
    "forecast": amounts.forecast,
    "change_cap": amounts.change_cap,
    "neighbours_together": neighbours.neighbours_together,
    "keep_together": neighbours.keep_together,
    "whole_units": neighbours.keep_together,
}
FRAME: Final = ("seats", "connected", "home_block", "excused_islands", "barriers", "shared_zones")
"""Rules that change how seats, connectedness and home blocks are checked, instead of adding a check."""


def check_rules(problem: Any, label: Any, schools: list[list[int]]) -> list[Violation]:
    """Every broken rule of ``problem.rules``; ``schools`` lists the schools of each zone."""
    return [v for rule in problem.rules if rule.name in CHECKS for v in CHECKS[rule.name](rule, problem, label, schools)]
