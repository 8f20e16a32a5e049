"""Weak schools and what it costs to bring them up to the lines (policy R29)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class UpgradeProblem:
    """s schools, k indicators.

    total (s, k) : what a school has; NaN = not known
    need (s, k) : what it must have to meet the line
    step (k,) : what one unit adds (a room, a square metre), > 0
    unit_cost_yuan (s, k) : price of a unit; NaN = cannot be added there
    most_units (s, k): most units that can be added there (a school without land: 0 of sports area); inf = as many as are paid for, None = all inf
    weight (s,) : what a school that passes counts (its pupils), >= 0
    least_met, floor : how many indicators must meet the line (one number, or (s,)), and the share of its line that the others must reach
    budget_yuan : >= 0
    """

    total: NDArray[np.float64]
    need: NDArray[np.float64]
    step: NDArray[np.float64]
    unit_cost_yuan: NDArray[np.float64]
    weight: NDArray[np.float64]
    least_met: int | NDArray[np.int64]
    floor: float
    budget_yuan: float
    most_units: NDArray[np.float64] | None = None

    def __post_init__(self) -> None:
        s, k = self.total.shape
        fits = self.need.shape == (s, k) == self.unit_cost_yuan.shape and self.step.shape == (k,) and self.weight.shape == (s,)
        if not fits:
            raise ValueError("total, need and unit_cost_yuan are (s, k), step (k,), weight (s,)")
        if not (
            (self.step > 0).all()
            and (self.weight >= 0).all()
            and 0 <= self.floor <= 1
            and (np.asarray(self.least_met) >= 0).all()
            and (np.asarray(self.least_met) <= k).all()
            and self.budget_yuan >= 0
        ):
            raise ValueError("step > 0, weight >= 0, floor 0..1, least_met 0..k, budget >= 0")
        if (self.unit_cost_yuan < 0).any() or not np.isfinite(self.need).all():
            raise ValueError("prices >= 0, needs are known")
        if self.most_units is not None and not (self.most_units.shape == (s, k) and (self.most_units >= 0).all()):
            raise ValueError("most_units is (s, k), >= 0")


@dataclass(frozen=True, eq=False)
class UpgradePlan:
    """``cost_yuan`` (s,): least cost for the school to pass; 0 = passes already, inf = cannot, NaN = an indicator is not known. ``units`` (s, k): what that buys.

    ``chosen`` (s,) bool: upgraded within the budget. objective: weight of schools that come to pass; bound: no plan within the budget has more.
    """

    cost_yuan: NDArray[np.float64]
    units: NDArray[np.int64]
    chosen: NDArray[np.bool_]
    objective: float
    bound: float
    status: Literal["optimal", "feasible"]

    @property
    def gap(self) -> float:
        """(bound - objective) / bound; 0 where nothing can be won."""
        return (self.bound - self.objective) / self.bound if self.bound > 0 else 0.0
