"""Every mentor that every school may have, and what each link costs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from districting.errors import InfeasibleError
from districting.model.chain_problem import ChainProblem
from districting.model.zoning_problem import ZoningProblem
from districting.solvers.transport import solve_transport


@dataclass(frozen=True, eq=False)
class ChainTable:
    """Schools that need a mentor (r,) and schools that can be one (c,), as positions; ``cost_m`` (r, c), ``inf`` = not allowed; ``remote`` (r, c).

    ``row_of_column`` (c,): the row in which a mentor itself needs one, -1 of roots.
    """

    mentee: NDArray[np.int64]
    mentor: NDArray[np.int64]
    cost_m: NDArray[np.float64]
    remote: NDArray[np.bool_]
    row_of_column: NDArray[np.int64]

    @property
    def longest_m(self) -> float:
        """The dearest allowed link; 0 where none is allowed."""
        allowed = self.cost_m[np.isfinite(self.cost_m)]
        return float(allowed.max()) if len(allowed) else 0.0

    def priced(self, remote_m: float) -> NDArray[np.float64]:
        """(r, c) the cost with so many metres more for a remote link."""
        return self.cost_m if remote_m == 0 or not self.remote.any() else np.where(self.remote, self.cost_m + remote_m, self.cost_m)


def rooted(problem: ChainProblem) -> NDArray[np.bool_]:
    """(s,) roots; a school with a pinned mentor is none."""
    return problem.is_root if problem.pinned is None else problem.is_root & (problem.pinned < 0)


def chain_table(problem: ChainProblem) -> ChainTable:
    """The table of a problem: strictly higher levels, the county line, pins and forbidden pairs are in it; caps and depths are not."""
    root = rooted(problem)
    mentee = np.flatnonzero(~root)
    lowest = problem.level[mentee].max() if len(mentee) else 0
    mentor = np.flatnonzero(problem.level < lowest)
    row_of_school = np.full(problem.school_count, -1, dtype=np.int64)
    row_of_school[mentee] = np.arange(len(mentee))
    distance = cdist(problem.xy[mentee], problem.xy[mentor]) if len(mentee) and len(mentor) else np.zeros((len(mentee), len(mentor)))
    higher = problem.level[mentee][:, None] - problem.level[mentor][None, :]
    cost = np.where(higher > 0, distance + problem.level_gap_weight_m * (higher - 1), np.inf)
    far: NDArray[np.bool_] = distance > problem.max_distance_m
    if problem.pinned is not None:
        at = np.flatnonzero(problem.pinned[mentee] >= 0)
        pin = np.searchsorted(mentor, problem.pinned[mentee[at]])
        fits = (pin < len(mentor)) & (mentor[np.minimum(pin, len(mentor) - 1)] == problem.pinned[mentee[at]])
        kept = np.where(fits, cost[at, np.minimum(pin, len(mentor) - 1)], np.inf)
    if problem.county is not None:
        cost[problem.county[mentee][:, None] != problem.county[mentor][None, :]] = np.inf
    if problem.forbidden is not None and len(problem.forbidden):
        column_of_school = np.full(problem.school_count, -1, dtype=np.int64)
        column_of_school[mentor] = np.arange(len(mentor))
        row, column = row_of_school[problem.forbidden[:, 1]], column_of_school[problem.forbidden[:, 0]]
        known = (row >= 0) & (column >= 0)
        cost[row[known], column[known]] = np.inf
    if problem.pinned is not None:
        cost[at] = np.inf
        cost[at[fits], pin[fits]] = kept[fits]
    return ChainTable(mentee, mentor, cost, far & np.isfinite(cost), row_of_school[mentor])


def cheapest(cost: NDArray[np.float64], cap: int | NDArray[np.int64]) -> tuple[NDArray[np.int64], float] | None:
    """(column of every row at least total cost, the proven bound) when a column takes at most ``cap`` rows (one number, or one of each); None when not all rows can be served.

    The flow is solved on the best arcs of each row, its prices are tried on every arc, and arcs that would help are added until none would.
    """
    if not np.isfinite(cost).any(axis=1).all():
        return None
    rows, columns = cost.shape
    try:
        problem = ZoningProblem(
            demand=np.ones(rows),
            capacity=np.minimum(np.full(columns, cap), rows).astype(np.float64),
            edges=np.empty((0, 2), dtype=np.int64),
            home_block=np.zeros(columns, dtype=np.int64),
            distance_m=cost,
            contiguous=False,
            keep_home=False,
        )
        found = solve_transport(problem, candidates=12, rounds=40)
    except InfeasibleError:
        return None
    choice = np.full(rows, -1, dtype=np.int64)
    whole = found.flow_pupils > 0.5  # unit demands and whole caps: the flow is whole
    choice[found.flow_block[whole]] = found.flow_school[whole]
    if (choice < 0).any():
        raise ArithmeticError("the flow splits a school")
    return choice, found.bound


def depth_of(table: ChainTable, column_of_row: NDArray[np.int64]) -> NDArray[np.int64]:
    """(r,) links up to the root."""
    above = table.row_of_column[column_of_row]
    depth = np.ones(len(column_of_row), dtype=np.int64)
    at = above.copy()
    while (at >= 0).any():
        depth[at >= 0] += 1
        at = np.where(at >= 0, above[np.maximum(at, 0)], -1)
    return depth
