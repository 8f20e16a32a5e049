"""The mixed-integer programme of one area: x[u, l] unit u goes to centre l, on all arcs or on those that are kept."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from districting.grouping.area import Area
from districting.grouping.connectivity import least_separator, separator
from districting.grouping.rows import Layout
from districting.solvers.milp import Milp, MilpResult, Row


class Programme:
    """Columns as in :class:`Layout`, named by their position among all arcs; arcs that are not ``kept`` (n, c) are 0 and cost nothing.

    A bound holds for the whole area where all arcs are kept, or where those left out are proven to be in no better plan. ``dualised`` are the rows of the programme
    that a bound from multipliers prices; ``share`` reads a result.
    """

    def __init__(self, area: Area, *, with_objective: bool = True, kept: NDArray[np.bool_] | None = None, cuts: Sequence[Row] = ()) -> None:
        self.area = area
        self.layout = Layout(area, with_objective=with_objective)
        self.n, self.c, self.scale = self.layout.n, self.layout.c, self.layout.scale
        opened = self.layout.high[: self.n * self.c].reshape(self.n, self.c) > 0
        self.kept = opened if kept is None else kept & opened
        here = np.ones(len(self.layout.cost), dtype=bool)
        here[: self.n * self.c] = self.kept.ravel()
        self._here = np.flatnonzero(here)
        self._column = np.full(len(here), -1, dtype=np.int64)
        self._column[self._here] = np.arange(len(self._here))
        self.milp = Milp(self.layout.cost[here], np.zeros(len(self._here)), self.layout.high[here], self.layout.integer[here])
        self.cuts: list[Row] = list(cuts)
        self.dualised = [*self.layout.rows(self.kept), *cuts]
        ours = [*self.layout.cover(), *self.layout.linked(self.kept), *self.layout.number()]
        self._first = len(ours)
        self.milp.add_rows([self._here_of(row) for row in [*ours, *self.dualised]])

    def arc(self, unit: int, centre: int) -> int:
        """The position of x[unit, centre] among all arcs."""
        return unit * self.c + centre

    def _here_of(self, row: Row) -> Row:
        columns = self._column[row[0]]
        there = columns >= 0
        return (columns, *row[1:]) if there.all() else (columns[there], row[1][there], *row[2:])

    def add(self, rows: Sequence[Row]) -> None:
        """Cuts, over all arcs."""
        if rows:
            self.cuts += rows
            self.dualised += rows
            self.milp.add_rows([self._here_of(row) for row in rows])

    @property
    def openings(self) -> NDArray[np.int64]:
        """Centres that may open."""
        return np.flatnonzero(self.kept[self.area.root, np.arange(self.c)])

    def open_within(self, low: NDArray[np.float64], high: NDArray[np.float64]) -> None:
        """Limits of "is open" for each of :attr:`openings`."""
        at = self.openings
        self.milp.set_bounds(self._column[self.area.root[at] * self.c + at], low, high)

    def relaxed(self, *, time_limit_s: float) -> MilpResult:
        """The linear relaxation, ``x`` over all arcs, ``dual`` of the cover rows and then of the ``dualised``."""
        found = self._spread(self.milp.relaxed(time_limit_s=time_limit_s))
        if found.dual is None:
            return found
        return dataclasses.replace(found, dual=np.concatenate([found.dual[: self.n], found.dual[self._first :]]))

    def solve(self, *, time_limit_s: float, gap: float = 0.0, nodes: int | None = None) -> MilpResult:
        """The programme solved, ``x`` over all arcs."""
        return self._spread(self.milp.solve(time_limit_s=time_limit_s, gap=gap, nodes=nodes))

    def _spread(self, found: MilpResult) -> MilpResult:
        if found.x is None:
            return found
        x = np.zeros(len(self._column))
        x[self._here] = found.x
        return dataclasses.replace(found, x=x)

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
        """Rows ``sum of a separator >= x[unit, centre]`` that a relaxation breaks by more than ``by``, the lightest separator of each pair.

        Looked for among the units that the relaxation puts under the centre, the others being free to be in the wall: those beside the side of the root.
        """
        area = self.area
        share = x[: self.n * self.c].reshape(self.n, self.c)
        rows: list[Row] = []
        for centre, root in enumerate(area.root.tolist() if area.connected else ()):
            if not area.ground[root] or share[root, centre] <= by:
                continue
            weight = share[:, centre]
            here = np.flatnonzero((weight > 1e-9) & area.ground)
            if np.all(weight[here] > weight[root] - by) and len(here) == 1:
                continue
            rows += self._broken_at(centre, root, here, weight, by)
        return rows

    def _broken_at(self, centre: int, root: int, here: NDArray[np.int64], weight: NDArray[np.float64], by: float) -> list[Row]:
        area = self.area
        place = {u: i for i, u in enumerate(here.tolist())}
        inside = [[place[v] for v in area.neighbours[u] if v in place] for u in here.tolist()]
        rows: list[Row] = []
        for unit in here[weight[here] > by].tolist():
            if unit == root or unit in area.neighbours[root]:
                continue
            found, held = least_separator(inside, weight[here], place[root], place[unit])
            if held < weight[unit] - by:
                wall = _wall(area, root, unit, {int(here[w]) for w in found}, set(place))
                columns = np.array([*(self.arc(w, centre) for w in wall), self.arc(unit, centre)])
                rows.append((columns, np.append(np.ones(len(wall)), -1.0), 0.0, np.inf))
        return rows

    def label_of(self, result: MilpResult) -> NDArray[np.int64] | None:
        """Unit -> centre of a solution, None when there is none."""
        if result.x is None:
            return None
        return np.argmax(result.x[: self.n * self.c].reshape(self.n, self.c), axis=1).astype(np.int64)


def _wall(area: Area, root: int, unit: int, found: set[int], here: set[int]) -> list[int]:
    """A separator among the units of ``here``, completed to one among all units: with the others beside the side of ``unit`` that a way from the root can reach."""
    side, stack = {unit}, [unit]
    wall: set[int] = set()
    while stack:
        for v in area.neighbours[stack.pop()]:
            if v in found or v not in here:
                wall.add(v)
            elif v not in side:
                side.add(v)
                stack.append(v)
    return [w for w in separator(area.neighbours, side, root) if w in wall]
