"""Centres given: every school to one of them within the limits of size, at least cost. A transport problem where schools count alike, a small programme else."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from districting.pairing.incubation.case import Case
from districting.pairing.incubation.prices import priced
from districting.solvers.milp import Milp, Row

FEW_S, LONGEST_S = 5.0, 300.0
WHOLE_S = 2.0
"""Clock of a programme that makes shares whole."""
SLACKS = (2e-5, 2e-4, 2e-3, np.inf)
"""What an arc may cost more than at the linear optimum, as a share of the whole, to be looked at."""
EXACT_ARCS = 2500
"""Up to so many arcs that may be in a better plan, the best one is proven."""


@dataclass(frozen=True, eq=False)
class Carried:
    """``label`` (n,) incubator of each school, or None; ``bound`` of all plans with these centres, inf where there is none; ``rent`` (areas,) what a unit of size costs
    at each centre.
    """

    label: NDArray[np.int64] | None
    bound: float
    rent: NDArray[np.float64]


def carry(case: Case, chosen: NDArray[np.int64], upper: float = np.inf, *, deadline: float = np.inf) -> Carried:
    """The cheapest plan with just these centres; none where it is certain to cost ``upper`` or more. A few seconds are given even when the clock is over."""
    cost = case.cost[chosen]
    near = np.argmin(cost, axis=0)
    near[case.centre[chosen]] = np.arange(len(chosen))
    label = chosen[near]
    if np.isfinite(cost[near, np.arange(case.n)]).all() and case.fits(label, chosen):
        return Carried(label, case.total(label), np.zeros(len(chosen)))
    return _solved(case, chosen, cost, upper, max(FEW_S, deadline - perf_counter()))


def _solved(case: Case, chosen: NDArray[np.int64], cost: NDArray[np.float64], upper: float, time_limit_s: float) -> Carried:
    at, of = np.nonzero(np.isfinite(cost))
    owner = np.full(case.n, -1)
    owner[case.centre[chosen]] = np.arange(len(chosen))
    kept = (owner[of] < 0) | (owner[of] == at)
    at, of = at[kept], of[kept]
    model = _model(case, cost, at, of)
    found = model.relaxed(time_limit_s=min(time_limit_s, LONGEST_S))
    if found.x is None or found.dual is None:
        return Carried(None, np.inf if found.status == "infeasible" else -np.inf, np.zeros(len(chosen)))
    price, rent = found.dual[: case.n], -found.dual[case.n :]
    bound = min(priced(case, price).of_set(chosen), found.objective)
    share = np.zeros(cost.shape)
    share[at, of] = found.x
    if (found.x > 1e-6).sum() == case.n:
        return Carried(chosen[np.argmax(share, axis=0)], bound, rent)
    if bound >= upper:
        return Carried(None, bound, rent)
    reduced = cost[at, of] - price[of] + rent[at] * case.size[of]
    label, better = _whole(case, chosen, (at, of), reduced, found.objective)
    return Carried(label, max(bound, better), rent)


def _whole(
    case: Case, chosen: NDArray[np.int64], arcs: tuple[NDArray[np.int64], NDArray[np.int64]], reduced: NDArray[np.float64], linear: float
) -> tuple[NDArray[np.int64] | None, float]:
    """Whole schools, over arcs that cost little more than the linear optimum, then over more; and a bound where few arcs may be in a better plan, inf where there is no plan."""
    label, cost = None, case.cost[chosen]
    for slack in SLACKS:
        near = reduced <= slack * max(linear, 1e-9)
        found = _model(case, cost, arcs[0][near], arcs[1][near], whole=True).solve(time_limit_s=WHOLE_S, gap=1e-5)
        if found.x is not None:
            label = _label(case, chosen, arcs, near, found.x)
            break
        if near.all():
            return None, np.inf if found.status == "infeasible" else -np.inf
    assert label is not None
    room = case.total(label) - linear
    near = reduced <= room + 1e-9 * max(linear, 1.0)
    if near.sum() > EXACT_ARCS:
        return label, -np.inf
    found = _model(case, cost, arcs[0][near], arcs[1][near], whole=True).solve(time_limit_s=WHOLE_S)
    return (label if found.x is None else _label(case, chosen, arcs, near, found.x)), found.bound if np.isfinite(found.bound) else -np.inf


def _label(
    case: Case, chosen: NDArray[np.int64], arcs: tuple[NDArray[np.int64], NDArray[np.int64]], near: NDArray[np.bool_], x: NDArray[np.float64]
) -> NDArray[np.int64]:
    label, on = np.empty(case.n, dtype=np.int64), x > 0.5
    label[arcs[1][near][on]] = chosen[arcs[0][near][on]]
    return label


def _model(case: Case, cost: NDArray[np.float64], at: NDArray[np.int64], of: NDArray[np.int64], *, whole: bool = False) -> Milp:
    """Rows: every school once, then every centre within its limits."""
    count = len(at)
    model = Milp(cost[at, of], np.zeros(count), np.full(count, 1.0 if whole else np.inf), np.full(count, whole))  # every school once: no share above 1
    rows: list[Row] = []
    order = np.argsort(of, kind="stable")
    for mine in np.split(order, np.cumsum(np.bincount(of, minlength=case.n))[:-1]):
        rows.append((mine, np.ones(len(mine)), 1.0, 1.0))
    order = np.argsort(at, kind="stable")
    for mine in np.split(order, np.cumsum(np.bincount(at, minlength=len(cost)))[:-1]):
        rows.append((mine, case.size[of[mine]], case.low, case.high))
    model.add_rows(rows)
    return model
