"""Rules about single blocks and their school: distance, locks, bans, longer ways. Loops over blocks, on purpose unlike any solver."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from districting.checking.rules.violation import Violation
from districting.model.rules import Forbidden, Locked, MaximumDistance, TravelGrowth
from districting.model.zoning_problem import ZoningProblem
from districting.wording import text

Labels = NDArray[np.int64]
SLACK = 1 + 1e-9


def _blame(rule: str, broken: list[int], amount: float, unit: str) -> list[Violation]:
    if not broken:
        return []
    said = text("checking.blocks_break", rule=text(f"rules.{rule}"), count=len(broken), blocks=broken[:5], amount=amount, unit=text(f"checking.{unit}"))
    return [Violation(rule, -1, tuple(broken), amount, unit, said)]


def _where(problem: ZoningProblem, label: Labels, wrong: Callable[[int, int], float]) -> tuple[list[int], float]:
    """Blocks for which ``wrong(block, label)`` is above 0, and the largest such amount."""
    amount = {i: wrong(i, int(label[i])) for i in range(problem.block_count) if label[i] >= 0}
    broken = [i for i, a in amount.items() if a > 0]
    return broken, max((amount[i] for i in broken), default=0.0)


def maximum_distance(rule: MaximumDistance, problem: ZoningProblem, label: Labels, schools: list[list[int]]) -> list[Violation]:
    """Blocks with pupils beyond their limit; the nearest school of the zone counts."""
    limit = np.broadcast_to(np.asarray(rule.limit_m, dtype=np.float64), (problem.block_count,))

    def too_far(i: int, zone: int) -> float:
        nearest = min(float(problem.distance_of(i, j)) for j in schools[zone])
        return nearest - limit[i] if problem.demand[i] > 0 and nearest > limit[i] * SLACK else 0.0

    return _blame(rule.name, *_where(problem, label, too_far), "metre")


def travel_growth(rule: TravelGrowth, problem: ZoningProblem, label: Labels, schools: list[list[int]]) -> list[Violation]:
    """Blocks whose way grew by more than the share."""
    today = problem.today
    assert today is not None

    def longer(i: int, zone: int) -> float:
        if today[i] < 0 or problem.demand[i] == 0:
            return 0.0
        limit = max((1 + rule.share) * float(problem.distance_of(i, int(today[i]))), rule.free_m)
        nearest = min(float(problem.distance_of(i, j)) for j in schools[zone])
        return nearest - limit if nearest > limit * SLACK else 0.0

    return _blame(rule.name, *_where(problem, label, longer), "metre")


def locked(rule: Locked, problem: ZoningProblem, label: Labels, schools: list[list[int]]) -> list[Violation]:
    """Blocks that are not where they were locked."""
    wanted = zip(np.asarray(rule.blocks).tolist(), np.asarray(rule.schools).tolist(), strict=True)
    broken = sorted({int(i) for i, j in wanted if label[i] >= 0 and j not in schools[label[i]]})
    return _blame(rule.name, broken, float(len(broken)), "block")


def forbidden(rule: Forbidden, problem: ZoningProblem, label: Labels, schools: list[list[int]]) -> list[Violation]:
    """Pairs that must not be."""
    banned: dict[int, set[int]] = {}
    for i, j in zip(np.asarray(rule.blocks).tolist(), np.asarray(rule.schools).tolist(), strict=True):
        banned.setdefault(int(i), set()).add(int(j))
    broken = sorted(i for i, bans in banned.items() if label[i] >= 0 and set(schools[label[i]]) <= bans)
    return _blame(rule.name, broken, float(len(broken)), "block")
