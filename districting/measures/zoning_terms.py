"""The goals of a zoning, measured from its labels: each term in its own unit, before any weight."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from districting.model.goals import Balance, Border, Compactness, Distance, Goal, Mix, Stability
from districting.model.rules import Seats, SharedZones
from districting.model.zoning_problem import ZoningProblem


def zoning_terms(problem: ZoningProblem, label: ArrayLike) -> dict[str, float]:
    """Value of every goal the problem weighs, by name, and ``seats_over`` where seats have a price.

    Parameters
    ----------
    label : (n,) school of each block (position), or zone where schools share zones

    Examples
    --------
    >>> problem = ZoningProblem(demand=[3, 2, 4], capacity=[6, 6], edges=[(0, 1), (1, 2)], home_block=[0, 2], xy=[(0, 0), (100, 0), (200, 0)],
    ...                         school_xy=[(0, 0), (200, 0)], objectives=("distance", "balance", "stability"), today=[0, 1, 1])
    >>> terms = zoning_terms(problem, [0, 0, 1])
    >>> terms["distance"], terms["balance"], terms["stability"]
    (200.0, 0.5, 2.0)
    """
    zone = np.asarray(label, dtype=np.int64)
    view = _View(problem, zone)
    found = {goal.name: _MEASURE[type(goal)](view) for goal in problem.goals}
    if seat_price(problem) > 0:
        found["seats_over"] = float(np.maximum(view.load() - view.seats, 0.0).sum())
    return found


def seat_price(problem: ZoningProblem) -> float:
    """What a pupil over the seats costs in the objective; 0 where seats are hard or do not bind."""
    return max([rule.price for rule in problem.rules if isinstance(rule, Seats) and not rule.hard], default=0.0)


def objective_of(problem: ZoningProblem, label: ArrayLike) -> float:
    """Weighted sum of the terms."""
    terms = zoning_terms(problem, label)
    over = seat_price(problem) * terms.get("seats_over", 0.0)
    return sum(goal.weight * terms[goal.name] for goal in problem.goals) + over


class _View:
    """A problem with its zones: where schools share a zone, seats add up and distances are means weighted by seats."""

    def __init__(self, problem: ZoningProblem, zone: NDArray[np.int64]) -> None:
        self.problem, self.zone = problem, zone
        shared = [rule.zones() for rule in problem.rules if isinstance(rule, SharedZones)]
        self.zone_of_school = shared[-1] if shared else np.arange(problem.school_count)
        self.count = int(self.zone_of_school.max()) + 1
        self.seats = np.bincount(self.zone_of_school, problem.capacity, self.count)

    def load(self) -> NDArray[np.float64]:
        return self.sums(self.problem.demand)

    def sums(self, amount: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.bincount(self.zone, amount, self.count).astype(np.float64)

    def parted(self) -> NDArray[np.bool_]:
        a, b = self.problem.edges.T
        return self.zone[a] != self.zone[b]


def _distance(view: _View) -> float:
    problem, blocks = view.problem, np.flatnonzero(view.problem.demand > 0)
    total, weight = np.zeros(len(blocks)), np.zeros(len(blocks))
    for j in range(problem.school_count):
        here = view.zone[blocks] == view.zone_of_school[j]
        share = problem.capacity[j] if view.seats[view.zone_of_school[j]] > 0 else 1.0
        if share > 0:
            total[here] += share * problem.distance_of(blocks[here], np.full(int(here.sum()), j))
            weight[here] += share
    return float((problem.demand[blocks] * total / weight).sum())


def _stability(view: _View) -> float:
    problem = view.problem
    assert problem.today is not None
    known = np.flatnonzero(problem.today >= 0)
    return float(problem.demand[known][view.zone_of_school[problem.today[known]] != view.zone[known]].sum())


def _balance(view: _View) -> float:
    with np.errstate(divide="ignore", invalid="ignore"):
        filled = np.where(view.seats > 0, view.load() / view.seats, np.where(view.load() > 0, np.inf, 1.0))
    return float(np.abs(1 - filled).sum())


def _compactness(view: _View) -> float:
    problem = view.problem
    assert problem.area_m2 is not None and problem.perimeter_m is not None and problem.shared_border_m is not None
    inside = ~view.parted()
    shared = np.bincount(view.zone[problem.edges[inside, 0]], problem.shared_border_m[inside], view.count)
    area, perimeter = view.sums(problem.area_m2), view.sums(problem.perimeter_m) - 2 * shared
    used = perimeter > 0
    return float((1 - 4 * np.pi * area[used] / perimeter[used] ** 2).sum())


def _mix(view: _View) -> float:
    groups = view.problem.groups()
    return sum(dissimilarity(view.sums(g), view.load() - view.sums(g)) for g in groups.T)


def dissimilarity(group: NDArray[np.float64], others: NDArray[np.float64]) -> float:
    """Half the sum over schools of |g / G - o / O|; 0 where one side is empty.

    >>> dissimilarity(np.array([10.0, 0.0]), np.array([0.0, 5.0]))
    1.0
    """
    if group.sum() <= 0 or others.sum() <= 0:
        return 0.0
    return float(0.5 * np.abs(group / group.sum() - others / others.sum()).sum())


def _border(view: _View) -> float:
    assert view.problem.shared_border_m is not None
    return float(view.problem.shared_border_m[view.parted()].sum())


_MEASURE = {Distance: _distance, Stability: _stability, Balance: _balance, Compactness: _compactness, Mix: _mix, Border: _border}
assert all(issubclass(goal, Goal) for goal in _MEASURE)
