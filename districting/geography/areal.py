"""Numbers of one layer (a population grid, census areas, points) on another (blocks): by share of area, or of the floor area of buildings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import scipy.sparse as sp
import shapely
from numpy.typing import ArrayLike, NDArray

from districting.geography.rings import as_polygons

_DUST: Final = 1e-12
"""Shares below this are rounding, not ground."""
_WHOLE: Final = 1e-9
"""A source of which no more than this share is missing lies on blocks wholly."""
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Overlay:
    """How the places of a layer lie on the blocks.

    share : (n, s) sparse: part of source s that lies on block n; a column sums to at most 1
    outside : (s,) the rest of each source, on no block
    by_buildings : (s,) whether buildings divided it; False where there are none in it, or none were given
    """

    share: sp.csr_array
    outside: Floats
    by_buildings: NDArray[np.bool_]

    def moved(self, amount: ArrayLike) -> tuple[Floats, Floats]:
        """(n,) or (n, c) amounts on the blocks and (s,) or (s, c) what of each source lies on none; together they are all that is given."""
        given = np.asarray(amount, dtype=np.float64)
        return np.asarray(self.share @ given), (self.outside if given.ndim == 1 else self.outside[:, None]) * given


def overlay(sources: Any, blocks: Any, *, buildings: Any = None, floors: ArrayLike | None = None) -> Overlay:
    """Shares of each source on the blocks.

    An area is divided by the ground that it has in common with each block; where buildings are given, by their floor area in common (dasymetric), and by
    ground where it holds no building. A point belongs to the block it lies in, on a border to the first. Where blocks overlap, no source gives more than it has.

    Parameters
    ----------
    sources : (s,) polygons or points in metres
    blocks : (n,) polygons
    buildings : (b,) polygons
    floors : (b,) storeys of each building; default 1

    Examples
    --------
    >>> two = [shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10)]
    >>> found = overlay([shapely.box(5, 0, 25, 10)], two)
    >>> found.moved([40.0])[0].tolist(), found.outside.tolist()
    ([10.0, 20.0], [0.25])
    >>> overlay([shapely.box(5, 0, 25, 10)], two, buildings=[shapely.box(6, 1, 8, 3)]).moved([40.0])[0].tolist()
    [40.0, 0.0]
    """
    places = np.array(getattr(sources, "array", sources), dtype=object).reshape(-1)
    ground = _sound(as_polygons(blocks))
    point = shapely.get_type_id(places) == shapely.GeometryType.POINT
    areas = np.flatnonzero(~point)
    shapes = _sound(as_polygons(places[areas]))
    by_buildings = np.zeros(len(places), dtype=bool)
    source, block, amount = _by_area(shapes, ground)
    whole = shapely.area(shapes)
    if buildings is not None and len(buildings):
        built, total = _by_buildings(shapes, ground, _sound(as_polygons(buildings)), floors)
        used = total > 0
        by_buildings[areas] = used
        keep = ~used[source]
        source, block, amount = (np.concatenate([x[keep], y]) for x, y in zip((source, block, amount), built, strict=True))
        whole = np.where(used, total, whole)
    share = np.divide(amount, whole[source], out=np.zeros(len(amount)), where=whole[source] > 0)
    at, home = _first_block(places[point], ground)
    column, row = np.concatenate([areas[source], np.flatnonzero(point)[at]]), np.concatenate([block, home])
    return _overlay(np.concatenate([share, np.ones(len(at))]), row, column, (len(ground), len(places)), by_buildings)


def _overlay(share: Floats, row: Ints, column: Ints, shape: tuple[int, int], by_buildings: NDArray[np.bool_]) -> Overlay:
    """Shares without dust; those of a source that lies on blocks wholly, or on overlapping blocks by more than its size, sum to 1."""
    table = sp.coo_array((share, (row, column)), shape=shape).tocsr()
    table.data[table.data < _DUST] = 0.0
    table.eliminate_zeros()
    held = np.asarray(table.sum(axis=0), dtype=np.float64).reshape(-1)
    full = held > 1.0 - _WHOLE
    table = (table @ sp.diags_array(np.where(full, 1.0 / np.where(full, held, 1.0), 1.0))).tocsr()
    return Overlay(table, np.where(full, 0.0, 1.0 - held), by_buildings)


def _sound(shapes: NDArray[Any]) -> NDArray[Any]:
    bad = ~shapely.is_valid(shapes)
    shapes[bad] = shapely.make_valid(shapes[bad])
    return shapes


def _by_area(shapes: NDArray[Any], ground: NDArray[Any]) -> tuple[Ints, Ints, Floats]:
    """Shape, block and square metres in common, for every pair that has any."""
    source, block = shapely.STRtree(ground).query(shapes, predicate="intersects")
    return source, block, _common_m2(shapes, ground, source, block)


def _common_m2(shapes: NDArray[Any], ground: NDArray[Any], source: Ints, block: Ints) -> Floats:
    shapely.prepare(ground)
    inside = shapely.covers(ground[block], shapes[source])
    area = np.zeros(len(source))
    area[inside] = shapely.area(shapes[source[inside]])
    rest = ~inside
    shapely.prepare(shapes)
    around = rest & shapely.covers(shapes[source], ground[block])
    area[around] = shapely.area(ground[block[around]])
    cut = rest & ~around
    area[cut] = shapely.area(shapely.intersection(shapes[source[cut]], ground[block[cut]]))
    return area


def _by_buildings(shapes: NDArray[Any], ground: NDArray[Any], houses: NDArray[Any], floors: ArrayLike | None) -> tuple[tuple[Ints, Ints, Floats], Floats]:
    """The same in floor area: shape, block and amount for every pair, and (s,) the floor area of all buildings in each shape."""
    storeys = np.ones(len(houses)) if floors is None else np.asarray(floors, dtype=np.float64)
    source, house, common = _pieces(shapes, houses)
    total = np.bincount(source, shapely.area(common) * storeys[house], len(shapes)).astype(np.float64)
    piece, block, metres = _by_area(common, ground)
    return (source[piece], block, metres * storeys[house[piece]]), total


def _pieces(shapes: NDArray[Any], houses: NDArray[Any]) -> tuple[Ints, Ints, NDArray[Any]]:
    """Shape, house and what they have in common."""
    house, source = shapely.STRtree(shapes).query(houses, predicate="intersects")
    shapely.prepare(shapes)
    inside = shapely.covers(shapes[source], houses[house])
    common = houses[house]
    common[~inside] = shapely.intersection(shapes[source[~inside]], houses[house[~inside]])
    some = shapely.area(common) > 0
    return source[some], house[some], common[some]


def _first_block(points: NDArray[Any], ground: NDArray[Any]) -> tuple[Ints, Ints]:
    """Positions of the points that lie on a block, and the first block each lies on."""
    at, block = shapely.STRtree(ground).query(points, predicate="intersects")
    order = np.lexsort((block, at))
    first = np.unique(at[order], return_index=True)[1]
    return at[order][first], block[order][first]
