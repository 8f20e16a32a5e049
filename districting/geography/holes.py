"""Ground without a block that blocks enclose on all sides: a block that was left out, or water and parks."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

NOISE_M: Final = 0.001
"""Two drawings of a border that lie nearer than this are one."""
LEAST_WIDTH_M: Final = 1.0
"""A narrower gap is a border that two blocks draw differently: reading closes it, or says that it did not."""
_NEAR_M: Final = 0.05
_NAMED: Final = 2
_CROWD, _WIDE_M = 1_000, 50.0
"""More blocks within the bounds of a ring, and a mean width beyond this: the ring goes round a town."""


def free_ground(tree: Any, lines: NDArray[Any], alone: NDArray[np.int64] | None = None) -> NDArray[Any]:
    """Polygons of the ground that the blocks in ``tree`` enclose and none of them covers; thinner ones than ``NOISE_M`` are left out.

    ``alone``: the blocks that draw ``lines``; all of them when not given. They are only put together where ``lines`` do not close by themselves.

    >>> ring = [shapely.box(0, 0, 10, 10), shapely.box(11, 0, 20, 10), shapely.box(0, 10, 20, 20), shapely.box(0, -10, 20, 0)]
    >>> shapely.area(free_ground(shapely.STRtree(ring), shapely.boundary(ring))).tolist()
    [10.0]
    """
    if not len(lines):
        return np.array([], dtype=object)
    found, cuts, dangles, broken = shapely.polygonize_full([shapely.unary_union(lines)])
    if any(shapely.get_num_geometries(loose) for loose in (cuts, dangles, broken)):
        return _between(tree, tree.geometries if alone is None else tree.geometries[alone])
    faces = shapely.get_parts(found)
    faces = faces[thick(faces)]
    covered = np.zeros(len(faces), dtype=bool)
    covered[tree.query(shapely.point_on_surface(faces), predicate="intersects")[0]] = True
    free: NDArray[Any] = faces[~covered]
    return free


def _between(tree: Any, blocks: NDArray[Any]) -> NDArray[Any]:
    """What ``blocks`` enclose when they are put together, without the blocks inside: corners that miss the border they stand on by rounding do no harm here."""
    rings = [shapely.get_rings(part)[1:] for part in shapely.get_parts([shapely.union_all(shapely.make_valid(blocks))])]
    found = shapely.polygons(np.concatenate(rings)) if rings else np.array([], dtype=object)
    # the blocks along a broken rim of the whole enclose the city itself: that is no gap, and its blocks are not put together to see it
    crowd = np.bincount(tree.query(found)[0], minlength=len(found))
    found = found[(crowd <= _CROWD) | (2 * shapely.area(found) <= _WIDE_M * shapely.length(found))]
    at, near = tree.query(found, predicate="intersects")
    inside = shapely.intersects(shapely.point_on_surface(tree.geometries[near]), found[at])
    for i in np.unique(at[inside]):
        found[i] = shapely.difference(found[i], shapely.union_all(shapely.make_valid(tree.geometries[near[inside & (at == i)]])))
    parts = shapely.get_parts(shapely.get_parts(found))
    parts = parts[(shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & ~shapely.is_empty(parts)]
    free: NDArray[Any] = parts[thick(parts)]
    return free


def thick(shapes: NDArray[Any]) -> NDArray[np.bool_]:
    """Which polygons are wider than ``NOISE_M`` in the mean: twice the area over the outline. What is thinner comes of rounding, not of a pen."""
    return np.asarray(2 * shapely.area(shapes) > NOISE_M * shapely.length(shapes), dtype=np.bool_)


def narrow(shapes: NDArray[Any], width_m: float) -> NDArray[np.bool_]:
    """Which polygons no disc wider than ``width_m`` fits into.

    >>> narrow(np.array([shapely.box(0, 0, 9, 1), shapely.box(0, 0, 9, 2)]), 1.0).tolist()
    [True, False]
    """
    return np.asarray(shapely.is_empty(shapely.buffer(shapes, -(width_m / 2 + NOISE_M / 10))), dtype=np.bool_)


def holes(tree: Any, lines: NDArray[Any], alone: NDArray[np.int64] | None = None) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Enclosed holes, largest first: positions of two blocks beside each (h, 2), and their areas in square metres.

    ``tree`` holds the blocks, ``lines`` the edges that one block alone draws: the rim of the coverage and of its holes; ``alone`` as in :func:`free_ground`.

    Examples
    --------
    >>> ring = [shapely.box(x, y, x + 10, y + 10) for x in (0, 10, 20) for y in (0, 10, 20) if (x, y) != (10, 10)]
    >>> rim = [shapely.boundary(shapely.union_all(ring))]
    >>> around, area_m2 = holes(shapely.STRtree(ring), np.array(rim, dtype=object))
    >>> len(around), area_m2.tolist()
    (1, [100.0])
    """
    free = free_ground(tree, lines, alone)
    free = free[~shapely.is_empty(shapely.buffer(free, -LEAST_WIDTH_M / 2))]
    free = free[np.argsort(-shapely.area(free), kind="stable")]
    around = [np.sort(tree.query(hole, predicate="dwithin", distance=_NEAR_M))[:_NAMED] for hole in free]
    pairs = [np.resize(near, _NAMED) for near in around if len(near)]
    area_m2 = shapely.area(free[[len(near) > 0 for near in around]]) if len(free) else np.empty(0)
    return np.array(pairs, dtype=np.int64).reshape(-1, _NAMED), np.asarray(area_m2, dtype=np.float64)
