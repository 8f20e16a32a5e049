"""The rows of one area's programme over all its arcs; a programme on some of them takes the rows' columns that it has."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from districting.grouping.area import Area
from districting.solvers.milp import Row

_NEGLIGIBLE = 1e-9


class Layout:
    """Columns: n x c binaries x[u, l] in row order, then c deviations per evenness that counts, then c x 3 binaries "a school of this tier is in" where tiers are counted.

    ``x[root(l), l] = 1`` says that centre l is open. ``cost`` and ``high`` are scaled to about 1 by ``scale``, so that tolerances mean the same everywhere.
    """

    def __init__(self, area: Area, *, with_objective: bool = True) -> None:
        self.area = area
        self.n, self.c = area.cost.shape
        self.pulled = [q for q in range(len(area.even)) if with_objective and area.even[q] > 0 and np.any(area.pull[:, q])]
        self.scale = max(1.0, float(area.cost.mean())) if with_objective and area.cost.size else 1.0
        self.pull_scale = [max(1.0, float(np.abs(area.pull[:, q]).max())) for q in self.pulled]
        arcs = area.cost.ravel() / self.scale if with_objective else np.zeros(self.n * self.c)
        deviation = [np.full(self.c, area.even[q] * s / self.scale) for q, s in zip(self.pulled, self.pull_scale, strict=True)]
        most = [np.full(self.c, float(np.abs(area.pull[:, q]).sum()) / s) for q, s in zip(self.pulled, self.pull_scale, strict=True)]
        tiers = np.zeros(3 * self.c if area.min_tiers > 1 else 0)
        self.first_tier = len(arcs) + sum(len(d) for d in deviation)
        self.cost = np.concatenate([arcs, *deviation, tiers])
        self.high = np.concatenate([open_arcs(area).astype(np.float64).ravel(), *most, np.ones(len(tiers))])
        self.integer = np.ones(len(self.cost), dtype=bool)
        self.integer[len(arcs) : self.first_tier] = False

    def rows(self, kept: NDArray[np.bool_]) -> list[Row]:
        """Every row that a plan on the ``kept`` (n, c) arcs must hold, but for cover and "only under an open centre", which each way of solving keeps in its own way."""
        return [*self._limits(kept), *self._evenness(), *self._beside(kept), *self._tiers(), *self._fits()]

    def cover(self) -> list[Row]:
        """Every unit under exactly one centre."""
        return [(np.arange(u * self.c, (u + 1) * self.c), np.ones(self.c), 1.0, 1.0) for u in range(self.n)]

    def linked(self, kept: NDArray[np.bool_]) -> list[Row]:
        """A unit only under an open centre."""
        root, c = self.area.root, self.c
        pair = np.array([1.0, -1.0])
        return [(np.array([u * c + k, root[k] * c + k]), pair, -np.inf, 0.0) for u, k in np.argwhere(kept & self.area.allowed).tolist() if u != root[k]]

    def number(self) -> list[Row]:
        """How many centres are open: as many as asked, and as many as the counts of a district leave possible."""
        least, most = number_of_districts(self.area)
        if least <= 0 and not np.isfinite(most):
            return []
        return [(self.area.root * self.c + np.arange(self.c), np.ones(self.c), float(least), most)]

    def _limits(self, kept: NDArray[np.bool_]) -> list[Row]:
        rows: list[Row] = []
        limits = self.area.limits
        for centre in np.flatnonzero(kept.any(axis=0)).tolist():
            root = int(self.area.root[centre])
            for k in range(len(limits.keys)):
                for limit, low, high in ((limits.least[k], 0.0, np.inf), (limits.most[k], -np.inf, 0.0)):
                    if np.isfinite(limit) and (limit > 0 or high == 0.0 or (limits.amount[:, k] < 0).any()):
                        rows.append(self._net(limits.amount[:, k], root, centre, float(limit), (low, high)))
        return rows

    def _net(self, value: NDArray[np.float64], root: int, centre: int, limit: float, bounds: tuple[float, float]) -> Row:
        """Sum value x[u, l] - limit x[root, l] within bounds, the root's two coefficients merged."""
        coefficient = value.copy()
        coefficient[root] -= limit
        held = np.flatnonzero(coefficient)
        size = max(1.0, float(np.abs(coefficient).max(initial=0.0)) / 100.0)
        return held * self.c + centre, coefficient[held] / size, *bounds

    def _evenness(self) -> list[Row]:
        rows: list[Row] = []
        for at, (q, scale) in enumerate(zip(self.pulled, self.pull_scale, strict=True)):
            pull = self.area.pull[:, q] / scale
            held = np.flatnonzero(pull)
            for centre in range(self.c):
                columns = np.append(held * self.c + centre, self.n * self.c + at * self.c + centre)
                rows += [(columns, np.append(-sign * pull[held], 1.0), 0.0, np.inf) for sign in (1.0, -1.0)]
        return rows

    def _beside(self, kept: NDArray[np.bool_]) -> list[Row]:
        """A unit away from the root needs at least one of its neighbours in the same district."""
        area, c = self.area, self.c
        if not area.connected:
            return []
        ground = area.ground[:, None] & area.ground[area.root][None, :]
        rows: list[Row] = []
        for u, k in np.argwhere(kept & area.allowed & ground).tolist():
            beside = area.neighbours[u]
            if u != area.root[k] and area.root[k] not in beside:
                rows.append((np.array([*(v * c + k for v in beside), u * c + k]), np.append(np.ones(len(beside)), -1.0), 0.0, np.inf))
        return rows

    def _tiers(self) -> list[Row]:
        """z[l, t] <= schools of tier t in l, and their sum >= the tiers asked of an open district."""
        area = self.area
        if area.min_tiers <= 1:
            return []
        rows: list[Row] = []
        for centre, root in enumerate(area.root.tolist()):
            first = self.first_tier + 3 * centre
            for tier in range(3):
                held = np.flatnonzero(area.tiers[:, tier])
                rows.append((np.append(held * self.c + centre, first + tier), np.append(np.ones(len(held)), -1.0), 0.0, np.inf))
            rows.append((np.array([first, first + 1, first + 2, root * self.c + centre]), np.array([1.0, 1.0, 1.0, -float(area.min_tiers)]), 0.0, np.inf))
        return rows

    def _fits(self) -> list[Row]:
        fit = self.area.fit
        if fit is None:
            return []
        held = [np.flatnonzero(fit[:, centre]) for centre in range(self.c)]
        return [(units * self.c + centre, fit[units, centre], -_NEGLIGIBLE, np.inf) for centre, units in enumerate(held) if len(units)]


def open_arcs(area: Area) -> NDArray[np.bool_]:
    """(n, c) False where a rule forbids an arc, or where the unit and the root together already hold more than a district may of what only adds up."""
    adds = (area.limits.amount >= 0).all(axis=0)
    amount, most = area.limits.amount[:, adds], area.limits.most[adds]
    shut = ~area.allowed
    own = area.root[None, :] == np.arange(len(area.unit))[:, None]
    for k in range(amount.shape[1]):
        together = amount[:, k][:, None] + np.where(own, 0.0, amount[area.root, k][None, :])
        shut = shut | (together > most[k])
    for centre, root in enumerate(area.root.tolist() if area.far else ()):
        shut[sorted(area.far[root]), centre] = True
    return np.asarray(~shut)


def number_of_districts(area: Area) -> tuple[int, float]:
    """The least and the most districts: those asked for, tightened by what each district must and may hold of what only adds up."""
    least, most = area.districts
    limits = area.limits
    for k in np.flatnonzero((limits.amount >= 0).all(axis=0)).tolist():
        total = float(limits.amount[:, k].sum())
        if limits.most[k] > 0 and np.isfinite(limits.most[k]):
            least = max(least, int(np.ceil(total / limits.most[k] - _NEGLIGIBLE)))
        if limits.least[k] > 0:
            most = min(most, float(np.floor(total / limits.least[k] + _NEGLIGIBLE)))
    return least, most
