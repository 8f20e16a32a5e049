"""The mixed-integer programme of one area: x[u, l] unit u goes to centre l, all arcs kept, so that its bound holds for the whole area."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from districting.grouping.area import Area
from districting.grouping.connectivity import least_separator, separator
from districting.solvers.milp import Milp, MilpResult, Row


class Programme:
    """Columns: n x c binaries x[u, l] in row order, then c deviations e_l >= |pull of the district| (only when evenness counts).

    ``x[root(l), l] = 1`` says that centre l is open. Costs are scaled to about 1 so that tolerances mean the same everywhere.
    """

    def __init__(self, area: Area, *, with_objective: bool = True) -> None:
        self.area = area
        self.n, self.c = area.cost.shape
        self.even = area.evenness > 0 and with_objective and bool(np.any(area.pull))
        self.scale = max(1.0, float(area.cost.mean())) if with_objective else 1.0
        self._pull_scale = max(1.0, float(np.abs(area.pull).max()))
        arcs = area.cost.ravel() / self.scale if with_objective else np.zeros(self.n * self.c)
        deviation = np.full(self.c if self.even else 0, area.evenness * self._pull_scale / self.scale)
        high = np.concatenate([self._open_arcs(), np.full(len(deviation), np.inf)])
        integer = np.concatenate([np.ones(len(arcs), dtype=bool), np.zeros(len(deviation), dtype=bool)])
        self.milp = Milp(np.concatenate([arcs, deviation]), np.zeros(len(high)), high, integer)
        self.milp.add_rows([*self._cover(), *self._counts(), *self._linked(), *self._evenness(), *self._beside()])

    def arc(self, unit: int, centre: int) -> int:
        """The column of x[unit, centre]."""
        return unit * self.c + centre

    def _open_arcs(self) -> NDArray[np.float64]:
        """An arc is shut when the unit and the root together already hold more than a district may."""
        area = self.area
        together = area.count[:, None, :] + area.count[area.root][None, :, :]
        own = area.root[None, :] == np.arange(self.n)[:, None]
        held = np.where(own[..., None], area.count[:, None, :], together)
        return np.where((held > area.most).any(axis=2), 0.0, 1.0).ravel()

    def _cover(self) -> list[Row]:
        return [(np.arange(u * self.c, (u + 1) * self.c), np.ones(self.c), 1.0, 1.0) for u in range(self.n)]

    def _counts(self) -> list[Row]:
        rows: list[Row] = []
        area = self.area
        for centre, root in enumerate(area.root):
            for k in range(len(area.keys)):
                held = np.flatnonzero(area.count[:, k])
                for limit, low, high in ((float(area.least[k]), 0.0, np.inf), (float(area.most[k]), -np.inf, 0.0)):
                    if np.isfinite(limit) and (limit > 0 or high == 0.0):
                        rows.append(self._net(held, area.count[held, k], int(root), centre, limit, (low, high)))
        return rows

    def _net(self, units: NDArray[np.int64], value: NDArray[np.int64], root: int, centre: int, limit: float, bounds: tuple[float, float]) -> Row:
        """Sum value x[u, l] - limit x[root, l] within bounds, the root's two coefficients merged."""
        coefficient = np.zeros(self.n)
        coefficient[units] = value
        coefficient[root] -= limit
        kept = np.flatnonzero(coefficient)
        return kept * self.c + centre, coefficient[kept], *bounds

    def _linked(self) -> list[Row]:
        return [
            (np.array([self.arc(u, centre), self.arc(int(root), centre)]), np.array([1.0, -1.0]), -np.inf, 0.0)
            for centre, root in enumerate(self.area.root)
            for u in range(self.n)
            if u != root
        ]

    def _evenness(self) -> list[Row]:
        if not self.even:
            return []
        rows: list[Row] = []
        pull = self.area.pull / self._pull_scale
        held = np.flatnonzero(pull)
        for centre in range(self.c):
            columns = np.append(held * self.c + centre, self.n * self.c + centre)
            rows += [(columns, np.append(-sign * pull[held], 1.0), 0.0, np.inf) for sign in (1.0, -1.0)]
        return rows

    def _beside(self) -> list[Row]:
        """A unit away from the root needs at least one of its neighbours in the same district."""
        if not self.area.connected:
            return []
        return [
            self.cut([u], centre, u) for centre, root in enumerate(self.area.root) for u in range(self.n) if u != root and root not in self.area.neighbours[u]
        ]

    def cut(self, piece: list[int] | set[int], centre: int, unit: int) -> Row:
        """``unit`` of ``piece`` may go to ``centre`` only with a unit of the separator between them."""
        wall = separator(self.area.neighbours, piece, int(self.area.root[centre]))
        columns = np.array([*(self.arc(w, centre) for w in wall), self.arc(unit, centre)])
        return columns, np.append(np.ones(len(wall)), -1.0), 0.0, np.inf

    def broken_separators(self, x: NDArray[np.float64], *, by: float) -> list[Row]:
        """Rows ``sum of a separator >= x[unit, centre]`` that a relaxation breaks by more than ``by``, the lightest separator of each pair."""
        area = self.area
        share = x[: self.n * self.c].reshape(self.n, self.c)
        rows: list[Row] = []
        for centre, root in enumerate(area.root.tolist() if area.connected else ()):
            for unit in np.flatnonzero(share[:, centre] > by).tolist():
                if unit == root:
                    continue
                wall, held = least_separator(area.neighbours, share[:, centre], root, unit)
                if held < share[unit, centre] - by:
                    columns = np.array([*(self.arc(w, centre) for w in wall), self.arc(unit, centre)])
                    rows.append((columns, np.append(np.ones(len(wall)), -1.0), 0.0, np.inf))
        return rows

    def label_of(self, result: MilpResult) -> NDArray[np.int64] | None:
        """Unit -> centre of a solution, None when there is none."""
        if result.x is None:
            return None
        return np.argmax(result.x[: self.n * self.c].reshape(self.n, self.c), axis=1).astype(np.int64)
