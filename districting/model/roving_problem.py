"""One subject of one area: lessons that schools need, teachers who may give them, and the ways between (policy R38)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class RovingProblem:
    """t teachers, s schools.

    home_of_teacher (t,) : position of the own school
    load (t,) : lessons a week at most; free (t,) : of them away from the own school at most
    demand (s,) : lessons a week that the school needs, whole
    minutes (s, s) : one way between schools, the shortest there is; inf = not to be travelled
    weight (s,) : what a lesson covered by a teacher of another school counts there, > 0 (weak schools more)
    max_schools, max_hop_minutes, half_day_lessons, days : schools of a teacher at most, minutes from school to school at most, lessons in a half-day at most, days a week
    """

    home_of_teacher: NDArray[np.int64]
    load: NDArray[np.int64]
    free: NDArray[np.int64]
    demand: NDArray[np.int64]
    minutes: NDArray[np.float64]
    weight: NDArray[np.float64]
    max_schools: int = 3
    max_hop_minutes: float = 40.0
    half_day_lessons: int = 4
    days: int = 5

    def __post_init__(self) -> None:
        t, s = len(self.home_of_teacher), len(self.demand)
        if self.load.shape != (t,) or self.free.shape != (t,) or self.minutes.shape != (s, s) or self.weight.shape != (s,):
            raise ValueError("load and free are (t,), minutes (s, s), weight (s,)")
        if t and not (self.home_of_teacher.min() >= 0 and self.home_of_teacher.max() < s):
            raise ValueError("home_of_teacher are positions of schools")
        if (
            (self.load < 0).any()
            or (self.free < 0).any()
            or (self.demand < 0).any()
            or np.isnan(self.minutes).any()
            or (self.minutes < 0).any()
            or not (self.weight > 0).all()
        ):
            raise ValueError("load, free, demand and minutes >= 0, weight > 0")
        if min(self.max_schools, self.half_day_lessons, self.days) < 1 or self.max_hop_minutes < 0:
            raise ValueError("max_schools, half_day_lessons and days >= 1, max_hop_minutes >= 0")
        if t and self.load.max() > self.half_day_lessons * self.days:
            raise ValueError("a load fits into half of the half-days of a week, so that a day away never costs lessons at home")


@dataclass(frozen=True)
class Trip:
    """One day away in a week: lessons at one or two other schools. ``second`` -1: one half-day away, the other at home."""

    teacher: int
    first: int
    second: int
    lessons_first: int
    lessons_second: int
    minutes: float


@dataclass(frozen=True, eq=False)
class Roving:
    """``at_home`` (t,): lessons at the own school; ``trips``: days away.

    covered : weight of lessons given away from home; bound: no timetable that serves own pupils first covers more; minutes: on the way in a week; minutes_bound: no such
    timetable that covers as much as this one needs less
    """

    at_home: NDArray[np.int64]
    trips: tuple[Trip, ...]
    covered: float
    bound: float
    minutes: float
    minutes_bound: float
    status: Literal["optimal", "feasible"]
