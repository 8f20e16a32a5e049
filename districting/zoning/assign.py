"""The decision: every block gets a school, or a reason why none can be found."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from districting.errors import Conflict, DataError, Fault, InfeasibleError
from districting.measures.zoning_terms import objective_of, zoning_terms
from districting.model.solution import ZoningSolution, relative_gap
from districting.model.zoning_problem import ZoningProblem
from districting.solvers.transport import TransportSolution, price_bound, solve_transport
from districting.wording import text
from districting.zoning.general import search_general
from districting.zoning.ground import Ground, build_ground
from districting.zoning.kernels import overfull, set_labels, settle
from districting.zoning.lowering import Lowered, lower
from districting.zoning.refuse import refuse_impossible
from districting.zoning.refuse_rules import refuse_relaxed, refuse_unfound
from districting.zoning.relaxed import relaxed_bound
from districting.zoning.search import GOOD_GAP, PROVED, Limits, Search, default_steps, search_on, search_zones, start_search

CANDIDATES = 8
GRACE_S, GRACE_PER_BLOCK_S = 5.0, 0.0005
"""How long a search without any plan goes on beyond its steps or its clock."""
MORE_STEPS, LEAST_MORE = 10, 500_000
"""How many more steps it may take at most: so many times its budget, at least this one."""


def assign_blocks(problem: ZoningProblem, *, time_limit_s: float = 60.0, gap: float = 0.0, seed: int = 0, steps: int | None = None) -> ZoningSolution:
    """Attendance zones of least total distance: whole blocks, hard seats, connected zones, every school in its own.

    Parameters
    ----------
    problem : demand, seats, neighbours and distances
    time_limit_s : the clock; a run that it cuts says ``ended="time"``
    gap : good enough: stop when (objective - bound) / objective is at most this
    seed : of the search; same seed and steps give the same labels
    steps : proposals to try (more are tried while there is no plan at all); None = a budget by the number of blocks, which may stop early below a gap of 0.01 %

    Returns
    -------
    ZoningSolution
        The best plan found, also when the clock or an interrupt (Ctrl-C) ends the run: ``ended`` says which. ``objective`` and ``bound`` in pupil-metres; the bound is the transport bound that ``seat_price_m`` evaluates to.

    Raises
    ------
    InfeasibleError
        A count proves that no zoning exists, or none was found within the limits (said so in the message).

    Examples
    --------
    >>> problem = ZoningProblem(demand=[3, 2, 4], capacity=[6, 6], edges=[(0, 1), (1, 2)], home_block=[0, 2],
    ...                         xy=[(0, 0), (90, 0), (200, 0)], school_xy=[(0, 0), (200, 0)])
    >>> found = assign_blocks(problem, steps=1000)
    >>> found.school_of_block.tolist(), float(found.objective), found.status
    ([0, 0, 1], 180.0, 'optimal')
    """
    began = time.perf_counter()
    _refuse_bad_limits(problem, time_limit_s=time_limit_s, gap=gap, seed=seed, steps=steps)
    low = lower(problem)
    refuse_impossible(low.problem)
    if not low.plain:
        return _general(low, Clock(began, time_limit_s), gap, seed, steps)
    plain = low.problem
    transport = solve_transport(plain, candidates=CANDIDATES)
    ground = build_ground(plain, transport.candidates)
    rng = np.random.default_rng(seed)
    budget = default_steps(plain.block_count, _strain(plain, transport)) if steps is None else steps
    limits = Limits(began + time_limit_s, max(gap, GOOD_GAP) if steps is None else gap, transport.bound, budget)
    search = start_search(plain, ground, transport, limits, rng)
    try:
        search_zones(search)
    except KeyboardInterrupt:
        if not _found(plain, search):
            raise
        search.ended = "interrupt"
    if not _found(plain, search):
        _seek_any(plain, search)
    if not _found(plain, search):
        _refuse_unfound(plain, ground, search)
    label = _tidy(ground, search)
    return _solution(low, transport, search, label, seed, time.perf_counter() - began)


def _refuse_bad_limits(problem: ZoningProblem, **given: Any) -> None:
    """Limits that mean nothing are refused before any work."""
    if not isinstance(problem, ZoningProblem):
        raise DataError(Fault(text("problem.bad_limit", name="problem", given=type(problem).__name__), text("problem.give_problem"), column="problem"))
    whole = (int, np.integer)
    sound = {
        "time_limit_s": isinstance(given["time_limit_s"], (int, float, np.number)) and given["time_limit_s"] > 0,
        "gap": isinstance(given["gap"], (int, float, np.number)) and given["gap"] >= 0,
        "seed": isinstance(given["seed"], whole) and given["seed"] >= 0,
        "steps": given["steps"] is None or (isinstance(given["steps"], whole) and given["steps"] > 0),
    }
    faults = [Fault(text("problem.bad_limit", name=n, given=str(given[n])), text("problem.give_limit"), column=n) for n, ok in sound.items() if not ok]
    if faults:
        raise DataError(faults)


def _strain(problem: ZoningProblem, transport: TransportSolution) -> float:
    """How much longer the transport plan is than everybody's way to the nearest school."""
    nearest = price_bound(problem, np.zeros(problem.school_count))
    return transport.bound / nearest if nearest > 0 else 1.0


@dataclass(frozen=True)
class Clock:
    """When a run began and how long it may take."""

    began: float
    limit_s: float

    @property
    def deadline(self) -> float:
        return self.began + self.limit_s

    def seconds(self) -> float:
        return time.perf_counter() - self.began


def _general(low: Lowered, clock: Clock, gap: float, seed: int, steps: int | None) -> ZoningSolution:
    """Goals and rules that the plain search does not know."""
    transport = solve_transport(low.problem, candidates=CANDIDATES)
    relaxed = relaxed_bound(low, clock.limit_s / 4)
    if relaxed.infeasible:
        refuse_relaxed(low, relaxed)
    bound = max(transport.bound, relaxed.bound, 0.0)
    found = search_general(low, bound, clock.deadline, gap, steps, np.random.default_rng(seed))
    if found.label is None:
        refuse_unfound(low, found.broken, found.steps)
    label = found.label[low.unit_of_block]
    objective = objective_of(low.given, label)
    proved = relative_gap(objective, bound) <= PROVED
    return ZoningSolution(
        school_of_block=label,
        objective=objective,
        bound=min(bound, objective),
        gap=relative_gap(objective, bound),
        status="optimal" if proved else "feasible",
        seat_price_m=np.asarray(transport.seat_price_m, dtype=np.float64),
        transport_bound=float(transport.bound),
        seconds=clock.seconds(),
        steps=found.steps,
        seed=seed,
        ended="proved" if proved else found.ended,
        certificate=relaxed if relaxed.bound >= transport.bound else None,
        terms=zoning_terms(low.given, label),
    )


def _seek_any(problem: ZoningProblem, search: Search) -> None:
    """A plan with an honest gap is worth more than a clock kept to the second: search on until there is one, within a grace."""
    late = search.limits.seconds_left() <= 0
    grace = GRACE_S + GRACE_PER_BLOCK_S * problem.block_count
    search.limits.deadline = max(search.limits.deadline, time.perf_counter() + grace)
    search.ended = None
    enough = search.done + MORE_STEPS * max(search.limits.steps, LEAST_MORE)
    while not _found(problem, search) and search.limits.seconds_left() > 0 and search.done < enough:
        search_on(search)
    search.ended = "time" if late or search.ended == "time" else "steps"


def _found(problem: ZoningProblem, search: Search) -> bool:
    """Whether the best labels hold every rule; seats and connectedness are kept by the search itself."""
    if not np.isfinite(search.best_cost):
        return False
    return bool(np.isfinite(problem.distance_of(np.arange(problem.block_count), search.state.best)).all())


def _tidy(ground: Ground, search: Search) -> NDArray[np.int64]:
    set_labels(ground, search.state, search.state.best)
    settle(ground, search.state)
    return search.state.label.astype(np.int64)


def _solution(low: Lowered, transport: TransportSolution, search: Search, unit_label: NDArray[np.int64], seed: int, seconds: float) -> ZoningSolution:
    problem, label = low.problem, unit_label[low.unit_of_block]
    objective = float((problem.demand * problem.distance_of(np.arange(problem.block_count), unit_label)).sum())
    gap = relative_gap(objective, transport.bound)
    proved = gap <= PROVED
    return ZoningSolution(
        school_of_block=label,
        objective=objective,
        bound=min(transport.bound, objective),
        gap=gap,
        status="optimal" if proved else "feasible",
        seat_price_m=np.asarray(transport.seat_price_m, dtype=np.float64),
        transport_bound=float(transport.bound),
        seconds=seconds,
        steps=search.done,
        seed=seed,
        ended="proved" if proved else search.ended or "steps",
        terms=zoning_terms(low.given, label),
    )


def _refuse_unfound(problem: ZoningProblem, ground: Ground, search: Search) -> None:
    """No plan found and no proof that there is none: said as that."""
    if np.isfinite(search.best_cost):
        far = ~np.isfinite(problem.distance_of(np.arange(problem.block_count), search.state.best))
        said = text("zoning.none_found_arcs", count=int(far.sum()))
        raise InfeasibleError([Conflict("allowed", float(far.sum()), "block", said)], [text("zoning.more_time"), text("zoning.lift_connected")])
    assert overfull(ground, search.state) > 0
    over = search.least_excess
    said = text("zoning.none_found", over=over, steps=search.done)
    raise InfeasibleError(
        [Conflict("seats", over, "seat", said)], [text("zoning.more_time"), text("zoning.add_seats", short=over), text("zoning.lift_connected")]
    )
