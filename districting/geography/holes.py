"""Ground without a block that blocks enclose on all sides: a block that was left out, or water and parks."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

_LEAST_WIDTH_M: Final = 2.0
"""A narrower gap is a border that two blocks draw differently."""
_NEAR_M: Final = 0.05
_NAMED: Final = 2


def holes(tree: Any, lines: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Enclosed holes, largest first: positions of two blocks beside each (h, 2), and their areas in square metres.

    ``tree`` holds the blocks, ``lines`` the edges that one block alone draws: the rim of the coverage and of its holes.

    Examples
    --------
    >>> ring = [shapely.box(x, y, x + 10, y + 10) for x in (0, 10, 20) for y in (0, 10, 20) if (x, y) != (10, 10)]
    >>> rim = [shapely.boundary(shapely.union_all(ring))]
    >>> around, area_m2 = holes(shapely.STRtree(ring), np.array(rim, dtype=object))
    >>> len(around), area_m2.tolist()
    (1, [100.0])
    """
    faces = shapely.get_parts(shapely.polygonize([shapely.unary_union(lines)])) if len(lines) else np.array([], dtype=object)
    faces = faces[shapely.area(faces) > _LEAST_WIDTH_M**2]
    inner = shapely.point_on_surface(faces)
    covered = np.zeros(len(faces), dtype=bool)
    covered[tree.query(inner, predicate="intersects")[0]] = True
    free = faces[~covered]
    free = free[~shapely.is_empty(shapely.buffer(free, -_LEAST_WIDTH_M / 2))]
    free = free[np.argsort(-shapely.area(free), kind="stable")]
    around = [np.sort(tree.query(hole, predicate="dwithin", distance=_NEAR_M))[:_NAMED] for hole in free]
    pairs = [np.resize(near, _NAMED) for near in around if len(near)]
    area_m2 = shapely.area(free[[len(near) > 0 for near in around]]) if len(free) else np.empty(0)
    return np.array(pairs, dtype=np.int64).reshape(-1, _NAMED), np.asarray(area_m2, dtype=np.float64)
