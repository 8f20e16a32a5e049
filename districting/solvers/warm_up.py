"""Compile the kernels of this room."""

from __future__ import annotations

import numpy as np

from districting.model.zoning_problem import ZoningProblem
from districting.solvers.transport import solve_transport


def compile_kernels() -> None:
    """Run every kernel once on three blocks and two schools."""
    problem = ZoningProblem(
        demand=np.array([3.0, 2.0, 4.0]),
        capacity=np.array([4.0, 6.0]),
        edges=np.array([[0, 1], [1, 2]]),
        home_block=np.array([0, 2]),
        xy=np.array([[0.0, 0.0], [100.0, 0.0], [200.0, 0.0]]),
        school_xy=np.array([[0.0, 0.0], [200.0, 0.0]]),
    )
    solve_transport(problem)
