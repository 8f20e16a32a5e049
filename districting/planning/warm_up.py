"""Compile every kernel once, so that no planner's first run waits for it."""

from __future__ import annotations

import numpy as np

from districting.enrolment.choice import CHOICE_ENGINES, run_engine
from districting.geography.nearest_sources import nearest_sources
from districting.model.choice_problem import ChoiceProblem
from districting.model.zoning_problem import ZoningProblem
from districting.planning.ensemble import ensemble
from districting.solvers.warm_up import compile_kernels as compile_solvers
from districting.zoning.warm_up import compile_kernels as compile_zoning


def compile_kernels() -> None:
    """Run each kernel on a tiny input; the machine code is kept on disk."""
    compile_solvers()
    compile_zoning()
    step = np.array([0, 1, 2], dtype=np.int32), np.array([1, 0], dtype=np.int32), np.ones(2)
    nearest_sources(*step, np.zeros(1, dtype=np.int64), np.zeros(1), 1)
    line = ZoningProblem(np.ones(4), np.full(2, 3.0), np.array([(0, 1), (1, 2), (2, 3)]), np.array([0, 3]), distance_m=np.ones((4, 2)))
    ensemble(line, size=8, between=2, steps=100)
    one = np.ones(2, dtype=np.int64)
    choice = ChoiceProblem(np.array([[0, 1], [0, 1]], dtype=np.int32), one, np.zeros((2, 2), dtype=np.uint8), np.arange(2), one)
    for engine in CHOICE_ENGINES:
        run_engine(engine, choice)
