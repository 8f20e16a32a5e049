"""The mixed-integer programme of one area: x[u, l] unit u goes to centre l, all arcs kept, so that its bound holds for the whole area."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from districting.grouping.area import Area
from districting.grouping.connectivity import least_separator, separator
from districting.solvers.milp import Milp, MilpResult, Row

_NEGLIGIBLE = 1e-9


class Programme:
    """Columns: n x c binaries x[u, l] in row order, then c deviations per evenness that counts, then c x 3 binaries "a school of this tier is in" where tiers are counted.

    ``x[root(l), l] = 1`` says that centre l is open. Costs are scaled to about 1 so that tolerances mean the same everywhere.
    """

    def __init__(self, area: Area, *, with_objective: bool = True) -> None:
        self.area = area
        self.n, self.c = area.cost.shape
        self.pulled = [q for q in range(len(area.even)) if with_objective and area.even[q] > 0 and np.any(area.pull[:, q])]
        self.scale = max(1.0, float(area.cost.mean())) if with_objective and area.cost.size else 1.0
        self._pull_scale = [max(1.0, float(np.abs(area.pull[:, q]).max())) for q in self.pulled]
        arcs = area.cost.ravel() / self.scale if with_objective else np.zeros(self.n * self.c)
        deviation = [np.full(self.c, area.even[q] * s / self.scale) for q, s in zip(self.pulled, self._pull_scale, strict=True)]
        tiers = np.zeros(3 * self.c if area.min_tiers > 1 else 0)
        self._first_tier = len(arcs) + sum(len(d) for d in deviation)
        cost = np.concatenate([arcs, *deviation, tiers])
        high = np.concatenate([self._open_arcs(), np.full(self._first_tier - len(arcs), np.inf), np.ones(len(tiers))])
        integer = np.concatenate([np.ones(len(arcs), dtype=bool), np.zeros(self._first_tier - len(arcs), dtype=bool), np.ones(len(tiers), dtype=bool)])
        self.milp = Milp(cost, np.zeros(len(high)), high, integer)
        self.milp.add_rows(
            [*self._cover(), *self._limits(), *self._linked(), *self._evenness(), *self._beside(), *self._tiers(), *self._fits(), *self._number()]
        )

    def arc(self, unit: int, centre: int) -> int:
        """The column of x[unit, centre]."""
        return unit * self.c + centre

    def _open_arcs(self) -> NDArray[np.float64]:
        """An arc is shut when a rule forbids it, or when the unit and the root together already hold more than a district may of what only adds up."""
        area = self.area
        adds = (area.limits.amount >= 0).all(axis=0)
        amount, most = area.limits.amount[:, adds], area.limits.most[adds]
        together = amount[:, None, :] + amount[area.root][None, :, :]
        own = area.root[None, :] == np.arange(self.n)[:, None]
        held = np.where(own[..., None], amount[:, None, :], together)
        shut = (held > most).any(axis=2) | ~area.allowed
        for centre, root in enumerate(area.root.tolist() if area.far else ()):
            shut[sorted(area.far[root]), centre] = True
        return np.where(shut, 0.0, 1.0).ravel()

    def _cover(self) -> list[Row]:
        return [(np.arange(u * self.c, (u + 1) * self.c), np.ones(self.c), 1.0, 1.0) for u in range(self.n)]

    def _limits(self) -> list[Row]:
        rows: list[Row] = []
        limits = self.area.limits
        for centre, root in enumerate(self.area.root.tolist()):
            for k in range(len(limits.keys)):
                for limit, low, high in ((limits.least[k], 0.0, np.inf), (limits.most[k], -np.inf, 0.0)):
                    if np.isfinite(limit) and (limit > 0 or high == 0.0 or (limits.amount[:, k] < 0).any()):
                        rows.append(self._net(limits.amount[:, k], root, centre, float(limit), (low, high)))
        return rows

    def _net(self, value: NDArray[np.float64], root: int, centre: int, limit: float, bounds: tuple[float, float]) -> Row:
        """Sum value x[u, l] - limit x[root, l] within bounds, the root's two coefficients merged."""
        coefficient = value.copy()
        coefficient[root] -= limit
        kept = np.flatnonzero(coefficient)
        size = max(1.0, float(np.abs(coefficient).max(initial=0.0)) / 100.0)
        return kept * self.c + centre, coefficient[kept] / size, *bounds

    def _linked(self) -> list[Row]:
        return [
            (np.array([self.arc(u, centre), self.arc(root, centre)]), np.array([1.0, -1.0]), -np.inf, 0.0)
            for centre, root in enumerate(self.area.root.tolist())
            for u in np.flatnonzero(self.area.allowed[:, centre]).tolist()
            if u != root
        ]

    def _evenness(self) -> list[Row]:
        rows: list[Row] = []
        for at, (q, scale) in enumerate(zip(self.pulled, self._pull_scale, strict=True)):
            pull = self.area.pull[:, q] / scale
            held = np.flatnonzero(pull)
            for centre in range(self.c):
                columns = np.append(held * self.c + centre, self.n * self.c + at * self.c + centre)
                rows += [(columns, np.append(-sign * pull[held], 1.0), 0.0, np.inf) for sign in (1.0, -1.0)]
        return rows

    def _beside(self) -> list[Row]:
        """A unit away from the root needs at least one of its neighbours in the same district."""
        area = self.area
        if not area.connected:
            return []
        return [
            self.cut([u], centre, u)
            for centre, root in enumerate(area.root.tolist())
            if area.ground[root]
            for u in np.flatnonzero(area.ground & area.allowed[:, centre]).tolist()
            if u != root and root not in area.neighbours[u]
        ]

    def _tiers(self) -> list[Row]:
        """z[l, t] <= schools of tier t in l, and their sum >= the tiers asked of an open district."""
        area = self.area
        if area.min_tiers <= 1:
            return []
        rows: list[Row] = []
        for centre, root in enumerate(area.root.tolist()):
            first = self._first_tier + 3 * centre
            for tier in range(3):
                held = np.flatnonzero(area.tiers[:, tier])
                rows.append((np.append(held * self.c + centre, first + tier), np.append(np.ones(len(held)), -1.0), 0.0, np.inf))
            rows.append((np.array([first, first + 1, first + 2, self.arc(root, centre)]), np.array([1.0, 1.0, 1.0, -float(area.min_tiers)]), 0.0, np.inf))
        return rows

    def _fits(self) -> list[Row]:
        fit = self.area.fit
        if fit is None:
            return []
        held = [np.flatnonzero(fit[:, centre]) for centre in range(self.c)]
        return [(units * self.c + centre, fit[units, centre], -_NEGLIGIBLE, np.inf) for centre, units in enumerate(held) if len(units)]

    def _number(self) -> list[Row]:
        least, most = self.area.districts
        if least <= 0 and not np.isfinite(most):
            return []
        roots = np.array([self.arc(root, centre) for centre, root in enumerate(self.area.root.tolist())], dtype=np.int64)
        return [(roots, np.ones(len(roots)), float(least), most)]

    def cut(self, piece: list[int] | set[int], centre: int, unit: int) -> Row:
        """``unit`` of ``piece`` may go to ``centre`` only with a unit of the separator between them."""
        wall = separator(self.area.neighbours, piece, int(self.area.root[centre]))
        columns = np.array([*(self.arc(w, centre) for w in wall), self.arc(unit, centre)])
        return columns, np.append(np.ones(len(wall)), -1.0), 0.0, np.inf

    def apart(self, piece: set[int], centre: int, unit: int, other: int) -> Row:
        """``unit`` of ``piece`` and ``other`` outside it may both go to ``centre`` only with a unit of the separator between them (a centre without ground)."""
        wall = separator(self.area.neighbours, piece, other)
        columns = np.array([*(self.arc(w, centre) for w in wall), self.arc(unit, centre), self.arc(other, centre)])
        return columns, np.append(-np.ones(len(wall)), [1.0, 1.0]), -np.inf, 1.0

    def too_far(self, unit: int, other: int, centre: int) -> Row:
        """Two units farther apart than a district may stretch."""
        columns = np.array([self.arc(unit, centre), self.arc(other, centre), self.arc(int(self.area.root[centre]), centre)])
        if self.area.root[centre] in (unit, other):
            return columns[:2], np.ones(2), -np.inf, 1.0
        return columns, np.array([1.0, 1.0, -1.0]), -np.inf, 0.0

    def broken_separators(self, x: NDArray[np.float64], *, by: float) -> list[Row]:
        """Rows ``sum of a separator >= x[unit, centre]`` that a relaxation breaks by more than ``by``, the lightest separator of each pair."""
        area = self.area
        share = x[: self.n * self.c].reshape(self.n, self.c)
        rows: list[Row] = []
        for centre, root in enumerate(area.root.tolist() if area.connected else ()):
            if not area.ground[root]:
                continue
            for unit in np.flatnonzero((share[:, centre] > by) & area.ground).tolist():
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
