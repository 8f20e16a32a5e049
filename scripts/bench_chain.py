"""Mentor chains on synthetic cities: time and proof beside a minimum-cost flow over all links, and the gap where the depth binds."""

from __future__ import annotations

import numpy as np
from ortools.graph.python import min_cost_flow

from districting.checking.pairing.chain import check_chain
from districting.model.chain_problem import ChainProblem
from districting.pairing import mentor_chain
from scripts.bench_row import Row, seconds
from scripts.synthetic_city import synthetic_city

SHARES = (0.04, 0.12, 0.36, 0.48)
"""City, county, town and village schools: a city school for 24 others, so that room is scarce at the top."""
SCALE = 1000.0
"""The peer takes whole numbers: millimetres."""


def problem_of(schools: int, seed: int, max_depth: int) -> ChainProblem:
    """Schools where a synthetic city has them, levels drawn by lot."""
    city = synthetic_city(4 * schools, schools, seed=seed, polygons=False)
    counts = np.rint(np.array(SHARES) * schools).astype(np.int64)
    counts[-1] = schools - counts[:-1].sum()
    level = np.random.default_rng(seed).permutation(np.repeat(np.arange(len(SHARES)), counts))
    return ChainProblem(level, level == 0, city.school_xy, max_depth=max_depth)


def by_flow(problem: ChainProblem) -> float:
    """Metres of OR-Tools' minimum-cost flow over every link, whatever its depth."""
    mentee, n = np.flatnonzero(~problem.is_root), problem.school_count
    flow = min_cost_flow.SimpleMinCostFlow()
    for i in mentee:
        mentor = np.flatnonzero(problem.level < problem.level[i])
        metres = np.hypot(*(problem.xy[mentor] - problem.xy[i]).T) + problem.level_gap_weight_m * (problem.level[i] - problem.level[mentor] - 1)
        one = np.ones(len(mentor), dtype=np.int64)
        flow.add_arcs_with_capacity_and_unit_cost(np.full(len(mentor), i), n + mentor, one, np.rint(SCALE * metres).astype(np.int64))
    mentor = np.flatnonzero(problem.level < problem.level.max())
    flow.add_arcs_with_capacity_and_unit_cost(
        n + mentor, np.full(len(mentor), 2 * n), np.full(len(mentor), problem.max_mentees), np.zeros(len(mentor), dtype=np.int64)
    )
    flow.set_nodes_supplies(np.append(mentee, 2 * n), np.append(np.ones(len(mentee), dtype=np.int64), -len(mentee)))
    if flow.solve() != flow.OPTIMAL:
        raise ArithmeticError("the flow did not end")
    return float(flow.optimal_cost() / SCALE)


def free_row(schools: int, seed: int) -> Row:
    """The depth of three links cannot bind with four levels: the optimum, beside the flow over all links."""
    problem = problem_of(schools, seed, 3)
    mentor_chain(problem_of(200, seed, 3))  # compiled before the clock starts
    ours, found = seconds(lambda: mentor_chain(problem))
    theirs, metres = seconds(lambda: by_flow(problem))
    broken = len(check_chain(problem, found.mentor_of_school))
    remark = f"{found.status}, gap {100 * found.gap:.2g} %, {broken} rules broken; ours {found.objective:,.1f} m, the flow {metres:,.1f} m"
    return Row(f"chains, {schools:,} schools, depth 3", ours, "s", 10.0 if schools == 5000 else None, "OR-Tools min-cost flow, all links", theirs, remark)


def bound_row(schools: int, seed: int, limit_s: float) -> Row:
    """Two links at most with four levels: the depth binds."""
    problem = problem_of(schools, seed, 2)
    took, found = seconds(lambda: mentor_chain(problem, time_limit_s=limit_s, gap=0.001))
    broken = len(check_chain(problem, found.mentor_of_school))
    remark = f"{found.status}, gap {100 * found.gap:.2f} %, {broken} rules broken, limit {limit_s:.0f} s"
    return Row(f"chains, {schools:,} schools, depth 2 binds", took, "s", None, remark=remark)


def rows(full: bool = False) -> list[Row]:
    """What `make bench` prints for mentor chains."""
    short = [free_row(1000, 0), free_row(5000, 0), bound_row(200, 0, 30.0), bound_row(1000, 0, 60.0), bound_row(5000, 0, 60.0)]
    return short + ([free_row(5000, 1), bound_row(5000, 0, 600.0)] if full else [])
