"""The master programme of column generation: which zones to combine, and the prices of the blocks that follow."""

from __future__ import annotations

import highspy
import numpy as np
from highspy._core import _Highs
from numpy.typing import NDArray


class Master:
    """Zones as columns; every block covered once, every school one zone. Artificial columns keep each price within ``spread`` of its centre."""

    def __init__(self, centre: NDArray[np.float64], spread: float, schools: int) -> None:
        self.n, self.k, self.centre, self.spread = len(centre), schools, centre, spread
        self.first_spread = spread
        self.members: list[NDArray[np.int64]] = []
        self.schools: list[int] = []
        self.shut: NDArray[np.bool_] = np.zeros(0, dtype=np.bool_)
        self.known: set[tuple[int, bytes]] = set()
        self.highs = _Highs()
        for option, value in (("output_flag", False), ("threads", 1), ("random_seed", 0), ("solver", "simplex")):
            self.highs.setOptionValue(option, value)
        self._rows()

    def _rows(self) -> None:
        n, k = self.n, self.k
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = 2 * n, n + k
        lp.col_cost_ = np.concatenate([self.centre + self.spread, self.spread - self.centre])
        lp.col_lower_, lp.col_upper_ = np.zeros(2 * n), np.full(2 * n, np.inf)
        lp.row_lower_ = lp.row_upper_ = np.ones(n + k)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.num_col_, lp.a_matrix_.num_row_ = 2 * n, n + k
        lp.a_matrix_.start_ = np.arange(2 * n + 1)
        lp.a_matrix_.index_ = np.tile(np.arange(n), 2)
        lp.a_matrix_.value_ = np.concatenate([np.ones(n), -np.ones(n)])
        self.highs.passModel(lp)

    def add(self, school: int, members: NDArray[np.int64], cost: float) -> bool:
        """Add a zone; False when it is there already."""
        key = school, members.tobytes()
        if key in self.known:
            return False
        self.known.add(key)
        self.members.append(members)
        self.schools.append(school)
        index = np.append(members, self.n + school).astype(np.int32)
        self.highs.addCol(cost, 0.0, np.inf, len(index), index, np.ones(len(index)))
        return True

    def move(self, centre: NDArray[np.float64], spread: float) -> None:
        """Box the prices elsewhere."""
        self.centre, self.spread = centre, spread
        columns = np.arange(2 * self.n, dtype=np.int32)
        self.highs.changeColsCost(2 * self.n, columns, np.concatenate([centre + spread, spread - centre]))

    def drop(self, alive: NDArray[np.bool_]) -> None:
        """Close the zones that use an arc no longer alive."""
        gone = [c for c, (j, members) in enumerate(zip(self.schools, self.members, strict=True)) if not alive[members, j].all()]
        if gone:
            columns = np.array(gone, dtype=np.int32) + 2 * self.n
            self.highs.changeColsBounds(len(gone), columns, np.zeros(len(gone)), np.zeros(len(gone)))

    def solve(self) -> tuple[float, NDArray[np.float64]]:
        """Objective and the prices of the blocks."""
        self.highs.run()
        return float(self.highs.getInfo().objective_function_value), np.array(self.highs.getSolution().row_dual)[: self.n]
