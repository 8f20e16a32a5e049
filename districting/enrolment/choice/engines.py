"""Engines of a choice, over arrays. Each returns the option that every pupil gets; those of the lottery follow the same rules (policy 2.6), the two others are deferred acceptance."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from districting.enrolment.choice.kernels import take_in_order
from districting.model.choice_problem import NONE, ChoiceProblem
from districting.solvers.deferred_acceptance import bundles_propose, lists_of_schools, pupils_propose, schools_propose

Got = NDArray[np.int64]


def preference_first(problem: ChoiceProblem) -> Got:
    """All first wishes by number, then the second wishes of those left, ... (Boston mechanism; policy 2.6 engine 1)."""
    return _wish_by_wish(problem, np.zeros(1, dtype=np.uint8))


def preference_then_priority_then_number(problem: ChoiceProblem) -> Got:
    """The same, but inside a wish the higher priority comes first, then the number (policy 2.6 engine 2)."""
    return _wish_by_wish(problem, problem.tier)


def number_first(problem: ChoiceProblem) -> Got:
    """One order, each takes the best wish that has room (serial dictatorship; policy 2.6 engine 3). Priorities at schools count for nothing."""
    got = np.full(len(problem.wishes), NONE, dtype=np.int64)
    take_in_order(order_of(problem), problem.options, np.zeros_like(problem.wishes), problem.wishes, problem.seats.copy(), got, problem.sizes)
    return got


def deferred_acceptance(problem: ChoiceProblem) -> Got:
    """Pupils propose, schools keep the best claims (priority, then the one number): the stable outcome every pupil likes best (Gale and Shapley 1962)."""
    if problem.size is not None:
        claim = problem.tier.astype(np.int64) * len(problem.number) + problem.number[:, None]
        return bundles_propose(problem.options, problem.wishes, claim, problem.seats, problem.size)
    return pupils_propose(problem.options, problem.wishes, problem.tier, problem.number, problem.seats)


def deferred_acceptance_schools(problem: ChoiceProblem) -> Got:
    """Schools propose: the stable outcome every pupil likes least."""
    lists = lists_of_schools(problem.options, problem.wishes, problem.tier, order_of(problem), len(problem.seats))
    return schools_propose(problem.options, *lists, problem.seats, problem.sizes)


CHOICE_ENGINES: Final[Mapping[str, Callable[[ChoiceProblem], Got]]] = {
    "preference_first": preference_first,
    "preference_then_priority_then_number": preference_then_priority_then_number,
    "number_first": number_first,
    "deferred_acceptance": deferred_acceptance,
    "deferred_acceptance_schools": deferred_acceptance_schools,
}
"""Name -> engine."""


def run_engine(engine: str, problem: ChoiceProblem) -> Got:
    """What every pupil gets.

    Parameters
    ----------
    engine : one of :data:`CHOICE_ENGINES`
    problem : n pupils, s schools

    Returns
    -------
    (n,) position in the pupil's options, ``NONE`` = no school. Those whom no wish has placed take, by number, the first of their further options that has room.

    Raises
    ------
    KeyError : an unknown engine

    Examples
    --------
    Three pupils, one seat each at three schools; pupil 2, drawn last, loses its first wish to 0 and its second, wished first by 1, too:

    >>> wishes = np.array([[0, 1, 2], [1, 0, 2], [0, 1, 2]], dtype=np.int32)
    >>> problem = ChoiceProblem(wishes, np.full(3, 3), np.zeros((3, 3), np.uint8), np.arange(3), np.ones(3, np.int64))
    >>> run_engine("preference_first", problem).tolist()
    [0, 0, 2]
    """
    got = CHOICE_ENGINES[engine](problem)
    if (problem.wishes < (problem.options >= 0).sum(axis=1)).any() and (got < 0).any():
        order = order_of(problem)
        last = np.full(len(got), problem.options.shape[1], dtype=np.int64)
        take_in_order(order[got[order] < 0], problem.options, problem.wishes, last, seats_left(problem, got), got, problem.sizes)
    return got


def order_of(problem: ChoiceProblem) -> NDArray[np.int64]:
    """Pupils by number."""
    order = np.empty(len(problem.number), dtype=np.int64)
    order[problem.number] = np.arange(len(order))
    return order


def school_of(problem: ChoiceProblem, got: Got) -> NDArray[np.int64]:
    """(n,) school of every pupil, ``NONE`` for none."""
    if not problem.options.shape[1]:
        return np.full(len(got), NONE, dtype=np.int64)
    return np.where(got >= 0, problem.options[np.arange(len(got)), np.maximum(got, 0)], NONE).astype(np.int64)


def seats_left(problem: ChoiceProblem, got: Got) -> NDArray[np.int64]:
    """(s,) seats that nobody has; below 0 where a bundle has gone beyond them."""
    schools = school_of(problem, got)
    there = schools >= 0
    return problem.seats - children(problem.sizes[there], schools[there], len(problem.seats))


def children(size: NDArray[np.int64], school: NDArray[np.int64], schools: int) -> NDArray[np.int64]:
    """(s,) children at each school.

    >>> children(np.array([1, 2]), np.array([1, 1]), 3).tolist()
    [0, 3, 0]
    """
    return np.bincount(school, size, minlength=schools).astype(np.int64)


def _wish_by_wish(problem: ChoiceProblem, tier: NDArray[np.uint8]) -> Got:
    n = len(problem.number)
    got = np.full(n, NONE, dtype=np.int64)
    left, size = problem.seats.copy(), problem.sizes
    waiting = np.arange(n)
    for j in range(int(problem.wishes.max(initial=0))):
        waiting = waiting[(problem.wishes[waiting] > j) & (got[waiting] < 0)]
        if not len(waiting):
            break
        asks = waiting[problem.options[waiting, j] >= 0]
        school = problem.options[asks, j]
        claim = problem.number[asks] + n * (tier[asks, j].astype(np.int64) if tier.ndim == 2 else 0)
        by_school = np.lexsort((claim, school))
        school, asks = school[by_school], asks[by_school]
        before = np.cumsum(size[asks]) - size[asks]  # children ahead; those of the schools before are taken off
        taken = before - before[np.searchsorted(school, school)] < left[school]
        got[asks[taken]] = j
        left -= children(size[asks[taken]], school[taken], len(left))
    return got


def gains_by_another_order(problem: ChoiceProblem, got: Got, *, by_priority: bool) -> NDArray[np.bool_]:
    """(n,) who would get a better wish by another order of the list, all others as they are and the draw known, where wishes are run one after another.

    Exact without running again: whoever can get a school by any order gets it by naming it first, and then only the others who name it first stand in between.
    """
    n, s = len(problem.number), len(problem.seats)
    head = np.where(problem.wishes > 0, problem.options[:, 0], NONE) if problem.options.shape[1] else np.full(n, NONE)
    claim_first = problem.number + (n * problem.tier[:, 0].astype(np.int64) if by_priority and problem.tier.shape[1] else 0)
    last_in = np.full(s, np.iinfo(np.int64).max)
    asks = np.flatnonzero(head >= 0)
    by_school = asks[np.lexsort((claim_first[asks], head[asks]))]
    inside = np.cumsum(problem.sizes[by_school])
    ahead = np.concatenate([[0], inside])[np.searchsorted(head[by_school], np.arange(s))]  # children of the schools before
    fills = inside - problem.sizes[by_school] - ahead[head[by_school]] < problem.seats[head[by_school]]
    fills &= inside - ahead[head[by_school]] >= problem.seats[head[by_school]]
    last_in[head[by_school[fills]]] = claim_first[by_school[fills]]
    last_in[problem.seats <= 0] = NONE
    better = np.zeros(n, dtype=bool)
    for j in range(1, int(problem.wishes.max(initial=0))):
        asks = np.flatnonzero((problem.wishes > j) & ((got > j) | (got < 0)) & (problem.options[:, j] >= 0))
        own = problem.number[asks] + (n * problem.tier[asks, j].astype(np.int64) if by_priority else 0)
        better[asks] |= own < last_in[problem.options[asks, j]]
    return better
