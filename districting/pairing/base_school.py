"""Base schools (基地校): so many bases that the way from every school to its base is shortest, every county with at least one (policy R23, R39)."""

from __future__ import annotations

from typing import Literal

import numpy as np

from districting.errors import Conflict, InfeasibleError
from districting.model.base_problem import BaseSchoolProblem, BaseSchoolSolution
from districting.model.solution import relative_gap
from districting.solvers.p_median import p_median
from districting.wording import Text, text

TIME_LIMIT_S = 20.0
"""Clock of one programme."""


def choose_bases(problem: BaseSchoolProblem, *, time_limit_s: float = TIME_LIMIT_S) -> BaseSchoolSolution:
    """The bases, and the base of every school, at the least sum of demand x metres: a p-median problem, solved exactly (HiGHS) or with an honest gap.

    Every area with members has a base (R23: each county subregion >= 1, Shulan: 基地校为主、整体互动); a base belongs to itself. Schools are taken in the order of their codes.

    Raises
    ------
    InfeasibleError : an area without a candidate, fewer bases than areas, too few candidates, or more members than bases can carry; with the least number that does

    >>> line = np.array([0.0, 100.0, 200.0, 5000.0])
    >>> problem = BaseSchoolProblem(np.column_stack([line, 0 * line]), np.ones(4), np.ones(4, dtype=bool), np.array([0, 0, 0, 1]), 2)
    >>> found = choose_bases(problem)
    >>> found.base_of_member.tolist(), found.objective, found.status
    ([1, 1, 1, 3], 200.0, 'optimal')
    """
    n = len(problem.demand)
    order = np.array(sorted(range(n), key=lambda i: (problem.code[i], i)) if problem.code else range(n), dtype=np.int64)
    hosts = order[problem.is_candidate[order]]
    areas = tuple(sorted(set(problem.area.tolist())))
    _refuse(problem, areas)
    metres = np.hypot(*(problem.xy[hosts][:, None, :] - problem.xy[order][None, :, :]).transpose(2, 0, 1))
    cost = problem.demand[order][None, :] * metres
    if problem.within_area:
        cost = np.where(problem.area[hosts][:, None] == problem.area[order][None, :], cost, np.inf)
    place = np.empty(n, dtype=np.int64)
    place[order] = np.arange(n)
    found = p_median(cost, place[hosts], problem.area[hosts], problem.bases, groups=areas, cap=problem.load_cap, time_limit_s=time_limit_s)
    if found is None:
        raise InfeasibleError([Conflict("bases", 1.0, "school", text("pairing.no_bases_found", bases=problem.bases), proven=False)])
    base = np.empty(n, dtype=np.int64)
    base[order] = hosts[found.server]
    away = np.hypot(*(problem.xy - problem.xy[base]).T)
    is_base = np.zeros(n, dtype=np.bool_)
    is_base[hosts[found.opened]] = True
    objective = float((problem.demand * away).sum())
    bound = min(found.bound, objective)
    status: Literal["optimal", "feasible"] = "optimal" if objective - bound <= 1e-6 * max(1.0, objective) else "feasible"
    return BaseSchoolSolution(base, is_base, away > problem.max_distance_m, objective, bound, relative_gap(objective, bound), status)


def least_bases(problem: BaseSchoolProblem) -> int:
    """The fewest bases that the areas and the cap on loads ask for."""
    areas, members = np.unique(problem.area, return_counts=True)
    if problem.load_cap is None:
        return len(areas)
    if problem.within_area:
        return int((-(-members // problem.load_cap)).sum())
    return max(len(areas), -(-len(problem.area) // problem.load_cap))


def _refuse(problem: BaseSchoolProblem, areas: tuple[int, ...]) -> None:
    conflicts: list[Conflict] = []
    relaxations: list[Text] = []
    bare = [a for a in areas if not problem.is_candidate[problem.area == a].any()]
    if bare:
        conflicts.append(Conflict("base_in_every_area", float(len(bare)), "area", text("pairing.areas_without_candidate", count=len(bare))))
        relaxations.append(text("pairing.any_candidate"))
    least, candidates = least_bases(problem), int(problem.is_candidate.sum())
    if problem.bases < len(areas):
        conflicts.append(
            Conflict("bases", float(len(areas) - problem.bases), "school", text("pairing.bases_below_areas", bases=problem.bases, areas=len(areas)))
        )
        relaxations.append(text("pairing.raise_bases", bases=least))
    elif problem.bases < least:
        missing = least - problem.bases
        conflicts.append(Conflict("load_cap", float(missing), "school", text("pairing.bases_full", bases=problem.bases, cap=problem.load_cap, missing=missing)))
        relaxations += [text("pairing.raise_bases", bases=least), text("pairing.raise_load_cap", cap=_least_cap(problem))]
    short = _short_of_candidates(problem)
    if short and not bare:
        problem_text = text("pairing.area_candidates_full", missing=short, cap=problem.load_cap)
        conflicts.append(Conflict("candidates", float(short), "school", problem_text))
        relaxations += [text("pairing.any_candidate")]
    elif candidates < problem.bases and not bare:
        conflicts.append(
            Conflict("candidates", float(problem.bases - candidates), "school", text("pairing.few_candidates", bases=problem.bases, candidates=candidates))
        )
        relaxations += [text("pairing.lower_bases", bases=candidates)] if candidates >= least else [text("pairing.any_candidate")]
    if conflicts:
        raise InfeasibleError(conflicts, [r for i, r in enumerate(relaxations) if r not in relaxations[:i]])


def _short_of_candidates(problem: BaseSchoolProblem) -> int:
    """How many more candidates the areas need where members keep to their own area and loads are capped."""
    if problem.load_cap is None or not problem.within_area:
        return 0
    areas, members = np.unique(problem.area, return_counts=True)
    hosts = np.array([int(problem.is_candidate[problem.area == a].sum()) for a in areas])
    return int(np.maximum(0, -(-members // problem.load_cap) - hosts).sum())


def _least_cap(problem: BaseSchoolProblem) -> int:
    """The smallest cap with which ``problem.bases`` bases, each area with at least one, carry all members."""
    members = np.unique(problem.area, return_counts=True)[1]
    if not problem.within_area:
        return -(-len(problem.area) // problem.bases)
    cap = 1
    while int((-(-members // cap)).sum()) > problem.bases:
        cap += 1
    return cap
