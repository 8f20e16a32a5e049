"""Compile every kernel once, so that no planner's first run waits for it."""

from __future__ import annotations

from districting.solvers.warm_up import compile_kernels as compile_solvers
from districting.zoning.warm_up import compile_kernels as compile_zoning


def compile_kernels() -> None:
    """Run each kernel on a tiny input; the machine code is kept on disk."""
    compile_solvers()
    compile_zoning()
