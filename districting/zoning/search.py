"""The search: starts, annealing, recombination of zones seen; ends by proof, gap, steps or the clock."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from districting.model.solution import Ending, relative_gap
from districting.model.zoning_problem import ZoningProblem
from districting.progress import tell_gap
from districting.solvers.transport import TransportSolution
from districting.zoning.drift import drift
from districting.zoning.ground import TABLE, Ground
from districting.zoning.kernels import CLOSE, Pool, State, anneal, new_pool, new_state, set_labels, total_cost
from districting.zoning.recombine import recombine
from districting.zoning.start import flow_labels, grown_labels
from districting.zoning.tails import new_scratch

SMALL_BLOCKS = 3_000
"""Up to this many blocks the search restarts from high heat and recombines zones; beyond it, it stays near the transport plan."""
SMALL_STEPS = 4_000_000
STEPS_PER_BLOCK_SMALL, STEPS_PER_BLOCK_LARGE = 60_000, 160
"""For 20,000 blocks; per block fewer in larger cities."""
STEPS_IF_FAR, FAR = 1.8, 1.12
"""More steps where seats send pupils far: where the transport plan is so many times as long as the way to the nearest school."""
QUICK_GAP, QUICK_ARCS = 8e-4, 30_000
"""With more arcs than these a small city is done when the first look ends below this gap."""
ROUND_STEPS = 1_000_000
GOOD_GAP = 1e-4
"""A default run stops at this gap: better than any input is known."""
PROVED = 1e-9
POOL_ZONES = 12_000
DRIFT_PER_BLOCK = 4_000
GATHER_EVERY = 3_000
SEAT_PRICE_SHARE = 0.7
IDLE_ROUNDS = 8
FLOOR_SMALL, FLOOR_LARGE = 0.05, 0.1
RECOMBINED_BLOCKS = 800
"""Beyond this the zones seen are too long to fit each other."""


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
    toll: NDArray[np.float64]
    seat_price_m: NDArray[np.float64]
    floor: float
    unit: float
    pool: Pool
    rng: np.random.Generator
    home: NDArray[np.int64]
    done: int = 0
    pace: float = 0.0
    rise: float = 1.02
    fall: float = 0.995
    period: int = 2
    least_excess: float = np.inf
    ended: Ending | None = field(default=None)

    @property
    def small(self) -> bool:
        """Whether the search restarts and recombines."""
        return len(self.pool.school) > 0

    @property
    def best_cost(self) -> float:
        return float(self.state.best_cost[0])

    def run(self, hot: float, cold: float, steps: int, *, hard: bool = False, chains: float = 0.5, gather: bool = False) -> None:
        """Anneal from ``hot`` to ``cold`` (shares of the mean cost of a block) in slices, watching the clock between them."""
        slices = max(1, -(-steps // ROUND_STEPS))
        edge = hot * (cold / hot) ** (np.arange(slices + 1) / slices)
        period = max(len(self.state.label) * self.period, 500)
        pool = self.pool if gather else _NO_POOL
        for s in range(slices):
            if self.stopped():
                return
            heat = np.array([edge[s] * self.unit, edge[s + 1] * self.unit, period, self.floor, chains, self.rise, self.fall, self.pace])
            anneal(self.ground, self.state, self.price, self.toll, heat, steps // slices, hard, pool)
            self.done += steps // slices
            over = np.maximum(self.state.load - self.ground.seats, 0.0)
            self.least_excess = min(self.least_excess, float(over[over > CLOSE].sum()))

    def stopped(self) -> bool:
        """Whether the search must end now; notes why."""
        if self.ended is None:
            gap = relative_gap(self.best_cost, self.limits.bound) if np.isfinite(self.best_cost) else np.inf
            if gap < 1:
                tell_gap(gap)
            if gap <= PROVED:
                self.ended = "proved"
            elif gap <= self.limits.gap:
                self.ended = "gap"
            elif self.limits.seconds_left() <= 0:
                self.ended = "time"
        return self.ended is not None


_NO_POOL = new_pool(1, 0, np.random.default_rng(0))


def default_steps(n: int, strain: float = 1.0) -> int:
    """Proposals of a run that names none. ``strain``: length of the transport plan over that of everybody's way to the nearest school."""
    return min(SMALL_STEPS, STEPS_PER_BLOCK_SMALL * n) if n <= SMALL_BLOCKS else _near_steps(n, strain)


def _near_steps(n: int, strain: float) -> int:
    return int(STEPS_PER_BLOCK_LARGE * n * (20_000 / n) ** 0.4 * (STEPS_IF_FAR if strain > FAR else 1.0))


def start_search(problem: ZoningProblem, g: Ground, transport: TransportSolution, limits: Limits, rng: np.random.Generator) -> Search:
    """A search that stands at the transport plan made whole."""
    label = grown_labels(problem, g, flow_labels(problem, transport), transport.seat_price_m)
    small = problem.block_count <= SMALL_BLOCKS and g.metric == TABLE and problem.keep_home and problem.contiguous
    unit = max(transport.bound, 1e-12 * g.weight.sum(), 1e-9) / problem.block_count
    mean_m = max(transport.bound / max(g.pupils.sum(), 1e-12), 1e-9)
    floor = (FLOOR_SMALL if small else FLOOR_LARGE) * mean_m
    price = np.maximum(transport.seat_price_m * 1.1, floor)
    pool = new_pool(problem.block_count, POOL_ZONES if small else 0, rng)
    return Search(
        g,
        new_state(g, label, rng),
        limits,
        price,
        np.zeros(problem.school_count),
        np.asarray(transport.seat_price_m),
        floor,
        unit,
        pool,
        rng,
        problem.home_block,
    )


def search_zones(search: Search) -> None:
    """Spend the step budget."""
    g, steps = search.ground, search.limits.steps
    if not search.small:
        _near_transport(search, steps)
        return
    _near_transport(search, min(_near_steps(len(g.pupils), 1.0), steps // 4))
    gap = relative_gap(search.best_cost, search.limits.bound) if np.isfinite(search.best_cost) else np.inf
    if gap <= QUICK_GAP and g.table.size > QUICK_ARCS:
        search.ended = search.ended or "gap"
    else:
        _restarts(search)


def search_on(search: Search) -> None:
    """More of the same, hotter and with dearer seats: for plans where no round found room for everybody."""
    search.price *= 2.0
    search.run(0.3, 0.003, max(20 * len(search.state.label), 500_000))
    search.run(0.003, 0.0003, max(5 * len(search.state.label), 100_000), hard=True)


def _near_transport(search: Search, steps: int) -> None:
    """Near the transport plan: prices of seats follow the zones, so that connectedness enters them; then true cost with dear, then hard seats."""
    mean_m = search.floor / (FLOOR_SMALL if search.small else FLOOR_LARGE)
    search.toll[:], search.price[:] = search.seat_price_m, search.floor
    search.pace, search.rise, search.fall, search.period = 0.5 * mean_m, 1.02, 0.98, 1
    search.run(0.05, 0.002, int(steps * 0.55))
    search.price[:] = 1.2 * search.toll + search.floor
    search.toll[:] = 0.0
    search.pace, search.rise, search.fall = 0.0, 1.05, 1.0
    search.run(0.002, 0.001, int(steps * 0.1))
    left = 0.35
    while not np.isfinite(search.best_cost) and left > 0.1 and not search.stopped():
        search.price *= 1.5
        search.run(0.002, 0.001, int(steps * 0.05))
        left -= 0.05
    if np.isfinite(search.best_cost):
        set_labels(search.ground, search.state, search.state.best)
    search.run(0.002, 0.0001, int(steps * left), hard=True)


def _restarts(search: Search) -> None:
    """Rounds of drift, each from the best plan so far, the first hotter; then the zones seen are put together anew."""
    g, state, n = search.ground, search.state, len(search.state.label)
    d, mean_m = new_scratch(n), search.floor / FLOOR_SMALL
    each = min(DRIFT_PER_BLOCK * n, max(search.limits.steps // 3, 1))
    idle, best = 0, np.inf
    while search.done < search.limits.steps and idle < IDLE_ROUNDS:
        if np.isfinite(search.best_cost):
            set_labels(g, state, state.best)
        price = np.full(len(g.seats), mean_m)
        hot = (1.0 if search.done == 0 else 0.5) * search.unit
        slices = max(1, -(-each // ROUND_STEPS))
        edge = hot * 0.01 ** (np.arange(slices + 1) / slices)
        for part in range(slices):
            if search.stopped():
                return
            every = GATHER_EVERY if n <= RECOMBINED_BLOCKS and 2 * part >= slices - 1 else 0
            drift(g, state, d, search.home, price, SEAT_PRICE_SHARE * search.seat_price_m, edge[part : part + 2], max(each // slices, 1), search.pool, every)
            search.done += max(each // slices, 1)
            over = np.maximum(state.load - g.seats, 0.0)
            search.least_excess = min(search.least_excess, float(over[over > CLOSE].sum()))
        idle = 0 if search.best_cost < best * (1 - 1e-9) else idle + 1
        best = min(best, search.best_cost)
    set_labels(g, state, state.label.copy())
    if not search.stopped() and n <= RECOMBINED_BLOCKS:
        _recombine(search)


def _recombine(search: Search) -> None:
    """Put the zones seen together anew. Ends by its node limit; a clock that cuts it is said."""
    g, state = search.ground, search.state
    if not np.isfinite(search.best_cost) or search.pool.filled[0] == 0:
        return
    found, cut_short = recombine(g, search.pool, g.table, search.best_cost, max(search.limits.seconds_left(), 0.1))
    if cut_short:
        search.ended = "time"
    if found is None:
        return
    set_labels(g, state, found)
    cost = float(total_cost(g, state))
    if cost < search.best_cost and (state.load <= g.seats + CLOSE).all():
        state.best[:] = found
        state.best_cost[0] = cost
