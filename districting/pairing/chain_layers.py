"""Forests whose depth binds: the relaxation says at which depth schools hang, a flow fills the depths, an integer programme ends the search."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from districting.pairing.chain_relaxation import Links, Programme, Relaxed, first_links, penalties, relax
from districting.pairing.chain_table import ChainTable, cheapest

MOST_LINKS = 8
"""Links of the last integer programme for each school at most."""
INTEGER_ROWS = 2_500
"""Beyond so many schools no integer programme betters the rounded relaxation in a minute (measured), and none is begun."""
ONE = 1e-6


@dataclass(frozen=True, eq=False)
class Layered:
    """``column_of_row`` (r,), None where no forest was found; ``bound`` in the metres of the costs given."""

    column_of_row: NDArray[np.int64] | None
    bound: float


def layered_forest(table: ChainTable, cost: NDArray[np.float64], cap: int, most: int, *, layer: NDArray[np.int64], time_limit_s: float, gap: float) -> Layered:
    """The cheapest forest found with at most ``most`` links up to a root, and a bound over all of them.

    Few links: one integer programme over all of them. Many: the relaxation, depths read off it at several thresholds and filled exactly, then an integer
    programme over the links that its prices do not rule out: where it holds them all and ends, the forest is the best there is. ``layer`` (r,): depths at
    which all can be carried, taken where nothing else gives a forest.
    """
    start = time.monotonic()
    links = first_links(table, cost, most)
    if links.whole:
        choice, bound = _integer(table, links, cap, most, time_limit_s, gap)
        return Layered(_in_layers(table, cost, layer, cap) if choice is None else choice, bound)
    relaxed = relax(table, cost, cap, most, 0.6 * time_limit_s)
    choice = None if relaxed is None else _rounded(table, relaxed, cap, most)
    if choice is None:
        choice = _in_layers(table, cost, layer, cap)
    if relaxed is None:
        return Layered(choice, -np.inf)
    spent, bound = _spent(cost, choice), relaxed.bound
    if spent - bound > gap * abs(spent) and len(cost) <= INTEGER_ROWS:
        links = _not_ruled_out(table, cost, relaxed, spent - bound)
        better, least = _integer(table, links, cap, most, time_limit_s - (time.monotonic() - start), gap)
        bound = max(bound, min(spent, least)) if links.whole else bound
        choice = better if _spent(cost, better) < spent else choice
    return Layered(choice, bound)


def depth_of(table: ChainTable, column_of_row: NDArray[np.int64]) -> NDArray[np.int64]:
    """(r,) links up to the root."""
    above = table.row_of_column[column_of_row]
    depth = np.ones(len(column_of_row), dtype=np.int64)
    at = above.copy()
    while (at >= 0).any():
        depth[at >= 0] += 1
        at = np.where(at >= 0, above[np.maximum(at, 0)], -1)
    return depth


def _spent(cost: NDArray[np.float64], choice: NDArray[np.int64] | None) -> float:
    return np.inf if choice is None else float(cost[np.arange(len(cost)), choice].sum())


def _integer(table: ChainTable, links: Links, cap: int, most: int, time_limit_s: float, gap: float) -> tuple[NDArray[np.int64] | None, float]:
    """The best forest of some links, and a bound over forests of these."""
    programme = Programme(table, links, cap, most, whole=True)
    found = programme.model.solve(time_limit_s=time_limit_s, gap=gap)
    return (None if found.x is None else _choice(table, links, found.x)), found.bound


def _choice(table: ChainTable, links: Links, share: NDArray[np.float64]) -> NDArray[np.int64]:
    taken = share > 0.5
    choice = np.full(len(table.mentee), -1, dtype=np.int64)
    choice[links.row[taken]] = links.column[taken]
    return choice


def _rounded(table: ChainTable, relaxed: Relaxed, cap: int, most: int) -> NDArray[np.int64] | None:
    """Every mentor at one depth, read off the relaxation at several thresholds: what is left is a flow; the cheapest of them."""
    links = relaxed.links
    programme = Programme(table, links, cap, most)
    reached = np.cumsum(programme.hanging(relaxed.share), axis=1)
    mentors = table.row_of_column[table.row_of_column >= 0]
    best, value = None, np.inf
    for threshold in (0.1, 0.3, 0.5, 0.7, 0.9):
        layer = np.maximum(1, np.argmax(reached >= threshold - ONE, axis=1))
        fixed = np.zeros(len(reached), dtype=bool)
        fixed[mentors] = True
        above = np.where(table.row_of_column >= 0, layer[np.maximum(table.row_of_column, 0)], 0)[links.column]
        fits = (links.depth == above + 1) & (~fixed[links.row] | (links.depth == layer[links.row]))
        kept = Links(links.row[fits], links.column[fits], links.depth[fits], links.cost[fits])
        found = Programme(table, kept, cap, most).model.relaxed(time_limit_s=30.0)
        if found.x is not None and found.objective < value and (np.minimum(found.x, 1.0 - found.x) < ONE).all():
            best, value = _choice(table, kept, found.x), found.objective
    return best


def _in_layers(table: ChainTable, cost: NDArray[np.float64], layer: NDArray[np.int64], cap: int) -> NDArray[np.int64] | None:
    """The cheapest forest in which every mentor lies in a higher layer than its mentees (roots: 0)."""
    of_mentor = np.where(table.row_of_column >= 0, layer[np.maximum(table.row_of_column, 0)], 0)
    found = cheapest(np.where(of_mentor[None, :] < layer[:, None], cost, np.inf), cap)
    return None if found is None else found[0]


def _not_ruled_out(table: ChainTable, cost: NDArray[np.float64], relaxed: Relaxed, slack: float) -> Links:
    """Links whose extra price is no more than what lies between the best forest and the bound; the cheapest of them where they are too many."""
    priced = list(penalties(table, cost, relaxed.prices))
    least = np.min([p.min(axis=1) for _, _, p in priced], axis=0)
    limit = min(slack * (1.0 + ONE) + ONE, np.finfo(np.float64).max)
    found: list[tuple[NDArray[Any], ...]] = []
    for at_depth, columns, price in priced:
        over = price - least[:, None]
        mine, at = np.nonzero(over <= limit)
        found.append((mine, columns[at], np.full(len(mine), at_depth), over[mine, at]))
    row, column, depth, extra = (np.concatenate([p[k] for p in found]) for k in range(4))
    most = MOST_LINKS * len(cost)
    whole = len(row) <= most and np.isfinite(slack)
    if len(row) > most:
        keep = np.sort(np.argsort(extra, kind="stable")[:most])
        row, column, depth = row[keep], column[keep], depth[keep]
    return Links(row, column, depth.astype(np.int64), cost[row, column], bool(whole))
