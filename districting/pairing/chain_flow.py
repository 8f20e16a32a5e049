"""Mentors whatever the depth: a flow with as few remote links as possible, and with new roots where there is not room for all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from districting.model.chain_problem import ChainProblem
from districting.pairing.chain_table import ChainTable, chain_table, cheapest

DEAR = 10.0
"""A remote link costs so many times the longest one more, until that proves too little."""


def fewest_remote(table: ChainTable, cap: int | NDArray[np.int64]) -> tuple[NDArray[np.int64], float, float, bool] | None:
    """(mentor column of every row, bound in metres, metres laid on a remote link, whether fewer remote links are ruled out), whatever the depth.

    A remote link is first made ten times as dear as the longest; that no forest has fewer is proven by counting remote links alone, or else by a price so high
    that no saving can pay for one.
    """
    if not table.remote.any():
        found = cheapest(table.cost_m, cap)
        return None if found is None else (*found, 0.0, True)
    metres = DEAR * (table.longest_m + 1.0)
    found = cheapest(table.priced(metres), cap)
    if found is None:
        return None
    rows = np.arange(len(table.mentee))
    remote = int(np.count_nonzero(table.remote[rows, found[0]]))
    if remote:
        counted = cheapest(np.where(np.isfinite(table.cost_m), table.remote.astype(np.float64), np.inf), cap)
        if counted is not None and counted[1] <= remote - 1 + 1e-6:
            allowed = np.where(np.isfinite(table.cost_m), table.cost_m, 0.0)
            metres = 1.0 + float(allowed.max(axis=1).sum())
            found = cheapest(table.priced(metres), cap) or found
            remote = int(np.count_nonzero(table.remote[rows, found[0]]))
    return found[0], found[1] - metres * remote, metres, True


@dataclass(frozen=True, eq=False)
class Rooted:
    """The cheapest forest of any depth with so many new roots: the ``problem`` with them, ``roots`` positions, ``column_of_row`` in its table, ``bound`` in metres;
    ``remote`` links at ``remote_m`` each; whether it is proven that there are no fewer.
    """

    problem: ChainProblem
    roots: NDArray[np.int64]
    column_of_row: NDArray[np.int64]
    bound: float
    remote: int
    remote_m: float
    fewest: bool

    def bound_of(self, remote: int) -> float:
        """A bound in metres for forests with so many remote links."""
        return self.bound + self.remote_m * (self.remote - remote)


def flow_with_roots(problem: ChainProblem, count: int) -> Rooted | None:
    """One more place to go to, free of charge and with room for ``count``: who goes there becomes a root. None where that is too few.

    A school carries as many as a root as it does otherwise, so which become roots and who carries whom is one flow.
    """
    table = chain_table(problem)
    rows = np.arange(len(table.mentee))
    free = np.ones(len(rows), dtype=np.bool_) if problem.pinned is None else problem.pinned[table.mentee] < 0
    column = np.where(free, 0.0, np.inf)[:, None]
    wider = ChainTable(
        table.mentee,
        np.append(table.mentor, -1),
        np.hstack([table.cost_m, column]),
        np.hstack([table.remote, np.zeros((len(rows), 1), dtype=np.bool_)]),
        np.append(table.row_of_column, -1),
    )
    flow = fewest_remote(wider, np.append(np.full(len(table.mentor), problem.max_mentees), count))
    if flow is None:
        return None
    choice, bound, remote_m, fewest = flow
    remote = int(np.count_nonzero(wider.remote[rows, choice]))
    is_new = choice == len(table.mentor)
    is_root = problem.is_root.copy()
    is_root[table.mentee[is_new]] = True
    grown = problem.replace(is_root=is_root)
    column_of_row = np.searchsorted(chain_table(grown).mentor, table.mentor[choice[~is_new]])
    return Rooted(grown, table.mentee[is_new], column_of_row.astype(np.int64), bound, remote, remote_m, fewest)
