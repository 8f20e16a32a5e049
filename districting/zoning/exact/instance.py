"""The problem of a proof as plain arrays: what every arc costs, which arcs may still be used."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from districting.model.zoning_problem import ZoningProblem
from districting.zoning.exact.reach import reached_weight
from districting.zoning.ground import block_graph, distance_table

SEAT_SLIP = 1e-9
"""Share of the seats (at least of one) that the check of a plan lets pass as rounding; the proof must let it pass too."""


@dataclass(frozen=True, eq=False)
class Instance:
    """n blocks, k schools. ``cost`` (n, k) pupil-metres (``inf`` = not allowed), ``seats`` (k,) with the slip of the check,
    ``start``, ``neighbour`` the neighbours as a compressed graph, ``home`` (k,).
    """

    cost: NDArray[np.float64]
    demand: NDArray[np.float64]
    seats: NDArray[np.float64]
    start: NDArray[np.int64]
    neighbour: NDArray[np.int32]
    home: NDArray[np.int64]
    connected: bool
    keep_home: bool

    @property
    def block_count(self) -> int:
        return len(self.demand)

    @property
    def school_count(self) -> int:
        return len(self.seats)

    def objective(self, labels: NDArray[np.int64]) -> float:
        """Pupil-metres of a plan."""
        return float(self.cost[np.arange(self.block_count), labels].sum())


def build_instance(problem: ZoningProblem) -> Instance:
    """Arrays of a problem in plain form."""
    graph = block_graph(problem)
    demand = np.ascontiguousarray(problem.demand, dtype=np.float64)
    table = distance_table(problem)
    with np.errstate(invalid="ignore"):
        cost = np.where(np.isfinite(table), table * demand[:, None], np.inf)
    seats = problem.capacity + SEAT_SLIP * np.maximum(problem.capacity, 1.0)
    start, neighbour = graph.indptr.astype(np.int64), graph.indices.astype(np.int32)
    return Instance(np.ascontiguousarray(cost), demand, seats, start, neighbour, problem.home_block.copy(), problem.contiguous, problem.keep_home)


def first_arcs(instance: Instance) -> NDArray[np.bool_]:
    """(n, k) arcs that the home blocks leave: a home block goes to its own school only."""
    alive = np.isfinite(instance.cost) & (instance.demand[:, None] <= instance.seats[None, :])
    if instance.keep_home:
        own = alive[instance.home, np.arange(instance.school_count)]
        alive[instance.home] = False
        alive[instance.home, np.arange(instance.school_count)] = own
    return alive


def drop_unreached(instance: Instance, alive: NDArray[np.bool_]) -> int:
    """Clear, in place, arcs that no chain of neighbouring blocks within the seats joins to the school's own block; how many.

    With ``keep_home`` and without connectedness the blocks need only fit beside the home block.
    """
    dropped = 0
    for j in range(instance.school_count):
        column = alive[:, j].copy()
        home = instance.home[j]
        if not instance.keep_home:
            continue
        if not column[home]:
            kept = np.zeros_like(column)
        elif instance.connected:
            weight = reached_weight(instance.start, instance.neighbour, instance.demand, column, home, instance.seats[j])
            kept = column & (weight <= instance.seats[j])
        else:
            kept = column & (instance.demand + instance.demand[home] <= instance.seats[j])
            kept[home] = column[home]
        dropped += int(column.sum() - kept.sum())
        alive[:, j] = kept
    return dropped
