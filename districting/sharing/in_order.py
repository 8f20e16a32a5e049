"""Integer programmes with several aims, one after the other: each is as good as those before it allow."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from districting.solvers.milp import Milp, Row

_SLACK = 1e-6
"""By which an aim that is settled may fall short by rounding; every aim is a sum of whole numbers times weights far coarser than it."""


@dataclass(frozen=True, eq=False)
class InOrder:
    """``x`` (n,) whole; of every aim its value, a bound that no solution as good in the aims before exceeds (from above if it is maximised), and whether it is met."""

    x: NDArray[np.int64]
    value: tuple[float, ...]
    bound: tuple[float, ...]
    proven: tuple[bool, ...]


def solve_in_order(high: NDArray[np.int64], rows: Sequence[Row], aims: Sequence[NDArray[np.float64]], *, time_limit_s: float) -> InOrder:
    """Maximise each of ``aims`` in turn over whole ``0 <= x <= high`` under rows that ``x = 0`` keeps.

    Where the rows are those of a flow, the best solutions of an aim are a face of a polytope with whole corners, and the first linear relaxation is whole.
    An aim without an answer in the time leaves the solution of the aims before it.

    >>> found = solve_in_order(np.array([2, 2]), [(np.array([0, 1]), np.ones(2), 0.0, 3.0)], [np.ones(2), np.array([0.0, -1.0])], time_limit_s=5.0)
    >>> found.x.tolist(), found.value, found.proven
    ([2, 1], (3.0, -1.0), (True, True))
    """
    ends = time.perf_counter() + time_limit_s
    x = np.zeros(len(high), dtype=np.int64)
    values, bounds, proven = [], [], []
    settled: list[Row] = []
    for aim in aims:
        result = None
        if aim.any() and len(high):
            model = Milp(-aim, np.zeros(len(high)), high.astype(np.float64), np.ones(len(high), dtype=bool))
            model.add_rows([*rows, *settled])
            result = model.solve(time_limit_s=max(0.05, ends - time.perf_counter()))
            if result.x is not None and aim @ np.round(result.x) >= aim @ x - _SLACK:
                x = np.round(result.x).astype(np.int64)
        value = float(aim @ x)
        most = float(aim @ np.where(aim > 0, high, 0)) if result is None else min(-result.bound, float(aim @ np.where(aim > 0, high, 0)))
        done = result is None or result.status == "optimal"
        values.append(value)
        bounds.append(value if done and abs(most - value) <= _SLACK * max(1.0, abs(value)) else max(most, value))
        proven.append(done)
        settled.append((np.flatnonzero(aim), aim[aim != 0], value - _SLACK, np.inf))
    return InOrder(x, tuple(values), tuple(bounds), tuple(proven))


def parts_of(groups: Sequence[NDArray[np.int64]], count: int) -> list[NDArray[np.int64]]:
    """Columns 0..count in parts that share no label: ``groups`` are (count,) labels, -1 = of none; in the order of their first columns.

    >>> [p.tolist() for p in parts_of([np.array([0, 0, 1, 2]), np.array([5, 6, 6, 7])], 4)]
    [[0, 1, 2], [3]]
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    if not count:
        return []
    rows, columns, start = [], [], count
    for label in groups:
        on = np.flatnonzero(label >= 0)
        rows.append(on)
        columns.append(start + label[on])
        start += int(label.max(initial=-1)) + 1
    ends = (np.concatenate(rows), np.concatenate(columns))
    _, part = connected_components(coo_array((np.ones(len(ends[0])), ends), shape=(start, start)), directed=False)
    _, first, own = np.unique(part[:count], return_index=True, return_inverse=True)
    rank = np.argsort(np.argsort(first))[own]
    order = np.argsort(rank, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(rank[order])) + 1)


def limits(label: NDArray[np.int64], high: NDArray[np.int64], limit: NDArray[np.int64]) -> list[Row]:
    """A row for every label whose columns may exceed its limit together; labels and limits below 0 limit nothing."""
    on = np.flatnonzero(label >= 0)
    order = on[np.argsort(label[on], kind="stable")]
    out: list[Row] = []
    for group in np.split(order, np.flatnonzero(np.diff(label[order])) + 1) if len(order) else []:
        most = int(limit[label[group[0]]])
        if 0 <= most < int(high[group].sum()):
            out.append((group, np.ones(len(group)), 0.0, float(most)))
    return out
