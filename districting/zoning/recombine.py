"""Best plan made of zones seen: set partitioning, solved by HiGHS after fixing by reduced cost."""

from __future__ import annotations

import time

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from districting.zoning.ground import Ground
from districting.zoning.kernels import Pool

NODES = 200
COLUMNS = 3_000
"""Zones kept for the programme, by reduced cost."""


def recombine(g: Ground, pool: Pool, table: NDArray[np.float64], best_cost: float, seconds: float) -> tuple[NDArray[np.int32] | None, bool]:
    """(n,) labels cheaper than ``best_cost`` put together from zones of the pool, or None; and whether the clock cut the work. ``table`` (n, k) metres."""
    deadline = time.perf_counter() + seconds
    member, school, cost = _columns(g, pool, table)
    n, k = table.shape
    rows = sp.vstack([member, sp.csc_array((np.ones(len(school)), (school, np.arange(len(school)))), shape=(k, len(school)))]).tocsc()
    relaxed = linprog(cost, A_eq=rows, b_eq=np.ones(n + k), bounds=(0, None), method="highs", options={"time_limit": seconds})
    if relaxed.x is None or relaxed.status != 0:
        return None, time.perf_counter() > deadline
    room = best_cost - relaxed.fun
    if room <= 1e-9 * best_cost:
        return None, False
    reduced = cost - rows.T @ relaxed.eqlin.marginals
    near = np.flatnonzero(reduced < room)
    near = np.sort(near[np.argsort(reduced[near], kind="stable")[:COLUMNS]])
    found = milp(
        cost[near],
        constraints=LinearConstraint(rows[:, near], 1, 1),
        integrality=np.ones(len(near)),
        bounds=Bounds(0, 1),
        options={"time_limit": max(deadline - time.perf_counter(), 0.1), "node_limit": NODES, "mip_rel_gap": 0.0},
    )
    if found.x is None or found.fun >= best_cost - 1e-9 * best_cost:
        return None, time.perf_counter() > deadline
    chosen = near[found.x > 0.5]
    label = np.full(n, -1, dtype=np.int32)
    for c in chosen:
        label[member[:, [c]].nonzero()[0]] = school[c]
    return (label if (label >= 0).all() else None), time.perf_counter() > deadline


def _columns(g: Ground, pool: Pool, table: NDArray[np.float64]) -> tuple[sp.csc_array, NDArray[np.int32], NDArray[np.float64]]:
    p, n = int(pool.filled[0]), len(g.weight)
    bits = np.unpackbits(pool.bits[:p].view(np.uint8), axis=1, bitorder="little")[:, :n]
    school = pool.school[:p]
    member = sp.csc_array(bits.T.astype(np.float64))
    block = member.indices
    cost = np.bincount(np.repeat(np.arange(p), np.diff(member.indptr)), (g.weight[:, None] * table)[block, np.repeat(school, np.diff(member.indptr))], p)
    return member, school, cost.astype(np.float64)
