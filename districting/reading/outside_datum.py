"""Schools that lie outside the area because of a web map's shift: would another datum bring them in. Asked where nothing says in which block they stand."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from districting.reading.datum import shifted
from districting.reading.mixed import between
from districting.reading.places import GAP_M

_DEGREE_M: Final = 111_320.0
_DATUMS: Final = ("wgs84", "gcj02", "bd09")
_MOST_LEFT: Final = 0.1
_LEAST: Final = 2
"""One school outside is no sign of a datum: it may be a typing error that happens to be as large."""
_FARTHEST_M: Final = 3000.0
"""BD-09 lies up to some 1.6 km off; farther out is something else."""


def outside_say(
    lnglat: NDArray[np.float64], areas: NDArray[Any], assumed: tuple[str, str] = ("wgs84", "wgs84"), within_m: float = GAP_M
) -> tuple[str, str, NDArray[np.int64], int] | None:
    """(side, its datum, rows of the points outside now, how many stay outside) when another datum puts nearly all of them inside; else None.

    lnglat (n, 2); areas (m,) degrees in WGS84. Side is ``points`` or ``areas``; ``assumed`` is the datum declared for either, ``within_m`` how far out is still inside.

    Examples
    --------
    >>> from districting.reading.datum import wgs84_to_gcj02
    >>> lng, lat = wgs84_to_gcj02(116.31 + np.array([0.001, 0.019, 0.018, 0.002]), 39.91 + np.array([0.002, 0.001, 0.018, 0.019]))
    >>> side, datum, outside, left = outside_say(np.column_stack([lng, lat]), np.array([shapely.box(116.31, 39.91, 116.33, 39.93)]))
    >>> side, datum, outside.tolist(), left
    ('points', 'gcj02', [1, 2], 0)
    """
    known = np.flatnonzero(np.isfinite(lnglat).all(axis=1))
    xy = lnglat[known]
    if not len(xy) or not shifted(xy[:, 0], xy[:, 1]).any():
        return None
    _, south, _, north = shapely.total_bounds(areas)
    scale = np.array([np.cos(np.radians((south + north) / 2)), 1.0]) * _DEGREE_M
    tree = shapely.STRtree(shapely.transform(areas, lambda c: c * scale))

    def out_m(at: NDArray[np.float64]) -> NDArray[np.float64]:
        metres: NDArray[np.float64] = tree.query_nearest(shapely.points(at * scale), return_distance=True, all_matches=False)[1]
        return metres

    now = out_m(xy)
    outside = now > within_m
    near = outside & (now <= _FARTHEST_M)
    if near.sum() < _LEAST:
        return None
    points, polygons = assumed
    # moving the areas one way is moving the points the other way
    trials = {("points", d): between(points, d) for d in _DATUMS if d != points} | {("areas", d): between(d, polygons) for d in _DATUMS if d != polygons}
    after = {key: out_m(np.column_stack(way(xy[:, 0], xy[:, 1]))) for key, way in trials.items()}
    # a typing error of a hundred kilometres is outside in any datum, and no sign against one
    left = {key: int(((m > within_m) & (near | ~outside)).sum()) for key, m in after.items()}
    best = min(after, key=lambda k: (left[k], float(np.minimum(after[k], _FARTHEST_M).sum())))
    if left[best] > _MOST_LEFT * near.sum():
        return None
    return *best, known[near], left[best]
