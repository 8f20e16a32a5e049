"""Grouping a whole problem: every independent area solved, the labels put together."""

from __future__ import annotations

from time import perf_counter

import numpy as np

from districting.errors import Conflict
from districting.grouping.area import Area, areas
from districting.grouping.asked import refuse_unanswered
from districting.grouping.diagnosis import conflicts_of, place, raise_with_relaxations
from districting.grouping.keys import refuse_unknown_keys
from districting.grouping.solve_area import PROVED, AreaResult, solve_area
from districting.grouping.theme_choice import with_themes_apart
from districting.model.grouping_problem import GroupingProblem
from districting.model.solution import Ending, GroupingSolution, relative_gap
from districting.wording import text

_ROUNDING = 1e-12
"""A bound this near to the objective, as a share of it, differs by the rounding of sums only, which hangs on the way to the proof."""


def group_units(problem: GroupingProblem, *, time_limit_s: float = 60.0, gap: float = 0.0, relaxing: bool = True) -> GroupingSolution:
    """Districts of whole units, each centred on one lead school, at the least cost.

    The objective is the sum of ``terms`` (see :class:`DistrictSpec`), all in pupil-metres and >= 0. ``bound`` is the sum of the bounds of the independent
    areas; it keeps every unit-centre arc and leaves out at most some connectivity rules, so it holds for the whole problem.

    Parameters
    ----------
    problem : the units, the members in them and the form
    time_limit_s : shared by the areas in proportion to their arcs
    gap : relative gap at which an area may stop
    relaxing : whether a refusal looks for the least relaxations

    Returns
    -------
    GroupingSolution with ``district_of_unit`` (n,): -1 for units of an area in which no member stands at all.

    Raises
    ------
    InfeasibleError : which rule cannot hold, where, by how much, and relaxations that were tested
    """
    begin = perf_counter()
    refuse_unknown_keys((*problem.spec.counts, *problem.spec.spread, problem.spec.centre), problem.spec.form)
    refuse_unanswered(problem)
    found = areas(problem)
    conflicts = [c for area in found for c in conflicts_of(problem, area)]
    if conflicts:
        raise_with_relaxations(problem, conflicts, relaxing=relaxing)
    results, spent_share = [], 0.0
    size = sum(a.cost.size for a in found) or 1
    for area in found:
        spent_share += area.cost.size / size
        results.append(solve_area(area, deadline=begin + time_limit_s * spent_share, gap=gap))
    impossible = [a for a, r in zip(found, results, strict=True) if r.impossible]
    if impossible:
        raise_with_relaxations(problem, [c for a in impossible for c in conflicts_of(problem, a, proven=True)], relaxing=relaxing)
    unfound = [a for a, r in zip(found, results, strict=True) if r.label is None]
    if unfound:
        said = [text("grouping.out_of_time", where=place(problem, a), seconds=time_limit_s) for a in unfound]
        raise_with_relaxations(
            problem, [Conflict("connected" if problem.spec.connected else "counts", 1.0, "area", t, proven=False) for t in said], relaxing=relaxing
        )
    return with_themes_apart(problem, _together(problem, found, results, gap, perf_counter() - begin), gap=gap)


def _together(problem: GroupingProblem, found: list[Area], results: list[AreaResult], gap: float, seconds: float) -> GroupingSolution:
    label = np.full(problem.unit_count, -1, dtype=np.int64)
    leads: list[int] = []
    themes: list[int] = []
    terms: dict[str, float] = {}
    for area, result in zip(found, results, strict=True):
        if result.label is None:
            continue
        opened, local = np.unique(result.label, return_inverse=True)
        label[area.unit] = local + len(leads)
        leads += area.centre[opened].tolist()
        themes += area.theme[opened].tolist()
        for name, value in area.terms(result.label).items():
            terms[name] = terms.get(name, 0.0) + value
    objective, bound = sum(terms.values()), min(sum(r.bound for r in results), sum(terms.values()))
    if objective - bound <= _ROUNDING * objective:  # the same number summed in another order
        bound = objective
    remaining = relative_gap(objective, bound)
    proved = remaining <= PROVED
    ending: Ending = "proved" if proved else "gap" if remaining <= gap else "time"
    return GroupingSolution(
        district_of_unit=label,
        lead_of_district=np.array(leads, dtype=np.int64),
        theme_of_district=np.array(themes, dtype=np.int64),
        objective=objective,
        bound=bound,
        gap=remaining,
        status="optimal" if proved else "feasible",
        terms=terms,
        seconds=seconds,
        ended=ending,
    )
