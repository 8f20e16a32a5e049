"""Odds of admission: how likely a child of a zone gets a seat, and at which of its schools (single- and multi-school zones, policy 2.5 and 2.6)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class AdmissionOdds:
    """Shares 0..1; NaN where nobody can tell (neither children nor seats, or one of them not known).

    any_school : (z,) a seat at some school of the zone, as the mean of its children when everyone lists all of its schools
    by_lot : (k,) a seat at this school when all seats of the zone are given out by lot; over the schools of a zone they sum to ``any_school``
    first_wish : (k,) at the least, a seat at this school for a child that wishes it first: what is left if every child of the zone wishes it first
    """

    any_school: NDArray[np.float64]
    by_lot: NDArray[np.float64]
    first_wish: NDArray[np.float64]


def admission_odds(children: NDArray[np.float64], seats: NDArray[np.float64], zone_of_school: NDArray[np.int64]) -> AdmissionOdds:
    """Odds before any draw, from seats and children alone: children of a zone are alike, as a plan holds neither orders of priority nor wishes.

    With one random order of the children, S seats and D children in a zone, and s seats at one of its schools: any school min(1, S/D), this school by lot s/max(S, D), this school
    when wished first at least min(1, s/D) whatever the others wish, in the engines ``number_first`` and ``preference_first`` alike. A zone of one school has the same number thrice.

    Parameters
    ----------
    children : (z,) children who want a seat, at least 0; NaN = not known
    seats : (k,) seats of each school, at least 0; NaN = not known
    zone_of_school : (k,) position of its zone

    Examples
    --------
    Two schools of 30 and 10 seats share a zone of 50 children; a third has 20 seats for 16:

    >>> odds = admission_odds(np.array([50.0, 16.0]), np.array([30.0, 10.0, 20.0]), np.array([0, 0, 1]))
    >>> odds.any_school.tolist(), odds.by_lot.tolist(), odds.first_wish.tolist()
    ([0.8, 1.0], [0.6, 0.2, 1.0], [0.6, 0.2, 1.0])
    """
    held = np.bincount(zone_of_school, seats, len(children)).astype(np.float64)
    schools = np.bincount(zone_of_school, minlength=len(children))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        whole = np.where(schools > 0, np.minimum(1.0, held / children), np.nan)
        by_lot = seats / np.maximum(held, children)[zone_of_school]
        first = np.minimum(1.0, seats / children[zone_of_school])
    return AdmissionOdds(whole, by_lot, first)
