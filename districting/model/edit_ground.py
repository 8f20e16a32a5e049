"""What a what-if edit is reckoned from: one plan in whole numbers, the same in the page and here.

Pupils are whole numbers of a declared unit (``pupil_parts`` of them make a pupil), distances are decimetres. All sums stay below 2**52, so that the numbers
of a browser (doubles) hold them exactly.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from districting.model.edit_grouping import EditGrouping, NotEdited

Ints = NDArray[np.int64]
LARGEST_SUM: Final = 2**52
RULE_ORDER: Final = (
    *(
        "whole",
        "seats",
        "connected",
        "home_block",
        "within_county",
        "known_way",
        "maximum_distance",
        "travel_growth",
        "locked",
        "minimum_fill",
        "size_band",
        "change_cap",
    ),
    *("neighbours_together", "whole_units"),
)
"""Rules that an edit is checked against, in the order they are listed in; the names are those of ``checking``."""


def _no_numbers() -> Ints:
    return np.empty(0, dtype=np.int64)


def _no_pairs() -> Ints:
    return np.empty((0, 2), dtype=np.int64)


def _no_arcs() -> Ints:
    return np.empty((0, 3), dtype=np.int64)


@dataclass(frozen=True, eq=False)
class EditStage:
    """One stage: n blocks, z zones, s schools. Positions as in the plan's blocks and in the zones sorted by id; -1 = none.

    ``edges`` (m, 2) pairs that connect, ``border_m`` (m,) whole metres they share; ``homes`` (h, 2) block and zone of each school; ``excused`` (e, 2) block
    and zone: hangs together with the home of that zone while it is in it; ``beside`` (p, 2) pairs that shared a zone today, for ``neighbours_together``.
    ``metric``: ``straight`` from ``block_dm`` (n, 2) to ``school_dm`` (s, 2) of ``zone_of_school`` (s,), ``table`` from ``arcs`` (a, 3) block, zone,
    decimetres sorted by block and zone (no arc = no way is known), ``none`` = no distances are known.
    ``limit_dm``, ``growth_dm`` (n,) or empty = no such rule, -1 = free; ``least``, ``low``, ``high`` (z,) or empty, ``cap`` -1 = none, in parts of pupils;
    ``locked`` (l, 2) block and zone of address exceptions; ``unchecked`` rules of the plan that its file only names.
    """

    stage: str
    zone_ids: tuple[str, ...]
    base: Ints
    today: Ints
    pupils: Ints
    seats: Ints
    homes: Ints
    edges: Ints
    border_m: Ints
    county_of_block: Ints
    county_of_zone: Ints
    metric: str = "none"
    block_dm: Ints = field(default_factory=_no_pairs)
    school_dm: Ints = field(default_factory=_no_pairs)
    zone_of_school: Ints = field(default_factory=_no_numbers)
    arcs: Ints = field(default_factory=_no_arcs)
    limit_dm: Ints = field(default_factory=_no_numbers)
    growth_dm: Ints = field(default_factory=_no_numbers)
    locked: Ints = field(default_factory=_no_pairs)
    excused: Ints = field(default_factory=_no_pairs)
    beside: Ints = field(default_factory=_no_pairs)
    least: Ints = field(default_factory=_no_numbers)
    low: Ints = field(default_factory=_no_numbers)
    high: Ints = field(default_factory=_no_numbers)
    cap: int = -1
    share_beside: float = 0.0
    whole_below: str = ""
    seats_hard: bool = True
    connected: bool = True
    keep_home: bool = True
    unchecked: tuple[str, ...] = ()

    def metres_dm(self, block: Ints, zone: Ints) -> Ints:
        """(p,) decimetres of each pair of block and zone (the nearest school of the zone), allowed or not; -1 where no way is known, 0 where the plan knows no distances."""
        block, zone = np.asarray(block, dtype=np.int64), np.asarray(zone, dtype=np.int64)
        out = np.zeros(len(block), dtype=np.int64)
        if self.metric == "straight":
            out = self._straight(block, zone)
        elif self.metric == "table":
            key, wanted = self.arcs[:, 0] * len(self.zone_ids) + self.arcs[:, 1], block * len(self.zone_ids) + zone
            at = np.minimum(np.searchsorted(key, wanted), len(key) - 1)
            out = np.where(key[at] == wanted, self.arcs[at, 2], -1) if len(key) else np.full(len(block), -1, dtype=np.int64)
        return out

    def inside(self, block: Ints, zone: Ints) -> NDArray[np.bool_]:
        """(p,) whether each pair of block and zone crosses no county line that zones may not cross."""
        return np.asarray(self.county_of_block[block] == self.county_of_zone[zone], dtype=np.bool_)

    def _straight(self, block: Ints, zone: Ints) -> Ints:
        """The root of a whole number is never half-way between two, so that both sides round it alike."""
        out = np.full(len(block), -1, dtype=np.int64)
        for school, home in enumerate(self.zone_of_school.tolist()):
            here = np.flatnonzero(zone == home)
            square = ((self.block_dm[block[here]] - self.school_dm[school]) ** 2).sum(axis=1)
            found = np.floor(np.sqrt(square.astype(np.float64)) + 0.5).astype(np.int64)
            out[here] = np.where((out[here] < 0) | (found < out[here]), found, out[here])
        return out


@dataclass(frozen=True, eq=False)
class EditGround:
    """A plan ready for edits; ``key`` names it: the same plan has the same key in the page and in its file."""

    key: str
    name: str
    year: int
    block_ids: tuple[str, ...]
    pupil_parts: int
    stages: tuple[EditStage, ...]
    groupings: tuple[EditGrouping | NotEdited, ...] = ()

    def grouping(self, scheme: str) -> EditGrouping | None:
        """The grouping of a scheme, where it can be edited."""
        return next((g for g in self.groupings if isinstance(g, EditGrouping) and g.scheme == scheme), None)

    def stage(self, name: str) -> EditStage:
        """One stage by name."""
        return next(s for s in self.stages if s.stage == name)
