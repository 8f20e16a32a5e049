"""Time of teacher rotation: 5,000 teachers x 100 schools over classes of teachers, beside the same programme with a column for every teacher and school."""

from __future__ import annotations

import time

import numpy as np

from districting.measures.balance import coefficient_of_variation
from districting.model.rotation_problem import RotationProblem, RotationSolution, required_backbone, required_movers
from districting.sharing.rotation import rotate
from districting.solvers.milp import Milp
from districting.solvers.milp import Row as MilpRow
from scripts.bench_row import Row, seconds

TARGET_S = 20.0
PEER_LIMIT_S = 60.0


def drawn(teachers: int, schools: int, seed: int) -> RotationProblem:
    """One county of one stage: strong schools have more backbone teachers, titles and degrees; 35 % of the teachers are eligible."""
    rng = np.random.default_rng(seed)
    xy = rng.uniform(0, 30_000, (schools, 2))
    weight = rng.uniform(0.3, 1.7, schools)
    school = np.sort(rng.choice(schools, teachers, p=weight / weight.sum()))
    side = rng.permutation(np.repeat([1, 0, -1], [schools // 4, schools - schools // 4 - schools // 3, schools // 3]))
    quality = 0.2 + 0.15 * side[school]
    subject = rng.choice(10, teachers, p=[0.25, 0.22, 0.12, 0.08, 0.07, 0.07, 0.06, 0.05, 0.05, 0.03])
    backbone = rng.random(teachers) < quality
    holds = (np.ones(teachers), backbone, rng.random(teachers) < quality + 0.3, rng.random(teachers) < 0.5 + 0.3 * side[school], subject >= 7)
    eligible = rng.random(teachers) < 0.35
    movers = required_movers(int(eligible.sum()), 0.10)
    return RotationProblem(
        stage=np.zeros(schools, dtype=np.int64),
        pupils=np.rint(np.bincount(school, minlength=schools) * rng.uniform(13, 20, schools)),
        side=side,
        place=np.arange(schools),
        distance_m=np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1)),
        school=school,
        subject=subject,
        eligible=eligible,
        backbone=backbone,
        leader=np.zeros(teachers, dtype=bool),
        counts=np.column_stack(holds).astype(float),
        partner=np.full(teachers, -1),
        subject_change=np.ones(10, dtype=np.int64),
        staff_change=1,
        movers=movers,
        backbone_movers=required_backbone(movers, int(eligible.sum()), int((eligible & backbone).sum()), 0.20, "rotators"),
        most=movers,
    )


def plain_highs(problem: RotationProblem, limit_s: float) -> tuple[float, float]:
    """Worst mean absolute deviation (of the mean) and its bound, a binary for every eligible teacher and other school; the same hard rules."""
    who = np.flatnonzero(problem.eligible)
    s, k = problem.schools, problem.counts.shape[1]
    teacher, to = (a.ravel() for a in np.meshgrid(who, np.arange(s), indexing="ij"))
    keep = problem.school[teacher] != to
    teacher, to = teacher[keep], to[keep]
    n = len(teacher)
    deviation = n + np.arange(s * k).reshape(s, k)
    last = n + s * k
    cost = np.zeros(last + 1)
    cost[last] = 1.0
    rows: list[MilpRow] = []

    def add(index: np.ndarray, value: np.ndarray, low: float, high: float) -> None:
        rows.append((index, value, low, high))

    first = np.searchsorted(teacher, who)
    for i, start in enumerate(first.tolist()):
        end = first[i + 1] if i + 1 < len(first) else n
        add(np.arange(start, end), np.ones(end - start), 0.0, 1.0)
    add(np.arange(n), np.ones(n), problem.movers, problem.most)
    good = np.flatnonzero(problem.backbone[teacher])
    add(good, np.ones(len(good)), problem.backbone_movers, np.inf)
    source = problem.school[teacher]
    for chosen in (np.ones(n, dtype=bool), problem.backbone[teacher]):
        for sign in (1, -1):
            net = chosen * ((problem.side[to] == sign).astype(float) - (problem.side[source] == sign))
            at = np.flatnonzero(net)
            add(at, -sign * net[at], 0.0, np.inf)
    total = np.zeros((s, k))
    np.add.at(total, problem.school, problem.counts)
    mean = total.sum(axis=0) / problem.pupils.sum()
    for school in range(s):
        into, out = np.flatnonzero(to == school), np.flatnonzero(source == school)
        both, sign = np.concatenate([into, out]), np.concatenate([np.ones(len(into)), -np.ones(len(out))])
        add(both, sign, -problem.staff_change, problem.staff_change)
        for u in range(len(problem.subject_change)):
            mine = problem.subject[teacher[both]] == u
            add(both[mine], sign[mine], -problem.subject_change[u], problem.subject_change[u])
        for j in range(k):
            value = sign * problem.counts[teacher[both], j]
            at = np.flatnonzero(value)
            off = total[school, j] - mean[j] * problem.pupils[school]
            column = deviation[school, j]
            add(np.append(column, both[at]), np.append(1.0, -value[at]), off, np.inf)
            add(np.append(column, both[at]), np.append(1.0, value[at]), -off, np.inf)
    for j in range(k):
        add(np.append(last, deviation[:, j]), np.append(total[:, j].sum(), -np.ones(s)), 0.0, np.inf)
    model = Milp(cost, np.zeros(last + 1), np.append(np.ones(n), np.full(s * k + 1, np.inf)), np.arange(last + 1) < n)
    model.add_rows(rows)
    found = model.solve(time_limit_s=limit_s, gap=0.01)
    return found.objective, found.bound


def rotation_row(teachers: int, schools: int, seed: int, limit_s: float) -> Row:
    """Ours beside the plain programme."""
    problem = drawn(teachers, schools, seed)
    ours, found = seconds(lambda: rotate(problem))
    assert isinstance(found, RotationSolution)
    start = time.perf_counter()
    objective, bound = plain_highs(problem, limit_s)
    theirs = time.perf_counter() - start
    said = f"gap {(objective - bound) / objective:.2%}" if np.isfinite(objective) else "no plan"
    before = max(coefficient_of_variation(np.bincount(problem.school, c, schools), problem.pupils) for c in problem.counts.T)
    remark = f"ours: worst CV {before:.3f} -> {found.objective:.3f}, gap {found.gap:.2%}, {found.travel_m / problem.movers / 1000:.1f} km each; peer (mean absolute deviation, no travel, cut at {limit_s:g} s): {said}"
    return Row(f"rotation, {teachers:,} teachers x {schools} schools, seed {seed}", ours, "s", TARGET_S, "plain HiGHS programme", theirs, remark)


def rows(full: bool = False) -> list[Row]:
    """What `make bench` prints for sharing."""
    return [rotation_row(5000, 100, seed, PEER_LIMIT_S) for seed in ((0, 1, 2) if full else (0,))]
