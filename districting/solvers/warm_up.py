"""Compile the kernels of this room."""

from __future__ import annotations

from districting.model.zoning_problem import ZoningProblem
from districting.solvers.transport import solve_transport


def compile_kernels() -> None:
    """Run every kernel once on three blocks and two schools."""
    solve_transport(
        ZoningProblem(
            demand=[3, 2, 4], capacity=[4, 6], edges=[(0, 1), (1, 2)], home_block=[0, 2], xy=[(0, 0), (100, 0), (200, 0)], school_xy=[(0, 0), (200, 0)]
        )
    )
