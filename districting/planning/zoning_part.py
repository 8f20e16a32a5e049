"""What the goals and rules of one county's problem are made from: the county's blocks and schools with their positions in the problem."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from districting.model.settings import ZoningSettings
from districting.planning.block_graph import BlockGraph
from districting.reading.city import City


@dataclass(frozen=True, eq=False)
class Part:
    """One county of one stage.

    ``blocks`` (b,) city positions of its blocks, ``place_of_block`` (n,) the way back (-1 = elsewhere); ``zones`` (z,) stage positions of its zones;
    ``school_of_offer`` (offers,) position in the problem (-1 = elsewhere); ``home`` (k,) block of each of the problem's schools, as a position in the part;
    ``today`` (b,) position of today's school in the problem, -1 unknown; ``unit_below`` (n,) zone of a lower stage that is to stay whole, else empty;
    ``zone_of_school`` (k,) zone of each of the problem's schools.
    """

    city: City
    graph: BlockGraph
    stage: str
    county: str
    settings: ZoningSettings
    blocks: NDArray[np.int64]
    place_of_block: NDArray[np.int64]
    zones: NDArray[np.int64]
    school_of_offer: NDArray[np.int64]
    zone_of_school: NDArray[np.int64]
    home: NDArray[np.int64]
    demand: NDArray[np.float64]
    capacity: NDArray[np.float64]
    today: NDArray[np.int64]
    offers: Any
    unit_below: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))

    def key(self, rule: str) -> str:
        """The key of a rule in the config."""
        return f"zoning.{self.stage}.rules.{rule}"

    @property
    def school_count(self) -> int:
        return len(self.capacity)

    def edges_inside(self, pairs: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """(m, 2) pairs as positions of the part, only those with both ends in it, and which of the given pairs those are."""
        moved = self.place_of_block[pairs.reshape(-1, 2)]
        inside: NDArray[np.bool_] = np.all(moved >= 0, axis=1)
        return moved[inside], inside
