"""A bound of zones and districts together where primaries feed juniors: blocks to primaries within their seats, primaries to juniors within their places, connectedness left out."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter

import numpy as np
import shapely
from numpy.typing import NDArray

from districting.grouping.keys import counted
from districting.model.rules.rule import all_pairs_m
from districting.model.zoning_problem import ZoningProblem
from districting.planning.joint_grouping import JointGrouping
from districting.planning.zoning_build import StageProblem
from districting.reading.city import City
from districting.solvers.milp import Milp, Row

LARGEST, AS_A_WHOLE = 4_000_000, 30_000
"""Block-primary-junior triples of a county: a larger one is not asked; up to the second number the question is put whole and in whole primaries, else in shares, with few triples
at a time."""
SMALL_S = 0.5
"""Seconds that any county has."""
FIRST_TRIPLES, MORE_TRIPLES = 12, 6
"""Triples per block to begin with, and to add each time."""


def fed_bound(one: JointGrouping, city: City, primary: StageProblem, seconds: float) -> float | None:
    """The least that the ways to primaries and, weighed, to the juniors they feed can be, over any zones; None where the question is another (several juniors in a district, goals
    beyond distance, zones or districts across counties) or too large.
    """
    problem, spec = one.built.problem, one.built.problem.spec
    single = spec.centre == "junior" and spec.counts.get("junior") == (1, 1) and spec.from_homes and problem.homes_m is not None
    plain = all([g.name for g in p.goals] == ["distance"] and p.school_count == len(zones) for _, _, zones, p in primary.parts)
    if not (single and plain and spec.within_county and primary.settings.rules.within_county):
        return None
    begin, total, size = perf_counter(), 0.0, 0
    asked = [_county(one, city, primary, part) for part in primary.parts]
    whole = sum(q.size for q in asked)
    for question in sorted(asked, key=lambda q: q.size):
        size += question.size
        if question.size > LARGEST:
            return None
        total += _least(question, max(perf_counter() + SMALL_S, begin + seconds * size / max(whole, 1)))
    return total


@dataclass(frozen=True, eq=False)
class _Question:
    """n blocks, z zones and then schools without a zone (rows of ``graduates``), c juniors. ``way`` (n, z), ``on`` (n, c) and ``aside`` (schools without a zone, c): cost.

    ``own`` (rows,) junior that a school itself is, -1 = none; ``home`` (z,), -1 where the rule is off.
    """

    demand: NDArray[np.float64]
    seats: NDArray[np.float64]
    graduates: NDArray[np.float64]
    places: NDArray[np.float64]
    way: NDArray[np.float64]
    on: NDArray[np.float64]
    aside: NDArray[np.float64]
    own: NDArray[np.int64]
    home: NDArray[np.int64]

    @property
    def size(self) -> int:
        return int(self.way.size * self.on.shape[1])


def _county(one: JointGrouping, city: City, primary: StageProblem, part: tuple[str, NDArray[np.int64], NDArray[np.int64], ZoningProblem]) -> _Question:
    _, blocks, zones, zoning = part
    problem, spec, ids = one.built.problem, one.built.problem.spec, one.built.members["school_id"].to_numpy(dtype=object)
    pupils = zoning.demand
    county = problem.county_of_unit[one.unit_of_block[blocks[0]]]
    here = problem.county_of_unit[problem.unit_of_member] == county
    junior = np.flatnonzero(here & counted(problem, "junior"))
    zone_of = dict(zip(primary.offers.taken["school_id"], primary.zone_of_offer.tolist(), strict=True))
    row_of_zone = {int(z): at for at, z in enumerate(zones)}
    member = np.flatnonzero(here & (problem.stage_of_member == "primary"))
    row = np.array([row_of_zone.get(zone_of.get(ids[i], -1), -1) for i in member], dtype=np.int64)
    alone = member[row < 0]
    row[row < 0] = len(zones) + np.arange(len(alone))
    graduates, places = problem.facts.graduates, problem.facts.seats
    rows = len(zones) + len(alone)
    at_junior = {ids[j]: at for at, j in enumerate(junior.tolist())}
    own = np.full(rows, -1, dtype=np.int64)
    for i, r in zip(member.tolist(), row.tolist(), strict=True):
        own[r] = at_junior.get(ids[i], own[r])
    home = shapely.get_coordinates(shapely.point_on_surface(np.asarray(city.blocks.geometry.array, dtype=object)[blocks]))
    xy = problem.member_xy
    hard = primary.settings.rules.seats == "hard"
    weight = sum(g.weight for g in zoning.goals)
    with np.errstate(invalid="ignore"):
        way = np.where(pupils[:, None] > 0, weight * pupils[:, None] * all_pairs_m(zoning), 0.0)
    needed = np.zeros(rows)
    if graduates is not None:
        needed += spec.junior_seats * np.bincount(row, graduates[member], rows)
    return _Question(
        demand=pupils,
        seats=zoning.capacity if hard else np.full(len(zones), pupils.sum()),
        graduates=needed,
        places=np.full(len(junior), np.inf) if places is None or not spec.junior_seats else places[junior],
        way=way,
        on=spec.nearness * pupils[:, None] * np.hypot(*(home[:, None, :] - xy[junior][None, :, :]).transpose(2, 0, 1)),
        aside=spec.nearness * problem.pupils[alone][:, None] * np.hypot(*(xy[alone][:, None, :] - xy[junior][None, :, :]).transpose(2, 0, 1)),
        own=own,
        home=zoning.home_block if primary.settings.rules.home_block else np.full(len(zones), -1, dtype=np.int64),
    )


def _least(q: _Question, deadline: float) -> float:
    """A lower bound of one county's ways."""
    pupils = np.flatnonzero((q.demand > 0) | np.isin(np.arange(len(q.demand)), q.home))
    cost = q.way[pupils][:, :, None] + q.on[pupils][:, None, :]
    for p in np.flatnonzero(q.home >= 0).tolist():
        cost[np.searchsorted(pupils, q.home[p]), np.arange(len(q.seats)) != p] = np.inf
    cost = cost.reshape(len(pupils), -1)
    if q.size <= AS_A_WHOLE:
        model, scale = _model(q, pupils, cost, np.isfinite(cost), whole=True)
        relaxed = model.relaxed(time_limit_s=max(0.1, deadline - perf_counter()))
        bound = relaxed.bound if relaxed.status == "optimal" else 0.0
        if perf_counter() < deadline:
            found = model.solve(time_limit_s=deadline - perf_counter(), gap=1e-4)
            bound = max(bound, found.bound) if found.status != "infeasible" else bound
        return float(max(0.0, bound) * scale * (1 - 1e-9))
    return _by_columns(q, pupils, cost, deadline)


def _by_columns(q: _Question, pupils: NDArray[np.int64], cost: NDArray[np.float64], deadline: float) -> float:
    """The same in shares: the optimum over some triples, less what the best triple left out would gain each block (its reduced cost), holds for all triples."""
    n, best = len(pupils), float(np.where(np.isfinite(cost), cost, np.inf).min(axis=1).sum())
    kept = np.zeros(cost.shape, dtype=np.bool_)
    first = np.argpartition(cost, min(FIRST_TRIPLES, cost.shape[1] - 1), axis=1)[:, :FIRST_TRIPLES]
    kept[np.arange(n)[:, None], first] = True
    place = np.full(len(q.demand), -1, dtype=np.int64)
    place[pupils] = np.arange(n)
    c = q.on.shape[1]
    for p in np.flatnonzero(q.home >= 0).tolist():
        kept[place[q.home[p]], p * c : (p + 1) * c] = True
    kept &= np.isfinite(cost)
    while perf_counter() < deadline:
        model, scale = _model(q, pupils, cost, kept, whole=False)
        relaxed = model.relaxed(time_limit_s=deadline - perf_counter())
        if relaxed.status != "optimal":
            break
        dual = model.row_duals() * scale
        seat = dual[n : n + q.way.shape[1] * c]
        reduced = cost - dual[:n, None] - q.demand[pupils][:, None] * seat[None, :]
        reduced = np.where(np.isfinite(cost), reduced, np.inf)
        for p in np.flatnonzero(q.home >= 0).tolist():
            reduced[place[q.home[p]], :] = 0.0  # every triple that a home block may use is in
        least = reduced.min(axis=1)
        best = max(best, relaxed.bound * scale * (1 - 1e-9) + float(np.minimum(least, 0.0).sum()))
        if (least > -1e-7 * scale).all():
            break
        more = np.argpartition(reduced, MORE_TRIPLES, axis=1)[:, :MORE_TRIPLES]
        rows = np.arange(n)[:, None]
        before = int(kept.sum())
        kept[rows, more] |= reduced[rows, more] < 0
        if int(kept.sum()) == before:
            break
    return best


def _model(q: _Question, pupils: NDArray[np.int64], cost: NDArray[np.float64], kept: NDArray[np.bool_], *, whole: bool) -> tuple[Milp, float]:
    """The programme over ``kept`` triples (n, z x c), and the scale of its cost. Rows: every block (n), seats of every primary-junior pair (z x c), the rest. A block of some triples may stay
    out at the price of its dearest, so that there is always an answer: a relaxation.
    """
    n, z, c, rows = len(pupils), q.way.shape[1], q.on.shape[1], len(q.graduates)
    block, pair = np.nonzero(kept)
    m = len(block)
    dear = np.where(np.isfinite(cost), cost, 0.0).max(axis=1) + 1.0
    out = 0 if whole else n
    value = np.concatenate([cost[block, pair], dear[:out], np.zeros(z * c), q.aside.ravel()])
    scale = max(1.0, float(cost[block, pair].mean()))
    y = m + out + np.arange(rows * c).reshape(rows, c)
    low, high = np.zeros(len(value)), np.ones(len(value))
    if not whole:
        high[: m + out] = np.inf  # their sum is 1; a limit of each would have a price of its own
    for r in np.flatnonzero(q.own >= 0).tolist():
        low[y[r, q.own[r]]] = 1.0
    integer = np.zeros(len(value), dtype=np.bool_)
    integer[y.ravel()] = whole
    model = Milp(value / scale, low, high, integer)
    of_block = np.split(np.arange(m), np.searchsorted(block, np.arange(1, n)))
    order = np.argsort(pair, kind="stable")
    of_pair = np.split(order, np.searchsorted(pair[order], np.arange(1, z * c)))
    made: list[Row] = []
    for i in range(n):
        columns = np.append(of_block[i], m + i) if out else of_block[i]
        made.append((columns, np.ones(len(columns)), 1.0, 1.0))
    for k in range(z * c):
        columns = of_pair[k]
        made.append((np.append(columns, y[k // c, k % c]), np.append(q.demand[pupils[block[columns]]], -q.seats[k // c]), -np.inf, 0.0))
    made += [(y[r], np.ones(c), 1.0, 1.0) for r in range(rows)]
    made += [(y[:, j], q.graduates, -np.inf, float(q.places[j])) for j in range(c) if np.isfinite(q.places[j])]
    homes = set(q.home[q.home >= 0].tolist())
    at = {(int(b), int(k)): i for i, (b, k) in enumerate(zip(pupils[block], pair, strict=True)) if b in homes}
    for p in np.flatnonzero(q.home >= 0).tolist():
        for j in range(c):
            made.append((np.array([at[int(q.home[p]), p * c + j], y[p, j]]), np.array([1.0, -1.0]), 0.0, 0.0))
    model.add_rows(made)
    return model, scale
