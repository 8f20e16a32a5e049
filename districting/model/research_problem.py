"""Joint teaching research as arrays: half-days of subjects, hosts in turn, people on seats (policy R04, R39)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Status = Literal["optimal", "feasible"]


@dataclass(frozen=True, eq=False)
class Shown:
    """An answer with its proof: ``choice`` integers, what they mean is said where it is made; ``bound`` <= ``objective`` (>= where the aim is to place as many as can be)."""

    choice: NDArray[np.int64]
    objective: float
    bound: float
    status: Status


@dataclass(frozen=True, eq=False)
class HalfDayProblem:
    """``teachers`` (s, u) of school and subject; ``half_days`` how many there are. No half-day is given to more than ceil(u / half_days) subjects."""

    teachers: NDArray[np.int64]
    half_days: int

    @property
    def most(self) -> int:
        """Most subjects on a half-day."""
        return -(-self.teachers.shape[1] // self.half_days)

    def away(self, subjects: NDArray[np.int64]) -> float:
        """Pairs of teachers of one school and of different subjects who are away together if these subjects share a half-day."""
        part = self.teachers[:, subjects]
        return float(((part.sum(axis=1) ** 2 - (part**2).sum(axis=1)) / 2).sum())


@dataclass(frozen=True, eq=False)
class RotaProblem:
    """g groups, e pairs of a group and a school that may host it.

    ``group``, ``host`` (e,) positions; ``cost`` (e,) teacher-metres one way of a session there; ``visitors`` (e,) who come to it; ``slot`` (g,) half-day; ``seats`` (hosts,) for visitors;
    ``turns`` sessions in the term. A school may host several groups of a half-day at a turn where it seats all.
    """

    group: NDArray[np.int64]
    host: NDArray[np.int64]
    cost: NDArray[np.float64]
    visitors: NDArray[np.int64]
    slot: NDArray[np.int64]
    seats: NDArray[np.int64]
    turns: int

    @property
    def groups(self) -> int:
        """How many."""
        return len(self.slot)


@dataclass(frozen=True, eq=False)
class SeatProblem:
    """q demands of ``people``, o offers of ``seats``; ``metres`` (q, o), ``inf`` where a demand cannot be served."""

    people: NDArray[np.int64]
    seats: NDArray[np.int64]
    metres: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Seated:
    """``demand``, ``offer``, ``people`` of every assignment; ``placed`` in all, ``most`` that can be placed at most, ``travel`` person-metres, ``bound`` <= travel."""

    demand: NDArray[np.int64]
    offer: NDArray[np.int64]
    people: NDArray[np.int64]
    placed: int
    most: int
    travel: float
    bound: float
    status: Status
