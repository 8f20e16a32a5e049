"""Weaker signs of a wrong datum than :mod:`districting.reading.mixed` needs to refuse: lines beside the borders they follow, blocks that stick out of their area."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from districting.reading.datum import shifted
from districting.reading.mixed import between

_DEGREE_M: Final = 111_320.0
_DATUMS: Final = ("wgs84", "gcj02", "bd09")
_MOST_POINTS: Final = 2000
_SHIFTED_M: Final = 20.0
_FITTING_M: Final = 8.0
_MOST: Final = 0.75
_OUTSIDE: Final = 0.005
_LEFT: Final = 0.2


def lines_hint(lines: NDArray[Any], blocks: NDArray[Any], assumed: str) -> str | None:
    """The datum in which lines that run beside block borders, 20 m and more away, would run along them; else None. Degrees, WGS84."""
    xy = shapely.get_coordinates(shapely.segmentize(lines[~shapely.is_missing(lines)], 0.0005))
    west, south, east, north = shapely.total_bounds(blocks)
    xy = xy[(xy[:, 0] > west) & (xy[:, 0] < east) & (xy[:, 1] > south) & (xy[:, 1] < north)]
    xy = xy[:: max(len(xy) // _MOST_POINTS, 1)]
    if len(xy) < 10 or not shifted(xy[:, 0], xy[:, 1]).any():
        return None
    scale = np.array([np.cos(np.radians((south + north) / 2)), 1.0]) * _DEGREE_M
    borders = shapely.STRtree(shapely.transform(shapely.boundary(blocks), lambda c: c * scale))
    now = _most_m(xy * scale, borders)
    if now < _SHIFTED_M:
        return None
    left = {d: _most_m(np.column_stack(between(assumed, d)(xy[:, 0], xy[:, 1])) * scale, borders) for d in _DATUMS if d != assumed}
    best = min(left, key=lambda d: left[d])
    return best if left[best] <= min(_FITTING_M, now / 3) else None


def _most_m(xy: NDArray[np.float64], borders: shapely.STRtree) -> float:
    _, metres = borders.query_nearest(shapely.points(xy), return_distance=True, all_matches=False)
    return float(np.quantile(metres, _MOST))


def outside_hint(inner: Any, outer: Any, assumed: str) -> str | None:
    """The datum in which ``inner``, part of which lies outside ``outer``, would lie inside; else None. Degrees, WGS84."""
    middle = shapely.centroid(inner)
    if not inner.area or not shifted(np.array([middle.x]), np.array([middle.y]))[0]:
        return None
    now = _outside(inner, outer)
    if not _OUTSIDE <= now < 0.5:
        return None
    trials = {d: between(assumed, d) for d in _DATUMS if d != assumed}
    left = {
        d: _outside(shapely.make_valid(shapely.transform(inner, lambda c, w=way: np.column_stack(w(c[:, 0], c[:, 1])))), outer) for d, way in trials.items()
    }
    best = min(left, key=lambda d: left[d])
    return best if left[best] <= _LEFT * now else None


def _outside(inner: Any, outer: Any) -> float:
    return float(shapely.difference(inner, outer).area / inner.area)
