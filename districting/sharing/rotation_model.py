"""Rotation as a mixed-integer programme over classes of teachers who differ in nothing but their name.

A class is a school, a subject and what a teacher counts (indicators, backbone, leader); a kind is a class without its school. ``out`` of a class leave, ``in`` of a
kind arrive at a school; who goes where is a transport problem that can be solved afterwards, for no rule and no coefficient depends on it. A couple's members are
kinds of their own, so that their ways can be compared.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from districting.model.rotation_problem import RotationProblem
from districting.solvers.milp import Milp, MilpResult, Row

SLACK_STEPS = 3
"""Steps of the convex cost beyond the way from today to the mean; farther away the last one goes on, a lower bound that no good plan touches."""
SQUARE = 1e4
"""Squared coefficients are counted in percent squared, so that tolerances of the solver (1e-6) are nothing beside them."""


@dataclass(frozen=True, eq=False)
class Classes:
    """Who may go, gathered.

    school, kind, size : (c,) of each class; ``members`` its teachers, longest codes of the problem order first
    subject, stage, backbone, leader : (h,) of each kind; ``counts`` (h, k); ``single`` (h,) the one teacher of a kind of a couple, -1 else
    to_school, to_kind : (a,) every school that a kind may arrive at
    """

    school: NDArray[np.int64]
    kind: NDArray[np.int64]
    members: tuple[NDArray[np.int64], ...]
    subject: NDArray[np.int64]
    stage: NDArray[np.int64]
    backbone: NDArray[np.bool_]
    leader: NDArray[np.bool_]
    counts: NDArray[np.float64]
    single: NDArray[np.int64]
    to_school: NDArray[np.int64]
    to_kind: NDArray[np.int64]

    @property
    def size(self) -> NDArray[np.int64]:
        """(c,) teachers of each class."""
        return np.array([len(m) for m in self.members], dtype=np.int64)


def classes_of(problem: RotationProblem) -> Classes:
    """Classes of the eligible teachers with a subject, in the order of their schools and kinds."""
    who = np.flatnonzero(problem.eligible & (problem.subject >= 0))
    coupled = problem.partner[who] >= 0
    columns = [
        problem.stage[problem.school[who]],
        problem.subject[who],
        problem.backbone[who],
        problem.leader[who],
        *problem.counts[who].T,
        np.where(coupled, who, -1),
    ]
    table = np.column_stack([np.asarray(c, dtype=np.int64) for c in columns]) if len(who) else np.zeros((0, len(columns)), dtype=np.int64)
    kinds, kind = np.unique(table, axis=0, return_inverse=True)
    kind = kind.ravel()
    pairs, which = np.unique(np.column_stack([problem.school[who], kind]), axis=0, return_inverse=True)
    order = np.argsort(which.ravel(), kind="stable")
    members = np.split(who[order], np.cumsum(np.bincount(which.ravel(), minlength=len(pairs)))[:-1]) if len(pairs) else []
    school, of_kind = pairs[:, 0].astype(np.int64), pairs[:, 1].astype(np.int64)
    open_ = ~(problem.pupils == 0)
    reach = (problem.stage[None, :] == kinds[:, :1]) & open_[None, :]
    holders = np.bincount(of_kind, minlength=len(kinds))
    only = np.full(len(kinds), -1)
    only[of_kind] = school
    alone = np.flatnonzero(holders == 1)
    reach[alone, only[alone]] = False  # nobody arrives where all of the kind come from
    to_kind, to_school = np.nonzero(reach)
    return Classes(
        school,
        of_kind,
        tuple(members),
        kinds[:, 1],
        kinds[:, 0],
        kinds[:, 2].astype(bool),
        kinds[:, 3].astype(bool),
        kinds[:, 4:-1].astype(np.float64),
        kinds[:, -1],
        to_school.astype(np.int64),
        to_kind.astype(np.int64),
    )


@dataclass(frozen=True, eq=False)
class Terms:
    """The indicators that can be held to account: stage and indicator of each, its mean, and what it deviates today at each school.

    of_stage, indicator : (m,); ``total`` (s, k) of each school today; ``variance`` (m,) today's squared coefficient of variation, in percent squared
    """

    of_stage: NDArray[np.int64]
    indicator: NDArray[np.int64]
    total: NDArray[np.float64]
    mean: NDArray[np.float64]
    variance: NDArray[np.float64]


def terms_of(problem: RotationProblem) -> Terms:
    """Indicators of stages with two schools that have pupils and something to share."""
    s, k = problem.schools, problem.counts.shape[1]
    total = np.zeros((s, k))
    np.add.at(total, problem.school, problem.counts)
    rows = []
    for stage in np.unique(problem.stage):
        at = counted(problem, int(stage))
        for i in range(k):
            if len(at) > 1 and total[at, i].sum() > 0:
                mean = total[at, i].sum() / problem.pupils[at].sum()
                rows.append((int(stage), i, mean, float(share_of_variance(problem, at, mean, total[at, i]).sum())))
    columns = list(zip(*rows, strict=True)) if rows else [(), (), (), ()]
    return Terms(
        np.array(columns[0], dtype=np.int64), np.array(columns[1], dtype=np.int64), total, np.array(columns[2], dtype=float), np.array(columns[3], dtype=float)
    )


def counted(problem: RotationProblem, stage: int) -> NDArray[np.int64]:
    """Schools of a stage with pupils."""
    return np.flatnonzero((problem.stage == stage) & (np.nan_to_num(problem.pupils, nan=0.0) > 0))


def share_of_variance(problem: RotationProblem, at: NDArray[np.int64], mean: float, total: NDArray[np.float64]) -> NDArray[np.float64]:
    """What each school adds to the squared coefficient of variation, in percent squared: ``(P_i / P) (R_i / P_i - xbar)^2 / xbar^2``."""
    pupils = problem.pupils[at]
    return np.asarray(SQUARE * (total - mean * pupils) ** 2 / (pupils * pupils.sum() * mean**2), dtype=np.float64)


def _school_cost(problem: RotationProblem, at: NDArray[np.int64], s: int, mean: float, now: float) -> Callable[[float], float]:
    """What a school adds to the squared coefficient as a function of how many more teachers it has than today; ``at`` are the schools that count."""
    pupils, everyone = float(problem.pupils[s]), float(problem.pupils[at].sum())
    return lambda change: SQUARE * (now + change - mean * pupils) ** 2 / (pupils * everyone * mean**2)


@dataclass
class RotationModel:
    """Columns and rows. ``out`` (c,) and ``into`` (a,) are columns; ``worst`` the squared worst coefficient, ``term`` (m,) that of each indicator, ``split`` of each couple."""

    problem: RotationProblem
    classes: Classes = field(init=False)
    terms: Terms = field(init=False)

    def __post_init__(self) -> None:
        problem = self.problem
        self.classes, self.terms = classes_of(problem), terms_of(problem)
        c, a, m = len(self.classes.school), len(self.classes.to_school), len(self.terms.mean)
        self.out, self.into = np.arange(c), c + np.arange(a)
        kinds = [self.classes.single[k] for k in range(len(self.classes.single))]
        self.kind_of = {int(t): k for k, t in enumerate(kinds) if t >= 0}
        self.couples = [(t, int(problem.partner[t])) for t in range(len(problem.partner)) if t < problem.partner[t]]
        self.couples = [(x, y) for x, y in self.couples if x in self.kind_of or y in self.kind_of]
        self.split = c + a + np.arange(len(self.couples))
        self.worst = c + a + len(self.couples)
        self.term = self.worst + 1 + np.arange(m)
        self.columns = int(self.worst + 1 + m)
        self.rows: list[Row] = []
        self._step_high: list[float] = []
        self._build()
        held = np.bincount(self.classes.kind, self.classes.size, len(self.classes.single))
        self.high = np.concatenate(
            [self.classes.size.astype(float), held[self.classes.to_kind], np.ones(len(self.couples)), np.full(1 + m, np.inf), np.array(self._step_high)]
        )
        self.integer = (np.arange(self.columns) < c + a) | (np.arange(self.columns) > self.worst + m)

    def add(self, plus: NDArray[np.int64], minus: NDArray[np.int64], low: float, high: float) -> None:
        """``low <= sum of plus - sum of minus <= high``."""
        if len(plus) or len(minus) or low > 0 or high < 0:
            self.rows.append((np.concatenate([plus, minus]), np.concatenate([np.ones(len(plus)), -np.ones(len(minus))]), low, high))

    def _build(self) -> None:
        problem, of = self.problem, self.classes
        leaving, arriving = [self.out[of.kind == k] for k in range(len(of.single))], [self.into[of.to_kind == k] for k in range(len(of.single))]
        for k in range(len(of.single)):
            self.add(arriving[k], leaving[k], 0.0, 0.0)
        at = {(int(k), int(s)): int(j) for k, s, j in zip(of.to_kind, of.to_school, self.into, strict=True)}
        for c, (k, s) in enumerate(zip(of.kind.tolist(), of.school.tolist(), strict=True)):
            j = at.get((k, s))
            if j is not None:  # nobody comes back to the school that is left: those who leave and arrive here are no more than all who leave (Hall)
                others = leaving[k][leaving[k] != self.out[c]]
                self.add(np.array([j]), others, -np.inf, 0.0)
        self.add(self.out, np.array([], dtype=np.int64), problem.movers, problem.most)
        self.add(self.out[of.backbone[of.kind]], np.array([], dtype=np.int64), problem.backbone_movers, np.inf)
        self._balance()
        self._direction()
        self._couples(arriving)
        self._variances()

    def _balance(self) -> None:
        """Subjects, staff and leaders of every school."""
        of, problem = self.classes, self.problem
        allowed = problem.leaders_allowed
        for s in range(problem.schools):
            mine, here = of.school == s, of.to_school == s
            self.add(self.into[here], self.out[mine], -problem.staff_change, problem.staff_change)
            self.add(self.out[mine & of.leader[of.kind]], np.array([], dtype=np.int64), -np.inf, float(allowed[s]))
            for u in np.unique(np.concatenate([of.subject[of.kind[mine]], of.subject[of.to_kind[here]]])).tolist():
                change = float(problem.subject_change[u])
                self.add(self.into[here & (of.subject[of.to_kind] == u)], self.out[mine & (of.subject[of.kind] == u)], -change, change)

    def _direction(self) -> None:
        """Weak schools together get no fewer than they give, strong ones give no fewer than they get, those with a floor each alone: all teachers, and backbone teachers."""
        of, side = self.classes, self.problem.side
        for kinds in (np.ones(len(of.single), dtype=bool), of.backbone):
            out, into = kinds[of.kind], kinds[of.to_kind]
            for sign in (-1, 1):
                plus, minus = self.into[into & (side[of.to_school] == sign)], self.out[out & (side[of.school] == sign)]
                self.add(*((plus, minus) if sign < 0 else (minus, plus)), 0.0, np.inf)
            for s in np.flatnonzero(self.problem.floor) if self.problem.floor is not None else ():
                self.add(self.into[into & (of.to_school == s)], self.out[out & (of.school == s)], 0.0, np.inf)

    def _couples(self, arriving: list[NDArray[np.int64]]) -> None:
        """A couple is split unless both stay or both arrive in the same place."""
        problem, of = self.problem, self.classes
        none = np.array([], dtype=np.int64)
        for (x, y), split in zip(self.couples, self.split.tolist(), strict=True):
            ways = [arriving[self.kind_of[t]] if t in self.kind_of else none for t in (x, y)]
            places = [problem.place[of.to_school[w - self.into[0]]] if len(w) else none for w in ways]
            for p in np.unique(np.concatenate(places)).tolist():
                first, second = (w[q == p] for w, q in zip(ways, places, strict=True))
                self.add(first, np.append(second, split), -np.inf, 0.0)
                self.add(second, np.append(first, split), -np.inf, 0.0)

    def _variances(self) -> None:
        """The squared coefficient of variation is a sum of convex functions of whole numbers, each a sum of steps away from today's number: exact there.

        The slopes of the steps rise outwards, so that the steps nearest to today are taken first; the last one goes on without end.
        """
        problem, of, terms = self.problem, self.classes, self.terms
        for stage, i, mean, column in zip(terms.of_stage.tolist(), terms.indicator.tolist(), terms.mean.tolist(), self.term.tolist(), strict=True):
            at = counted(problem, stage)
            index, value = [np.array([column])], [np.ones(1)]
            fixed = 0.0
            for s in at.tolist():
                out = self.out[(of.school == s) & (of.counts[of.kind, i] > 0)]
                into = self.into[(of.to_school == s) & (of.counts[of.to_kind, i] > 0)]
                now = float(terms.total[s, i])
                cost = _school_cost(problem, at, s, mean, now)
                fixed += cost(0.0)
                if not len(out) and not len(into):
                    continue
                ideal = mean * float(problem.pupils[s]) - now
                up = min(problem.most, int(np.ceil(max(0.0, ideal))) + SLACK_STEPS)
                down = min(int(of.size[out].sum()), problem.most, -int(np.floor(min(0.0, ideal))) + SLACK_STEPS)
                ups, downs = self._steps(up), self._steps(down)
                self.add(np.concatenate([into, downs]), np.concatenate([out, ups]), 0.0, 0.0)
                index += [ups, downs]
                value += [np.array([cost(k) - cost(k + 1) for k in range(up)]), np.array([cost(-k) - cost(-k - 1) for k in range(down)])]
            self.rows.append((np.concatenate(index), np.concatenate(value), fixed, np.inf))
            self.rows.append((np.array([self.worst, column]), np.array([1.0, -1.0]), 0.0, np.inf))

    def _steps(self, count: int) -> NDArray[np.int64]:
        """Columns of so many steps of one teacher each."""
        first, self.columns = self.columns, self.columns + count
        self._step_high += [1.0] * (count - 1) + [np.inf] * min(count, 1)
        return np.arange(first, self.columns)

    def milp(self, cost: NDArray[np.float64], high: NDArray[np.float64], extra: list[Row]) -> Milp:
        """The programme with columns of its own behind ours, if ``cost`` is longer."""
        integer = np.concatenate([self.integer, np.ones(len(cost) - self.columns, dtype=bool)])
        model = Milp(cost, np.zeros(len(cost)), high, integer)
        model.add_rows([*self.rows, *extra])
        return model

    def solve(self, cost: NDArray[np.float64], high: NDArray[np.float64], extra: list[Row], limits: tuple[float, float]) -> MilpResult:
        """One solve; ``limits``: seconds and relative gap."""
        return self.milp(cost, high, extra).solve(time_limit_s=limits[0], gap=limits[1])

    def costs(self, columns: NDArray[np.int64] | int, price: float = 1.0) -> NDArray[np.float64]:
        """An objective of some columns."""
        cost = np.zeros(self.columns)
        cost[columns] = price
        return cost
