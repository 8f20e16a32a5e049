"""Shared courses as arrays (policy R19)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from districting.model.solution import Status


@dataclass(frozen=True, eq=False)
class CourseProblem:
    """q demands and o offers.

    school, course, pupils, weight, room_pupils : (q,) position of the school, course, pupils who ask, what one counts, how many can sit in connected rooms
    giver, offer_course, seats, most_schools : (o,) school, course, places for pupils of others, schools at a time (both -1 = without limit)
    in_room, in_place : (o,) whether pupils sit in a connected room, whether they go there
    metres, allowed, inside : (q, o) way, whether the offer reaches the school, whether both are in one district
    limit_m : the longest way to lessons in place; ``whole``: the pupils of one demand go to one offer
    """

    school: NDArray[np.int64]
    course: NDArray[np.int64]
    pupils: NDArray[np.int64]
    weight: NDArray[np.float64]
    room_pupils: NDArray[np.int64]
    giver: NDArray[np.int64]
    offer_course: NDArray[np.int64]
    seats: NDArray[np.int64]
    most_schools: NDArray[np.int64]
    in_room: NDArray[np.bool_]
    in_place: NDArray[np.bool_]
    metres: NDArray[np.float64]
    allowed: NDArray[np.bool_]
    inside: NDArray[np.bool_]
    limit_m: float
    whole: bool = True

    def most(self) -> NDArray[np.int64]:
        """(q, o) most pupils of each demand that each offer can take alone; 0 where it does not reach."""
        near = ~self.in_place[None, :] | (self.metres <= self.limit_m)
        fits = (self.course[:, None] == self.offer_course[None, :]) & self.allowed & near & (self.school[:, None] != self.giver[None, :])
        most = np.where(self.in_room[None, :], np.minimum(self.pupils, self.room_pupils)[:, None], self.pupils[:, None])
        return np.where(fits, np.minimum(most, np.where(self.seats < 0, np.iinfo(np.int64).max, self.seats)[None, :]), 0)


@dataclass(frozen=True, eq=False)
class CourseLinks:
    """l links: ``demand``, ``offer``, ``pupils``. ``objective`` weighted pupils, ``bound`` >= it; ``inside_pupils`` in the own district; ``travel`` pupil-metres to
    lessons in place.
    """

    demand: NDArray[np.int64]
    offer: NDArray[np.int64]
    pupils: NDArray[np.int64]
    objective: float
    bound: float
    gap: float
    status: Status
    inside_pupils: float
    travel: float
