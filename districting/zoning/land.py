"""The zoning problem with every goal and rule as the general kernel sees it: plain arrays in one tuple."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from districting.model.goals import Balance, Border, Compactness, Mix
from districting.zoning.lowering import Lowered

MOST_SEATS = 1e15
"""Stands for "no upper end" in sums."""


class Land(NamedTuple):
    """u units, z zones, r sums, g groups, m rows of mates.

    ``start``, ``neighbour`` CSR of the units that connect; ``border_*`` CSR of those that share a border and its metres, a barrier between them or not;
    ``cost`` (u, z) objective of a unit in a zone, ``far`` where not allowed; ``moved`` (u, z) pupils that change school;
    ``amount`` (u, r) within ``low``, ``high`` (z, r), ``price`` (r,) of an amount over, -1 = hard; ``weight`` (4,) of balance, compactness, mix, border;
    ``mate_owner`` (m,) unit whose block the row is of, ``mate_need`` (m,) mates it must keep; ``mate_*`` CSR of rows and of units.
    """

    start: NDArray[np.int64]
    neighbour: NDArray[np.int32]
    border_start: NDArray[np.int64]
    border_with: NDArray[np.int32]
    border_m: NDArray[np.float64]
    pinned: NDArray[np.bool_]
    home: NDArray[np.int64]
    connected: bool
    home_kept: bool
    cost: NDArray[np.float64]
    far: float
    moved: NDArray[np.float64]
    moved_cap: float
    amount: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    price: NDArray[np.float64]
    pupils: NDArray[np.float64]
    seats: NDArray[np.float64]
    area: NDArray[np.float64]
    perimeter: NDArray[np.float64]
    group: NDArray[np.float64]
    group_total: NDArray[np.float64]
    weight: NDArray[np.float64]
    mate_owner: NDArray[np.int64]
    mate_need: NDArray[np.float64]
    row_start: NDArray[np.int64]
    row_mate: NDArray[np.int64]
    own_start: NDArray[np.int64]
    own_row: NDArray[np.int64]
    unit_start: NDArray[np.int64]
    unit_row: NDArray[np.int64]


def build_land(low: Lowered) -> Land:
    """Arrays for the general kernel."""
    given, plain, unit = low.given, low.problem, low.unit_of_block
    u, z = plain.block_count, plain.school_count
    weight = {type(goal): goal.weight for goal in given.goals}
    graph = _graph(plain.edges, np.ones(len(plain.edges)), u)
    border, inner = _borders(low, u)
    table = np.asarray(plain.distance_m)
    living = np.where(plain.demand > 0, plain.demand, 1e-9 * max(float(plain.demand.mean()), 1e-9))
    known = np.isfinite(table)
    cost = np.where(known, table, 0.0) * living[:, None]
    far = 100.0 * (float(np.abs(cost).sum(axis=0).max(initial=0.0)) + sum(weight.values()) * (z + 1) + 1.0)
    perimeter = np.zeros(u) if given.perimeter_m is None else np.bincount(unit, given.perimeter_m, u) - 2 * inner
    groups = np.zeros((u, 0)) if given.group_counts is None or Mix not in weight else _sum_rows(given.groups(), unit, u)
    total = groups.sum(axis=0)
    return Land(
        start=graph.indptr.astype(np.int64),
        neighbour=graph.indices.astype(np.int32),
        border_start=border.indptr.astype(np.int64),
        border_with=border.indices.astype(np.int32),
        border_m=border.data,
        pinned=(known.sum(axis=1) == 1) & plain.keep_home,
        home=plain.home_block,
        connected=plain.contiguous,
        home_kept=plain.keep_home,
        cost=np.ascontiguousarray(np.where(known, cost, far)),
        far=far,
        moved=_moved(low, u, z),
        moved_cap=min(low.draft.moved_cap, MOST_SEATS),
        **_sums(low, u, z),
        pupils=np.asarray(plain.demand, dtype=np.float64),
        seats=np.bincount(low.zone_of_school, given.capacity, z).astype(np.float64),
        area=np.zeros(u) if given.area_m2 is None else np.bincount(unit, given.area_m2, u).astype(np.float64),
        perimeter=perimeter,
        group=np.ascontiguousarray(groups),
        group_total=np.stack([total, plain.demand.sum() - total], axis=1) if len(total) else np.zeros((0, 2)),
        weight=np.array([weight.get(goal, 0.0) for goal in (Balance, Compactness, Mix, Border)]),
        **_mates(low, u),
    )


def _sum_rows(rows: NDArray[np.float64], unit: NDArray[np.int64], u: int) -> NDArray[np.float64]:
    return np.stack([np.bincount(unit, column, u) for column in rows.T], axis=1).astype(np.float64)


def _graph(pairs: NDArray[np.int64], value: NDArray[np.float64], u: int) -> sp.csr_array:
    """Both directions of the pairs; the values of a pair that stands twice add up."""
    a, b = pairs.T
    graph = sp.coo_array((np.tile(value, 2), (np.concatenate([a, b]), np.concatenate([b, a]))), shape=(u, u)).tocsr()
    graph.sort_indices()
    return graph


def _borders(low: Lowered, u: int) -> tuple[sp.csr_array, NDArray[np.float64]]:
    """Metres of border between units, and each unit's inner borders. A barrier parts neighbours; their border is as long as ever."""
    given, unit = low.given, low.unit_of_block
    metres = np.zeros(len(given.edges)) if given.shared_border_m is None else given.shared_border_m
    pairs = unit[given.edges]
    inside = pairs[:, 0] == pairs[:, 1]
    inner = np.bincount(pairs[inside, 0], metres[inside], u).astype(np.float64)
    known = ~inside & (metres > 0)
    return _graph(pairs[known], metres[known], u), inner


def _moved(low: Lowered, u: int, z: int) -> NDArray[np.float64]:
    """(u, z) pupils of blocks that leave today's zone."""
    given = low.given
    if given.today is None or np.isinf(low.draft.moved_cap):
        return np.zeros((u, z))
    known = np.flatnonzero(given.today >= 0)
    unit, pupils = low.unit_of_block[known], given.demand[known]
    moved = np.repeat(np.bincount(unit, pupils, u)[:, None], z, axis=1)
    np.subtract.at(moved, (unit, low.zone_of_school[given.today[known]]), pupils)
    return np.ascontiguousarray(moved)


def _sums(low: Lowered, u: int, z: int) -> dict[str, Any]:
    """Seats and every further sum."""
    zone, unit, given = low.zone_of_school, low.unit_of_block, low.given
    seats = np.bincount(zone, given.capacity, z)
    amount: list[Any] = [low.problem.demand]
    lows: list[Any] = [np.zeros(z)]
    highs: list[Any] = [seats]
    price = [-1.0 if low.draft.seat_price_m is None else low.draft.seat_price_m]
    for one in low.draft.sums:
        amount.append(np.bincount(unit, one.amount, u))
        lows.append(np.bincount(zone, one.low, z))
        highs.append(np.minimum(np.bincount(zone, np.minimum(one.high, MOST_SEATS), z), MOST_SEATS))
        price.append(-1.0)
    stacked = [np.ascontiguousarray(np.stack(x, axis=1).astype(np.float64)) for x in (amount, lows, highs)]
    return {"amount": stacked[0], "low": stacked[1], "high": stacked[2], "price": np.array(price)}


def _mates(low: Lowered, u: int) -> dict[str, Any]:
    """Rows of "neighbours together": one for each block that has neighbours in its zone of today."""
    none = np.zeros(0, dtype=np.int64)
    given, share = low.given, low.draft.mates_share
    if share == 0 or given.today is None:
        ends = np.zeros(u + 1, dtype=np.int64)
        return {"mate_owner": none, "mate_need": np.zeros(0), "row_start": np.zeros(1, dtype=np.int64), "row_mate": none} | {
            "own_start": ends,
            "own_row": none,
            "unit_start": ends,
            "unit_row": none,
        }
    a, b = given.edges.T
    same = (given.today[a] == given.today[b]) & (given.today[a] >= 0)
    block, mate = np.concatenate([a[same], b[same]]), np.concatenate([b[same], a[same]])
    order = np.lexsort((mate, block))
    block, mate = block[order], low.unit_of_block[mate[order]]
    owners, row_of, count = np.unique(block, return_inverse=True, return_counts=True)
    owner = low.unit_of_block[owners]
    rows = np.arange(len(owners))
    own_order = np.argsort(owner, kind="stable")
    by_mate = np.argsort(mate, kind="stable")
    return {
        "mate_owner": owner,
        "mate_need": np.ceil(share * count - 1e-9),
        "row_start": np.append(0, np.cumsum(count)).astype(np.int64),
        "row_mate": mate.astype(np.int64),
        "own_start": np.searchsorted(owner[own_order], np.arange(u + 1)).astype(np.int64),
        "own_row": rows[own_order].astype(np.int64),
        "unit_start": np.searchsorted(mate[by_mate], np.arange(u + 1)).astype(np.int64),
        "unit_row": row_of[by_mate].astype(np.int64),
    }
