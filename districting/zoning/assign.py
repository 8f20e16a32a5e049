"""The decision: every block gets a school, or a reason why none can be found."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from districting.checking.zoning import check_zoning
from districting.errors import DataError, Fault, InfeasibleError
from districting.measures.zoning_terms import objective_of, zoning_terms
from districting.model.solution import ZoningSolution, relative_gap
from districting.model.zoning_problem import ZoningProblem
from districting.solvers.transport import solve_transport
from districting.wording import text
from districting.zoning.any_plan import CHEAPEST_S, SECONDS, any_plan, cheapest_plan, is_tiny
from districting.zoning.clock import Clock, Effort
from districting.zoning.general import General, search_general
from districting.zoning.lowering import Lowered, lower
from districting.zoning.plain import CANDIDATES, solve_plain
from districting.zoning.refuse import refuse_impossible
from districting.zoning.refuse_by_rule import named_by_rule
from districting.zoning.refuse_rules import refuse_broken, refuse_proven, refuse_relaxed, refuse_unfound
from districting.zoning.relaxed import relaxed_bound
from districting.zoning.search import PROVED

LONGEST_RELAXATION_S = 60.0
FEW_ROUNDS, LEAST_S = 3, 2.0
"""Rounds of a search that has found nothing before the exact answer is sought in a tiny city, and seconds for that at least."""
BRIEF_S, BRIEF_STEPS = 5.0, 500_000
"""Work on the question whether leaving one rule out would give a plan."""


def assign_blocks(
    problem: ZoningProblem,
    *,
    time_limit_s: float = 60.0,
    gap: float = 0.0,
    seed: int = 0,
    steps: int | None = None,
    proof_nodes: int | None = None,
    relaxing: bool = True,
) -> ZoningSolution:
    """Attendance zones of least total distance: whole blocks, hard seats, connected zones, every school in its own.

    Parameters
    ----------
    problem : demand, seats, neighbours and distances
    time_limit_s : the clock; a run that it cuts says ``ended="time"``
    gap : good enough: stop when (objective - bound) / objective is at most this
    seed : of the search; same seed and steps give the same labels
    steps : proposals to try (more are tried while there is no plan at all), and nothing else; None = a budget by the number of blocks, then groups of
        neighbouring zones drawn anew to their optimum where the city is small enough
    proof_nodes : a small city (up to 100,000 block-school pairs and 3,000 blocks) goes on to a proof that nothing is better. None = for what is left of the clock;
        N = with a tree of at most N nodes, so that the run ends by its budget and repeats; 0 = no proof. Problems with goals or rules beyond distance
        keep the bound of their relaxation
    relaxing : whether a refusal looks for the rule without which there is a plan

    Returns
    -------
    ZoningSolution
        The best plan found, also when the clock or an interrupt (Ctrl-C) ends the run: ``ended`` says which. ``objective`` and ``bound`` in pupil-metres; the bound is the transport bound that ``seat_price_m`` evaluates to,
        or a stronger one whose record is ``certificate``.

    Raises
    ------
    InfeasibleError
        No zoning exists (``error.proven``: by a count, by a relaxation, or in a tiny city, up to 2,000 block-school pairs, by an exact search), or none was
        found within the limits.

    Examples
    --------
    >>> problem = ZoningProblem(demand=[3, 2, 4], capacity=[6, 6], edges=[(0, 1), (1, 2)], home_block=[0, 2],
    ...                         xy=[(0, 0), (90, 0), (200, 0)], school_xy=[(0, 0), (200, 0)])
    >>> found = assign_blocks(problem, steps=1000)
    >>> found.school_of_block.tolist(), float(found.objective), found.status
    ([0, 0, 1], 180.0, 'optimal')
    """
    effort = Effort(Clock(time_limit_s), gap, seed, steps, proof_nodes)
    _refuse_bad_limits(problem, time_limit_s=time_limit_s, gap=gap, seed=seed, steps=steps, proof_nodes=proof_nodes)
    low = lower(problem)
    try:
        return _lawful(low, effort)
    except InfeasibleError as error:
        if not relaxing:
            raise
        raise named_by_rule(problem, error, lambda loose: _has_plan(loose, effort)) from None


def _lawful(low: Lowered, effort: Effort, *, relaxing: bool = True) -> ZoningSolution:
    """The best plan found, checked against every rule from its labels alone: a plan that breaks one is never returned."""
    refuse_impossible(low.problem)
    found = solve_plain(low, effort, relaxing=relaxing) if low.plain else _general(low, effort)
    broken = check_zoning(low.given, found.school_of_block)
    if broken:
        refuse_broken(broken)
    return found


def _has_plan(problem: ZoningProblem, effort: Effort) -> bool:
    """Whether a brief look finds a plan."""
    seconds = min(BRIEF_S, max(1.0, effort.clock.limit_s))
    try:
        found = _lawful(lower(problem), Effort(Clock(seconds), 1.0, effort.seed, BRIEF_STEPS, 0), relaxing=False)
    except InfeasibleError:
        return False
    return bool(np.isfinite(found.objective))


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
        "proof_nodes": given["proof_nodes"] is None or (isinstance(given["proof_nodes"], whole) and given["proof_nodes"] >= 0),
    }
    faults = [Fault(text("problem.bad_limit", name=n, given=str(given[n])), text("problem.give_limit"), column=n) for n, ok in sound.items() if not ok]
    if faults:
        raise DataError(faults)


def _searched(low: Lowered, bound: float, effort: Effort) -> General:
    """The best labels of the search. Where it soon finds none in a tiny city, an exact answer whether there are any comes first, and a plan to start from."""

    def search(start: NDArray[np.int64] | None = None, rounds: int | None = None) -> General:
        found = search_general(low, bound, effort, start=start, rounds_for_any=rounds)
        if found.label is not None and check_zoning(low.given, found.label[low.unit_of_block]):
            found.label = None
        return found

    tiny = is_tiny(low)
    found = search(rounds=FEW_ROUNDS if tiny else None)
    if found.label is None and tiny:
        exact = any_plan(low, min(SECONDS, max(LEAST_S, effort.clock.limit_s)))
        if exact.impossible:
            refuse_proven(low)
        found = search(start=exact.label)
        found.label = exact.label if found.label is None else found.label
    elif found.label is not None and low.problem.contiguous and not low.problem.keep_home and found.ended in ("steps", "time"):
        # zones that need not hold their school seldom change places in the search: it looks again from the plan of least linear cost
        try:
            cheapest = cheapest_plan(low, min(CHEAPEST_S, effort.clock.limit_s))
            again = found if cheapest is None else search(start=cheapest)
            found = again if again.label is not None and again.value < found.value else found
        except KeyboardInterrupt:
            found.ended = "interrupt"
    if found.label is None:
        refuse_unfound(low, found.broken, found.steps)
    return found


def _general(low: Lowered, effort: Effort) -> ZoningSolution:
    """Goals and rules that the plain search does not know."""
    transport = solve_transport(low.problem, candidates=CANDIDATES)
    relaxed = relaxed_bound(low, min(effort.clock.limit_s / 4, LONGEST_RELAXATION_S))
    if relaxed.infeasible:
        refuse_relaxed(low, relaxed)
    bound = max(transport.bound, relaxed.bound, 0.0)
    found = _searched(low, bound, effort)
    assert found.label is not None
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
        seconds=effort.clock.seconds(),
        steps=found.steps,
        seed=effort.seed,
        ended="proved" if proved else found.ended,
        certificate=relaxed if relaxed.bound >= transport.bound else None,
        terms=zoning_terms(low.given, label),
    )
