"""Pupils and spare seats as arrays, and who sits where (policy R40)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SCOPES = ("own_school", "own_district", "group", "adjacent_district", "nearest")
"""Where seats are looked for: the pupil's own school, its district, its education group, districts next to it, anywhere. The order is the planner's (policy R40)."""


@dataclass(frozen=True, eq=False)
class OverflowProblem:
    """n pupils, s schools, g grades.

    distance_m : (n, s) from each home; NaN or inf: not allowed
    scope : (n, s) first scope, as a position in the planner's order, in which the school counts for the pupil; -1: in none
    grade : (n,) position of the pupil's grade
    slots : (s, g) seats left in a grade, those kept for pupils on leave not among them
    room : (s,) pupils that a school may still take in all grades together
    group : (n,) pupils with the same number >= 0 are seated at one school; -1 = alone
    last : (n,) seated after all others (dwellings whose seat is taken)
    scopes : how many scopes the order has
    """

    distance_m: NDArray[np.float64]
    scope: NDArray[np.int64]
    grade: NDArray[np.int64]
    slots: NDArray[np.int64]
    room: NDArray[np.int64]
    group: NDArray[np.int64]
    last: NDArray[np.bool_]
    scopes: int = len(SCOPES)

    def __post_init__(self) -> None:
        n, s = self.distance_m.shape if self.distance_m.ndim == 2 else (-1, -1)
        fits = self.scope.shape == (n, s) and self.slots.ndim == 2 and len(self.slots) == s and self.room.shape == (s,)
        if not fits or (self.slots < 0).any() or (self.room < 0).any():
            raise ValueError("distance_m and scope are (n, s), spare (s,) or (s, g) and >= 0, room (s,) and >= 0")
        if any(of.shape != (n,) for of in (self.grade, self.group, self.last)) or (n and not 0 <= self.grade.min() <= self.grade.max() < self.slots.shape[1]):
            raise ValueError("grade, group and last are (n,), grades positions of columns of the seats")

    @property
    def allowed(self) -> NDArray[np.bool_]:
        """(n, s) the school is within reach and in a scope of the order."""
        return np.isfinite(self.distance_m) & (self.scope >= 0) & (self.scope < self.scopes)


@dataclass(frozen=True, eq=False)
class OverflowPlan:
    """``school_of_pupil`` (n,): -1 = no seat within reach; ``scope_of_pupil`` (n,): position in the order where the seat was found, -1 none; ``distance_m`` (n,), NaN none.

    ``slots_left`` (s, g), ``room_left`` (s,). ``status``: ``optimal`` when every goal is proven; ``objective`` metres of all who are seated, ``bound`` the least that the
    counts of the goals allow, ``gap`` (objective - bound) / objective.
    """

    school_of_pupil: NDArray[np.int64]
    scope_of_pupil: NDArray[np.int64]
    distance_m: NDArray[np.float64]
    slots_left: NDArray[np.int64]
    room_left: NDArray[np.int64]
    status: str = "optimal"
    objective: float = 0.0
    bound: float = 0.0

    @property
    def spare_left(self) -> NDArray[np.int64]:
        """(s,) seats left in all grades that the room of the school lets be used."""
        return np.asarray(np.minimum(self.slots_left.sum(axis=1), self.room_left), dtype=np.int64)

    @property
    def gap(self) -> float:
        """Share of the objective that is not proven to be needed."""
        return max(0.0, (self.objective - self.bound) / self.objective) if self.objective > 0 else 0.0
