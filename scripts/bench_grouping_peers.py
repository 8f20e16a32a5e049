"""What others make of the same schools: CP-SAT on the whole programme, and clustering with and without repair."""

from __future__ import annotations

import time

import numpy as np

from districting.checking.grouping import check_grouping
from districting.grouping.area import areas
from districting.grouping.baselines import baselines
from districting.grouping.rows import open_arcs
from districting.model.grouping_problem import GroupingProblem


def by_cp_sat(problem: GroupingProblem, limit_s: float) -> tuple[float, str]:
    """Seconds and what was found: all arcs, counts as linear rows, two workers. Districts need not be in one piece, which only helps it."""
    from ortools.sat.python import cp_model

    (area,) = areas(problem)
    began = time.perf_counter()
    n, c = area.cost.shape
    model, opened = cp_model.CpModel(), open_arcs(area)
    x = {(u, k): model.new_bool_var("") for u, k in np.argwhere(opened).tolist()}
    root = [x[int(area.root[k]), k] for k in range(c)]
    for u in range(n):
        model.add_exactly_one([x[u, k] for k in range(c) if (u, k) in x])
    for (u, k), one in x.items():
        if u != area.root[k]:
            model.add_implication(one, root[k])
    limits = area.limits
    for k in range(c):
        for q in range(len(limits.keys)):
            held = sum(int(limits.amount[u, q]) * x[u, k] for u in range(n) if limits.amount[u, q] and (u, k) in x)
            if limits.least[q] > 0:
                model.add(held >= int(limits.least[q]) * root[k])
            if np.isfinite(limits.most[q]):
                model.add(held <= int(limits.most[q]) * root[k])
    model.minimize(sum(round(float(area.cost[u, k])) * one for (u, k), one in x.items()))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds, solver.parameters.num_workers = limit_s, 2
    status = solver.solve(model)
    seconds = time.perf_counter() - began
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return seconds, f"{solver.status_name(status)}, bound {solver.best_objective_bound / 1e6:.1f}"
    value, bound = solver.objective_value, solver.best_objective_bound
    label = np.array([next(k for k in range(c) if (u, k) in x and solver.value(x[u, k])) for u in range(n)])
    used, local = np.unique(label, return_inverse=True)
    broken = check_grouping(problem, local, area.centre[used])
    return seconds, f"{solver.status_name(status).lower()}, objective {value / 1e6:.2f}, gap {100 * (1 - bound / value):.3g} %, {len(broken)} rules broken"


def by_clustering(problem: GroupingProblem) -> tuple[float, str]:
    """Seconds and, for each clustering, objective and rules broken."""
    began = time.perf_counter()
    found = baselines(problem)
    return time.perf_counter() - began, "; ".join(f"{b.name} {b.objective / 1e6:.2f}, {sum(b.broken.values())} rules broken" for b in found)
