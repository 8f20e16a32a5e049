"""GCJ-02 and BD-09, the shifted coordinates of Chinese web maps, to and from WGS84: vectorised, exact inverse by fixed point.

Constants and series are those of the public code (ellipsoid a = 6378245, ee = 0.00669342162296594323); BD-09 adds 0.0065 and 0.006 degrees.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Degrees = NDArray[np.float64]

_AXIS_M: Final = 6378245.0
_EE: Final = 0.00669342162296594323
_BOX: Final = (72.004, 0.8293, 137.8347, 55.8271)
_BD_TURN: Final = np.pi * 3000.0 / 180.0
_TOLERANCE_DEG: Final = 1e-11
_MOST_STEPS: Final = 30

OUTLINE: Final = (
    (73.0, 39.5), (75.0, 36.8), (78.0, 35.2), (78.3, 32.3), (81.0, 30.0), (86.0, 27.7), (91.8, 27.3), (97.3, 27.6), (97.3, 23.8), (99.0, 21.8),
    (101.5, 20.9), (105.5, 22.7), (107.9, 21.2), (108.0, 18.0), (109.5, 3.0), (118.0, 3.0), (119.3, 18.0), (119.3, 25.0), (122.5, 27.5), (124.5, 32.0),
    (123.0, 36.5), (123.8, 39.2), (126.5, 41.2), (129.0, 41.8), (131.2, 42.4), (131.5, 44.6), (135.4, 48.3), (131.0, 48.2), (127.7, 50.4), (126.0, 53.4),
    (121.0, 53.8), (119.5, 50.3), (115.5, 48.2), (115.4, 47.9), (119.6, 46.3), (111.3, 43.6), (110.0, 42.4), (105.0, 41.3), (97.0, 42.5), (91.0, 45.4),
    (88.0, 49.4), (85.2, 47.3), (80.0, 45.3), (79.8, 42.3), (73.0, 39.5),
)  # fmt: skip
"""Coarse outline (degrees) inside which web maps are shifted: mainland, Hainan and the South China Sea; Tokyo, Taipei, Seoul and Ulan Bator lie outside."""


def shifted(lng: Degrees, lat: Degrees) -> NDArray[np.bool_]:
    """Which points lie where the shift applies: in the box of the public code and in OUTLINE."""
    import shapely

    west, south, east, north = _BOX
    boxed: NDArray[np.bool_] = (lng >= west) & (lng <= east) & (lat >= south) & (lat <= north)
    area = shapely.Polygon(OUTLINE)
    shapely.prepare(area)
    boxed[boxed] = shapely.contains_xy(area, lng[boxed], lat[boxed])
    return boxed


def wgs84_to_gcj02(lng: ArrayLike, lat: ArrayLike) -> tuple[Degrees, Degrees]:
    """Degrees to degrees; untouched outside OUTLINE.

    >>> lng, lat = wgs84_to_gcj02(116.404, 39.915)
    >>> round(float(lng), 8), round(float(lat), 8)
    (116.4102445, 39.91640428)
    """
    x, y = _pair(lng, lat)
    dx, dy = _shift(x, y)
    inside = shifted(np.atleast_1d(x), np.atleast_1d(y)).reshape(x.shape)
    return np.where(inside, x + dx, x), np.where(inside, y + dy, y)


def gcj02_to_wgs84(lng: ArrayLike, lat: ArrayLike) -> tuple[Degrees, Degrees]:
    """Inverse of :func:`wgs84_to_gcj02`, to 1e-11 degrees."""
    x, y = _pair(lng, lat)
    u, v = _fixed_point(lambda a, b: tuple(np.add((a, b), _shift(a, b))), x, y)
    inside = shifted(np.atleast_1d(u), np.atleast_1d(v)).reshape(x.shape)
    return np.where(inside, u, x), np.where(inside, v, y)


def gcj02_to_bd09(lng: ArrayLike, lat: ArrayLike) -> tuple[Degrees, Degrees]:
    """Degrees to degrees."""
    x, y = _pair(lng, lat)
    radius = np.hypot(x, y) + 0.00002 * np.sin(y * _BD_TURN)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * _BD_TURN)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def bd09_to_gcj02(lng: ArrayLike, lat: ArrayLike) -> tuple[Degrees, Degrees]:
    """Inverse of :func:`gcj02_to_bd09`, to 1e-11 degrees (the closed form alone is 0.2 m off)."""
    x, y = _pair(lng, lat)
    return _fixed_point(gcj02_to_bd09, x, y)


def wgs84_to_bd09(lng: ArrayLike, lat: ArrayLike) -> tuple[Degrees, Degrees]:
    """WGS84 to BD-09; untouched outside OUTLINE."""
    x, y = _pair(lng, lat)
    u, v = gcj02_to_bd09(*wgs84_to_gcj02(x, y))
    inside = shifted(np.atleast_1d(x), np.atleast_1d(y)).reshape(x.shape)
    return np.where(inside, u, x), np.where(inside, v, y)


def bd09_to_wgs84(lng: ArrayLike, lat: ArrayLike) -> tuple[Degrees, Degrees]:
    """BD-09 to WGS84; untouched outside OUTLINE."""
    x, y = _pair(lng, lat)
    u, v = _fixed_point(lambda a, b: gcj02_to_bd09(*np.add((a, b), _shift(a, b))), x, y)
    inside = shifted(np.atleast_1d(u), np.atleast_1d(v)).reshape(x.shape)
    return np.where(inside, u, x), np.where(inside, v, y)


TO_WGS84: Final = {"gcj02": gcj02_to_wgs84, "bd09": bd09_to_wgs84}
"""Web-map datum -> its way to WGS84."""


def _pair(lng: ArrayLike, lat: ArrayLike) -> tuple[Degrees, Degrees]:
    return np.asarray(lng, dtype=np.float64), np.asarray(lat, dtype=np.float64)


def _fixed_point(forward: Callable[[Degrees, Degrees], tuple[Degrees, ...]], x: Degrees, y: Degrees) -> tuple[Degrees, Degrees]:
    u, v = x, y
    for _ in range(_MOST_STEPS):
        fx, fy = forward(u, v)
        du, dv = x - fx, y - fy
        u, v = u + du, v + dv
        if not np.size(du) or max(np.nanmax(np.abs(du), initial=0.0), np.nanmax(np.abs(dv), initial=0.0)) < _TOLERANCE_DEG:
            break
    return u, v


def _shift(lng: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Degrees by which GCJ-02 is off at a WGS84 point."""
    x, y = lng - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    common = (20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + common
    north = north + (20.0 * np.sin(y * np.pi) + 40.0 * np.sin(y / 3.0 * np.pi)) * 2.0 / 3.0
    north = north + (160.0 * np.sin(y / 12.0 * np.pi) + 320.0 * np.sin(y * np.pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + common
    east = east + (20.0 * np.sin(x * np.pi) + 40.0 * np.sin(x / 3.0 * np.pi)) * 2.0 / 3.0
    east = east + (150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)) * 2.0 / 3.0
    turn = np.radians(lat)
    magic = 1.0 - _EE * np.sin(turn) ** 2
    dlat = np.degrees(north * magic * np.sqrt(magic) / (_AXIS_M * (1.0 - _EE)))
    dlng = np.degrees(east * np.sqrt(magic) / (_AXIS_M * np.cos(turn)))
    return dlng, dlat
