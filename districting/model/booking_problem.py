"""Bookings of shared venues as arrays (policy R19, R35)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from districting.model.solution import Status


@dataclass(frozen=True, eq=False)
class BookingProblem:
    """d demands of schools and f facilities.

    school, kind, needed, weight : (d,) position of the school, kind of venue, class-hours a week, what an hour counts
    able : (d, 168) hours of the week at which the school can come
    facility_kind, at_once, room_hours : (f,) kind, classes at one time, class-hours a week in all
    timed, open : (f,), (f, 168) whether the times at which it is free are known, and which they are; hours of an untimed one are agreed later
    metres, allowed, inside : (d, f) way, whether the school may book there, whether both are in one district
    classes : (s,) classes of each school, of which no more can be out in one hour; -1 = not known
    limit_m : the longest way
    """

    school: NDArray[np.int64]
    kind: NDArray[np.int64]
    needed: NDArray[np.int64]
    weight: NDArray[np.float64]
    able: NDArray[np.bool_]
    facility_kind: NDArray[np.int64]
    at_once: NDArray[np.int64]
    room_hours: NDArray[np.int64]
    timed: NDArray[np.bool_]
    open: NDArray[np.bool_]
    metres: NDArray[np.float64]
    allowed: NDArray[np.bool_]
    inside: NDArray[np.bool_]
    classes: NDArray[np.int64]
    limit_m: float

    def reach(self) -> NDArray[np.bool_]:
        """(d, f) pairs of one kind that may be booked and are near enough, whatever the time."""
        same = self.kind[:, None] == self.facility_kind[None, :]
        return np.asarray(same & self.allowed & (self.metres <= self.limit_m) & (self.room_hours > 0)[None, :])


@dataclass(frozen=True, eq=False)
class Bookings:
    """b bookings: ``demand``, ``facility``, ``hour`` (of the week, -1 = to be agreed), ``hours`` class-hours. ``objective`` weighted hours met, ``bound`` >= it;
    ``inside_hours`` in the own district; ``travel`` class-metres, ``travel_bound`` <= that of any plan that meets as much and stays inside as much.
    """

    demand: NDArray[np.int64]
    facility: NDArray[np.int64]
    hour: NDArray[np.int64]
    hours: NDArray[np.int64]
    objective: float
    bound: float
    gap: float
    status: Status
    inside_hours: float
    travel: float
    travel_bound: float
