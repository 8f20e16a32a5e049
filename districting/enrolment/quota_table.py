"""Places of seniors for juniors in whole numbers with given sums both ways, as near to the shares as any (policy 2.7): a flow of least cost."""

from __future__ import annotations

import hashlib
import math
from typing import Final

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_array, hstack, vstack

_UNIT: Final = 1e9
"""Costs count in billionths of a place, so that they add up without rounding."""
_TIE_BITS: Final = 31
_TIES: Final = 1 << 44
"""More than any sum of ties: the ties of at most 8,192 places."""


def nearest_table(
    exact: NDArray[np.float64], rows: NDArray[np.int64], low: NDArray[np.int64], high: NDArray[np.int64], turn: NDArray[np.int64]
) -> NDArray[np.int64] | None:
    """(i, j) whole numbers with the sums ``rows``, columns between ``low`` and ``high``, on the cells where ``exact`` is above 0, whose sum of |cell - exact| is least; None where there are none.

    Of equally near tables the one with the least sum of ties; the tie of a cell is drawn from its senior and the place ``turn`` (j,) of its junior in the draw.

    >>> nearest_table(np.array([[0.5, 0.5], [0.5, 0.5]]), np.array([1, 1]), np.array([1, 1]), np.array([1, 1]), np.arange(2)).sum(axis=0).tolist()
    [1, 1]
    """
    slack = int(high.sum() - rows.sum())
    if slack < 0 or (slack and (high == low).all()):
        return None
    floor, _ = costs(exact)
    try:
        _, flow = nx.network_simplex(_network(exact, rows, low, high, turn))
    except nx.NetworkXUnfeasible:
        return None
    table = floor.copy()
    for start, ends in flow.items():
        for end, by_key in ends.items():
            if start[0] == "row":
                table[start[1], end[1]] += by_key.get("up", 0) + by_key.get("more", 0)
            elif start[0] == "column":
                table[end[1], start[1]] -= by_key.get("less", 0)
    return table


def _network(exact: NDArray[np.float64], rows: NDArray[np.int64], low: NDArray[np.int64], high: NDArray[np.int64], turn: NDArray[np.int64]) -> nx.MultiDiGraph:
    """From rows to columns what the whole parts leave to give; a node of slack gives what columns may lack."""
    floor, cost = costs(exact)
    graph: nx.MultiDiGraph = nx.MultiDiGraph()
    for i, places in enumerate((rows - floor.sum(axis=1)).tolist()):
        graph.add_node(("row", i), demand=-places)
    for j, places in enumerate((high - floor.sum(axis=0)).tolist()):
        graph.add_node(("column", j), demand=places)
    if (high > low).any():
        graph.add_node(("slack", 0), demand=-int(high.sum() - rows.sum()))
    for j in np.flatnonzero(high > low).tolist():
        graph.add_edge(("slack", 0), ("column", j), key="slack", capacity=int(high[j] - low[j]), weight=0)
    whole = int(_UNIT) * _TIES
    for i, j in np.argwhere(exact > 0).tolist():
        tie = tie_of(i, int(turn[j]))
        graph.add_edge(("row", i), ("column", j), key="up", capacity=1, weight=int(cost[i, j]) * _TIES + tie)
        graph.add_edge(("row", i), ("column", j), key="more", weight=whole + tie)
        if floor[i, j]:
            graph.add_edge(("column", j), ("row", i), key="less", capacity=int(floor[i, j]), weight=whole - tie)
    return graph


def costs(exact: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Whole parts, and what one more place adds to |cell - exact|, in billionths."""
    floor = np.floor(exact + 1e-9)
    return floor.astype(np.int64), np.floor((1.0 - 2.0 * np.maximum(exact - floor, 0.0)) * _UNIT + 0.5).astype(np.int64)


def tie_of(senior: int, place: int) -> int:
    """The first 31 bits of SHA-256 of ``tie|senior|place``, both counted from 1."""
    return int(hashlib.sha256(f"tie|{senior + 1}|{place + 1}".encode()).hexdigest()[:8], 16) >> (32 - _TIE_BITS)


def least_off(exact: NDArray[np.float64], rows: NDArray[np.int64], low: NDArray[np.int64], high: NDArray[np.int64]) -> float:
    """A lower bound of sum |cell - exact| over whole tables with these sums: the dual value of the same flow, whose costs are straight between whole numbers.

    >>> round(least_off(np.array([[1.5, 0.5]]), np.array([2]), np.array([2, 0]), np.array([2, 0])), 6)
    1.0
    """
    cells = np.argwhere(exact > 0)
    n, (seniors, juniors) = len(cells), exact.shape
    if not n:
        return 0.0
    floor = np.floor(exact[exact > 0] + 1e-9)
    rest = np.maximum(exact[exact > 0] - floor, 0.0)
    one, at = np.ones(n), np.arange(n)
    by_row, by_column = (csr_array((one, (cells[:, k], at)), shape=(size, n)) for k, size in enumerate((seniors, juniors)))
    wide = [hstack([part, part, -part]) for part in (by_row, by_column)]
    sums = by_column @ floor
    limits = np.concatenate([high - sums, sums - low])
    upper = np.concatenate([one, np.full(n, math.inf), floor])
    found = linprog(
        np.concatenate([1.0 - 2.0 * rest, one, one]), A_ub=vstack([wide[1], -wide[1]]), b_ub=limits, A_eq=wide[0], b_eq=rows - by_row @ floor,
        bounds=np.column_stack([np.zeros(3 * n), upper]), method="highs",
    )  # fmt: skip
    if not found.success:
        return 0.0
    finite = np.isfinite(upper)
    dual = found.ineqlin.marginals @ limits + found.eqlin.marginals @ (rows - by_row @ floor) + found.upper.marginals[finite] @ upper[finite]
    return max(0.0, float(rest.sum() + dual))
