"""A bound over all arcs from a programme on near ones, and the arcs that no better plan can use."""

from __future__ import annotations

from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from districting.grouping.area import Area
from districting.grouping.lagrangian import Lagrangian, Priced
from districting.grouping.programme import Programme
from districting.grouping.rows import open_arcs
from districting.solvers.milp import MilpResult, Row

NEAR = 8
"""Centres per unit to begin with."""
_BROKEN, _SAME, _GAIN = 0.01, 1e-7, 3e-5
_MARGIN = 1e-7
"""Relative: an arc is shut only where its bound is above the best plan by so much."""


class Tightening:
    """What is proven so far: ``bound`` (as the area's costs), ``least_with`` (n, c) the least that a plan with the arc can cost; the cuts and arcs of the last programme.

    ``best`` is the best bound as it was priced, ``share`` (n, c) the last relaxation.
    """

    def __init__(self, area: Area, label: NDArray[np.int64] | None) -> None:
        self.area = area
        self.lagrangian = Lagrangian(area)
        self.scale = self.lagrangian.layout.scale
        opened = open_arcs(area)
        self.bound = 0.0
        self.least_with = np.where(opened, 0.0, np.inf)
        self.near = _near(area, opened, NEAR)
        if label is not None:
            self.near[np.arange(len(label)), label] = True
        self.cuts: list[Row] = []
        self.share: NDArray[np.float64] | None = None
        self.best: Priced | None = None

    def left(self, upper: float) -> NDArray[np.bool_]:
        """(n, c) arcs that a plan cheaper than ``upper`` may use."""
        return self.least_with < upper * (1.0 - _MARGIN) if np.isfinite(upper) else np.isfinite(self.least_with)

    def run(self, upper: float, deadline: float) -> None:
        """Rounds of relaxation, bound and new arcs, until the bound over all arcs is that of the relaxation, nothing is left to gain, or ``deadline``."""
        while perf_counter() < deadline and self.bound < upper * (1.0 - _MARGIN):
            open_ = self.left(upper)
            programme = Programme(self.area, kept=self.near & open_, cuts=self.cuts)
            found, priced = self._separated(programme, upper, deadline)
            self.cuts = programme.cuts
            if found.status == "unknown":
                return
            if found.x is None or priced is None:
                if not (open_ & ~self.near).any():
                    return
                self.near |= _near(self.area, open_, 3 * int(self.near.sum(axis=1).max()))
                continue
            wanted = (priced.taken > 0) & (priced.worth < -_SAME) & ~self.near & self.left(upper)
            if not wanted.any() or priced.bound >= found.bound - _SAME * abs(found.bound):
                return
            self.near |= wanted

    def _separated(self, programme: Programme, upper: float, deadline: float) -> tuple[MilpResult, Priced | None]:
        last, priced = -np.inf, None
        while True:
            found = programme.relaxed(time_limit_s=deadline - perf_counter())
            if found.x is None or found.dual is None:
                return found, None
            priced = self._proved(programme, found.dual)
            self.share = found.x[: programme.n * programme.c].reshape(programme.n, programme.c)
            if found.bound < last + _GAIN * abs(last) or perf_counter() > deadline or self.bound >= upper * (1.0 - _MARGIN):
                return found, priced
            broken = programme.broken_separators(found.x, by=_BROKEN)
            if not broken:
                return found, priced
            last = found.bound
            programme.add(broken)

    def _proved(self, programme: Programme, dual: NDArray[np.float64]) -> Priced:
        n = programme.n
        priced = self.lagrangian.priced(dual[:n], programme.dualised, dual[n:])
        if self.best is None or priced.bound > self.best.bound:
            self.best = priced
        self.bound = max(self.bound, priced.bound * self.scale)
        self.least_with = np.maximum(self.least_with, priced.with_arc * self.scale)
        return priced


def _near(area: Area, opened: NDArray[np.bool_], count: int) -> NDArray[np.bool_]:
    """(n, c) the ``count`` cheapest open arcs of every unit, and every centre over its own unit."""
    cost = np.where(opened, area.cost, np.inf)
    near = np.zeros(cost.shape, dtype=bool)
    if cost.size:
        first = np.argsort(cost, axis=1, kind="stable")[:, :count]
        np.put_along_axis(near, first, True, axis=1)
        near[area.root, np.arange(cost.shape[1])] = True
    return near & opened
