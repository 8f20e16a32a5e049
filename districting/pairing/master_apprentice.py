"""Masters and apprentices (师徒结对): as many pairs of one subject as possible, at the least way between their schools (policy R14)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from districting.model.apprentice_problem import MASTERS_FULL, NO_MASTER, NONE_ALLOWED, ApprenticeProblem, ApprenticeSolution


def match_apprentices(problem: ApprenticeProblem) -> ApprenticeSolution:
    """A master of the same subject for every apprentice that can have one, no master above its cap (R14: 3 [D]).

    First as many pairs as possible, then as few remote ones, then the least metres between schools; solved exactly (scipy ``linear_sum_assignment`` with a copy of a master
    for each place). Masters of one school and subject share their apprentices evenly. Ties follow the order of masters and apprentices.

    >>> xy = np.array([[0.0, 0.0], [100.0, 0.0]])
    >>> one = np.zeros(2, dtype=np.int64)
    >>> problem = ApprenticeProblem(xy, np.array([0]), one[:1], np.array([1, 1]), one, cap=1)
    >>> found = match_apprentices(problem)
    >>> found.master_of_apprentice.tolist(), found.objective, found.reason.tolist()
    ([0, -1], 100.0, [0, 3])
    """
    count = len(problem.apprentice_school)
    master, reason = np.full(count, -1, dtype=np.int64), np.full(count, NO_MASTER, dtype=np.int64)
    for subject in np.unique(problem.apprentice_subject):
        mine, theirs = np.flatnonzero(problem.apprentice_subject == subject), np.flatnonzero(problem.master_subject == subject)
        if not len(theirs):
            continue
        cost = _metres(problem, mine, theirs)
        open_to = np.isfinite(cost).any(axis=1)
        reason[mine] = np.where(open_to, MASTERS_FULL, NONE_ALLOWED)
        chosen = _assigned(cost[open_to], problem.cap, problem.max_distance_m)
        rows = mine[open_to][chosen >= 0]
        master[rows] = theirs[chosen[chosen >= 0]]
        reason[rows] = 0
    master = _dealt(problem, master)
    away = np.zeros(count)
    paired = np.flatnonzero(master >= 0)
    away[paired] = _between(problem, problem.apprentice_school[paired], problem.master_school[master[paired]])
    total = float(away.sum())
    return ApprenticeSolution(master, reason, away > problem.max_distance_m, total, total)


def _between(problem: ApprenticeProblem, a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.float64]:
    away: NDArray[np.float64] = np.hypot(*(problem.xy[a] - problem.xy[b]).T)
    return away


def _metres(problem: ApprenticeProblem, apprentices: NDArray[np.int64], masters: NDArray[np.int64]) -> NDArray[np.float64]:
    """(apprentices, masters) between schools; ``inf`` where the pair is not allowed."""
    a, b = problem.apprentice_school[apprentices], problem.master_school[masters]
    away: NDArray[np.float64] = np.hypot(*(problem.xy[a][:, None, :] - problem.xy[b][None, :, :]).transpose(2, 0, 1))
    if not problem.own_school:
        away[a[:, None] == b[None, :]] = np.inf
    if problem.county is not None:
        away[problem.county[a][:, None] != problem.county[b][None, :]] = np.inf
    return away


def _assigned(cost: NDArray[np.float64], cap: int, max_distance_m: float) -> NDArray[np.int64]:
    """(a,) master of each apprentice, -1 = none. A remote pair costs more than all ways together, an apprentice without a master more than all remote pairs."""
    count, masters = cost.shape
    if not count:
        return np.empty(0, dtype=np.int64)
    copies = min(cap, count)
    longest = float(cost[np.isfinite(cost)].max())
    remote = 1.0 + count * longest
    alone = 1.0 + count * (remote + longest)
    priced = np.where(np.isfinite(cost) & (cost > max_distance_m), cost + remote, cost)
    table = np.hstack([np.repeat(priced, copies, axis=1), np.full((count, count), alone)])
    place = linear_sum_assignment(table)[1]
    return np.where(place < masters * copies, place // copies, -1).astype(np.int64)


def _dealt(problem: ApprenticeProblem, master: NDArray[np.int64]) -> NDArray[np.int64]:
    """The same pairs of schools and subjects, apprentices dealt in turn to the masters of the school: it costs nothing, and no master has more than before at most."""
    out = master.copy()
    paired = np.flatnonzero(master >= 0)
    keys = np.column_stack([problem.master_subject[master[paired]], problem.master_school[master[paired]]])
    for subject, school in np.unique(keys, axis=0):
        mine = paired[(keys == (subject, school)).all(axis=1)]
        hosts = np.flatnonzero((problem.master_subject == subject) & (problem.master_school == school))
        out[mine] = hosts[np.arange(len(mine)) % len(hosts)]
    return out
