"""The linear relaxation of a forest whose depth binds, with prices tried on every link, also on those that it does not hold.

A link ``(i, j, d)`` hangs school i at depth d under mentor j at depth d - 1. Every school takes one link; a mentor that is no root has room below it only at
the depth at which it hangs itself: at most cap links, and every single link no more than its own. At prices ``v`` of room and ``w`` of single links, all >= 0,
every school may choose for itself, so that

    sum_i min over its links of (cost + v[j, d] + w[i, j, d] - cap v[i, d + 1] - sum_k w[k, i, d + 1])  -  cap sum over roots j of v[j, 1]

is a bound over all links, whatever the prices are: nobody has to trust the solver.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from districting.pairing.chain_table import ChainTable, depth_of
from districting.solvers.milp import Milp, Row

ALL_LINKS = 12_000
"""Up to so many links, all of them are held from the start."""
NEAR = 12
"""Mentors of each kind that a school begins with beyond that."""
ROUNDS = 40
CUTS = 4_000
"""Rows of single links added in a round at most."""
VIOLATED = 1e-3
MORE = 6
"""Links added for a school in a round at most."""
STALE = 1e-4
"""A round that moves the bound by a smaller share is the last."""


@dataclass(frozen=True, eq=False)
class Links:
    """a links: ``row`` (a,), ``column`` (a,), ``depth`` (a,), ``cost`` (a,); ``whole``: nothing was left out."""

    row: NDArray[np.int64]
    column: NDArray[np.int64]
    depth: NDArray[np.int64]
    cost: NDArray[np.float64]
    whole: bool = False


@dataclass(frozen=True, eq=False)
class Prices:
    """``room`` (c, most + 1) by depth of the link below; ``worth`` (r, most + 1) of hanging at a depth; single links: ``row``, ``column``, ``depth``, ``single``."""

    room: NDArray[np.float64]
    worth: NDArray[np.float64]
    row: NDArray[np.int64]
    column: NDArray[np.int64]
    depth: NDArray[np.int64]
    single: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Relaxed:
    """``links`` held at the end, ``share`` (a,) of each, ``prices`` of the best ``bound``."""

    links: Links
    share: NDArray[np.float64]
    prices: Prices
    bound: float


def first_links(table: ChainTable, cost: NDArray[np.float64], most: int) -> Links:
    """All links where they are few; else the cheapest to roots and to other mentors, for each depth."""
    root = table.row_of_column < 0
    allowed = np.isfinite(cost)
    number = int(np.count_nonzero(allowed[:, root])) + (most - 1) * int(np.count_nonzero(allowed[:, ~root]))
    whole = number <= ALL_LINKS
    empty = np.zeros(0, dtype=np.int64)
    parts = [(empty, empty, empty, np.zeros(0))]
    for kind, depths in ((root, [1]), (~root, list(range(2, most + 1)))):
        columns = np.flatnonzero(kind)
        mine = cost[:, columns]
        if not whole and len(columns) > NEAR:
            row, at = np.repeat(np.arange(len(cost)), NEAR), np.argpartition(mine, NEAR, axis=1)[:, :NEAR].ravel()
            keep = np.isfinite(mine[row, at])
            row, at = row[keep], at[keep]
        else:
            row, at = np.nonzero(np.isfinite(mine))
        parts += [(row, columns[at], np.full(len(row), d), mine[row, at]) for d in depths]
    row, column, depth, price = (np.concatenate([p[k] for p in parts]) for k in range(4))
    return Links(row, column, depth.astype(np.int64), price, whole)


class Programme:
    """One link each, and room by mentor and depth. ``room_column``, ``room_depth`` say whose room each row after the first r is."""

    def __init__(self, table: ChainTable, links: Links, cap: int, most: int, *, whole: bool = False) -> None:
        self.table, self.links, self.cap, self.most = table, links, cap, most
        count = len(links.row)
        self._own_key = links.row * (most + 1) + links.depth
        self._by_own = np.argsort(self._own_key, kind="stable")
        self._sorted_own = self._own_key[self._by_own]
        key = links.column * (most + 1) + links.depth
        by_room = np.argsort(key, kind="stable")
        keys, first = np.unique(key[by_room], return_index=True)
        self.room_column, self.room_depth = keys // (most + 1), keys % (most + 1)
        rows = [(self.hung(i), 1.0, 1.0) for i in range(len(table.mentee))]
        self.model = Milp(links.cost, np.zeros(count), np.ones(count), np.full(count, whole))
        parts = np.split(by_room, first[1:]) if len(first) else []
        room = [self._room(int(c), int(d), used) for c, d, used in zip(self.room_column, self.room_depth, parts, strict=True)]
        self.model.add_rows([*((index, np.ones(len(index)), low, high) for index, low, high in rows), *room])

    def hung(self, row: int, depth: int | None = None) -> NDArray[np.int64]:
        """Links of a school (at a depth)."""
        low = row * (self.most + 1) + (0 if depth is None else depth)
        high = low + (self.most + 1 if depth is None else 1)
        a, b = np.searchsorted(self._sorted_own, [low, high])
        return self._by_own[a:b]

    def _room(self, column: int, depth: int, used: NDArray[np.int64]) -> Row:
        at = int(self.table.row_of_column[column])
        if at < 0:
            return used, np.ones(len(used)), -np.inf, float(self.cap)
        hung = self.hung(at, depth - 1)
        return np.append(used, hung), np.append(np.ones(len(used)), np.full(len(hung), -float(self.cap))), -np.inf, 0.0

    def single_row(self, link: int) -> Row:
        """A link is at most what hangs of its mentor at the depth above."""
        hung = self.hung(int(self.table.row_of_column[self.links.column[link]]), int(self.links.depth[link]) - 1)
        return np.append(link, hung), np.append(1.0, -np.ones(len(hung))), -np.inf, 0.0

    def hanging(self, share: NDArray[np.float64]) -> NDArray[np.float64]:
        """(r, most + 1) the share of each school that hangs at each depth."""
        total = np.bincount(self._own_key, weights=share, minlength=len(self.table.mentee) * (self.most + 1))
        return total.astype(np.float64).reshape(-1, self.most + 1)


def relax(table: ChainTable, cost: NDArray[np.float64], cap: int, most: int, time_limit_s: float, forest: NDArray[np.int64] | None = None) -> Relaxed | None:
    """The relaxation with the rows it violates and the links it lacks added in turns; None when the time was too short, or near links carry too few.

    ``forest`` (r,): a mentor column for every row, whose links are held from the start, so that the near links carry all.
    """
    start = time.monotonic()
    links = first_links(table, cost, most)
    if forest is not None and not links.whole:
        links = _with(links, _new_of(links, np.column_stack([np.arange(len(cost)), forest, depth_of(table, forest)]), cost.shape[1]), cost)
    programme = Programme(table, links, cap, most)
    single = np.zeros(0, dtype=np.int64)
    best: Relaxed | None = None
    for _ in range(ROUNDS):
        found = programme.model.relaxed(time_limit_s=time_limit_s - (time.monotonic() - start))
        if found.x is None or found.dual is None:
            break
        prices = _prices(programme, single, found.dual)
        bound = proven(table, cost, cap, prices)
        stale = best is not None and abs(bound - best.bound) <= STALE * abs(bound)
        kept = best if best is not None and best.bound >= bound else Relaxed(links, found.x, prices, bound)
        best = Relaxed(links, found.x, kept.prices, kept.bound)
        cuts = _violated(programme, single, found.x)
        more = np.zeros((0, 3), dtype=np.int64) if links.whole else _lacking(table, cost, prices, programme, found.dual[: len(cost)])
        if (not len(cuts) and not len(more)) or (stale and len(cuts) < CUTS // 40):
            break
        single = np.concatenate([single, cuts])
        if len(more):
            links = _with(links, more, cost)
            programme = Programme(table, links, cap, most)
            programme.model.add_rows([programme.single_row(int(a)) for a in single])
        else:
            programme.model.add_rows([programme.single_row(int(a)) for a in cuts])
    return best


def penalties(table: ChainTable, cost: NDArray[np.float64], prices: Prices) -> Iterator[tuple[int, NDArray[np.int64], NDArray[np.float64]]]:
    """Depth by depth: (depth, its columns, (r, columns) what each link costs at the prices)."""
    root = table.row_of_column < 0
    at = np.full(cost.shape[1], -1, dtype=np.int64)
    for depth in range(1, prices.room.shape[1]):
        columns = np.flatnonzero(root if depth == 1 else ~root)
        if not len(columns):
            continue
        priced = cost[:, columns] + prices.room[columns, depth] - prices.worth[:, depth][:, None]
        at[columns] = np.arange(len(columns))
        mine = prices.depth == depth
        np.add.at(priced, (prices.row[mine], at[prices.column[mine]]), prices.single[mine])
        yield depth, columns, priced


def proven(table: ChainTable, cost: NDArray[np.float64], cap: int, prices: Prices) -> float:
    """The bound at given prices, over all links."""
    best = np.full(len(cost), np.inf)
    for _, _, priced in penalties(table, cost, prices):
        best = np.minimum(best, priced.min(axis=1))
    return float(best.sum() - cap * prices.room[table.row_of_column < 0, 1].sum())


def _prices(programme: Programme, single: NDArray[np.int64], dual: NDArray[np.float64]) -> Prices:
    table, links, most, cap = programme.table, programme.links, programme.most, float(programme.cap)
    rows, columns = len(table.mentee), len(table.mentor)
    room = np.zeros((columns, most + 2))
    first = rows + len(programme.room_column)
    room[programme.room_column, programme.room_depth] = np.maximum(0.0, -dual[rows:first])
    each = np.maximum(0.0, -dual[first : first + len(single)])
    worth = np.zeros((rows, most + 1))
    inner = np.flatnonzero(table.row_of_column >= 0)
    worth[table.row_of_column[inner]] = cap * room[inner, 1:]
    np.add.at(worth, (table.row_of_column[links.column[single]], links.depth[single] - 1), each)
    return Prices(room[:, : most + 1], worth, links.row[single], links.column[single], links.depth[single], each)


def _violated(programme: Programme, single: NDArray[np.int64], share: NDArray[np.float64]) -> NDArray[np.int64]:
    """Links that ask for more of a mentor than hangs at its depth, the worst first."""
    table, links = programme.table, programme.links
    mentor_row = table.row_of_column[links.column]
    there = programme.hanging(share)[np.maximum(mentor_row, 0), np.maximum(links.depth - 1, 0)]
    over = np.where(mentor_row >= 0, share - there, 0.0)
    over[single] = 0.0
    worst = np.argsort(-over, kind="stable")[:CUTS]
    return worst[over[worst] > VIOLATED]


def _lacking(table: ChainTable, cost: NDArray[np.float64], prices: Prices, programme: Programme, paid: NDArray[np.float64]) -> NDArray[np.int64]:
    """(m, 3) links (row, column, depth) that the programme lacks and that are cheaper at its prices than what their school pays now."""
    links, parts = programme.links, []
    slack = 1e-7 * (1.0 + np.abs(paid))
    for depth, columns, priced in penalties(table, cost, prices):
        at = np.full(cost.shape[1], -1, dtype=np.int64)
        at[columns] = np.arange(len(columns))
        mine = links.depth == depth
        priced[links.row[mine], at[links.column[mine]]] = np.inf
        few = min(MORE, len(columns))
        best = np.argpartition(priced, few - 1, axis=1)[:, :few]
        row, column = np.repeat(np.arange(len(cost)), few), best.ravel()
        good = priced[row, column] < (paid - slack)[row]
        parts.append(np.column_stack([row[good], columns[column[good]], np.full(int(good.sum()), depth)]))
    return np.concatenate(parts).astype(np.int64)


def _new_of(links: Links, wanted: NDArray[np.int64], columns: int) -> NDArray[np.int64]:
    """Those of (row, column, depth) that are not held yet."""
    many = int(max(links.depth.max(initial=0), wanted[:, 2].max(initial=0))) + 1
    held = (links.row * columns + links.column) * many + links.depth
    asked = (wanted[:, 0] * columns + wanted[:, 1]) * many + wanted[:, 2]
    return np.asarray(wanted[~np.isin(asked, held)])


def _with(links: Links, more: NDArray[np.int64], cost: NDArray[np.float64]) -> Links:
    row, column, depth = more.T
    return Links(
        np.append(links.row, row), np.append(links.column, column), np.append(links.depth, depth), np.append(links.cost, cost[row, column]), links.whole
    )
