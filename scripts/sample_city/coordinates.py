"""Local metres to degrees, and to the shifted coordinates of Chinese web maps (written out here: the package is not used to make its own test data)."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer

from scripts.sample_city.counties import ORIGIN_LNG_LAT

Floats = NDArray[np.float64]

METRE_CRS: Final = "EPSG:4545"
"""CGCS2000, three-degree zone with the central meridian 108 E."""
DEGREE_DIGITS: Final = 7


@cache
def _ways() -> tuple[Any, Any, float, float]:
    back = Transformer.from_crs(METRE_CRS, "EPSG:4490", always_xy=True)
    there = Transformer.from_crs("EPSG:4490", METRE_CRS, always_xy=True)
    east, north = there.transform(*ORIGIN_LNG_LAT)
    return back, there, float(east), float(north)


def to_degrees(xy: Floats) -> Floats:
    """Local metres to longitude and latitude, rounded to about a centimetre."""
    back, _, east, north = _ways()
    lng, lat = back.transform(xy[:, 0] + east, xy[:, 1] + north)
    return np.round(np.column_stack([lng, lat]), DEGREE_DIGITS)


def to_metres(degrees: Floats) -> Floats:
    """Longitude and latitude to local metres."""
    _, there, east, north = _ways()
    x, y = there.transform(degrees[:, 0], degrees[:, 1])
    return np.column_stack([np.asarray(x) - east, np.asarray(y) - north])


def to_zone_metres(degrees: Floats) -> Floats:
    """Longitude and latitude to eastings and northings of METRE_CRS."""
    _, there, _, _ = _ways()
    return np.column_stack(there.transform(degrees[:, 0], degrees[:, 1]))


def to_gcj02(degrees: Floats) -> Floats:
    """WGS84 to GCJ-02 (public series)."""
    axis, ee = 6378245.0, 0.00669342162296594323
    x, y = degrees[:, 0] - 105.0, degrees[:, 1] - 35.0
    both = (20 * np.sin(6 * np.pi * x) + 20 * np.sin(2 * np.pi * x)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x)) + both
    north += (20 * np.sin(np.pi * y) + 40 * np.sin(np.pi * y / 3)) * 2 / 3 + (160 * np.sin(np.pi * y / 12) + 320 * np.sin(np.pi * y / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x)) + both
    east += (20 * np.sin(np.pi * x) + 40 * np.sin(np.pi * x / 3)) * 2 / 3 + (150 * np.sin(np.pi * x / 12) + 300 * np.sin(np.pi * x / 30)) * 2 / 3
    latitude = np.radians(degrees[:, 1])
    magic = 1 - ee * np.sin(latitude) ** 2
    shift = [east * 180 / (axis / np.sqrt(magic) * np.cos(latitude) * np.pi), north * 180 / (axis * (1 - ee) / magic**1.5 * np.pi)]
    return degrees + np.column_stack(shift)


def gcj02_to_bd09(degrees: Floats) -> Floats:
    """GCJ-02 to BD-09 (public series)."""
    lng, lat = degrees.T
    turn = np.pi * 3000 / 180
    radius = np.hypot(lng, lat) + 0.00002 * np.sin(lat * turn)
    angle = np.arctan2(lat, lng) + 0.000003 * np.cos(lng * turn)
    return np.column_stack([radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006])


def to_bd09(degrees: Floats) -> Floats:
    """WGS84 to BD-09."""
    return gcj02_to_bd09(to_gcj02(degrees))
