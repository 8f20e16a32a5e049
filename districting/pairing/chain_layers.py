"""Forests whose depth binds: the relaxation says at which depth schools hang, a flow fills the depths, an integer programme ends the search."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from districting.pairing.chain_relaxation import Links, Programme, Relaxed, first_links, penalties, relax
from districting.pairing.chain_table import ChainTable

MOST_LINKS = 60_000
"""Links of the last integer programme at most."""
ONE = 1e-6


@dataclass(frozen=True, eq=False)
class Layered:
    """``column_of_row`` (r,), None where no forest was found; ``bound`` in the metres of the costs given."""

    column_of_row: NDArray[np.int64] | None
    bound: float


def layered_forest(table: ChainTable, cost: NDArray[np.float64], cap: int, most: int, *, time_limit_s: float, gap: float) -> Layered:
    """The cheapest forest found with at most ``most`` links up to a root, and a bound over all of them.

    Few links: one integer programme over all of them. Many: the relaxation, depths read off it at several thresholds and filled exactly, then an integer
    programme over the links that its prices do not rule out: where that ends, the forest is the best there is.
    """
    start = time.monotonic()
    links = first_links(table, cost, most)
    if links.whole:
        choice, bound = _integer(table, links, cap, most, time_limit_s, gap)
        return Layered(choice, bound)
    relaxed = relax(table, cost, cap, most, 0.5 * time_limit_s)
    if relaxed is None:
        choice, _ = _integer(table, links, cap, most, time_limit_s - (time.monotonic() - start), gap)
        return Layered(choice, -np.inf)
    choice = _rounded(table, relaxed, cap, most)
    spent = _spent(cost, choice)
    if spent - relaxed.bound > gap * abs(spent):
        links = _not_ruled_out(table, cost, relaxed, spent - relaxed.bound)
        better, least = _integer(table, links, cap, most, time_limit_s - (time.monotonic() - start), gap)
        bound = max(relaxed.bound, min(spent, least)) if links.whole else relaxed.bound
        return Layered(better if _spent(cost, better) < spent else choice, bound)
    return Layered(choice, relaxed.bound)


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


def _not_ruled_out(table: ChainTable, cost: NDArray[np.float64], relaxed: Relaxed, slack: float) -> Links:
    """Links whose extra price is no more than what lies between the best forest and the bound; the cheapest of them where they are too many."""
    priced = list(penalties(table, cost, relaxed.prices))
    least = np.min([p.min(axis=1) for _, _, p in priced], axis=0)
    parts = []
    for depth, columns, price in priced:
        extra = price - least[:, None]
        row, at = np.nonzero(extra <= min(slack * (1.0 + 1e-9) + 1e-6, 1e300))
        parts.append((row, columns[at], np.full(len(row), depth), extra[row, at]))
    row, column, depth, extra = (np.concatenate([p[k] for p in parts]) for k in range(4))
    whole = len(row) <= MOST_LINKS and np.isfinite(slack)
    if len(row) > MOST_LINKS:
        keep = np.sort(np.argsort(extra, kind="stable")[:MOST_LINKS])
        row, column, depth = row[keep], column[keep], depth[keep]
    return Links(row, column, depth.astype(np.int64), cost[row, column], whole)
