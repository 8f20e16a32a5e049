"""Without SCIP: a mixed-integer programme solved again with every separator its plan breaks. Slower, and the bound of a cut-off run is weaker."""

from __future__ import annotations

import highspy
import numpy as np
from numpy.typing import NDArray

from districting.solvers.milp import Milp, Row
from districting.zoning.exact.instance import Instance
from districting.zoning.exact.record import Progress
from districting.zoning.exact.separators import Separator, find_separators

MOST = 100


def solve_again(instance: Instance, alive: NDArray[np.bool_], separators: list[Separator], progress: Progress, *, scale: float, gap: float) -> None:
    """Solve, cut, solve again, until the plan is connected, the clock ends or nothing better is left."""
    block, school = np.nonzero(alive)
    position = np.full(alive.shape, -1, dtype=np.int64)
    position[block, school] = np.arange(len(block))
    arcs = len(block)
    model = Milp(instance.cost[block, school] / scale, np.zeros(arcs), np.ones(arcs), np.ones(arcs, dtype=np.bool_))
    rows: list[Row] = [(position[i][alive[i]], np.ones(int(alive[i].sum())), 1.0, 1.0) for i in range(instance.block_count)]
    for j in range(instance.school_count):
        mine = np.flatnonzero(alive[:, j])
        if len(mine):
            rows.append((position[mine, j], instance.demand[mine], -np.inf, float(instance.seats[j])))
    model.add_rows(rows + [_row(s, position) for s in separators if alive[s.block, s.school]])
    while not progress.within(gap) and progress.seconds_left > 0:
        found = model.solve(time_limit_s=progress.seconds_left, gap=gap / 2)
        if found.status == "infeasible":
            progress.raise_bound(progress.objective if np.isfinite(progress.objective) else np.inf)
            return
        progress.raise_bound(found.bound * scale)
        if found.x is None:
            return
        value = np.zeros(alive.shape)
        value[block, school] = np.round(found.x)
        broken = find_separators(instance, alive, value, violation=0.1, most=MOST) if instance.connected else []
        if not broken:
            progress.take_plan(value.argmax(axis=1))
            if found.status == "optimal":
                return
        elif found.status == "feasible":
            return
        progress.cuts += len(broken)
        model.add_rows([_row(s, position) for s in broken])


def solver_name() -> str:
    """Name and version of the solver."""
    return f"HiGHS {highspy.Highs().version()}"


def _row(s: Separator, position: NDArray[np.int64]) -> Row:
    between = position[s.between, s.school]
    between = between[between >= 0]
    return np.append(between, position[s.block, s.school]), np.append(np.ones(len(between)), -1.0), 0.0, np.inf
