"""Compile the kernels of the zone search once."""

from __future__ import annotations

from districting.model.zoning_problem import ZoningProblem
from districting.zoning.assign import assign_blocks


def compile_kernels() -> None:
    """Solve a row of five blocks, one of them empty: runs each kernel with the types of real runs."""
    xy = [(100.0 * i, 0.0) for i in range(5)]
    edges = [(i, i + 1) for i in range(4)]
    problem = ZoningProblem(demand=[3, 2, 0, 2, 4], capacity=[6, 6], edges=edges, home_block=[0, 4], xy=xy, school_xy=[xy[0], xy[4]])
    assign_blocks(problem, steps=2000)
