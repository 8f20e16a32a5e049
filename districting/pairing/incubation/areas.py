"""Incubation areas of one stage: exactly so many, each around an incubator, every school in one of them (policy R09)."""

from __future__ import annotations

from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from districting.errors import DistrictingError, InfeasibleError
from districting.model.incubation_problem import IncubationProblem, IncubationSolution
from districting.model.solution import relative_gap
from districting.pairing.incubation.branch import PROVED, Branched, branch
from districting.pairing.incubation.case import Case, case_of
from districting.pairing.incubation.connected import carry_connected
from districting.pairing.incubation.limits import refuse_impossible, size_conflict
from districting.pairing.incubation.transport import Carried, carry
from districting.wording import text

PROBE_S = 3.0
"""Clock of one tolerance that is tried, after the one asked for cannot hold."""


def incubation_areas(problem: IncubationProblem, *, time_limit_s: float = 30.0, gap: float = 0.0) -> IncubationSolution:
    """Exactly ``areas`` incubators as centres and every school to one of them, at the least travel, sizes within the tolerance.

    A capacitated p-median problem with lower and upper limits of size. Sets of centres are searched by branch and bound; bounds come from prices of the schools
    (Lagrangian relaxation) and are evaluated over all arcs; a set of centres is solved as a transport problem (HiGHS), which is whole by itself where schools count
    alike. With ``edges`` every area is connected on them; the bound of the loose problem holds for it as well. Schools are taken in the order of their codes.

    Parameters
    ----------
    problem : schools of one stage; weights in pupils or 1, distances in metres
    time_limit_s : clock of the search; what is found by then comes with an honest bound
    gap : relative gap at which the search may stop

    Returns
    -------
    IncubationSolution
        ``objective`` and ``bound`` in weight-metres

    Raises
    ------
    InfeasibleError : fewer incubators than areas, schools that no incubator may take, or sizes that cannot hold, with the least tolerance (in thousandths) that works
    DistrictingError : sizes that are not above 0, or no schools

    Source: policy R09 (Baoji: 7 senior-high and 12 preschool incubation areas; tolerance of +-30 % a default of this project).

    Examples
    --------
    >>> xy = np.array([(0, 0), (100, 0), (200, 0), (900, 0), (1000, 0), (1200, 0)], dtype=float)
    >>> incubator = np.array([True, True, False, False, True, False])
    >>> found = incubation_areas(IncubationProblem(xy, incubator, 2, weight=np.ones(6), size=np.ones(6)))
    >>> found.centre_of_school.tolist(), found.objective, found.bound, found.status
    ([1, 1, 1, 4, 4, 4], 500.0, 500.0, 'optimal')
    """
    if problem.areas < 1 or not len(problem.size) or not (problem.size > 0).all():
        raise DistrictingError(text("pairing.sizes_not_above_0"))
    refuse_impossible(problem, _works)
    case = case_of(problem)
    found = _search(case, time_limit_s, gap)
    if found.label is None:
        raise size_conflict(problem, _works, certain=found.certain)
    return _solution(case, found, found.label, gap)


def _search(case: Case, time_limit_s: float, gap: float) -> Branched:
    deadline = perf_counter() + time_limit_s

    def leaf(centres: NDArray[np.int64], upper: float) -> Carried:
        if case.beside is None:
            return carry(case, centres, upper, deadline=deadline)
        return carry_connected(case, centres, upper, deadline=deadline)

    return branch(case, leaf, deadline=deadline, gap=gap)


def _works(problem: IncubationProblem) -> bool:
    """Whether a plan is found: any will do."""
    try:
        refuse_impossible(problem)
    except InfeasibleError:
        return False
    return _search(case_of(problem), PROBE_S, 1.0).label is not None


def _solution(case: Case, found: Branched, label: NDArray[np.int64], gap: float) -> IncubationSolution:
    centre = np.empty(case.n, dtype=np.int64)
    centre[case.order] = case.order[case.centre[label]]
    left = relative_gap(found.upper, found.bound)
    proved = found.upper - found.bound <= 2 * PROVED * max(1.0, found.upper)
    ended = "proved" if proved else "gap" if left <= gap else "time"
    return IncubationSolution(centre, found.upper, found.bound, left, "optimal" if proved else "feasible", ended)
