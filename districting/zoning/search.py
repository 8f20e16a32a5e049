"""The search: starts, annealing, recombination of zones seen; ends by proof, gap, steps or the clock."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from districting.model.solution import Ending, relative_gap
from districting.model.zoning_problem import ZoningProblem
from districting.solvers.transport import TransportSolution
from districting.zoning.ground import STRAIGHT, Ground
from districting.zoning.kernels import Pool, State, anneal, new_pool, new_state, set_labels, total_cost
from districting.zoning.recombine import recombine
from districting.zoning.start import flow_labels, grown_labels

SMALL_BLOCKS = 3_000
"""Up to this many blocks the search restarts from high heat and recombines zones; beyond it, it stays near the transport plan."""
SMALL_STEPS = 12_000_000
LARGE_STEPS_PER_BLOCK = 200
ROUND_STEPS = 1_000_000
GOOD_GAP = 1e-4
"""A default run stops at this gap: better than any input is known."""
PROVED = 1e-9
POOL_ZONES = 30_000


@dataclass
class Limits:
    """When to stop: ``deadline`` by ``time.perf_counter``, ``gap`` against ``bound``, ``steps`` proposals."""

    deadline: float
    gap: float
    bound: float
    steps: int

    def seconds_left(self) -> float:
        return self.deadline - time.perf_counter()


@dataclass
class Search:
    """A running search; ``done`` counts proposals."""

    ground: Ground
    state: State
    limits: Limits
    price: NDArray[np.float64]
    floor: float
    unit: float
    pool: Pool
    done: int = 0
    ended: Ending | None = field(default=None)

    @property
    def best_cost(self) -> float:
        return float(self.state.best_cost[0])

    def run(self, hot: float, cold: float, steps: int, *, hard: bool = False, chains: float = 0.3, gather: bool = False) -> None:
        """Anneal from ``hot`` to ``cold`` (shares of the mean cost of a block) in slices, watching the clock between them."""
        slices = max(1, -(-steps // ROUND_STEPS))
        edge = hot * (cold / hot) ** (np.arange(slices + 1) / slices)
        period = max(len(self.state.label) * 2, 500)
        pool = self.pool if gather else _NO_POOL
        for s in range(slices):
            if self.stopped():
                return
            heat = np.array([edge[s] * self.unit, edge[s + 1] * self.unit, period, self.floor, chains])
            anneal(self.ground, self.state, self.price, heat, steps // slices, hard, pool)
            self.done += steps // slices

    def stopped(self) -> bool:
        """Whether the search must end now; notes why."""
        if self.ended is None:
            gap = relative_gap(self.best_cost, self.limits.bound) if np.isfinite(self.best_cost) else np.inf
            if gap <= PROVED:
                self.ended = "proved"
            elif gap <= self.limits.gap:
                self.ended = "gap"
            elif self.limits.seconds_left() <= 0:
                self.ended = "time"
        return self.ended is not None


_NO_POOL = new_pool(1, 0, np.random.default_rng(0))


def start_search(problem: ZoningProblem, g: Ground, transport: TransportSolution, limits: Limits, rng: np.random.Generator) -> Search:
    """A search that stands at the transport plan made whole."""
    label = grown_labels(problem, g, flow_labels(problem, transport), transport.seat_price_m)
    small = problem.block_count <= SMALL_BLOCKS and g.metric != STRAIGHT
    unit = max(transport.bound, 1e-12 * g.weight.sum(), 1e-9) / problem.block_count
    mean_m = max(transport.bound / max(g.pupils.sum(), 1e-12), 1e-9)
    price = np.maximum(transport.seat_price_m * 1.1, 0.05 * mean_m)
    pool = new_pool(problem.block_count, POOL_ZONES if small else 0, rng)
    return Search(g, new_state(g, label, rng), limits, price, 0.05 * mean_m, unit, pool)


def search_large(search: Search) -> None:
    """Near the transport plan: cool annealing with prices, then on true cost with hard seats."""
    steps = search.limits.steps
    search.run(0.02, 0.002, int(steps * 0.45))
    search.price *= 3.0
    search.run(0.002, 0.001, int(steps * 0.05))
    search.run(0.002, 0.0001, int(steps * 0.5), hard=True)


def search_small(search: Search, rng: np.random.Generator) -> None:
    """Restarts from high heat and recombination of the zones seen, until the budget is spent."""
    n, start = len(search.state.label), search.price.copy()
    table = search.ground.table
    each = max(search.limits.steps // 6, 1000)
    rounds = 0
    while search.done < search.limits.steps and not search.stopped():
        search.price[:] = start
        hot = 0.5 if rounds % 2 == 0 else 0.15
        if np.isfinite(search.best_cost):
            set_labels(search.ground, search.state, search.state.best)
        search.run(hot, 0.005, each, gather=True)
        rounds += 1
        if rounds % 2 == 0 and not search.stopped():
            _recombine(search, table, min(2.0, search.limits.seconds_left()))
    assert n == len(search.state.label)


def _recombine(search: Search, table: NDArray[np.float64], seconds: float) -> None:
    if not np.isfinite(search.best_cost) or search.pool.count[0] == 0:
        return
    found = recombine(search.ground, search.pool, table, search.best_cost, seconds)
    if found is None:
        return
    set_labels(search.ground, search.state, found)
    cost = total_cost(search.ground, search.state)
    if cost < search.best_cost and (search.state.load <= search.ground.seats + 1e-9).all():
        search.state.best[:] = found
        search.state.best_cost[0] = cost
