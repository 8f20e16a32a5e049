"""Districts by growth and local search: the answer to begin with, and the fallback when time is short. Deterministic."""

from __future__ import annotations

import heapq
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from districting.grouping.area import Area
from districting.grouping.breach import breach, loose_pieces
from districting.grouping.screen import Screen


class Search:
    """A labelling under change. Broken rules are priced above any saving, so that descent mends before it saves."""

    def __init__(self, area: Area, label: NDArray[np.int64]) -> None:
        self.area = area
        self.label = label.copy()
        self.price = 1.0 + float(area.cost.max(axis=1).sum()) + float(area.even @ np.abs(area.pull).sum(axis=0))
        self.units: list[set[int]] = [set(np.flatnonzero(label == c).tolist()) for c in range(len(area.centre))]
        self.worth = [self.value(c, u) for c, u in enumerate(self.units)]
        self.screen = Screen(area, self.price)
        for c, u in enumerate(self.units):
            self.screen.take(c, u, self.worth[c])

    def value(self, centre: int, units: set[int]) -> float:
        """Cost of one district, broken rules priced in; an empty district costs nothing."""
        if not units:
            return 0.0
        area, held = self.area, sorted(units)
        even = float(area.even @ np.abs(area.pull[held].sum(axis=0)))
        return float(area.cost[held, centre].sum()) + even + self.price * breach(area, centre, units)

    def total(self) -> float:
        """Cost of all districts; at least ``price`` when a rule is broken."""
        return sum(self.worth) + self._number_price(sum(1 for u in self.units if u))

    @property
    def whole(self) -> bool:
        """Whether every rule holds."""
        return self.total() < self.price

    @property
    def broken(self) -> list[int]:
        """Centres whose districts break a rule, the worst first."""
        return sorted((c for c, w in enumerate(self.worth) if w >= self.price), key=lambda c: (-self.worth[c], c))

    def _number_price(self, opened: int) -> float:
        least, most = self.area.districts
        return self.price * float(max(0.0, least - opened, opened - most))

    def worse(self, change: dict[int, set[int]], values: dict[int, float]) -> float:
        """By how much the cost rises when some centres take new unit sets."""
        more = sum(values.values()) - sum(self.worth[c] for c in change)
        if self.area.districts != (0, np.inf):
            was = sum(1 for u in self.units if u)
            now = was + sum(bool(u) - bool(self.units[c]) for c, u in change.items())
            more += self._number_price(now) - self._number_price(was)
        return more

    def try_change(self, change: dict[int, set[int]]) -> bool:
        """Take new unit sets for some centres if that is cheaper."""
        values = {c: self.value(c, u) for c, u in change.items()}
        if self.worse(change, values) >= -1e-9:
            return False
        self.take(change, values)
        return True

    def take(self, change: dict[int, set[int]], values: dict[int, float]) -> None:
        """Take new unit sets, whatever they cost."""
        for c, u in change.items():
            self.units[c], self.worth[c] = u, values[c]
            self.screen.take(c, u, values[c])
            self.label[list(u)] = c

    def beside(self, unit: int) -> list[int]:
        """Districts a unit may move to."""
        if not self.area.connected or not self.area.ground[unit]:
            return [c for c, u in enumerate(self.units) if u and c != self.label[unit] and self.area.allowed[unit, c]]
        return sorted({int(self.label[v]) for v in self.area.neighbours[unit]} - {int(self.label[unit])})

    def sweep(self, deadline: float) -> bool:
        """One pass of moves, swaps, merges and re-centrings; True when anything became cheaper."""
        changed = False
        for unit in range(len(self.label)):
            if perf_counter() > deadline:
                return False
            changed |= self._move_anywhere(unit) or self._swap(unit) or self._open(unit)
        for centre in range(len(self.units)):
            changed |= perf_counter() < deadline and (self._merge(centre) or self._recentre(centre))
        return changed

    def _move_anywhere(self, unit: int) -> bool:
        own = int(self.label[unit])
        return any(self._move(unit, to) for to in self.screen.hopeful_moves(unit, own, self.beside(unit)))

    def _move(self, unit: int, to: int) -> bool:
        own = int(self.label[unit])
        return to != own and self.try_change({own: self.units[own] - {unit}, to: self.units[to] | {unit}})

    def _open(self, unit: int) -> bool:
        """The unit becomes a district of its own, if a school in it may lead one."""
        closed = [c for c in np.flatnonzero(self.area.root == unit).tolist() if not self.units[c]]
        own = int(self.label[unit])
        return len(self.units[own]) > 1 and any(self.try_change({own: self.units[own] - {unit}, c: {unit}}) for c in closed)

    def _swap(self, unit: int) -> bool:
        own = int(self.label[unit])
        others = [(to, other) for to in self.beside(unit) for other in sorted(self.units[to])]
        for to, other in self.screen.hopeful_swaps(unit, own, others):
            if own in self.beside(other) and self.try_change({own: self.units[own] - {unit} | {other}, to: self.units[to] - {other} | {unit}}):
                return True
        return False

    def _merge(self, centre: int) -> bool:
        if not self.units[centre]:
            return False
        others = sorted({c for u in self.units[centre] for c in self.beside(u)})
        return any(
            self.try_change({centre: set(), c: self.units[c] | self.units[centre]}) for c in self.screen.hopeful_merges(centre, self.units[centre], others)
        )

    def _recentre(self, centre: int) -> bool:
        units = self.units[centre]
        roots = [c for c, r in enumerate(self.area.root) if int(r) in units and not self.units[c]]
        return bool(units) and any(self.try_change({centre: set(), c: units}) for c in roots)


def descended(area: Area, label: NDArray[np.int64], deadline: float) -> Search:
    """The labelling after descent, with whatever it still breaks."""
    search = Search(area, label)
    while perf_counter() < deadline and search.sweep(deadline):
        pass
    return search


def improve(area: Area, label: NDArray[np.int64], deadline: float) -> NDArray[np.int64] | None:
    """The labelling after descent, or None when a rule stays broken."""
    search = descended(area, label, deadline)
    return search.label if search.whole else None


def grown(area: Area) -> NDArray[np.int64]:
    """Every centre grows over its cheapest neighbouring units at once (one centre per root unit); a centre without ground begins at its cheapest unit."""
    n = len(area.unit)
    label = np.full(n, -1, dtype=np.int64)
    queue: list[tuple[float, int, int]] = []
    cost = np.where(area.allowed, area.cost, np.inf)
    for centre in np.argsort(cost[area.root, np.arange(len(area.centre))], kind="stable").tolist():
        if label[area.root[centre]] < 0:
            label[area.root[centre]] = centre
            queue += [(float(cost[u, centre]), u, centre) for u in _next(area, int(area.root[centre]))]
    heapq.heapify(queue)
    begun = {int(label[root]) for root in area.root if area.ground[root]}
    while queue:
        _, unit, centre = heapq.heappop(queue)
        beside = not area.connected or centre not in begun or any(label[v] == centre for v in area.neighbours[unit])
        if label[unit] < 0 and beside:
            label[unit] = centre
            begun.add(centre)
            for other in area.neighbours[unit] if area.connected else ():
                if label[other] < 0:
                    heapq.heappush(queue, (float(cost[other, centre]), other, centre))
    return np.where(label < 0, cost.argmin(axis=1), label)


def _next(area: Area, root: int) -> list[int]:
    if area.connected and area.ground[root]:
        return list(area.neighbours[root])
    return [u for u in range(len(area.unit)) if u != root and (area.ground[u] or not area.connected)]


def mended(area: Area, label: NDArray[np.int64]) -> NDArray[np.int64]:
    """Loose pieces of a labelling given to the cheapest district beside them, so that every district is connected."""
    label = label.copy()
    loose = [p for c in np.unique(label) for p in loose_pieces(area, label, int(c))]
    while loose:
        piece = loose.pop(0)
        beside = sorted({int(label[v]) for u in piece for v in area.neighbours[u] if v not in piece} - {int(label[next(iter(piece))])})
        if not beside:
            continue
        held = sorted(piece)
        label[held] = min(beside, key=lambda c: (area.cost[held, c].sum(), c))
    return label


def annealed(area: Area, label: NDArray[np.int64], deadline: float, rng: np.random.Generator, *, moves: int = 60_000) -> NDArray[np.int64] | None:
    """Random moves of border units that may get worse for a while: finds its way where tight counts stop descent. None when a rule stays broken."""
    search = Search(area, label)
    search.price = 0.5 * float(area.cost[np.arange(len(label)), label].sum()) / max(1, len(np.unique(label))) + 1e-9
    search.worth = [search.value(c, u) for c, u in enumerate(search.units)]
    hot, cold = 0.5 * search.price, 0.005 * search.price
    for move in range(moves):
        if move % 256 == 0 and perf_counter() > deadline:
            break
        heat = hot * (cold / hot) ** (move / moves)
        _random_move(search, heat, rng)
    return improve(area, search.label, max(deadline, perf_counter() + 1.0))


def _random_move(search: Search, heat: float, rng: np.random.Generator) -> None:
    unit = int(rng.integers(len(search.label)))
    beside = search.beside(unit)
    if not beside:
        return
    own, to = int(search.label[unit]), beside[int(rng.integers(len(beside)))]
    if search.area.root[own] == unit and len(search.units[own]) > 1:
        return
    change = {own: search.units[own] - {unit}, to: search.units[to] | {unit}}
    values = {c: search.value(c, u) for c, u in change.items()}
    worse = search.worse(change, values)
    if worse <= 0 or rng.random() < np.exp(-worse / heat):
        search.take(change, values)
