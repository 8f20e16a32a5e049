"""Compile the kernels of this room."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from districting.model.zoning_problem import ZoningProblem
from districting.solvers.pricing import best_candidates
from districting.solvers.shortest_paths import renew
from districting.solvers.transport import solve_transport


def compile_kernels() -> None:
    """Run every kernel once on three blocks and two schools: by coordinates, by a table and by a sparse table."""
    xy, school_xy = np.array([[0.0, 0.0], [100.0, 0.0], [200.0, 0.0]]), np.array([[0.0, 0.0], [200.0, 0.0]])
    problem = ZoningProblem(
        demand=np.array([3.0, 2.0, 4.0]),
        capacity=np.array([4.0, 6.0]),
        edges=np.array([[0, 1], [1, 2]]),
        home_block=np.array([0, 2]),
        xy=xy,
        school_xy=school_xy,
    )
    table = 1.0 + np.abs(xy[:, None, 0] - school_xy[None, :, 0])
    for distances in ({}, {"distance_m": table}, {"distance_m": sp.csr_array(table)}):
        solve_transport(problem.replace(**distances))
    school, metres = best_candidates(problem, np.zeros(2), 2)
    renew(school, metres, np.zeros(school.shape), np.array([9.0, 0.0]), school.copy(), metres.copy())
