"""Teacher rotation: the worst coefficient of variation as low as can be, then that of all indicators, then travel (policy R37, T1)."""

from __future__ import annotations

import dataclasses
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from districting.model.rotation_problem import RotationProblem, RotationSolution, Shortfall
from districting.model.solution import Status, relative_gap
from districting.sharing.rotation_model import SQUARE, RotationModel, counted, share_of_variance, terms_of
from districting.solvers.milp import Row, columns_by_rows

ARCS_TOGETHER = 2000
"""Ways from a class to a school up to which every goal is solved over all columns; beyond, over those that the linear relaxation uses or nearly uses."""
NEAR_COLUMNS = 1000
"""Columns of the least reduced cost that are open besides those that the relaxation uses."""
OTHERS = 0.02
"""What the squared coefficient of every other indicator counts beside that of the worst in a large area."""
TRAVEL_GAP = 0.05
"""Where travel stops."""
OTHERS_GAP = 5e-3
"""Where the mean of all stops in a small area, and what it may lose to travel; the worst coefficient goes on to the end and loses nothing."""
ENOUGH = 1e-7
"""Percent squared that count as nothing."""
_TIE = 1e-8
"""What an earlier goal may lose to a later one: rounding, not more."""


def rotate(problem: RotationProblem, *, time_limit_s: float = 60.0, gap: float = 0.01) -> RotationSolution | Shortfall:
    """Who goes where.

    Goals in this order: the worst indicator's pupil-weighted coefficient of variation, the mean square of all, metres of travel and couples who go the same way.
    No indicator may get worse where that can be kept (``held``).

    Parameters
    ----------
    time_limit_s : clock of the whole; gap : of the worst coefficient, at which the search stops

    Returns
    -------
    RotationSolution, or Shortfall where the shares cannot be reached: how many can go

    Raises
    ------
    TimeoutError : the clock ran out before any plan was found

    Examples
    --------
    Two schools of 100 pupils, three backbone teachers in the first and one in the second, subject 0; one backbone teacher changes places with one who is none:

    >>> school, backbone = np.repeat([0, 1], 4), np.array([1, 1, 1, 0, 1, 0, 0, 0], dtype=bool)
    >>> one, all_ = np.zeros(8, dtype=np.int64), np.ones(8, dtype=bool)
    >>> problem = RotationProblem(
    ...     stage=np.zeros(2, np.int64), pupils=np.array([100.0, 100.0]), side=np.array([1, -1]), place=np.arange(2), distance_m=np.array([[0.0, 5.0], [5.0, 0.0]]),
    ...     school=school, subject=one, eligible=all_, backbone=backbone, leader=~all_, counts=backbone[:, None].astype(float), partner=one - 1,
    ...     subject_change=np.zeros(1, np.int64), staff_change=0, movers=2, backbone_movers=1, most=2)
    >>> found = rotate(problem)
    >>> found.objective, found.status, found.travel_m, [int(s) for s in found.school_of_teacher]
    (0.0, 'optimal', 10.0, [1, 0, 0, 0, 1, 0, 1, 1])
    """
    ends = time.perf_counter() + time_limit_s
    model = RotationModel(problem)
    for held in (True, False):
        hold = _held_rows(model) if held else []
        found = _exact(model, hold, ends) if len(_ways(model, model.high)) <= ARCS_TOGETHER else _restricted(model, hold, gap, ends)
        if found is not None:
            return _solution(model, found, held=held)
    return _shortfall(problem, _left(ends))


@dataclass(frozen=True, eq=False)
class _Found:
    """Ways (class, school) -> teachers, lower bounds on the squared worst coefficient and on metres, and whether the latter holds over all plans as even."""

    ways: dict[tuple[int, int], int]
    bound: float
    travel_bound_m: float
    whole: bool


def _left(ends: float, share: float = 1.0) -> float:
    return max(0.5, share * (ends - time.perf_counter()))


def _held_rows(model: RotationModel) -> list[Row]:
    """No indicator rises."""
    return [(np.array([c]), np.ones(1), 0.0, v + ENOUGH) for c, v in zip(model.term.tolist(), model.terms.variance.tolist(), strict=True)]


def _exact(model: RotationModel, hold: list[Row], ends: float) -> _Found | None:
    """One goal after the other over all columns; None where no plan exists."""
    first = model.solve(model.costs(model.worst), model.high, hold, (_left(ends, 0.5), 0.0))
    if first.status == "infeasible":
        return None
    if first.x is None:
        raise TimeoutError
    even = [*hold, (np.array([model.worst]), np.ones(1), 0.0, _worst(model, first.x) * (1 + _TIE) + ENOUGH)]
    more = model.solve(model.costs(model.term), model.high, even, (_left(ends, 0.5), OTHERS_GAP))
    x = more.x if more.x is not None else first.x
    even.append((model.term, np.ones(len(model.term)), 0.0, float(_variances(model, x).sum()) * (1 + OTHERS_GAP) + ENOUGH))
    ways, bound = _travel(model, x, model.high, even, _left(ends))
    return _Found(ways, max(first.bound, 0.0), bound, whole=True)


def _restricted(model: RotationModel, hold: list[Row], gap: float, ends: float) -> _Found | None:
    """The bound from the linear relaxation, the plan from the columns that the relaxation uses or nearly uses. What lies within ``gap`` of the bound is as even."""
    programme = model.milp(model.costs(model.worst), model.high, hold)
    first = programme.relaxed(time_limit_s=_left(ends, 0.5))
    if first.status == "infeasible":
        return None
    cost = model.costs(model.worst) + model.costs(model.term, OTHERS)
    programme.set_costs(cost)
    relaxed = programme.relaxed(time_limit_s=_left(ends, 0.5))
    if first.x is None or relaxed.x is None or relaxed.dual is None:
        raise TimeoutError
    price = cost - columns_by_rows([*model.rows, *hold], model.columns).T @ relaxed.dual
    high = model.high.copy()
    whole = np.flatnonzero(model.integer)
    near = np.zeros(model.columns, dtype=bool)
    near[whole[np.argsort(price[whole], kind="stable")[:NEAR_COLUMNS]]] = True
    high[model.integer & ~near & (relaxed.x <= ENOUGH)] = 0.0
    found = model.solve(cost, high, hold, (_left(ends, 0.6), gap / 2))
    if found.x is None:
        high = model.high
        found = model.solve(cost, high, hold, (_left(ends), gap))
    if found.status == "infeasible":
        return None
    if found.x is None:
        raise TimeoutError
    lowest = max(first.bound, 0.0)
    even = [*hold, (np.array([model.worst]), np.ones(1), 0.0, max(_worst(model, found.x), lowest * (1 + gap)) + ENOUGH)]
    even.append((model.term, np.ones(len(model.term)), 0.0, float(_variances(model, found.x).sum()) * (1 + gap) + ENOUGH))
    ways, bound = _travel(model, found.x, high, even, _left(ends))
    return _Found(ways, lowest, bound, whole=False)


def _solution(model: RotationModel, found: _Found, *, held: bool) -> RotationSolution:
    problem = model.problem
    school = _named(model, found.ways)
    objective = float(np.sqrt(max(_variances_of(problem, school).max(initial=0.0), 0.0) / SQUARE))
    bound = min(float(np.sqrt(found.bound / SQUARE)), objective)
    travel = float(sum(n * _metres(problem)[model.classes.school[c], d] for (c, d), n in found.ways.items()))
    short = relative_gap(objective, bound)
    status: Status = "optimal" if short <= 1e-6 else "feasible"
    return RotationSolution(
        school, objective, bound, short, status, travel, min(found.travel_bound_m, travel), found.whole, splits(problem, school), held, _met(problem, school)
    )


def splits(problem: RotationProblem, school: NDArray[np.int64]) -> int:
    """Couples of whom one goes and the other stays, or who go to two places."""
    count = 0
    for x in np.flatnonzero(problem.partner > np.arange(len(problem.partner))).tolist():
        y = int(problem.partner[x])
        moved = school[[x, y]] != problem.school[[x, y]]
        place = problem.place[school[[x, y]]]
        count += int(bool(moved.any()) and not (moved.all() and place[0] == place[1]))
    return count


def _met(problem: RotationProblem, school: NDArray[np.int64]) -> int:
    gone = np.flatnonzero(school != problem.school)
    return 0 if problem.wish_rank is None else int((problem.wish_rank[gone, school[gone]] > 0).sum())


def _metres(problem: RotationProblem) -> NDArray[np.float64]:
    return np.nan_to_num(problem.distance_m, nan=0.0)


def _variances_of(problem: RotationProblem, school: NDArray[np.int64]) -> NDArray[np.float64]:
    return terms_of(dataclasses.replace(problem, school=school)).variance


def _variances(model: RotationModel, x: NDArray[np.float64]) -> NDArray[np.float64]:
    """(m,) squared coefficients of the whole numbers that ``x`` stands for."""
    problem, of, terms = model.problem, model.classes, model.terms
    total = terms.total.copy()
    np.add.at(total, of.to_school, np.rint(x[model.into])[:, None] * of.counts[of.to_kind])
    np.add.at(total, of.school, -np.rint(x[model.out])[:, None] * of.counts[of.kind])
    found = []
    for stage, i, mean in zip(terms.of_stage.tolist(), terms.indicator.tolist(), terms.mean.tolist(), strict=True):
        at = counted(problem, stage)
        found.append(float(share_of_variance(problem, at, mean, total[at, i]).sum()))
    return np.array(found)


def _worst(model: RotationModel, x: NDArray[np.float64]) -> float:
    return float(_variances(model, x).max(initial=0.0))


def _ways(model: RotationModel, high: NDArray[np.float64]) -> list[tuple[int, int]]:
    """(class, school) pairs whose columns may be used."""
    of = model.classes
    into = [of.to_school[(of.to_kind == k) & (high[model.into] > 0)].tolist() for k in range(len(of.single))]
    leaving = [(c, k, s) for c, (k, s) in enumerate(zip(of.kind.tolist(), of.school.tolist(), strict=True)) if high[model.out[c]] > 0]
    return [(c, d) for c, k, s in leaving for d in into[k] if d != s]


def _travel(
    model: RotationModel, x: NDArray[np.float64], high: NDArray[np.float64], even: list[Row], seconds: float
) -> tuple[dict[tuple[int, int], int], float]:
    """Least metres, and couples together, of plans as even over the open columns; ways (class, school) -> teachers, and a lower bound on metres over these columns."""
    of, metres, ways = model.classes, _metres(model.problem), _ways(model, high)
    arc = model.columns + np.arange(len(ways))
    source, target = (np.array([w[i] for w in ways], dtype=np.int64) for i in (0, 1))
    rows: list[Row] = [*even]
    for key, columns in ((source, model.out), (of.kind[source] * model.problem.schools + target, model.into)):
        labels = np.arange(len(columns)) if columns is model.out else of.to_kind * model.problem.schools + of.to_school
        order = np.argsort(key, kind="stable")
        for label, column in zip(labels.tolist(), columns.tolist(), strict=True):
            mine = arc[order[np.searchsorted(key[order], label) : np.searchsorted(key[order], label, side="right")]]
            rows.append((np.append(mine, column), np.append(np.ones(len(mine)), -1.0), 0.0, 0.0))
    cost = np.concatenate([model.costs(model.split, model.problem.couple_price_m), metres[of.school[source], target]])
    found = model.solve(cost, np.concatenate([high, of.size[source].astype(float)]), rows, (seconds, TRAVEL_GAP))
    if found.x is None:
        return _paired(model, x), 0.0
    took = np.rint(found.x[arc]).astype(np.int64)
    apart = float(np.rint(found.x[model.split]).sum()) * model.problem.couple_price_m
    return {w: int(n) for w, n in zip(ways, took.tolist(), strict=True) if n}, max(found.bound - apart, 0.0)


def _paired(model: RotationModel, x: NDArray[np.float64]) -> dict[tuple[int, int], int]:
    """Those who leave and the places they leave to, kind by kind, at least travel."""
    of, metres = model.classes, _metres(model.problem)
    far = 1.0 + float(metres.max(initial=0.0)) * (1 + len(model.problem.school))
    ways: dict[tuple[int, int], int] = {}
    out, into = np.rint(x[model.out]).astype(np.int64), np.rint(x[model.into]).astype(np.int64)
    for k in range(len(of.single)):
        mine, here = of.kind == k, of.to_kind == k
        leavers = np.repeat(np.flatnonzero(mine), out[mine])
        places = np.repeat(of.to_school[here], into[here])
        if not len(leavers):
            continue
        cost = metres[np.ix_(of.school[leavers], places)] + far * (of.school[leavers][:, None] == places[None, :])
        for i, j in zip(*linear_sum_assignment(cost), strict=True):
            way = (int(leavers[i]), int(places[j]))
            ways[way] = ways.get(way, 0) + 1
    return ways


def _named(model: RotationModel, ways: dict[tuple[int, int], int]) -> NDArray[np.int64]:
    """(t,) school of every teacher: of a class, whose members no rule tells apart, those whose wishes are met, then those who stand first."""
    school = model.problem.school.copy()
    places: dict[int, list[int]] = {}
    for (c, d), n in sorted(ways.items()):
        places.setdefault(c, []).extend([d] * n)
    for c, to in places.items():
        goes, place = _who(model.classes.members[c], np.array(to), model.problem.wish_rank)
        school[goes] = place
    return school


def _who(members: NDArray[np.int64], places: NDArray[np.int64], rank: NDArray[np.int64] | None) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Members of a class and the places they go to: most wishes met, then the better wishes, then those who stand first."""
    wished = np.zeros((len(members), len(places)), dtype=np.int64) if rank is None else rank[np.ix_(members, places)]
    if not wished.any():
        return members[: len(places)], places
    stands = np.arange(len(members), dtype=np.float64)
    better = 1.0 + float(stands.sum())
    met = better * (1.0 + float(wished.max()) * len(places))
    cost = np.where(wished > 0, better * wished - met, 0.0) + stands[:, None]
    at, to = linear_sum_assignment(cost)
    return members[at], places[to]


def _shortfall(problem: RotationProblem, seconds: float) -> Shortfall:
    """How many can go at most, and how many backbone teachers among them."""
    free = dataclasses.replace(problem, movers=0, backbone_movers=0)
    model = RotationModel(free)
    cost = np.zeros(model.columns)
    cost[model.out] = -1.0
    most = model.solve(cost, model.high, [], (seconds, 0.0))
    movers = round(-most.objective) if most.x is not None else 0
    cost = np.zeros(model.columns)
    cost[model.out[model.classes.backbone[model.classes.kind]]] = -1.0
    enough = [(model.out, np.ones(len(model.out)), float(min(movers, problem.movers)), np.inf)]
    best = model.solve(cost, model.high, enough, (seconds, 0.0))
    return Shortfall(movers, round(-best.objective) if best.x is not None else 0)
