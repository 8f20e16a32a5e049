"""Time of roving lessons: 60 schools of one area, three subjects, beside a plain programme with a column for every teacher and school."""

from __future__ import annotations

import time

import numpy as np

from districting.model.roving_problem import RovingProblem
from districting.sharing.roving import rove
from districting.solvers.milp import Milp
from districting.solvers.milp import Row as MilpRow
from scripts.bench_row import Row

TARGET_S = 30.0
PEER_LIMIT_S = 30.0


def drawn(schools: int, lessons_per_class: float, seed: int) -> RovingProblem:
    """Schools of 2 to 23 classes in open country; nine teachers where ten are needed, most at large schools."""
    rng = np.random.default_rng(seed)
    xy = rng.random((schools, 2)) * np.sqrt(schools) * 4000.0
    minutes = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1)) * 1.3 / 500.0
    classes = rng.integers(2, 24, schools)
    demand = np.ceil(classes * lessons_per_class).astype(np.int64)
    count = int(demand.sum() / 16 * 0.9)
    home = np.sort(rng.choice(schools, count, p=classes / classes.sum()))
    return RovingProblem(home, np.full(count, 16), np.full(count, 16), demand, minutes, np.ones(schools))


def plain_highs(problem: RovingProblem, limit_s: float) -> tuple[float, float]:
    """Lessons away from home and a bound, of the programme that one would write down first: lessons, half-days and a yes or no for each teacher and school."""
    t, s = len(problem.load), len(problem.demand)
    lessons, halves, used = (np.arange(t * s).reshape(t, s) + k * t * s for k in range(3))
    near = problem.minutes[problem.home_of_teacher] <= problem.max_hop_minutes
    high = np.ones(3 * t * s)
    high[lessons] = np.where(near, np.minimum(problem.load[:, None], problem.demand), 0.0)
    high[halves] = np.where(near, 2.0 * problem.days, 0.0)
    own = np.bincount(problem.home_of_teacher, weights=problem.load, minlength=s)
    rows: list[MilpRow] = [(lessons[:, c], np.ones(t), -np.inf, float(problem.demand[c])) for c in range(s)]
    for c in range(s):
        mine = lessons[problem.home_of_teacher == c, c]
        if len(mine):
            least = float(min(own[c], problem.demand[c]))
            rows.append((mine, np.ones(len(mine)), least, least))
    for k in range(t):
        rows.append((lessons[k], np.ones(s), -np.inf, float(problem.load[k])))
        rows.append((halves[k], np.ones(s), -np.inf, 2.0 * problem.days))
        rows.append((used[k], np.ones(s), -np.inf, float(problem.max_schools)))
        for c in np.flatnonzero(near[k]):
            rows.append((np.array([lessons[k, c], halves[k, c]]), np.array([1.0, -float(problem.half_day_lessons)]), -np.inf, 0.0))
            rows.append((np.array([lessons[k, c], used[k, c]]), np.array([1.0, -float(problem.load[k])]), -np.inf, 0.0))
    cost = np.zeros(3 * t * s)
    cost[lessons] = -1.0
    cost[lessons[np.arange(t), problem.home_of_teacher]] = 0.0
    cost[halves] = 1e-3
    cost[halves[np.arange(t), problem.home_of_teacher]] = 0.0
    model = Milp(cost, np.zeros(3 * t * s), high, np.arange(3 * t * s) >= t * s)
    model.add_rows(rows)
    found = model.solve(time_limit_s=limit_s)
    away = 0.0 if found.x is None else float(found.x[lessons].sum() - found.x[lessons[np.arange(t), problem.home_of_teacher]].sum())
    return away, -found.bound


def rows(full: bool = False) -> list[Row]:
    """What `make bench` prints for roving lessons."""
    problems = [drawn(60 if not full else 100, per, seed) for seed, per in enumerate((3.0, 1.5, 1.5))]
    start = time.perf_counter()
    found = [rove(problem) for problem in problems]
    ours = time.perf_counter() - start
    start = time.perf_counter()
    plain = [plain_highs(problem, PEER_LIMIT_S) for problem in problems]
    theirs = time.perf_counter() - start
    covered, bound = sum(f.covered for f in found), sum(f.bound for f in found)
    minutes, least = sum(f.minutes for f in found), sum(f.minutes_bound for f in found)
    remark = f"ours: {covered:.0f} lessons of at most {bound:.0f}, {minutes:.0f} minutes (bound {least:.0f}); "
    remark += f"peer (no ways, no days, cut at {PEER_LIMIT_S:g} s a subject): {sum(p[0] for p in plain):.0f} of at most {sum(p[1] for p in plain):.0f}"
    return [Row(f"roving, {len(problems[0].demand)} schools, 3 subjects", ours, "s", TARGET_S, "plain HiGHS programme", theirs, remark)]
