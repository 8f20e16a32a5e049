"""The plain form that rules are brought into before a solver sees them: allowed pairs, sums per zone, groups, extra and missing neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

LARGEST_TABLE = 60_000_000
"""Entries of a block-by-school table that a rule may build (60 MB of marks)."""


@dataclass(frozen=True, eq=False)
class ZoneSum:
    """A quantity that adds up over the blocks of a zone and must stay within ``low`` and ``high`` (k,). ``amount`` is (n,)."""

    rule: str
    unit: str
    amount: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


@dataclass(eq=False)
class Draft:
    """What the rules of a problem come to. Rules write, solvers read.

    ``allowed`` (n, k) or None = all; ``seat_price_m`` None = hard seats, else metres per pupil over; ``group`` (n,) blocks of one number stay together;
    ``moved_cap`` pupils; ``mates_share`` of a block's neighbours of today's zone that stay with it; ``zone_of_school`` (k,) schools of one number share a zone.
    """

    n: int
    k: int
    edges: NDArray[np.int64]
    contiguous: bool = True
    keep_home: bool = True
    allowed: NDArray[np.bool_] | None = None
    sums: list[ZoneSum] = field(default_factory=list)
    group: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    zone_of_school: NDArray[np.int64] | None = None
    seat_price_m: float | None = None
    moved_cap: float = np.inf
    mates_share: float = 0.0

    def __post_init__(self) -> None:
        self.group = np.arange(self.n)

    def marks(self) -> NDArray[np.bool_]:
        """(n, k) table of allowed pairs, made when first asked for."""
        if self.allowed is None:
            self.allowed = np.ones((self.n, self.k), dtype=np.bool_)
        return self.allowed

    def tie(self, group_of_block: NDArray[np.int64]) -> None:
        """Blocks with the same number >= 0 stay together, on top of what stays together already."""
        first: dict[int, int] = {}
        for i in np.flatnonzero(group_of_block >= 0).tolist():
            one = first.setdefault(int(group_of_block[i]), i)
            low, high = sorted((int(self.group[one]), int(self.group[i])))
            if low != high:
                self.group[self.group == high] = low

    def join(self, pairs: Sequence[tuple[int, int]] | NDArray[np.int64]) -> None:
        """More neighbours."""
        self.edges = np.concatenate([self.edges, np.asarray(pairs, dtype=np.int64).reshape(-1, 2)])

    def cut(self, pairs: NDArray[np.int64]) -> None:
        """Fewer neighbours."""
        key = np.sort(self.edges, axis=1) @ np.array([self.n, 1])
        gone = np.sort(np.asarray(pairs, dtype=np.int64).reshape(-1, 2), axis=1) @ np.array([self.n, 1])
        self.edges = self.edges[~np.isin(key, gone)]
