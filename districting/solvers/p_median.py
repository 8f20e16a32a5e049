"""p-median: open so many candidates that every member is served at least cost, some groups of candidates with at least one, loads capped.

A Lagrangian bound (the cover rows priced) closes candidates that no better plan can open; what is left is a mixed-integer programme.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from districting.solvers.milp import Milp, Row

_ROUNDS = 300
_LARGEST_PROGRAMME = 400_000
"""Pairs up to which the programme is built; beyond, the plan of the bound stands with its gap."""
_TINY = 1e-9


@dataclass(frozen=True, eq=False)
class Median:
    """``opened`` candidates, rising; ``server`` (n,) candidate of every member; ``objective`` the total cost, ``bound`` a proven lower bound."""

    opened: NDArray[np.int64]
    server: NDArray[np.int64]
    objective: float
    bound: float


@dataclass(frozen=True, eq=False)
class _Task:
    cost: NDArray[np.float64]
    home: NDArray[np.int64]
    group: NDArray[np.int64]
    groups: tuple[int, ...]
    count: int
    cap: int


def p_median(
    cost: NDArray[np.float64],
    home: NDArray[np.int64],
    group: NDArray[np.int64],
    count: int,
    *,
    groups: Sequence[int] = (),
    cap: int | None = None,
    time_limit_s: float = 20.0,
) -> Median | None:
    """The ``count`` candidates to open, and who is served where.

    Parameters
    ----------
    cost : (m, n) of candidate and member, >= 0; ``inf`` where the candidate may not serve the member
    home : (m,) the member that each candidate is, all different; it costs nothing there, and an open candidate serves itself
    group : (m,) group of each candidate
    groups : groups of which at least one candidate must be open
    cap : most members of a candidate, itself among them; None: no limit
    time_limit_s : clock of the programme; when it ends the plan found stands with its bound

    Returns
    -------
    Median, or None where no plan was found (there may be none). Ties go to the earlier candidate.

    >>> line = np.array([0.0, 1.0, 2.0, 10.0, 11.0])
    >>> found = p_median(np.abs(line[:, None] - line[None, :]), np.arange(5), np.zeros(5, dtype=np.int64), 2)
    >>> found.server.tolist(), found.objective, found.bound
    ([1, 1, 1, 3, 3], 3.0, 3.0)
    """
    m, n = cost.shape
    if n == 0:
        return Median(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), 0.0, 0.0)
    if count > m or count < 1 or set(groups) - set(group.tolist()):
        return None
    task = _Task(cost, home, group, tuple(groups), count, n if cap is None else cap)
    best, bound, dual = _priced(task)
    best = _exchanged(task, best)
    upper = np.inf if best is None else best.objective
    if upper - bound > _TINY * max(1.0, upper):
        keep, left = _left(task, bound, dual, upper)
        if np.isfinite(left).sum() <= _LARGEST_PROGRAMME:
            exact, proven = _programme(_Task(left, home[keep], group[keep], task.groups, count, task.cap), time_limit_s)
            if exact is not None:
                found = _served(task, keep[exact])
                best = found if found is not None and (best is None or found.objective <= upper) else best
            bound = max(bound, min(proven, upper))
    return None if best is None else Median(best.opened, best.server, best.objective, max(0.0, min(bound, best.objective)))


def _served(task: _Task, opened: NDArray[np.int64]) -> Median | None:
    """Members at least cost, the open candidates given; None where they cannot all be served."""
    opened = np.sort(opened).astype(np.int64)
    own, n = task.home[opened], task.cost.shape[1]
    cost = task.cost[opened]
    server = np.argmin(cost, axis=0)
    if task.cap < n:
        copies = np.repeat(np.arange(len(opened)), task.cap - 1)
        rest = np.setdiff1d(np.arange(n), own)
        if len(copies) < len(rest):
            return None
        try:
            member, place = linear_sum_assignment(cost[np.ix_(copies, rest)].T)
        except ValueError:
            return None
        server[rest[member]] = copies[place]
    server[own] = np.arange(len(opened))
    total = float(cost[server, np.arange(n)].sum())
    return Median(opened, opened[server], total, -np.inf) if np.isfinite(total) else None


@dataclass(frozen=True, eq=False)
class _Dual:
    """Where the Lagrangian bound is best: ``price`` (n,) of the members, ``reduced`` (m,) costs of the candidates, ``worst`` the largest one among the ``chosen``."""

    price: NDArray[np.float64]
    reduced: NDArray[np.float64]
    chosen: NDArray[np.int64]

    @property
    def worst(self) -> float:
        return float(self.reduced[self.chosen].max())


def _left(task: _Task, bound: float, dual: _Dual, upper: float) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Candidates and the costs of pairs that a plan as good as ``upper`` may hold: opening a candidate that was not chosen adds its reduced cost less the worst one chosen,
    serving a member above its price adds the difference; what lifts the bound above ``upper`` is left out (``inf``).
    """
    lifted = np.maximum(0.0, dual.reduced - dual.worst)
    lifted[dual.chosen] = 0.0
    most = upper - bound + 1e-9 * max(1.0, abs(upper))
    keep = np.flatnonzero(lifted <= most)
    cost = task.cost[keep]
    left = np.where(lifted[keep][:, None] + np.maximum(0.0, cost - dual.price[None, :]) <= most, cost, np.inf)
    left[np.arange(len(keep)), task.home[keep]] = cost[np.arange(len(keep)), task.home[keep]]
    return keep, left


def _priced(task: _Task) -> tuple[Median | None, float, _Dual]:
    """The best plan met, the best Lagrangian bound, and the prices it stands on."""
    cost = task.cost
    finite = np.where(np.isfinite(cost), cost, 0.0)
    price = np.where(np.isfinite(cost), cost, np.inf).min(axis=0)
    price = np.where(np.isfinite(price), price, 0.0)
    best: Median | None = None
    top, dual = -np.inf, _Dual(price, np.zeros(len(cost)), np.zeros(1, dtype=np.int64))
    step, stale = 1.5, 0
    for _ in range(_ROUNDS):
        saved = np.minimum(cost - price[None, :], 0.0)
        reduced = saved.sum(axis=1)
        chosen = _choice(task, reduced)
        bound = float(price.sum() + reduced[chosen].sum())
        if bound > top + 1e-12 * max(1.0, abs(top) if np.isfinite(top) else 1.0):
            top, dual, stale = bound, _Dual(price, reduced, chosen), 0
        else:
            stale += 1
            if stale % 12 == 0:
                step /= 2
        found = _served(task, chosen)
        if found is not None and (best is None or found.objective < best.objective):
            best = _exchanged(task, found) if best is None else found
        slope = 1.0 - (saved[chosen] < 0).sum(axis=0)
        size = float(slope @ slope)
        target = best.objective if best is not None else top + max(1.0, float(finite.mean()) * cost.shape[1])
        if size == 0 or step < 1e-4 or target - top <= _TINY * max(1.0, abs(target)):
            break
        price = price + step * max(target - bound, 1e-9) / size * slope
    return best, top, dual


def _exchanged(task: _Task, found: Median | None) -> Median | None:
    """One open candidate after the other changed for a closed one, the best change first, while that saves anything (Teitz and Bart 1968); loads must not be capped."""
    cost, group = task.cost, task.group
    if found is None or task.cap < cost.shape[1]:
        return found
    opened = found.opened.copy()
    needed = np.isin(group, task.groups)
    while len(opened) < len(cost):
        near = np.sort(cost[opened], axis=0)[:2]
        first, second = near[0], near[-1] if len(near) > 1 else np.full_like(near[0], np.inf)
        of = np.argmin(cost[opened], axis=0)
        closed = np.setdiff1d(np.arange(len(cost)), opened)
        kept = np.minimum(cost[closed], first)
        lost = np.minimum(cost[closed], second) - kept
        if not np.isfinite(lost).all():
            lost = np.where(np.isfinite(lost), lost, 1e15)
        change = (kept - first).sum(axis=1)[:, None] + lost @ (of[:, None] == np.arange(len(opened))[None, :])
        alone = needed[opened] & (np.bincount(group[opened], minlength=int(group.max()) + 1)[group[opened]] == 1)
        change[alone[None, :] & (group[closed][:, None] != group[opened][None, :])] = np.inf
        best = int(np.argmin(change))
        come, go = divmod(best, len(opened))
        if not change[come, go] < -1e-9 * max(1.0, float(first.sum())):
            break
        opened[go] = closed[come]
    return _served(task, opened)


def _choice(task: _Task, reduced: NDArray[np.float64]) -> NDArray[np.int64]:
    """The candidates of least reduced cost, one of every group that needs one among them."""
    order = np.argsort(reduced, kind="stable")
    must = [int(order[np.flatnonzero(task.group[order] == g)[0]]) for g in task.groups]
    rest = order[~np.isin(order, must)][: max(0, task.count - len(must))]
    return np.concatenate([np.array(must, dtype=np.int64), rest.astype(np.int64)])


def _programme(task: _Task, time_limit_s: float) -> tuple[NDArray[np.int64] | None, float]:
    """Open candidates by a mixed-integer programme, and its bound. Members may be served by parts unless loads are capped: the cheapest open candidate takes all anyway."""
    m, n = task.cost.shape
    capped = task.cap < n
    at, of = np.nonzero(np.isfinite(task.cost))
    pair = m + np.arange(len(at))
    total = m + len(at)
    integer = np.concatenate([np.ones(m, dtype=np.bool_), np.full(len(at), capped, dtype=np.bool_)])
    model = Milp(np.concatenate([np.zeros(m), task.cost[at, of]]), np.zeros(total), np.ones(total), integer)
    rows: list[Row] = [(np.arange(m), np.ones(m), task.count, task.count)]
    for member in range(n):
        mine = pair[of == member]
        rows.append((mine, np.ones(len(mine)), 1.0, 1.0))
    rows += [(np.flatnonzero(task.group == g), np.ones(int((task.group == g).sum())), 1.0, np.inf) for g in task.groups]
    own = of == task.home[at]
    rows += [(np.array([p, j]), np.array([1.0, -1.0]), 0.0 if o else -np.inf, 0.0) for p, j, o in zip(pair.tolist(), at.tolist(), own.tolist(), strict=True)]
    if capped:
        for j in range(m):
            theirs = pair[at == j]
            rows.append((np.append(theirs, j), np.append(np.ones(len(theirs)), -float(task.cap)), -np.inf, 0.0))
    model.add_rows(rows)
    found = model.solve(time_limit_s=time_limit_s)
    return (None if found.x is None else np.flatnonzero(found.x[:m] > 0.5)), found.bound
