"""The way from a point to the streets: a straight leg to the nearest street that no barrier lies before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from districting.geography.barriers import barrier_lines
from districting.geography.street_network import StreetNetwork


class Barriers:
    """Lines that nobody walks across, ready to be asked. Lines that continue each other are one: there is no gap between them."""

    def __init__(self, shapes: Any = ()) -> None:
        lines = barrier_lines(shapes)
        self.lines = shapely.get_parts(shapely.line_merge(shapely.union_all(lines))) if len(lines) else lines
        self.tree = shapely.STRtree(self.lines)

    def between(self, a: ArrayLike, b: ArrayLike) -> NDArray[np.bool_]:
        """(p,) whether the straight line from each point of ``a`` to that of ``b`` crosses a barrier; one that only ends on it does not.

        Examples
        --------
        >>> river = Barriers([shapely.LineString([(0, 50), (100, 50)])])
        >>> river.between([[10, 0], [10, 0]], [[10, 90], [90, 40]]).tolist()
        [True, False]
        """
        start, end = np.asarray(a, dtype=np.float64).reshape(-1, 2), np.asarray(b, dtype=np.float64).reshape(-1, 2)
        crossed = np.zeros(len(start), dtype=np.bool_)
        if len(self.lines) and len(start):
            moves = np.flatnonzero((start != end).any(axis=1))
            legs = shapely.linestrings(np.stack([start[moves], end[moves]], axis=1))
            crossed[moves[np.unique(self.tree.query(legs, predicate="crosses")[0])]] = True
        return crossed


@dataclass(frozen=True, eq=False)
class Access:
    """Where p points reach the streets: ``piece`` (p,) of the network, -1 = nowhere; ``share`` (p,) along it; ``leg_m`` (p,), ``inf`` = nowhere."""

    piece: NDArray[np.int64]
    share: NDArray[np.float64]
    leg_m: NDArray[np.float64]


def street_access(network: StreetNetwork, xy: ArrayLike, barriers: Barriers | None = None) -> Access:
    """The nearest place on the streets that each point reaches in a straight line without crossing a barrier.

    Parameters
    ----------
    xy : (p, 2) metres

    Examples
    --------
    >>> from districting.geography.street_network import street_network
    >>> streets = street_network([shapely.LineString([(0, 0), (100, 0)]), shapely.LineString([(0, 90), (100, 90)]), shapely.LineString([(0, 0), (0, 90)])])
    >>> found = street_access(streets, [[50, 30]], Barriers([shapely.LineString([(20, 10), (80, 10)])]))
    >>> found.leg_m.tolist()
    [50.0]
    """
    places = np.asarray(xy, dtype=np.float64).reshape(-1, 2)
    known = np.isfinite(places).all(axis=1)
    access = Access(np.full(len(places), -1, dtype=np.int64), np.zeros(len(places)), np.full(len(places), np.inf))
    if not len(network.ends) or not known.any():
        return access
    streets = shapely.linestrings(network.xy[network.ends])
    tree = shapely.STRtree(streets)
    rows = np.flatnonzero(known)
    points = shapely.points(places)
    (asked, piece), _ = tree.query_nearest(points[rows], return_distance=True, all_matches=False)
    access.piece[rows[asked]] = piece
    _measure(access, network, places, rows)
    if barriers is not None and len(barriers.lines):
        blocked = rows[barriers.between(places[rows], _feet(access, network, rows))]
        for row in blocked.tolist():
            _next_best(access, network, (tree, streets), places[row], row, barriers)
    return access


def _measure(access: Access, network: StreetNetwork, places: NDArray[np.float64], rows: NDArray[np.int64]) -> None:
    """Shares and legs of the pieces chosen."""
    a, b = network.xy[network.ends[access.piece[rows], 0]], network.xy[network.ends[access.piece[rows], 1]]
    way = b - a
    access.share[rows] = np.clip(((places[rows] - a) * way).sum(axis=1) / np.maximum((way**2).sum(axis=1), 1e-300), 0, 1)
    access.leg_m[rows] = np.hypot(*(places[rows] - _feet(access, network, rows)).T)


def _feet(access: Access, network: StreetNetwork, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """(rows, 2) where the legs end."""
    a, b = network.xy[network.ends[access.piece[rows], 0]], network.xy[network.ends[access.piece[rows], 1]]
    return a + access.share[rows, None] * (b - a)


def _next_best(access: Access, network: StreetNetwork, found: tuple[Any, NDArray[Any]], place: NDArray[np.float64], row: int, barriers: Barriers) -> None:
    """The nearest of the other streets that no barrier lies before, searched in growing circles; none where every street lies behind one."""
    tree, streets = found
    point, reach = shapely.Point(place), 2 * access.leg_m[row] + 50.0
    widest = 2 * float(np.hypot(*np.ptp(np.vstack([network.xy, place]), axis=0))) + 50.0
    while True:
        near = np.sort(tree.query(point, predicate="dwithin", distance=reach))
        metres = shapely.distance(streets[near], point)
        order = np.argsort(metres, kind="stable")
        trial = Access(near[order], np.zeros(len(near)), metres[order])
        places, every = np.tile(place, (len(near), 1)), np.arange(len(near))
        _measure(trial, network, places, every)
        free = np.flatnonzero(~barriers.between(places, _feet(trial, network, every)))
        if len(free):
            best = free[0]
            access.piece[row], access.share[row], access.leg_m[row] = trial.piece[best], trial.share[best], trial.leg_m[best]
            return
        if reach > widest:
            access.piece[row], access.leg_m[row] = -1, np.inf
            return
        reach *= 3
