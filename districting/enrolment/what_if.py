"""What opening, closing, enlarging or sharing a school would do to seat warnings: blocks go by nearness, nothing is zoned anew."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class SeatWorld:
    """n blocks, z zones, h years. ``zone`` (n, h) of a block, -1 none; ``children`` (n, h); ``seats`` (z, h); ``distance_m`` (n, z), inf where unknown; ``open_`` (z, h)."""

    zone: NDArray[np.int64]
    children: NDArray[np.float64]
    seats: NDArray[np.float64]
    distance_m: NDArray[np.float64]
    open_: NDArray[np.bool_]

    @property
    def demand(self) -> NDArray[np.float64]:
        """(z, h) children of each zone."""
        return demand_of_zones(self.zone, self.children, len(self.seats))


def demand_of_zones(zone: NDArray[np.int64], children: NDArray[np.float64], zones: int) -> NDArray[np.float64]:
    """(z, h) children by zone and year; ``zone`` and ``children`` (n, h)."""
    years = children.shape[1]
    held = zone >= 0
    key = zone * years + np.arange(years)
    return np.asarray(np.bincount(key[held], children[held], zones * years).reshape(zones, years), dtype=np.float64)


def enlarge(world: SeatWorld, zone: int, seats: float, since: int = 0) -> SeatWorld:
    """``seats`` more from year ``since`` on."""
    held = world.seats.copy()
    held[zone, since:] += seats
    return replace(world, seats=held)


def close(world: SeatWorld, zone: int, since: int = 0) -> SeatWorld:
    """The zone ends: each of its blocks goes to the nearest zone that is open, one that no way leads to any stays without.

    >>> town = SeatWorld(np.array([[0], [1]]), np.array([[5.0], [4.0]]), np.array([[9.0], [9.0]]), np.array([[1.0, 2.0], [2.0, 1.0]]), np.ones((2, 1), dtype=bool))
    >>> close(town, 0).demand.tolist()
    [[0.0], [9.0]]
    """
    of, held, open_ = world.zone.copy(), world.seats.copy(), world.open_.copy()
    held[zone, since:] = 0.0
    open_[zone, since:] = False
    for year in range(since, of.shape[1]):
        blocks = np.flatnonzero(of[:, year] == zone)
        metres = np.where(open_[:, year], world.distance_m[blocks], np.inf)
        of[blocks, year] = np.where(np.isfinite(metres).any(axis=1), metres.argmin(axis=1), -1) if len(blocks) else -1
    return replace(world, zone=of, seats=held, open_=open_)


def own_distance_m(world: SeatWorld, distance_m: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n,) the entry of ``distance_m`` (n, z) for the zone that each block is in at the end; inf without one."""
    return np.where(world.zone[:, -1] >= 0, distance_m[np.arange(len(world.zone)), np.maximum(world.zone[:, -1], 0)], np.inf)


def open_school(
    world: SeatWorld, distance_m: NDArray[np.float64], seats: float, since: int = 0, *, yellow: float = 0.90, own_m: NDArray[np.float64] | None = None
) -> SeatWorld:
    """A new last zone of ``seats`` from year ``since`` on: blocks that come nearer by it join it, nearest first, while it has no warning in any year.

    ``distance_m`` (n,) to it is compared with ``own_m`` (n,) of the same kind, or with the world's. A block that would bring a warning is passed over, so that a smaller
    one behind it may join.
    """
    n, years = world.children.shape
    own = own_distance_m(world, world.distance_m) if own_m is None else own_m
    load, room = np.zeros(years - since), yellow * seats
    joins = np.zeros(n, dtype=bool)
    for block in np.argsort(distance_m, kind="stable").tolist():
        more = load + world.children[block, since:]
        if distance_m[block] < own[block] and (more < room - 1e-9 * max(room, 1.0)).all():
            joins[block], load = True, more
    of = world.zone.copy()
    of[joins, since:] = len(world.seats)
    held = np.zeros(years)
    held[since:] = seats
    return SeatWorld(
        of,
        world.children,
        np.vstack([world.seats, held]),
        np.column_stack([world.distance_m, distance_m]),
        np.vstack([world.open_, held > 0]),
    )


def share(world: SeatWorld, zone: int, other: int, since: int = 0) -> SeatWorld:
    """Two zones become one (多校划片) from year ``since`` on: the blocks and the seats of ``other`` are those of ``zone`` too, and ``other`` has none of its own.

    >>> town = SeatWorld(np.array([[0], [1]]), np.array([[5.0], [4.0]]), np.array([[9.0], [8.0]]), np.array([[1.0, 2.0], [2.0, 1.0]]), np.ones((2, 1), dtype=bool))
    >>> both = share(town, 0, 1)
    >>> both.demand.tolist(), both.seats.tolist()
    ([[9.0], [0.0]], [[17.0], [0.0]])
    """
    of, held, open_ = world.zone.copy(), world.seats.copy(), world.open_.copy()
    later = of[:, since:]
    later[later == other] = zone
    held[zone, since:] += held[other, since:]
    held[other, since:] = 0.0
    open_[other, since:] = False
    nearer = world.distance_m.copy()
    nearer[:, zone] = np.fmin(nearer[:, zone], nearer[:, other])
    return replace(world, zone=of, seats=held, open_=open_, distance_m=nearer)


def least_classes(to_clear: NDArray[np.int64], class_size: int) -> int:
    """Least classes that clear every warning of a zone; ``to_clear`` (h,) seats short of clearing.

    >>> least_classes(np.array([0, 46]), 45)
    2
    """
    return -(-int(to_clear.max(initial=0)) // class_size)
