"""Who offers which course to whom: weak schools first, as many pupils as can be (policy R19: shared courses)."""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray

from districting.model.course_problem import CourseLinks, CourseProblem
from districting.sharing.in_order import InOrder, limits, parts_of, solve_in_order
from districting.solvers.milp import Row


def link_courses(problem: CourseProblem, *, time_limit_s: float = 60.0) -> CourseLinks:
    """The links that serve the most weighted pupils; of those the most inside districts; of those the shortest ways to lessons in place; of those the fewest links.

    Hard: places of an offer, schools that a live lesson reaches at a time, pupils who can sit in connected rooms, the longest way; with ``whole`` one offer for
    the pupils of a school who ask for a course. Courses are solved apart, as integer programmes (HiGHS). Source: policy R19, the rules of reach are ours.

    >>> give = dict(giver=np.array([0]), offer_course=np.zeros(1, dtype=int), seats=np.array([50]), most_schools=np.array([-1]))
    >>> how = dict(in_room=np.array([False]), in_place=np.array([False]), metres=np.zeros((2, 1)), allowed=np.ones((2, 1), dtype=bool))
    >>> take = dict(school=np.array([1, 2]), course=np.zeros(2, dtype=int), pupils=np.array([40, 40]), weight=np.array([1.0, 2.0]), room_pupils=np.array([0, 0]))
    >>> found = link_courses(CourseProblem(**take, **give, **how, inside=np.zeros((2, 1), dtype=bool), limit_m=0.0))
    >>> found.pupils.tolist(), found.objective, found.status
    ([10, 40], 90.0, 'optimal')
    """
    most = problem.most()
    demand, offer = np.nonzero(most > 0)
    high = most[demand, offer]
    pupils = np.zeros(len(demand), dtype=np.int64)
    ends = time.perf_counter() + time_limit_s
    parts = parts_of([demand, offer], len(demand))
    found = []
    for number, part in enumerate(parts):
        share = (ends - time.perf_counter()) / (len(parts) - number)
        n = len(part)
        mine = (demand[part], offer[part], high[part])
        found.append(solve_in_order(np.append(mine[2], np.ones(n, dtype=np.int64)), _rows(problem, *mine), _aims(problem, *mine), time_limit_s=max(0.1, share)))
        pupils[part] = found[-1].x[:n]
    return _links(problem, (demand, offer, pupils), found)


def _rows(problem: CourseProblem, demand: NDArray[np.int64], offer: NDArray[np.int64], high: NDArray[np.int64]) -> list[Row]:
    """Columns: pupils of every arc, then whether the arc is a link."""
    n = len(demand)
    none, ones = np.full(n, -1, dtype=np.int64), np.ones(n, dtype=np.int64)
    both = np.append(high, ones)
    rows: list[Row] = [(np.array([i, n + i]), np.array([1.0, -float(high[i])]), -np.inf, 0.0) for i in range(n)]
    rows += limits(np.append(demand, none), both, problem.pupils) + limits(np.append(offer, none), both, problem.seats)
    rows += limits(np.append(none, offer), both, problem.most_schools)
    return rows + (limits(np.append(none, demand), both, np.ones(len(problem.pupils), dtype=np.int64)) if problem.whole else [])


def _aims(problem: CourseProblem, demand: NDArray[np.int64], offer: NDArray[np.int64], high: NDArray[np.int64]) -> list[NDArray[np.float64]]:
    zero = np.zeros(len(demand))
    way = np.where(problem.in_place[offer], problem.metres[demand, offer], 0.0)
    inside = problem.inside[demand, offer].astype(np.float64)
    return [np.append(problem.weight[demand], zero), np.append(inside, zero), np.append(-way, zero), np.append(zero, zero - 1.0)]


def _links(problem: CourseProblem, arcs: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]], found: list[InOrder]) -> CourseLinks:
    demand, offer, pupils = (a[arcs[2] > 0] for a in arcs)
    objective = float((problem.weight[demand] * pupils).sum())
    bound = objective if all(f.proven[0] for f in found) else max(objective, sum(f.bound[0] for f in found))
    return CourseLinks(
        demand=demand,
        offer=offer,
        pupils=pupils,
        objective=objective,
        bound=bound,
        gap=(bound - objective) / bound if bound > objective else 0.0,
        status="optimal" if all(all(f.proven) for f in found) else "feasible",
        inside_pupils=float((problem.inside[demand, offer] * pupils).sum()),
        travel=float((np.where(problem.in_place[offer], problem.metres[demand, offer], 0.0) * pupils).sum()),
    )
