"""Layers in different datums: does undoing a web-map shift in one layer make it fit the other much better than as declared.

The shift is 300 to 700 m for GCJ-02 and about twice that for BD-09, so a wrong declaration shows in which polygon a point falls and in how far outlines overlap.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from districting.reading.datum import TO_WGS84, shifted, wgs84_to_bd09, wgs84_to_gcj02

Way = Callable[[Any, Any], tuple[Any, Any]]

FROM_WGS84: Final[dict[str, Way]] = {"gcj02": wgs84_to_gcj02, "bd09": wgs84_to_bd09}
_LEAST_GAIN: Final = 3
_MOST_LEFT: Final = 0.4


Sides = tuple[str, ...]
_DATUMS: Final = ("wgs84", "gcj02", "bd09")


def between(assumed: str, actual: str) -> Way:
    """Coordinates that were brought to WGS84 as if they were in ``assumed``, brought there from ``actual`` instead."""

    def way(lng: Any, lat: Any) -> tuple[Any, Any]:
        if assumed in FROM_WGS84:
            lng, lat = FROM_WGS84[assumed](lng, lat)
        return TO_WGS84[actual](lng, lat) if actual in TO_WGS84 else (lng, lat)

    return way


def points_say(
    lnglat: NDArray[np.float64],
    wanted: NDArray[Any],
    areas: NDArray[Any],
    code: NDArray[Any],
    assumed: tuple[str, str] = ("wgs84", "wgs84"),
    sides: Sides = ("points", "areas"),
) -> tuple[str, str] | None:
    """(which side, its datum) when points fall outside the area that they name and another datum puts most of them right; else None.

    lnglat (n, 2); wanted (n,) code each point names; areas, code (m,). Side is ``points`` or ``areas``; ``assumed`` is the datum declared for either.
    """
    use = np.isin(wanted, code) & np.isfinite(lnglat).all(axis=1)
    xy, names = lnglat[use], wanted[use]
    if len(xy) < 2 or not shifted(xy[:, 0], xy[:, 1]).any():
        return None
    tree = shapely.STRtree(areas)
    wrong = _wrong(xy, names, tree, code)
    if wrong < 2:
        return None
    points, polygons = assumed
    # moving the areas one way is moving the points the other way
    trials = {("points", d): between(points, d) for d in _DATUMS if d != points and "points" in sides}
    trials |= {("areas", d): between(d, polygons) for d in _DATUMS if d != polygons and "areas" in sides}
    left = {key: _wrong(np.column_stack(way(xy[:, 0], xy[:, 1])), names, tree, code) for key, way in trials.items()}
    best = min(left, key=lambda k: left[k])
    clear = wrong - left[best] >= _LEAST_GAIN and left[best] <= _MOST_LEFT * wrong
    few_but_all = left[best] == 0 and wrong >= 0.5 * len(xy)
    return best if clear or few_but_all else None


def _wrong(xy: NDArray[np.float64], names: NDArray[Any], tree: shapely.STRtree, code: NDArray[Any]) -> int:
    point, area = tree.query(shapely.points(xy), predicate="intersects")
    right = np.unique(point[names[point] == code[area]])
    return len(xy) - len(right)


def overlap(a: Any, b: Any) -> float:
    """Intersection over union of two areas."""
    union = shapely.union(a, b).area
    return float(shapely.intersection(a, b).area / union) if union > 0 else 0.0


def outlines_say(a: Any, b: Any, assumed: tuple[str, str] = ("wgs84", "wgs84"), sides: Sides = ("first", "second")) -> tuple[str, str, float, float] | None:
    """(side ``first`` | ``second``, its datum, overlap as declared, overlap in that datum) when that explains the misfit; else None. Degrees, WGS84."""
    middle = shapely.centroid(a)
    if not shifted(np.array([middle.x]), np.array([middle.y]))[0]:
        return None
    now = overlap(a, b)
    trials = [(side, d) for side, mine in zip(("first", "second"), assumed, strict=True) for d in _DATUMS if d != mine and side in sides]
    after = {(side, d): overlap(_as(a, assumed[0], d), b) if side == "first" else overlap(a, _as(b, assumed[1], d)) for side, d in trials}
    best = max(after, key=lambda k: after[k])
    if after[best] >= 0.95 and 1 - after[best] <= _MOST_LEFT * (1 - now) and after[best] - now >= 0.002:
        return best[0], best[1], now, after[best]
    return None


def _as(shape: Any, assumed: str, actual: str) -> Any:
    way = between(assumed, actual)
    return shapely.make_valid(shapely.transform(shape, lambda xy: np.column_stack(way(xy[:, 0], xy[:, 1]))))
