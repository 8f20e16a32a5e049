"""Days away on weekdays: nobody twice on a day, and no more lessons at a school in a half-day than its classes can have (policy R38)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from districting.model.roving_problem import Trip

Visit = tuple[int, int, int]
"""Weekday, half-day of the first school, half-day of the second (-1: none); (-1, -1, -1): no day has room."""


def on_weekdays(trips: Sequence[Trip], room: NDArray[np.int64], given: NDArray[np.int64]) -> list[Visit]:
    """A weekday and half-days for every trip; ``given`` (s, days, 2) lessons at each school and half-day is counted up.

    room (s,) : lessons of a half-day that a school's classes can have together

    Trips with most lessons choose first; each takes the day on which its schools are least visited, so that visits spread over the week.

    >>> room, given = np.array([0, 4]), np.zeros((2, 5, 2), dtype=np.int64)
    >>> on_weekdays([Trip(0, 1, -1, 4, 0, 20.0), Trip(1, 1, -1, 4, 0, 20.0)], room, given)
    [(0, 0, -1), (1, 0, -1)]
    """
    visits: list[Visit] = [(-1, -1, -1)] * len(trips)
    busy: set[tuple[int, int]] = set()
    order = sorted(range(len(trips)), key=lambda i: (-trips[i].lessons_first - trips[i].lessons_second, trips[i].teacher, i))
    for i in order:
        trip = trips[i]
        found = min(_options(trip, room, given, busy), default=None)
        if found is None:
            continue
        _, day, first, second = found
        busy.add((trip.teacher, day))
        given[trip.first, day, first] += trip.lessons_first
        if second >= 0:
            given[trip.second, day, second] += trip.lessons_second
        visits[i] = (day, first, second)
    return visits


def _options(trip: Trip, room: NDArray[np.int64], given: NDArray[np.int64], busy: set[tuple[int, int]]) -> list[tuple[int, int, int, int]]:
    """(lessons already there, day, half of the first school, half of the second) of every day with room."""
    options = []
    for day in range(given.shape[1]):
        if (trip.teacher, day) in busy:
            continue
        for first in (0, 1):
            if given[trip.first, day, first] + trip.lessons_first > room[trip.first]:
                continue
            if trip.second < 0:
                options.append((int(given[trip.first, day].sum()), day, first, -1))
            elif trip.first == trip.second or first == 0:  # the way is shortest in the order of the trip: the first school in the morning
                second = 1 - first
                if given[trip.second, day, second] + trip.lessons_second <= room[trip.second]:
                    options.append((int(given[trip.first, day].sum() + given[trip.second, day].sum()), day, first, second))
    return options
