"""Shapes whose coordinates cannot be in the system they are read in: axes swapped, metres read as degrees, degrees read as metres."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from districting.wording import Text, text

_SWAPPED: Final = (3.0, 54.0, 73.0, 136.0)
"""The bounds of China turned over: a longitude of 3 to 54 with a latitude of 73 to 136 can only be a swapped pair."""
_PREFIXED: Final = (25, 45)
"""Numbers of the three-degree zones that stand before an easting of eight digits."""

_SIX_DEGREES: Final = range(13, 24)
_WIDEST_M: Final = 900_000.0
"""No easting of a zone lies farther from its middle."""
_SOUTH_NORTH_M: Final = (1_500_000.0, 6_100_000.0)
"""Northings of a Gauss-Krueger zone in China: from 14 to 55 degrees."""
_ZONE_M: Final = 450_000.0
"""Half the width of a zone of six degrees at 20 degrees north is 313 km; neighbouring zones reach a little over."""
_ZONES: Final = {
    "China Geodetic Coordinate System 2000": (4513, 4534, 4491, 4502),
    "Xian 1980": (2349, 2370, 2327, 2338),
    "Beijing 1954": (2401, 2422, 21413, 21453),
}
"""Datum -> EPSG codes of its first zones: of three degrees with and without the number of the zone before the easting, of six degrees likewise."""


def misread(shapes: NDArray[Any], said: str | CRS, own: CRS | None, table: str) -> tuple[Text, Text] | None:
    """(problem, remedy) when most of ``shapes`` cannot be in the system ``said``; ``own`` is what the file itself names."""
    xy = shapely.get_coordinates(shapes)
    xy = xy[np.isfinite(xy).all(axis=1)]
    if not len(xy):
        return None
    x, y = np.median(xy, axis=0)
    named = _name(said)
    degrees = bool(abs(x) <= 180 and abs(y) <= 90)
    if isinstance(said, str) or said.is_geographic:
        if is_swapped(np.array([x]), np.array([y]))[0]:
            return text("reading.swapped_axes", x=f"{x:.4f}", y=f"{y:.4f}"), text("reading.swap_axes", table=table)
        if not degrees:
            problem = text("reading.not_degrees", x=f"{x:.1f}", y=f"{y:.1f}", datum=named)
            return problem, _declare_metres(x, own, table)
    elif degrees and said.is_projected:
        problem = text("reading.not_metres", x=f"{x:.4f}", y=f"{y:.4f}", datum=named)
        return problem, text("reading.declare_degrees", table=table)
    elif turned_over(float(x), float(y), said):
        return text("reading.swapped_metres", x=f"{x:.1f}", y=f"{y:.1f}", datum=named), text("reading.swap_metres", table=table)
    elif (fitting := zone_fitting(float(x), said)) is not None:
        problem = text("reading.other_zone", x=f"{x:.1f}", datum=named, easting=f"{_false_easting(said):.0f}")
        return problem, text("reading.declare_metres", table=table, guess=fitting)
    return None


def turned_over(x: float, y: float, said: CRS) -> bool:
    """Whether metres can be in China under ``said`` with northing and easting the other way round only, as survey offices write them: X is north there.

    >>> turned_over(4_417_000.0, 440_000.0, CRS("EPSG:4548")), turned_over(440_000.0, 4_417_000.0, CRS("EPSG:4548"))
    (True, False)
    >>> turned_over(4_417_000.0, 39_440_000.0, CRS("EPSG:4527")), turned_over(4_417_000.0, 39_440_000.0, CRS("EPSG:4548"))
    (True, True)
    """
    easting = _false_easting(said)
    if easting is None or not _from_the_equator(said):
        return False

    def fits(east: float, north: float) -> bool:
        bare = east % 1e6 if _SIX_DEGREES.start * 1e6 <= east < (_PREFIXED[1] + 1) * 1e6 else east
        return _SOUTH_NORTH_M[0] <= north <= _SOUTH_NORTH_M[1] and min(abs(east - easting), abs(bare - easting % 1e6)) <= _ZONE_M

    return fits(y, x) and not fits(x, y)


def zone_fitting(x: float, said: CRS) -> str | None:
    """The EPSG code under which an easting makes sense, where ``said`` is a Gauss-Krueger system with the number of the zone before the eastings, or without, and ``x`` is not.

    >>> zone_fitting(39_512_000.0, CRS("EPSG:4548")), zone_fitting(512_000.0, CRS("EPSG:4527")), zone_fitting(20_512_000.0, CRS("EPSG:4508"))
    ('EPSG:4527', 'EPSG:4548', 'EPSG:4498')
    >>> zone_fitting(512_000.0, CRS("EPSG:4548")) is None
    True
    """
    easting, datum = _false_easting(said), _ZONES.get("" if said.geodetic_crs is None else said.geodetic_crs.name)
    if easting is None or datum is None or abs(x - easting) <= _WIDEST_M:
        return None
    zone, prefixed = (int(x // 1e6), True) if x > 1e6 else (int(easting // 1e6), False)
    wide = zone in _SIX_DEGREES
    if zone not in _SIX_DEGREES and not _PREFIXED[0] <= zone <= _PREFIXED[1]:
        return None
    first = datum[(0 if prefixed else 1) + (2 if wide else 0)]
    return f"EPSG:{first + zone - (_SIX_DEGREES.start if wide else _PREFIXED[0])}"


def _from_the_equator(system: CRS) -> bool:
    """Transverse Mercator in metres whose northings count from the equator, as those of all zones in China do."""
    operation = system.coordinate_operation
    if operation is None or operation.method_name != "Transverse Mercator" or any(a.unit_conversion_factor != 1 for a in system.axis_info):
        return False
    return all(float(p.value) == 0 for p in operation.params if p.name in ("Latitude of natural origin", "False northing"))


def _false_easting(system: CRS) -> float | None:
    operation = system.coordinate_operation
    found = [p.value for p in operation.params if p.name == "False easting"] if operation is not None else []
    return float(found[0]) if found else None


def is_swapped(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which points of China have latitude and longitude the wrong way round."""
    west, east, south, north = _SWAPPED
    found: NDArray[np.bool_] = (x >= west) & (x <= east) & (y >= south) & (y <= north)
    return found


def _declare_metres(x: float, own: CRS | None, table: str) -> Text:
    if own is not None and own.is_projected:
        return text("reading.declare_own", table=table, own=_name(own))
    zone = int(x // 1e6)
    guess = f"EPSG:{4513 + zone - _PREFIXED[0]}" if _PREFIXED[0] <= zone <= _PREFIXED[1] else "EPSG:4546"
    return text("reading.declare_metres", table=table, guess=guess)


def _name(system: str | CRS) -> str:
    if isinstance(system, str):
        return system
    code = system.to_epsg()
    return f"EPSG:{code}" if code else str(system.name)
