"""Plain problems, distance alone under the default rules: search, groups of zones drawn anew, proof."""

from __future__ import annotations

import time

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from districting.errors import Conflict, InfeasibleError
from districting.measures.zoning_terms import zoning_terms
from districting.model.solution import ZoningSolution, relative_gap
from districting.model.zoning_problem import ZoningProblem
from districting.solvers.transport import TransportSolution, price_bound, solve_transport
from districting.wording import Text, text
from districting.zoning.any_plan import CHEAPEST_S, any_plan, cheapest_plan
from districting.zoning.clock import Clock, Effort
from districting.zoning.exact import Tree, prove
from districting.zoning.ground import Ground, build_ground
from districting.zoning.kernels import overfull, set_labels, settle
from districting.zoning.least_relaxations import refuse_with_relaxations
from districting.zoning.lowering import Lowered, lower
from districting.zoning.refine import Refined, length, refine
from districting.zoning.refuse_rules import refuse_proven
from districting.zoning.search import GOOD_GAP, PROVED, QUICK_ARCS, Limits, Search, default_steps, search_on, search_zones, start_search

CANDIDATES = 8
GRACE_S, GRACE_PER_BLOCK_S = 5.0, 0.0005
"""How long a search without any plan goes on beyond its steps or its clock."""
MORE_STEPS, LEAST_MORE = 10, 500_000
"""How many more steps it may take at most: so many times its budget, at least this one."""
TINY_ARCS = 1_500
"""Up to this many block-school pairs a tree settles a city for which the search finds nothing."""
TINY_NODES, TINY_S = 2_000, 20.0
RELAXING_S, RELAXING_STEPS = 20.0, 2_000_000
"""Work spent on what would have to give where no plan is found."""


def solve_plain(low: Lowered, effort: Effort, *, relaxing: bool = True) -> ZoningSolution:
    """The best plan within the effort, with its bound. ``relaxing``: where there is none, look for what would have to give."""
    plain = low.problem
    transport = solve_transport(plain, candidates=CANDIDATES)
    ground = build_ground(plain, transport.candidates)
    budget = default_steps(plain.block_count, _strain(plain, transport)) if effort.steps is None else effort.steps
    enough = max(effort.gap, GOOD_GAP) if effort.steps is None and plain.block_count * plain.school_count > QUICK_ARCS else effort.gap
    limits = Limits(effort.clock.deadline, enough, transport.bound, budget)
    search = start_search(plain, ground, transport, limits, np.random.default_rng(effort.seed))
    try:
        search_zones(search)
    except KeyboardInterrupt:
        if not _found(plain, search):
            raise
        search.ended = "interrupt"
    if not _found(plain, search):
        try:
            _settle_tiny(low, transport, search)
        except InfeasibleError as error:
            if not relaxing or not low.same:
                raise
            raise _with_relaxations(plain, error.conflicts[0].problem, effort, proved=True, over=search.least_excess) from None
    if not _found(plain, search) and relaxing:
        _seek_any(plain, search)
    if not _found(plain, search):
        if not relaxing:
            raise InfeasibleError([], [])
        _refuse_unfound(plain, ground, search, effort)
    _shorten_where_homes_are_free(low, search, effort)
    found = Refined(_tidy(ground, search), None, search.ended or "steps")
    if effort.steps is None and found.ended in ("steps", "gap"):

        def more(start: int) -> tuple[NDArray[np.int64] | None, int]:
            again = start_search(plain, ground, transport, limits, np.random.default_rng((effort.seed, start)))
            search_zones(again)
            return (_tidy(ground, again) if _found(plain, again) else None), again.done

        found = refine(plain, transport, found, more, effort)
    return _solution(low, transport, found, search.done + found.steps, effort)


def _strain(problem: ZoningProblem, transport: TransportSolution) -> float:
    """How much longer the transport plan is than everybody's way to the nearest school."""
    nearest = price_bound(problem, np.zeros(problem.school_count))
    return transport.bound / nearest if nearest > 0 else 1.0


def _settle_tiny(low: Lowered, transport: TransportSolution, search: Search) -> None:
    """A tree finds a plan or proves that there is none, where the city is tiny; HiGHS where the tree does not apply."""
    problem = low.problem
    if low.same and problem.block_count * problem.school_count <= TINY_ARCS and problem.contiguous and problem.keep_home:
        label = prove(problem, None, transport, seconds=TINY_S, tree=Tree(nodes=TINY_NODES)).labels
    else:
        exact = any_plan(low, TINY_S)
        label = exact.label
        if exact.impossible:
            refuse_proven(low)
    if label is not None:
        _stand_at(search, label, length(problem, label))


def _stand_at(search: Search, label: NDArray[np.int64], cost: float) -> None:
    """Make a plan found elsewhere the best one; what ended the search ended it for another."""
    search.state.best[:] = label
    search.state.best_cost[0] = cost
    search.ended = None if search.ended in ("proved", "gap") else search.ended


def _shorten_where_homes_are_free(low: Lowered, search: Search, effort: Effort) -> None:
    """Zones that need not hold their school seldom change places in the search: in a small city the shortest plan is sought exactly."""
    problem = low.problem
    if problem.keep_home or not problem.contiguous or search.ended in ("proved", "gap", "interrupt"):
        return
    try:
        label = cheapest_plan(low, min(CHEAPEST_S, effort.clock.limit_s))
    except KeyboardInterrupt:
        search.ended, label = "interrupt", None
    if label is not None and length(problem, label) < search.best_cost:
        _stand_at(search, label, length(problem, label))


def _seek_any(problem: ZoningProblem, search: Search) -> None:
    """A plan with an honest gap is worth more than a clock kept to the second: search on until there is one, within a grace."""
    late = search.limits.seconds_left() <= 0
    grace = GRACE_S + GRACE_PER_BLOCK_S * problem.block_count
    search.limits.deadline = max(search.limits.deadline, time.perf_counter() + grace)
    search.ended = None
    enough = search.done + MORE_STEPS * max(search.limits.steps, LEAST_MORE)
    before = -1
    while not _found(problem, search) and search.limits.seconds_left() > 0 and before < search.done < enough:
        before = search.done
        search_on(search)
    search.ended = "time" if late or search.ended == "time" else "steps"


def _found(problem: ZoningProblem, search: Search) -> bool:
    """Whether the best labels hold every rule; seats are kept by the search itself, and connectedness where homes are kept."""
    if not np.isfinite(search.best_cost):
        return False
    if not problem.keep_home and problem.contiguous and _more_pieces(search) > 0:
        return False
    return bool(np.isfinite(problem.distance_of(np.arange(problem.block_count), search.state.best)).all())


def _more_pieces(search: Search) -> int:
    """Pieces of the best labels beyond one for each zone: a search that starts in pieces, as it may where homes are free, stays so."""
    g, label = search.ground, search.state.best
    a = np.repeat(np.arange(len(label)), np.diff(g.start))
    inside = label[a] == label[g.neighbour]
    graph = sp.coo_array((np.ones(int(inside.sum()), dtype=np.int8), (a[inside], g.neighbour[inside])), shape=(len(label), len(label)))
    return int(connected_components(graph, directed=False)[0]) - len(np.unique(label))


def _tidy(ground: Ground, search: Search) -> NDArray[np.int64]:
    set_labels(ground, search.state, search.state.best)
    settle(ground, search.state)
    return search.state.label.astype(np.int64)


def _solution(low: Lowered, transport: TransportSolution, found: Refined, steps: int, effort: Effort) -> ZoningSolution:
    unit_label, proof = found.label, found.proof
    label = unit_label[low.unit_of_block]
    objective = length(low.problem, unit_label)
    bound = max(transport.bound, proof.bound if proof is not None else -np.inf)
    gap = relative_gap(objective, bound)
    proved = gap <= PROVED or (proof is not None and proof.optimal)
    return ZoningSolution(
        school_of_block=label,
        objective=objective,
        bound=min(bound, objective),
        gap=gap,
        status="optimal" if proved else "feasible",
        seat_price_m=np.asarray(transport.seat_price_m, dtype=np.float64),
        transport_bound=float(transport.bound),
        seconds=effort.clock.seconds(),
        steps=steps,
        seed=effort.seed,
        ended="proved" if proved else found.ended,
        certificate=None if proof is None else proof.certificate,
        terms=zoning_terms(low.given, label),
    )


def _refuse_unfound(problem: ZoningProblem, ground: Ground, search: Search, effort: Effort) -> None:
    """No plan found and no proof that there is none: said as that."""
    if np.isfinite(search.best_cost):
        far = ~np.isfinite(problem.distance_of(np.arange(problem.block_count), search.state.best))
        offers = [text("zoning.more_time"), text("zoning.lift_connected")]
        if not far.any():
            pieces = _more_pieces(search)
            raise InfeasibleError([Conflict("connected", float(pieces), "piece", text("zoning.none_found_pieces", count=pieces), proven=False)], offers)
        said = text("zoning.none_found_arcs", count=int(far.sum()))
        raise InfeasibleError([Conflict("allowed", float(far.sum()), "block", said, proven=False)], offers)
    assert overfull(ground, search.state) > 0
    over = search.least_excess
    said = text("zoning.none_found", over=over, steps=search.done)
    raise _with_relaxations(problem, said, effort, proved=False, over=over)


def _with_relaxations(problem: ZoningProblem, said: Text, effort: Effort, *, proved: bool, over: float) -> InfeasibleError:
    """A refusal with what would have to give; the search for that has a clock of its own."""
    spend = min(RELAXING_S, max(2.0, effort.clock.limit_s))

    def solve(loose: ZoningProblem) -> NDArray[np.int64] | None:
        brief = Effort(Clock(spend), 1.0, effort.seed, RELAXING_STEPS, 0)
        try:
            return solve_plain(lower(loose), brief, relaxing=False).school_of_block
        except InfeasibleError:
            return None

    deadline = time.perf_counter() + spend
    return refuse_with_relaxations(problem, said, effort.seed, deadline, solve, proved=proved, over=over)
