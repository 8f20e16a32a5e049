"""Seats hold in every forecast year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from districting.errors import Fault
from districting.model.draft import Draft, ZoneSum
from districting.model.rules.rule import Rule, wrong

if TYPE_CHECKING:
    from districting.model.zoning_problem import ZoningProblem


@dataclass(frozen=True, eq=False)
class Forecast(Rule):
    """``demand`` (n, years) pupils of each coming year; ``capacity`` (k, years) or (k,) seats then, today's where not given."""

    demand: ArrayLike
    capacity: ArrayLike | None = None
    name = "forecast"

    def faults(self, problem: ZoningProblem) -> list[Fault]:
        demand = np.asarray(self.demand, dtype=np.float64)
        if demand.ndim != 2 or len(demand) != problem.block_count:
            return [wrong(self.name, "wrong_length", given=len(demand), wanted=problem.block_count)]
        seats = self.seats(problem)
        if seats.shape != (problem.school_count, demand.shape[1]):
            return [wrong(self.name, "wrong_length", given=len(seats), wanted=problem.school_count)]
        odd = np.concatenate([demand[~((demand >= 0) & (demand < np.inf))], seats[~((seats >= 0) & (seats < np.inf))]])
        return [wrong(self.name, "negative", given=float(odd[0]))] if len(odd) else []

    def seats(self, problem: ZoningProblem) -> np.ndarray:
        """(k, years) seats."""
        years = np.asarray(self.demand).shape[1]
        given = problem.capacity if self.capacity is None else np.asarray(self.capacity, dtype=np.float64)
        return np.repeat(given[:, None], years, axis=1) if given.ndim == 1 else given

    def lower(self, problem: ZoningProblem, draft: Draft) -> None:
        demand, seats = np.asarray(self.demand, dtype=np.float64), self.seats(problem)
        for year in range(demand.shape[1]):
            draft.sums.append(ZoneSum(self.name, "pupil", demand[:, year], np.zeros(problem.school_count), seats[:, year]))
