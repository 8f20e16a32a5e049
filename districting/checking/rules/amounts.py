"""Rules about sums: fill, size, forecast years, changes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from districting.checking.rules.violation import Violation
from districting.model.rules import ChangeCap, Forecast, MinimumFill, SizeBand
from districting.model.zoning_problem import ZoningProblem
from districting.wording import text

Labels = NDArray[np.int64]
CLOSE = 1e-6


def _outside(rule: str, zone: int, value: float, low: float, high: float) -> list[Violation]:
    over = max(value - high, low - value)
    if over <= CLOSE * max(1.0, abs(value)):
        return []
    said = text("checking.sum_outside", rule=text(f"rules.{rule}"), zone=zone, value=value, low=low, high=high)
    return [Violation(rule, zone, (), over, "pupil", said)]


def minimum_fill(rule: MinimumFill, problem: ZoningProblem, label: Labels, schools: list[list[int]]) -> list[Violation]:
    """Zones emptier than the share of their seats."""
    found = []
    for zone, members in enumerate(schools):
        seats = sum(float(problem.capacity[j]) for j in members)
        found += _outside(rule.name, zone, float(problem.demand[label == zone].sum()), rule.share * seats, np.inf)
    return found


def size_band(rule: SizeBand, problem: ZoningProblem, label: Labels, schools: list[list[int]]) -> list[Violation]:
    """Zones outside the band around today's pupils."""
    found = []
    assert problem.today is not None
    for zone, members in enumerate(schools):
        today = float(problem.demand[np.isin(problem.today, members)].sum())
        found += _outside(rule.name, zone, float(problem.demand[label == zone].sum()), rule.low * today, rule.high * today)
    return found


def forecast(rule: Forecast, problem: ZoningProblem, label: Labels, schools: list[list[int]]) -> list[Violation]:
    """Zones with more pupils than seats in any year."""
    found = []
    demand, seats = np.asarray(rule.demand, dtype=np.float64), rule.seats(problem)
    for zone, members in enumerate(schools):
        for year in range(demand.shape[1]):
            found += _outside(rule.name, zone, float(demand[label == zone, year].sum()), 0.0, float(seats[members, year].sum()))
    return found


def change_cap(rule: ChangeCap, problem: ZoningProblem, label: Labels, schools: list[list[int]]) -> list[Violation]:
    """More pupils moved than the cap."""
    assert problem.today is not None
    moved = sum(float(problem.demand[i]) for i in range(len(label)) if problem.today[i] >= 0 and label[i] >= 0 and problem.today[i] not in schools[label[i]])
    return _outside(rule.name, -1, moved, 0.0, rule.share * float(problem.demand.sum()))
