"""The shortest ways of U-D-S communities at a given coverage, as an integer programme for HiGHS."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from districting.model.uds_problem import UdsProblem
from districting.pairing.uds_coverage import Group, Plan
from districting.solvers.milp import Milp, Row


@dataclass(frozen=True, eq=False)
class Shortest:
    """The plan found (None where the time did not suffice), a bound on the metres of every plan, and whether the plan is proven to be the shortest."""

    plan: Plan | None
    bound: float
    proven: bool


@dataclass(frozen=True, eq=False)
class _Columns:
    """First one column per (lead, university), then one per (target, lead, university): ``lead``, ``university``, ``target`` (-1 = none) of each, and its metres."""

    lead: NDArray[np.int64]
    university: NDArray[np.int64]
    target: NDArray[np.int64]
    metres: NDArray[np.float64]

    @property
    def opens(self) -> NDArray[np.bool_]:
        return np.asarray(self.target < 0)


def shortest_ways(
    problem: UdsProblem, groups: list[Group], coverage: tuple[int, int], to_university: NDArray[np.float64], *, capped: bool, time_limit_s: float
) -> Shortest:
    """The plan of ``groups`` with the shortest ways of all that cover ``coverage`` (rural, all) schools at least; ``capped``: universities keep their cap."""
    columns = _columns(problem, groups, to_university)
    n = len(columns.metres)
    model = Milp(columns.metres, np.zeros(n), np.ones(n), np.ones(n, dtype=bool))
    joins = np.flatnonzero(~columns.opens)
    rural = joins[problem.is_rural[columns.target[joins]]]
    rows = _rows(problem, columns, capped=capped)
    rows += [(c, np.ones(len(c)), float(least), np.inf) for c, least in ((rural, coverage[0]), (joins, coverage[1])) if least]
    model.add_rows(rows)
    found = model.solve(time_limit_s=time_limit_s)
    plan = None if found.x is None else _plan(problem, columns, np.round(found.x) > 0)
    return Shortest(plan, max(0.0, found.bound), found.status == "optimal")


def _columns(problem: UdsProblem, groups: list[Group], to_university: NDArray[np.float64]) -> _Columns:
    u = len(problem.university_xy)
    leads = np.concatenate([g.leads for g in groups])
    own = np.concatenate([np.repeat(g.targets, len(g.leads)) for g in groups])
    head = np.concatenate([np.tile(g.leads, len(g.targets)) for g in groups])
    between = np.hypot(*(problem.xy[own] - problem.xy[head]).T)
    return _Columns(
        lead=np.concatenate([np.repeat(leads, u), np.repeat(head, u)]),
        university=np.tile(np.arange(u), len(leads) + len(own)),
        target=np.concatenate([np.full(len(leads) * u, -1), np.repeat(own, u)]),
        metres=np.concatenate([to_university[leads].ravel(), (to_university[own] + between[:, None]).ravel()]),
    )


def _rows(problem: UdsProblem, columns: _Columns, *, capped: bool) -> list[Row]:
    """A lead opens once, a school joins once, universities and communities keep their caps, and an open community has a weak school."""
    opens, joins = np.flatnonzero(columns.opens), np.flatnonzero(~columns.opens)
    rows: list[Row] = [(c, np.ones(len(c)), 0.0, 1.0) for c in (*_by(columns.lead, opens), *_by(columns.target, joins))]
    if capped:
        rows += [(c, np.ones(len(c)), 0.0, float(problem.university_cap)) for c in _by(columns.university, opens)]
    pair = columns.lead * len(problem.university_xy) + columns.university
    opening = {int(pair[c]): int(c) for c in opens}
    for members in _by(pair, joins):
        own = opening[int(pair[members[0]])]
        weak = members[problem.is_weak[columns.target[members]]]
        rows.append((np.append(members, own), np.append(np.ones(len(members)), -float(problem.member_cap)), -np.inf, 0.0))
        rows.append((np.append(weak, own), np.append(np.ones(len(weak)), -1.0), 0.0, np.inf))
        rows += [(np.array([c, own]), np.array([1.0, -1.0]), -np.inf, 0.0) for c in members.tolist()]
    return rows


def _by(label: NDArray[np.int64], columns: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """``columns`` in groups of one label, labels ascending."""
    order = columns[np.argsort(label[columns], kind="stable")]
    return np.split(order, np.flatnonzero(np.diff(label[order])) + 1)


def _plan(problem: UdsProblem, columns: _Columns, chosen: NDArray[np.bool_]) -> Plan:
    opened = np.flatnonzero(chosen & columns.opens)
    community = np.full(len(problem.stage), -1, dtype=np.int64)
    community[columns.lead[opened]] = np.arange(len(opened))
    joined = chosen & ~columns.opens
    community[columns.target[joined]] = community[columns.lead[joined]]
    return Plan(columns.lead[opened], columns.university[opened], community)
