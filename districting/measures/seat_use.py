"""How full schools are."""

from __future__ import annotations

import numpy as np

from districting.measures.balance import coefficient_of_variation
from districting.measures.zoning_view import ZoningView


def pupils_over_seats(view: ZoningView) -> float:
    """Pupils above the seats, summed over schools; schools that share a zone count as one."""
    return float(np.maximum(view.zone_load - view.zone_seats, 0).sum())


def fullest_school(view: ZoningView) -> float:
    """Largest pupils / seats of a school with seats."""
    open_schools = view.zone_seats > 0
    return float((view.zone_load[open_schools] / view.zone_seats[open_schools]).max()) if open_schools.any() else float("nan")


def emptiest_school(view: ZoningView) -> float:
    """Smallest pupils / seats of a school with seats."""
    open_schools = view.zone_seats > 0
    return float((view.zone_load[open_schools] / view.zone_seats[open_schools]).min()) if open_schools.any() else float("nan")


def seat_use_cv(view: ZoningView) -> float:
    """差异系数 of pupils per seat, weighted by seats: how unevenly schools are filled."""
    return coefficient_of_variation(view.zone_load, view.zone_seats)
