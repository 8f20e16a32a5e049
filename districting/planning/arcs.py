"""The distances that a plan carries with it: from every block to the schools that matter for it."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from districting.geography.distances import nearest_candidates
from districting.planning.travel import Travel, arcs_of
from districting.planning.zoning_build import StageProblem

NEAR_SCHOOLS: Final = 8
"""Schools per block whose distance is written into the plan, besides the assigned and today's."""
NEAR_IN_TABLE: Final = 40
MOST_ARCS: Final = 2_000_000
"""The same where distances are not straight, so that a plan cannot find them again: a later change may choose among these; fewer where there would be too many."""


def near_arcs(problem: StageProblem, zone_of_block: NDArray[np.int64], block_ids: Any, today: NDArray[np.int64]) -> pd.DataFrame:
    """block_id, stage, school_id, distance_m: the nearest few, every school of the assigned zone, today's. None where places are not known.

    ``today`` (n,) positions of offers, -1 unknown. Pairs that no way joins are left out.
    """
    ids = problem.offers.taken["school_id"].to_numpy(dtype=object)
    block, school = _near(problem.travel, len(zone_of_block), len(ids))
    asked = [(block, school)]
    for s in range(len(ids)):
        mine = np.flatnonzero(zone_of_block == problem.zone_of_offer[s])
        asked.append((mine, np.full(len(mine), s)))
    known = np.flatnonzero(today >= 0)
    asked.append((known, today[known]))
    arcs = np.unique(np.column_stack([np.concatenate(column) for column in zip(*asked, strict=True)]), axis=0)
    metres = problem.travel.metres(arcs[:, 0], arcs[:, 1])
    there = np.isfinite(metres)
    return pd.DataFrame(
        {
            "block_id": np.asarray(block_ids, dtype=object)[arcs[there, 0]],
            "stage": problem.stage,
            "school_id": ids[arcs[there, 1]],
            "distance_m": metres[there],
        }
    )


def _near(travel: Travel, n: int, k: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Blocks and the schools nearest to each."""
    if travel.table is None:
        if not (np.isfinite(travel.xy).all() and np.isfinite(travel.school_xy).all()):
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        near, _ = nearest_candidates(travel.xy, travel.school_xy, min(NEAR_SCHOOLS, k))
        return np.repeat(np.arange(n), near.shape[1]), near.ravel()
    most = min(k, NEAR_IN_TABLE, max(NEAR_SCHOOLS, MOST_ARCS // max(n, 1)))
    if not sp.issparse(travel.table):
        near = np.argsort(travel.table, axis=1, kind="stable")[:, :most]
        return np.repeat(np.arange(n), near.shape[1]), near.ravel().astype(np.int64)
    rows, columns, metres = arcs_of(travel.table)
    order = np.lexsort((columns, metres, rows))
    rows, columns = rows[order], columns[order]
    first = np.arange(len(rows)) - np.searchsorted(rows, rows) < most
    return rows[first], columns[first]
