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
"""Beyond so many schools no integer programme is begun: at 5,000, half a minute of it found nothing better than the rounded relaxation."""
HALVINGS = 8
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
    relaxed, choice = relax(table, cost, cap, most, 0.6 * time_limit_s), None
    if relaxed is None:
        choice = _in_layers(table, cost, layer, cap)
        relaxed = relax(table, cost, cap, most, 0.6 * time_limit_s - (time.monotonic() - start), choice)
    if relaxed is None:
        return Layered(choice, -np.inf)
    rounded = _rounded(table, cost, relaxed, (cap, most), start + time_limit_s)
    if choice is None and rounded is None:
        choice = _in_layers(table, cost, layer, cap)
    choice = rounded if _spent(cost, rounded) < _spent(cost, choice) else choice
    spent, bound = _spent(cost, choice), relaxed.bound
    if spent - bound > gap * abs(spent) and len(cost) <= INTEGER_ROWS:
        links = _not_ruled_out(table, cost, relaxed, spent - bound)
        better, least = _integer(table, links, cap, most, time_limit_s - (time.monotonic() - start), gap)
        bound = max(bound, min(spent, least)) if links.whole else bound
        choice = better if _spent(cost, better) < spent else choice
    return Layered(choice, bound)


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


def _rounded(table: ChainTable, cost: NDArray[np.float64], relaxed: Relaxed, limits: tuple[int, int], deadline: float) -> NDArray[np.int64] | None:
    """Every mentor in the layer that it reaches in the relaxation by more than a threshold, the rest a flow over all links; the cheapest forest found.

    A low threshold puts more mentors near the roots: cheaper below them, until the roots have no room for all. So the lowest that works is sought by halving.
    """
    cap, most = limits
    reached = np.cumsum(Programme(table, relaxed.links, cap, most).hanging(relaxed.share), axis=1)
    is_mentor = np.zeros(len(reached), dtype=np.bool_)
    is_mentor[table.row_of_column[table.row_of_column >= 0]] = True
    best: NDArray[np.int64] | None = None
    low, high, tried = 0.0, 1.0, 0.5
    for _ in range(HALVINGS):
        if time.monotonic() > deadline:
            break
        layer = np.where(is_mentor, np.maximum(1, np.argmax(reached >= tried - ONE, axis=1)), most)
        choice = _in_layers(table, cost, layer, cap)
        low, high = (tried, high) if choice is None else (low, tried)
        best = choice if _spent(cost, choice) < _spent(cost, best) else best
        tried = (low + high) / 2
    return best


def _in_layers(table: ChainTable, cost: NDArray[np.float64], layer: NDArray[np.int64], cap: int) -> NDArray[np.int64] | None:
    """The cheapest forest in which every mentor lies in a higher layer than its mentees (roots: 0)."""
    of_mentor = np.where(table.row_of_column >= 0, layer[np.maximum(table.row_of_column, 0)], 0)
    used = np.flatnonzero(of_mentor < layer.max(initial=0))
    found = cheapest(np.where(of_mentor[None, used] < layer[:, None], cost[:, used], np.inf), cap) if len(used) else None
    return None if found is None else used[found[0]]


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
