"""Compile the kernels of the zone search once."""

from __future__ import annotations

import numpy as np

from districting.model.goals import Distance, Stability
from districting.model.rules import MinimumFill
from districting.model.zoning_problem import ZoningProblem
from districting.zoning.assign import assign_blocks
from districting.zoning.exact.warm_up import compile_kernels as compile_proof


def compile_kernels() -> None:
    """Solve a row of five blocks, one of them empty: runs each kernel with the types of real runs."""
    compile_proof()
    xy = np.array([(100.0 * i, 0.0) for i in range(5)])
    edges = np.array([(i, i + 1) for i in range(4)])
    home = np.array([0, 4])
    problem = ZoningProblem(demand=np.array([3.0, 2, 0, 2, 4]), capacity=np.array([6.0, 6]), edges=edges, home_block=home, xy=xy, school_xy=xy[home])
    assign_blocks(problem, steps=2000)
    assign_blocks(problem.replace(today=np.array([0, 0, 0, 1, 1]), objectives=(Distance(), Stability(5.0)), rules=(MinimumFill(0.1),)), steps=2000)
