"""Mixed-integer programmes by HiGHS: rows may be added between solves; status, bound and gap stand apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import highspy
import numpy as np
from highspy._core import _Highs
from numpy.typing import NDArray
from scipy import sparse

MilpStatus = Literal["optimal", "feasible", "infeasible", "unknown"]


@dataclass(frozen=True, eq=False)
class MilpResult:
    """``x`` is None when no solution is known; ``bound`` is the proven lower bound (-inf when none); ``dual`` the rows' prices of a linear relaxation, in order."""

    status: MilpStatus
    x: NDArray[np.float64] | None
    objective: float
    bound: float
    dual: NDArray[np.float64] | None = None


Row = tuple[NDArray[np.int64], NDArray[np.float64], float, float]
"""Column positions, coefficients, lower and upper limit."""


class Milp:
    """Minimise ``cost @ x`` under ``row_low <= A x <= row_high`` and ``low <= x <= high``; one thread, so that a run repeats.

    >>> model = Milp(np.array([1.0, 2.0]), np.zeros(2), np.ones(2), np.array([True, True]))
    >>> model.add_rows([(np.array([0, 1]), np.array([1.0, 1.0]), 1.0, np.inf)])
    >>> model.solve(time_limit_s=5.0).objective
    1.0
    """

    def __init__(
        self, cost: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64], integer: NDArray[np.bool_], *, cut_rounds: int | None = None
    ) -> None:
        """``cut_rounds``: relaxations after which a cut that does nothing is forgotten; None = HiGHS's own number."""
        self._cost, self._low, self._high, self._integer = cost, low, high, integer
        # highspy.Highs prints a banner on stdout before it can be told not to (stdout belongs to --json); its base class does not.
        self._highs = _Highs()
        for option, value in (("output_flag", False), ("threads", 1), ("random_seed", 0), ("mip_abs_gap", 1e-9)):
            self._highs.setOptionValue(option, value)
        if cut_rounds is not None:
            self._highs.setOptionValue("mip_lp_age_limit", cut_rounds)
        self._columns_given = False

    def add_rows(self, rows: Sequence[Row]) -> None:
        """Add rows; those of the first call go in with the columns."""
        if not rows:
            self._give_columns([])
            return
        if not self._columns_given:
            self._give_columns(rows)
            return
        for index, value, low, high in rows:
            self._highs.addRow(float(low), float(high), len(index), index.astype(np.int32), value.astype(np.float64))

    def _give_columns(self, rows: Sequence[Row]) -> None:
        if self._columns_given:
            return
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(self._cost), len(rows)
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = self._cost, self._low, self._high
        lp.row_lower_ = np.array([r[2] for r in rows], dtype=np.float64)
        lp.row_upper_ = np.array([r[3] for r in rows], dtype=np.float64)
        lp.integrality_ = [highspy.HighsVarType.kInteger if i else highspy.HighsVarType.kContinuous for i in self._integer]
        matrix = columns_by_rows(rows, len(self._cost))
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.num_col_, lp.a_matrix_.num_row_ = len(self._cost), len(rows)
        lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
        self._highs.passModel(lp)
        self._columns_given = True

    def solve(self, *, time_limit_s: float, gap: float = 0.0, nodes: int | None = None) -> MilpResult:
        """Solve until the relative gap, the time limit or so many ``nodes``.

        No solution to begin with is handed over: HiGHS 1.16 with presolve may map one wrongly and then "prove" a bound above the truth or an objective
        that its own columns do not have (measured on eight schools).
        """
        self._give_columns([])
        self._highs.clearSolver()
        self._highs.setOptionValue("time_limit", max(0.01, float(time_limit_s)))
        self._highs.setOptionValue("mip_rel_gap", float(gap))
        self._highs.setOptionValue("mip_max_nodes", 2**31 - 1 if nodes is None else nodes)
        self._highs.run()
        return self._result()

    def set_bounds(self, columns: NDArray[np.int64], low: NDArray[np.float64], high: NDArray[np.float64]) -> None:
        """New limits of some columns."""
        self._give_columns([])
        self._highs.changeColsBounds(len(columns), columns.astype(np.int32), low.astype(np.float64), high.astype(np.float64))

    def set_costs(self, cost: NDArray[np.float64]) -> None:
        """Another objective over the same rows."""
        self._give_columns([])
        self._cost = cost
        self._highs.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost.astype(np.float64))

    def relaxed(self, *, time_limit_s: float) -> MilpResult:
        """The linear relaxation, going on from the last one: ``bound`` is its optimum, -inf when the time did not suffice."""
        self._give_columns([])
        self._highs.setOptionValue("solve_relaxation", True)
        self._highs.setOptionValue("time_limit", float(self._highs.getRunTime()) + max(0.01, float(time_limit_s)))
        self._highs.run()
        self._highs.setOptionValue("solve_relaxation", False)
        state = self._highs.getModelStatus()
        if state in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
            return MilpResult("infeasible", None, np.inf, np.inf)
        if state != highspy.HighsModelStatus.kOptimal:
            return MilpResult("unknown", None, np.inf, -np.inf)
        value = float(self._highs.getInfo().objective_function_value)
        solution = self._highs.getSolution()
        return MilpResult("optimal", np.array(solution.col_value), value, value, np.array(solution.row_dual))

    def row_duals(self) -> NDArray[np.float64]:
        """(rows,) prices of the rows at the last linear optimum: the cost of a column less its rows' prices is its reduced cost."""
        return np.array(self._highs.getSolution().row_dual, dtype=np.float64)

    def _result(self) -> MilpResult:
        state = self._highs.getModelStatus()
        info = self._highs.getInfo()
        if state in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
            return MilpResult("infeasible", None, np.inf, np.inf)
        known = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        x = np.array(self._highs.getSolution().col_value) if known else None
        bound = float(info.mip_dual_bound) if np.isfinite(info.mip_dual_bound) else -np.inf
        objective = float(self._cost @ x) if x is not None else np.inf
        if x is not None and abs(objective - float(info.objective_function_value)) > 1e-6 * max(1.0, abs(objective)):
            raise ArithmeticError("the solver's objective is not that of its columns")
        status: MilpStatus = "unknown" if x is None else "optimal" if state == highspy.HighsModelStatus.kOptimal else "feasible"
        return MilpResult(status, x, objective, bound)


def columns_by_rows(rows: Sequence[Row], columns: int) -> sparse.csr_array:
    """(rows, columns) coefficients."""
    if not rows:
        return sparse.csr_array((0, columns))
    lengths = [len(r[0]) for r in rows]
    start = np.concatenate([[0], np.cumsum(lengths)])
    return sparse.csr_array((np.concatenate([r[1] for r in rows]), np.concatenate([r[0] for r in rows]), start), shape=(len(rows), columns))
